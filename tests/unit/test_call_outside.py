"""Steps that ring a number outside: the pure calls, then the exchange around them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from pbx.domain import messages as m
from pbx.domain.brake import Lock, Pattern
from pbx.domain.call import Call, CallState
from pbx.domain.limits import Limit
from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Outcome
from pbx.domain.routing import Action, Reason, Step
from pbx.errors import BadRequest, PbxError, Refused
from pbx.services import outside
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.pure_calls import at, inbound, kinds, notes, of, told, written
from tests.unit.test_routing_same import route_office

MOBILE, VIENNA, MADRID = "+491711234567", "+4315812345", "+34910123456"
OUT, CALLER = "c2", "in-1"


def ringing(*more: m.Stage, announced: bool = False) -> tuple[Call, Call]:
    """The caller's call, and the one to the number outside, which rings."""
    before = (m.Stage((), 0, "de/one-moment"),) if announced else ()
    call = inbound(*before, m.Stage((), 15, number=MOBILE), *more)
    commands = call.handle(m.CallArrived(at(0), CALLER))
    if announced:
        call.handle(m.LegAnswered(at(1), m.Leg.FAR, CALLER))
        commands = call.handle(m.PlaybackDone(at(3), "announcement"))
        assert of(commands, m.Ring) == [m.Ring(CALLER)], "a tone of ours"
    assert of(commands, m.RingOutside) == [m.RingOutside(MOBILE, 15)]
    other = Call(OUT, m.Facts(Direction.OUTBOUND, task="support", number=MOBILE))
    other.linked, other.linked_as = call.id, m.LinkedAs.TRANSFER
    other.far_bridge, other.parked = call.id, True
    other.handle(m.CallPlaced(at(3)))
    (ready,) = told(call.handle(m.TransferBegun(at(3), OUT))).values()
    (dial,) = of(other.handle(ready), m.Dial)
    assert (dial.number, dial.bridge) == (MOBILE, call.id)
    other.handle(m.LegRang(at(4), m.Leg.FAR, f"{OUT}.far"))
    assert (call.state, other.state) == (CallState.OUTSIDE, CallState.RINGING)
    return call, other


def pick_up(call: Call, other: Call) -> list[m.Command]:
    said = other.handle(m.LegAnswered(at(9), m.Leg.FAR, f"{OUT}.far"))
    return call.handle(told(said)[call.id])


def test_the_caller_is_connected_and_billed_from_the_answer_outside() -> None:
    call, other = ringing()
    commands = pick_up(call, other)
    assert kinds(commands) == ["Answer", "Join"], "nobody pays before somebody answers"
    connected = call.handle(m.LegAnswered(at(9), m.Leg.FAR, CALLER))
    assert written(connected, LedgerKind.ANSWERED).moment == at(9)
    assert (call.state, other.state) == (CallState.TRANSFERRED, CallState.TRANSFERRED)
    ended = other.handle(m.LegGone(at(69), m.Leg.FAR, f"{OUT}.far", 16))
    mine = call.handle(told(ended)[call.id])
    for commands, cause in ((ended, "hangup-far"), (mine, "party-left")):
        entry = written(commands, LedgerKind.ENDED)
        assert (entry.outcome, entry.cause, entry.talk_ms) == (Outcome.ANSWERED, cause, 60_000)
    assert of(mine, m.HangUp) == [m.HangUp(CALLER, 16)]


def test_a_caller_who_has_heard_us_is_billed_from_the_answer_outside_too() -> None:
    call, other = ringing(announced=True)
    commands = pick_up(call, other)
    assert kinds(commands)[:2] == ["StopRing", "Join"]
    ended = call.handle(m.LegGone(at(19), m.Leg.FAR, CALLER, 16))
    entry = written(ended, LedgerKind.ENDED)
    assert (entry.talk_ms, entry.platform_ms) == (10_000, 8_000)
    last = other.handle(told(ended)[OUT])
    assert written(last, LedgerKind.ENDED).cause == "party-left"


