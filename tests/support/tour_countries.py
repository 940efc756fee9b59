"""The tour through unlocks of countries, limits, and a request opened from a mail."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.support.api import MANAGER, TASK, VPA1, Api, eventually

if TYPE_CHECKING:
    from tests.support.tour import Tour

SPAIN = "+34919900053"


async def countries(tour: "Tour") -> None:
    async with Api(tour.stack.url, MANAGER) as api, Api(tour.stack.url, VPA1) as anna:
        wish = {"country": "NL", "task": TASK, "until": "2036-11-28T17:00:00Z", "cap_minutes": 60}
        made = [
            (await api.post("/api/v1/unlocks", wish)).ok(),
            (await api.post("/api/v1/unlocks", {"country": "BE", "user": VPA1})).ok(),
        ]
        for _ in range(3):
            await anna.place(SPAIN)
        asked = {"country": "GR", "reason": "Fähre nach Kreta buchen", "task": TASK}
        request = (await anna.post("/api/v1/country-requests", asked)).ok()
        link = await _link(api)
        try:
            await _pages(tour, link)
        finally:
            await api.post(f"/api/v1/country-requests/{request['id']}/refuse", {})
            for unlock in made:
                await api.post(f"/api/v1/unlocks/{unlock['id']}/revoke")


async def _link(api: Api) -> str:
    async def mailed() -> str | None:
        for mail in await api.mails():
            if "Kreta" in mail["text"] and "/country-request/" in mail["text"]:
                token = mail["text"].partition("/country-request/")[2].split()[0]
                return f"/country-request/{token}"
        return None

    return await eventually(mailed, 15, "the mail with a link")


async def _pages(tour: "Tour", link: str) -> None:
    async with tour.phone(MANAGER) as phone:
        page = phone.page
        await tour.open(phone, "/manage/countries")
        await expect(phone.element("unlock-row-NL")).to_be_visible()
        await expect(phone.element("refused-calls")).to_be_visible()
        await tour.show("manage-unlocks", page)
        await phone.element("unlock-PT").click()
        await expect(phone.element("unlock-dialog")).to_be_visible()
        await tour.show("unlock-dialog", page)
        await page.keyboard.press("Escape")
        await tour.open(phone, "/manage/limits")
        await expect(phone.element("people-limits")).to_be_visible()
        await expect(phone.element("brake")).to_be_visible()
        await tour.show("manage-limits", page)
        await phone.element("own-limits-open").first.click()
        await expect(phone.element("own-limits")).to_be_visible()
        await tour.show("own-limits", page)
        await page.goto(link)
        await expect(phone.element("linked-request")).to_contain_text("Kreta")
        await tour.show("linked-request", page)
