"""A walk through every page and every state of the web app, for pictures and for axe."""

import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, expect
from playwright.async_api import Error as BrowserError

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, VPA1, Api, eventually
from tests.support.browser import Softphone, new_context
from tests.support.stack import FREE_NUMBER, VPA1_NUMBER, Stack
from tests.support.tours import MORE

Show = Callable[[str, Page, bool], Awaitable[None]]
"""Takes the name of a state, the page that is in it now, and whether it speaks German only,
because it has no network or knows no choice of language."""

CHAPTERS = (
    "signing_in",
    "at_rest",
    "menus",
    "dialling",
    "refusals",
    "talking",
    "two_calls",
    "blind_transfer",
    "incoming",
    "elsewhere",
    "desk",
    "country_request",
    "management",
    *MORE,
)

SECTIONS_WITH_CHAPTERS = (
    "integration",
    "live",
    "numbers",
    "routing",
    "greetings",
    "voicemails",
    "calls",
    "statistics",
    "countries",
    "limits",
    "prices",
    "reconciliation",
    "tasks",
    "factors",
    "customers",
    "statements",
    "addons",
)
"""Sections of management that a chapter of their own shows; a manager's."""

RINGS_FOR_EVER = example("DE", "0002").removeprefix("+49")
BUSY = example("DE", "0001").removeprefix("+49")
FIRST = example("DE", "005N").removeprefix("+49")
SECOND = example("AT", "005N").removeprefix("+43")
CALLER, OTHER_CALLER = "+491701111150", "+491701111151"


