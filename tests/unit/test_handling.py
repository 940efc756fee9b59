"""Hold, swap, waiting calls, consultation and transfer to numbers, as people ask for them."""

import asyncio

import pytest

from pbx.domain import messages as m
from pbx.domain.records import LedgerKind, Outcome
from pbx.errors import Conflict, NotFound, Refused, SwitchUnreachable
from pbx.services.calls import PlaceRequest, TransferWish
from tests.fakes.edges import settle
from tests.support.conversations import (
    BEN,
    answer,
    bridge_of,
    consults,
    goes,
    picked_up,
    state,
    talks,
)
from tests.support.exchange import ANNAS, Exchange


@pytest.fixture
def exchange(live_exchange: Exchange) -> Exchange:
    return live_exchange


# ------------------------------------------------------------------ hold


async def test_hold_and_resume(exchange: Exchange) -> None:
    call_id = await talks(exchange)
    held = await exchange.calls.hold(exchange.anna, call_id)
    assert held.state == "held"
    assert bridge_of(exchange, "browser-1") == ""
    assert call_id in exchange.switch.music
    again = await exchange.calls.hold(exchange.anna, call_id)
    assert again.state == "held"
    back = await exchange.calls.resume(exchange.anna, call_id)
    assert back.state == "talking"
    assert bridge_of(exchange, "browser-1") == call_id
    assert call_id not in exchange.switch.music
    assert 0 < held.revision < back.revision, "which of two views is newer can be told"
    entries = await exchange.calls_log.entries(call_id)
    assert [e.cause for e in entries if e.kind is LedgerKind.NOTE] == ["held", "resumed"]


async def test_somebody_elses_call_cannot_be_handled(exchange: Exchange) -> None:
    call_id = await talks(exchange)
    for act in (exchange.calls.hold, exchange.calls.resume, exchange.calls.take_back):
        with pytest.raises(NotFound):
            await act(exchange.ben, call_id)
    with pytest.raises(NotFound):
        await exchange.calls.transfer(exchange.ben, call_id, TransferWish(colleague=BEN))


async def test_nothing_is_held_that_has_ended(exchange: Exchange) -> None:
    call_id = await talks(exchange)
    await exchange.calls.hang_up(exchange.anna, call_id)
    for act in (exchange.calls.hold, exchange.calls.resume):
        with pytest.raises(NotFound):
            await act(exchange.anna, call_id)


async def test_where_holding_fails_nothing_else_happens(exchange: Exchange) -> None:
    call_id = await talks(exchange)
    exchange.switch.reachable = False
    with pytest.raises(SwitchUnreachable):
        await consults(exchange, call_id)
    assert await state(exchange, call_id) == "talking"
    assert len(exchange.board.calls()) == 1
    with pytest.raises(SwitchUnreachable):
        await exchange.calls.hold(exchange.anna, call_id)


# ------------------------------------------------------------------ call waiting


async def test_a_second_call_waits_and_the_first_is_held_for_it(exchange: Exchange) -> None:
    first = await talks(exchange)
    channel = await exchange.caller_calls(ANNAS)
    assert exchange.notifier.rings == [exchange.anna.id]
    exchange.board.rings(exchange.anna.id, "in1")
    await exchange.calls.answer(exchange.anna, "in1", None)
    assert await state(exchange, first) == "held"
    await exchange.browser_joins(exchange.anna, "in1", "browser-2")
    assert await state(exchange, "in1") == "talking"
    assert bridge_of(exchange, "browser-2") == "in1"
    third = await exchange.caller_calls(ANNAS, "in2")
    assert await state(exchange, "in2") == "greeting", "two calls are enough"
    await goes(exchange, third)
    await goes(exchange, channel)
    assert await state(exchange, first) == "held", "until she wants it again"
    await exchange.calls.resume(exchange.anna, first)
    assert await state(exchange, first) == "talking"


