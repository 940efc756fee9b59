"""Exchange and carrier, two real Asterisks, with sound both ways.

Stands in for the controller: bare ARI. What it does is compared with the carrier's own
record and with what was recorded there.
"""

import array
import asyncio
import math
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from pbx.demo.subscribers import example
from pbx.demo.witness import CarrierCall
from tests.support.telephony import (
    loudness,
    samples,
    seconds_of,
    share_of,
    until,
)
from tests.support.two_asterisks import HEAD_OFFICE, World, run_world, took

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.calm]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with run_world(tmp_path_factory.mktemp("world")) as made:
        yield made


async def test_the_trunk_is_seen_to_be_there(world: World) -> None:
    async with world.ari() as ari:

        async def state() -> str:
            return str((await ari.do("GET", "endpoints/PJSIP/trunk"))["state"])

        for _ in range(100):
            if await state() == "online":
                break
            await asyncio.sleep(0.1)
        assert await state() == "online"


# ------------------------------------------------------------------ calls out


@dataclass
class Called:
    """What became of a call, as the carrier and as the exchange saw it."""

    carrier: CarrierCall
    destroyed: dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def called(world: World) -> dict[str, Called]:
    """One call to each kind of subscriber, all at the same time."""
    endings = ["0001", "0002", "0003", "0004", "0005", "0007", "0012", "0021", "0032"]
    results = {}
    async with world.ari() as ari:
        for ending in endings:
            limit = 4 if ending == "0002" else 30
            await ari.dial(example("DE", ending), f"c{ending}", HEAD_OFFICE, limit)
        for ending in ("0007", "0012"):
            await until(ari.event("StasisStart", channel=f"c{ending}"), 15)
            await ari.do("DELETE", f"channels/c{ending}")
        for ending in endings:
            destroyed = await until(ari.event("ChannelDestroyed", channel=f"c{ending}"), 20)
            results[ending] = Called(await world.ended(example("DE", ending)), destroyed)
    return results


@pytest.mark.parametrize(
    ("ending", "cause", "status"),
    [("0001", 17, 486), ("0003", 1, 404), ("0004", 21, 603)],
)
async def test_a_call_that_fails_tells_why(
    called: dict[str, Called], ending: str, cause: int, status: int
) -> None:
    destroyed, carrier = called[ending].destroyed, called[ending].carrier
    assert destroyed["cause"] == cause
    assert destroyed["tech_cause"] == status
    assert carrier.answered_at is None


async def test_nobody_answers(called: dict[str, Called]) -> None:
    call = called["0002"].carrier
    assert call.answered_at is None
    assert 3.5 < took(call.ringing_at, call.ended_at) < 5


@pytest.mark.parametrize(("ending", "rings"), [("0005", 1), ("0007", 5), ("0012", 2), ("0021", 1)])
async def test_ring_times(called: dict[str, Called], ending: str, rings: int) -> None:
    call = called[ending].carrier
    assert took(call.ringing_at, call.answered_at) == pytest.approx(rings, abs=0.15)


@pytest.mark.parametrize(("ending", "talks"), [("0005", 3), ("0021", 5), ("0032", 2)])
async def test_subscribers_that_hang_up(called: dict[str, Called], ending: str, talks: int) -> None:
    call = called[ending].carrier
    # Up to half a second more where nobody sends sound, as here: Answer() waits for it.
    assert talks - 0.1 < took(call.answered_at, call.ended_at) < talks + 0.7
    assert (call.cause, called[ending].destroyed["cause"]) == (16, 16)


async def test_the_caller_id_is_in_from_and_pai(called: dict[str, Called]) -> None:
    for call in (c.carrier for c in called.values()):
        assert f"<sip:{HEAD_OFFICE}@" in call.from_header
        assert call.pai.startswith(f"<sip:{HEAD_OFFICE}@")
        assert call.rpid == ""
        assert call.caller == HEAD_OFFICE


async def test_the_exchange_keeps_a_witness_of_its_own(
    world: World, called: dict[str, Called]
) -> None:
    file = world.pbx.home.log / "cdr-custom" / "calls.csv"
    line = await until(
        lambda: (
            next((x for x in file.read_text().splitlines() if '"c0005"' in x), None)
            if file.exists()
            else None
        ),
        15,
    )
    fields = [f.strip('"') for f in line.split(",")]
    call = called["0005"].carrier
    assert float(fields[7]) == pytest.approx(call.answered_at, abs=0.2)
    assert float(fields[8]) == pytest.approx(call.ended_at, abs=0.2)
    assert fields[9] == "ANSWERED"


