"""What happens to callers when the controller or its Asterisk dies: nothing is lost.

The whole stack as a process, without a browser: outside telephones call in.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from pbx.asterisk.home import pbx_home
from pbx.asterisk.process import living
from pbx.demo.carrier import Carrier, call_in_of
from pbx.settings_file import load
from tests.support import sound
from tests.support.api import MANAGER, Api, Json, eventually
from tests.support.stack import FREE_NUMBER, HEAD_OFFICE, Stack
from tests.support.telephony import runtime

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.calm]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("recovery"))
    try:
        yield await asyncio.to_thread(stack.start)
    finally:
        await asyncio.to_thread(stack.stop)
    assert stack.leftovers() == []


@pytest.fixture
def carrier(stack: Stack) -> Carrier:
    """The demo's carrier, spoken to directly: it lives on when the controller is dead."""
    return Carrier(load(stack.config, stack.data, {}), runtime())


async def begins_to_speak(carrier: Carrier, call_id: str) -> None:
    async def spoke() -> bool:
        return any(call.id == call_id and call.spoke_at for call in carrier.calls())

    await eventually(spoke, 20, "the beep")


async def has_ended(carrier: Carrier, call_id: str, seconds: float = 20) -> None:
    async def ended() -> bool:
        return any(call.id == call_id and call.ended_at for call in carrier.calls())

    await eventually(ended, seconds, "the caller's end of the call")


async def call_in(carrier: Carrier, caller: str, seconds: float) -> str:
    wish = {"from": caller, "to": HEAD_OFFICE, "sound": "speech", "seconds": seconds}
    return await carrier.call_in(call_in_of(wish))


async def the_mail(api: Api, caller: str) -> Json:
    async def found() -> Json | None:
        return next((mail for mail in await api.mails() if caller in mail["text"]), None)

    return await eventually(found, 15, f"a mail about {caller}")


async def mp3_seconds(api: Api, mail: Json) -> float:
    mp3 = await api.download(mail["attachments"][0]["url"])
    return sound.seconds(await sound.decode(mp3))


async def test_a_message_that_ended_while_the_controller_was_dead_is_mailed(
    stack: Stack, carrier: Carrier
) -> None:
    caller = "+491703333301"
    call_id = await call_in(carrier, caller, 4)
    await begins_to_speak(carrier, call_id)
    stack.kill()
    await has_ended(carrier, call_id)
    await asyncio.to_thread(stack.start)
    async with Api(stack.url, MANAGER) as api:
        mail = await the_mail(api, caller)
        assert 3.5 < await mp3_seconds(api, mail) < 5
        (call,) = await api.calls(number=caller)
        assert call["ended_at"] is not None
        assert call["outcome"] == "voicemail"


async def test_a_recording_goes_on_while_the_controller_is_restarted(
    stack: Stack, carrier: Carrier
) -> None:
    """Adopted in the middle, it ends with the caller and is mailed once."""
    caller = "+491703333302"
    call_id = await call_in(carrier, caller, 13)
    await begins_to_speak(carrier, call_id)
    stack.kill()
    await asyncio.to_thread(stack.start)
    assert not [call for call in carrier.calls() if call.id == call_id and call.ended_at]
    await has_ended(carrier, call_id)
    async with Api(stack.url, MANAGER) as api:
        mail = await the_mail(api, caller)
        assert 12.5 < await mp3_seconds(api, mail) < 14
        await asyncio.to_thread(stack.stop)
        await asyncio.to_thread(stack.start)
    async with Api(stack.url, MANAGER) as api:
        assert len([mail for mail in await api.mails() if caller in mail["text"]]) == 1
        (call,) = await api.calls(number=caller)
        assert call["outcome"] == "voicemail"


async def test_a_call_that_arrives_while_the_controller_is_away_hears_why(
    stack: Stack, carrier: Carrier
) -> None:
    stack.kill()
    wish = {"from": "+491703333303", "to": FREE_NUMBER, "sound": "silence", "seconds": 25}
    call_id = await carrier.call_in(call_in_of({**wish, "wait_for_beep": False}))

    async def announcement() -> bool:
        file = carrier.recording(call_id)
        if file is None:
            return False
        heard = sound.samples_of(sound.wav_on_disk(file))
        return sound.seconds(heard) > 3 and sound.loudness(heard) > 300

    await eventually(announcement, 20, "the announcement")
    await asyncio.to_thread(stack.start)


async def test_when_asterisk_dies_calls_are_closed_and_the_next_ones_work(
    stack: Stack, carrier: Carrier
) -> None:
    caller = "+491703333304"
    call_id = await call_in(carrier, caller, 7)
    await begins_to_speak(carrier, call_id)
    pid = living(pbx_home(load(stack.config, stack.data, {})))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    async with Api(stack.url, MANAGER) as api:

        async def closed() -> Json | None:
            (call,) = await api.calls(number=caller)
            return call if call["ended_at"] else None

        await eventually(closed, 20, "the end of the call in the ledger")

        async def ready() -> bool:
            return (await api.ask("GET", "/readyz")).status == 200

        await eventually(ready, 20, "Asterisk again")
        again = "+491703333305"
        await call_in(carrier, again, 3)
        mail = await the_mail(api, again)
        assert 2.5 < await mp3_seconds(api, mail) < 4


async def test_a_half_written_recording_is_not_left_behind(stack: Stack) -> None:
    """After all this nothing waits in Asterisk's own folder: what was worth keeping is kept."""

    async def empty() -> bool:
        return not [file for file in _spool(stack) if file.suffix == ".wav"]

    await eventually(empty, 15, "an empty recording folder")


def _spool(stack: Stack) -> list[Path]:
    home = pbx_home(load(stack.config, stack.data, {}))
    return list(home.path.rglob("recording/*"))
