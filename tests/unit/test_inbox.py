"""What a team does with messages, on fakes: mails that come back, reminders, time, room."""

import errno
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pbx.archive import RecordingArchive
from pbx.domain.records import MailKind, OutboxState, VoicemailState
from pbx.domain.rights import Role
from pbx.domain.routing import Absence
from pbx.domain.voicemail import Room
from pbx.errors import BadRequest, Conflict, NotFound
from pbx.services.bounces import Returned
from pbx.services.claims import Step
from pbx.services.mailing import LINK_PATH
from pbx.services.message_ports import Delivery
from tests.fakes.edges import FakeTranscriber
from tests.support.exchange import ANNAS, Exchange
from tests.support.waiting import eventually
from tests.unit.test_bounces import POSTFIX, SENT
from tests.unit.test_voicemail_service import kept, message

CENTRAL = "central@example.test"


def token_of(link: str) -> str:
    return link.partition(LINK_PATH)[2]


async def sent(exchange: Exchange, sound: bytes = b"speech", did: str = ANNAS) -> str:
    """The id of a message whose mail was accepted, or of a silent recording."""
    await message(exchange, sound, did)
    found = await kept(exchange)
    await exchange.voicemail.deliver_pending()
    return found.id


# ------------------------------------------------------------------ who takes care


async def test_a_second_one_is_told_who_has_it(exchange: Exchange) -> None:
    voicemail_id = await sent(exchange)
    claims = exchange.inbox.claims
    await exchange.voicemail.forward(exchange.anna, voicemail_id, exchange.ben, "")
    taken = await claims.take(exchange.anna, voicemail_id, Step.CLAIM)
    assert (taken.claimed_by, taken.claimed_at) == (exchange.anna.id, exchange.clock.now().at)
    with pytest.raises(Conflict) as told:
        await claims.take(exchange.ben, voicemail_id, Step.CLAIM)
    assert told.value.error_id == "voicemail-taken"
    assert told.value.de == "Anna kümmert sich schon darum, seit 21.11.2026, 10:00 Uhr."
    assert exchange.notifier.voicemails[-1] == voicemail_id
    await claims.take(exchange.anna, voicemail_id, Step.GIVE_BACK)
    assert (await claims.take(exchange.ben, voicemail_id, Step.DONE)).done_by == exchange.ben.id
    actions = [action for action, *_ in exchange.messages.audited]
    assert actions[-3:] == ["voicemail.claimed", "voicemail.given-back", "voicemail.done"]


async def test_who_may_not_hear_it_cannot_take_it(exchange: Exchange) -> None:
    voicemail_id = await sent(exchange)
    with pytest.raises(NotFound):
        await exchange.inbox.claims.take(exchange.ben, voicemail_id, Step.CLAIM)


async def test_a_link_stands_for_who_got_the_mail(exchange: Exchange) -> None:
    voicemail_id = await sent(exchange)
    await exchange.voicemail.forward(exchange.anna, voicemail_id, exchange.ben, "")
    await exchange.voicemail.deliver_pending()
    central, bens = (token_of(link) for link in exchange.mailer.links)
    claims = exchange.inbox.claims
    seen = await claims.linked(bens)
    assert (seen.user, seen.keeper, seen.holder) == (exchange.ben, None, "ben@example.test")
    with pytest.raises(BadRequest) as nameless:
        await claims.take_linked(central, Step.CLAIM, "  ")
    assert nameless.value.error_id == "name-missing"
    mine = await claims.take_linked(central, Step.CLAIM, " Erika\n Muster ")
    assert (mine.keeper, mine.mine) == (f"Erika Muster ({CENTRAL})", True)
    for name, token in (("Otto", central), ("", bens)):
        with pytest.raises(Conflict) as told:
            await claims.take_linked(token, Step.CLAIM, name)
        assert f"Erika Muster ({CENTRAL})" in told.value.en
    with pytest.raises(Conflict):
        await claims.take_linked(bens, Step.DONE, "")
    done = await claims.take_linked(central, Step.DONE, "")
    assert done.message.done_by == f"Erika Muster ({CENTRAL})"
    exchange.clock.seconds += 31 * 86400
    with pytest.raises(BadRequest) as late:
        await claims.take_linked(central, Step.REOPEN, "")
    assert late.value.error_id == "link-expired"


