"""The booking form behind a customer's link, and the board of what was booked."""

from typing import TYPE_CHECKING

from playwright.async_api import Page, expect

from tests.support.api import MANAGER, Api, Json
from tests.support.browser import new_context

if TYPE_CHECKING:
    from tests.support.tour import Tour

CUSTOMER = "Praxis Dr. Sommer"
LATER = "2036-01-01"


async def addons(tour: "Tour") -> None:
    await tour.prepare()
    async with Api(tour.stack.url, MANAGER) as api:
        found = (await api.get("/api/v1/customers", query=CUSTOMER))["items"]
        links = f"/api/v1/customers/{found[0]['id']}/booking-links"
        link = (await api.post(links, {"email": "sommer@example.test"})).ok()
        try:
            await _form(tour, link["url"])
            await _board(tour, found[0]["id"])
        finally:
            await api.ask("DELETE", f"{links}/{link['id']}")
            for order in (await api.get("/api/v1/addon-orders", state="open"))["items"]:
                await api.post(f"/api/v1/addon-orders/{order['id']}/cancel", {"reason": "Tour"})


async def _form(tour: "Tour", url: str) -> None:
    context = await new_context(tour.browser, tour.stack.url)
    page = await context.new_page()
    try:
        await page.goto(url)
        await expect(page.get_by_test_id("booking-form")).to_be_visible()
        await tour.show("booking", page)
        await page.get_by_test_id("option-mailbox").check(force=True)
        await page.get_by_test_id("greeting-vpa").check(force=True)
        await expect(page.get_by_test_id("booking-total")).to_be_visible()
        await page.get_by_test_id("booking-submit").click()
        await expect(page.get_by_test_id("booking-trouble")).to_be_visible()
        await tour.show("booking-wrong", page)
        await page.get_by_test_id("booking-text").fill("Guten Tag, hier ist die Praxis Sommer.")
        await page.get_by_test_id("booking-contact").fill("Dr. Sommer")
        await _book(page)
        await tour.show("booking-done", page)
        await page.get_by_test_id("booking-back").click()
        await page.get_by_test_id("option-own-number").check(force=True)
        await page.get_by_test_id("greeting-supplied").check(force=True)
        await page.get_by_test_id("booking-number").fill("0221 123456")
        await tour.show("booking-number", page)
        await page.goto(f"{url[:-4]}oops")
        await expect(page.get_by_test_id("booking-failed")).to_be_visible()
        await tour.show("booking-bad-link", page)
    finally:
        await context.close()


async def _book(page: Page) -> None:
    await expect(page.get_by_test_id("booking-submit")).to_be_enabled()
    await page.get_by_test_id("booking-submit").click()
    await expect(page.get_by_test_id("booking-thanks")).to_be_visible()


async def _board(tour: "Tour", customer: str) -> None:
    async with tour.phone(MANAGER, "/manage/addons") as phone:
        page = phone.page
        async with Api(tour.stack.url, MANAGER) as api:
            order = await _another(api, customer)
        await page.reload()
        await expect(phone.element("column-feasible").locator("li")).to_have_count(1)
        await tour.show("addons", page)
        await phone.element(f"order-{order['number']}").click()
        await phone.element("step-refused-feasible").click()
        await phone.element("order-comment").fill("Der Anbieter prüft noch.")
        await phone.element("send-comment").click()
        await expect(page.get_by_role("dialog").locator("p", has_text="prüft")).to_be_visible()
        await tour.show("addon-order", page)
        await page.goto("/manage/addons")
        await phone.element("add-order").click()
        await expect(phone.element("save-order")).to_be_visible()
        await tour.show("addon-new", page)
        await page.goto("/manage/addons/prices")
        await expect(phone.element("add-prices")).to_be_visible()
        await phone.element("add-prices").click()
        await expect(phone.element("price-dialog")).to_be_visible()
        await tour.show("addon-prices", page)
        await page.goto("/manage/addons/settings")
        await expect(phone.element("watch")).to_be_visible()
        await tour.show("addon-settings", page)
        await page.goto(f"/manage/customers/{customer}")
        await expect(phone.element("booking-link")).to_have_count(1)
        await phone.element("booking-link").scroll_into_view_if_needed()
        await tour.show("customer-links", page)


async def _another(api: Api, customer: str) -> Json:
    wish = {
        "key": "tour-country-number",
        "customer_id": customer,
        "option": "country-number",
        "greeting": "none",
        "country": "FR",
        "wished_on": LATER,
    }
    made: Json = (await api.post("/api/v1/addon-orders", wish)).ok()
    return made