def gone_at_once(call: Call, other: Call) -> list[m.Command]:
    """Somebody answers outside and hangs up before the caller's leg is up."""
    pick_up(call, other)
    gone = other.handle(m.LegGone(at(9), m.Leg.FAR, f"{OUT}.far", 16))
    return call.handle(told(gone)[call.id])


def test_who_answers_and_is_gone_at_once_leaves_nobody_in_silence() -> None:
    call, other = ringing(m.Stage((), 15, number=VIENNA))
    commands = gone_at_once(call, other)
    assert commands[0] == m.Leave(CALLER)
    assert of(commands, m.RingOutside) == [m.RingOutside(VIENNA, 15)]
    up = call.handle(m.LegAnswered(at(9), m.Leg.FAR, CALLER))
    assert up == [m.Ring(CALLER)], "a tone of ours, and nobody is connected"
    assert call.state is CallState.OUTSIDE
    call.handle(m.TransferBegun(at(9), "c3"))
    commands = call.handle(m.PartnerAnswered(at(12), "c3"))
    assert kinds(commands)[:2] == ["StopRing", "Join"]
    assert written(commands, LedgerKind.ANSWERED).moment == at(12)
    assert call.state is CallState.TRANSFERRED


def test_the_person_of_the_next_step_hears_a_caller_whose_leg_came_up_meanwhile() -> None:
    call, other = ringing(m.Stage(("anna",), 20))
    gone_at_once(call, other)
    assert call.state is CallState.OFFERED
    assert call.handle(m.LegAnswered(at(9), m.Leg.FAR, CALLER)) == [m.Ring(CALLER)]
    call.handle(m.AnswerRequested(at(12), "anna"))
    commands = call.handle(m.LegJoined(at(13), m.Leg.AGENT, "anna-1", "sip-anna"))
    assert m.Answer(CALLER) not in commands, "it is up: nothing more would come of it"
    assert written(commands, LedgerKind.ANSWERED).moment == at(13)
    assert call.state is CallState.TALKING


@pytest.mark.parametrize(
    ("cause", "sip", "note"),
    [
        (17, 486, "outside-busy"),
        (19, None, "outside-no-answer"),
        (21, 603, "outside-failed"),
        (38, 503, "outside-failed"),
    ],
)
def test_busy_no_answer_and_failure_go_on(cause: int, sip: int | None, note: str) -> None:
    call, other = ringing(m.Stage(("anna",), 20))
    gone = other.handle(m.LegGone(at(20), m.Leg.FAR, f"{OUT}.far", cause, sip))
    commands = call.handle(told(gone)[call.id])
    assert notes(commands) == [note]
    assert of(commands, m.Offer) == [m.Offer(("anna",))]
    assert (call.state, call.linked) == (CallState.OFFERED, None)


def test_the_last_step_is_followed_by_voicemail_or_the_end() -> None:
    call, other = ringing()
    gone = other.handle(m.TimerFired(at(30), m.TimerName.DIAL))
    assert call.handle(told(gone)[call.id])[-1] == m.Answer(CALLER)
    assert call.state is CallState.GREETING
    call = inbound(m.Stage((), 15, number=MOBILE))
    call.reject_cause = "route-rejected"
    call.handle(m.CallArrived(at(0), CALLER))
    ended = call.handle(m.OutsideRefused(at(1), "outside-limit"))
    assert notes(ended) == ["outside-limit"]
    assert written(ended, LedgerKind.ENDED).outcome is Outcome.MISSED


def test_the_caller_gives_up_and_nobody_rings_outside_any_more() -> None:
    call, other = ringing()
    ended = call.handle(m.LegGone(at(8), m.Leg.FAR, CALLER, 16))
    assert written(ended, LedgerKind.ENDED).cause == "caller-gave-up"
    last = other.handle(told(ended)[OUT])
    assert written(last, LedgerKind.ENDED).outcome is Outcome.CANCELLED
    assert m.HangUp(f"{OUT}.far", 16) in last


