"""Colleagues: called, asked, given a call; and conferences."""

import asyncio

import pytest

from pbx.domain import messages as m
from pbx.domain.call import CallState
from pbx.domain.records import LedgerKind, Status
from pbx.domain.rights import Role
from pbx.errors import Conflict, NotFound
from pbx.services.calls import PlaceRequest, TransferWish
from tests.fakes.edges import settle
from tests.support.conversations import (
    BEN,
    answer,
    colleague_answers,
    consults,
    goes,
    picked_up,
    state,
    talks,
)
from tests.support.exchange import Exchange


@pytest.fixture
def exchange(live_exchange: Exchange) -> Exchange:
    return live_exchange


# ------------------------------------------------------------------ colleagues


async def test_calling_a_colleague(exchange: Exchange) -> None:
    view, _ = await exchange.calls.place(
        exchange.anna, PlaceRequest("", "DE", "T-1", "", colleague=BEN)
    )
    call_id = view.record.id
    assert exchange.notifier.rings == [], "not before the caller's browser is there"
    await exchange.browser_joins(exchange.anna, call_id, "anna-1")
    assert exchange.notifier.rings == [exchange.ben.id]
    await colleague_answers(exchange, call_id, exchange.ben, "ben-1")
    assert await state(exchange, call_id) == "talking"
    assert exchange.switch.bridges[call_id] == {"anna-1", "ben-1"}
    assert exchange.calls.leg_of(exchange.ben, call_id) == "ben-1"
    assert exchange.calls.leg_of(exchange.anna, call_id) == "anna-1"
    exchange.clock.seconds += 30
    ended = await exchange.calls.hang_up(exchange.ben, call_id)
    assert (ended.record.talk_ms, ended.record.cause) == (0, "hangup-far")
    view, _ = await exchange.calls.get(exchange.ben, call_id)
    assert view.state == "ended", "both find it in their history"
    for user in (exchange.anna, exchange.ben):
        assert "ended" in [v.state for u, v in exchange.notifier.calls if u == user.id]


@pytest.mark.parametrize(
    ("email", "error_id"),
    [
        ("nobody@example.test", "no-such-colleague"),
        ("anna@example.test", "no-such-colleague"),
        ("carl@example.test", "colleague-unreachable"),
    ],
)
async def test_whom_one_cannot_call(exchange: Exchange, email: str, error_id: str) -> None:
    await exchange.directory.add_user("carl@example.test", "Carl", Role.VPA, "de", "")
    with pytest.raises((NotFound, Conflict)) as refused:
        await exchange.calls.place(exchange.anna, PlaceRequest("", "DE", "", "", colleague=email))
    assert refused.value.error_id == error_id
    assert not exchange.board.calls()


async def test_a_colleague_who_does_not_want_to_be_disturbed(exchange: Exchange) -> None:
    exchange.presence.set_status(exchange.ben.id, Status.BUSY)
    first = await talks(exchange)
    with pytest.raises(Conflict) as refused:
        await exchange.calls.transfer(exchange.anna, first, TransferWish(colleague=BEN))
    assert "Ben möchte gerade nicht gestört werden" in refused.value.de
    assert await state(exchange, first) == "talking"


async def test_asking_a_colleague_and_handing_over(exchange: Exchange) -> None:
    first = await talks(exchange)
    asked = await consults(exchange, first, BEN)
    await exchange.browser_joins(exchange.anna, asked, "anna-2")
    await colleague_answers(exchange, asked, exchange.ben, "ben-1")
    exchange.clock.seconds += 5
    view = await exchange.calls.complete(exchange.anna, first, asked)
    assert (view.state, view.record.user_id) == ("detached", exchange.ben.id)
    await settle()
    assert await state(exchange, asked) == "ended"
    assert exchange.board.of_user(exchange.anna.id) == []
    await exchange.browser_joins(exchange.ben, first, "ben-2")
    assert await state(exchange, first) == "talking"
    assert exchange.switch.bridges[first] == {"ben-2", f"{first}.far"}
    with pytest.raises(NotFound):
        await exchange.calls.hang_up(exchange.anna, first)
    exchange.clock.seconds += 5
    ended = await exchange.calls.hang_up(exchange.ben, first)
    assert (ended.record.talk_ms, ended.record.user_id) == (10_000, exchange.ben.id)
    mine, entries = await exchange.calls.get(exchange.anna, first)
    assert mine.state == "ended", "whoever was in it finds it"
    ups = [e.user_id for e in entries if e.kind is LedgerKind.LEG_UP]
    assert ups == [exchange.anna.id, exchange.ben.id]
    last = [v for u, v in exchange.notifier.calls if u == exchange.anna.id][-1]
    assert last.record.user_id == exchange.ben.id, "her page learns that it is his now"