async def test_the_waiting_caller_gives_up_in_the_moment_of_the_answer(exchange: Exchange) -> None:
    first = await talks(exchange)
    channel = await exchange.caller_calls(ANNAS)
    answering = asyncio.create_task(exchange.calls.answer(exchange.anna, "in1", None))
    await goes(exchange, channel)
    with pytest.raises((Conflict, NotFound)):
        await answering
    await settle()
    assert await state(exchange, first) == "talking", "nobody is left on hold for nothing"


async def test_swap(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    await exchange.calls.resume(exchange.anna, first)
    assert (await state(exchange, first), await state(exchange, second)) == ("talking", "held")
    await exchange.calls.resume(exchange.anna, second)
    assert (await state(exchange, first), await state(exchange, second)) == ("held", "talking")


async def test_both_wanted_at_once(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    resume = exchange.calls.resume
    await asyncio.gather(resume(exchange.anna, first), resume(exchange.anna, second))
    states = {await state(exchange, first), await state(exchange, second)}
    assert states == {"talking", "held"}


# ------------------------------------------------------------------ consultation


async def test_a_consultation_holds_the_call_that_it_is_about(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    assert await state(exchange, first) == "held"
    view = await exchange.board.view_of(second)
    assert (view.linked, view.linked_as) == (first, m.LinkedAs.CONSULTATION)
    assert view.record.task == "T-1", "the seconds belong to the first call's task"
    with pytest.raises(Refused) as refused:
        await exchange.place(exchange.anna, key="third")
    assert refused.value.error_id == "limit-reached"


@pytest.mark.parametrize(
    ("number", "error_id"), [("112", "emergency-number"), ("0900 1234567", "number-type-denied")]
)
async def test_the_same_rules_for_every_number(
    exchange: Exchange, number: str, error_id: str
) -> None:
    first = await talks(exchange)
    with pytest.raises(Refused) as consulted:
        await exchange.calls.place(exchange.anna, PlaceRequest(number, "DE", "", "", "", first))
    with pytest.raises(Refused) as transferred:
        await exchange.calls.transfer(exchange.anna, first, TransferWish(number))
    assert consulted.value.error_id == transferred.value.error_id == error_id
    assert await state(exchange, first) == "talking", "the call was not touched"


async def test_there_is_nothing_to_consult_about(exchange: Exchange) -> None:
    view, _ = await exchange.place(exchange.anna)
    with pytest.raises(Conflict) as refused:
        await consults(exchange, view.record.id)
    assert refused.value.error_id == "not-talking"


async def test_complete_connects_the_parties(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    exchange.clock.seconds += 10
    view = await exchange.calls.complete(exchange.anna, first, second)
    assert (view.state, view.linked, view.linked_as) == (
        "transferred",
        second,
        m.LinkedAs.TRANSFER,
    )
    await settle()
    assert exchange.switch.bridges[first] == {f"{first}.far", f"{second}.far"}
    assert "browser-1" not in exchange.switch.legs
    assert "browser-2" not in exchange.switch.legs
    assert exchange.board.of_user(exchange.anna.id) == []
    await exchange.place(exchange.anna)  # she is free
    exchange.clock.seconds += 20
    await goes(exchange, f"{second}.far")
    for call_id, cause in ((first, "party-left"), (second, "hangup-far")):
        record = await exchange.calls_log.get(call_id)
        assert record is not None
        assert (record.outcome, record.cause, record.talk_ms) == (
            Outcome.ANSWERED,
            cause,
            30_000,
        )
    assert not exchange.switch.bridges
    assert not exchange.switch.legs


async def test_her_connected_calls_can_be_ended_by_her(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    await exchange.calls.complete(exchange.anna, first, second)
    assert {v.record.id for v in await exchange.calls.open_of(exchange.anna)} == {first, second}
    await exchange.calls.hang_up(exchange.anna, first)
    await settle()
    assert await state(exchange, second) == "ended"


async def test_transfers_are_not_without_end(exchange: Exchange) -> None:
    for _ in range(3):
        first = await talks(exchange)
        second = await consults(exchange, first)
        await picked_up(exchange, second, "browser-2")
        await exchange.calls.complete(exchange.anna, first, second)
        await settle()
    call_id = await talks(exchange)
    with pytest.raises(Refused) as refused:
        await exchange.calls.transfer(exchange.anna, call_id, TransferWish("89 7654321"))
    assert refused.value.error_id == "limit-reached"


# ------------------------------------------------------------------ blind, to a number


async def test_blind_to_a_number(exchange: Exchange) -> None:
    first = await talks(exchange)
    wish = TransferWish("89 7654321", key="once")
    view = await exchange.calls.transfer(exchange.anna, first, wish)
    second = view.linked or ""
    assert view.state == "transferring"
    await exchange.calls.transfer(exchange.anna, first, wish)
    assert len(exchange.board.calls()) == 2, "the same key is the same transfer"
    assert bridge_of(exchange, f"{second}.far") == first
    assert bridge_of(exchange, "browser-1") == ""
    answer(exchange, f"{second}.far")
    await settle()
    assert (await state(exchange, first), await state(exchange, second)) == (
        "transferred",
        "transferred",
    )
    assert "browser-1" not in exchange.switch.legs


async def test_busy_and_the_call_is_back_with_its_user(exchange: Exchange) -> None:
    first = await talks(exchange)
    view = await exchange.calls.transfer(exchange.anna, first, TransferWish("89 7654321"))
    await goes(exchange, f"{view.linked}.far", 17)
    back = await exchange.board.view_of(first)
    assert (back.state, back.notice, back.linked) == ("talking", "busy", None)
    assert bridge_of(exchange, "browser-1") == first


async def test_busy_while_she_is_on_another_call(exchange: Exchange) -> None:
    first = await talks(exchange)
    view = await exchange.calls.transfer(exchange.anna, first, TransferWish("89 7654321"))
    await exchange.caller_calls(ANNAS)
    await exchange.calls.answer(exchange.anna, "in1", None)
    await exchange.browser_joins(exchange.anna, "in1", "browser-2")
    await goes(exchange, f"{view.linked}.far", 17)
    assert await state(exchange, first) == "held", "she hears one call only"
    assert await state(exchange, "in1") == "talking"


async def test_take_back(exchange: Exchange) -> None:
    first = await talks(exchange)
    view = await exchange.calls.transfer(exchange.anna, first, TransferWish("89 7654321"))
    back = await exchange.calls.take_back(exchange.anna, first)
    assert back.state == "talking"
    await settle()
    other = await exchange.calls_log.get(view.linked or "")
    assert other is not None
    assert (other.outcome, other.cause) == (Outcome.CANCELLED, "transfer-taken-back")
    with pytest.raises(Conflict) as refused:
        await exchange.calls.take_back(exchange.anna, first)
    assert refused.value.error_id == "not-transferring"


async def test_take_back_and_the_answer_at_once(exchange: Exchange) -> None:
    first = await talks(exchange)
    view = await exchange.calls.transfer(exchange.anna, first, TransferWish("89 7654321"))
    second = view.linked or ""
    taking = asyncio.create_task(exchange.calls.take_back(exchange.anna, first))
    answer(exchange, f"{second}.far")
    await asyncio.gather(taking, return_exceptions=True)
    await settle()
    states = (await state(exchange, first), await state(exchange, second))
    assert states in (("talking", "ended"), ("transferred", "transferred"))


async def test_a_transfer_that_cannot_be_booked_leaves_the_call_alone(exchange: Exchange) -> None:
    first = await talks(exchange)
    real = exchange.calls_log.append

    async def away(entry: object) -> bool:
        raise SwitchUnreachable("database")

    exchange.calls_log.append = away  # type: ignore[method-assign]
    with pytest.raises(SwitchUnreachable):
        await exchange.calls.transfer(exchange.anna, first, TransferWish("89 7654321"))
    exchange.calls_log.append = real  # type: ignore[method-assign]
    assert await state(exchange, first) == "talking"
