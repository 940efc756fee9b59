"""Calls at numbers with steps of their own: announcements, groups, an end without voicemail."""

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import Direction, LedgerKind, Outcome
from tests.support.pure_calls import BROWSER, at, of, written

FACTS = m.Facts(Direction.INBOUND, task="support", number="+43123")
CLOSED = m.Stage((), 0, "de/not-reachable")
TEAM = m.Stage(("anna", "ben"), 20)


def routed(*stages: m.Stage, cause: str = "") -> tuple[Call, list[m.Command]]:
    call = Call("c1", FACTS, stages=stages, reject_cause=cause)
    return call, call.handle(m.CallArrived(at(0), "in-1"))


def test_a_blocked_caller_is_rejected_before_anybody_rings() -> None:
    call, commands = routed(cause="blocked-caller")
    assert call.state is CallState.ENDED
    assert not of(commands, m.Ring) + of(commands, m.Offer)
    assert of(commands, m.HangUp) == [m.HangUp("in-1", 21)]
    entry = written(commands, LedgerKind.ENDED)
    assert (entry.outcome, entry.cause) == (Outcome.REJECTED, "blocked-caller")


def test_an_announcement_then_the_end() -> None:
    call, commands = routed(CLOSED, cause="route-rejected")
    assert call.state is CallState.GREETING
    assert of(commands, m.Answer) == [m.Answer("in-1")]
    spoken = call.handle(m.LegAnswered(at(1), m.Leg.FAR, "in-1"))
    assert spoken == [m.Play("in-1", "announcement", ("de/not-reachable",))]
    assert call.handle(m.PlaybackDone(at(4), "greeting")) == []
    ended = call.handle(m.PlaybackDone(at(5), "announcement"))
    entry = written(ended, LedgerKind.ENDED)
    assert (entry.outcome, entry.cause) == (Outcome.MISSED, "announced")
    assert (entry.talk_ms, entry.platform_ms) == (0, 4000)
    assert of(ended, m.HangUp) == [m.HangUp("in-1", 16)]


def announced() -> tuple[Call, list[m.Command]]:
    call, _ = routed(CLOSED, TEAM)
    call.handle(m.LegAnswered(at(1), m.Leg.FAR, "in-1"))
    return call, call.handle(m.PlaybackDone(at(5), "announcement"))


def test_after_an_announcement_it_rings_and_the_caller_hears_that() -> None:
    call, commands = announced()
    assert call.state is CallState.OFFERED
    assert of(commands, m.Ring) == [m.Ring("in-1")]
    assert of(commands, m.Offer) == [m.Offer(("anna", "ben"))]
    taken = call.handle(m.AnswerRequested(at(7), "ben"))
    assert of(taken, m.StopOffer) == [m.StopOffer(("anna",), "answered-elsewhere")]
    joined = call.handle(m.LegJoined(at(8), m.Leg.AGENT, BROWSER))
    assert call.state is CallState.TALKING
    assert of(joined, m.StopRing) == [m.StopRing("in-1")]
    assert of(joined, m.Answer) == [m.Answer(BROWSER)]
    assert call.talk_ms(at(18)) == 10_000, "billed from the answer of a person"


def test_after_an_announcement_nobody_answers() -> None:
    call, _ = announced()
    commands = call.handle(m.TimerFired(at(25), m.TimerName.RING))
    assert call.state is CallState.GREETING
    assert of(commands, m.StopRing) == [m.StopRing("in-1")]
    assert of(commands, m.Play)[0].name == "greeting"


def test_the_caller_leaves_during_an_announcement() -> None:
    call, _ = routed(CLOSED, TEAM)
    call.handle(m.LegAnswered(at(1), m.Leg.FAR, "in-1"))
    ended = call.handle(m.LegGone(at(3), m.Leg.FAR, "in-1", 16))
    assert written(ended, LedgerKind.ENDED).cause == "caller-left-in-greeting"
    assert call.handle(m.PlaybackDone(at(3), "announcement")) == []


def test_whoever_comes_live_during_an_announcement_rings_later() -> None:
    call, _ = routed(CLOSED)
    call.absent = ("anna",)
    call.handle(m.LegAnswered(at(1), m.Leg.FAR, "in-1"))
    assert call.handle(m.CameLive(at(2), "anna")) == []
    commands = call.handle(m.PlaybackDone(at(5), "announcement"))
    assert of(commands, m.Offer) == [m.Offer(("anna",))]


def test_the_group_rings_until_the_last_one_declines() -> None:
    call, commands = routed(TEAM)
    assert of(commands, m.Offer) == [m.Offer(("anna", "ben"))]
    call.handle(m.DeclineRequested(at(2), "anna"))
    assert call.state is CallState.OFFERED
    call.handle(m.DeclineRequested(at(3), "ben"))
    assert call.state is CallState.GREETING


def test_steps_that_end_after_ringing_leave_a_missed_call() -> None:
    call, _ = routed(TEAM, cause="route-rejected")
    ended = call.handle(m.TimerFired(at(20), m.TimerName.RING))
    entry = written(ended, LedgerKind.ENDED)
    assert (entry.outcome, entry.cause) == (Outcome.MISSED, "route-rejected")
    assert of(ended, m.HangUp) == [m.HangUp("in-1", 21)]
