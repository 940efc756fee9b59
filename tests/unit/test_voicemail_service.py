"""Messages: kept first, mailed until accepted, found again."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from pbx.domain import messages as m
from pbx.domain.records import (
    Direction,
    LedgerEntry,
    LedgerKind,
    OutboxState,
    Outcome,
    Voicemail,
    VoicemailState,
)
from pbx.errors import Conflict, Unavailable
from pbx.services.message_ports import Delivery
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange

TEMPORARY = Delivery(False, False, "451 try again later")
REFUSED = Delivery(False, True, "550 no such user")
DEADLINE_SECONDS = 5


async def kept(exchange: Exchange, call_id: str = "in1") -> Voicemail:
    """The message, as soon as it is there; files are written in a worker thread."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (found := await exchange.messages.by_call(call_id)) is None:
            await asyncio.sleep(0.005)
        while call_id in exchange.switch.recordings:
            await asyncio.sleep(0.005)
    return found


async def message(exchange: Exchange, sound: bytes = b"speech", did: str = HEAD_OFFICE) -> None:
    """A caller reaches the voicemail, leaves `sound`, and hangs up."""
    channel = await exchange.caller_calls(did)
    now = exchange.clock.now
    exchange.board.event("in1", m.LegAnswered(now(), m.Leg.FAR, channel))
    exchange.board.event("in1", m.PlaybackDone(now(), "greeting"))
    await settle()
    exchange.switch.recordings["in1"] = sound
    await exchange.far_hangs_up("in1", channel)
    exchange.board.event("in1", m.RecordingDone(now(), "in1"))


async def test_a_message_is_on_disk_before_it_is_mailed(exchange: Exchange, tmp_path: Path) -> None:
    await message(exchange)
    found = await kept(exchange)
    assert (tmp_path / found.wav).read_bytes() == b"speech"
    assert found.state is VoicemailState.WAITING
    assert not exchange.mailer.sent
    await exchange.voicemail.deliver_pending()
    ((sent, mail),) = exchange.mailer.sent
    assert (sent.id, mail.recipients) == (found.id, ("central@example.test",))
    after = await exchange.messages.get(found.id)
    assert after is not None
    assert after.state is VoicemailState.ACCEPTED


async def test_silence_is_kept_but_never_mailed(exchange: Exchange) -> None:
    await message(exchange, b"silence")
    found = await kept(exchange)
    assert (found.state, found.reason, found.mp3) == (VoicemailState.SILENT, "silence", None)
    await exchange.voicemail.deliver_pending()
    assert not exchange.mailer.sent
    boss = exchange.anna
    with pytest.raises(Conflict):
        await exchange.voicemail.forward(boss, found.id, exchange.ben, "")


async def test_a_broken_recording_is_listed(exchange: Exchange) -> None:
    await message(exchange, b"broken")
    found = await kept(exchange)
    assert (found.state, found.reason) == (VoicemailState.SILENT, "unreadable")


async def test_retries_after_1_5_30_and_120_minutes_then_gives_up(exchange: Exchange) -> None:
    exchange.mailer.answer = TEMPORARY
    await message(exchange)
    found = await kept(exchange)
    waits = []
    for _ in range(5):
        await exchange.voicemail.deliver_pending()
        (mail,) = await exchange.messages.mails(found.id)
        if mail.state is OutboxState.WAITING:
            minutes = (mail.next_attempt_at - exchange.clock.now().at).total_seconds() / 60
            waits.append(minutes)
            await exchange.voicemail.deliver_pending()
            exchange.clock.seconds += minutes * 60
    assert waits == [1, 5, 30, 120]
    assert len(exchange.mailer.sent) == 5, "not once more than it is due"
    assert (mail.state, mail.smtp_reply) == (OutboxState.FAILED, "451 try again later")
    assert len({mail.message_id for _, mail in exchange.mailer.sent}) == 1


async def test_a_refused_mail_is_not_tried_again(exchange: Exchange) -> None:
    exchange.mailer.answer = REFUSED
    await message(exchange)
    found = await kept(exchange)
    await exchange.voicemail.deliver_pending()
    exchange.clock.seconds += 24 * 3600
    await exchange.voicemail.deliver_pending()
    assert len(exchange.mailer.sent) == 1
    after = await exchange.messages.get(found.id)
    assert after is not None
    assert after.state is VoicemailState.BOUNCED


