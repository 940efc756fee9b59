"""The inbox of a team: taken from a mail, mails that come back, silent ones released."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.api import MANAGER, VPA1, Api, Json, eventually
from tests.support.browser import Softphone, new_context
from tests.support.browsing import OpenPhone
from tests.support.stack import HEAD_OFFICE, Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

TAKEN, RETURNED, SILENT = "+491702222301", "+491702222302", "+491702222303"
ADMIN = "admin@example.test"
CENTRAL = "zentrale@example.test"

BOUNCE = """\
From: MAILER-DAEMON@mail.example.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.test

Final-Recipient: rfc822; zentrale@example.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--B
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--B--
"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def messages(stack: Stack) -> AsyncIterator[dict[str, Json]]:
    """Messages by who called; everybody calls at the same time."""
    async with Api(stack.url, MANAGER) as api:
        for caller, sound, seconds in ((TAKEN, "speech", 3), (RETURNED, "speech", 3)):
            await api.call_in(HEAD_OFFICE, caller, sound, seconds=seconds)
        await api.call_in(HEAD_OFFICE, SILENT, "silence", seconds=30)

        async def kept(caller: str, state: str) -> Json | None:
            found = await api.voicemail_of(caller)
            return found if found and found["state"] == state else None

        wanted = {TAKEN: "accepted", RETURNED: "accepted", SILENT: "silent"}
        found = await asyncio.gather(
            *(
                eventually(lambda c=c, s=s: kept(c, s), 60, f"{s} of {c}")  # type: ignore[misc]
                for c, s in wanted.items()
            )
        )
        yield dict(zip(wanted, found, strict=True))


async def mails_about(api: Api, caller: str) -> list[Json]:
    return [m for m in await api.mails() if caller in m["text"] and m["attachments"]]


async def inbox(open_phone: OpenPhone, show: str) -> Softphone:
    boss = await open_phone(MANAGER)
    await boss.page.goto("/manage/voicemails")
    await boss.is_live()
    # The radio itself lies under its words.
    await boss.page.get_by_role("radio", name=show, exact=True).check(force=True)
    return boss


async def test_taken_from_the_mail_by_one_person_a_second_one_is_told(
    messages: dict[str, Json],
    manager: Api,
    anna: Api,
    browser: Browser,
    stack: Stack,
    open_phone: OpenPhone,
) -> None:
    message = messages[TAKEN]
    boss = await inbox(open_phone, "Offen")
    row = boss.element(f"voicemail-row-{message['id']}")
    await expect(row).to_have_attribute("data-care", "open")
    (mail,) = await mails_about(manager, TAKEN)
    link = re.search(r"http://\S+/message/\S+", mail["text"])
    assert link is not None
    first, second = [await (await new_context(browser, stack.url)).new_page() for _ in range(2)]
    for page in (first, second):
        await page.goto(link[0])
        await expect(page.locator("#state")).to_have_text("Noch niemand kümmert sich darum.")
    assert (await manager.get(f"/api/v1/voicemails/{message['id']}"))["care"] == "open"
    await _take(first, "Erika Muster")
    await expect(first.locator("#state")).to_contain_text(f"Erika Muster ({CENTRAL}) kümmert sich")
    await _take(second, "Otto Ander")
    told = second.get_by_role("alert")
    await expect(told).to_contain_text(f"Erika Muster ({CENTRAL}) kümmert sich schon darum, seit")
    # The team's page heard of it by itself.
    await expect(row).to_have_attribute("data-care", "claimed")
    await expect(row).to_contain_text("Erika Muster")
    refused = await manager.post(f"/api/v1/voicemails/{message['id']}/claim")
    assert (refused.status, refused.error_id) == (409, "voicemail-taken")
    assert (await anna.post(f"/api/v1/voicemails/{message['id']}/claim")).status == 404
    await first.get_by_role("button", name="Erledigt").click()
    await expect(first.locator("#state")).to_contain_text("Erledigt von Erika Muster")
    await expect(row).to_have_count(0)
    for page in (first, second):
        await page.context.close()