# ------------------------------------------------------------------ mails that come back


async def test_refused_at_once_is_a_bounce_and_alarms(exchange: Exchange) -> None:
    exchange.mailer.answer = Delivery(False, True, "550 no such user")
    voicemail_id = await sent(exchange)
    after = await exchange.voicemail.get(voicemail_id)
    assert after.state is VoicemailState.BOUNCED
    assert exchange.voicemail.audio_path(after).exists(), "it stays playable"
    assert exchange.alarms.told == [
        (f"voicemail:{voicemail_id}", f"Voicemail not delivered: {CENTRAL}", (CENTRAL,))
    ]


async def test_retries_that_are_used_up_alarm_too(exchange: Exchange) -> None:
    exchange.mailer.answer = Delivery(False, False, "451 later")
    await sent(exchange)
    for _ in range(5):
        exchange.clock.seconds += 3 * 3600
        await exchange.voicemail.deliver_pending()
    assert len(exchange.alarms.told) == 1


async def test_one_of_several_who_is_refused_alarms(exchange: Exchange) -> None:
    exchange.mailer.answer = Delivery(True, False, "250 ok; refused: x", ("x@example.test",))
    voicemail_id = await sent(exchange)
    assert (await exchange.voicemail.get(voicemail_id)).state is VoicemailState.ACCEPTED
    assert exchange.alarms.told[0][2] == ("x@example.test",)


async def test_a_notification_is_matched_by_its_message_id(exchange: Exchange) -> None:
    voicemail_id = await sent(exchange)
    ((_, mail),) = exchange.mailer.sent
    raw = POSTFIX.format(kind="message/rfc822", rest="")
    bounces = exchange.inbox.bounces
    assert await bounces.take(raw.encode(), "pipe") is Returned.NOT_OURS
    assert await bounces.take(b"Subject: hello\n\n", "pipe") is Returned.NO_BOUNCE
    ours = raw.replace(SENT, mail.message_id).encode()
    assert await bounces.take(ours, "pipe") is Returned.BOUNCE
    assert await bounces.take(ours, "pipe") is Returned.NOT_OURS, "known already"
    assert (await exchange.voicemail.get(voicemail_id)).state is VoicemailState.BOUNCED
    (told,) = exchange.alarms.told
    assert told[2] == ("zentrale@example.test",)


async def test_sent_again_to_who_is_recipient_now_in_the_same_thread(exchange: Exchange) -> None:
    exchange.mailer.answer = Delivery(False, True, "550 no such user")
    voicemail_id = await sent(exchange)
    exchange.mailer.answer = Delivery(True, False, "250 ok")
    exchange.clock.seconds += 60
    number = await exchange.directory.number(ANNAS)
    assert number is not None
    moved = replace(number, recipients=("new@example.test",))
    await exchange.directory.put_number(moved, "boss", exchange.clock.now().at)
    again = await exchange.voicemail.send_again(exchange.anna, voicemail_id)
    assert again.state is VoicemailState.WAITING
    with pytest.raises(Conflict) as waits:
        await exchange.voicemail.send_again(exchange.ben, voicemail_id)
    assert waits.value.error_id == "mail-waiting"
    await exchange.voicemail.deliver_pending()
    (_, first), (_, second) = exchange.mailer.sent
    assert (second.kind, second.recipients) == (MailKind.AGAIN, ("new@example.test",))
    assert second.in_reply_to == first.message_id != second.message_id
    assert (await exchange.voicemail.get(voicemail_id)).state is VoicemailState.ACCEPTED


async def test_forwarded_with_a_task(exchange: Exchange) -> None:
    voicemail_id = await sent(exchange)
    exchange.clock.seconds += 60
    after = await exchange.voicemail.forward(exchange.anna, voicemail_id, exchange.ben, "!", "T-1")
    assert after.task == "T-1"
    mail = (await exchange.messages.mails(voicemail_id))[-1]
    assert (mail.kind, mail.task) == (MailKind.FORWARD, "T-1 Termine")
    with pytest.raises(NotFound) as unknown:
        await exchange.voicemail.forward(exchange.anna, voicemail_id, exchange.ben, "", "T-9")
    assert unknown.value.error_id == "unknown-task"


