"""The pure call: every path of a call as events and commands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pbx.domain import messages as m
from pbx.domain.call import TRANSITIONS, Call, CallState
from pbx.domain.records import LedgerKind, Outcome
from tests.support.pure_calls import (
    BROWSER,
    EPOCH,
    FAR,
    SECOND_BROWSER,
    at,
    dialling,
    inbound,
    kinds,
    of,
    outbound,
    talking,
    written,
)


def recording() -> Call:
    call = inbound()
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.LegAnswered(at(1), m.Leg.FAR, "in-1"))
    call.handle(m.PlaybackDone(at(6), "greeting"))
    assert call.state is CallState.RECORDING
    return call


def test_nothing_is_dialled_before_the_browser_has_joined() -> None:
    call = outbound()
    commands = call.handle(m.CallPlaced(at(0)))
    assert call.state is CallState.WAITING
    assert kinds(commands) == ["WriteLedger", "StartTimer"]


def test_the_far_leg_is_bridged_before_it_is_dialled() -> None:
    call = outbound()
    call.handle(m.CallPlaced(at(0)))
    commands = call.handle(m.LegJoined(at(1), m.Leg.AGENT, BROWSER))
    assert call.state is CallState.DIALLING
    names = kinds(commands)
    assert names.index("Answer") < names.index("CreateBridge") < names.index("Join")
    assert names.index("Join") < names.index("Dial")
    (dial,) = of(commands, m.Dial)
    assert dial == m.Dial(FAR, "+4930123456", "+49221", call.limits.dial_seconds)


def test_ring_time_is_never_billed() -> None:
    call = talking()
    commands = call.handle(m.LegGone(at(65.25), m.Leg.FAR, FAR, 16))
    ended = written(commands, LedgerKind.ENDED)
    assert (ended.talk_ms, ended.platform_ms) == (60_250, 0)
    assert (ended.outcome, ended.cause) == (Outcome.ANSWERED, "hangup-far")


@pytest.mark.parametrize(
    ("cause", "sip", "outcome", "words"),
    [
        (17, 486, Outcome.BUSY, "busy"),
        (19, 480, Outcome.NO_ANSWER, "no-answer"),
        (21, 603, Outcome.REJECTED, "rejected"),
        (1, 404, Outcome.FAILED, "unreachable-number"),
        (34, 503, Outcome.FAILED, "network-congestion"),
        (0, None, Outcome.FAILED, "network-error"),
        (17, None, Outcome.BUSY, "busy"),
    ],
)
def test_a_call_that_is_not_answered_costs_nothing(
    cause: int, sip: int | None, outcome: Outcome, words: str
) -> None:
    call = dialling()
    commands = call.handle(m.LegGone(at(9), m.Leg.FAR, FAR, cause, sip))
    ended = written(commands, LedgerKind.ENDED)
    assert (ended.outcome, ended.cause, ended.talk_ms) == (outcome, words, 0)
    assert of(commands, m.HangUp) == [m.HangUp(BROWSER)]


def test_answered_without_ringing_first() -> None:
    call = dialling()
    call.handle(m.LegAnswered(at(2), m.Leg.FAR, FAR))
    assert call.state is CallState.TALKING


def test_a_reload_puts_the_browser_back_and_bills_on() -> None:
    call = talking()
    gone = call.handle(m.LegGone(at(10), m.Leg.AGENT, BROWSER, 16))
    assert call.state is CallState.DETACHED
    assert of(gone, m.StartHold)
    back = call.handle(m.LegJoined(at(12), m.Leg.AGENT, SECOND_BROWSER))
    assert call.state is CallState.TALKING
    assert of(back, m.StopHold)
    assert of(back, m.Join) == [m.Join(SECOND_BROWSER)]
    assert not of(back, m.HangUp)
    ended = written(call.handle(m.HangUpRequested(at(25), "anna")), LedgerKind.ENDED)
    assert ended.talk_ms == 20_000


def test_a_second_browser_takes_the_call_over() -> None:
    call = talking()
    commands = call.handle(m.LegJoined(at(8), m.Leg.AGENT, SECOND_BROWSER))
    names = kinds(commands)
    assert names.index("Join") < names.index("HangUp"), "never without a browser in between"
    assert of(commands, m.HangUp) == [m.HangUp(BROWSER, 26)]
    assert call.handle(m.LegGone(at(8.1), m.Leg.AGENT, BROWSER, 16)) == []
    assert call.state is CallState.TALKING


def test_nobody_comes_back() -> None:
    call = talking()
    call.handle(m.LegGone(at(10), m.Leg.AGENT, BROWSER, 16))
    commands = call.handle(m.TimerFired(at(55), m.TimerName.REATTACH))
    ended = written(commands, LedgerKind.ENDED)
    assert (ended.cause, ended.talk_ms) == ("reattach-timeout", 50_000)
    assert of(commands, m.HangUp) == [m.HangUp(FAR, 16)]


def test_the_far_party_answers_while_the_page_reloads() -> None:
    call = dialling()
    call.handle(m.LegGone(at(2), m.Leg.AGENT, BROWSER, 16))
    assert call.state is CallState.DIALLING
    commands = call.handle(m.LegAnswered(at(3), m.Leg.FAR, FAR))
    assert call.state is CallState.DETACHED
    assert of(commands, m.StartHold)


def test_the_browser_never_comes() -> None:
    call = outbound()
    call.handle(m.CallPlaced(at(0)))
    commands = call.handle(m.TimerFired(at(20), m.TimerName.JOIN))
    assert written(commands, LedgerKind.ENDED).cause == "agent-never-came"
    assert not of(commands, m.Dial)


def test_hanging_up_while_it_rings_is_no_answered_call() -> None:
    call = dialling()
    commands = call.handle(m.HangUpRequested(at(4), "anna"))
    assert written(commands, LedgerKind.ENDED).outcome is Outcome.CANCELLED
    assert {c.channel for c in of(commands, m.HangUp)} == {BROWSER, FAR}


def test_a_call_ends_once() -> None:
    call = talking()
    assert call.handle(m.HangUpRequested(at(6), "anna"))
    assert call.end(at(7), Outcome.FAILED, "network-error") == []
    assert call.handle(m.HangUpRequested(at(7), "anna")) == []
    assert call.handle(m.LegGone(at(7), m.Leg.FAR, FAR, 16)) == []
    assert not call.finished
    call.handle(m.LegGone(at(7), m.Leg.AGENT, BROWSER, 16))
    assert call.finished


def test_the_bridge_goes_after_the_legs() -> None:
    names = kinds(talking().handle(m.HangUpRequested(at(6), "anna")))
    assert names.index("WriteLedger") < names.index("HangUp") < names.index("DestroyBridge")


def test_the_longest_call() -> None:
    call = talking()
    commands = call.handle(m.TimerFired(at(14_405), m.TimerName.DURATION))
    assert written(commands, LedgerKind.ENDED).cause == "limit-duration"


def test_a_refused_dial_ends_the_call_but_a_lost_socket_does_not() -> None:
    call = dialling()
    dial = m.Dial(FAR, "+4930123456", "+49221", 60)
    assert call.handle(m.CommandFailed(at(2), dial, refused=False, reason="away")) == []
    commands = call.handle(m.CommandFailed(at(2), dial, refused=True, reason="no"))
    assert written(commands, LedgerKind.ENDED).outcome is Outcome.FAILED


def test_an_inbound_call_rings_and_is_answered() -> None:
    call = inbound(m.Stage(("anna",), 20))
    arrived = call.handle(m.CallArrived(at(0), "in-1"))
    assert of(arrived, m.Offer) == [m.Offer(("anna",))]
    assert of(arrived, m.Ring)
    assert not of(arrived, m.Answer), "ringing must cost the caller nothing"
    call.handle(m.AnswerRequested(at(4), "anna", "T-9"))
    assert (call.facts.user_id, call.facts.task) == ("anna", "T-9")
    joined = call.handle(m.LegJoined(at(5), m.Leg.AGENT, BROWSER))
    assert of(joined, m.Answer) == [m.Answer(BROWSER), m.Answer("in-1")]
    call.handle(m.LegAnswered(at(5.1), m.Leg.FAR, "in-1"))
    assert call.state is CallState.TALKING
    ended = written(call.handle(m.LegGone(at(15.1), m.Leg.FAR, "in-1", 16)), LedgerKind.ENDED)
    assert (ended.outcome, ended.talk_ms) == (Outcome.ANSWERED, 10_000)


def test_only_whom_it_rings_at_can_answer() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    assert call.handle(m.AnswerRequested(at(1), "ben")) == []
    assert call.state is CallState.OFFERED


@pytest.mark.parametrize(
    "event",
    [
        m.TimerFired(at(20), m.TimerName.RING),
        m.DeclineRequested(at(3), "anna"),
        m.AgentLost(at(1), "anna"),
    ],
)
def test_nobody_takes_it(event: m.Event) -> None:
    call = inbound(m.Stage(("anna",), 20), m.Stage(("ben",), 10))
    call.handle(m.CallArrived(at(0), "in-1"))
    second = call.handle(event)
    assert of(second, m.Offer) == [m.Offer(("ben",))]
    assert of(second, m.StopOffer)
    call.handle(m.TimerFired(at(30), m.TimerName.RING))
    assert call.state is CallState.GREETING


def test_a_browser_that_answers_but_never_joins() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.AnswerRequested(at(1), "anna"))
    commands = call.handle(m.TimerFired(at(21), m.TimerName.JOIN))
    assert call.state is CallState.GREETING
    assert of(commands, m.Answer) == [m.Answer("in-1")]
    assert call.facts.user_id is None


def test_the_caller_gives_up_while_it_rings() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    commands = call.handle(m.LegGone(at(5), m.Leg.FAR, "in-1", 16))
    assert written(commands, LedgerKind.ENDED).outcome is Outcome.MISSED
    assert of(commands, m.StopOffer)
    assert call.finished


def test_a_message_is_kept_and_metered_apart_from_talk() -> None:
    call = recording()
    call.handle(m.TalkingChanged(at(7), True))
    gone = call.handle(m.LegGone(at(17), m.Leg.FAR, "in-1", 16))
    ended = written(gone, LedgerKind.ENDED)
    assert (ended.outcome, ended.talk_ms, ended.platform_ms) == (Outcome.VOICEMAIL, 0, 16_000)
    assert not call.finished, "its recording is still to be kept"
    assert kinds(call.handle(m.RecordingDone(at(17.1), "c1"))) == ["KeepVoicemail"]
    assert call.finished


def test_the_recording_ends_when_nobody_begins_to_speak() -> None:
    call = recording()
    commands = call.handle(m.TimerFired(at(12), m.TimerName.SILENCE))
    assert kinds(commands) == ["StopRecording"]
    done = call.handle(m.RecordingDone(at(12.1), "c1"))
    assert of(done, m.HangUp)
    assert kinds(done)[-1] == "KeepVoicemail"


def test_hanging_up_in_the_greeting_is_a_missed_call() -> None:
    call = inbound()
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.LegAnswered(at(1), m.Leg.FAR, "in-1"))
    commands = call.handle(m.LegGone(at(3), m.Leg.FAR, "in-1", 16))
    ended = written(commands, LedgerKind.ENDED)
    assert (ended.outcome, ended.cause) == (Outcome.MISSED, "caller-left-in-greeting")
    assert not of(commands, m.KeepVoicemail)


def test_a_lost_recording_event_is_made_up_for() -> None:
    call = recording()
    call.handle(m.LegGone(at(17), m.Leg.FAR, "in-1", 16))
    assert kinds(call.handle(m.TimerFired(at(47), m.TimerName.LINGER))) == ["KeepVoicemail"]
    assert call.finished


def test_a_changed_wall_clock_bills_nobody() -> None:
    call = talking()
    later = replace(at(65), at=EPOCH + timedelta(hours=1))
    ended = written(call.handle(m.LegGone(later, m.Leg.FAR, FAR, 16)), LedgerKind.ENDED)
    assert ended.talk_ms == 60_000


def test_every_state_can_end() -> None:
    for state in CallState:
        if state not in (CallState.NEW, CallState.ENDED):
            assert (state, m.HangUpRequested) in TRANSITIONS
            assert (state, m.TimerFired) in TRANSITIONS


def test_the_browser_goes_while_the_caller_is_being_answered() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.AnswerRequested(at(1), "anna"))
    call.handle(m.LegJoined(at(2), m.Leg.AGENT, BROWSER))
    call.handle(m.LegGone(at(2.1), m.Leg.AGENT, BROWSER, 16))
    commands = call.handle(m.LegAnswered(at(2.2), m.Leg.FAR, "in-1"))
    assert call.state is CallState.DETACHED
    assert of(commands, m.StartHold)
    assert [c.name for c in of(commands, m.StartTimer)] == [
        m.TimerName.DURATION,
        m.TimerName.REATTACH,
    ]


def test_whoever_came_too_late_does_not_block_the_next_one() -> None:
    call = inbound(m.Stage(("anna",), 20), m.Stage(("ben",), 10))
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.AnswerRequested(at(1), "anna"))
    call.handle(m.TimerFired(at(21), m.TimerName.JOIN))
    assert (call.state, call.facts.user_id) == (CallState.OFFERED, None)
    late = call.handle(m.LegJoined(at(22), m.Leg.AGENT, BROWSER))
    assert late == [m.HangUp(BROWSER)]
    call.handle(m.AnswerRequested(at(23), "ben"))
    assert call.facts.user_id == "ben"


def test_a_recording_that_cannot_be_stopped_is_over() -> None:
    call = recording()
    failed = m.CommandFailed(at(12), m.StopRecording(), refused=True, reason="not found")
    commands = call.handle(failed)
    assert call.state is CallState.ENDED
    assert kinds(commands)[-1] == "KeepVoicemail"


def test_a_browser_that_does_not_say_that_it_rings_is_dropped() -> None:
    call = inbound(m.Stage(("anna", "ben"), 20), m.Stage(("carl",), 10))
    arrived = call.handle(m.CallArrived(at(0), "in-1"))
    assert m.StartTimer(m.TimerName.PROOF, 4.0) in arrived, "we may be slow ourselves"
    call.handle(m.RingProved(at(0.2), "ben"))
    assert call.handle(m.RingSent(at(0.3), "ben")) == [], "it has proved it already"
    assert call.handle(m.RingSent(at(0.3), "carl")) == [], "it does not ring there"
    sent = call.handle(m.RingSent(at(0.7), "anna"))
    assert sent == [m.StartTimer(m.TimerName.PROOF, 1.0)], "now it is the browser's turn"
    commands = call.handle(m.TimerFired(at(1.7), m.TimerName.PROOF))
    assert of(commands, m.StopOffer) == [m.StopOffer(("anna",), "not-live")]
    assert (call.state, call.offered_to) == (CallState.OFFERED, ("ben",))
    (note,) = of(commands, m.WriteLedger)
    assert (note.cause, note.user_id) == ("not-live", "anna")


def test_where_nobody_proves_it_the_next_one_rings_at_once() -> None:
    call = inbound(m.Stage(("anna",), 20), m.Stage(("ben",), 10))
    call.handle(m.CallArrived(at(0), "in-1"))
    commands = call.handle(m.TimerFired(at(1), m.TimerName.PROOF))
    assert of(commands, m.Offer) == [m.Offer(("ben",))]
    call.handle(m.RingProved(at(1.1), "ben"))
    assert call.handle(m.TimerFired(at(2), m.TimerName.PROOF)) == []
    assert call.offered_to == ("ben",)


def test_whoever_has_answered_need_prove_nothing() -> None:
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    taken = call.handle(m.AnswerRequested(at(0.5), "anna"))
    assert m.StopTimer(m.TimerName.PROOF) in taken
    assert call.handle(m.TimerFired(at(1), m.TimerName.PROOF)) == []
    assert call.state is CallState.ANSWERING


def test_an_ended_call_leaves_no_timer_but_the_last() -> None:
    commands = talking().handle(m.HangUpRequested(at(6), "anna"))
    stopped = {c.name for c in of(commands, m.StopTimer)}
    assert stopped == set(m.TimerName) - {m.TimerName.LINGER}
    assert [c.name for c in of(commands, m.StartTimer)] == [m.TimerName.LINGER]
