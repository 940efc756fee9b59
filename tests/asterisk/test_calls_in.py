"""Telephones outside that call the exchange, and what the demo's pages tell of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pbx.demo.carrier import CallIn
from pbx.demo.subscribers import example
from pbx.errors import SwitchRefused
from pbx.settings import ROOT
from tests.support.telephony import (
    BareAri,
    loudness,
    samples,
    seconds_of,
    share_of,
    until,
)
from tests.support.two_asterisks import HEAD_OFFICE, World, run_world, took

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.calm]

CALLER = "+491712345678"
BEEP = ROOT / "recordings" / "prompts" / "beep"
GREETING = ROOT / "recordings" / "prompts" / "de" / "one-moment"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with run_world(tmp_path_factory.mktemp("world")) as made:
        yield made


# ------------------------------------------------------------------ calls in


async def voicemail(ari: BareAri, channel: str, name: str) -> None:
    """Greeting, beep, recording, as the controller does it."""
    await ari.do("POST", f"channels/{channel}/answer")
    for part, sound in (("g", GREETING), ("b", BEEP)):
        play = {"media": f"sound:{sound}", "playbackId": f"{part}-{name}"}
        await ari.do("POST", f"channels/{channel}/play", play)
        await until(ari.event("PlaybackFinished", playback=f"{part}-{name}"), 15)
    await ari.do("POST", f"channels/{channel}/record", {"name": name, "format": "wav"})


async def arrived(ari: BareAri, caller: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        return next(
            (
                e
                for e in ari.events
                if e["type"] == "StasisStart" and e["channel"]["caller"]["number"] == caller
            ),
            None,
        )

    return await until(find)


@pytest.mark.parametrize(
    ("sound", "seconds", "caller"),
    [("speech", 4.0, CALLER), ("silence", 2.0, ""), ("tone", 3.0, "+4366012345678")],
)
async def test_an_outside_phone_speaks_after_the_beep(
    world: World, sound: Any, seconds: float, caller: str
) -> None:
    name = f"vm-{sound}"
    async with world.ari() as ari:
        call_id = await world.demo.carrier.call_in(CallIn(caller, HEAD_OFFICE, sound, seconds))
        event = await arrived(ari, caller or "anonymous")
        assert event["args"] == ["inbound", HEAD_OFFICE]
        await voicemail(ari, event["channel"]["id"], name)
        await until(ari.event("RecordingFinished", recording=name), seconds + 5)
    call = await world.ended(call_id)
    assert (call.direction, call.called) == ("in", HEAD_OFFICE)
    assert call.caller == (caller or "anonymous")
    assert took(call.spoke_at, call.ended_at) == pytest.approx(seconds, abs=0.1)
    assert seconds_of(world.stored(name)) == pytest.approx(seconds, abs=0.4)
    heard = samples(world.stored(name), 0.3)
    assert (loudness(heard) > 300) is (sound != "silence")
    assert (share_of(heard, 1000) > 0.9) is (sound == "tone")
    assert loudness(samples(world.recorded(call), 0, 2)) > 300, "the greeting"


async def test_it_makes_its_sound_at_once_where_a_person_answers(world: World) -> None:
    async with world.ari() as ari:
        call = CallIn("+4317654321", HEAD_OFFICE, "speech", 3, wait_for_beep=False)
        call_id = await world.demo.carrier.call_in(call)
        channel = (await arrived(ari, "+4317654321"))["channel"]["id"]
        await ari.do("POST", f"channels/{channel}/answer")
        await ari.do("POST", f"channels/{channel}/record", {"name": "person", "format": "wav"})
        await until(ari.event("RecordingFinished", recording="person"))
    seen = await world.ended(call_id)
    assert took(seen.answered_at, seen.ended_at) == pytest.approx(3, abs=0.1)
    assert seen.spoke_at is None
    assert loudness(samples(world.stored("person"), 0.2, 1)) > 300


async def test_it_can_hang_up_during_the_greeting(world: World) -> None:
    async with world.ari() as ari:
        call = CallIn("+4317654322", HEAD_OFFICE, "speech", 10, hangup_after=1.5)
        call_id = await world.demo.carrier.call_in(call)
        channel = (await arrived(ari, "+4317654322"))["channel"]["id"]
        await ari.do("POST", f"channels/{channel}/answer")
        await ari.do("POST", f"channels/{channel}/play", {"media": f"sound:{GREETING}"})
        # A channel that came in through the dialplan leaves the application before it is
        # destroyed: StasisEnd is the last that is heard of it (Asterisk 22.10).
        await until(ari.event("StasisEnd", channel=channel))
        assert ari.event("ChannelDestroyed", channel=channel)() is None
    seen = await world.ended(call_id)
    assert seen.cause == 16
    assert took(seen.answered_at, seen.ended_at) == pytest.approx(1.5, abs=0.1)


async def test_without_a_controller_the_caller_hears_why(world: World) -> None:
    call_id = await world.demo.carrier.call_in(CallIn(CALLER, HEAD_OFFICE, "silence", 60))
    call = await world.ended(call_id, 40)
    assert 1.5 < took(call.invited_at, call.answered_at) < 4, "it rings first"
    assert call.cause == 42
    announced = ("de", "en")
    spoken = sum(
        seconds_of(ROOT / "recordings" / "prompts" / x / "controller-away.wav") for x in announced
    )
    assert took(call.answered_at, call.ended_at) == pytest.approx(spoken + 0.5, abs=1)
    heard = samples(world.recorded(call))
    assert loudness(heard) > 300


async def test_a_browsers_leg_needs_an_account(world: World) -> None:
    """Whoever is neither the trunk nor an endpoint gets no further than the challenge."""
    loop = asyncio.get_running_loop()
    answers: asyncio.Queue[str] = asyncio.Queue()

    class Phone(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
            answers.put_nowait(data.decode())

    exchange = (world.settings.trunk.local_host, world.settings.trunk.local_port)
    transport, _ = await loop.create_datagram_endpoint(Phone, remote_addr=exchange)
    port = transport.get_extra_info("sockname")[1]
    invite = (
        f"INVITE sip:{HEAD_OFFICE}@127.0.0.1 SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKx\r\nMax-Forwards: 70\r\n"
        f"From: <sip:stranger@127.0.0.1>;tag=1\r\nTo: <sip:{HEAD_OFFICE}@127.0.0.1>\r\n"
        f"Call-ID: stranger\r\nCSeq: 1 INVITE\r\nContact: <sip:stranger@127.0.0.1:{port}>\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    transport.sendto(invite.encode())
    answer = await asyncio.wait_for(answers.get(), 5)
    transport.close()
    assert answer.startswith("SIP/2.0 401 ")


# ------------------------------------------------------------------ pages, other trunks


async def test_the_demos_json_shows_a_call_and_plays_it(world: World) -> None:
    app = web.Application()
    app.add_routes(world.demo.routes())
    async with TestClient(TestServer(app)) as client, world.ari() as ari:
        body = {"from": "+33612345678", "to": HEAD_OFFICE, "sound": "tone", "seconds": 1}
        made = await client.post("/demo/call-in", json={**body, "wait_for_beep": False})
        assert made.status == 201
        call_id = (await made.json())["id"]
        channel = (await arrived(ari, "+33612345678"))["channel"]["id"]
        await ari.do("POST", f"channels/{channel}/answer")
        await ari.do("POST", f"channels/{channel}/play", {"media": f"sound:{GREETING}"})
        await world.ended(call_id)
        items = (await (await client.get("/demo/calls")).json())["items"]
        shown = next(i for i in items if i["id"] == call_id)
        assert (shown["direction"], shown["from"]) == ("in", "+33612345678")
        assert shown["duration_seconds"] == pytest.approx(1, abs=0.1)
        part = await client.get(shown["recording"], headers={"Range": "bytes=0-3"})
        assert (part.status, await part.read()) == (206, b"RIFF")


async def registered_call(world: World, call: CallIn) -> str:
    """Call in as soon as the exchange has registered."""
    for _ in range(100):
        with suppress(SwitchRefused):
            return await world.demo.carrier.call_in(call)
        await asyncio.sleep(0.1)
    raise AssertionError("the exchange did not register")


async def test_a_trunk_with_account_registration_and_another_style(tmp_path: Path) -> None:
    trunk = (
        'username = "line4711"\npassword = "a;secret"\nregister = true\ncaller_id_style = "RPID"'
    )
    async with run_world(tmp_path, trunk) as world, world.ari() as ari:
        number = example("PL", "0001")
        await ari.dial(number, "auth", HEAD_OFFICE)
        await until(ari.event("ChannelDestroyed", channel="auth"))
        call = await world.ended(number)
        assert f"<sip:{HEAD_OFFICE}@" in call.from_header
        assert call.pai == ""
        assert HEAD_OFFICE in call.rpid
        # The carrier reaches us only through what we registered.
        call_id = await registered_call(world, CallIn(CALLER, HEAD_OFFICE, "tone", 1))
        event = await arrived(ari, CALLER)
        assert event["args"] == ["inbound", HEAD_OFFICE]
        await ari.do("DELETE", f"channels/{event['channel']['id']}")
        await world.ended(call_id)