def test_who_comes_live_meanwhile_rings_next() -> None:
    call, other = ringing()
    call.absent = ("anna",)
    call.handle(m.CameLive(at(5), "anna"))
    gone = other.handle(m.LegGone(at(20), m.Leg.FAR, f"{OUT}.far", 17, 486))
    assert of(call.handle(told(gone)[call.id]), m.Offer) == [m.Offer(("anna",))]


# ------------------------------------------------------------------ the exchange


async def goes_outside(exchange: Exchange, *steps: Step, did: str = ANNAS) -> None:
    await exchange.routes.put_steps(did, steps, by="", at=exchange.clock.now().at)


def to(number: str, seconds: int = 20) -> Step:
    return Step(Action.OUTSIDE, number, seconds)


def out_of(exchange: Exchange) -> list[Call]:
    return [c for c in exchange.board.calls() if c.facts.direction is Direction.OUTBOUND]


def told_of(entries: Sequence[LedgerEntry]) -> list[str | None]:
    return [e.cause for e in entries if e.kind is LedgerKind.NOTE]


async def test_a_call_is_forwarded_and_both_legs_are_metered(exchange: Exchange) -> None:
    await goes_outside(exchange, to(MOBILE, 15))
    caller = await exchange.caller_calls(ANNAS)
    (other,) = out_of(exchange)
    dials = [c for _, c in exchange.switch.executed if isinstance(c, m.Dial)]
    assert dials == [m.Dial(f"{other.id}.far", MOBILE, HEAD_OFFICE, 15, "in1", ANNAS)]
    assert other.facts.task == "support"
    assert not other.members
    await exchange.far_answers(other.id)
    exchange.board.event("in1", m.LegAnswered(exchange.clock.now(), m.Leg.FAR, caller))
    await settle()
    exchange.clock.seconds += 61
    await exchange.far_hangs_up("in1", caller)
    for call_id in ("in1", other.id):
        record = await exchange.calls_log.get(call_id)
        assert record is not None
        assert (record.talk_ms, record.outcome) == (61_000, Outcome.ANSWERED)
        assert (record.did, record.task, record.user_id) == (ANNAS, "support", exchange.anna.id)
    entries = await exchange.calls_log.entries("in1")
    assert told_of(entries) == ["outside", "steps-done", "outside-rings", "transfer-done"]
    assert not exchange.switch.bridges


