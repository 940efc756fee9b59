"""What management sees of calls: live, searched, summed up, and the log of changes."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, Api

if TYPE_CHECKING:
    from tests.support.tour import Tour

FIRST = example("DE", "005N").removeprefix("+49")
CALLER = "+491701111152"


async def insight(tour: "Tour") -> None:
    await tour.prepare()
    async with tour.phone() as phone, tour.phone(MANAGER, "/manage/live") as boss:
        page = boss.page
        await expect(page.locator("[data-testid^=live-person-]").first).to_be_visible()
        await tour.show("live-quiet", page)
        await phone.call(FIRST)
        await phone.reaches("talking")
        async with Api(tour.stack.url, MANAGER) as api:
            await tour.call_in(api, CALLER)
        await expect(page.locator("[data-testid^=live-call-]")).to_have_count(2)
        await tour.show("live-calls", page)
        await boss.element("live-transfer").first.click()
        await tour.show("live-transfer", page)
        await page.keyboard.press("Escape")
    await tour.no_calls()
    async with tour.phone(MANAGER, "/manage/calls") as boss:
        page = boss.page
        await boss.element("calls-further").click()
        await boss.element("calls-direction").select_option("inbound")
        await expect(boss.element("calls-count")).not_to_be_empty()
        await page.wait_for_load_state("networkidle")
        await tour.show("calls-search", page)
        await boss.element("save-search").click()
        await tour.show("calls-save-search", page)
        await page.keyboard.press("Escape")
        await boss.element("manage-statistics").click()
        await expect(boss.element("heat-map")).to_be_visible()
        for details in await page.locator("details").all():
            await details.locator("summary").click()
        await page.wait_for_load_state("networkidle")
        await tour.show("statistics-open", page)
        await boss.element("manage-audit").click()
        await expect(boss.element("audit-list")).to_be_visible()
        await tour.show("audit", page)
