"""The tour through the library of greetings."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.support.api import MANAGER, Api
from tests.support.stack import FREE_NUMBER, ROOT

if TYPE_CHECKING:
    from tests.support.tour import Tour

SPEECH = ROOT / "recordings" / "prompts" / "de" / "not-reachable.wav"


async def _library(api: Api) -> None:
    """Two greetings, one of them in use and with a version for later; once."""
    if (await api.get("/api/v1/greetings"))["items"]:
        return
    text = "Guten Tag. Sie rufen außerhalb unserer Zeiten an. Bitte sprechen Sie nach dem Ton."
    wish = {"text": text, "name": "Außerhalb der Zeiten", "valid_from": "now"}
    made = (await api.post("/api/v1/greetings/speech", wish)).ok()
    later = {"from": "2026-12-24T12:00:00Z", "file": "weihnachten.wav"}
    path = f"/api/v1/greetings/{made['id']}/versions"
    (await api.ask("POST", path, data=SPEECH.read_bytes(), params=later)).ok()
    number = {"e164": FREE_NUMBER, "label": "Vertrieb", "greeting": made["reference"]}
    (await api.put("/api/v1/numbers", number)).ok()
    draft = {"name": "Urlaub", "file": "urlaub.wav"}
    (await api.ask("POST", "/api/v1/greetings", data=SPEECH.read_bytes(), params=draft)).ok()


async def greetings(tour: "Tour") -> None:
    async with Api(tour.stack.url, MANAGER) as api:
        await _library(api)
    async with tour.phone(MANAGER) as phone:
        page = phone.page
        await tour.open(phone, "/manage/greetings")
        rows = page.locator("[data-testid^=greeting-row-]")
        await expect(rows).to_have_count(2)
        await tour.show("greetings", page)
        await rows.first.locator("button[aria-expanded]").click()
        await expect(phone.element("version-2")).to_be_visible()
        await tour.show("greeting-versions", page)
        await phone.element("greeting-add").click()
        dialog = phone.element("greeting-dialog")
        await expect(dialog).to_be_visible()
        await tour.show("greeting-from-file", page)
        await dialog.get_by_role("radio").nth(1).check(force=True)
        await expect(phone.element("greeting-recorder")).to_be_visible()
        await tour.show("greeting-record", page)
        await dialog.get_by_role("radio").nth(2).check(force=True)
        await phone.element("greeting-text").fill("Guten Tag, wir sind gleich für Sie da.")
        await phone.element("greeting-when").select_option("date")
        await tour.show("greeting-from-text", page)
        await dialog.get_by_role("radio").nth(3).check(force=True)
        await phone.element("greeting-name").fill("Am Telefon")
        await phone.element("greeting-ask-code").click()
        await expect(phone.element("greeting-code")).to_be_visible()
        await tour.show("greeting-by-telephone", page)
