"""The carrier gets exactly the digits that were typed or pasted."""

import asyncio
import random
import time

import pytest

from pbx.demo.subscribers import STEMS
from tests.support.api import VPA1, VPA2, Api, eventually
from tests.support.browser import Softphone
from tests.support.browsing import OpenPhone
from tests.support.far import Far
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEYS_HERTZ = 800
TYPING_MS = 80
"""Between two keys: twelve a second, faster than most people type digits."""
DIGITS = "".join(random.Random(10).choices("0123456789*#", k=100))
OTHERS = "".join(random.Random(11).choices("0123456789*#", k=100))


async def call(
    open_phone: OpenPhone, api: Api, country: str, email: str = VPA1
) -> tuple[Softphone, Far]:
    number = STEMS[country] + "0009"
    began = time.time()
    phone = await open_phone(email)
    await phone.call(number[3:], country=country)
    await phone.reaches("talking")
    return phone, await Far.reached(api, number, began)


async def got(far: Far, digits: str, seconds: float) -> None:
    """Exactly these arrive, and nothing after them."""
    heard = ""

    async def enough() -> bool:
        nonlocal heard
        heard = (await far.record())["keys"]
        return len(heard) >= len(digits)

    try:
        await eventually(enough, seconds)
    except AssertionError as e:
        raise AssertionError(f"{len(heard)} of {len(digits)} digits: {heard}") from e
    assert heard == digits


async def typed(open_phone: OpenPhone, manager: Api) -> None:
    phone, far = await call(open_phone, manager, "DE")
    await phone.hears(KEYS_HERTZ)
    await phone.page.keyboard.type(DIGITS, delay=TYPING_MS)
    typed = time.time()
    await got(far, DIGITS, 45)
    print(f"100 of 100 digits, the last one {time.time() - typed:.1f} s after it was typed")
    await phone.hang_up()


async def pasted(open_phone: OpenPhone, manager: Api) -> None:
    phone, far = await call(open_phone, manager, "FR", VPA2)
    await phone.hears(KEYS_HERTZ)
    await phone.context.grant_permissions(["clipboard-read", "clipboard-write", "microphone"])
    await phone.page.evaluate("text => navigator.clipboard.writeText(text)", OTHERS)
    await phone.page.keyboard.press("Control+V")
    await got(far, OTHERS, 45)
    await phone.hang_up()


async def test_a_hundred_typed_and_a_hundred_pasted(open_phone: OpenPhone, manager: Api) -> None:
    """Two people at the same time: a tone takes as long as it takes."""
    async with asyncio.TaskGroup() as group:
        group.create_task(typed(open_phone, manager))
        group.create_task(pasted(open_phone, manager))


async def test_typed_before_the_first_sound(open_phone: OpenPhone, manager: Api) -> None:
    """The browser's leg may still be replaced then; no digit may be lost with it."""
    phone, far = await call(open_phone, manager, "AT")
    await phone.page.keyboard.type(DIGITS[:20], delay=TYPING_MS)
    await got(far, DIGITS[:20], 20)
    await phone.hang_up()


async def test_pressed_on_the_screen(open_phone: OpenPhone, manager: Api) -> None:
    phone, far = await call(open_phone, manager, "PL")
    await phone.hears(KEYS_HERTZ)
    await phone.element("keypad-button").click()
    for key in "147*0#":
        await phone.element(f"key-{key}").click()
    await got(far, "147*0#", 10)
    await phone.hang_up()


async def test_what_the_network_was_told_about_us_never_changes(
    open_phone: OpenPhone, manager: Api, stack: Stack
) -> None:
    """Not even when legs change: no account's name gets out while the call goes on."""
    phone, far = await call(open_phone, manager, "CH")
    await phone.hears(KEYS_HERTZ)
    await phone.page.reload(wait_until="commit")
    await phone.hears(KEYS_HERTZ, since=time.time() + 0.1)
    await phone.page.keyboard.type("1")
    await got(far, "1", 10)
    await phone.hang_up()
    await far.ended()
    file = stack.data / "demo" / "carrier" / "log" / "cel-custom" / "calls.csv"
    rows = [line.split('","') for line in file.read_text().splitlines() if far.id in line]
    assert {row[4] for row in rows if row[2] == far.id} == {"+4922182829980"}
