"""The voicemail store: one suite on the fake, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from pbx.domain.claims import Care
from pbx.domain.records import MailKind, OutboxMail, OutboxState, Voicemail, VoicemailState
from pbx.domain.rights import Role
from pbx.domain.voicemail import Retention, kept_until
from pbx.errors import BadRequest, NotFound
from tests.support.records import Stores, at

pytest_plugins = ["tests.support.stores"]

RULES = Retention()
MAILED = tuple(state for state in VoicemailState if state is not VoicemailState.SILENT)


def message(number: int, **values: object) -> Voicemail:
    plain = Voicemail(
        id=f"v{number}",
        call_id=f"c{number}",
        did="+4922182829980",
        label="Zentrale",
        caller="+493012345678",
        recorded_at=at(number),
        duration_ms=12_000,
        speech_ms=9_500,
        state=VoicemailState.WAITING,
        reason="",
        wav=f"voicemail/c{number}.wav",
        mp3=f"voicemail/c{number}.mp3",
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def silent(number: int) -> Voicemail:
    return message(
        number, state=VoicemailState.SILENT, reason="silence", mp3=None, caller=None, speech_ms=0
    )


def mail(mail_id: str, of: Voicemail, seconds: float = 0, **values: object) -> OutboxMail:
    plain = OutboxMail(
        id=mail_id,
        voicemail_id=of.id,
        message_id=f"<{mail_id}@example.test>",
        recipients=("zentrale@example.test", "büro@example.test"),
        forwarded_by=None,
        note="",
        state=OutboxState.WAITING,
        attempts=0,
        next_attempt_at=at(seconds),
        smtp_reply="",
        created_at=at(seconds),
    )
    return replace(plain, **values)  # type: ignore[arg-type]


async def test_message_and_mail_are_kept_together(stores: Stores) -> None:
    first = mail("m1", message(1), note="Grüße")
    assert await stores.voicemails.add(message(1), first) is True
    assert await stores.voicemails.get("v1") == message(1)
    assert await stores.voicemails.by_call("c1") == message(1)
    assert list(await stores.voicemails.mails("v1")) == [first]
    assert await stores.voicemails.get("v2") is None
    assert await stores.voicemails.by_call("c2") is None


async def test_a_call_leaves_one_message(stores: Stores) -> None:
    await stores.voicemails.add(message(1), mail("m1", message(1)))
    again = message(1, id="v9", duration_ms=1)
    assert await stores.voicemails.add(again, mail("m2", again)) is False
    assert await stores.voicemails.by_call("c1") == message(1)
    assert list(await stores.voicemails.mails("v9")) == []
    assert await stores.voicemails.next_due() == at(0)


async def test_of_many_at_once_one_is_kept(stores: Stores) -> None:
    found = [message(1, id=f"w{i}") for i in range(8)]
    results = await asyncio.gather(*(stores.voicemails.add(v, mail(f"m{v.id}", v)) for v in found))
    assert results.count(True) == 1
    assert len(await stores.voicemails.due(at(10), 50)) == 1


async def test_pages_are_newest_first_and_complete(stores: Stores) -> None:
    for i in range(5):
        await stores.voicemails.add(message(i, recorded_at=at(i // 2)), None)
    first, cursor = await stores.voicemails.find(None, 3)
    await stores.voicemails.add(message(9), None)
    second, end = await stores.voicemails.find(cursor, 3)
    assert [v.id for v in first] == ["v4", "v3", "v2"]
    assert [v.id for v in second] == ["v1", "v0"]
    assert end is None


async def test_a_foreign_cursor_is_refused(stores: Stores) -> None:
    with pytest.raises(BadRequest) as refused:
        await stores.voicemails.find("x", 3)
    assert refused.value.error_id == "bad-cursor"


async def test_a_forwarded_message_belongs_to_its_new_owner(stores: Stores) -> None:
    anna = await stores.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "h")
    await stores.voicemails.add(message(1), mail("m1", message(1)))
    forwarded = mail("m2", message(1), 5, forwarded_by="boss", recipients=("anna@example.test",))
    await stores.voicemails.add_mail(forwarded, anna.id)
    assert await stores.voicemails.get("v1") == message(1, user_id=anna.id)
    assert [m.id for m in await stores.voicemails.mails("v1")] == ["m1", "m2"]
    outside = replace(forwarded, id="m3", message_id="<m3@example.test>", created_at=at(9))
    await stores.voicemails.add_mail(outside, None)
    assert await stores.voicemails.get("v1") == message(1, user_id=anna.id)


async def test_a_mail_needs_its_message(stores: Stores) -> None:
    with pytest.raises(NotFound) as refused:
        await stores.voicemails.add_mail(mail("m1", message(1)), None)
    assert refused.value.error_id == "unknown-voicemail"
    assert await stores.voicemails.next_due() is None


async def test_due_mails_come_in_the_order_of_their_time(stores: Stores) -> None:
    assert await stores.voicemails.next_due() is None
    for i, seconds in enumerate([30, 10, 20, 40]):
        await stores.voicemails.add(message(i), mail(f"m{i}", message(i), seconds))
    assert await stores.voicemails.next_due() == at(10)
    assert [m.id for m in await stores.voicemails.due(at(30))] == ["m1", "m2", "m0"]
    assert [m.id for m in await stores.voicemails.due(at(99), 2)] == ["m1", "m2"]
    assert list(await stores.voicemails.due(at(9))) == []


async def test_the_message_follows_its_recipients_mail(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(message(1), mail("m1", message(1)))
    await store.mail_result("m1", OutboxState.WAITING, 1, at(60), "451 later")
    assert await store.get("v1") == message(1)
    assert list(await store.due(at(59))) == []
    assert [m.attempts for m in await store.due(at(60))] == [1]
    await store.mail_result("m1", OutboxState.FAILED, 2, at(60), "550 no")
    assert await store.get("v1") == message(1, state=VoicemailState.FAILED)
    await store.mail_result("m1", OutboxState.ACCEPTED, 3, at(60), "250 ok")
    assert await store.get("v1") == message(1, state=VoicemailState.ACCEPTED)
    [sent] = await store.mails("v1")
    assert (sent.state, sent.attempts, sent.smtp_reply) == (OutboxState.ACCEPTED, 3, "250 ok")
    assert await store.next_due() is None


async def test_an_accepted_mail_is_not_sent_again(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(message(1), mail("m1", message(1)))
    await store.mail_result("m1", OutboxState.ACCEPTED, 1, at(0), "250 ok")
    await store.mail_result("m1", OutboxState.WAITING, 2, at(60), "connection lost")
    assert list(await store.due(at(99))) == []
    assert await store.get("v1") == message(1, state=VoicemailState.ACCEPTED)


async def test_a_forwarded_mail_does_not_change_the_messages_state(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(message(1), mail("m1", message(1)))
    await store.mail_result("m1", OutboxState.ACCEPTED, 1, at(0), "250 ok")
    forwarded = mail("m2", message(1), 5, kind=MailKind.FORWARD, forwarded_by="boss")
    await store.add_mail(forwarded, None)
    await store.mail_result("m2", OutboxState.FAILED, 1, at(0), "550 no")
    assert await store.get("v1") == message(1, state=VoicemailState.ACCEPTED)
    assert [m.state for m in await store.mails("v1")] == [OutboxState.ACCEPTED, OutboxState.FAILED]


async def test_silent_messages_expire_but_not_under_a_waiting_mail(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(silent(1), None)
    await store.add(silent(2), None)
    await store.add(silent(3), None)
    await store.add(message(0), mail("m0", message(0)))
    await store.add_mail(mail("m2", silent(2), kind=MailKind.FORWARD, forwarded_by="boss"), None)
    week = timedelta(days=7)
    gone = replace(silent(1), removed_at=at(2) + week)
    assert list(await store.retire(at(2) + week, RULES)) == [gone]
    assert list(await store.retire(at(2) + week, RULES)) == []
    await store.mail_result("m2", OutboxState.ACCEPTED, 1, at(0), "250 ok")
    assert [v.id for v in await store.retire(at(2) + week, RULES)] == ["v2"]
    assert [v.id for v in await store.to_delete()] == ["v1", "v2"]
    await store.deleted("v1")
    assert [v.id for v in await store.to_delete()] == ["v2"]
    assert await store.get("v1") == replace(gone, wav="", mp3=None), "the fact stays"
    await store.mail_result("m0", OutboxState.FAILED, 1, at(0), "550 no")
    assert [v.id for v in await store.retire(at(0) + timedelta(days=9999), RULES)] == ["v3"]
    assert await store.get("v0") == message(0, state=VoicemailState.FAILED)


@pytest.mark.parametrize("silent_days", [0, 3])
@pytest.mark.parametrize("state", [VoicemailState.SILENT, *MAILED])
async def test_a_recording_goes_when_the_page_says_so(
    stores: Stores, state: VoicemailState, silent_days: int
) -> None:
    """`kept_until` is what the page shows; the store deletes by a condition of its own."""
    rules = Retention(silent_days, 5, 9)
    days = timedelta(days=1)
    cares = [Care(), Care("anna", at(0) + days), Care("anna", at(0), "ben", at(0) + 2 * days)]
    found = [message(n, state=state, **asdict(care)) for n, care in enumerate(cares)]
    for each in found:
        await stores.voicemails.add(each, None)
    gone: dict[str, int] = {}
    for day in range(14):
        now = at(5) + day * days
        gone |= dict.fromkeys((v.id for v in await stores.voicemails.retire(now, rules)), day)
    until = {v.id: kept_until(v, rules) for v in found}
    days_kept = {k: (v - at(5)).days + 1 for k, v in until.items() if v is not None}
    assert gone == days_kept


async def test_messages_are_counted_by_state(stores: Stores) -> None:
    assert await stores.voicemails.counts() == dict.fromkeys(VoicemailState, 0)
    await stores.voicemails.add(silent(1), None)
    await stores.voicemails.add(message(2), None)
    await stores.voicemails.add(message(3), None)
    assert await stores.voicemails.counts() == {
        VoicemailState.WAITING: 2,
        VoicemailState.ACCEPTED: 0,
        VoicemailState.FAILED: 0,
        VoicemailState.BOUNCED: 0,
        VoicemailState.SILENT: 1,
    }