async def test_a_recording_of_a_crashed_controller_is_found_by_the_scan(
    exchange: Exchange,
) -> None:
    entry = LedgerEntry(
        "lost",
        LedgerKind.OFFERED,
        exchange.clock.now(),
        direction=Direction.INBOUND,
        did=ANNAS,
        number="+436641",
    )
    await exchange.calls_log.append(entry)
    await exchange.calls_log.append(replace(entry, kind=LedgerKind.ENDED))
    exchange.switch.recordings |= {"lost": b"speech", "live": b"speech"}
    exchange.switch.recording_now.add("live")
    await exchange.voicemail.scan()
    found = await kept(exchange, "lost")
    assert (found.did, found.caller) == (ANNAS, "+436641")
    assert "live" in exchange.switch.recordings


async def test_kept_once_however_often_it_is_reported(exchange: Exchange) -> None:
    await message(exchange)
    for _ in range(3):
        exchange.voicemail.keep("in1")
    found = await kept(exchange)
    exchange.switch.recordings["in1"] = b"speech"
    exchange.voicemail.keep("in1")
    async with asyncio.timeout(DEADLINE_SECONDS):
        while exchange.switch.recordings:
            await asyncio.sleep(0.005)
    assert list(exchange.messages.messages) == [found.id]
    assert len(await exchange.messages.mails(found.id)) == 1


async def test_asterisks_copy_stays_until_the_database_has_it(exchange: Exchange) -> None:
    real = exchange.messages.add

    async def away(*_: object) -> bool:
        raise Unavailable("database-away", "", "")

    exchange.messages.add = away  # type: ignore[method-assign]
    await message(exchange)
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not exchange.clock._sleepers:
            await asyncio.sleep(0.005)
    assert "in1" in exchange.switch.recordings
    exchange.messages.add = real  # type: ignore[method-assign]
    await exchange.clock.advance(6)
    await exchange.voicemail.scan()
    await kept(exchange)


async def test_forwarding_makes_it_somebodys(exchange: Exchange) -> None:
    await message(exchange)
    found = await kept(exchange)
    after = await exchange.voicemail.forward(exchange.anna, found.id, exchange.ben, "Bitte!")
    assert after.user_id == exchange.ben.id
    await exchange.voicemail.deliver_pending()
    recipients = sorted(mail.recipients for _, mail in exchange.mailer.sent)
    assert recipients == [("ben@example.test",), ("central@example.test",)]


async def test_silent_recordings_go_after_seven_days(exchange: Exchange, tmp_path: Path) -> None:
    await message(exchange, b"silence")
    found = await kept(exchange)
    exchange.clock.seconds += 6 * 86400
    await exchange.caretaker.expire()
    assert (tmp_path / found.wav).exists()
    exchange.clock.seconds += 2 * 86400
    await exchange.caretaker.expire()
    assert not (tmp_path / found.wav).exists()
    after = await exchange.voicemail.get(found.id)
    assert (after.caller, after.wav, after.removed_at) == (
        found.caller,
        "",
        exchange.clock.now().at,
    )


async def test_what_was_sent_is_not_sent_again_because_the_database_is_away(
    exchange: Exchange,
) -> None:
    await message(exchange)
    found = await kept(exchange)
    real = exchange.messages.mail_result

    async def away(*_: object) -> None:
        raise Unavailable("database-away", "", "")

    exchange.messages.mail_result = away  # type: ignore[method-assign,assignment]
    for _ in range(3):
        with pytest.raises(Unavailable):
            await exchange.voicemail.deliver_pending()
    exchange.messages.mail_result = real  # type: ignore[method-assign]
    await exchange.voicemail.deliver_pending()
    await exchange.voicemail.deliver_pending()
    assert len(exchange.mailer.sent) == 1
    after = await exchange.messages.get(found.id)
    assert after is not None
    assert after.state is VoicemailState.ACCEPTED


async def test_a_message_of_a_call_that_the_ledger_lost_reaches_the_head_office(
    exchange: Exchange,
) -> None:
    exchange.switch.recordings["lost"] = b"speech"
    for _ in range(10):
        await exchange.voicemail.scan()
        for _ in range(20):
            await asyncio.sleep(0.005)
        await exchange.clock.advance(6)
        if "lost" not in exchange.switch.recordings:
            break
    found = await kept(exchange, "lost")
    assert (found.did, found.caller) == (HEAD_OFFICE, None)
    record = await exchange.calls_log.get("lost")
    assert record is not None
    assert record.outcome is Outcome.VOICEMAIL
