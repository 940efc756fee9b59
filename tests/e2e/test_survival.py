"""What a call lives through: a crash of its browser, the death of the controller; a clean end."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pbx.demo.subscribers import example
from tests.support import sound
from tests.support.api import MANAGER, VPA1, Api, Json, eventually
from tests.support.browser import CARRIER_HERTZ, MICROPHONE_HERTZ, TOLERANCE_HERTZ
from tests.support.browsing import OpenPhone
from tests.support.scenes import carrier_hears_the_microphone
from tests.support.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

TONE = example("FR", "0006")


async def test_a_call_lives_on_in_another_browser_when_its_own_crashed(
    open_phone: OpenPhone, manager: Api
) -> None:
    number = example("PL", "0006")
    first = await open_phone(VPA1)
    await first.call(number.removeprefix("+48"), country="PL")
    await first.reaches("talking")
    carrier = await manager.carrier_call(number, "answered_at")
    await first.page.close(run_before_unload=False)
    second = await open_phone(VPA1)
    await second.reaches("talking")
    await second.hears(CARRIER_HERTZ)
    await carrier_hears_the_microphone(manager, carrier["id"])
    assert len(await manager.carrier_calls(number)) == 1
    await second.hang_up()


def recording_of(stack: Stack, carrier_id: str) -> Path:
    """On disk: without the controller nobody serves it."""
    return next(stack.data.rglob(f"{carrier_id}.wav"))


async def microphone_goes_on(file: Path, seconds: float = 2) -> None:
    """What the carrier receives from now on is still the browser's 440 Hz."""
    start = len(sound.samples_of(sound.wav_on_disk(file)))

    async def more() -> bool:
        part = sound.samples_of(sound.wav_on_disk(file))[start:]
        if sound.seconds(part) < seconds:
            return False
        assert abs(sound.main_hertz(part) - MICROPHONE_HERTZ) < TOLERANCE_HERTZ
        assert sound.loudness(part) > 500
        return True

    await eventually(more, seconds + 5, "more sound at the carrier")


async def test_a_call_outlives_its_controller_and_is_billed_right(
    own_stack: Callable[..., Stack], open_phone: OpenPhone
) -> None:
    stack = own_stack()
    phone = await open_phone(VPA1, url=stack.url)
    await phone.call(TONE.removeprefix("+33"), country="FR")
    await phone.reaches("talking")
    await phone.hears(CARRIER_HERTZ)
    async with Api(stack.url, MANAGER) as manager:
        carrier = await manager.carrier_call(TONE, "answered_at")
    file = recording_of(stack, carrier["id"])
    killed = time.time()
    stack.kill()
    await microphone_goes_on(file)
    # Both directions, without a controller.
    await phone.hears(CARRIER_HERTZ, since=killed + 1)
    await asyncio.to_thread(stack.start)
    await phone.is_live()
    await phone.reaches("talking")
    await microphone_goes_on(file, 1)
    async with Api(stack.url, MANAGER) as manager:
        assert (await manager.carrier_call(carrier["id"]))["ended_at"] is None

        async def adopted() -> bool:
            (call,) = await manager.calls(number=TONE)
            return bool(call["state"] == "talking")

        await eventually(adopted, 10, "the adopted call")
        await phone.hang_up()
        carrier = await manager.carrier_call(carrier["id"], "ended_at")
        (call,) = await manager.calls(number=TONE)
        assert (call["outcome"], call["cause"]) == ("answered", "hangup-agent")
        difference = abs(call["talk_seconds"] - carrier["duration_seconds"])
        print(f"difference to the carrier: {difference:.3f} s")
        assert difference < 1


async def test_a_call_that_ended_while_nobody_watched_is_billed_right(
    own_stack: Callable[..., Stack], open_phone: OpenPhone
) -> None:
    """The far party hangs up 5 s after its answer, when the controller is dead."""
    stack = own_stack()
    number = example("DE", "002N")
    phone = await open_phone(VPA1, url=stack.url)
    await phone.call(number.removeprefix("+49"))
    await phone.reaches("talking")
    async with Api(stack.url, MANAGER) as manager:
        carrier = await manager.carrier_call(number, "answered_at")
    stack.kill()
    file = recording_of(stack, carrier["id"])

    async def over() -> bool:
        """Nothing more is written."""
        size = file.stat().st_size
        await asyncio.sleep(1.5)
        return size == file.stat().st_size

    await eventually(over, 20, "the end of the call at the carrier")
    await asyncio.to_thread(stack.start)
    async with Api(stack.url, MANAGER) as manager:

        async def closed() -> Json | None:
            (call,) = await manager.calls(number=number)
            return call if call["ended_at"] else None

        call = await eventually(closed, 10, "the closed call")
        carrier = await manager.carrier_call(number, "ended_at")
        assert call["outcome"] == "answered"
        # By Asterisk's own record: the controller did not see the end.
        difference = abs(call["talk_seconds"] - carrier["duration_seconds"])
        print(f"unseen end, difference to the carrier: {difference:.3f} s")
        assert difference < 1
    await phone.is_idle()


async def test_ctrl_c_ends_everything_and_the_second_start_is_quick(
    own_stack: Callable[..., Stack], open_phone: OpenPhone
) -> None:
    stack = own_stack()
    phone = await open_phone(VPA1, url=stack.url)
    await phone.call(TONE.removeprefix("+33"), country="FR")
    await phone.reaches("talking")
    status = await asyncio.to_thread(stack.stop)
    assert status == 0
    assert stack.leftovers() == []
    began = time.monotonic()
    await asyncio.to_thread(stack.start)
    took = time.monotonic() - began
    print(f"second start: {took:.1f} s")
    assert took < 15
    async with Api(stack.url, MANAGER) as manager:
        (call,) = await manager.calls(number=TONE)
        carrier = await manager.carrier_call(TONE, "ended_at")
    assert call["outcome"] == "answered"
    assert abs(call["talk_seconds"] - carrier["duration_seconds"]) < 0.5