async def test_the_colleague_who_was_asked_hands_over_too(exchange: Exchange) -> None:
    """Ben has a caller, Anna calls him, and he gives her the caller."""
    asked_view, _ = await exchange.calls.place(
        exchange.anna, PlaceRequest("", "DE", "", "", colleague=BEN)
    )
    asked = asked_view.record.id
    bens, _ = await exchange.place(exchange.ben)
    await exchange.browser_joins(exchange.ben, bens.record.id, "ben-1")
    answer(exchange, f"{bens.record.id}.far")
    await exchange.browser_joins(exchange.anna, asked, "anna-1")
    await colleague_answers(exchange, asked, exchange.ben, "ben-2")
    assert await state(exchange, bens.record.id) == "held"
    view = await exchange.calls.complete(exchange.ben, bens.record.id, asked)
    assert view.record.user_id == exchange.anna.id


async def test_blind_to_a_colleague(exchange: Exchange) -> None:
    first = await talks(exchange)
    view = await exchange.calls.transfer(exchange.anna, first, TransferWish(colleague=BEN))
    assert (view.state, view.colleague_id) == ("transferring", exchange.ben.id)
    assert exchange.notifier.rings == [exchange.ben.id]
    assert [c.id for c in exchange.board.ringing_for(exchange.ben.id)] == [first]
    await colleague_answers(exchange, first, exchange.ben, "ben-1")
    assert await state(exchange, first) == "talking"
    assert exchange.switch.bridges[first] == {"ben-1", f"{first}.far"}
    assert "browser-1" not in exchange.switch.legs


async def test_the_colleague_declines(exchange: Exchange) -> None:
    first = await talks(exchange)
    await exchange.calls.transfer(exchange.anna, first, TransferWish(colleague=BEN))
    await exchange.calls.decline(exchange.ben, first)
    await settle()
    back = await exchange.board.view_of(first)
    assert (back.state, back.notice) == ("talking", "colleague-declined")
    assert exchange.notifier.stopped == [(exchange.ben.id, "declined")]


async def test_take_back_and_the_colleagues_answer_at_once(exchange: Exchange) -> None:
    first = await talks(exchange)
    await exchange.calls.transfer(exchange.anna, first, TransferWish(colleague=BEN))
    results = await asyncio.gather(
        exchange.calls.take_back(exchange.anna, first),
        exchange.calls.answer(exchange.ben, first, None),
        return_exceptions=True,
    )
    assert len([r for r in results if isinstance(r, Conflict)]) == 1, "one of them is told"
    await settle()
    assert exchange.board.actor(first).call.facts.user_id in (exchange.anna.id, exchange.ben.id)


async def test_what_is_given_to_a_busy_colleague_waits_on_hold(exchange: Exchange) -> None:
    first = await talks(exchange)
    asked = await consults(exchange, first, BEN)
    await exchange.browser_joins(exchange.anna, asked, "anna-2")
    await colleague_answers(exchange, asked, exchange.ben, "ben-1")
    bens, _ = await exchange.calls.place(
        exchange.ben, PlaceRequest("89 7654321", "DE", "", "", consult_of=asked)
    )
    view = await exchange.calls.complete(exchange.anna, first, asked)
    assert (view.state, view.record.user_id) == ("held", exchange.ben.id)
    assert await state(exchange, bens.record.id) == "waiting"


