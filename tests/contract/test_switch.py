"""One suite for the switch: on the fake, and on a real Asterisk."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from pbx.ari.client import AriClient
from pbx.asterisk.config import ari_password, browser_endpoint
from pbx.asterisk.process import pbx_process
from pbx.clock import SystemClock
from pbx.domain import messages as m
from pbx.domain.records import Moment
from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.ports import Switch
from pbx.settings import Settings
from pbx.switch import AsteriskSwitch
from pbx.wiring.building import PROMPTS
from tests.fakes.edges import FakeSwitch
from tests.support.api import eventually
from tests.support.telephony import demo_settings, runtime

DEADLINE_SECONDS = 10
DIAL = m.Dial("c1.far", "+49301234567", "+4922182829980", 5)


class Connected:
    """Only wants to know that the switch is connected."""

    def __init__(self) -> None:
        self.up = asyncio.Event()

    def connected(self) -> None:
        self.up.set()

    def event(self, call_id: str, event: m.Event) -> None: ...

    def call_arrived(self, *_: Any) -> None: ...

    def agent_joined(self, call_id: str, endpoint: str, channel: str, at: Moment) -> None: ...


@contextlib.asynccontextmanager
async def real_switch(settings: Settings) -> AsyncIterator[AsteriskSwitch]:
    a = settings.asterisk
    switch = AsteriskSwitch(
        partial(AriClient, a.host, a.http_port, a.app, a.username, ari_password(settings)),
        a.app,
        SystemClock(),
        PROMPTS,
        browser_endpoint(settings),
        lambda concerns: None,
    )
    listener = Connected()
    running = asyncio.create_task(switch.run(listener))
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await listener.up.wait()
        yield switch
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def exchange_settings(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Settings]:
    """Of a running Asterisk, one for all tests; each leaves it as it was."""
    settings = demo_settings(tmp_path_factory.mktemp("switch"))
    process = pbx_process(settings, runtime())
    await process.start()
    yield settings
    await process.stop()


@pytest.fixture(params=["fake", "asterisk"])
def settings(request: pytest.FixtureRequest) -> Settings | None:
    """None: of the fake."""
    if request.param == "fake":
        return None
    found: Settings = request.getfixturevalue("exchange_settings")
    return found


@pytest.fixture
async def switch(settings: Settings | None) -> AsyncIterator[Switch]:
    if settings is None:
        yield FakeSwitch()
        return
    async with real_switch(settings) as made:
        yield made
        for leg in await made.channels():
            await made.execute(leg.call_id, m.HangUp(leg.channel))
        async with asyncio.timeout(DEADLINE_SECONDS):
            while await made.channels():
                await asyncio.sleep(0.01)
        for call_id in ("c1", "c2"):
            await made.execute(call_id, m.DestroyBridge())


async def refused(switch: Switch, command: m.Command) -> int:
    with pytest.raises(SwitchRefused) as error:
        await switch.execute("c1", command)
    return error.value.status_code


async def test_a_call_that_does_not_exist(switch: Switch) -> None:
    assert await refused(switch, m.Answer("nobody")) == 404
    assert await refused(switch, m.Ring("nobody")) == 404
    assert await refused(switch, m.Play("nobody", "greeting", ("beep",))) == 404
    assert await refused(switch, m.Record("nobody", 10)) == 404
    assert await refused(switch, m.StopRecording()) == 404
    await switch.execute("c1", m.HangUp("nobody"))
    await switch.execute("c1", m.DestroyBridge())


async def test_bridges_may_be_made_and_destroyed_twice(switch: Switch) -> None:
    for _ in range(2):
        await switch.execute("c1", m.CreateBridge())
    for _ in range(2):
        await switch.execute("c1", m.DestroyBridge())
    assert not await switch.channels()


async def test_a_dialled_leg_is_found_and_hung_up(switch: Switch) -> None:
    await switch.execute("c1", m.CreateBridge())
    await switch.execute("c1", DIAL)
    (leg,) = await switch.channels()
    assert (leg.channel, leg.call_id, leg.role, leg.up) == ("c1.far", "c1", "far", False)
    await switch.execute("c1", m.HangUp("c1.far"))
    async with asyncio.timeout(DEADLINE_SECONDS):
        while await switch.channels():
            await asyncio.sleep(0.01)


async def test_a_leg_is_in_one_bridge_at_a_time(switch: Switch) -> None:
    for call_id in ("c1", "c2"):
        await switch.execute(call_id, m.CreateBridge())
    await switch.execute("c1", DIAL)
    assert await where(switch) == "c1"
    await switch.execute("c1", m.Join("c1.far", "c2"))
    assert await where(switch) == "c2"
    for _ in range(2):
        await switch.execute("c1", m.Leave("c1.far", "c2"))
    assert await where(switch) == ""
    for _ in range(2):
        await switch.execute("c1", m.Join("c1.far"))
    await switch.execute("c1", m.Leave("c1.far", "c2"))
    assert await where(switch) == "c1", "it was not in that one"
    await switch.execute("c1", m.HangUp("c1.far"))


async def where(switch: Switch) -> str:
    """The bridge of the one leg that there is."""
    (leg,) = await switch.channels()
    assert leg.bridged is bool(leg.bridge)
    return leg.bridge


async def test_a_leg_is_dialled_into_another_calls_bridge(switch: Switch) -> None:
    await switch.execute("c2", m.CreateBridge())
    await switch.execute("c1", replace(DIAL, bridge="c2"))
    (leg,) = await switch.channels()
    assert (leg.channel, leg.call_id, leg.bridge) == ("c1.far", "c1", "c2")
    assert await switch.received_packets("c1.far") in (None, 0)
    await switch.execute("c1", m.HangUp("c1.far"))


async def test_what_is_over_already_may_be_ended_again(switch: Switch) -> None:
    await switch.execute("c1", m.CreateBridge())
    for command in (m.StartHold(), m.StopHold(), m.StartTone(), m.StopTone()):
        await switch.execute("c1", command)
        await switch.execute("c1", command)

    async def silent() -> bool:
        return not await switch.playing("c1", "tone")

    await eventually(silent, 10, "the end of the tone")
    await switch.execute("c1", m.DestroyBridge())
    for command in (m.StopHold(), m.StopTone(), m.Leave("nobody"), m.Leave("nobody", "c2")):
        await switch.execute("c1", command)


async def test_a_bridge_that_is_not_there(switch: Switch) -> None:
    assert await refused(switch, m.StartHold()) == 404
    assert await refused(switch, m.StartTone()) == 404
    assert await refused(switch, m.Echo("nobody")) == 404
    assert await switch.received_packets("nobody") is None


async def test_nobody_joins_who_is_not_there(switch: Switch) -> None:
    await switch.execute("c1", m.CreateBridge())
    assert await refused(switch, m.Join("nobody")) in (400, 404)


async def test_accounts_may_be_pushed_and_removed_twice(switch: Switch) -> None:
    for password in ("one", "two"):
        await switch.add_endpoint("v1", password)
    for _ in range(2):
        await switch.remove_endpoint("v1")
    assert (await switch.state())["asterisk"] == "ok"


async def test_recordings_that_do_not_exist(switch: Switch) -> None:
    assert list(await switch.stored_recordings()) == []
    assert not await switch.recording_live("c1")
    assert await switch.ended_at("c1") is None
    with pytest.raises(SwitchRefused):
        await switch.fetch_recording("c1")
    await switch.drop_recording("c1")


async def test_state(switch: Switch) -> None:
    state = await switch.state()
    assert state["asterisk"] == "ok"
    assert set(state) == {"asterisk", "trunk"}


async def test_away() -> None:
    fake = FakeSwitch(reachable=False)
    client = partial(AriClient, "127.0.0.1", 1, "app", "user", "password")
    real = AsteriskSwitch(client, "app", SystemClock(), PROMPTS, {}, lambda concerns: None)
    for switch in (fake, real):
        assert (await switch.state())["asterisk"] != "ok"
        for asked in (switch.channels, switch.stored_recordings):
            with pytest.raises(SwitchUnreachable):
                await asked()
        with pytest.raises(SwitchUnreachable):
            await switch.execute("c1", m.CreateBridge())
