"""Greetings made in the page are what callers hear, from the moment on that was chosen."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support import sound
from tests.support.api import MANAGER, Api, Json, at
from tests.support.browser import MICROPHONE_HERTZ, Softphone
from tests.support.browsing import OpenPhone
from tests.support.stack import FREE_NUMBER

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOW, LATER = 700, 1300
"""Hz of the version that is valid and of the one that is planned."""
Hear = Callable[[str], Awaitable[set[float]]]


async def _number(manager: Api) -> Json:
    items = (await manager.get("/api/v1/numbers"))["items"]
    return next(dict(item) for item in items if item["e164"] == FREE_NUMBER)


async def _play(manager: Api, number: Json, greeting: str | None) -> None:
    """Let `FREE_NUMBER` play that greeting; all else stays as it is in `number`."""
    wish = {"e164", "label", "ring_seconds", "language", "recipients", "show_as_caller_id"}
    kept = {name: number[name] for name in wish}
    (await manager.put("/api/v1/numbers", {**kept, "greeting": greeting})).ok()


async def _greetings(manager: Api) -> set[str]:
    return {item["id"] for item in (await manager.get("/api/v1/greetings"))["items"]}


@pytest_asyncio.fixture(loop_scope="session")
async def number(manager: Api) -> AsyncIterator[Json]:
    """The number as it was, and will be again; greetings of the test are gone then."""
    before = await _number(manager)
    there = await _greetings(manager)
    yield before
    await _play(manager, before, before["greeting"])
    for greeting_id in await _greetings(manager) - there:
        answer = await manager.ask("DELETE", f"/api/v1/greetings/{greeting_id}")
        assert answer.status == 204


@pytest.fixture
def hear(manager: Api) -> Hear:
    """Which of our tones a caller with that number hears in the first seconds."""

    async def hear(caller: str) -> set[float]:
        called = await manager.call_in(FREE_NUMBER, caller, "silence", seconds=3, hangup_after=2.5)
        await manager.carrier_call(called, "ended_at", 20)
        heard = sound.samples_of(await manager.recording(called))
        assert sound.loudness(heard) > 300, "a greeting is heard"
        return sound.tones(heard, (NOW, LATER))

    return hear


async def _open(boss: Softphone) -> None:
    await boss.page.goto("/manage/greetings")
    await boss.element("greeting-add").click()
    await expect(boss.element("greeting-dialog")).to_be_visible()


async def _saved(boss: Softphone, manager: Api, name: str) -> Json:
    """Save what is in the dialog; the greeting of that name."""
    async with boss.page.expect_response(re.compile(r"/api/v1/greetings[/?]")) as answer:
        await boss.element("greeting-save").click()
    assert (await answer.value).status == 201
    await expect(boss.element("greeting-dialog")).to_have_count(0)
    items = (await manager.get("/api/v1/greetings"))["items"]
    return next(dict(item) for item in items if item["name"] == name)


async def test_callers_hear_the_version_that_is_valid(
    open_phone: OpenPhone, manager: Api, number: Json, hear: Hear, tmp_path: Path
) -> None:
    assert await hear("+491705555701") == set(), "the shipped greeting"
    boss = await open_phone(MANAGER)
    await _open(boss)
    await boss.element("greeting-file").set_input_files(
        sound.write_tone(tmp_path / "tone.wav", NOW)
    )
    await boss.element("greeting-name").fill("Ton")
    made = await _saved(boss, manager, "Ton")
    assert [version["state"] for version in made["versions"]] == ["current"]
    await _play(manager, number, made["reference"])

    row = boss.element(f"greeting-row-{made['id']}")
    await row.locator("button[aria-expanded]").click()
    await boss.element("greeting-add-version").click()
    await boss.element("greeting-file").set_input_files(
        sound.write_tone(tmp_path / "later.wav", LATER)
    )
    await boss.element("greeting-when").select_option("date")
    await boss.element("greeting-date").fill("2099-12-24T12:00")
    planned = (await _saved(boss, manager, "Ton"))["versions"][0]
    assert (planned["state"], planned["valid_from"]) == ("planned", "2099-12-24T11:00:00Z")
    assert await hear("+491705555702") == {NOW}

    version = boss.element("version-2")
    async with boss.page.expect_response(re.compile("/greeting-versions/")):
        await version.get_by_test_id("version-activate").click()
    await expect(version).to_have_attribute("data-state", "current")
    assert await hear("+491705555703") == {LATER}


async def test_a_recording_made_in_the_page_is_kept_as_it_was_said(
    open_phone: OpenPhone, manager: Api, number: Json
) -> None:
    boss = await open_phone(MANAGER)
    await _open(boss)
    await boss.element("greeting-dialog").get_by_role("radio").nth(1).check(force=True)
    await boss.element("greeting-record").click()
    recorder = boss.element("greeting-recorder")
    await expect(recorder).to_have_attribute("data-phase", "recording", timeout=10_000)
    await expect(recorder).to_contain_text("0:02", timeout=10_000)
    await boss.element("greeting-record-finish").click()
    await expect(boss.element("greeting-heard")).to_be_visible()
    await boss.element("greeting-name").fill("Aufnahme")
    made = await _saved(boss, manager, "Aufnahme")
    version = made["versions"][0]
    assert (version["source"], version["state"]) == ("browser", "current")
    assert 1.5 < version["duration_seconds"] < 4
    heard = sound.samples_of(await manager.download(version["audio"]))
    assert sound.main_hertz(heard) == pytest.approx(MICROPHONE_HERTZ, abs=4)


async def test_a_greeting_is_recorded_by_telephone(manager: Api, number: Json) -> None:
    spoken = 900
    wish = {"name": "Am Telefon", "valid_from": "now"}
    code = (await manager.post("/api/v1/greetings/telephone-codes", wish)).ok()["code"]
    called = await manager.call_in(
        FREE_NUMBER, "+491705555704", "keys", keys=code, hertz=spoken, seconds=1, hangup_after=60
    )
    carrier = await manager.carrier_call(called, "ended_at", 50)
    assert at(carrier["ended_at"]) - at(carrier["answered_at"]) < 50, "we hung up, not the caller"
    items = (await manager.get("/api/v1/greetings"))["items"]
    made = next(item for item in items if item["name"] == "Am Telefon")
    [version] = made["versions"]
    assert (version["source"], version["state"]) == ("telephone", "current")
    kept = sound.samples_of(await manager.download(version["audio"]))
    assert sound.main_hertz(kept) == pytest.approx(spoken, abs=4)
    assert 1.5 < sound.seconds(kept) < 3
    again = sound.samples_of(await manager.recording(called))[-3 * sound.RATE :]
    assert sound.tones(again, (spoken,)) == {spoken}, "it is played back at the end"
