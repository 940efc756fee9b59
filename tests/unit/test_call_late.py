"""Somebody comes live while the caller is still there: a page that a push has opened."""

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import LedgerKind, Outcome
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, Exchange
from tests.support.pure_calls import BROWSER, at, inbound, kinds, notes, of, written


def greeting() -> Call:
    """Nobody could be rung; the caller hears the greeting since second 1."""
    call = inbound()
    call.absent = ("anna",)
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.LegAnswered(at(1), m.Leg.FAR, "in-1"))
    assert call.state is CallState.GREETING
    return call


def test_it_rings_while_the_greeting_plays() -> None:
    call = greeting()
    commands = call.handle(m.CameLive(at(3), "anna"))
    assert of(commands, m.Offer) == [m.Offer(("anna",))]
    assert notes(commands) == ["came-live"]
    assert call.handle(m.CameLive(at(3), "anna")) == [], "once"
    assert call.handle(m.CameLive(at(3), "ben")) == [], "it is not for him"


def test_the_greeting_is_not_billed_as_talk() -> None:
    call = greeting()
    call.handle(m.CameLive(at(3), "anna"))
    taken = call.handle(m.AnswerRequested(at(4), "anna", "T-9"))
    assert of(taken, m.StopPlay) == [m.StopPlay("greeting")]
    assert call.handle(m.PlaybackDone(at(4), "greeting")) == []
    joined = call.handle(m.LegJoined(at(5), m.Leg.AGENT, BROWSER))
    assert call.state is CallState.TALKING
    assert of(joined, m.Answer) == [m.Answer(BROWSER)], "the caller's leg is up already"
    names = kinds(joined)
    assert names.index("CreateBridge") < names.index("Join")
    assert of(joined, m.Join) == [m.Join(BROWSER), m.Join("in-1")]
    ended = written(call.handle(m.LegGone(at(65), m.Leg.FAR, "in-1", 16)), LedgerKind.ENDED)
    assert (ended.outcome, ended.talk_ms, ended.platform_ms) == (Outcome.ANSWERED, 60_000, 4000)


def test_nobody_takes_it_before_the_beep() -> None:
    call = greeting()
    call.handle(m.CameLive(at(3), "anna"))
    commands = call.handle(m.PlaybackDone(at(6), "greeting"))
    assert call.state is CallState.RECORDING
    assert of(commands, m.StopOffer) == [m.StopOffer(("anna",), "no-answer")]
    assert call.handle(m.AnswerRequested(at(7), "anna")) == []


def test_declining_does_not_begin_the_greeting_again() -> None:
    call = greeting()
    call.handle(m.CameLive(at(3), "anna"))
    commands = call.handle(m.DeclineRequested(at(4), "anna"))
    assert kinds(commands) == ["StopOffer"]
    assert call.state is CallState.GREETING


def test_a_page_that_never_rang_or_died_may_come_again() -> None:
    for event in (m.TimerFired(at(4), m.TimerName.PROOF), m.AgentLost(at(4), "anna")):
        call = greeting()
        call.handle(m.CameLive(at(3), "anna"))
        call.handle(event)
        assert (call.state, call.offered_to) == (CallState.GREETING, ())
        assert of(call.handle(m.CameLive(at(5), "anna")), m.Offer)


