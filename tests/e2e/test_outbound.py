"""A call out of the softphone: sound both ways, what the outside sees, how it ends."""

import re

import pytest
from playwright.async_api import expect

from pbx.demo.subscribers import example
from tests.support.api import VPA1, Api, eventually
from tests.support.browser import CARRIER_HERTZ
from tests.support.browsing import OpenPhone
from tests.support.scenes import carrier_hears_the_microphone, typed

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

TONE = example("DE", "0006")


async def test_a_call_to_germany_carries_sound_both_ways(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone = await open_phone(VPA1)
    await phone.call(typed(TONE))
    await phone.reaches("talking")
    await phone.hears(CARRIER_HERTZ)
    carrier = await manager.carrier_call(TONE, "answered_at")
    await carrier_hears_the_microphone(manager, carrier["id"])
    await expect(phone.element("call-timer")).to_have_text(re.compile(r"0:0[2-9]|0:[1-9]\d"))
    await phone.hang_up()
    carrier = await manager.carrier_call(carrier["id"], "ended_at")
    assert carrier["duration_seconds"] > 1
    await expect(phone.element("recent-calls")).to_contain_text("0006")


async def test_the_network_is_heard_before_the_answer(open_phone: OpenPhone, manager: Api) -> None:
    """Ringing (425 Hz), and the announcement for a number that nobody has."""
    phone = await open_phone(VPA1)
    await phone.call(typed(example("DE", "0007")))
    await phone.reaches("ringing")
    await phone.hears(425)
    await phone.hang_up()
    since = await phone.call(typed(example("DE", "0003")))

    async def speech() -> bool:
        return sum(1 for each in await phone.heard(since) if each["db"] > -50) > 40

    await eventually(speech, 15, "the announcement in the browser")
    await expect(phone.element("error-message")).to_be_visible(timeout=20_000)
    (call,) = [c for c in await manager.calls() if c["number"] == example("DE", "0003")]
    assert (call["talk_seconds"], call["answered_at"]) == (0, None)


@pytest.mark.parametrize(("ending", "outcome"), [("0001", "busy"), ("0004", "rejected")])
async def test_why_a_call_failed_is_said(
    open_phone: OpenPhone, manager: Api, ending: str, outcome: str
) -> None:
    phone = await open_phone(VPA1)
    number = example("DE", ending)
    await phone.call(typed(number))
    await expect(phone.element("error-message")).to_be_visible()
    call = next(c for c in await manager.calls() if c["number"] == number)
    assert (call["outcome"], call["talk_seconds"]) == (outcome, 0)
    assert call["detail"] in await phone.element("error-message").inner_text()
