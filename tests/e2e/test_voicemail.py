"""Messages: from the caller's mouth to a mailbox; and those that are none."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.support import sound
from tests.support.api import MANAGER, VPA1, Api, Json, at, eventually
from tests.support.stack import HEAD_OFFICE, VPA2_NUMBER, Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]


CallsIn = dict[str, str]
"""Who calls -> the call's id in the carrier's record."""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def manager(stack: Stack) -> AsyncIterator[Api]:
    async with Api(stack.url, MANAGER) as api:
        yield api


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def calls_in(manager: Api) -> CallsIn:
    """Everybody calls at the same time, which saves a minute."""
    call = manager.call_in
    speaks, silent, leaves = "+491702222201", "+491702222202", "+491702222203"
    return {
        speaks: await call(HEAD_OFFICE, speaks, "speech", seconds=10),
        silent: await call(HEAD_OFFICE, silent, "silence", seconds=30),
        leaves: await call(HEAD_OFFICE, leaves, "speech", seconds=5, hangup_after=1),
        "anonymous": await call(VPA2_NUMBER, "anonymous", "speech", seconds=4),
    }


async def mail_about(api: Api, caller: str, seconds: float = 10) -> Json:
    """The mail that names this caller (in national form)."""

    async def found() -> Json | None:
        return next((m for m in await api.mails() if caller in m["text"]), None)

    return await eventually(found, seconds, f"a mail about {caller}")


def header(mail: Json, name: str) -> str:
    (value,) = [text for key, text in mail["headers"] if key.lower() == name.lower()]
    return str(value)


async def test_ten_seconds_of_speech_become_a_mail_with_an_mp3_that_plays(
    manager: Api, calls_in: CallsIn
) -> None:
    caller = "+491702222201"
    carrier = await manager.carrier_call(calls_in[caller], "ended_at", 60)
    spoken = at(carrier["ended_at"]) - at(carrier["spoke_at"])
    mail = await mail_about(manager, caller)
    assert at(mail["at"]) - at(carrier["ended_at"]) < 5
    assert header(mail, "X-Route-Label") == "Zentrale"
    assert mail["subject"] == "Neue Nachricht für Zentrale von 0170 2222201"
    assert mail["to"] == ["zentrale@example.test"]
    (attachment,) = mail["attachments"]
    assert attachment["content_type"] == "audio/mpeg"
    assert attachment["filename"].endswith(".mp3")
    mp3 = await sound.decode(await manager.download(attachment["url"]))
    assert abs(sound.seconds(mp3) - spoken) < 0.5, (sound.seconds(mp3), spoken)
    assert sound.loudness(mp3) > 300
    message = await manager.voicemail_of(caller)
    assert message is not None
    assert message["state"] == "accepted"
    assert message["speech_seconds"] > 5
    assert message["mails"][0]["smtp_reply"].startswith("250")
    assert header(mail, "Message-ID") == message["mails"][0]["message_id"]
    assert await sound.decode(await manager.download(message["audio"])) == mp3
    (call,) = await manager.calls(number=caller)
    assert (call["outcome"], call["talk_seconds"]) == ("voicemail", 0)
    assert call["platform_seconds"] == pytest.approx(carrier["duration_seconds"], abs=0.3)


async def test_silence_is_not_mailed_but_listed_with_its_reason(
    manager: Api, calls_in: CallsIn
) -> None:
    caller = "+491702222202"
    carrier = await manager.carrier_call(calls_in[caller], "ended_at", 60)
    # After the beep nobody spoke for three seconds: we end it, not the caller.
    assert at(carrier["ended_at"]) - at(carrier["spoke_at"]) < 8

    async def listed() -> Json | None:
        return await manager.voicemail_of(caller)

    message = await eventually(listed, 10, "the silent message in the list")
    assert (message["state"], message["mails"]) == ("silent", [])
    assert message["reason"] == "silence"
    assert message["detail"]
    assert message["speech_seconds"] == 0
    assert await manager.download(message["audio"])
    assert not [mail for mail in await manager.mails() if caller in mail["text"]]


async def test_who_hangs_up_in_the_greeting_is_listed_as_missed(
    manager: Api, calls_in: CallsIn
) -> None:
    caller = "+491702222203"
    await manager.carrier_call(calls_in[caller], "ended_at", 20)

    async def over() -> Json | None:
        return next((c for c in await manager.calls(number=caller) if c["ended_at"]), None)

    call = await eventually(over, 15, "the missed call in the list")
    assert (call["outcome"], call["cause"]) == ("missed", "caller-left-in-greeting")
    assert await manager.voicemail_of(caller) is None
    assert not [mail for mail in await manager.mails() if caller in mail["text"]]


async def test_a_withheld_number_and_a_forward_to_a_vpa(manager: Api, calls_in: CallsIn) -> None:
    await manager.carrier_call(calls_in["anonymous"], "ended_at", 60)

    async def mails(count: int) -> list[Json] | None:
        label = "Durchwahl Ben Brandt"
        found = [m for m in await manager.mails() if header(m, "X-Route-Label") == label]
        found = [mail for mail in found if "unterdrückt" in mail["text"]]
        return found if len(found) >= count else None

    (mail,) = await eventually(lambda: mails(1), 10, "the mail")
    items = (await manager.get("/api/v1/voicemails"))["items"]
    message = next(m for m in items if m["did"] == VPA2_NUMBER and m["caller"] is None)
    path = f"/api/v1/voicemails/{message['id']}/forward"
    forwarded = (await manager.post(path, {"to": VPA1, "note": "Bitte zurückrufen"})).ok()
    assert forwarded["user"] == VPA1
    newest, _ = await eventually(lambda: mails(2), 10, "the forwarded mail")
    assert newest["to"] == [VPA1]
    assert "Bitte zurückrufen" in newest["text"]
    assert newest["attachments"][0]["size"] == mail["attachments"][0]["size"]


async def test_without_a_mail_server_a_message_waits_survives_and_is_sent_once(
    own_stack: Callable[..., Stack],
) -> None:
    stack = own_stack()
    caller = "+491702222204"
    async with Api(stack.url, MANAGER) as manager:
        await manager.smtp(False)
        carrier_id = await manager.call_in(HEAD_OFFICE, caller, "speech", seconds=4)
        await manager.carrier_call(carrier_id, "ended_at", 60)

        async def tried() -> Json | None:
            message = await manager.voicemail_of(caller)
            return message if message and message["mails"][0]["attempts"] else None

        message = await eventually(tried, 10, "a first attempt")
        assert message["state"] == "waiting"
        (mail,) = message["mails"]
        assert mail["state"] == "waiting"
        assert mail["smtp_reply"]
        assert at(mail["next_attempt_at"]) > at(message["recorded_at"]) + 60
        assert await manager.mails() == []
        message_id = mail["message_id"]
    stack.kill()
    await asyncio.to_thread(stack.start)
    async with Api(stack.url, MANAGER) as manager:

        async def accepted() -> bool:
            message = await manager.voicemail_of(caller)
            return bool(message and message["state"] == "accepted")

        await eventually(accepted, 10, "acceptance after the restart")
        (received,) = await manager.mails()
        assert header(received, "Message-ID") == message_id
        assert await sound.decode(await manager.download(received["attachments"][0]["url"]))
