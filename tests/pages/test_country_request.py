"""A locked country: asked for in the refusal, unlocked by the manager, called."""

import time

import pytest
from playwright.async_api import expect

from tests.support.api import MANAGER, VPA1, Api, at, eventually
from tests.support.browsing import OpenPhone

pytestmark = pytest.mark.asyncio(loop_scope="session")

SPAIN = "+34919900053"


async def test_asked_approved_and_called(open_phone: OpenPhone, manager: Api) -> None:
    began = time.time()
    anna, mara = await open_phone(VPA1), await open_phone(MANAGER)
    await mara.page.goto("/manage/countries")
    await anna.dial(SPAIN)
    await expect(anna.element("call-button")).to_be_disabled()
    await anna.element("ask-country").click()
    await anna.element("country-request-reason").fill("Hotel in Sevilla bestätigen")
    await anna.element("country-request-send").click()
    await expect(anna.element("country-request-dialog")).to_have_count(0)
    request = mara.page.locator("[data-testid^=country-request-]").filter(has_text="Sevilla").first
    await expect(request).to_be_visible()
    try:
        await request.get_by_test_id("country-request-approve").click()
        answer = anna.element("country-answer")
        await expect(answer).to_be_visible()
        await expect(answer).to_have_attribute("data-state", "approved")
        await anna.call(SPAIN)
        await anna.reaches("talking")

        async def called() -> bool:
            calls = await manager.carrier_calls(SPAIN)
            return any(at(call["invited_at"]) > began for call in calls)

        await eventually(called, 15, "the call at the carrier")
        await anna.hang_up()
    finally:
        (await manager.put("/api/v1/countries", {"code": "ES", "allowed": False})).ok()


async def test_refused_with_a_reason(open_phone: OpenPhone, manager: Api, anna: Api) -> None:
    phone = await open_phone(VPA1)
    wish = {"country": "IT", "reason": "Lieferant in Mailand", "task": "T-1002"}
    asked = (await anna.post("/api/v1/country-requests", wish)).ok()
    path = f"/api/v1/country-requests/{asked['id']}/refuse"
    (await manager.post(path, {"text": "Bitte per E-Mail."})).ok()
    answer = phone.element("country-answer")
    await expect(answer).to_have_attribute("data-state", "refused")
    await expect(answer).to_contain_text("Bitte per E-Mail.")
