"""The inbox of a team: one suite on the fake, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace

from pbx.domain.audit import ChangeFilter
from pbx.domain.claims import Care
from pbx.domain.records import MailKind, OutboxState, VoicemailState
from pbx.domain.voicemail import Room, Show, SilentCalls, VoicemailFilter
from pbx.store import Database
from tests.contract.test_stores_voicemail import mail, message, silent
from tests.support.records import Stores, at, person

pytest_plugins = ["tests.support.stores"]


async def test_of_many_who_take_it_at_once_one_has_it(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(message(1), None)
    people = [f"p{n}" for n in range(6)]
    taken = await asyncio.gather(
        *(
            store.take_care(
                message(1), Care(who, at(1)), action="voicemail.claimed", by=who, at=at(1)
            )
            for who in people
        )
    )
    assert taken.count(True) == 1
    found = await store.get("v1")
    assert found == message(1, claimed_by=people[taken.index(True)], claimed_at=at(1))
    assert found is not None
    done = Care(found.claimed_by, at(1), found.claimed_by, at(2))
    assert await store.take_care(found, done, action="voicemail.done", by="p", at=at(2))
    assert not await store.take_care(found, Care(), action="voicemail.done", by="p", at=at(2))
    assert (await store.get("v1")) == replace(found, done_by=found.claimed_by, done_at=at(2))


async def test_a_silent_recording_is_released_once(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(silent(1), None)
    mails = [mail(f"m{n}", silent(1)) for n in range(5)]
    released = await asyncio.gather(*(store.release(m, "voicemail/c1.mp3", "boss") for m in mails))
    assert released.count(True) == 1
    assert len(await store.mails("v1")) == 1
    found = await store.get("v1")
    assert found == replace(silent(1), state=VoicemailState.WAITING, mp3="voicemail/c1.mp3")
    await store.add(message(2), None)
    assert not await store.release(mail("m9", message(2)), "x", "boss")


async def test_sent_again_is_a_new_mail_that_the_message_follows(stores: Stores) -> None:
    store = stores.voicemails
    first, again = mail("m1", message(1)), mail("m2", message(1), 9, kind=MailKind.AGAIN)
    await store.add(message(1), first)
    assert not await store.send_again(again, "boss"), "one waits already"
    await store.mail_result("m1", OutboxState.FAILED, 5, at(0), "451 later")
    sent = await asyncio.gather(
        *(
            store.send_again(replace(again, id=f"m{n}", message_id=f"<m{n}@x>"), "boss")
            for n in range(2, 6)
        )
    )
    assert sent.count(True) == 1
    assert await store.get("v1") == message(1)
    newest = (await store.mails("v1"))[-1]
    await store.mail_result("m1", OutboxState.ACCEPTED, 6, at(0), "250 late")
    assert await store.get("v1") == message(1), "the newest mail counts"
    await store.mail_result(newest.id, OutboxState.ACCEPTED, 1, at(0), "250 ok")
    assert await store.get("v1") == message(1, state=VoicemailState.ACCEPTED)
    await store.add(silent(3), None)
    assert not await store.send_again(mail("m7", silent(3), kind=MailKind.AGAIN), "boss")


async def test_a_mail_that_comes_back_is_known_by_its_message_id(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(message(1), mail("m1", message(1)))
    await store.mail_result("m1", OutboxState.ACCEPTED, 1, at(0), "250 ok")
    assert await store.bounced(["<nobody@x>"], "5.1.1", by="pipe", at=at(1)) is None
    ids = ["<nobody@x>", "<m1@example.test>"]
    back = await store.bounced(ids, "no such user", by="pipe", at=at(1))
    assert back is not None
    assert (back.id, back.state, back.smtp_reply) == ("m1", OutboxState.BOUNCED, "no such user")
    assert await store.get("v1") == message(1, state=VoicemailState.BOUNCED)
    assert await store.bounced(ids, "again", by="pipe", at=at(2)) is None
    await store.mail_result("m1", OutboxState.ACCEPTED, 2, at(0), "250 ok")
    assert await store.get("v1") == message(1, state=VoicemailState.BOUNCED)
    forwarded = mail("m2", message(1), 5, kind=MailKind.FORWARD, forwarded_by="boss")
    await store.add(message(2), None)
    await store.add_mail(replace(forwarded, voicemail_id="v2"), None)
    assert await store.bounced(["<m2@example.test>"], "x", by="pipe", at=at(3))
    assert await store.get("v2") == message(2), "only its recipients' mail counts"


async def test_nobody_is_reminded_twice_or_of_what_is_taken(stores: Stores) -> None:
    store = stores.voicemails
    for n in range(4):
        await store.add(message(n), None)
    await store.add(silent(5), None)
    care = Care("anna", at(1))
    await store.take_care(message(1), care, action="voicemail.claimed", by="anna", at=at(1))
    assert [v.id for v in await store.unclaimed(at(3))] == ["v0", "v2"]
    reminders = [mail(f"r{n}", message(0), 9, kind=MailKind.REMINDER) for n in range(3)]
    deputy = await person(stores, "Ben")
    reminded = await asyncio.gather(*(store.remind(each, deputy.id) for each in reminders))
    assert reminded.count(True) == 1
    assert set(await store.readers("v0")) == {deputy.id}
    assert len(await store.mails("v0")) == 1
    assert not await store.remind(mail("r9", message(1), kind=MailKind.REMINDER))
    assert [v.id for v in await store.unclaimed(at(9))] == ["v2", "v3"]
    assert await store.get("v0") == message(0, reminded_at=at(9))


async def test_lists_by_what_is_asked(stores: Stores) -> None:
    store = stores.voicemails
    anna, ben = await person(stores, "anna"), await person(stores, "ben")
    taken = {"claimed_by": anna.id, "claimed_at": at(0)}
    for each in (
        message(0),
        message(1, did="+49221", **taken),
        message(2, **taken, done_by=anna.id, done_at=at(1)),
        silent(3),
        message(4, state=VoicemailState.BOUNCED, user_id=ben.id),
        message(5, state=VoicemailState.FAILED, done_at=at(1), done_by="x"),
        message(6, state=VoicemailState.ACCEPTED, removed_at=at(9)),
        message(7, user_id=ben.id, **taken),
    ):
        await store.add(each, None)

    async def ids(**which: object) -> list[str]:
        found, _ = await store.find(None, 50, None, VoicemailFilter(**which))  # type: ignore[arg-type]
        return [v.id for v in found]

    assert await ids(show=Show.OPEN) == ["v7", "v4", "v1", "v0"]
    assert await ids(show=Show.MINE, person=anna.id) == ["v7", "v1"]
    assert await ids(show=Show.MINE, person=ben.id) == ["v4"]
    assert await ids(show=Show.DONE) == ["v5", "v2"]
    assert await ids(show=Show.SILENT) == ["v3"]
    assert await ids(show=Show.BOUNCED) == ["v4"]
    assert await ids(did="+49221") == ["v1"]
    assert await ids(person=ben.id) == ["v7", "v4"]
    assert await ids(caller="+493012345678", show=Show.DONE) == ["v5", "v2"]
    assert [m.id for m in await store.mails_of({"v1", "v2"})] == []


async def test_silent_calls_are_summed_up_by_who_called(stores: Stores) -> None:
    for n, caller in enumerate(["+491", "+492", "+491", None, "+491"]):
        await stores.voicemails.add(replace(silent(n), caller=caller), None)
    await stores.voicemails.add(message(9, caller="+491"), None)
    assert list(await stores.voicemails.silent_calls(at(1))) == [
        SilentCalls("+491", 2, at(4)),
        SilentCalls(None, 1, at(3)),
        SilentCalls("+492", 1, at(1)),
    ]


async def test_a_transcript_ends_the_waiting_of_the_first_mail(stores: Stores) -> None:
    store = stores.voicemails
    await store.add(message(1), mail("m1", message(1), 20))
    await store.add(message(2), mail("m2", message(2), 5, attempts=1))
    assert [v.id for v in await store.untold(at(2))] == ["v2"]
    for each in ("v1", "v2"):
        await store.put_transcript(each, "Bitte Rückruf", at(3))
    assert list(await store.untold(at(0))) == []
    assert await store.get("v1") == message(1, transcript="Bitte Rückruf")
    assert {m.id: m.next_attempt_at for m in await store.due(at(99))} == {"m1": at(3), "m2": at(5)}


async def test_how_full_it_was_said_to_be(stores: Stores) -> None:
    store = stores.voicemails
    assert await store.room() is Room.ENOUGH
    await store.put_room(Room.ENOUGH, Room.CRITICAL, at(1))
    assert await store.room() is Room.CRITICAL
    await store.put_room(Room.CRITICAL, Room.WARNING, at(1))
    assert await store.room() is Room.WARNING


async def test_every_change_is_in_the_audit_log(database: Database) -> None:
    store = database.voicemails
    await store.add(message(1), mail("m1", message(1)))
    await store.take_care(
        message(1), Care("anna", at(1)), action="voicemail.claimed", by="anna", at=at(1)
    )
    await store.mail_result("m1", OutboxState.FAILED, 1, at(0), "451")
    await store.send_again(mail("m2", message(1), 2, kind=MailKind.AGAIN), "boss")
    await store.bounced(["<m2@example.test>"], "5.1.1", by="pipe", at=at(3))
    forwarded = mail("m3", message(1), 4, kind=MailKind.FORWARD, forwarded_by="boss")
    await store.add_mail(forwarded, None, "T-1")
    await store.add(silent(2), None)
    await store.release(mail("m4", silent(2), 5), "x.mp3", "boss")
    changes, _ = await database.audit.find(ChangeFilter(kind="voicemail"), None, 50)
    assert [(c.action, c.subject, c.by) for c in reversed(changes)] == [
        ("voicemail.claimed", "v1", "anna"),
        ("voicemail.sent-again", "v1", "boss"),
        ("voicemail.bounced", "v1", "pipe"),
        ("voicemail.forwarded", "v1", "boss"),
        ("voicemail.released", "v2", "boss"),
    ]
    assert changes[1].after is not None
    assert changes[1].after["task"] == "T-1"