async def test_early_media_is_heard(world: World) -> None:
    number = example("AT", "0003")
    async with world.ari() as ari:
        body = {"type": "mixing", "bridgeId": "b-early"}
        await ari.do("POST", "bridges", body)
        created = {
            "endpoint": f"PJSIP/{number}@trunk",
            "app": world.settings.asterisk.app,
            "channelId": "early",
        }
        await ari.do("POST", "channels/create", created)
        await until(ari.event("StasisStart", channel="early"))
        await ari.do("POST", "bridges/b-early/addChannel", {"channel": "early"})
        record = {"name": "early", "format": "wav"}
        await ari.do("POST", "bridges/b-early/record", record)
        await ari.do("POST", "channels/early/dial", {"timeout": 20})
        await until(ari.event("ChannelDestroyed", channel="early"), 20)
        await ari.ask("POST", "recordings/live/early/stop")  # it may have ended by itself
        await until(ari.event("RecordingFinished", recording="early"))
        await ari.do("DELETE", "bridges/b-early")
    call = await world.ended(number)
    assert call.answered_at is None
    assert loudness(samples(world.stored("early"))) > 300


async def test_the_echo_comes_back_and_the_carrier_records_what_was_sent(
    world: World, tmp_path: Path
) -> None:
    number = example("FR", "0100")
    tone = write_tone(tmp_path / "tone.wav", 440, 3)
    async with world.ari() as ari:
        await ari.dial(number, "echo", HEAD_OFFICE)
        await until(ari.event("StasisStart", channel="echo"))
        snoop = {"spy": "in", "app": world.settings.asterisk.app, "snoopId": "ear"}
        await ari.do("POST", "channels/echo/snoop", snoop)
        await until(ari.event("StasisStart", channel="ear"))
        await ari.do("POST", "channels/ear/record", {"name": "ear", "format": "wav"})
        play = {"media": f"sound:{tone.with_suffix('')}", "playbackId": "p"}
        await ari.do("POST", "channels/echo/play", play)
        await until(ari.event("PlaybackFinished", playback="p"))
        await ari.do("POST", "recordings/live/ear/stop")
        await until(ari.event("RecordingFinished", recording="ear"))
        await ari.do("DELETE", "channels/echo")
    call = await world.ended(number)
    assert share_of(samples(world.stored("ear"), 0.5, 2.5), 440) > 0.9
    assert share_of(samples(world.recorded(call), 0.5, 2.5), 440) > 0.9


@pytest.mark.parametrize(
    ("ending", "hertz"), [("0006", 1000), ("0008", None), ("0009", 800), ("0053", 500)]
)
async def test_a_tone_and_speech_are_heard(world: World, ending: str, hertz: int | None) -> None:
    number, channel = example("CH", ending), f"hear{ending}"
    async with world.ari() as ari:
        await ari.dial(number, channel, HEAD_OFFICE)
        await until(ari.event("StasisStart", channel=channel))
        body = {"name": channel, "format": "wav", "maxDurationSeconds": 2}
        await ari.do("POST", f"channels/{channel}/record", body)
        await until(ari.event("RecordingFinished", recording=channel))
        await ari.do("DELETE", f"channels/{channel}")
    heard = samples(world.stored(channel), 0.3)
    assert loudness(heard) > 300
    assert (share_of(heard, hertz or 1000) > 0.9) is (hertz is not None)


async def test_the_carrier_notes_every_key(world: World) -> None:
    number, keys = example("PL", "0009"), "0123456789*#ABCD00"
    async with world.ari() as ari:
        await ari.dial(number, "keys", HEAD_OFFICE)
        await until(ari.event("StasisStart", channel="keys"))
        body = {"dtmf": keys, "duration": 100, "between": 60}
        await ari.do("POST", "channels/keys/dtmf", body)
        await until(lambda: (c := world.call(number)) and c.keys == keys, 15, "all keys")
        await ari.do("DELETE", "channels/keys")
    assert (await world.ended(number)).keys == keys


async def test_hold_music_and_the_ringing_tone_reach_the_far_end(world: World) -> None:
    number = example("DE", "0110")
    async with world.ari() as ari:
        await ari.dial(number, "hold", HEAD_OFFICE)
        await until(ari.event("StasisStart", channel="hold"))
        await ari.do("POST", "channels/hold/moh")
        await asyncio.sleep(2)  # of music
        await ari.do("DELETE", "channels/hold/moh")
        await ari.do("POST", "channels/hold/ring")
        await asyncio.sleep(1.5)  # of ringing: 1 s of tone, then a pause
        await ari.do("DELETE", "channels/hold")
    file = world.recorded(await world.ended(number))
    parts = [samples(file, n / 4, n / 4 + 0.25) for n in range(int(seconds_of(file) * 4))]
    sounds = [share_of(part, 425) > 0.9 for part in parts if loudness(part) > 300]
    assert sounds.count(False) >= 6, "quarter seconds of music"
    assert sounds.count(True) >= 3, "quarter seconds of ringing tone"


def write_tone(file: Path, hertz: float, seconds: float) -> Path:
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        step = math.tau * hertz / 8000
        sound = [round(8000 * math.sin(step * i)) for i in range(int(seconds * 8000))]
        wav.writeframes(array.array("h", sound).tobytes())
    return file