async def test_one_who_was_not_asked_yet_is_asked_blindly(exchange: Exchange) -> None:
    first = await talks(exchange)
    asked = await consults(exchange, first, BEN)
    await exchange.browser_joins(exchange.anna, asked, "anna-2")
    view = await exchange.calls.complete(exchange.anna, first, asked)
    assert (view.state, view.colleague_id) == ("transferring", exchange.ben.id)


# ------------------------------------------------------------------ conference


async def test_a_conference_and_back(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    host = await exchange.calls.join(exchange.anna, first, second)
    assert (host.state, host.linked_as) == ("talking", m.LinkedAs.HOST)
    guest = await exchange.board.view_of(second)
    assert (guest.state, guest.linked, guest.linked_as) == ("joined", first, m.LinkedAs.GUEST)
    assert exchange.switch.bridges[first] == {"browser-1", f"{first}.far", f"{second}.far"}
    await exchange.calls.join(exchange.anna, first, second)  # done twice is done
    apart = await exchange.calls.hold(exchange.anna, second)
    assert apart.state == "held"
    assert exchange.switch.bridges[second] == {f"{second}.far"}
    await exchange.calls.join(exchange.anna, first, second)
    await exchange.calls.resume(exchange.anna, second)
    assert (await state(exchange, first), await state(exchange, second)) == ("held", "talking")


async def test_the_hosts_party_leaves(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    await exchange.calls.join(exchange.anna, first, second)
    await goes(exchange, f"{first}.far")
    assert await state(exchange, second) == "talking"
    assert exchange.switch.bridges == {second: {"browser-2", f"{second}.far"}}


async def test_hanging_up_the_host_ends_the_conference(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    await exchange.calls.join(exchange.anna, first, second)
    await exchange.calls.hang_up(exchange.anna, first)
    await settle()
    assert not exchange.switch.legs
    assert not exchange.switch.bridges


async def test_a_colleague_in_the_conference(exchange: Exchange) -> None:
    first = await talks(exchange)
    asked = await consults(exchange, first, BEN)
    await exchange.browser_joins(exchange.anna, asked, "anna-2")
    await colleague_answers(exchange, asked, exchange.ben, "ben-1")
    await exchange.calls.join(exchange.anna, first, asked)
    assert exchange.switch.bridges[first] == {"browser-1", f"{first}.far", "ben-1"}
    view = await exchange.calls.complete(exchange.anna, first, asked)
    assert view.record.user_id == exchange.ben.id


async def test_what_cannot_meet(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    for host, other in ((first, second), (second, first), (first, first)):
        with pytest.raises(Conflict) as refused:
            await exchange.calls.join(exchange.anna, host, other)
        assert refused.value.error_id == "cannot-join"
    assert await state(exchange, first) == "held"
    with pytest.raises(Conflict):
        await exchange.calls.complete(exchange.anna, first, first)


async def test_a_party_that_leaves_before_it_is_joined(exchange: Exchange) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    del exchange.switch.legs[f"{second}.far"]  # gone, and not yet reported
    with pytest.raises(Conflict):
        await exchange.calls.join(exchange.anna, first, second)
    await settle()
    call = exchange.board.actor(first).call
    assert (call.state, call.guests) == (CallState.TALKING, ())


async def test_every_refusal_says_what_to_do(exchange: Exchange) -> None:
    first = await talks(exchange)
    wish = TransferWish(colleague="nobody@example.test")
    errors = []
    for work in (
        exchange.calls.transfer(exchange.anna, first, wish),
        exchange.calls.take_back(exchange.anna, first),
        exchange.calls.join(exchange.anna, first, first),
    ):
        with pytest.raises((Conflict, NotFound)) as refused:
            await work
        errors.append(refused.value)
    assert all(e.de != e.en and e.de.endswith(".") and e.en.endswith(".") for e in errors)
