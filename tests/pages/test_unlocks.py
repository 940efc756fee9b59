"""A locked country, unlocked for one task until tomorrow: the very next call goes through."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.support.api import MANAGER, VPA1, Api, at, eventually
from tests.support.browsing import OpenPhone

pytestmark = pytest.mark.asyncio(loop_scope="session")

SPAIN = "+34919900053"
TASK, OTHER = "T-1001", "T-1002"


async def check(anna: Api, task: str) -> dict[str, object]:
    found: dict[str, object] = await anna.get(
        "/api/v1/numbers/check", country="DE", number=SPAIN, task=task
    )
    return found


async def test_spain_for_one_task_until_tomorrow(
    open_phone: OpenPhone, manager: Api, anna: Api
) -> None:
    phone = await open_phone(VPA1)
    assert (await anna.place(SPAIN)).error_id == "country-not-allowed"
    began = time.time()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    wish = {"country": "ES", "task": TASK, "until": tomorrow, "cap_minutes": 30}
    made = (await manager.post("/api/v1/unlocks", wish)).ok()
    saved = time.time()
    try:
        allowed = await check(anna, TASK)
        assert time.time() - saved < 1, "in force within a second"
        assert (allowed["allowed"], allowed["error_id"]) == (True, None)
        await phone.call(SPAIN, TASK)
        await phone.reaches("talking")

        async def called() -> bool:
            calls = await manager.carrier_calls(SPAIN)
            return any(at(call["invited_at"]) > began for call in calls)

        await eventually(called, 15, "the call at the carrier")
        await phone.hang_up()
        refused = await check(anna, OTHER)
        assert (refused["allowed"], refused["error_id"]) == (False, "country-not-allowed")
        placed = await anna.place(SPAIN, task=OTHER)
        assert (placed.status, placed.error_id) == (403, "country-not-allowed")
        assert TASK in str(placed.body["detail"])
        (shown,) = (await manager.get("/api/v1/unlocks", country="ES", current="1"))["items"]
        assert (shown["id"], shown["state"], shown["task"]) == (made["id"], "active", TASK)
        assert shown["used_seconds"] > 0
        audit = (await manager.get("/api/v1/audit", kind="unlock", subject="ES"))["items"]
        assert (audit[0]["action"], audit[0]["by"]) == ("unlock.added", MANAGER)
        assert audit[0]["after"]["task"] == TASK
    finally:
        (await manager.post(f"/api/v1/unlocks/{made['id']}/revoke")).ok()
    assert (await check(anna, TASK))["allowed"] is False


async def test_management_unlocks_ends_and_takes_it_back(
    open_phone: OpenPhone, manager: Api, anna: Api
) -> None:
    mara = await open_phone(MANAGER)
    await mara.page.goto("/manage/countries")
    await mara.element("unlock-PT").click()
    await mara.element("unlock-user").select_option(VPA1)
    await mara.element("unlock-cap").fill("15")
    await mara.element("unlock-submit").click()
    row = mara.element("unlock-row-PT")
    await expect(row).to_be_visible()
    unlocks = (await manager.get("/api/v1/unlocks", country="PT", current="1"))["items"]
    try:
        assert [(u["user"], u["cap_minutes"]) for u in unlocks] == [(VPA1, 15)]
        await row.get_by_test_id("unlock-revoke").click()
        await expect(row).to_have_count(0)
        await mara.page.get_by_role("button", name="Rückgängig").click()
        await expect(row).to_be_visible()
    finally:
        for unlock in unlocks:
            (await manager.post(f"/api/v1/unlocks/{unlock['id']}/revoke")).ok()


async def test_a_mail_leads_to_the_request_and_a_button_decides(
    open_phone: OpenPhone, manager: Api, anna: Api
) -> None:
    wish = {"country": "GR", "reason": "Fähre nach Kreta", "task": TASK}
    asked = (await anna.post("/api/v1/country-requests", wish)).ok()

    async def mailed() -> str | None:
        for mail in await manager.mails():
            text = mail.get("text", "")
            if MANAGER in str(mail.get("to")) and "Kreta" in text and "/country-request/" in text:
                return "/country-request/" + text.partition("/country-request/")[2].split()[0]
        return None

    link = await eventually(mailed, 15, "the mail to the manager")
    phone = await open_phone(VPA1)
    stranger = await phone.context.new_page()
    await stranger.goto(link)
    await expect(stranger.get_by_test_id("linked-request")).to_contain_text("Fähre nach Kreta")
    requests = (await manager.get("/api/v1/country-requests", open="1"))["items"]
    assert asked["id"] in {request["id"] for request in requests}, "looking decides nothing"
    await stranger.get_by_test_id("linked-answer").fill("Bitte per E-Mail.")
    await stranger.get_by_test_id("linked-refuse").click()
    decided = stranger.get_by_test_id("linked-decided")
    await expect(decided).to_have_attribute("data-state", "refused")
    answer = phone.element("country-answer")
    await expect(answer).to_contain_text("Bitte per E-Mail.")