async def test_a_released_recording_is_mailed_once(exchange: Exchange) -> None:
    voicemail_id = await sent(exchange, b"silence")
    assert not exchange.mailer.sent
    for user in (exchange.anna, exchange.ben):
        released = await exchange.voicemail.release(user, voicemail_id)
        assert released.state is VoicemailState.WAITING
    for _ in range(2):
        await exchange.voicemail.deliver_pending()
    ((_, mail),) = exchange.mailer.sent
    assert mail.recipients == (CENTRAL,)
    assert (await exchange.voicemail.get(voicemail_id)).state is VoicemailState.ACCEPTED


# ------------------------------------------------------------------ as time goes by


async def test_one_reminder_of_what_nobody_took(exchange: Exchange) -> None:
    await sent(exchange)
    await exchange.caretaker.round()
    exchange.clock.seconds += 4 * 3600 + 60
    for _ in range(3):
        await exchange.caretaker.round()
        await exchange.voicemail.deliver_pending()
    (_, first), (_, reminder) = exchange.mailer.sent
    assert (reminder.kind, reminder.in_reply_to) == (MailKind.REMINDER, first.message_id)
    assert reminder.recipients == (CENTRAL,)
    after = (await exchange.voicemail.get(first.voicemail_id)).state
    assert after is VoicemailState.ACCEPTED


async def test_the_reminder_goes_to_who_stands_in(exchange: Exchange) -> None:
    """To the deputy of who is away, or was when the call came; of an absent deputy, theirs."""
    now, people = exchange.clock.now().at, exchange.directory
    boss = await people.add_user("boss@example.test", "Boss", Role.MANAGER, "en", "")
    away = Absence("a", exchange.anna.id, now, now + timedelta(hours=1), deputy_id=exchange.ben.id)
    exchange.routes.all_absences["a"] = away
    voicemail_id = await sent(exchange)
    cases = {
        "ben@example.test": (),
        "boss@example.test": (Absence("b", exchange.ben.id, now, deputy_id=boss.id),),
        # Nobody of them is there: the central mailbox.
        CENTRAL: (Absence("b", exchange.ben.id, now, deputy_id=exchange.anna.id),),
    }
    exchange.clock.seconds += 4 * 3600 + 60
    for expected, further in cases.items():
        exchange.routes.all_absences = {each.id: each for each in (away, *further)}
        exchange.messages._change(voicemail_id, reminded_at=None)
        await exchange.caretaker.remind()
        assert (await exchange.messages.mails(voicemail_id))[-1].recipients == (expected,)
        exchange.clock.seconds += 1
    # Who is reminded may hear it, and take it from the page.
    heard = await exchange.voicemail.heard(exchange.ben, voicemail_id)
    assert heard.user_id == exchange.anna.id, "it stays hers"


async def test_nobody_is_reminded_of_what_is_taken(exchange: Exchange) -> None:
    voicemail_id = await sent(exchange)
    await exchange.inbox.claims.take(exchange.anna, voicemail_id, Step.CLAIM)
    exchange.clock.seconds += 5 * 3600
    await exchange.caretaker.round()
    assert len(await exchange.messages.mails(voicemail_id)) == 1


async def test_a_done_message_is_deleted_and_stays_in_the_list(
    exchange: Exchange, tmp_path: Path
) -> None:
    voicemail_id = await sent(exchange)
    await exchange.inbox.claims.take(exchange.anna, voicemail_id, Step.DONE)
    exchange.clock.seconds += 29 * 86400
    await exchange.caretaker.round()
    before = await exchange.voicemail.get(voicemail_id)
    assert (tmp_path / before.wav).exists()
    exchange.clock.seconds += 86400
    await exchange.caretaker.round()
    after = await exchange.voicemail.get(voicemail_id)
    assert after.removed_at == exchange.clock.now().at
    assert not any((tmp_path / name).exists() for name in (before.wav, before.mp3 or ""))
    with pytest.raises(NotFound) as gone:
        exchange.voicemail.audio_path(after)
    assert gone.value.error_id == "recording-gone"
    with pytest.raises(NotFound):
        await exchange.voicemail.forward(exchange.anna, voicemail_id, exchange.ben, "")