async def test_a_restart_while_it_rings_and_one_while_they_talk(
    exchange: Exchange, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await goes_outside(exchange, to(MOBILE), to(VIENNA))
    caller = await exchange.caller_calls(ANNAS)
    (other,) = out_of(exchange)
    far = f"{other.id}.far"
    exchange.switch.legs[far] = replace(
        exchange.leg(far, other.id, "far", "trunk"), bridge="in1", bridged=True
    )
    after = Exchange(tmp_path_factory.mktemp("after"), exchange)
    after.routes = after.planner._routes = exchange.routes  # type: ignore[assignment]
    await exchange.board.stop()
    await after.resync.run()
    await settle()
    call = after.board.actor("in1").call
    assert (call.state, call.linked) == (CallState.OUTSIDE, other.id)
    assert [stage.number for stage in call.stages] == [VIENNA], "nobody is called twice"
    await after.far_answers(other.id)
    assert m.Answer(caller) in [c for _, c in after.switch.executed]
    after.switch.legs[caller] = replace(after.switch.legs[caller], up=True)
    after.switch.legs[far] = replace(after.switch.legs[far], up=True)
    after.board.event("in1", m.LegAnswered(after.clock.now(), m.Leg.FAR, caller))
    await settle()
    last = Exchange(tmp_path_factory.mktemp("last"), after)
    await after.board.stop()
    await last.resync.run()
    await settle()
    assert not last.board.open_of(exchange.anna), "it is only her number"
    states = {c.id: c.state for c in last.board.calls()}
    assert states == {"in1": CallState.TRANSFERRED, other.id: CallState.TRANSFERRED}
    await last.far_hangs_up(other.id)
    assert {c.cause for c in last.board.calls()} <= {"hangup-far", "party-left"}
    assert m.HangUp(caller, 16) in [c for _, c in last.switch.executed]
    for each in (after, last):
        await each.close()


async def test_what_policy_or_a_limit_refuses_is_passed_with_a_reason(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    anna = Step(Action.PERSON, exchange.anna.id)
    refused = {
        MADRID: Reason.OUTSIDE_COUNTRY,
        "+49900123456": Reason.OUTSIDE_NUMBER,
        HEAD_OFFICE: Reason.OUTSIDE_OURS,
    }
    await goes_outside(exchange, *map(to, refused), anna)
    await exchange.caller_calls(ANNAS, "in1")
    entries = await exchange.calls_log.entries("in1")
    assert told_of(entries)[:3] == [*refused.values()]
    assert exchange.board.actor("in1").call.state is CallState.OFFERED
    await exchange.far_hangs_up("in1", "net-in1")

    await goes_outside(exchange, to(MOBILE), anna)
    await exchange.caller_calls(ANNAS, "in2", HEAD_OFFICE)
    assert told_of(await exchange.calls_log.entries("in2"))[0] == "outside-back"
    await exchange.far_hangs_up("in2", "net-in2")

    monkeypatch.setattr(outside, "MOST_OUTSIDE", 1)
    await exchange.caller_calls(ANNAS, "in3")
    await exchange.caller_calls(ANNAS, "in4")
    assert len(out_of(exchange)) == 1
    assert "outside-limit" in told_of(await exchange.calls_log.entries("in4"))
    assert exchange.board.actor("in4").call.offered_to == (exchange.anna.id,)


async def test_limits_count_calls_outside_of_whom_the_number_is(exchange: Exchange) -> None:
    limits = exchange.desk_stores.limits
    now = exchange.clock.now().at
    await limits.put_limits(exchange.anna.id, {Limit.CALLS_PER_DAY: Decimal(1)}, "", now)
    await limits.put_limits("", {Limit.CALLS_PER_DAY: Decimal(2)}, "", now)
    for did, most in ((ANNAS, 1), (HEAD_OFFICE, 2)):
        await goes_outside(exchange, to(MOBILE), did=did)
        for n in range(3):
            call_id = f"{did}-{n}"
            await exchange.caller_calls(did, call_id)
            went = "outside-rings" in told_of(await exchange.calls_log.entries(call_id))
            assert went == (n < most), (did, n)
            await exchange.far_hangs_up(call_id, f"net-{call_id}")


async def test_whoever_the_brake_has_stopped_calls_nobody_outside(exchange: Exchange) -> None:
    lock = Lock("l1", exchange.anna.id, exchange.clock.now().at, Pattern.SHORT, 5, 10, "")
    assert await exchange.desk_stores.limits.lock(lock)
    for did, note in ((ANNAS, "outside-locked"), (HEAD_OFFICE, "outside-rings")):
        await goes_outside(exchange, to(MOBILE), did=did)
        await exchange.caller_calls(did, did)
        assert told_of(await exchange.calls_log.entries(did))[-1] == note


async def test_saving_asks_the_policy_and_keeps_numbers_as_they_are_dialled(
    exchange: Exchange,
) -> None:
    office = route_office(exchange)
    assert await office.put_steps(ANNAS, [to("0171 1234567")], exchange.anna) == []
    assert [s.target for s in await office.steps(ANNAS)] == [MOBILE]
    wrong: dict[str, tuple[type[PbxError], str]] = {
        MADRID: (Refused, "country-not-allowed"),
        "0900 123456": (Refused, "number-type-denied"),
        "112": (Refused, "emergency-number"),
        "0221 82829980": (BadRequest, "outside-ours"),
    }
    for number, (kind, error_id) in wrong.items():
        with pytest.raises(kind, match=error_id):
            await office.put_steps(ANNAS, [to(number)], exchange.anna)
    assert [s.target for s in await office.steps(ANNAS)] == [MOBILE], "nothing was changed"
    germany = await exchange.directory.country("DE")
    assert germany is not None
    now = exchange.clock.now().at
    await exchange.directory.put_country(replace(germany, allowed=False), "", now)
    assert [p.fault for p in await office.problems_of(ANNAS)] == ["outside", "nobody"]
