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
