"""Calls where no UDP passes: the sound goes over TURN with TLS.

The browser sits in a network namespace from which only TCP to the web app and to the TURN
server leads out, so a call with sound can only have come over the relay.
"""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from pbx.demo.subscribers import example
from pbx.domain.turn import credential
from tests.support.api import MANAGER, VPA1, Api
from tests.support.browser import CARRIER_HERTZ, Softphone, chromium
from tests.support.isolation import Isolation, isolated
from tests.support.scenes import carrier_hears_the_microphone, typed
from tests.support.stack import Stack
from tests.support.turn import TurnServer, turn_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

TONE = example("DE", "0006")

RELAYED = """async ({ url, username, credential, policy }) => {
  const servers = [{ urls: [url], username, credential }];
  const make = () => new RTCPeerConnection({ iceTransportPolicy: policy, iceServers: servers });
  const one = make(), two = make();
  const errors = [];
  one.onicecandidateerror = (event) => errors.push(event.errorCode);
  one.onicecandidate = ({ candidate }) => candidate && two.addIceCandidate(candidate);
  two.onicecandidate = ({ candidate }) => candidate && one.addIceCandidate(candidate);
  const channel = one.createDataChannel("text");
  const heard = new Promise((done) => {
    two.ondatachannel = ({ channel }) => { channel.onmessage = ({ data }) => done(data); };
  });
  channel.onopen = () => channel.send("hello");
  await one.setLocalDescription();
  await two.setRemoteDescription(one.localDescription);
  await two.setLocalDescription();
  await one.setRemoteDescription(two.localDescription);
  const gathered = new Promise((done) => {
    one.onicegatheringstatechange = () => one.iceGatheringState === "complete" && errors.length
      && done("");
  });
  const late = new Promise((done) => setTimeout(() => done(""), 5000));
  const text = await Promise.race([heard, gathered, late]);
  one.close();
  two.close();
  return { text, errors };
}"""
"""Two connections in one page that know no other way than the relay, if one lets them."""


@pytest.fixture(scope="session")
def turn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    with turn_server(tmp_path_factory.mktemp("turn")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def trusting(
    turn: TurnServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Browser]:
    """A browser that trusts the TURN server's certificate."""
    flag = f"--ignore-certificate-errors-spki-list={turn.spki}"
    async with chromium(tmp_path_factory.mktemp("trusting"), more=(flag,)) as browser:
        yield browser


def login(turn: TurnServer, seconds: int) -> dict[str, str]:
    """Credentials that are valid for so many seconds from now."""
    username = f"{int(time.time()) + seconds}:anna"
    return {"username": username, "credential": credential(turn.secret, username)}


async def relayed(browser: Browser, url: str, user: dict[str, str]) -> dict[str, Any]:
    page = await browser.new_page()
    try:
        where = {"url": url, "policy": "relay", **user}
        return dict(await page.evaluate(RELAYED, where))
    finally:
        await page.close()


async def test_our_credentials_open_a_relay_over_tls(turn: TurnServer, trusting: Browser) -> None:
    url = f"turns:127.0.0.1:{turn.tls_port}?transport=tcp"
    assert await relayed(trusting, url, login(turn, 60)) == {"text": "hello", "errors": []}


async def test_expired_and_forged_ones_do_not(turn: TurnServer, trusting: Browser) -> None:
    url = f"turns:127.0.0.1:{turn.tls_port}?transport=tcp"
    forged = login(turn, 60) | {"username": f"{int(time.time()) + 9999}:anna"}
    for user in (login(turn, -5), forged):
        found = await relayed(trusting, url, user)
        assert found["text"] == ""
        assert set(found["errors"]) == {401}


# ------------------------------------------------------------------ calls

PAIR = """async () => {
  for (const connection of window.connections ?? []) {
    const stats = [...(await connection.getStats()).values()];
    const pair = stats.find((each) => each.type === "candidate-pair" && each.nominated
      && each.state === "succeeded");
    const local = pair && stats.find((each) => each.id === pair.localCandidateId);
    if (local) return { kind: local.candidateType, over: local.relayProtocol ?? "" };
  }
  return null;
}"""

CONNECTIONS = """(() => {
  const Original = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Original {
    constructor(...args) {
      super(...args);
      window.connections.unshift(this);
    }
  };
})();"""
"""The page's connections, newest first, to ask which way the sound goes."""


@pytest.fixture
def behind(
    own_stack: Callable[..., Stack], turn: TurnServer
) -> Iterator[Callable[..., tuple[Stack, Isolation]]]:
    """A stack, and a network that has only TCP to it and to the TURN server."""
    open_ones: list[Any] = []

    def start(**environment: str) -> tuple[Stack, Isolation]:
        stack = own_stack(**environment)
        network = isolated(stack.ports["http"], turn.tls_port)
        open_ones.append(network)
        return stack, network.__enter__()

    yield start
    for network in open_ones:
        network.__exit__(None, None, None)


def with_turn(turn: TurnServer) -> dict[str, str]:
    return {
        "PBX_TURN__URLS": f"turns:127.0.0.1:{turn.tls_port}?transport=tcp",
        "PBX_TURN__SECRET": turn.secret,
    }


async def test_a_call_without_udp_goes_over_turn_and_tls(
    behind: Callable[..., tuple[Stack, Isolation]], turn: TurnServer, tmp_path: Path
) -> None:
    stack, network = behind(**with_turn(turn))
    flag = f"--ignore-certificate-errors-spki-list={turn.spki}"
    program = str(network.wrapper(tmp_path, "chromium"))
    async with (
        Api(stack.url, MANAGER) as manager,
        chromium(tmp_path, program=program, more=(flag,)) as browser,
    ):
        phone = await Softphone.open(browser, stack.url, VPA1, CONNECTIONS)
        await phone.call(typed(TONE))
        await phone.reaches("talking")
        await phone.hears(CARRIER_HERTZ)
        carrier = await manager.carrier_call(TONE, "answered_at")
        await carrier_hears_the_microphone(manager, carrier["id"])
        assert await phone.page.evaluate(PAIR) == {"kind": "relay", "over": "tls"}
        await phone.hang_up()
    assert re.search(r"user <\d+:[0-9a-f]+>.*ALLOCATE processed, success", turn.log)


async def test_without_a_relay_that_network_carries_no_sound(
    behind: Callable[..., tuple[Stack, Isolation]], tmp_path: Path
) -> None:
    """Or the test above would show nothing."""
    stack, network = behind()
    program = str(network.wrapper(tmp_path, "chromium"))
    async with chromium(tmp_path, program=program) as browser:
        phone = await Softphone.open(browser, stack.url, VPA1, CONNECTIONS)
        since = await phone.call(typed(TONE))
        async with Api(stack.url, MANAGER) as manager:
            await manager.carrier_call(TONE, "invited_at")
        await phone.page.wait_for_timeout(4000)
        assert [each for each in await phone.heard(since) if each["db"] > -60] == []
        assert await phone.page.evaluate(PAIR) is None
