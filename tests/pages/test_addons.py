"""An add-on from the customer's telephone to the next caller's ear."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from pbx.audio import ensure_encoder
from tests.support import sound
from tests.support.api import MANAGER, Api, Json, at, eventually
from tests.support.browser import Softphone, new_context
from tests.support.browsing import OpenPhone
from tests.support.moved_clock import MODULE, STEP, move_on
from tests.support.stack import FREE_NUMBER, Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERTZ = 1_250
"""Of the customer's greeting; the shipped one has no such tone."""
BOOKER, IT, COPY = "sommer@example.test", "it-leitung@example.test", "kopie@example.test"
SUBJECT = "{order} von {customer} wartet auf die IT"
TEXT = "{days} Tage ohne Antwort: {customer}, {option}.\n{link}\n"
SETTINGS = "/api/v1/addon-settings"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def stack(own_stack: Callable[..., Stack]) -> Stack:
    """Whose clock the test moves; all other fixtures use it in place of the shared one."""
    return own_stack(module=MODULE)


async def _watched(manager: Api) -> None:
    """All days count, and somebody is written to at last, in words of the company's own."""
    before = await manager.get(SETTINGS)
    assert before["calendar"] == "working"
    new = {"calendar": "calendar", "to": [IT], "cc": [COPY], "subject": SUBJECT, "text": TEXT}
    (await manager.put(SETTINGS, {**before, **new})).ok()


async def _recording(folder: Path) -> Path:
    """The customer's greeting as an MP3 file."""
    wav, mp3 = sound.write_tone(folder / "ansage.wav", HERTZ), folder / "ansage.mp3"
    command = [ensure_encoder(), "-v", "error", "-i", str(wav), "-b:a", "64k", str(mp3)]
    done = await asyncio.create_subprocess_exec(*command)
    assert await done.wait() == 0
    return mp3


async def _link(boss: Softphone, customer: Json) -> str:
    await boss.page.goto(f"/manage/customers/{customer['id']}")
    await boss.element("link-email").fill(BOOKER)
    await boss.element("add-link").click()
    await expect(boss.element("open-link")).to_have_count(1)
    return await boss.element("open-link").get_attribute("href") or ""


async def _book(page: Page, url: str, recording: Path) -> str:
    """Book in the customer's browser; the order's number, such as `Z-3`."""
    await page.goto(url)
    await page.get_by_test_id("option-mailbox").check(force=True)
    await page.get_by_test_id("greeting-supplied").check(force=True)
    await page.get_by_test_id("booking-submit").click()
    wrong = page.get_by_test_id("booking-file")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(wrong).to_be_focused()
    await wrong.set_input_files(recording)
    heard = page.get_by_test_id("booking-recording")
    await expect(heard).to_contain_text("ansage.mp3")
    await page.get_by_test_id("booking-contact").fill("Dr. Sommer")
    await page.reload()
    await expect(heard).to_contain_text("ansage.mp3")
    await expect(page.get_by_test_id("booking-contact")).to_have_value("Dr. Sommer")
    await expect(page.get_by_test_id("booking-email")).to_have_value(BOOKER)
    played = "audio => { audio.muted = true; return audio.play().then(() => audio.duration); }"
    assert 3 < await heard.locator("audio").evaluate(played) < 5
    await expect(page.get_by_test_id("booking-total")).to_have_text("49,90 €")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], "nothing is wider than the telephone"
    await page.get_by_test_id("booking-submit").click()
    thanks = page.get_by_test_id("booking-thanks")
    await expect(thanks).to_be_visible()
    found = re.search(r"Z-\d+", await thanks.inner_text())
    assert found
    return found.group()


async def _mail(manager: Api, to: str, *words: str) -> Json:
    async def found() -> Json | None:
        for mail in await manager.mails():
            if to in mail["to"] and all(word in mail["subject"] for word in words):
                return mail
        return None

    return await eventually(found, 30, f"a mail to {to}: {words}")


def _header(mail: Json, name: str) -> str:
    return next(text for known, text in mail["headers"] if known == name)


async def _nobody_answers(manager: Api, stack: Stack, order: Json, label: str) -> None:
    """Days go by on the controller's clock: a reminder, then the escalation. Sessions end, too."""
    path = f"/api/v1/addon-orders/{order['id']}"
    booked, step = at(order["booked_at"]), STEP.total_seconds()
    move_on(stack)
    reminder = await _mail(manager, MANAGER, "Erinnerung", label, "2 Tagen")
    assert "Ansage freigegeben" in reminder["text"]
    await manager.sign_in()
    reminded = await manager.get(path)
    assert at(reminded["reminded_at"]) - booked > step
    assert reminded["escalated_at"] is None
    move_on(stack)
    escalation = await _mail(manager, IT, label, "wartet")
    assert (_header(escalation, "To"), _header(escalation, "Cc")) == (IT, COPY)
    assert sorted(escalation["to"]) == sorted([IT, COPY])
    assert f"3 Tage ohne Antwort: {order['customer']}" in escalation["text"]
    await manager.sign_in()
    assert at((await manager.get(path))["escalated_at"]) - booked > 2 * step


@pytest.mark.timeout(240)
async def test_a_booking_ends_in_the_next_callers_ear(
    open_phone: OpenPhone,
    browser: Browser,
    manager: Api,
    stack: Stack,
    tmp_path: Path,
) -> None:
    customer = (await manager.post("/api/v1/customers", {"name": "Zusatz & Söhne"})).ok()
    await _watched(manager)
    boss = await open_phone(MANAGER)
    url = await _link(boss, customer)
    context = await new_context(browser, stack.url)
    page = await context.new_page()
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    label = await _book(page, url, await _recording(tmp_path))

    await boss.page.goto("/manage/addons")
    card = boss.element("column-greeting").get_by_test_id(f"order-{label}")
    await expect(card).to_contain_text(customer["name"])
    await _mail(manager, BOOKER, "Ihre Buchung", label)
    await _mail(manager, MANAGER, label, customer["name"])
    [order] = (await manager.get("/api/v1/addon-orders", customer=customer["id"]))["items"]

    await _nobody_answers(manager, stack, order, label)
    boss = await open_phone(MANAGER)
    await boss.page.goto("/manage/addons")
    card = boss.element("column-greeting").get_by_test_id(f"order-{label}")
    await expect(card.get_by_test_id("escalated")).to_be_visible()

    await card.click()
    await boss.element("step-done-greeting").click()
    await expect(boss.element("step-greeting")).to_have_attribute("data-state", "done")
    await boss.element("order-did").fill(FREE_NUMBER)
    await boss.element("order-did").press("Enter")
    await expect(boss.element("activate")).to_be_enabled()
    await boss.element("activate").click()
    await expect(boss.element("activated")).to_be_visible()
    await boss.element("test-order").click()
    await expect(boss.element("test-call")).to_have_attribute(
        "data-state", "passed", timeout=60_000
    )
    await expect(boss.element("step-test-call")).to_have_attribute("data-state", "done")
    await boss.element("step-done-informed").click()
    await expect(boss.element("order")).to_have_attribute("data-state", "done")

    called = await manager.call_in(
        FREE_NUMBER, "+491705555711", "silence", seconds=5, hangup_after=4
    )
    await manager.carrier_call(called, "ended_at", 20)
    assert sound.tones(sound.samples_of(await manager.recording(called)), (HERTZ,)) == {HERTZ}

    await page.reload()
    await expect(page.get_by_test_id(f"order-{label}")).to_have_attribute("data-state", "done")
    await context.close()