async def test_scarce_room_is_told_once_a_crossing(exchange: Exchange, tmp_path: Path) -> None:
    filler = tmp_path / "voicemail" / "filler.wav"
    filler.parent.mkdir(exist_ok=True)
    subjects = []
    for percent in (10, 82, 85, 96, 99, 90, 97, 20, 81):
        filler.write_bytes(bytes(percent * 10_000))
        await exchange.caretaker.look_at_room()
        subjects.append([subject for _, subject, _ in exchange.alarms.told])
        exchange.alarms.told.clear()
    full, scarce = (
        ["The room for recordings is almost full"],
        "The room for recordings is {} % full",
    )
    assert subjects == [
        *([], [scarce.format(82)], [], full, [], [], full, []),
        [scarce.format(81)],
    ]
    assert await exchange.messages.room() is Room.WARNING


# ------------------------------------------------------------------ a full disk


async def test_a_full_disk_keeps_the_message_in_asterisk_until_there_is_room(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = RecordingArchive.keep

    async def full(self: RecordingArchive, name: str, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(RecordingArchive, "keep", full)
    await message(exchange)
    for _ in range(3):
        await eventually(lambda: exchange.clock._sleepers)
        assert "in1" in exchange.switch.recordings
        await exchange.clock.advance(6)
        await exchange.voicemail.scan()
    ((reference, subject, _),) = exchange.alarms.told
    assert (reference, subject) == ("disk", "A voicemail cannot be saved")
    monkeypatch.setattr(RecordingArchive, "keep", real)

    async def taken_over() -> bool:
        await exchange.clock.advance(6)
        await exchange.voicemail.scan()
        return await exchange.messages.by_call("in1") is not None

    await eventually(taken_over)
    found = await kept(exchange)
    assert found.state is VoicemailState.WAITING
    await exchange.voicemail.deliver_pending()
    assert len(exchange.mailer.sent) == 1


# ------------------------------------------------------------------ transcripts


@pytest.fixture
async def listening(tmp_path: Path) -> Exchange:
    made = await Exchange(tmp_path, transcriber=FakeTranscriber()).open()
    yield made  # type: ignore[misc]
    await made.close()


async def test_the_mail_waits_for_what_was_said(listening: Exchange) -> None:
    voicemail_id = await sent(listening)
    assert not listening.mailer.sent, "the service has some seconds"
    assert listening.transcriber is not None
    listening.transcriber.answer.set()

    async def said() -> bool:
        return bool((await listening.voicemail.get(voicemail_id)).transcript)

    await eventually(said)
    await listening.voicemail.deliver_pending()
    ((found, _),) = listening.mailer.sent
    assert found.transcript == "Bitte um Rückruf"


async def test_a_text_that_comes_late_or_never_holds_nothing_up(listening: Exchange) -> None:
    voicemail_id = await sent(listening)
    listening.clock.seconds += 21
    await listening.voicemail.deliver_pending()
    ((found, _),) = listening.mailer.sent
    assert found.transcript == ""
    assert listening.transcriber is not None
    listening.transcriber.answer.set()

    async def said() -> bool:
        return bool((await listening.voicemail.get(voicemail_id)).transcript)

    await eventually(said)


async def test_a_service_that_fails_sends_the_mail_at_once(listening: Exchange) -> None:
    assert listening.transcriber is not None
    listening.transcriber.fault = "down"
    listening.transcriber.answer.set()
    voicemail_id = await sent(listening)

    async def free() -> bool:
        (mail,) = await listening.messages.mails(voicemail_id)
        return mail.next_attempt_at <= listening.clock.now().at

    await eventually(free)
    await listening.voicemail.deliver_pending()
    assert len(listening.mailer.sent) == 1
    (mail,) = await listening.messages.mails(voicemail_id)
    assert mail.state is OutboxState.ACCEPTED


async def test_what_a_restart_interrupted_is_transcribed_later(listening: Exchange) -> None:
    assert listening.transcriber is not None
    voicemail_id = await sent(listening)
    listening.transcripts._asked.clear()
    listening.transcriber.asked.clear()
    await listening.transcripts.catch_up()
    await eventually(lambda: listening.transcriber and listening.transcriber.asked)
    listening.clock.seconds += timedelta(days=2).total_seconds()
    listening.transcripts._asked.clear()
    listening.transcriber.asked.clear()
    await listening.transcripts.catch_up()
    assert not listening.transcriber.asked
    assert (await listening.voicemail.get(voicemail_id)).transcript == ""
