"""Handing a far party over: to a number, to a colleague; taken back, failed, too late."""

import pytest

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import Direction, LedgerKind, Outcome
from tests.support.pure_calls import (
    BROWSER,
    FAR,
    SECOND_BROWSER,
    at,
    dialling,
    held,
    kinds,
    notes,
    of,
    talking,
    told,
    written,
)

BEGUN, READY = m.TransferBegun(at(20), "c9"), m.HostReady(at(20), "c1")


def transferring() -> Call:
    call = talking()
    call.handle(BEGUN)
    assert call.state is CallState.TRANSFERRING
    return call


def other() -> Call:
    """The call to the number, before its far party may be dialled."""
    facts = m.Facts(Direction.OUTBOUND, user_id="anna", task="T-1", number="+4989", caller_id="+49")
    call = Call(
        "c9", facts, linked="c1", linked_as=m.LinkedAs.TRANSFER, far_bridge="c1", parked=True
    )
    call.handle(m.CallPlaced(at(19)))
    return call


def dialling_other() -> Call:
    call = other()
    call.handle(READY)
    return call


def connected() -> tuple[Call, Call]:
    first, second = transferring(), dialling_other()
    commands = second.handle(m.LegAnswered(at(30), m.Leg.FAR, "c9.far"))
    first.handle(told(commands)["c1"])
    assert first.state is second.state is CallState.TRANSFERRED
    return first, second


def offered() -> Call:
    call = talking()
    call.handle(m.ColleagueChosen(at(20), "ben"))
    return call


# ------------------------------------------------------------------ to a number


def test_the_far_party_waits_in_its_bridge_without_music() -> None:
    call = held()
    commands = call.handle(BEGUN)
    assert kinds(commands)[:2] == ["StopTimer", "StopHold"], "it hears the other one ring"
    assert told(commands) == {"c9": READY}
    assert call.parked
    assert call.agent == BROWSER, "until somebody answers"


def test_the_other_party_is_dialled_into_that_bridge_without_a_browser() -> None:
    commands = other().handle(READY)
    (dial,) = of(commands, m.Dial)
    assert (dial.channel, dial.bridge) == ("c9.far", "c1")
    assert not of(commands, m.CreateBridge)
    assert dialling_other().handle(m.LegJoined(at(21), m.Leg.AGENT, "x")) == [m.HangUp("x")]


def test_when_it_is_answered_the_browser_is_let_go() -> None:
    first, second = transferring(), dialling_other()
    commands = second.handle(m.LegAnswered(at(30), m.Leg.FAR, "c9.far"))
    assert told(commands) == {"c1": m.PartnerAnswered(at(30), "c9")}
    assert of(first.handle(told(commands)["c1"]), m.HangUp) == [m.HangUp(BROWSER)]
    assert (first.linked, second.linked) == ("c9", "c1")
    assert first.members == second.members == ()
    late = first.handle(m.LegJoined(at(31), m.Leg.AGENT, SECOND_BROWSER))
    assert late == [m.HangUp(SECOND_BROWSER)]


@pytest.mark.parametrize("who", [0, 1])
def test_when_either_leaves_both_end_and_each_has_its_own_seconds(who: int) -> None:
    calls = connected()
    gone, left = calls[who], calls[1 - who]
    commands = gone.handle(m.LegGone(at(65), m.Leg.FAR, f"{gone.id}.far", 16))
    assert written(commands, LedgerKind.ENDED).talk_ms == (60_000, 35_000)[who]
    ended = left.handle(told(commands)[left.id])
    entry = written(ended, LedgerKind.ENDED)
    assert (entry.cause, entry.talk_ms) == ("party-left", (60_000, 35_000)[1 - who])
    assert m.HangUp(f"{left.id}.far", 16) in ended
    assert not told(ended), "no echo"


