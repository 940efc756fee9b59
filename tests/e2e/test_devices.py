"""Microphones: changed in a call without a gap, silent ones and muted speech reported."""

import array
import time

import pytest
from playwright.async_api import expect

from pbx.demo.subscribers import STEMS
from tests.support import sound
from tests.support.api import VPA1, Api, eventually
from tests.support.browser import TONE_MICROPHONES, Softphone
from tests.support.browsing import OpenPhone
from tests.support.far import A_HERTZ, ENDINGS, Far

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

NUMBER = STEMS["PL"] + ENDINGS[A_HERTZ]
FIRST_HERTZ, SECOND_HERTZ = 620, 930
"""Of the two microphones, see `TONE_MICROPHONES`."""
BOTH = (FIRST_HERTZ, SECOND_HERTZ)
GAP_MS = 200
REPORT_SECONDS = 3


async def talk(open_phone: OpenPhone, api: Api) -> tuple[Softphone, Far]:
    began = time.time()
    phone = await open_phone(VPA1, script=TONE_MICROPHONES)
    await phone.call(NUMBER[3:], country="PL")
    await phone.reaches("talking")
    far = await Far.reached(api, NUMBER, began)
    await phone.hears(A_HERTZ)
    await far.hears_just(FIRST_HERTZ, among=BOTH)
    return phone, far


def change(samples: "array.array[int]") -> tuple[float, float]:
    """When the first tone was heard last and the second one first, in seconds of `samples`."""
    step = sound.RATE // 50
    looks = [
        (begin / sound.RATE, sound.tones(samples[begin : begin + 2 * step], BOTH))
        for begin in range(0, len(samples) - 2 * step, step)
    ]
    last = max(at + 2 * step / sound.RATE for at, heard in looks if FIRST_HERTZ in heard)
    first = min(at for at, heard in looks if SECOND_HERTZ in heard)
    return last, first


async def test_another_microphone_without_a_gap(open_phone: OpenPhone, manager: Api) -> None:
    phone, far = await talk(open_phone, manager)
    invites = [each for each in phone.sip if each.method in ("INVITE", "UPDATE", "BYE")]
    start = len(await far.samples())
    await phone.element("user-menu").click()
    await phone.element("open-sound").click()
    await phone.element("device-microphone").select_option(label="Fake Audio Input 2")
    await far.hears_just(SECOND_HERTZ, among=BOTH)
    samples = (await far.samples())[start:]
    last, first = change(samples)
    silence = sound.longest_gap(samples)
    print(f"from one to the other in {(first - last) * 1000:.0f} ms; silence {silence:.0f} ms")
    assert silence < GAP_MS
    assert first - last < GAP_MS / 1000
    assert await far.still_there()
    after = [each for each in phone.sip if each.method in ("INVITE", "UPDATE", "BYE")]
    assert after == invites, "the line was negotiated anew"
    await phone.page.keyboard.press("Escape")
    await phone.hang_up()


async def advice(phone: Softphone, *ids: str) -> float:
    """When one of these was given, in epoch seconds."""

    async def given() -> str | None:
        found = await phone.page.locator("[data-testid=advice]").evaluate_all(
            "all => all.map((each) => each.dataset.advice)"
        )
        return next((each for each in found if each in ids), None)

    which = await eventually(given, 8, f"advice {ids}")
    print("advice:", which)
    return time.time()


async def test_a_silent_microphone_is_reported(open_phone: OpenPhone, manager: Api) -> None:
    phone, far = await talk(open_phone, manager)
    await expect(phone.element("advice")).to_have_count(0)
    silent = time.time()
    await phone.page.evaluate("microphones.at(-1).gain.value = 0")
    told = await advice(phone, "silent-microphone", "not-heard")
    print(f"reported after {told - silent:.2f} s")
    assert told - silent < REPORT_SECONDS
    await far.hears_silence()
    await phone.page.evaluate("microphones.at(-1).gain.value = 0.3")
    await expect(phone.element("advice")).to_have_count(0)
    await phone.hang_up()


async def test_speech_while_muted_is_reported(open_phone: OpenPhone, manager: Api) -> None:
    phone, far = await talk(open_phone, manager)
    muted = time.time()
    await phone.element("mute-button").click()
    told = await advice(phone, "muted-speech")
    print(f"reported after {told - muted:.2f} s")
    await far.hears_silence()
    await phone.element("mute-button").click()
    await expect(phone.element("advice")).to_have_count(0)
    await phone.hang_up()
