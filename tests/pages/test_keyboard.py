"""Every action without a mouse: only keys are pressed here."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, Request, Route, expect

from pbx.demo.subscribers import STEMS
from tests.support.api import MANAGER, PASSWORD, VPA1, Api, eventually
from tests.support.browser import MICROPHONE_HERTZ, Softphone, new_context
from tests.support.browsing import OpenBrowser, OpenPhone
from tests.support.far import A_HERTZ, B_HERTZ, ENDINGS
from tests.support.stack import VPA1_NUMBER, Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = STEMS["AT"] + ENDINGS[A_HERTZ]
SECOND = STEMS["AT"] + ENDINGS[B_HERTZ]

FOCUSED = """() => {
  const found = document.activeElement;
  const marks = (rule) =>
    ["outline", "box-shadow", "border-color", "background"].some((name) => {
      const value = rule.style.getPropertyValue(name);
      return value && value !== "none";
    });
  const rules = (list) => [...list].flatMap((each) =>
    each.selectorText ? [each] : each.cssRules ? rules(each.cssRules) : []);
  const focusRules = [...document.styleSheets]
    .flatMap((sheet) => rules(sheet.cssRules))
    .filter((rule) => rule.selectorText.includes(":focus") && marks(rule));
  const near = [found];
  while (near.length < 5 && near.at(-1).parentElement) near.push(near.at(-1).parentElement);
  const seen = found.tagName === "BODY" || focusRules.some((rule) =>
    near.some((each) => each.matches(rule.selectorText)));
  return {
    id: found.closest("[data-testid]")?.dataset.testid ?? "",
    own: found.dataset.testid ?? "",
    tag: found.tagName,
    text: found.textContent.trim().slice(0, 60),
    seen,
  };
}"""
"""What has the focus, and whether a rule of the style sheets makes that visible, at it or at
the field around it."""


class Keys:
    """A person at the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def focused(self) -> dict[str, str]:
        return dict(await self.page.evaluate(FOCUSED))

    async def to(self, test_id: str, *, back: bool = False) -> None:
        """Tab until that element has the focus, as soon as it is there; an expression of its
        test id."""
        await self.page.get_by_test_id(re.compile(f"^{test_id}$")).first.wait_for(state="attached")
        seen = []
        for _ in range(90):
            now = await self.focused()
            if re.fullmatch(test_id, now["own"]):
                assert now["seen"], f"{now['own']} has the focus, and nobody sees it"
                return
            seen.append(now["own"] or now["text"] or now["tag"])
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{test_id} is not reached with Tab; passed: {seen}")

    async def press(self, test_id: str, key: str = "Enter") -> None:
        await self.to(test_id)
        await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def choose(self, test_id: str, value: str) -> None:
        """An option of a list field, by the arrow keys."""
        await self.to(test_id)
        field = self.page.get_by_test_id(test_id)
        for key in ["Home", *["ArrowDown"] * 250]:
            if await field.input_value() == value:
                return
            await self.page.keyboard.press(key)
        raise AssertionError(f"{value} is not found in {test_id}")

    async def status(self, wanted: str) -> None:
        """Of the open menu."""
        for _ in range(8):
            await self.page.keyboard.press("ArrowDown")
            if await self.page.evaluate("document.activeElement.dataset.status") == wanted:
                await self.page.keyboard.press("Enter")
                return
        raise AssertionError(f"no status {wanted}")


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(
    browser_saying: OpenBrowser, stack: Stack, manager: Api
) -> AsyncIterator[tuple[Softphone, Keys]]:
    """Anna, by the keyboard alone; `manager` ends what a failed test leaves."""
    context = await new_context(await browser_saying(MICROPHONE_HERTZ), stack.url)
    phone = Softphone(context, await context.new_page(), VPA1)
    await phone.page.goto("/")
    await expect(phone.element("login-email")).to_be_visible()
    keys = Keys(phone.page)
    await keys.to("login-email")
    await keys.type(VPA1)
    await keys.to("login-password")
    await keys.type(PASSWORD)
    await phone.page.keyboard.press("Enter")
    await phone.is_live()
    yield phone, keys
    await phone.close()


async def call(phone: Softphone, keys: Keys, number: str = FIRST) -> None:
    """Task, country, number, Call."""
    await keys.to("task-select")
    await keys.type("T-1001")
    await expect(phone.page.locator("[role=option]")).to_have_count(1)
    await phone.page.keyboard.press("Enter")
    # With the task the number is what comes next; the country is one step back.
    await expect(phone.element("number-input")).to_be_focused()
    await phone.page.keyboard.press("Shift+Tab")
    await keys.choose("country-select", "AT")
    await keys.to("number-input")
    await keys.type(number[3:])
    await expect(phone.element("call-button")).to_be_enabled()
    await keys.press("call-button")
    await phone.reaches("talking")


