"""Taking over calls after a restart, or after the connection to Asterisk was away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pbx.domain import messages as m
from pbx.domain.limits import Limit
from pbx.domain.records import CallRecord, Outcome
from tests.fakes.edges import settle
from tests.support.api import eventually
from tests.support.exchange import ANNAS, Exchange


@pytest.fixture
async def before(tmp_path: Path) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path / "before").open()
    yield made
    await made.close()


@pytest.fixture
async def after(before: Exchange, tmp_path: Path) -> AsyncIterator[Exchange]:
    """A new controller on the same Asterisk and the same database, not yet in sync."""
    made = Exchange(tmp_path / "after", before)
    made.anna, made.ben = before.anna, before.ben
    made.clock.seconds = 100.0
    yield made
    await made.close()


async def record(exchange: Exchange, call_id: str) -> CallRecord:
    found = await exchange.calls_log.get(call_id)
    assert found is not None
    return found


def far_is(exchange: Exchange, call_id: str, *, up: bool) -> None:
    channel = f"{call_id}.far"
    exchange.switch.legs[channel] = replace(exchange.switch.legs[channel], up=up, bridged=True)


def agent_is_bridged(exchange: Exchange) -> None:
    exchange.switch.legs["browser-1"] = replace(exchange.switch.legs["browser-1"], bridged=True)


async def test_a_conversation_goes_on_and_is_billed_whole(
    before: Exchange, after: Exchange
) -> None:
    call_id = await before.talking(before.anna)
    far_is(before, call_id, up=True)
    agent_is_bridged(before)
    await after.resync.run()
    assert (await after.board.view_of(call_id)).state == "talking"
    after.clock.seconds = 130.0
    await after.calls.hang_up(after.anna, call_id)
    assert (await record(after, call_id)).talk_ms == 130_000
    assert not after.switch.legs


async def test_an_adopted_call_keeps_its_persons_longest_call(
    before: Exchange, after: Exchange
) -> None:
    """Ten of its hundred seconds are left for Anna's; Ben's may go on."""
    ids = {}
    for user, minutes in ((before.anna, Decimal(110) / 60), (before.ben, None)):
        limits = {Limit.LONGEST_CALL_MINUTES: minutes}
        await after.desk_stores.limits.put_limits(user.id, limits, "", before.clock.now().at)
        ids[user.name] = await before.talking(user)
        far_is(before, ids[user.name], up=True)
    await after.resync.run()
    await settle()
    left = {
        name: after.board.actor(call_id)._timers[m.TimerName.DURATION].when()
        - asyncio.get_running_loop().time()
        for name, call_id in ids.items()
    }
    assert left["Anna"] == pytest.approx(10, abs=1)
    assert left["Ben"] > 3600


async def test_without_its_browser_it_waits_for_it(before: Exchange, after: Exchange) -> None:
    call_id = await before.talking(before.anna)
    far_is(before, call_id, up=True)
    del before.switch.legs["browser-1"]
    await after.resync.run()
    await settle()
    assert (await after.board.view_of(call_id)).state == "detached"
    assert m.StartHold() in after.switch.commands(call_id)
    await after.browser_joins(after.anna, call_id, "browser-2")
    assert (await after.board.view_of(call_id)).state == "talking"


async def test_answered_while_nobody_watched(before: Exchange, after: Exchange) -> None:
    view, _ = await before.place(before.anna)
    call_id = view.record.id
    await before.browser_joins(before.anna, call_id)
    agent_is_bridged(before)
    far_is(before, call_id, up=True)
    channel = f"{call_id}.far"
    answered_at = after.clock.now().at - timedelta(seconds=20)
    after.switch.legs[channel] = replace(after.switch.legs[channel], answered_at=answered_at)
    await after.resync.run()
    after.clock.seconds += 10
    await after.calls.hang_up(after.anna, call_id)
    assert (await record(after, call_id)).talk_ms == 30_000


async def test_what_vanished_is_billed_to_its_last_beat(before: Exchange, after: Exchange) -> None:
    call_id = await before.talking(before.anna)
    before.clock.seconds = 42.0
    await before.calls_log.beat([call_id], before.clock.now())
    after.switch.legs.clear()
    await after.resync.run()
    await settle()
    found = await record(after, call_id)
    assert (found.outcome, found.cause) == (Outcome.ANSWERED, "controller-was-away")
    assert found.talk_ms == 42_000


async def test_what_vanished_is_billed_to_its_end_where_asterisk_knows_it(
    before: Exchange, after: Exchange
) -> None:
    call_id = await before.talking(before.anna)
    before.clock.seconds = 42.0
    await before.calls_log.beat([call_id], before.clock.now())
    after.switch.legs.clear()
    after.switch.ended[call_id] = after.clock.now().at - timedelta(seconds=40)
    await after.resync.run()
    await settle()
    assert (await record(after, call_id)).talk_ms == 60_000


async def test_strays_are_hung_up_and_newcomers_are_not(before: Exchange, after: Exchange) -> None:
    stray = Exchange.leg("stray", "nobody-knows", "far", "trunk")
    after.switch.legs["stray"] = stray
    await after.resync.run()
    await settle()
    assert "stray" not in after.switch.legs
    await after.caller_calls(ANNAS, "fresh")
    await after.resync.run()
    await settle()
    assert "net-fresh" in after.switch.legs


async def test_a_browser_that_comes_back_during_the_resync_is_let_in(
    before: Exchange, after: Exchange
) -> None:
    call_id = await before.talking(before.anna)
    far_is(before, call_id, up=True)
    del before.switch.legs["browser-1"]
    await after.browser_joins(after.anna, call_id, "browser-2")
    await after.resync.run()
    await settle()
    assert "browser-2" in after.switch.legs
    assert (await after.board.view_of(call_id)).state == "talking"


async def test_a_message_that_was_being_spoken_is_taken_to_its_end(
    before: Exchange, after: Exchange
) -> None:
    channel = await before.caller_calls(ANNAS)
    before.switch.legs[channel] = replace(before.switch.legs[channel], up=True)
    before.switch.recording_now.add("in1")
    await after.resync.run()
    await settle()
    assert (await after.board.view_of("in1")).state == "recording"
    after.switch.recordings["in1"] = b"speech"
    after.board.event("in1", m.RecordingDone(after.clock.now(), "in1"))

    async def kept() -> bool:
        return await after.messages.by_call("in1") is not None

    await eventually(kept, 10, "the message")


async def test_a_lost_connection_tells_live_calls_what_they_missed(before: Exchange) -> None:
    call_id = await before.talking(before.anna)
    far_is(before, call_id, up=True)
    before.board.connected()
    assert before.connected == 1
    before.switch.legs.pop(f"{call_id}.far")
    before.clock.seconds += 5
    await before.resync.run()
    await settle()
    assert (await record(before, call_id)).ended is not None


async def test_a_call_that_arrives_during_the_resync_stays(before: Exchange) -> None:
    real = before.switch.channels

    async def slowly() -> object:
        found = await real()
        await before.caller_calls(ANNAS, "fresh")
        return found

    before.switch.channels = slowly  # type: ignore[method-assign,assignment]
    before.board.connected()
    await before.resync.run()
    await settle()
    assert "net-fresh" in before.switch.legs
    assert (await before.board.view_of("fresh")).state == "greeting"


async def test_what_happens_to_an_arriving_call_is_not_lost(before: Exchange) -> None:
    real = before.board.plan
    gate = asyncio.Event()

    async def slowly(*arguments: Any) -> object:
        await gate.wait()
        return await real(*arguments)

    before.board.plan = slowly  # type: ignore[method-assign,assignment]
    channel = await before.caller_calls(ANNAS, "fresh")
    before.board.event("fresh", m.LegGone(before.clock.now(), m.Leg.FAR, channel, 16))
    before.board.resynced()
    gate.set()
    await settle()
    assert (await record(before, "fresh")).outcome is Outcome.MISSED


async def test_a_caller_whom_the_ledger_does_not_know_is_taken_in(after: Exchange) -> None:
    leg = replace(Exchange.leg("net-x", "x", "far", "trunk"), did=ANNAS, caller="+436641", up=True)
    after.switch.legs["net-x"] = leg
    await after.resync.run()
    await settle()
    assert (await after.board.view_of("x")).state == "greeting"
    assert any(isinstance(c, m.Play) for c in after.switch.commands("x"))


async def test_a_conversation_whose_answer_was_not_written_goes_on(
    before: Exchange, after: Exchange
) -> None:
    before.presence.beat(before.anna.id, "tab", phone=True)
    channel = await before.caller_calls(ANNAS)
    await before.calls.answer(before.anna, "in1", "T-1")
    await before.browser_joins(before.anna, "in1")
    agent_is_bridged(before)
    answered_at = after.clock.now().at - timedelta(seconds=30)
    before.switch.legs[channel] = replace(
        before.switch.legs[channel], up=True, bridged=True, answered_at=answered_at
    )
    await after.resync.run()
    await settle()
    assert (await after.board.view_of("in1")).state == "talking"
    ended = await after.calls.hang_up(after.anna, "in1")
    assert (ended.record.talk_ms, ended.record.task) == (30_000, "T-1")


async def test_the_end_of_the_greeting_was_missed(before: Exchange) -> None:
    channel = await before.caller_calls(ANNAS)
    before.switch.legs[channel] = replace(before.switch.legs[channel], up=True)
    before.board.event("in1", m.LegAnswered(before.clock.now(), m.Leg.FAR, channel))
    before.switch.playing_now.add(("in1", "greeting"))
    await settle()
    await before.resync.run()
    await settle()
    assert (await before.board.view_of("in1")).state == "greeting"
    before.switch.playing_now.clear()
    await before.resync.run()
    await settle()
    assert (await before.board.view_of("in1")).state == "recording"


async def test_a_call_that_ends_meanwhile_is_not_adopted(before: Exchange, after: Exchange) -> None:
    call_id = await before.talking(before.anna)
    real = after.calls_log.find

    async def stale(*arguments: Any) -> Any:
        found = await real(*arguments)
        await before.calls.hang_up(before.anna, call_id)
        return found

    after.calls_log.find = stale  # type: ignore[method-assign]
    await after.resync.run()
    await settle()
    assert not after.board.calls()


async def test_who_hangs_up_just_when_stock_is_taken_ends_the_call(
    before: Exchange, after: Exchange
) -> None:
    """Asterisk still named the leg, and its end was told before the call was adopted."""
    call_id = await before.talking(before.anna)
    far_is(before, call_id, up=True)
    agent_is_bridged(before)
    after.board.event(call_id, m.LegGone(after.clock.now(), m.Leg.FAR, f"{call_id}.far", 16))
    await after.resync.run()
    await settle()
    ended = await record(after, call_id)
    assert (ended.outcome, ended.talk_ms) == (Outcome.ANSWERED, 100_000)
