"""Webhooks with their log, texts for customers, and the warning during a call."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playwright.async_api import expect

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, VPA1, Api
from tests.support.hooks import receiving

if TYPE_CHECKING:
    from tests.support.tour import Tour

ABROAD = example("AT", "005N").removeprefix("+43")
TASK = "T-2002"
NAME = "Aufgaben-App"


async def hooks(tour: "Tour") -> None:
    await tour.prepare()
    async with receiving() as receiver, Api(tour.stack.url, MANAGER) as api:
        task = {"title": "Wien anrufen", "customer": "Praxis Dr. Sommer", "area": "backoffice_de"}
        (await api.put(f"/api/v1/tasks/{TASK}", task)).ok()
        work = {"user": VPA1, "day": f"{datetime.now(UTC):%Y-%m-%d}", "minutes": 60}
        (await api.put(f"/api/v1/tasks/{TASK}/work-time", work)).ok()
        events = ["call.ended", "share.over_limit", "customer.informed"]
        wish = {"url": receiver.url, "events": events, "note": NAME}
        made = (await api.post("/api/v1/hook-endpoints", wish)).ok()["endpoint"]
        try:
            await _warning(tour)
            receiver.answers = [500]
            await _pages(tour)
        finally:
            await api.ask("DELETE", f"/api/v1/hook-endpoints/{made['id']}")
            (await api.put(f"/api/v1/tasks/{TASK}", {**task, "state": "closed"})).ok()


async def _warning(tour: "Tour") -> None:
    async with tour.phone() as phone:
        await phone.call(ABROAD, TASK, "AT")
        await phone.reaches("talking")
        await expect(phone.element("factor-warning")).to_be_visible()
        await tour.show("factor-warning", phone.page)
        await phone.element("factor-warning").get_by_role("button").last.click()
        await expect(phone.element("factor-warning")).to_have_count(0)
        await phone.hang_up()
        await tour.show("factor-after", phone.page)
        await phone.element("factor-inform-later").click()
        await expect(phone.element("factor-inform-later")).to_have_count(0)
        await tour.no_calls()


async def _pages(tour: "Tour") -> None:
    async with tour.phone(MANAGER) as phone:
        page = phone.page
        await tour.open(phone, "/manage/integration")
        row = phone.element(f"endpoint-{NAME}")
        await expect(row).to_be_visible()
        await row.get_by_test_id("test-endpoint").click()
        await expect(phone.element("attempts").locator("li").first).to_be_visible()
        await tour.show("delivery", page)
        await page.keyboard.press("Escape")
        await tour.show("endpoints", page)
        await row.get_by_test_id("open-endpoint").click()
        await expect(phone.element("save-endpoint")).to_be_visible()
        await tour.show("endpoint", page)
        await page.keyboard.press("Escape")
        await page.locator("fieldset label").nth(1).click()
        await expect(phone.element("delivery").first).to_be_visible()
        await tour.show("deliveries", page)
        await page.locator("fieldset label").nth(2).click()
        await phone.element("template-factor_eu-de").click()
        await expect(phone.element("template-preview")).to_contain_text("Termine vereinbaren")
        await tour.show("template", page)
        await page.keyboard.press("Escape")