async def test_a_call_from_sign_in_to_hang_up(signed_in: tuple[Softphone, Keys]) -> None:
    phone, keys = signed_in
    await call(phone, keys)
    await keys.press("mute-button", "Space")
    await expect(phone.element("mute-button")).to_have_attribute("aria-pressed", "true")
    await phone.page.keyboard.press("m")
    await expect(phone.element("mute-button")).to_have_attribute("aria-pressed", "false")
    await keys.press("keypad-button")
    await keys.press("key-5")
    await expect(phone.element("keypad")).to_contain_text("5")
    await keys.press("hold-button")
    await phone.reaches("held")
    await expect(phone.element("resume-button")).to_be_enabled()
    await phone.page.keyboard.press("h")
    await phone.reaches("talking")
    await keys.press("hangup-button")
    await phone.is_idle()


async def test_two_calls(signed_in: tuple[Softphone, Keys]) -> None:
    phone, keys = signed_in
    await call(phone, keys)
    await keys.press("transfer-button")
    await expect(phone.element("transfer-panel")).to_be_visible()
    await phone.page.keyboard.press("Escape")
    await expect(phone.element("transfer-panel")).to_have_count(0)
    assert (await keys.focused())["own"] == "transfer-button"
    await phone.page.keyboard.press("t")
    await keys.choose("transfer-country", "AT")
    await keys.to("transfer-number")
    await keys.type(SECOND[3:])
    await keys.press("transfer-consult")
    await phone.hears(B_HERTZ)
    await keys.press("swap-button")
    await phone.hears_just(A_HERTZ, among=(A_HERTZ, B_HERTZ))
    await keys.press("join-button")
    await phone.hears_just(A_HERTZ, B_HERTZ, among=(A_HERTZ, B_HERTZ))
    await keys.press("take-out")
    await keys.press("line-hangup")
    await expect(phone.page.locator("[data-testid^=call-line-]")).to_have_count(1)
    if await phone.element("resume-button").count():
        await keys.press("resume-button")
    await phone.reaches("talking")
    await keys.press("hangup-button")
    await phone.is_idle()


async def test_blind_transfer_and_taking_back(signed_in: tuple[Softphone, Keys]) -> None:
    phone, keys = signed_in
    await call(phone, keys)
    await keys.press("transfer-button")
    await keys.choose("transfer-country", "AT")
    await keys.to("transfer-number")
    await keys.type((STEMS["AT"] + "0002")[3:])
    await keys.press("transfer-blind")
    await phone.reaches("transferring")
    await keys.press("take-back")
    await phone.reaches("talking")
    await keys.press("hangup-button")
    await phone.is_idle()


async def test_incoming_calls(signed_in: tuple[Softphone, Keys], manager: Api) -> None:
    phone, keys = signed_in

    async def ring(n: int) -> str:
        caller = f"+49170111119{n}"
        return await manager.call_in(VPA1_NUMBER, caller, "tone", seconds=60, wait_for_beep=False)

    first = await ring(0)
    await expect(phone.element("incoming-call")).to_be_visible()
    await keys.press("decline-button")
    await expect(phone.element("incoming-call")).to_have_count(0)
    await manager.carrier_call(first, "answered_at")
    await ring(1)
    await expect(phone.element("incoming-call")).to_be_visible()
    await keys.press("answer-button")
    await phone.reaches("talking")
    await ring(2)
    await expect(phone.element("waiting-card")).to_be_visible()
    await keys.press("answer-hold")
    await expect(phone.page.locator("[data-testid^=call-line-]")).to_have_count(2)
    await phone.reaches("talking")
    await keys.press("hangup-button")
    await expect(phone.page.locator("[data-testid^=call-line-]")).to_have_count(1)
    await keys.press("hangup-button")
    await phone.is_idle()


