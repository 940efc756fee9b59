"""Only a browser that proves that it rings is rung; whoever is dead is skipped at once."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.api import MANAGER, VPA1, VPA2, Api, at, eventually
from tests.support.browser import Softphone
from tests.support.browsing import OpenPhone
from tests.support.raw_tab import LIVE, RawTab, raw_tab
from tests.support.stack import HEAD_OFFICE, VPA1_NUMBER, Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

SKIPPED_SECONDS = 2
RINGS_SECONDS = 0.5

WATCH_RING = """(() => {
  window.rangAt = [];
  let before = false;
  new MutationObserver(() => {
    const now = document.querySelector("[data-testid=incoming-call]") !== null;
    if (now && !before) window.rangAt.push(Date.now() / 1000);
    before = now;
  }).observe(document, { childList: true, subtree: true });
})();"""
"""When an incoming call was drawn, in epoch seconds."""


async def rang_at(phone: Softphone) -> float:
    await expect(phone.element("incoming-call")).to_be_visible()
    return float(await phone.page.evaluate("window.rangAt.at(-1)"))


async def kill(phone: Softphone) -> None:
    """The tab's process dies; the browser has no answer to that command."""
    session = await phone.context.new_cdp_session(phone.page)
    async with phone.page.expect_event("crash"):
        dying = asyncio.ensure_future(session.send("Page.crash"))
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)


async def call_in(api: Api, to: str, caller: str) -> str:
    return await api.call_in(to, caller, "silence", seconds=1, hangup_after=0.5)


async def test_a_live_browser_rings_in_half_a_second(open_phone: OpenPhone, manager: Api) -> None:
    phone = await open_phone(VPA1, script=WATCH_RING)
    took = []
    for n in range(3):
        carrier_id = await call_in(manager, VPA1_NUMBER, f"+49170111117{n}")
        rang = await rang_at(phone)
        carrier = await manager.carrier_call(carrier_id)
        took.append(rang - at(carrier["invited_at"]))
        await phone.element("decline-button").click()
        await manager.carrier_call(carrier_id, "ended_at")
    print("rang after", [f"{each * 1000:.0f} ms" for each in took])
    assert max(took) < RINGS_SECONDS


TICKS = "window.ticks = 0, setInterval(() => { window.ticks += 1; }, 50), true"


async def freeze(tab: RawTab) -> None:
    """What the browser does to a tab that it puts aside: no timer, no event runs any more."""
    await tab.evaluate(TICKS)
    await tab.becomes("window.ticks > 0")
    await tab.freeze()
    before = await tab.evaluate("window.ticks")
    await asyncio.sleep(0.3)  # six ticks of a page that runs
    assert await tab.evaluate("window.ticks") <= before + 1, "the page is not frozen"


async def test_a_frozen_tab_is_skipped(stack: Stack, manager: Api, tmp_path: Path) -> None:
    async with raw_tab(tmp_path, stack.url, VPA1) as tab:
        await freeze(tab)
        carrier_id = await call_in(manager, VPA1_NUMBER, "+491701111175")
        carrier = await manager.carrier_call(carrier_id, "answered_at")
        took = at(carrier["answered_at"]) - at(carrier["invited_at"])
        print(f"voicemail after {took:.2f} s")
        assert took < SKIPPED_SECONDS
        await manager.carrier_call(carrier_id, "ended_at")
        await tab.thaw()
        await tab.becomes(LIVE)
        carrier_id = await call_in(manager, VPA1_NUMBER, "+491701111176")
        await tab.becomes("document.querySelector('[data-testid=incoming-call]') !== null")
        await manager.carrier_call(carrier_id, "ended_at")


async def test_a_frozen_tab_is_passed_over_for_the_next_one(
    own_stack: Callable[..., Stack], open_phone: OpenPhone, tmp_path: Path
) -> None:
    stack = own_stack(PBX_NUMBERS__HEAD_OFFICE_RING=f"{VPA1},{VPA2}")
    ben = await open_phone(VPA2, url=stack.url, script=WATCH_RING)
    async with (
        raw_tab(tmp_path, stack.url, VPA1) as tab,
        Api(stack.url, MANAGER) as manager,
    ):
        await freeze(tab)
        carrier_id = await call_in(manager, HEAD_OFFICE, "+491701111177")
        rang = await rang_at(ben)
        carrier = await manager.carrier_call(carrier_id)
        took = rang - at(carrier["invited_at"])
        print(f"the next one rang after {took:.2f} s")
        assert took < SKIPPED_SECONDS
        await ben.element("decline-button").click()


async def test_a_killed_tab_is_skipped(open_phone: OpenPhone, manager: Api) -> None:
    phone = await open_phone(VPA1)
    await kill(phone)
    killed = time.time()
    carrier_id = await call_in(manager, VPA1_NUMBER, "+491701111177")
    carrier = await manager.carrier_call(carrier_id, "answered_at")
    took = at(carrier["answered_at"]) - at(carrier["invited_at"])
    print(
        f"voicemail after {took:.2f} s, {at(carrier['invited_at']) - killed:.2f} s after the crash"
    )
    assert took < SKIPPED_SECONDS


HANG = "setTimeout(() => { const end = Date.now() + 4000; while (Date.now() < end); }), true"


async def test_a_tab_that_hangs_is_skipped(open_phone: OpenPhone, manager: Api) -> None:
    """Its socket is open and its worker's heart beats, but it cannot show that it rings."""
    phone = await open_phone(VPA1)
    await phone.page.evaluate(HANG)
    carrier_id = await call_in(manager, VPA1_NUMBER, "+491701111179")
    carrier = await manager.carrier_call(carrier_id, "answered_at")
    took = at(carrier["answered_at"]) - at(carrier["invited_at"])
    print(f"voicemail after {took:.2f} s")
    assert 0.5 < took < SKIPPED_SECONDS, "it was asked, and had no answer"


@pytest.mark.parametrize("status", ["busy", "away", "off"])
async def test_whoever_is_not_available_is_not_rung(
    open_phone: OpenPhone, manager: Api, anna: Api, status: str
) -> None:
    await open_phone(VPA1)
    (await anna.put("/api/v1/session/status", {"status": status})).ok()
    try:
        carrier_id = await call_in(manager, VPA1_NUMBER, "+491701111178")
        carrier = await manager.carrier_call(carrier_id, "answered_at")
        assert at(carrier["answered_at"]) - at(carrier["invited_at"]) < SKIPPED_SECONDS
    finally:
        (await anna.put("/api/v1/session/status", {"status": "available"})).ok()

    async def over() -> bool:
        return (await manager.carrier_call(carrier_id))["ended_at"] is not None

    await eventually(over, 15, "the end of the voicemail")
