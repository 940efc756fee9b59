"""A call that cannot be lost: reload, closed page, cut network, another browser, two tabs."""

import time

import pytest
from playwright.async_api import expect

from pbx.demo.subscribers import STEMS
from tests.support.api import VPA1, Api, eventually
from tests.support.browser import Softphone
from tests.support.browsing import OpenPhone
from tests.support.far import A_HERTZ, ANNA_HERTZ, ENDINGS, EVERYBODY, Far
from tests.support.scenes import Scene, no_leg_is_left, typed
from tests.support.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

BACK_SECONDS = 3
LEGS = 2
"""Channels of one call: the far party's and the browser's."""

NUMBERS = iter(STEMS[country] + ENDINGS[A_HERTZ] for country in ("CH", "PL", "AT", "FR", "DE"))
"""Each test has a number of its own; their calling codes have two digits."""


class Talk:
    """Anna talks with a far party; what happens to her page must not end it."""

    def __init__(self, scene: Scene, number: str, far: Far) -> None:
        self.scene = scene
        self.number = number
        self.far = far

    @classmethod
    async def begin(cls, scene: Scene) -> "Talk":
        number = next(NUMBERS)
        country = next(c for c, stem in STEMS.items() if number.startswith(stem))
        await scene.anna.call(typed(number), country=country)
        await scene.anna.reaches("talking")
        far = await Far.reached(scene.api, number, scene.began)
        await scene.anna.hears(A_HERTZ)
        await far.hears_just(ANNA_HERTZ)
        return cls(scene, number, far)

    async def is_back(self, phone: Softphone, since: float) -> None:
        """Both directions again in under 3 s; the same call at the carrier; no second leg."""
        heard = await phone.hears(A_HERTZ, since=since)
        await self.far.hears_just(ANNA_HERTZ, last=0.5, seconds=BACK_SECONDS)
        print(f"heard again after {heard - since:.2f} s, hearing after {time.time() - since:.2f} s")
        assert heard - since < BACK_SECONDS
        assert await self.far.still_there()
        await phone.reaches("talking")

        async def one_leg() -> bool:
            return len(self.scene.stack.channels()) == LEGS

        await eventually(one_leg, 15, "one leg of the browser")

    async def end(self, phone: Softphone) -> None:
        await phone.hang_up()
        await self.scene.over((self.far, self.number))
        assert len(await self.scene.ledger()) == 1
        calls = await self.scene.api.carrier_calls(self.number)
        assert [c["id"] for c in calls].count(self.far.id) == 1


async def _scene(open_phone: OpenPhone, manager: Api, stack: Stack) -> Scene:
    await no_leg_is_left(stack)
    began = time.time()
    return Scene(await open_phone(VPA1, hertz=ANNA_HERTZ), manager, stack, began)


async def test_a_reload(open_phone: OpenPhone, manager: Api, stack: Stack) -> None:
    scene = await _scene(open_phone, manager, stack)
    talk = await Talk.begin(scene)
    for _ in range(2):
        reloaded = time.time()
        await scene.anna.page.reload(wait_until="commit")
        await talk.is_back(scene.anna, reloaded + 0.05)
    await talk.end(scene.anna)


async def test_a_page_closed_and_opened_again(
    open_phone: OpenPhone, manager: Api, stack: Stack
) -> None:
    scene = await _scene(open_phone, manager, stack)
    talk = await Talk.begin(scene)
    await scene.anna.page.close(run_before_unload=False)
    await talk.far.hears_music()
    page = await scene.anna.context.new_page()
    again = Softphone(scene.anna.context, page, VPA1)
    opened = time.time()
    await page.goto("/", wait_until="commit")
    await talk.is_back(again, opened)
    await talk.end(again)


async def test_ten_seconds_without_a_network(
    open_phone: OpenPhone, manager: Api, stack: Stack
) -> None:
    scene = await _scene(open_phone, manager, stack)
    talk = await Talk.begin(scene)
    cut = time.time()
    await scene.anna.cut_network()
    await expect(scene.anna.element("live-status")).not_to_have_attribute("data-live", "live")
    await scene.anna.page.wait_for_timeout(1000 * (10 - (time.time() - cut)))
    mended = time.time()
    await scene.anna.mend_network()
    await talk.is_back(scene.anna, mended)
    await talk.end(scene.anna)


async def test_take_this_call_here(open_phone: OpenPhone, manager: Api, stack: Stack) -> None:
    scene = await _scene(open_phone, manager, stack)
    talk = await Talk.begin(scene)
    other = await open_phone(VPA1, hertz=ANNA_HERTZ)
    await expect(other.element("take-over")).to_be_visible()
    await other.hears_just(among=EVERYBODY)
    clicked = time.time()
    await other.element("take-over").click()
    await talk.is_back(other, clicked)
    await scene.anna.hears_just(among=EVERYBODY)
    await talk.end(other)
    await scene.anna.is_idle()


async def test_two_tabs_have_one_sound_and_hand_it_over(
    open_phone: OpenPhone, manager: Api, stack: Stack
) -> None:
    scene = await _scene(open_phone, manager, stack)
    talk = await Talk.begin(scene)
    second = Softphone(scene.anna.context, await scene.anna.context.new_page(), VPA1)
    await second.page.goto("/")
    await second.reaches("talking")
    assert len(stack.channels()) == LEGS
    await second.hears_just(among=EVERYBODY)
    # The second tab is a remote control.
    await second.element("hold-button").click()
    await talk.far.hears_music()
    await second.element("resume-button").click()
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY)
    closed = time.time()
    await scene.anna.page.close(run_before_unload=False)
    await talk.is_back(second, closed)
    await talk.end(second)