def test_both_leave_at_once() -> None:
    first, second = connected()
    one = first.handle(m.LegGone(at(65), m.Leg.FAR, FAR, 16))
    two = second.handle(m.LegGone(at(65), m.Leg.FAR, "c9.far", 16))
    assert first.handle(told(two)["c1"]) == []
    assert second.handle(told(one)["c9"]) == []
    assert first.finished
    assert second.finished


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (m.LegGone(at(25), m.Leg.FAR, "c9.far", 17, 486), "busy"),
        (m.TimerFired(at(90), m.TimerName.DIAL), "dial-timeout"),
        (
            m.CommandFailed(at(21), m.Dial("c9.far", "+4989", "+49", 60, "c1"), True, "no"),
            "network-error",
        ),
    ],
)
def test_nobody_answers_and_the_call_comes_back(event: m.Event, cause: str) -> None:
    first, second = transferring(), dialling_other()
    commands = second.handle(event)
    assert written(commands, LedgerKind.ENDED).cause == cause
    back = first.handle(told(commands)["c1"])
    assert (first.state, first.notice) == (CallState.HELD, cause)
    assert kinds(back)[-1] == "ReturnToAgent"
    assert of(back, m.StartHold), "until its user has it again"
    assert notes(back) == ["transfer-back"]
    first.handle(m.ResumeRequested(at(91), "anna"))
    assert first.state is CallState.TALKING


def test_it_comes_back_to_a_browser_that_went_away() -> None:
    first = transferring()
    gone = first.handle(m.LegGone(at(21), m.Leg.AGENT, BROWSER, 16))
    assert not of(gone, m.StartTimer), "nobody waits for it"
    assert first.state is CallState.TRANSFERRING
    back = first.handle(m.PartnerGone(at(25), "c9", "busy"))
    assert m.StartTimer(m.TimerName.REATTACH, 45) in back
    first.handle(m.ResumeRequested(at(25), "anna"))
    assert first.state is CallState.DETACHED
    first.handle(m.LegJoined(at(26), m.Leg.AGENT, SECOND_BROWSER))
    assert first.state is CallState.TALKING


def test_a_page_that_reloads_meanwhile_waits_outside() -> None:
    first = transferring()
    commands = first.handle(m.LegJoined(at(21), m.Leg.AGENT, SECOND_BROWSER))
    assert not of(commands, m.Join)
    assert of(commands, m.HangUp) == [m.HangUp(BROWSER, 26)]


def test_taken_back() -> None:
    first, second = transferring(), dialling_other()
    commands = first.handle(m.TakeBackRequested(at(25), "anna"))
    assert (first.state, first.linked) == (CallState.HELD, None)
    ended = second.handle(told(commands)["c9"])
    entry = written(ended, LedgerKind.ENDED)
    assert (entry.outcome, entry.cause) == (Outcome.CANCELLED, "transfer-taken-back")
    assert first.handle(m.PartnerGone(at(26), "c9", "busy")) == [], "no longer its affair"


def test_taken_back_in_the_moment_of_the_answer() -> None:
    """The answer is on its way to the first call while that takes itself back."""
    first, second = transferring(), dialling_other()
    answered = second.handle(m.LegAnswered(at(25), m.Leg.FAR, "c9.far"))
    taken_back = first.handle(m.TakeBackRequested(at(25), "anna"))
    assert first.handle(told(answered)["c1"]) == []
    ended = second.handle(told(taken_back)["c9"])
    assert written(ended, LedgerKind.ENDED).outcome is Outcome.ANSWERED
    assert m.HangUp("c9.far", 16) in ended
    assert first.state is CallState.HELD


def test_taken_back_too_late() -> None:
    first, _ = connected()
    assert first.handle(m.TakeBackRequested(at(31), "anna")) == []


@pytest.mark.parametrize(
    "event",
    [
        m.LegGone(at(25), m.Leg.FAR, FAR, 16),
        m.HangUpRequested(at(25), "anna"),
        m.TimerFired(at(25), m.TimerName.DURATION),
    ],
)
def test_the_first_ends_while_the_other_still_rings(event: m.Event) -> None:
    first, second = transferring(), dialling_other()
    commands = first.handle(event)
    assert m.HangUp(BROWSER) in commands or first.agent is None
    ended = second.handle(told(commands)["c9"])
    assert written(ended, LedgerKind.ENDED).cause == "party-left"
    assert m.HangUp("c9.far") in ended
    assert not told(ended)


