"""Somebody is invited, comes by the link in the mail, works, and leaves."""

import re
import sqlite3
import time
from contextlib import closing

import pytest
from playwright.async_api import expect

from tests.support.api import Api, eventually
from tests.support.browser import new_context
from tests.support.browsing import OpenPhone
from tests.support.stack import FREE_NUMBER, Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADMIN, NEW = "admin@example.test", "nora@example.test"
PASSWORD = "gelbe tuer rot 7"


async def test_from_the_invitation_to_the_last_day(open_phone: OpenPhone, stack: Stack) -> None:
    office = (await open_phone(ADMIN)).page
    await office.goto("/manage/people")
    await office.get_by_test_id("invite").click()
    await office.get_by_test_id("invite-name").fill("Neumann, Nora")
    await office.get_by_test_id("invite-email").fill(NEW)
    await office.get_by_test_id("invite-submit").click()
    row = office.get_by_test_id(f"person-row-{NEW}")
    await expect(row.get_by_test_id("mail-state")).to_have_attribute("data-state", "accepted")

    async with Api(stack.url, ADMIN) as admin:
        welcome = await eventually(lambda: _link(admin, "welcome"), 10, "the invitation's mail")
        context = await new_context(office.context.browser, stack.url)
        try:
            page = await context.new_page()
            await page.goto(welcome)
            await page.get_by_test_id("new-password").fill("nora nora nora")
            assert await page.evaluate("location.search") == "", "the token is out of the address"
            await expect(page.locator("[data-rule=personal]")).to_have_attribute(
                "data-met", "false"
            )
            await page.get_by_test_id("set-password").click()
            refused = page.get_by_test_id("error-message")
            await expect(refused).to_have_attribute("data-error-id", "weak-password")
            await page.get_by_test_id("new-password").fill(PASSWORD)
            await page.get_by_test_id("set-password").click()
            await expect(page.get_by_test_id("user-menu")).to_be_visible()
            await expect(page.get_by_test_id("call-button")).to_be_visible()
            await page.get_by_test_id("user-menu").click()
            await expect(page.get_by_text(NEW)).to_be_visible()

            # Years later: nothing goes on before the password is changed.
            _make_password_old(stack, NEW)
            await page.reload()
            await expect(page.get_by_test_id("account-card")).to_contain_text("3650")
            await expect(page.get_by_test_id("call-button")).to_have_count(0)
            await page.get_by_test_id("old-password").fill(PASSWORD)
            await page.get_by_test_id("new-password").fill(PASSWORD + "8")
            await page.get_by_test_id("change-password").click()
            await expect(page.get_by_test_id("call-button")).to_be_visible()

            (await admin.post(f"/api/v1/numbers/{FREE_NUMBER}/assign", {"user": NEW})).ok()
            await row.click()
            await expect(office.get_by_test_id("person-state")).to_have_attribute(
                "data-state", "active"
            )
            await expect(office.get_by_test_id("person-numbers").locator("li")).to_have_count(1)
            await expect(office.get_by_test_id("session")).to_contain_text("Linux")
            person_id = office.url.rpartition("/")[2]
            token = {"name": "Nora's app", "scopes": ["own:read"]}
            (await admin.post(f"/api/v1/users/{person_id}/tokens", token)).ok()
            await office.reload()
            await expect(office.get_by_test_id("token")).to_contain_text("Nora's app")
            for _ in range(2):
                await office.get_by_test_id("revoke-token").click()
            await expect(office.get_by_test_id("token")).to_have_count(0)
            numbers = office.locator("[data-testid=belongings] [data-kind=numbers]")
            await expect(numbers).to_contain_text("82829")
            began = time.monotonic()
            await office.get_by_test_id("leave").click()
            await expect(page.get_by_test_id("login-submit")).to_be_visible()
            assert time.monotonic() - began < 1.5, "the session ended too late"
            numbers = {n["e164"]: n["user"] for n in (await admin.get("/api/v1/numbers"))["items"]}
            assert numbers[FREE_NUMBER] is None
            await expect(office.get_by_test_id("person-state")).to_have_attribute(
                "data-state", "left"
            )
            await page.get_by_test_id("forgot-password").click()
            await page.get_by_test_id("forgot-email").fill(NEW)
            await page.get_by_test_id("forgot-submit").click()
            await expect(page.get_by_test_id("to-sign-in")).to_be_visible()
        finally:
            (await admin.post(f"/api/v1/numbers/{FREE_NUMBER}/assign", {"user": None})).ok()
            await context.close()


def _make_password_old(stack: Stack, email: str) -> None:
    """As if it had been chosen eleven years ago; everything else is real."""
    with closing(sqlite3.connect(stack.data / "pbx.sqlite3", timeout=10)) as database, database:
        old = "UPDATE users SET password_at = '2015-11-27 12:00:00.000000' WHERE email = ?"
        assert database.execute(old, (email,)).rowcount == 1


async def _link(api: Api, page: str) -> str | None:
    """The address in the newest mail to the new person."""
    for mail in await api.mails():
        if NEW in mail["to"]:
            found = re.search(rf"https?://\S+/{page}\?token=\S+", mail["text"])
            return found[0] if found else None
    return None
