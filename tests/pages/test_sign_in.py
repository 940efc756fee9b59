"""Signing in safely, as a person sees it: a second factor, the company's account, sessions."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.support.api import PASSWORD, VPA1, VPA2, Api
from tests.support.authenticator import Authenticator
from tests.support.browser import new_context
from tests.support.oidc import CALLBACK, OidcServer, running_provider
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

FACTOR = "/api/v1/account/second-factor"


@pytest.fixture(scope="module")
def company(stack: Stack) -> Iterator[OidcServer]:
    with running_provider(stack.ports["oidc"], stack.url + CALLBACK) as server:
        yield server


@asynccontextmanager
async def a_page(browser: Browser, stack: Stack) -> AsyncIterator[Page]:
    """A browser profile of its own, at the sign-in page."""
    context = await new_context(browser, stack.url)
    page = await context.new_page()
    await page.goto("/")
    try:
        yield page
    finally:
        await context.close()


async def sign_in(page: Page, email: str) -> None:
    await page.get_by_test_id("login-email").fill(email)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()


async def is_in(page: Page) -> None:
    await expect(page.get_by_test_id("live-status")).to_have_attribute("data-live", "live")


async def refused(page: Page, error_id: str) -> None:
    shown = page.get_by_test_id("error-message")
    await expect(shown).to_have_attribute("data-error-id", error_id)
    assert await shown.inner_text()


async def test_a_second_factor_from_set_up_to_its_end(browser: Browser, stack: Stack) -> None:
    async with a_page(browser, stack) as page, a_page(browser, stack) as other:
        await sign_in(page, VPA2)
        await sign_in(other, VPA2)
        await is_in(other)
        await page.get_by_test_id("user-menu").click()
        await page.get_by_test_id("open-account").click()
        await page.get_by_test_id("factor-open").click()
        await page.get_by_test_id("factor-begin").click()
        await expect(page.get_by_role("img", name="QR-Code")).to_be_visible()
        app = Authenticator(await page.get_by_test_id("factor-secret").inner_text())
        await app.settled()
        try:
            await page.get_by_test_id("factor-code").fill("000000")
            await page.get_by_test_id("factor-confirm").click()
            await refused(page, "code-wrong")
            await page.get_by_test_id("factor-code").fill(app.code())
            await page.get_by_test_id("factor-confirm").click()
            codes = page.get_by_test_id("recovery-codes").get_by_role("listitem")
            await expect(codes).to_have_count(10)
            recovery = await codes.all_inner_texts()
            await page.get_by_test_id("recovery-done").click()
            state = page.get_by_test_id("factor-state")
            await expect(state).to_have_attribute("data-on", "true")
            # The browser that did not prove it is out at once.
            await expect(other.get_by_test_id("login-email")).to_be_visible()
            await _in_with_a_code(other, app, recovery[0])
            await _off_again(page, recovery)
        finally:
            await _without_factor(stack, app, recovery[1:])


async def _in_with_a_code(page: Page, app: Authenticator, recovery: str) -> None:
    await sign_in(page, VPA2)
    await page.get_by_test_id("login-code").fill("000000")
    await page.get_by_test_id("login-submit").click()
    await refused(page, "code-wrong")
    await page.get_by_test_id("login-code").fill(app.code())
    await page.get_by_test_id("login-submit").click()
    await is_in(page)
    await page.get_by_test_id("user-menu").click()
    await page.get_by_test_id("sign-out").click()
    await sign_in(page, VPA2)
    await page.get_by_test_id("login-code").fill(recovery)
    await page.get_by_test_id("login-submit").click()
    await is_in(page)


async def _off_again(page: Page, recovery: list[str]) -> None:
    await page.get_by_test_id("factor-end").click()
    await page.get_by_test_id("prove-password").fill(PASSWORD)
    await page.get_by_test_id("prove-code").fill(recovery[0])
    await page.get_by_test_id("prove-submit").click()
    await refused(page, "code-wrong")
    await page.get_by_test_id("prove-code").fill(recovery[1])
    await page.get_by_test_id("prove-submit").click()
    await expect(page.get_by_test_id("factor-state")).to_have_attribute("data-on", "false")


async def _without_factor(stack: Stack, app: Authenticator, recovery: list[str]) -> None:
    """Whatever went wrong: other tests sign in with the password alone."""
    async with Api(stack.url) as api:
        wish = {"email": VPA2, "password": PASSWORD}
        answer = await api.post("/api/v1/session", wish)
        if answer.error_id == "second-factor-needed":
            (await api.post("/api/v1/session", {**wish, "code": recovery[1]})).ok()
            proof = {"password": PASSWORD, "code": recovery[2]}
            assert (await api.ask("DELETE", FACTOR, proof)).status == 204


async def test_who_must_have_a_second_factor_sets_it_up_first(
    browser: Browser, stack: Stack
) -> None:
    """The server's rule is patched in, as the stack's is for nobody; what follows is real."""

    async def demanded(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(
            response=answer, json={**await answer.json(), "second_factor_due": True}
        )

    async with a_page(browser, stack) as page:
        await page.route("**/api/v1/session", demanded)
        await sign_in(page, VPA2)
        gate = page.get_by_test_id("factor-gate")
        await expect(gate).to_be_visible()
        await page.goto("/history")
        await expect(gate).to_be_visible()
        await gate.get_by_test_id("factor-begin").click()
        app = Authenticator(await gate.get_by_test_id("factor-secret").inner_text())
        await app.settled()
        recovery: list[str] = []
        try:
            await page.get_by_test_id("factor-code").fill(app.code())
            await page.get_by_test_id("factor-confirm").click()
            codes = page.get_by_test_id("recovery-codes").get_by_role("listitem")
            await expect(codes).to_have_count(10)
            recovery = await codes.all_inner_texts()
            await page.unroute("**/api/v1/session")
            await page.get_by_test_id("recovery-done").click()
            await expect(gate).to_have_count(0)
            await is_in(page)
        finally:
            if recovery:
                await _without_factor(stack, app, recovery)


async def test_signing_in_with_the_companys_account(
    browser: Browser, stack: Stack, company: OidcServer
) -> None:
    async with a_page(browser, stack) as page:
        await page.goto("/history")
        await expect(page.get_by_test_id("company-sign-in")).to_contain_text("Firmenkonto")
        await page.get_by_test_id("company-sign-in").click()
        await expect(page.get_by_role("heading", name="Company")).to_be_visible()
        await page.get_by_role("button", name="Cancel").click()
        await refused(page, "sso-cancelled")
        await page.goto("/history")
        await _at_the_company(page, VPA1)
        await page.wait_for_url("**/history")
        await is_in(page)
        await page.get_by_test_id("user-menu").click()
        await expect(page.get_by_text(VPA1)).to_be_visible()
        await page.get_by_test_id("sign-out").click()
        # The company asks whether everything of its own is to end, too.
        await page.get_by_role("button", name="Yes, sign me out").click()
        await page.wait_for_url("**/login")
        await expect(page.get_by_test_id("login-email")).to_be_visible()
    for login, error_id in (
        ("stranger@example.test", "sso-no-account"),
        (f"unverified-{VPA2}", "sso-email-unverified"),
    ):
        async with a_page(browser, stack) as page:
            await _at_the_company(page, login)
            await refused(page, error_id)
    await company.lie("nonce")
    async with a_page(browser, stack) as page:
        await _at_the_company(page, VPA1)
        await refused(page, "sso-invalid")
    await company.lie("")


async def _at_the_company(page: Page, login: str) -> None:
    await page.get_by_test_id("company-sign-in").click()
    await page.get_by_label("Login").fill(login)
    await page.get_by_role("button", name="Sign in").click()


async def test_sessions_and_tokens_are_seen_and_ended(browser: Browser, stack: Stack) -> None:
    async with a_page(browser, stack) as page, a_page(browser, stack) as other:
        await sign_in(page, VPA2)
        await sign_in(other, VPA2)
        await is_in(other)
        await page.goto("/account")
        mine = page.locator("[data-testid=session][data-current=true]")
        await expect(mine).to_contain_text("Linux")
        await page.get_by_test_id("end-others").click()
        await expect(page.get_by_test_id("session")).to_have_count(1)
        await expect(other.get_by_test_id("login-email")).to_be_visible()
        await page.get_by_test_id("token-add").click()
        await page.get_by_test_id("token-name").fill("Aufgaben-App")
        await page.get_by_test_id("token-make").click()
        secret = await page.get_by_test_id("token-secret").inner_text()
        await page.get_by_test_id("token-done").click()
        await expect(page.get_by_test_id("token")).to_contain_text("Aufgaben-App")
        assert await _may(stack, secret, "GET", "/tasks") == 200
        assert await _may(stack, secret, "PUT", "/session/status") == 403
        await page.get_by_test_id("revoke-token").click()
        await page.get_by_test_id("revoke-token").click()
        await expect(page.get_by_test_id("token")).to_have_count(0)
        assert await _may(stack, secret, "GET", "/tasks") == 401


async def _may(stack: Stack, secret: str, method: str, path: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.request(method, f"{stack.url}/api/v1{path}", json={}) as answer,
    ):
        return answer.status
