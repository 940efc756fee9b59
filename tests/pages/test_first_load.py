"""A page whose files do not all arrive, as when the network changes while it loads."""

import pytest
from playwright.async_api import Browser, Error, Page, Route, expect

from tests.support.api import eventually
from tests.support.browser import new_context
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY = "vermittlung.start"


@pytest.mark.parametrize("kind", ["script", "stylesheet"])
async def test_it_loads_anew_by_itself(browser: Browser, stack: Stack, kind: str) -> None:
    context = await new_context(browser, stack.url)
    lost: list[str] = []

    async def lose(route: Route) -> None:
        if route.request.resource_type == kind and len(lost) < 2:
            lost.append(route.request.url)
            await route.abort("internetdisconnected")
        else:
            await route.fallback()

    try:
        page = await context.new_page()
        await page.route("**/assets/**", lose)
        await page.goto("/")
        await expect(page.get_by_test_id("login-email")).to_be_visible()
        assert len(lost) == 2
        # Loaded whole, and the next trouble starts to count from none.
        await eventually(lambda: no_tries(page), 10, "a page that is loaded whole")
        await expect(page.get_by_test_id("login-email")).to_be_visible()
    finally:
        await context.close()


async def test_it_says_so_when_that_does_not_help(browser: Browser, stack: Stack) -> None:
    context = await new_context(browser, stack.url)
    try:
        await context.add_init_script(f"sessionStorage.setItem('{KEY}', '4')")
        page = await context.new_page()
        await page.route("**/assets/*.js", lambda route: route.abort("internetdisconnected"))
        await page.goto("/")
        await expect(page.get_by_role("heading", name="Keine Verbindung")).to_be_visible()
    finally:
        await context.close()


async def no_tries(page: Page) -> bool:
    try:
        return await page.evaluate(f"sessionStorage.getItem('{KEY}')") is None
    except Error:  # it is being loaded anew
        return False