def test_the_other_has_ended_when_it_is_wanted() -> None:
    second = other()
    second.handle(m.HangUpRequested(at(19.5), "anna"))
    refusal = second.handle(READY)
    assert told(refusal) == {"c1": m.PartnerGone(at(20), "c9", "cancelled")}


def test_the_longest_transfer() -> None:
    first, second = connected()
    commands = first.handle(m.TimerFired(at(20_000), m.TimerName.DURATION))
    assert written(commands, LedgerKind.ENDED).cause == "limit-duration"
    assert second.handle(told(commands)["c9"])
    assert second.state is CallState.ENDED


# ------------------------------------------------------------------ after a consultation


def consultation() -> Call:
    facts = m.Facts(Direction.OUTBOUND, user_id="anna", number="+4989", caller_id="+49")
    call = Call("c9", facts, linked="c1", linked_as=m.LinkedAs.CONSULTATION)
    call.handle(m.CallPlaced(at(11)))
    call.handle(m.LegJoined(at(12), m.Leg.AGENT, "browser-9"))
    return call


def test_attended_both_browsers_go_and_the_parties_meet() -> None:
    first, second = held(), consultation()
    second.handle(m.LegAnswered(at(15), m.Leg.FAR, "c9.far"))
    ready = told(first.handle(BEGUN))["c9"]
    commands = second.handle(ready)
    names = kinds(commands)
    assert names.index("Join") < names.index("HangUp")
    assert of(commands, m.Join) == [m.Join("c9.far", "c1")]
    assert of(commands, m.HangUp) == [m.HangUp("browser-9")]
    assert of(first.handle(told(commands)["c1"]), m.HangUp) == [m.HangUp(BROWSER)]
    assert first.state is second.state is CallState.TRANSFERRED


def test_attended_while_it_still_rings_it_may_come_back() -> None:
    first, second = held(), consultation()
    commands = second.handle(told(first.handle(BEGUN))["c9"])
    assert of(commands, m.Join) == [m.Join("c9.far", "c1")]
    assert of(commands, m.HangUp) == [m.HangUp("browser-9")]
    assert (first.state, second.state) == (CallState.TRANSFERRING, CallState.DIALLING)
    assert first.agent == BROWSER
    answered = second.handle(m.LegAnswered(at(25), m.Leg.FAR, "c9.far"))
    first.handle(told(answered)["c1"])
    assert first.state is second.state is CallState.TRANSFERRED


def test_the_party_that_was_asked_leaves_in_that_moment() -> None:
    first, second = held(), consultation()
    second.handle(m.LegAnswered(at(15), m.Leg.FAR, "c9.far"))
    begun = first.handle(BEGUN)
    second.handle(m.LegGone(at(20), m.Leg.FAR, "c9.far", 16))
    refusal = second.handle(told(begun)["c9"])
    first.handle(told(refusal)["c1"])
    assert first.state is CallState.HELD
    assert first.agent == BROWSER


def test_a_party_that_cannot_be_moved_ends_both() -> None:
    first, second = connected()
    join = m.Join("c9.far", "c1")
    commands = second.handle(m.CommandFailed(at(31), join, refused=True, reason="gone"))
    assert m.HangUp("c9.far", 16) in commands
    assert m.HangUp(FAR, 16) in first.handle(told(commands)["c1"])


# ------------------------------------------------------------------ to a colleague


def test_a_colleague_is_rung_while_the_far_party_hears_music() -> None:
    call = talking()
    commands = call.handle(m.ColleagueChosen(at(20), "ben"))
    assert kinds(commands)[:3] == ["Leave", "StopTimer", "StartHold"]
    assert of(commands, m.Offer) == [m.Offer(("ben",))]
    assert call.colleague_id == "ben"


