"""The pages of our numbers, for pictures and for axe."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.support.api import MANAGER, VPA1, VPA2, Api
from tests.support.stack import FREE_NUMBER, VPA1_NUMBER, VPA2_NUMBER

if TYPE_CHECKING:
    from tests.support.tour import Tour

LOOKED_AT = ("label", "address", "hours")
BROKEN = "number,label\n12,Kaputt\n+4922182829990,Neu\n"


async def numbers(tour: "Tour") -> None:
    async with Api(tour.stack.url, MANAGER) as boss, Api(tour.stack.url, VPA1) as anna:
        undo = await _prepare(boss, anna)
        try:
            await _walk(tour)
        finally:
            for method, path, body in undo:
                await boss.ask(method, path, body)


async def _prepare(boss: Api, anna: Api) -> list[tuple[str, str, object]]:
    """A group, a plan, a request, a number that is being ported, and was looked at before; and
    how to take them back."""
    wish = {"name": "Praxen", "numbers": [VPA1_NUMBER, FREE_NUMBER]}
    group = (await boss.post("/api/v1/number-groups", wish)).ok()
    due = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    path = f"/api/v1/numbers/{FREE_NUMBER}/assign"
    plan = (await boss.post(path, {"user": VPA2, "from": due})).ok()["planned"][0]
    request = (await anna.post("/api/v1/number-requests", {"reason": "Viele Rückrufe"})).ok()
    all_numbers = (await boss.get("/api/v1/numbers"))["items"]
    before = next(one for one in all_numbers if one["e164"] == VPA2_NUMBER)
    names = ("e164", "label", "ring_seconds", "language", "greeting", "recipients")
    form = {name: before[name] for name in names}
    points = f"/api/v1/numbers/{VPA2_NUMBER}/going-live"
    for point in (await boss.get(points))["points"]:
        if point["point"] in LOOKED_AT:
            (await boss.put(f"{points}/{point['point']}", {"seen": point["seen"]})).ok()
    kept = {**form, "state": before["state"], "address_country": before["address_country"]}
    await boss.put("/api/v1/numbers", {**form, "state": "porting", "address_country": "AT"})
    return [
        ("DELETE", f"/api/v1/number-groups/{group['id']}", None),
        ("DELETE", f"/api/v1/planned-changes/{plan['id']}", None),
        ("POST", f"/api/v1/number-requests/{request['id']}/refuse", {"text": ""}),
        ("PUT", "/api/v1/numbers", kept),
        *(("DELETE", f"{points}/{point}", None) for point in LOOKED_AT),
    ]


async def _walk(tour: "Tour") -> None:
    async with tour.phone(MANAGER, "/manage/numbers") as phone:
        page = phone.page
        await expect(phone.element("number-requests")).to_be_visible()
        await tour.show("manage-numbers-list", page)
        await phone.element("numbers-choose-all").check()
        await phone.element("several-open").click()
        await expect(phone.element("several-confirm")).to_be_enabled()
        await tour.show("manage-numbers-several", page)
        await page.keyboard.press("Escape")
        await phone.element("numbers-choose-all").uncheck()
        await phone.element("number-groups").click()
        await expect(phone.element("number-group")).to_be_visible()
        await tour.show("manage-numbers-groups", page)
        await page.keyboard.press("Escape")
        await phone.element("numbers-import").click()
        file = {"name": "numbers.csv", "mimeType": "text/csv", "buffer": BROKEN.encode()}
        await phone.element("numbers-import-file").set_input_files([file])  # type: ignore[list-item]
        await expect(phone.element("numbers-import-errors")).to_be_visible()
        await tour.show("manage-numbers-import", page)
        await page.keyboard.press("Escape")
        await phone.element(f"number-link-{FREE_NUMBER}").click()
        await expect(phone.element("number-plans")).to_be_visible()
        await phone.element("owner-when").get_by_text("Zu einem Zeitpunkt").click()
        await tour.show("manage-number-owner", page)
        await page.goto(f"/manage/numbers/{VPA2_NUMBER}")
        await expect(phone.element("point-address")).to_have_attribute("data-state", "changed")
        await tour.show("manage-number-going-live", page)
        await phone.element("tab-settings").click()
        await expect(phone.element("number-settings")).to_be_visible()
        await tour.show("manage-number-settings", page)
        await phone.element("tab-history").click()
        await expect(phone.element("number-changes")).to_be_visible()
        await tour.show("manage-number-history", page)
