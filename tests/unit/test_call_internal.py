"""Calls from one browser to another."""

import pytest

from pbx.domain import messages as m
from pbx.domain.call import CallState
from pbx.domain.records import LedgerKind, Outcome
from tests.support.pure_calls import (
    at,
    colleagues_talking,
    internal,
    kinds,
    notes,
    of,
    written,
)


def test_the_colleague_rings_when_the_caller_is_there() -> None:
    call = internal()
    assert call.offered_to == ("ben",)
    assert call.members == ("anna",)


def test_the_caller_hears_a_tone_until_the_colleague_is_there() -> None:
    call = internal()
    call.handle(m.AnswerRequested(at(3), "ben"))
    assert call.state is CallState.ANSWERING
    commands = call.handle(m.LegJoined(at(4), m.Leg.FAR, "ben-1"))
    names = kinds(commands)
    assert names.index("StopTone") < names.index("Answer") < names.index("Join")
    assert not of(commands, m.Dial), "no telephone network"
    assert written(commands, LedgerKind.LEG_UP).user_id == "ben"
    assert call.members == ("anna", "ben")


def test_nothing_is_billed() -> None:
    call = colleagues_talking()
    ended = written(call.handle(m.HangUpRequested(at(64), "anna")), LedgerKind.ENDED)
    assert (ended.talk_ms, ended.outcome, ended.cause) == (0, Outcome.ANSWERED, "hangup-agent")
    assert call.talk_ms(at(64)) == 0


def test_the_colleague_ends_it() -> None:
    commands = colleagues_talking().handle(m.HangUpRequested(at(64), "ben"))
    assert written(commands, LedgerKind.ENDED).cause == "hangup-far"
    assert {c.channel for c in of(commands, m.HangUp)} == {"anna-1", "ben-1"}


@pytest.mark.parametrize(
    ("event", "outcome", "cause"),
    [
        (m.DeclineRequested(at(2), "ben"), Outcome.REJECTED, "colleague-declined"),
        (m.AgentLost(at(2), "ben"), Outcome.NO_ANSWER, "colleague-not-live"),
        (m.TimerFired(at(2), m.TimerName.PROOF), Outcome.NO_ANSWER, "colleague-not-live"),
        (m.TimerFired(at(26), m.TimerName.RING), Outcome.NO_ANSWER, "colleague-no-answer"),
        (m.HangUpRequested(at(2), "anna"), Outcome.CANCELLED, "cancelled"),
    ],
)
def test_the_colleague_does_not_take_it(event: m.Event, outcome: Outcome, cause: str) -> None:
    call = internal()
    commands = call.handle(event)
    ended = written(commands, LedgerKind.ENDED)
    assert (ended.outcome, ended.cause) == (outcome, cause)
    assert [c.user_ids for c in of(commands, m.StopOffer)] == [("ben",)]
    assert m.HangUp("anna-1") in commands


def test_a_leg_that_comes_before_the_answer_is_refused() -> None:
    late = internal().handle(m.LegJoined(at(2), m.Leg.FAR, "ben-1"))
    assert late == [m.HangUp("ben-1")]


def test_the_colleagues_browser_never_comes() -> None:
    call = internal()
    call.handle(m.AnswerRequested(at(3), "ben"))
    commands = call.handle(m.TimerFired(at(23), m.TimerName.JOIN))
    assert written(commands, LedgerKind.ENDED).cause == "colleague-not-live"


def test_both_legs_can_be_replaced() -> None:
    call = colleagues_talking()
    gone = call.handle(m.LegGone(at(10), m.Leg.AGENT, "ben-1", 16))
    assert call.state is CallState.TALKING
    assert of(gone, m.StartHold), "the caller hears music"
    assert m.StartTimer(m.TimerName.COLLEAGUE, 45) in gone
    both = call.handle(m.LegGone(at(11), m.Leg.AGENT, "anna-1", 16))
    assert call.state is CallState.DETACHED
    assert not of(both, m.StartHold)
    first = call.handle(m.LegJoined(at(12), m.Leg.FAR, "ben-2"))
    assert of(first, m.Join) == [m.Join("ben-2")]
    assert not of(first, m.StopHold), "the colleague is alone now"
    second = call.handle(m.LegJoined(at(13), m.Leg.AGENT, "anna-2"))
    assert of(second, m.StopHold)
    assert call.state is CallState.TALKING


def test_a_second_browser_of_the_colleague_takes_it_over() -> None:
    commands = colleagues_talking().handle(m.LegJoined(at(9), m.Leg.FAR, "ben-2"))
    assert kinds(commands).index("Join") < kinds(commands).index("HangUp")
    assert of(commands, m.HangUp) == [m.HangUp("ben-1", 26)]


@pytest.mark.parametrize("name", [m.TimerName.COLLEAGUE, m.TimerName.REATTACH])
def test_one_of_them_never_comes_back(name: m.TimerName) -> None:
    call = colleagues_talking()
    channel = "ben-1" if name is m.TimerName.COLLEAGUE else "anna-1"
    call.handle(m.LegGone(at(10), m.Leg.AGENT, channel, 16))
    commands = call.handle(m.TimerFired(at(55), name))
    assert written(commands, LedgerKind.ENDED).cause == "reattach-timeout"


def test_each_side_can_hold_the_other() -> None:
    call = colleagues_talking()
    commands = call.handle(m.HoldRequested(at(10), "ben"))
    assert (call.state, of(commands, m.Leave)) == (CallState.HELD, [m.Leave("ben-1")])
    assert (call.claims("anna"), call.claims("ben")) == (True, False)
    call.handle(m.HoldRequested(at(11), "anna"))
    back = call.handle(m.ResumeRequested(at(12), "ben"))
    assert (call.state, of(back, m.Join)) == (CallState.HELD, [m.Join("ben-1")])
    call.handle(m.ResumeRequested(at(13), "anna"))
    assert call.state is CallState.TALKING


def test_the_colleague_takes_another_call_before_their_leg_is_up() -> None:
    call = internal()
    call.handle(m.AnswerRequested(at(3), "ben"))
    call.handle(m.HoldRequested(at(3.5), "ben"))
    commands = call.handle(m.LegJoined(at(4), m.Leg.FAR, "ben-1"))
    assert call.state is CallState.HELD
    assert not of(commands, m.Join)
    assert of(commands, m.StartHold)


def test_it_ends_when_what_it_was_about_has_been_handed_over() -> None:
    commands = colleagues_talking().handle(m.Superseded(at(9)))
    assert written(commands, LedgerKind.ENDED).cause == "transferred"


def test_it_cannot_be_transferred_itself() -> None:
    call = colleagues_talking()
    for event in (m.TransferBegun(at(9), "c9"), m.ColleagueChosen(at(9), "carl")):
        assert call.handle(event) == []
    refusal = call.handle(m.HostReady(at(9), "c9"))
    assert refusal == [m.TellCall("c9", m.PartnerGone(at(9), "c2"))]
    assert call.state is CallState.TALKING


def test_the_timeline_says_who_rings() -> None:
    call = internal()
    assert notes(call.handle(m.TimerFired(at(2), m.TimerName.PROOF))) == ["not-live"]
