"""What a restarted controller does at once: mails that wait, messages that were left."""

import asyncio
from datetime import UTC, datetime

import pytest

from pbx.domain import messages as m
from pbx.domain.adoption import FoundLegs, adopt
from pbx.domain.call import CallState
from pbx.domain.records import CallRecord, Direction, Moment, Outcome, Voicemail
from pbx.domain.retelling import Told
from pbx.errors import Conflict
from pbx.services.message_ports import Delivery
from tests.support.exchange import ANNAS, Exchange
from tests.unit.test_voicemail_service import TEMPORARY, kept, message

FAR = "far-1"


async def waiting_mail(exchange: Exchange) -> Voicemail:
    """A message whose mail was tried once in vain."""
    exchange.mailer.answer = TEMPORARY
    await message(exchange)
    found = await kept(exchange)
    await exchange.voicemail.deliver_pending()
    return found


async def test_a_mail_that_waits_is_sent_at_once(exchange: Exchange) -> None:
    await waiting_mail(exchange)
    exchange.mailer.answer = Delivery(True, False, "250 ok")
    await exchange.voicemail.deliver_waiting()
    assert len(exchange.mailer.sent) == 2
    await exchange.voicemail.deliver_waiting()
    assert len(exchange.mailer.sent) == 2, "accepted mails are never sent again"


async def test_the_extra_attempt_takes_none_from_the_plan(exchange: Exchange) -> None:
    found = await waiting_mail(exchange)
    (before,) = await exchange.messages.mails(found.id)
    for _ in range(10):
        await exchange.voicemail.deliver_waiting()
    (after,) = await exchange.messages.mails(found.id)
    assert (after.state, after.attempts) == (before.state, before.attempts)
    assert after.next_attempt_at == before.next_attempt_at


async def test_a_page_that_is_back_early_waits_for_its_call(exchange: Exchange) -> None:
    """Told of no call, it would give up its leg."""
    exchange.board._known.clear()
    asked = asyncio.ensure_future(exchange.calls.open_of(exchange.anna))
    placed, _ = await exchange.place(exchange.anna)
    assert not asked.done()
    exchange.board.resynced()
    assert [view.record.id for view in await asked] == [placed.record.id]


async def test_only_who_it_rings_for_can_decline(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "a browser", True)
    await exchange.caller_calls(ANNAS)
    with pytest.raises(Conflict, match="not-ringing"):
        await exchange.calls.decline(exchange.ben, "in1")
    assert (await exchange.calls.decline(exchange.anna, "in1")).state == "greeting"
    with pytest.raises(Conflict, match="not-ringing"):
        await exchange.calls.decline(exchange.anna, "in1")


def left(
    *, far: str | None, recording: bool, recorded: bool, told: Told | None = None
) -> tuple[CallState, list[m.Command]]:
    """An unanswered inbound call, taken over."""
    now = Moment(datetime(2026, 1, 1, tzinfo=UTC), 10_000, "boot")
    record = CallRecord(id="in1", direction=Direction.INBOUND, offered=now)
    found = FoundLegs(
        far=far,
        far_up=far is not None,
        agent=None,
        recording=recording,
        recorded=recorded,
        answered=None,
        seen=now,
    )
    call, commands = adopt(record, found, now, limits=m.CallLimits(), told=told)
    assert call.outcome in (None, Outcome.VOICEMAIL, Outcome.MISSED, Outcome.DICTATED)
    return call.state, commands


def test_a_message_that_was_finished_unseen_is_kept() -> None:
    state, commands = left(far=None, recording=False, recorded=True)
    assert state is CallState.ENDED
    assert m.KeepVoicemail() in commands
    (written,) = [c for c in commands if isinstance(c, m.WriteLedger)]
    assert written.outcome is Outcome.VOICEMAIL


def test_who_left_without_a_message_is_missed() -> None:
    _, commands = left(far=None, recording=False, recorded=False)
    assert m.KeepVoicemail() not in commands
    (written,) = [c for c in commands if isinstance(c, m.WriteLedger)]
    assert written.outcome is Outcome.MISSED


def test_who_is_speaking_when_we_come_back_is_not_cut_off() -> None:
    """Nobody knows whether they are, so the silence that ends it must be long."""
    state, commands = left(far=FAR, recording=True, recorded=False)
    assert state is CallState.RECORDING
    (timer,) = commands
    assert isinstance(timer, m.StartTimer)
    assert timer.name is m.TimerName.SILENCE
    assert timer.seconds >= 20


@pytest.mark.parametrize("far", [FAR, None])
def test_a_dictation_that_was_interrupted_is_no_missed_call(far: str | None) -> None:
    state, commands = left(far=far, recording=False, recorded=False, told=Told(dictating=True))
    assert state is CallState.ENDED
    (written,) = [c for c in commands if isinstance(c, m.WriteLedger)]
    assert written.outcome is Outcome.DICTATED
    assert [c.channel for c in commands if isinstance(c, m.HangUp)] == ([far] if far else [])