async def _take(page: Page, name: str) -> None:
    await page.get_by_label("Ihr Name").fill(name)
    await page.get_by_role("button", name="Ich kümmere mich darum").click()


async def test_a_mail_that_comes_back_is_shown_and_alarms(
    messages: dict[str, Json], manager: Api, open_phone: OpenPhone
) -> None:
    message = messages[RETURNED]
    boss = await inbox(open_phone, "Nicht zugestellt")
    row = boss.element(f"voicemail-row-{message['id']}")
    await expect(row).to_have_count(0)
    raw = BOUNCE.format(message_id=message["mails"][0]["message_id"])
    answer = await manager.ask(
        "POST", "/api/v1/bounces", data=raw, headers={"Content-Type": "message/rfc822"}
    )
    assert answer.ok() == {"result": "bounce"}
    await expect(row).to_have_attribute("data-state", "bounced")
    await expect(row).to_contain_text("Zurückgekommen")

    async def alarm() -> Json | None:
        found = [m for m in await manager.mails() if m["to"] == [ADMIN]]
        return next((m for m in found if "550 5.1.1 User unknown" in m["text"]), None)

    mail = await eventually(alarm, 10, "the alarm")
    assert mail["subject"] == f"Mail mit Sprachnachricht nicht zugestellt: {CENTRAL}"
    # It stays playable, and is sent again with one click.
    await row.get_by_test_id("message-play").click()
    await expect(row).to_have_attribute("data-playing", "true")
    await expect(row.get_by_test_id("message-time")).to_contain_text(re.compile("0:0[23]"))
    await row.get_by_test_id("message-send-again").click()

    async def again() -> bool:
        return len(await mails_about(manager, RETURNED)) == 2

    await eventually(again, 10, "the mail once more")
    await expect(row).to_have_count(0)


async def test_a_released_recording_is_mailed_once(
    messages: dict[str, Json], manager: Api, open_phone: OpenPhone
) -> None:
    message = messages[SILENT]
    boss = await inbox(open_phone, "Ohne Nachricht")
    row = boss.element(f"voicemail-row-{message['id']}")
    chip = boss.page.get_by_test_id("silent-caller").filter(has_text="0170 2222303")
    await expect(chip).to_have_text("1 stummer Anruf von 0170 2222303")
    await chip.click()
    await row.get_by_test_id("voicemail-open").click()
    path = f"/api/v1/voicemails/{message['id']}/release"
    pressed = asyncio.gather(*(manager.post(path) for _ in range(3)))
    await row.get_by_test_id("message-release").click()
    assert {answer.status for answer in await pressed} == {200}

    async def accepted() -> Json | None:
        found = await manager.get(f"/api/v1/voicemails/{message['id']}")
        return found if found["state"] == "accepted" else None

    found = await eventually(accepted, 15, "acceptance")
    assert len(found["mails"]) == 1
    assert len(await mails_about(manager, SILENT)) == 1
    await expect(row).to_have_count(0)


async def test_a_vpa_takes_a_message_and_gives_it_back(
    messages: dict[str, Json], manager: Api, open_phone: OpenPhone
) -> None:
    message = messages[RETURNED]
    sent = await manager.post(
        f"/api/v1/voicemails/{message['id']}/forward", {"to": VPA1, "task": "T-1001"}
    )
    assert sent.ok()["task_title"]
    phone = await open_phone(VPA1)
    await phone.page.goto("/messages")
    row = phone.element(f"message-row-{message['id']}")
    await row.locator("button[aria-expanded]").click()
    await row.get_by_test_id("message-claim").click()
    await expect(row).to_contain_text("Anna Adler kümmert sich, seit")
    await phone.page.get_by_role("button", name="Rückgängig").click()
    await expect(row.get_by_test_id("message-claim")).to_be_visible()