async def test_menus_and_dialogs(signed_in: tuple[Softphone, Keys], anna: Api) -> None:
    phone, keys = signed_in
    page = phone.page
    shown = asyncio.Event()
    asked: list[str] = []
    answered: list[str] = []

    async def slowly(route: Route) -> None:
        """The first wish is still on its way when the second one is made."""
        asked.append(route.request.url)
        if len(asked) == 1:
            await shown.wait()
        await route.fallback()

    def finished(request: Request) -> None:
        if request.url in asked:
            answered.append(request.url)

    async def both() -> bool:
        return len(answered) == 2

    await keys.press("user-menu")
    await keys.press("open-sound")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await keys.to("device-microphone")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await keys.press("status-select")
    await page.keyboard.press("Escape")
    assert (await keys.focused())["own"] == "status-select"
    page.on("requestfinished", finished)
    await page.route("**/session/status", slowly)
    await page.keyboard.press("Enter")
    await keys.status("away")
    await expect(phone.element("status-select")).to_have_attribute("data-status", "away")
    await keys.press("status-select")
    await keys.status("available")
    await expect(phone.element("status-select")).to_have_attribute("data-status", "available")
    shown.set()
    await eventually(both, 10, "two answers")
    assert (await anna.get("/api/v1/session"))["status"] == "available", "as chosen last"
    await keys.press("user-menu")
    await keys.press("open-help")
    await expect(phone.element("help-sheet")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(phone.element("help-sheet")).to_have_count(0)
    await keys.press("preshift-open")
    await expect(phone.element("preshift-dialog")).to_be_visible()
    await keys.to("preshift-start")
    await page.keyboard.press("Escape")
    await expect(phone.element("preshift-dialog")).to_have_count(0)


async def test_pages_of_the_desk(signed_in: tuple[Softphone, Keys]) -> None:
    phone, keys = signed_in
    page = phone.page
    await call(phone, keys)
    await keys.press("hangup-button")
    await phone.is_idle()
    await keys.press("nav-contacts")
    await expect(page).to_have_url(re.compile("/contacts$"))
    await keys.press("contact-add")
    await keys.to("contact-name")
    await keys.type("Tastatur GmbH")
    await keys.to("contact-number")
    await keys.type("0221 4710053")
    await keys.press("contact-save")
    row = page.locator("[data-testid^=contact-row-]").filter(has_text="Tastatur GmbH")
    await expect(row).to_be_visible()
    assert (await keys.focused())["own"] == "contact-add"
    await keys.to("contact-search")
    await keys.type("Tastatur")
    await expect(page.locator("[data-testid^=contact-row-]")).to_have_count(1)
    await keys.press("contact-edit")
    await keys.press("contact-delete")
    await expect(row).to_have_count(0)
    await keys.press("nav-history")
    await expect(page).to_have_url(re.compile("/history$"))
    await keys.press("history-row-.*")
    await expect(phone.element("call-details")).to_be_visible()
    await keys.to("call-note")
    await page.keyboard.press("Escape")
    await keys.press("nav-call")
    await expect(phone.element("number-input")).to_be_visible()
    await keys.press("user-menu")
    await keys.press("sign-out")
    await expect(phone.element("login-email")).to_be_visible()


async def test_what_went_wrong_is_seen_in_a_window_longer_than_the_screen(
    signed_in: tuple[Softphone, Keys], anna: Api
) -> None:
    phone, keys = signed_in
    page = phone.page
    known = (await anna.post("/api/v1/contacts", {"name": "Lang", "number": "0221 4710077"})).ok()
    await page.set_viewport_size({"width": 390, "height": 700})
    await page.goto("/contacts")
    await keys.press("contact-add")
    await keys.to("contact-name")
    await keys.type("Lang")
    await keys.to("contact-number")
    await keys.type("0221 4710077")
    await keys.press("contact-save")
    await page.wait_for_function(
        """() => {
          const box = document.querySelector("dialog [data-testid=error-message]");
          if (!box) return false;
          const { left, top, width, height } = box.getBoundingClientRect();
          return box.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }"""
    )
    assert (await anna.ask("DELETE", f"/api/v1/contacts/{known['id']}")).status == 204


async def test_management(open_phone: OpenPhone, manager: Api) -> None:
    phone = await open_phone(MANAGER)
    keys = Keys(phone.page)
    await keys.press("nav-manage")
    await keys.press("manage-countries")
    switch = phone.element("country-switch-PL")
    await expect(switch).to_be_checked()
    try:
        for checked in (False, True):
            await keys.press("country-switch-PL", "Space")
            await expect(switch).to_be_checked(checked=checked)

        async def stored() -> bool:
            countries = (await manager.get("/api/v1/countries"))["items"]
            return next(bool(each["allowed"]) for each in countries if each["code"] == "PL")

        await eventually(stored, 10, "the country as it was switched last, at the server")
    finally:
        (await manager.put("/api/v1/countries", {"code": "PL", "allowed": True})).ok()
    await keys.to("manage-calls", back=True)
    await phone.page.keyboard.press("Enter")
    await keys.press("call-row-.*")
    await expect(phone.element("call-timeline")).to_be_visible()