class Tour:
    """Each chapter has pages of its own and starts without calls.

    The stack rings for long enough that a ringing call can be looked at from all sides.
    """

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack = stack
        self.browser = browser
        self._prepared = False

    async def chapter(self, name: str, show: Show) -> str:
        """Walk through one of `CHAPTERS`; what went wrong, or nothing."""

        async def shown(state: str, page: Page, german_only: bool = False) -> None:
            await show(state, page, german_only)

        self.show = shown
        fault = ""
        try:
            await (MORE[name](self) if name in MORE else getattr(self, name)())
        except (AssertionError, BrowserError) as e:
            place = traceback.extract_tb(e.__traceback__)
            lines = [each.lineno for each in place if each.filename == __file__]
            fault = f"{name}, line {lines[-1]} of {__file__}: {e}"
        await self.no_calls()
        return fault

    async def no_calls(self) -> None:
        async with Api(self.stack.url, MANAGER) as api:
            for call in await api.calls(open="1"):
                await api.hang_up(call["id"])

            async def none() -> bool:
                return not await api.calls(open="1")

            await eventually(none, 10, "the end of all calls")

    @asynccontextmanager
    async def phone(self, email: str = VPA1, path: str = "") -> AsyncIterator[Softphone]:
        phone = await Softphone.open(self.browser, self.stack.url, email)
        if path:
            await phone.page.goto(path)
            await phone.is_live()
        try:
            yield phone
        finally:
            await phone.close()

    async def prepare(self) -> None:
        """Something to be seen on every page: a message, contacts, a request; once."""
        if self._prepared:
            return
        self._prepared = True
        async with Api(self.stack.url, VPA1) as anna, Api(self.stack.url, MANAGER) as manager:
            await anna.call_in(FREE_NUMBER, CALLER, "speech", seconds=4)
            for name, number, public in (
                ("Praxis Dr. Sommer", example("DE", "005N"), True),
                ("Lindner Maschinenbau", CALLER, False),
                ("Solaris Energie", example("AT", "005N"), True),
            ):
                contact = {"name": name, "number": number, "public": public, "task": "T-1001"}
                (await anna.post("/api/v1/contacts", contact)).ok()
            asked = {"country": "ES", "reason": "Hotel in Sevilla", "task": "T-1003"}
            (await anna.post("/api/v1/country-requests", asked)).ok()

            async def message() -> object:
                return await manager.voicemail_of(CALLER)

            await eventually(message, 40, "a message")

    # ------------------------------------------------------------- the phone

    async def signing_in(self) -> None:
        context = await new_context(self.browser, self.stack.url)
        page = await context.new_page()
        await page.goto("/")
        await expect(page.get_by_test_id("login-email")).to_be_visible()
        await self.show("sign-in", page)
        await page.get_by_test_id("login-email").fill(VPA1)
        await page.get_by_test_id("login-password").fill("wrong")
        await page.get_by_test_id("login-submit").click()
        await expect(page.get_by_test_id("error-message")).to_be_visible()
        await self.show("sign-in-refused", page)
        await context.close()

    async def at_rest(self) -> None:
        async with self.phone() as phone:
            page = phone.page
            if await phone.element("start-shift").count():
                await self.show("start-of-shift", page)
                await phone.element("start-shift").click()
            await self.show("phone-empty", page)
            await phone.element("task-select").click()
            await self.show("task-list", page)
            await page.keyboard.press("Escape")
            await phone.dial(FIRST)
            await expect(phone.element("call-button")).to_be_enabled()
            await self.show("number-typed", page)
            await phone.element("number-input").fill("12")
            await expect(phone.element("call-button")).to_be_disabled()
            await self.settle(phone)
            await self.show("number-wrong", page)

    async def menus(self) -> None:
        async with self.phone() as phone:
            await self.header(phone)
            await self.dialogs(phone)

    async def header(self, phone: Softphone) -> None:
        page = phone.page
        await phone.element("status-select").click()
        await self.show("status-menu", page)
        await page.keyboard.press("Escape")
        await phone.element("user-menu").click()
        await self.show("user-menu", page)

    async def dialogs(self, phone: Softphone) -> None:
        page = phone.page
        await phone.element("open-sound").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await self.show("sound-dialog", page)
        await page.keyboard.press("Escape")
        await page.locator("body").press("?")
        await expect(phone.element("help-sheet")).to_be_visible()
        await self.show("help-sheet", page)
        await page.keyboard.press("Escape")
        await phone.element("preshift-open").click()
        await expect(phone.element("preshift-dialog")).to_be_visible()
        await self.show("pre-shift-check", page)
        await phone.element("preshift-start").click()
        await expect(phone.element("preshift-result")).to_be_visible(timeout=45_000)
        await self.show("pre-shift-result", page)

    async def dialling(self) -> None:
        async with self.phone() as phone:
            await phone.call(RINGS_FOR_EVER)
            await phone.reaches("ringing")
            await self.show("ringing-out", phone.page)
            await phone.hang_up()
            await self.show("given-up", phone.page)
            await phone.call(BUSY)
            await expect(phone.element("error-message")).to_be_visible()
            await self.settle(phone)
            await self.show("ended-busy", phone.page)

    async def refusals(self) -> None:
        async with self.phone() as phone:
            for name, country, number in (
                ("emergency", "DE", "112"),
                ("premium", "DE", "0900 1234567"),
                ("country", "DE", "+34 912 345 678"),
            ):
                await phone.dial(number, country=country)
                await self.settle(phone)
                await self.show(f"refused-{name}", phone.page)

    async def settle(self, phone: Softphone) -> None:
        """The preview has the server's answer."""
        await expect(phone.element("number-preview")).not_to_be_empty()
        await expect(phone.page.locator("[data-testid=number-preview] [data-stale]")).to_have_count(
            0
        )
        await phone.page.wait_for_load_state("networkidle")

    async def talking(self) -> None:
        async with self.phone() as phone:
            await self.talk(phone)
            await self.show("talking", phone.page)
            await phone.element("keypad-button").click()
            await self.show("keypad", phone.page)
            await phone.element("keypad-button").click()
            await phone.element("mute-button").click()
            await self.show("muted", phone.page)
            await phone.element("mute-button").click()
            await phone.element("hold-button").click()
            await phone.reaches("held")
            await self.show("held", phone.page)
            await phone.element("resume-button").click()
            await phone.reaches("talking")
            await phone.hang_up()
            await self.show("call-over", phone.page)

    async def talk(self, phone: Softphone) -> None:
        await phone.call(FIRST)
        await phone.reaches("talking")

    async def two_calls(self) -> None:
        async with self.phone() as phone:
            await self.talk(phone)
            await phone.element("transfer-button").click()
            await expect(phone.element("transfer-panel")).to_be_visible()
            await self.show("transfer-panel", phone.page)
            await phone.consult(SECOND, "AT")
            await phone.reaches("talking")
            await expect(phone.element("transfer-complete")).to_be_visible()
            await self.show("consultation", phone.page)
            await phone.element("join-button").click()
            await expect(phone.page.locator("[data-state=joined]").first).to_be_visible()
            await self.show("conference", phone.page)

    async def blind_transfer(self) -> None:
        async with self.phone() as phone:
            await self.talk(phone)
            await phone.transfer_blind(RINGS_FOR_EVER)
            await phone.reaches("transferring")
            await self.show("blind-transfer", phone.page)
            await phone.element("take-back").click()
            await phone.reaches("talking")

    async def incoming(self) -> None:
        await self.prepare()
        async with self.phone() as phone, Api(self.stack.url, VPA1) as api:
            await phone.choose_task("T-1001")
            await self.call_in(api, CALLER)
            await expect(phone.element("incoming-call")).to_be_visible()
            await self.show("incoming", phone.page)
            await phone.element("answer-button").click()
            await phone.reaches("talking")
            await self.call_in(api, OTHER_CALLER)
            await expect(phone.element("waiting-card")).to_be_visible()
            await self.show("call-waiting", phone.page)
            await phone.element("answer-hold").click()
            await expect(phone.page.locator("[data-state=held]").first).to_be_visible()
            await self.show("two-calls", phone.page)
        await self.no_calls()
        async with self.phone() as phone, Api(self.stack.url, VPA1) as api:
            await self.call_in(api, CALLER, hangup_after=0.5)
            await expect(phone.element("incoming-call")).to_be_visible()
            async with Api(self.stack.url, MANAGER) as manager:
                for call in await manager.calls(open="1"):
                    await manager.hang_up(call["id"])
            await expect(phone.element("missed-call")).to_be_visible()
            await self.show("missed", phone.page)

    async def call_in(self, api: Api, caller: str, **more: float) -> str:
        more.setdefault("seconds", 600)
        return await api.call_in(VPA1_NUMBER, caller, "tone", wait_for_beep=False, **more)

    async def elsewhere(self) -> None:
        async with self.phone() as phone:
            await self.talk(phone)
            async with self.phone() as other:
                await expect(other.element("take-over")).to_be_visible()
                await self.show("call-in-another-browser", other.page)
            await phone.cut_network()
            await expect(phone.element("live-status")).not_to_have_attribute("data-live", "live")
            await self.show("connection-lost", phone.page, german_only=True)
            await phone.mend_network()
            await phone.is_live()

    # ------------------------------------------------------------- the desk

    async def desk(self) -> None:
        await self.prepare()
        async with self.phone() as phone:
            page = phone.page
            for path in ("history", "contacts", "messages", "quality"):
                await self.open(phone, f"/{path}")
                await self.show(path, page)
            await self.open(phone, "/contacts")
            for opener in ("contact-add", "contact-import"):
                await phone.element(opener).click()
                await expect(page.get_by_role("dialog")).to_be_visible()
                await self.show(opener, page)
                await page.keyboard.press("Escape")
                await expect(page.get_by_role("dialog")).to_have_count(0)
            await self.open(phone, "/history")
            await page.locator("[data-testid^=history-row-]").first.click()
            await self.show("history-entry", page)

    async def open(self, phone: Softphone, path: str) -> None:
        await phone.page.goto(path)
        await phone.is_live()
        await phone.page.wait_for_load_state("networkidle")

    async def country_request(self) -> None:
        async with self.phone() as phone, self.phone(MANAGER, "/manage/countries") as manager:
            await phone.dial("+34 912 345 678")
            await phone.element("ask-country").click()
            await expect(phone.element("country-request-dialog")).to_be_visible()
            await self.show("country-request", phone.page)
            await phone.element("country-request-reason").fill("Hotel in Sevilla bestätigen")
            await phone.element("country-request-send").click()
            await expect(phone.element("country-request-dialog")).to_have_count(0)
            await self.show("country-asked", phone.page)
            await self.show("manage-country-requests", manager.page)

    async def management(self) -> None:
        await self.prepare()
        async with self.phone(MANAGER) as phone:
            page = phone.page
            await self.open(phone, "/manage")
            names = await page.locator("nav [data-testid^=manage-]").evaluate_all(
                "all => all.map((each) => each.dataset.testid)"
            )
            known = {f"manage-{section}" for section in SECTIONS_WITH_CHAPTERS}
            assert known < set(names)
            for name in names:
                await phone.element(name).click()
                await page.wait_for_load_state("networkidle")
                await expect(page.locator("[aria-busy=true]")).to_have_count(0)
                if name not in known:
                    await self.show(name, page)
            await phone.element("manage-calls").click()
            await page.locator("[data-testid^=call-row-]").first.click()
            await expect(phone.element("call-timeline")).to_be_visible()
            await self.show("manage-call", page)
