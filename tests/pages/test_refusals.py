"""What is refused, with a text that a VPA understands, before any call is made."""

import re

import pytest
from playwright.async_api import expect

from tests.support.api import VPA1, VPA2, Api, Json
from tests.support.browsing import OpenPhone
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

GERMAN = {"number": "221 4710100"}
CASES: dict[str, tuple[Json, str, str, str]] = {
    "Spain": (
        {"number": "912345678", "country": "ES"},
        *("country-not-allowed", "Nicht freigeschaltet: Spanien", "Not unlocked: Spain"),
    ),
    "Spain by its calling code": (
        {"number": "+34 912 345 678"},
        *("country-not-allowed", "Nicht freigeschaltet: Spanien", "Not unlocked: Spain"),
    ),
    "0900": (
        {"number": "0900 1234567"},
        *("number-type-denied", "gesperrt", "blocked"),
    ),
    "0137": (
        {"number": "0137 8123456"},
        *("number-type-denied", "gesperrt", "blocked"),
    ),
    "satellite": (
        {"number": "+881 6 12345678"},
        *("country-not-allowed", "Satelliten", "Satellite"),
    ),
    "112": (
        {"number": "112"},
        *("emergency-number", "eigenen Telefon", "your own phone"),
    ),
    "110 without a task": (
        {"number": "110", "task": ""},
        *("emergency-number", "eigenen Telefon", "your own phone"),
    ),
    "letters": (
        {"number": "0221 TELEFON"},
        *("number-malformed", "Buchstaben", "letters"),
    ),
    "extension": (
        {"number": "0221 4710100 ext. 12"},
        *("number-malformed", "Nebenstelle", "extension"),
    ),
    "extension after a hash": (
        {"number": "0221 4710100#12"},
        *("number-malformed", "Nebenstelle", "extension"),
    ),
    "unknown task": (
        {**GERMAN, "task": "T-9999"},
        *("unknown-task", "Aufgabe", "task"),
    ),
    "no task": (
        {**GERMAN, "task": ""},
        *("no-task", "Aufgabe", "task"),
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_it_is_refused_in_words_and_nothing_is_dialled(
    stack: Stack, manager: Api, case: str
) -> None:
    wish, error_id, german, english = CASES[case]
    carrier, ledger = len(await manager.carrier_calls()), await manager.calls()
    async with Api(stack.url, VPA1) as anna, Api(stack.url, VPA2) as ben:
        (await ben.put("/api/v1/session/language", {"language": "en"})).ok()
        for api, words in ((anna, german), (ben, english)):
            answer = await api.post("/api/v1/calls", {"country": "DE", "task": "T-1001", **wish})
            assert (answer.status, answer.error_id) == (403, error_id), answer
            assert words.lower() in answer.body["detail"].lower(), answer.body["detail"]
        (await ben.put("/api/v1/session/language", {"language": "de"})).ok()
    assert len(await manager.carrier_calls()) == carrier
    assert await manager.calls() == ledger


UI_CASES = ["Spain by its calling code", "0900", "0137", "satellite", "letters", "extension"]


async def test_the_softphone_shows_the_reason_before_dialling(
    open_phone: OpenPhone, manager: Api
) -> None:
    before = len(await manager.carrier_calls())
    phone = await open_phone(VPA1)
    preview = phone.element("number-preview")
    await phone.choose_task("T-1001")
    for case in UI_CASES:
        wish, error_id, german, _ = CASES[case]
        await phone.element("number-input").fill(wish["number"])
        await expect(preview).to_have_attribute("data-error-id", error_id)
        await expect(preview).to_contain_text(german)
        await expect(phone.element("call-button")).to_be_disabled()
        await phone.element("number-input").press("Enter")
    assert len(await manager.carrier_calls()) == before
    codes = phone.element("country-select").locator("option")
    values = [await option.get_attribute("value") for option in await codes.all()]
    assert sorted(str(value) for value in values) == ["AT", "CH", "DE", "FR", "PL"]


async def test_an_emergency_number_is_never_silently_refused(
    open_phone: OpenPhone, manager: Api
) -> None:
    """Without a task, and also for who presses Call: "use your own phone"."""
    before = len(await manager.carrier_calls())
    phone = await open_phone(VPA1)
    await phone.element("number-input").fill("112")
    await expect(phone.element("number-preview")).to_contain_text("eigenen Telefon")
    await phone.element("call-button").click()
    await expect(phone.element("error-message")).to_contain_text("eigenen Telefon")
    assert len(await manager.carrier_calls()) == before


async def test_without_a_task_call_is_not_live(open_phone: OpenPhone) -> None:
    phone = await open_phone(VPA1)
    await phone.element("number-input").fill(GERMAN["number"])
    await expect(phone.element("number-preview")).to_have_attribute("data-allowed", "true")
    await expect(phone.element("call-button")).to_be_disabled()
    await phone.choose_task("T-1001")
    await expect(phone.element("call-button")).to_be_enabled()


async def test_the_preview_says_what_is_dialled_and_what_is_shown(open_phone: OpenPhone) -> None:
    phone = await open_phone(VPA1)
    await phone.element("number-input").fill("(0)221/471-0100")
    preview = phone.element("number-preview")
    await expect(preview).to_contain_text("+492214710100")
    await expect(preview).to_contain_text(re.compile(r"\+49 221 82829-?980"))
