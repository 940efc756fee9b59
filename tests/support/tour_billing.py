"""Customers with their file, the factor guard, and statements."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, TASK, VPA1, Api

if TYPE_CHECKING:
    from tests.support.tour import Tour

FIRST = example("DE", "005N").removeprefix("+49")
CUSTOMER = "Praxis Dr. Sommer"
OWN = "Weinhandlung Rebe"
BERLIN = ZoneInfo("Europe/Berlin")
DEMO_MINUTES = 120


async def billing(tour: "Tour") -> None:
    """A conversation without any work time: more than its included quarter."""
    await tour.prepare()
    async with tour.phone() as phone:
        await phone.call(FIRST)
        await phone.reaches("talking")
        await tour.no_calls()
    async with Api(tour.stack.url, MANAGER) as api:
        new = {"title": "Erste Anrufe", "customer": OWN}
        (await api.put("/api/v1/tasks/T-2001", new)).ok()
        await _worked(api, 0)
        (await api.put("/api/v1/billing-settings", {"rate_per_hour": "38.50"})).ok()
        last = await _last_month(api)
        try:
            await _pages(tour, last)
        finally:
            await _worked(api, DEMO_MINUTES)
            (await api.put("/api/v1/billing-settings", {"rate_per_hour": None})).ok()
            (await api.put("/api/v1/tasks/T-2001", {**new, "state": "closed"})).ok()


async def _worked(api: Api, minutes: int) -> None:
    times = await api.get(f"/api/v1/booked-tasks/{TASK}/work-times")
    for each in times["items"]:
        work = {"user": VPA1, "day": each["day"], "minutes": minutes}
        (await api.put(f"/api/v1/tasks/{TASK}/work-time", work)).ok()


async def _last_month(api: Api) -> str:
    """A statement of a customer of our own becomes final; the month."""
    day = datetime.now(BERLIN).date().replace(day=1) - timedelta(days=1)
    month = f"{day:%Y-%m}"
    work = {"user": VPA1, "day": day.isoformat(), "minutes": 205}
    (await api.put("/api/v1/tasks/T-2001/work-time", work)).ok()
    [customer] = (await api.get("/api/v1/customers", query=OWN))["items"]
    charge = {"customer": customer["id"], "day": day.isoformat(), "key": "tour"}
    told = {"amount": "49.90", "title": "Ansage einrichten", "title_en": "Setting up a greeting"}
    # Both are there already where the same tour was walked before.
    await api.post("/api/v1/charges", {**charge, **told})
    await api.post("/api/v1/statements", {"customer": customer["id"], "month": month})
    return month


async def _pages(tour: "Tour", last: str) -> None:
    async with tour.phone(MANAGER) as phone:
        page = phone.page
        await tour.open(phone, "/manage/customers")
        await expect(phone.element("customers")).to_be_visible()
        await tour.show("customers", page)
        await phone.element("customer-Weinhandlung Rebe").click()
        await expect(phone.element("save-customer")).to_be_visible()
        await phone.element("customer-system").select_option("ours")
        await phone.element("save-customer").click()
        await expect(page.get_by_role("dialog").locator("ol li")).to_have_count(2)
        await tour.show("customer", page)
        await page.keyboard.press("Escape")
        await tour.open(phone, "/manage/statements")
        await expect(phone.element(f"finding-{TASK}")).to_be_visible()
        await expect(phone.element(f"statement-{CUSTOMER}")).to_be_visible()
        await phone.element(f"finding-{TASK}").get_by_role("button").last.click()
        await page.locator("[data-testid^=pay-of-] button").first.click()
        await expect(page.locator("[data-testid^=pay-] summary").first).to_be_visible()
        await tour.show("statements", page)
        await phone.element(f"statement-{CUSTOMER}").get_by_role("button").first.click()
        await phone.element(f"line-{TASK}").locator("summary").click()
        await expect(phone.element(f"calls-{TASK}").locator("li").first).to_be_visible()
        await tour.show("statement", page)
        await page.keyboard.press("Escape")
        await page.locator("input[type=month]").fill(last)
        await phone.element(f"statement-{OWN}").get_by_role("button").last.click()
        await expect(phone.element("charges")).to_be_visible()
        await tour.show("statement-final", page)
