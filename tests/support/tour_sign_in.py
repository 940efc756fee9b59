"""The tour's chapter of account and security."""

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.support.api import PASSWORD, VPA2, Api
from tests.support.authenticator import Authenticator
from tests.support.browser import Softphone, new_context

if TYPE_CHECKING:
    from tests.support.tour import Tour

FACTOR = "/api/v1/account/second-factor"


async def account(tour: "Tour") -> None:
    async with tour.phone(VPA2) as phone:
        await tour.open(phone, "/account")
        await expect(phone.element("factor-open")).to_be_visible()
        await tour.show("account", phone.page)
        await phone.element("number-ask").click()
        await phone.element("number-send").click()
        await tour.show("account-number", phone.page)
        await phone.page.keyboard.press("Escape")
        await phone.element("factor-open").click()
        await phone.element("factor-begin").click()
        await expect(phone.element("factor-secret")).to_be_visible()
        await tour.show("account-second-factor", phone.page)
        app = Authenticator(await phone.element("factor-secret").inner_text())
        await app.settled()
        await phone.element("factor-code").fill(app.code())
        await phone.element("factor-confirm").click()
        await expect(phone.element("recovery-codes")).to_be_visible()
        codes = await phone.element("recovery-codes").get_by_role("listitem").all_inner_texts()
        try:
            await tour.show("account-recovery-codes", phone.page)
            await phone.element("recovery-done").click()
            await _tokens(tour, phone)
            await _code(tour)
        finally:
            await _without_factor(tour, codes)


async def _tokens(tour: "Tour", phone: Softphone) -> None:
    await phone.element("token-add").click()
    await phone.element("token-name").fill("Aufgaben-App")
    await tour.show("account-token", phone.page)
    await phone.element("token-make").click()
    await expect(phone.element("token-secret")).to_be_visible()
    await phone.element("token-done").click()
    await expect(phone.element("token")).to_be_visible()
    await tour.show("account-all", phone.page)
    await phone.element("revoke-token").click()
    await phone.element("revoke-token").click()
    await expect(phone.element("token")).to_have_count(0)


async def _code(tour: "Tour") -> None:
    context = await new_context(tour.browser, tour.stack.url)
    page = await context.new_page()
    await page.goto("/login?trouble=sso-no-account")
    await expect(page.get_by_test_id("error-message")).to_be_visible()
    await tour.show("sign-in-company-refused", page)
    await page.get_by_test_id("login-email").fill(VPA2)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("login-code")).to_be_visible()
    await tour.show("sign-in-code", page)
    await context.close()


async def _without_factor(tour: "Tour", codes: list[str]) -> None:
    async with Api(tour.stack.url) as api:
        wish = {"email": VPA2, "password": PASSWORD, "code": codes[0]}
        (await api.post("/api/v1/session", wish)).ok()
        proof = {"password": PASSWORD, "code": codes[1]}
        (await api.ask("DELETE", FACTOR, proof)).ok()
