"""Placing, answering and ending calls, on fakes."""

import asyncio

import pytest

from pbx.domain import messages as m
from pbx.domain.records import Country, LedgerKind, Outcome, Zone
from pbx.domain.rights import Role
from pbx.errors import Conflict, NotFound, Refused, SwitchUnreachable, Unavailable
from tests.fakes.edges import settle
from tests.fakes.stores import FakeCallLog
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange


async def test_a_call_from_the_click_to_the_ledger(exchange: Exchange) -> None:
    view, new = await exchange.place(exchange.anna)
    call_id = view.record.id
    assert (new, view.state, view.record.number) == (True, "waiting", "+49301234567")
    assert not exchange.switch.commands(call_id), "nothing is dialled before the browser joined"

    await exchange.browser_joins(exchange.anna, call_id)
    (dial,) = [c for c in exchange.switch.commands(call_id) if isinstance(c, m.Dial)]
    assert (dial.number, dial.caller_id) == ("+49301234567", HEAD_OFFICE)

    await exchange.far_answers(call_id)
    exchange.clock.seconds += 12.5
    ended = await exchange.calls.hang_up(exchange.anna, call_id)
    assert (ended.state, ended.record.talk_ms) == ("ended", 12_500)
    assert (ended.record.task, ended.record.zone) == ("T-1", Zone.DE)
    assert not exchange.switch.legs
    states = [view.state for user, view in exchange.notifier.calls if user == exchange.anna.id]
    assert states[-1] == "ended"
    assert "talking" in states


@pytest.mark.parametrize(
    ("number", "task", "error_id"),
    [
        ("+34 91 123 4567", "T-1", "country-not-allowed"),
        ("0900 1234567", "T-1", "number-type-denied"),
        ("0137 1234567", "T-1", "number-type-denied"),
        ("+881 612345678", "T-1", "country-not-allowed"),
        ("112", "T-1", "emergency-number"),
        ("112", "", "emergency-number"),
        ("030 CALLME", "T-1", "number-malformed"),
        ("030 1234567,,1", "T-1", "number-malformed"),
        ("30 1234567", "", "no-task"),
        ("30 1234567", "T-404", "unknown-task"),
    ],
)
async def test_refused(exchange: Exchange, number: str, task: str, error_id: str) -> None:
    with pytest.raises(Refused) as refused:
        await exchange.place(exchange.anna, number, task=task)
    assert refused.value.error_id == error_id
    assert refused.value.de != refused.value.en
    assert not exchange.switch.executed
    assert not exchange.calls_log.ledger


async def test_a_country_switched_off_is_refused_from_the_next_call_on(exchange: Exchange) -> None:
    off = Country("DE", Zone.DE, False)
    await exchange.directory.put_country(off, "boss", exchange.clock.now().at)
    with pytest.raises(Refused) as refused:
        await exchange.place(exchange.anna)
    assert refused.value.error_id == "country-not-allowed"


async def test_the_same_key_is_the_same_call(exchange: Exchange) -> None:
    results = await asyncio.gather(*(exchange.place(exchange.anna, key="k") for _ in range(5)))
    assert len({view.record.id for view, _ in results}) == 1
    assert [new for _, new in results].count(True) == 1


async def test_one_call_at_a_time(exchange: Exchange) -> None:
    await exchange.place(exchange.anna, key="one")
    with pytest.raises(Refused) as refused:
        await exchange.place(exchange.anna, key="two")
    assert refused.value.error_id == "limit-reached"
    await exchange.place(exchange.ben)


async def test_a_call_that_cannot_be_booked_is_not_made(exchange: Exchange) -> None:
    async def away(entry: object) -> bool:
        raise Unavailable("database-away", "", "")

    exchange.calls_log.append = away  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await exchange.place(exchange.anna)
    assert not exchange.board.calls()


