"""Hold and resume, and what may happen in between."""

import pytest

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import LedgerKind, Outcome
from tests.support.pure_calls import (
    BROWSER,
    FAR,
    SECOND_BROWSER,
    at,
    dialling,
    held,
    inbound,
    kinds,
    notes,
    of,
    outbound,
    talking,
    written,
)

HOLD, RESUME = m.HoldRequested(at(10), "anna"), m.ResumeRequested(at(20), "anna")


def test_the_leg_leaves_before_the_music_begins() -> None:
    call = talking()
    commands = call.handle(HOLD)
    assert call.state is CallState.HELD
    assert kinds(commands)[:2] == ["Leave", "StartHold"]
    assert of(commands, m.Leave) == [m.Leave(BROWSER)]
    assert not of(commands, m.HangUp), "the leg itself stays up"
    assert notes(commands) == ["held"]
    assert call.handle(HOLD) == [], "held twice is held"


def test_the_music_ends_before_the_leg_comes_back() -> None:
    call = held()
    commands = call.handle(RESUME)
    assert call.state is CallState.TALKING
    assert kinds(commands)[:2] == ["StopHold", "Join"]
    assert notes(commands) == ["resumed"]
    assert call.handle(RESUME) == []


def test_hold_changes_no_second_of_the_bill() -> None:
    call = held()
    call.handle(RESUME)
    call.handle(m.HoldRequested(at(30), "anna"))
    ended = written(call.handle(m.HangUpRequested(at(65), "anna")), LedgerKind.ENDED)
    assert ended.talk_ms == 60_000


def test_a_page_that_reloads_on_hold_does_not_come_back_into_the_conversation() -> None:
    call = held()
    gone = call.handle(m.LegGone(at(11), m.Leg.AGENT, BROWSER, 16))
    assert call.state is CallState.HELD
    assert m.StartTimer(m.TimerName.REATTACH, 45) in gone
    back = call.handle(m.LegJoined(at(12), m.Leg.AGENT, SECOND_BROWSER))
    assert call.state is CallState.HELD
    assert not of(back, m.Join)
    assert m.StopTimer(m.TimerName.REATTACH) in back
    assert of(call.handle(RESUME), m.Join) == [m.Join(SECOND_BROWSER)]


def test_resumed_before_its_page_is_back() -> None:
    call = held()
    call.handle(m.LegGone(at(11), m.Leg.AGENT, BROWSER, 16))
    commands = call.handle(RESUME)
    assert call.state is CallState.DETACHED
    assert not of(commands, m.StopHold), "the far party still hears music"
    back = call.handle(m.LegJoined(at(21), m.Leg.AGENT, SECOND_BROWSER))
    assert kinds(back)[2:4] == ["StopHold", "Join"]


def test_nobody_comes_back_to_a_held_call() -> None:
    call = held()
    call.handle(m.LegGone(at(11), m.Leg.AGENT, BROWSER, 16))
    commands = call.handle(m.TimerFired(at(56), m.TimerName.REATTACH))
    assert written(commands, LedgerKind.ENDED).cause == "reattach-timeout"


def test_a_call_whose_page_is_away_can_be_put_on_hold() -> None:
    call = talking()
    call.handle(m.LegGone(at(6), m.Leg.AGENT, BROWSER, 16))
    commands = call.handle(HOLD)
    assert call.state is CallState.HELD
    assert not of(commands, m.Leave)
    assert not of(commands, m.StartHold), "it plays already"


@pytest.mark.parametrize("end", ["far", "hang-up", "limit"])
def test_a_held_call_ends(end: str) -> None:
    call = held()
    event: m.Event = m.LegGone(at(15), m.Leg.FAR, FAR, 16)
    if end == "hang-up":
        event = m.HangUpRequested(at(15), "anna")
    if end == "limit":
        event = m.TimerFired(at(15), m.TimerName.DURATION)
    commands = call.handle(event)
    ended = written(commands, LedgerKind.ENDED)
    assert (ended.outcome, ended.talk_ms) == (Outcome.ANSWERED, 10_000)
    assert m.HangUp(BROWSER) in commands
    assert m.DestroyBridge() in commands


def test_before_the_answer_only_the_leg_is_parked() -> None:
    call = dialling()
    assert of(call.handle(HOLD), m.Leave)
    assert call.state is CallState.DIALLING
    commands = call.handle(m.LegAnswered(at(12), m.Leg.FAR, FAR))
    assert call.state is CallState.HELD
    assert of(commands, m.StartHold)
    assert call.handle(RESUME)
    assert call.state is CallState.TALKING


def test_a_leg_that_comes_to_a_parked_call_waits() -> None:
    call = outbound()
    call.handle(m.CallPlaced(at(0)))
    call.handle(HOLD)
    commands = call.handle(m.LegJoined(at(11), m.Leg.AGENT, BROWSER))
    assert not of(commands, m.Join)
    assert of(commands, m.Dial)
    assert of(call.handle(RESUME), m.Join) == [m.Join(BROWSER)]


def test_an_answered_call_can_be_parked_before_its_leg_is_up() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.AnswerRequested(at(1), "anna"))
    call.handle(HOLD)
    joined = call.handle(m.LegJoined(at(11), m.Leg.AGENT, BROWSER))
    assert of(joined, m.Join) == [m.Join("in-1")]
    commands = call.handle(m.LegAnswered(at(12), m.Leg.FAR, "in-1"))
    assert call.state is CallState.HELD
    assert of(commands, m.StartHold)


def test_a_leg_that_cannot_be_taken_out_is_hung_up_so_that_it_overhears_nothing() -> None:
    call = held()
    failed = m.CommandFailed(at(10.1), m.Leave(BROWSER), refused=True, reason="no")
    assert call.handle(failed) == [m.HangUp(BROWSER)]
    assert call.state is CallState.HELD


def test_what_could_not_be_told_has_not_happened() -> None:
    call = held()
    failed = m.CommandFailed(at(10.1), m.Leave(BROWSER), refused=False, reason="away")
    call.handle(failed)
    assert call.state is CallState.TALKING
    assert call.claims("anna")


@pytest.mark.parametrize("make", [talking, held])
def test_who_may_hear_it(make: type[Call]) -> None:
    call = make()
    assert call.claims("anna") is (call.state is CallState.TALKING)
    assert not call.claims("ben")