def slow() -> Call:
    """Anna's browser was told that it rings, said nothing within a second, and the greeting
    begins."""
    call = inbound(m.Stage(("anna",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.RingSent(at(0), "anna"))
    call.handle(m.TimerFired(at(1), m.TimerName.PROOF))
    call.handle(m.LegAnswered(at(1.2), m.Leg.FAR, "in-1"))
    assert (call.state, call.offered_to) == (CallState.GREETING, ())
    return call


def test_a_browser_that_was_only_slow_rings_again() -> None:
    call = slow()
    commands = call.handle(m.RingProved(at(2), "anna"))
    assert of(commands, m.Offer) == [m.Offer(("anna",))]
    assert notes(commands) == ["came-live"]
    assert call.handle(m.RingSent(at(2.1), "anna")) == [], "it need not prove it twice"
    assert call.handle(m.TimerFired(at(6), m.TimerName.PROOF)) == []
    call.handle(m.AnswerRequested(at(6), "anna"))
    assert call.state is CallState.ANSWERING


def test_a_slow_browser_is_next_while_somebody_else_rings() -> None:
    call = inbound(m.Stage(("anna",), 20), m.Stage(("ben",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.TimerFired(at(4), m.TimerName.PROOF))
    assert call.offered_to == ("ben",)
    assert call.handle(m.RingProved(at(5), "anna")) == []
    call.handle(m.RingProved(at(5), "ben"))
    commands = call.handle(m.TimerFired(at(24), m.TimerName.RING))
    assert of(commands, m.Offer) == [m.Offer(("anna",))]


def test_who_answers_at_a_slow_browser_has_the_caller() -> None:
    """The click comes before the word that it no longer rings."""
    call = slow()
    taken = call.handle(m.AnswerRequested(at(1.5), "anna"))
    assert of(taken, m.StopPlay) == [m.StopPlay("greeting")]
    assert (call.state, call.facts.user_id) == (CallState.ANSWERING, "anna")


def test_who_answers_at_a_slow_browser_takes_it_from_who_rings_now() -> None:
    call = inbound(m.Stage(("anna",), 20), m.Stage(("ben",), 20))
    call.handle(m.CallArrived(at(0), "in-1"))
    call.handle(m.TimerFired(at(4), m.TimerName.PROOF))
    taken = call.handle(m.AnswerRequested(at(5), "anna"))
    assert of(taken, m.StopOffer) == [m.StopOffer(("ben",), "answered-elsewhere")]
    assert call.handle(m.AnswerRequested(at(5), "ben")) == []
    assert call.facts.user_id == "anna"


def test_who_answers_after_the_beep_is_too_late() -> None:
    call = slow()
    call.handle(m.PlaybackDone(at(6), "greeting"))
    assert not call.may_answer("anna")
    assert call.handle(m.AnswerRequested(at(7), "anna")) == []
    assert call.handle(m.RingProved(at(7), "anna")) == []
    assert call.state is CallState.RECORDING


def test_taken_but_the_browser_never_comes() -> None:
    call = greeting()
    call.handle(m.CameLive(at(3), "anna"))
    call.handle(m.AnswerRequested(at(4), "anna"))
    commands = call.handle(m.TimerFired(at(24), m.TimerName.JOIN))
    assert call.state is CallState.GREETING
    assert of(commands, m.Play), "from the beginning"
    assert call.facts.user_id is None


def test_the_caller_leaves_between_the_answer_and_the_browser() -> None:
    call = greeting()
    call.handle(m.CameLive(at(3), "anna"))
    call.handle(m.AnswerRequested(at(4), "anna"))
    ended = written(call.handle(m.LegGone(at(5), m.Leg.FAR, "in-1", 16)), LedgerKind.ENDED)
    assert (ended.outcome, ended.talk_ms, ended.platform_ms) == (Outcome.MISSED, 0, 4000)


def test_while_somebody_else_rings_the_latecomer_is_next() -> None:
    call = inbound(m.Stage(("ben",), 20))
    call.absent = ("anna",)
    call.handle(m.CallArrived(at(0), "in-1"))
    assert call.handle(m.CameLive(at(3), "anna")) == []
    commands = call.handle(m.TimerFired(at(20), m.TimerName.RING))
    assert of(commands, m.Offer) == [m.Offer(("anna",))]


async def test_the_page_opens_and_the_call_is_there(exchange: Exchange) -> None:
    channel = await exchange.caller_calls(ANNAS)
    assert exchange.notifier.woken == [exchange.anna.id]
    answered = m.LegAnswered(exchange.clock.now(), m.Leg.FAR, channel)
    exchange.board.event("in1", answered)
    await settle()
    exchange.clock.seconds += 3
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    await settle()
    assert exchange.notifier.rings == [exchange.anna.id]
    await exchange.calls.answer(exchange.anna, "in1", None)
    await exchange.browser_joins(exchange.anna, "in1")
    assert (await exchange.board.view_of("in1")).state == "talking"
    exchange.clock.seconds += 7
    ended = await exchange.calls.hang_up(exchange.anna, "in1")
    assert (ended.record.talk_ms, ended.record.platform_ms) == (7000, 3000)


async def test_the_answer_of_a_browser_that_fell_silent(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    channel = await exchange.caller_calls(ANNAS)
    exchange.board.event("in1", m.TimerFired(exchange.clock.now(), m.TimerName.PROOF))
    exchange.board.event("in1", m.LegAnswered(exchange.clock.now(), m.Leg.FAR, channel))
    await settle()
    assert exchange.board.ringing_for(exchange.anna.id) == []
    await exchange.calls.answer(exchange.anna, "in1", None)
    await exchange.browser_joins(exchange.anna, "in1")
    assert (await exchange.board.view_of("in1")).state == "talking"