async def test_the_end_is_written_when_the_database_is_back(exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    real = FakeCallLog.append

    async def away(entry: object) -> bool:
        raise Unavailable("database-away", "", "")

    exchange.calls_log.append = away  # type: ignore[method-assign]
    exchange.clock.seconds += 3
    await exchange.far_hangs_up(call_id)
    assert not exchange.switch.legs, "a leg is hung up whatever the database does"
    assert exchange.ledger.waiting == 1
    exchange.calls_log.append = real.__get__(exchange.calls_log)  # type: ignore[method-assign]
    await exchange.ledger.flush()
    record = await exchange.calls_log.get(call_id)
    assert record is not None
    assert record.talk_ms == 3000


async def test_somebody_elses_browser_is_hung_up(exchange: Exchange) -> None:
    view, _ = await exchange.place(exchange.anna)
    await exchange.browser_joins(exchange.ben, view.record.id, "stranger")
    await settle()
    assert m.HangUp("stranger", 21) in exchange.switch.commands(view.record.id)
    assert exchange.board.actor(view.record.id).call.agent is None


async def test_a_dead_voice_connection_puts_the_far_party_on_hold(exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    account = await exchange.voice.ensure(exchange.anna.id, "a session's secret" + exchange.anna.id)
    exchange.board.voice_lost(account.username)
    await settle()
    assert m.HangUp("browser-1", 16) in exchange.switch.commands(call_id)
    exchange.board.event(call_id, m.LegGone(exchange.clock.now(), m.Leg.AGENT, "browser-1", 16))
    await settle()
    assert (await exchange.board.view_of(call_id)).state == "detached"
    await exchange.browser_joins(exchange.anna, call_id, "browser-2")
    assert (await exchange.board.view_of(call_id)).state == "talking"


async def test_an_inbound_call_rings_only_a_live_browser(exchange: Exchange) -> None:
    await exchange.caller_calls(ANNAS, "in1")
    assert exchange.notifier.rings == []
    assert (await exchange.board.view_of("in1")).state == "greeting"

    await exchange.far_hangs_up("in1", "net-in1")
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    await exchange.caller_calls(ANNAS, "in2")
    assert exchange.notifier.rings == [exchange.anna.id]
    assert (await exchange.board.view_of("in2")).state == "offered"


async def test_a_browser_that_closes_while_it_rings_is_skipped_at_once(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    await exchange.caller_calls(ANNAS)
    exchange.presence.gone(exchange.anna.id, "tab")
    await settle()
    assert (await exchange.board.view_of("in1")).state == "greeting"
    assert exchange.notifier.stopped == [(exchange.anna.id, "not-live")]


async def test_answering(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    channel = await exchange.caller_calls(ANNAS)
    with pytest.raises(Conflict):
        await exchange.calls.answer(exchange.ben, "in1", None)
    view = await exchange.calls.answer(exchange.anna, "in1", "T-1")
    assert (view.state, view.record.user_id) == ("answering", exchange.anna.id)
    await exchange.browser_joins(exchange.anna, "in1")
    exchange.board.event("in1", m.LegAnswered(exchange.clock.now(), m.Leg.FAR, channel))
    await settle()
    exchange.clock.seconds += 4
    await exchange.far_hangs_up("in1", channel)
    record = await exchange.calls_log.get("in1")
    assert record is not None
    assert (record.task, record.talk_ms, record.outcome) == ("T-1", 4000, Outcome.ANSWERED)


async def test_the_second_to_answer_is_told(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    channel = await exchange.caller_calls(ANNAS)
    await exchange.far_hangs_up("in1", channel)
    with pytest.raises((Conflict, NotFound)):
        await exchange.calls.answer(exchange.anna, "in1", None)


async def test_why_it_did_not_ring_is_in_the_timeline(exchange: Exchange) -> None:
    await exchange.caller_calls(ANNAS)
    notes = [e for e in await exchange.calls_log.entries("in1") if e.kind is LedgerKind.NOTE]
    assert [(n.user_id, n.cause) for n in notes] == [(exchange.anna.id, "not-live")]


async def test_a_caller_is_told_when_the_database_is_away(exchange: Exchange) -> None:
    async def away(e164: str) -> None:
        raise Unavailable("database-away", "", "")

    exchange.directory.number = away  # type: ignore[method-assign,assignment]
    channel = await exchange.caller_calls(ANNAS)
    assert m.Apologise(channel) in exchange.switch.commands("in1")


async def test_an_unknown_number_is_treated_as_the_head_office(exchange: Exchange) -> None:
    await exchange.caller_calls("+4922199999999")
    record = await exchange.calls_log.get("in1")
    assert record is not None
    assert record.did == HEAD_OFFICE


async def test_a_vpa_sees_and_ends_only_their_own_calls(exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    for act in (exchange.calls.hang_up, exchange.calls.get):
        with pytest.raises(NotFound):
            await act(exchange.ben, call_id)
    boss = await exchange.directory.add_user("b@x.test", "Boss", Role.MANAGER, "de", "")
    assert (await exchange.calls.hang_up(boss, call_id)).state == "ended"


async def test_digits_only_in_a_conversation(exchange: Exchange) -> None:
    view, _ = await exchange.place(exchange.anna)
    with pytest.raises(Conflict):
        await exchange.calls.send_digits(exchange.anna, view.record.id, "1")
    await exchange.calls.hang_up(exchange.anna, view.record.id)
    call_id = await exchange.talking(exchange.anna)
    await exchange.calls.send_digits(exchange.anna, call_id, "12#")
    assert m.SendDigits(f"{call_id}.far", "12#") in exchange.switch.commands(call_id)


async def test_placing_while_asterisk_is_away_ends_the_call(exchange: Exchange) -> None:
    exchange.switch.reachable = False
    with pytest.raises(SwitchUnreachable):
        await exchange.voice.ensure(exchange.anna.id, "new")
    view, _ = await exchange.place(exchange.anna)
    exchange.board.actor(view.record.id).post(m.TimerFired(exchange.clock.now(), m.TimerName.JOIN))
    await settle()
    record = await exchange.calls_log.get(view.record.id)
    assert record is not None
    assert record.cause == "agent-never-came"


async def test_a_call_outlives_a_database_that_cannot_show_it(exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    real = exchange.calls_log.get

    async def away(_: str) -> None:
        raise Unavailable("database-away", "", "")

    exchange.calls_log.get = away  # type: ignore[method-assign,assignment]
    exchange.board.event(call_id, m.LegGone(exchange.clock.now(), m.Leg.AGENT, "browser-1", 16))
    await settle()
    await exchange.browser_joins(exchange.anna, call_id, "browser-2")
    exchange.calls_log.get = real  # type: ignore[method-assign]
    assert (await exchange.board.view_of(call_id)).state == "talking"


async def test_a_call_that_cannot_be_shown_goes_to_voicemail(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)

    async def full(entry: object) -> bool:
        raise Unavailable("database-away", "", "")

    exchange.calls_log.append = full  # type: ignore[method-assign]
    await exchange.caller_calls(ANNAS)
    assert exchange.board.actor("in1").call.state.value == "greeting"
    await exchange.board.end_all()


async def test_two_tabs_share_one_account(exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    account = await exchange.voice.ensure(exchange.anna.id, "a session's secret" + exchange.anna.id)
    exchange.voice.connected(account.username)
    exchange.voice.connected(account.username)
    assert not exchange.voice.disconnected(account.username)
    assert exchange.voice.disconnected(account.username)
    await exchange.calls.hang_up(exchange.anna, call_id)


async def test_an_orderly_stop_writes_what_waits(exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    real = exchange.calls_log.append

    async def away(entry: object) -> bool:
        raise Unavailable("database-away", "", "")

    exchange.calls_log.append = away  # type: ignore[method-assign]
    exchange.clock.seconds += 2
    await exchange.board.end_all()
    assert exchange.ledger.waiting == 1
    exchange.calls_log.append = real  # type: ignore[method-assign]
    await exchange.ledger.close()
    record = await exchange.calls_log.get(call_id)
    assert record is not None
    assert record.talk_ms == 2000
