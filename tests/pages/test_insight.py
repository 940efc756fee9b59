"""What management sees of calls: live, found again, summed up, and what was changed."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, VPA1, VPA2, Api, at, eventually
from tests.support.browsing import OpenPhone
from tests.support.stack import VPA1_NUMBER

pytestmark = pytest.mark.asyncio(loop_scope="session")

TASK = "T-1003"
CALLER = "+491708888801"


async def test_a_call_is_seen_live_ended_from_there_and_found_again(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone = await open_phone(VPA1)
    boss = await open_phone(MANAGER)
    await boss.page.goto("/manage/live")
    await expect(boss.element(f"live-person-{VPA1}")).to_have_attribute(
        "data-presence", "available"
    )
    number = example("DE", "005N")
    await boss.page.evaluate(SEES_CALLS)
    await phone.call(number.removeprefix("+49"), task=TASK)
    await phone.reaches("talking")
    (call,) = await manager.calls(open="1")
    row = boss.element(f"live-call-{call['id']}")
    await expect(row).to_have_attribute("data-state", "talking")
    seen = await boss.page.evaluate("window.seenAt")
    assert seen / 1000 - at(call["offered_at"]) < 1, "shown within a second"
    await expect(boss.element("live-count-talking")).to_have_text("1")
    await expect(boss.element(f"live-person-{VPA1}")).to_have_attribute("data-presence", "on_call")
    await row.get_by_test_id("live-hang-up").click()
    await expect(row).to_have_count(0)
    await phone.is_idle()
    await _found_again(boss.page, call["id"], number)
    await _noted(boss.page, call["id"])


SEES_CALLS = """() => new MutationObserver((_, watch) => {
  if (document.querySelector("[data-testid^=live-call-]")) {
    window.seenAt = Date.now();
    watch.disconnect();
  }
}).observe(document.body, { childList: true, subtree: true })"""


async def _found_again(page: Page, call_id: str, number: str) -> None:
    await page.get_by_test_id("manage-calls").click()
    await page.get_by_test_id("calls-further").click()
    await page.get_by_test_id("calls-task").fill(TASK)
    await page.get_by_test_id("calls-number").fill(number)
    await expect(page.get_by_test_id("calls-count")).to_have_text("Gefunden: 1")
    row = page.get_by_test_id(f"call-row-{call_id}")
    await expect(row).to_be_visible()
    await row.click()
    await expect(page.get_by_test_id("call-timeline")).to_contain_text("Verbunden")
    await page.keyboard.press("Escape")
    text = (await _download(page, "calls-csv")).read_text("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (line["Kennung"], line["Rufnummer"], line["Aufgabe"]) == (call_id, number, TASK)
    book = zipfile.ZipFile(await _download(page, "calls-xlsx"))
    assert call_id in book.read("xl/worksheets/sheet1.xml").decode()
    await _kept_search(page)


async def _download(page: Page, link: str) -> Path:
    async with page.expect_download() as started:
        await page.get_by_test_id(link).click()
    return await (await started.value).path()


async def _kept_search(page: Page) -> None:
    """Saved, left, and chosen again with one click."""
    await page.get_by_test_id("save-search").click()
    await page.get_by_label("Name der Suche").fill("Für den Bericht")
    await page.keyboard.press("Enter")
    chosen = page.get_by_role("button", name="Für den Bericht", exact=True)
    await expect(chosen).to_be_visible()
    await page.reload()
    await expect(page.get_by_test_id("calls-count")).not_to_be_empty()
    await chosen.click()
    await expect(page.get_by_test_id("calls-count")).to_have_text("Gefunden: 1")
    await page.get_by_role("button", name="Suche „Für den Bericht“ löschen").click()
    await expect(chosen).to_have_count(0)


async def _noted(page: Page, call_id: str) -> None:
    """Who ended somebody else's call is in the log of changes, in words."""
    await page.get_by_test_id("manage-audit").click()
    await page.get_by_test_id("audit-kind").select_option("call")
    change = page.get_by_test_id("audit-call.hung_up").first
    await expect(change).to_contain_text("Anruf von der Verwaltung beendet")
    await expect(change).to_contain_text(call_id)
    await page.get_by_test_id("manage-statistics").click()
    await page.get_by_test_id("statistics-by").select_option("task")
    await expect(page.get_by_test_id(f"sums-{TASK}")).to_be_visible()
    await expect(page.get_by_test_id("heat-map")).to_be_visible()


async def _blocked_and_let_in_again(page: Page, row: Locator, manager: Api) -> None:
    """From the call itself; the conversation goes on."""

    async def blocked() -> bool:
        items = (await manager.get("/api/v1/blocked-callers"))["items"]
        return CALLER in [item["number"] for item in items]

    async def free() -> bool:
        return not await blocked()

    await row.get_by_test_id("block-caller").click()
    await eventually(blocked, 15, "the caller on the list")
    await page.get_by_role("button", name="Rückgängig").last.click()
    await eventually(free, 15, "the caller not on the list")
    await expect(row).to_be_visible()


async def test_a_conversation_is_given_to_a_colleague_from_the_live_view(
    open_phone: OpenPhone, manager: Api
) -> None:
    anna, ben = await open_phone(VPA1), await open_phone(VPA2)
    await anna.choose_task("T-1002")
    boss = await open_phone(MANAGER)
    await boss.page.goto("/manage/live")
    await expect(boss.element(f"live-person-{VPA2}")).to_have_attribute(
        "data-presence", "available"
    )
    await manager.call_in(VPA1_NUMBER, CALLER, "tone", seconds=60, wait_for_beep=False)
    ringing = boss.page.locator("[data-testid^=live-call-][data-state=offered]")
    await expect(ringing).to_be_visible()
    await anna.element("answer-button").click()
    await anna.reaches("talking")
    row = boss.page.locator("[data-testid^=live-call-][data-state=talking]")
    await row.get_by_test_id("live-transfer").click()
    await boss.element("live-transfer-to").select_option(VPA2)
    await ben.element("answer-button").click()
    await ben.reaches("talking")
    await anna.is_idle()

    async def his() -> bool:
        calls = await manager.calls(open="1")
        return [call["user"] for call in calls] == [VPA2]

    await eventually(his, 15, "the call to be the colleague's")
    await _blocked_and_let_in_again(boss.page, row, manager)
    await ben.hang_up()
    await expect(row).to_have_count(0)