def test_the_colleague_takes_it() -> None:
    call = offered()
    call.handle(m.RingProved(at(20.1), "ben"))
    commands = call.handle(m.AnswerRequested(at(22), "ben"))
    assert of(commands, m.HangUp) == [m.HangUp(BROWSER)]
    assert (call.facts.user_id, call.former, call.members) == ("ben", ("anna",), ("ben",))
    assert kinds(commands)[-1] == "ReturnToAgent"
    call.handle(m.ResumeRequested(at(22), "ben"))
    assert call.state is CallState.DETACHED
    joined = call.handle(m.LegJoined(at(23), m.Leg.AGENT, "ben-1"))
    assert call.state is CallState.TALKING
    assert m.StopTimer(m.TimerName.JOIN) in joined
    assert of(joined, m.StopHold)
    ended = written(call.handle(m.HangUpRequested(at(65), "ben")), LedgerKind.ENDED)
    assert ended.talk_ms == 60_000


@pytest.mark.parametrize(
    ("event", "notice", "reason"),
    [
        (m.DeclineRequested(at(22), "ben"), "colleague-declined", "declined"),
        (m.AgentLost(at(22), "ben"), "colleague-not-live", "not-live"),
        (m.TimerFired(at(21), m.TimerName.PROOF), "colleague-not-live", "not-live"),
        (m.TimerFired(at(45), m.TimerName.RING), "colleague-no-answer", "no-answer"),
    ],
)
def test_the_colleague_does_not_take_it(event: m.Event, notice: str, reason: str) -> None:
    call = offered()
    commands = call.handle(event)
    assert of(commands, m.StopOffer) == [m.StopOffer(("ben",), reason)]
    assert (call.state, call.notice, call.colleague_id) == (CallState.HELD, notice, None)
    assert kinds(commands)[-1] == "ReturnToAgent"
    assert call.facts.user_id == "anna"


def test_taken_back_from_the_colleague() -> None:
    call = offered()
    commands = call.handle(m.TakeBackRequested(at(22), "anna"))
    assert of(commands, m.StopOffer) == [m.StopOffer(("ben",), "answered-elsewhere")]
    assert call.handle(m.AnswerRequested(at(22), "ben")) == [], "too late"
    assert call.facts.user_id == "anna"


def test_the_far_party_leaves_while_the_colleague_is_rung() -> None:
    commands = offered().handle(m.LegGone(at(22), m.Leg.FAR, FAR, 16))
    assert of(commands, m.StopOffer) == [m.StopOffer(("ben",), "caller-gave-up")]
    assert m.HangUp(BROWSER) in commands


def test_the_colleague_answers_but_their_browser_never_comes() -> None:
    call = offered()
    call.handle(m.AnswerRequested(at(22), "ben"))
    call.handle(m.ResumeRequested(at(22), "ben"))
    commands = call.handle(m.TimerFired(at(42), m.TimerName.JOIN))
    assert (call.state, call.facts.user_id) == (CallState.HELD, "anna")
    assert call.notice == "colleague-not-live"
    assert call.former == ("ben",)
    assert m.StartTimer(m.TimerName.REATTACH, 45) in commands


def test_the_join_timer_means_nothing_once_they_came() -> None:
    call = offered()
    call.handle(m.AnswerRequested(at(22), "ben"))
    call.handle(m.ResumeRequested(at(22), "ben"))
    call.handle(m.LegJoined(at(23), m.Leg.AGENT, "ben-1"))
    call.handle(m.LegGone(at(24), m.Leg.AGENT, "ben-1", 16))
    assert call.handle(m.TimerFired(at(42), m.TimerName.JOIN)) == []
    assert call.facts.user_id == "ben"


def test_handed_over_after_a_consultation() -> None:
    call = held()
    commands = call.handle(m.HandedTo(at(20), "ben"))
    assert (call.facts.user_id, call.returns_to) == ("ben", "anna")
    assert of(commands, m.HangUp) == [m.HangUp(BROWSER)]
    assert not of(commands, m.StopHold)
    (note,) = [c for c in of(commands, m.WriteLedger) if c.cause == "handed-over"]
    assert note.user_id == "ben"


def test_what_is_not_answered_cannot_be_handed_over() -> None:
    call = dialling()
    for event in (BEGUN, m.ColleagueChosen(at(3), "ben"), m.HandedTo(at(3), "ben")):
        assert call.handle(event) == []
    assert call.state is CallState.DIALLING
