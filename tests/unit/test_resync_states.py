"""Held, in a conference, being handed over, handed over: taken over as what they are."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx.domain import messages as m
from pbx.domain.records import CallRecord, Outcome, User
from pbx.services.calls import PlaceRequest, TransferWish
from pbx.services.ports import CallView
from tests.fakes.edges import settle
from tests.support.exchange import Exchange

SECOND = "30 7654321"


@pytest.fixture
async def before(tmp_path: Path) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path / "before").open()
    yield made
    await made.close()


@pytest.fixture
async def after(before: Exchange, tmp_path: Path) -> AsyncIterator[Exchange]:
    """A new controller on the same Asterisk and database, not yet in sync; 100 s later."""
    made = Exchange(tmp_path / "after", before)
    made.anna, made.ben = before.anna, before.ben
    made.clock.seconds = 100.0
    yield made
    await made.close()


async def talks(exchange: Exchange, call_id: str) -> None:
    """The far party answers, in Asterisk as well."""
    channel = f"{call_id}.far"
    exchange.switch.legs[channel] = replace(exchange.switch.legs[channel], up=True)
    await exchange.far_answers(call_id)


async def talking(exchange: Exchange, user: User, leg: str) -> str:
    view, _ = await exchange.place(user)
    await exchange.browser_joins(user, view.record.id, leg)
    await talks(exchange, view.record.id)
    return view.record.id


async def consulting(exchange: Exchange, about: str, leg: str = "leg-2") -> str:
    """Anna asks a second number about her call; its id, both talk."""
    wish = PlaceRequest(SECOND, "DE", "T-1", "", "", about)
    view, _ = await exchange.calls.place(exchange.anna, wish)
    await exchange.browser_joins(exchange.anna, view.record.id, leg)
    await talks(exchange, view.record.id)
    return view.record.id


async def taken_over(exchange: Exchange, call_id: str) -> CallView:
    await exchange.resync.run()
    await settle()
    return await exchange.board.view_of(call_id)


async def billed(exchange: Exchange, call_id: str) -> CallRecord:
    """The call after its user hung it up 30 s later."""
    exchange.clock.seconds = 130.0
    await exchange.calls.hang_up(exchange.anna, call_id)
    await settle()
    found = await exchange.calls_log.get(call_id)
    assert found is not None
    return found


def bridges(exchange: Exchange) -> dict[str, set[str]]:
    return {call: members for call, members in exchange.switch.bridges.items() if members}


async def test_a_held_call_stays_on_hold_and_is_billed_whole(
    before: Exchange, after: Exchange
) -> None:
    call_id = await talking(before, before.anna, "leg-1")
    await before.calls.hold(before.anna, call_id)
    assert (await taken_over(after, call_id)).state == "held"
    assert "leg-1" in after.switch.legs, "the parked leg is no stray"
    assert after.switch.music == {call_id}
    assert (await after.calls.resume(after.anna, call_id)).state == "talking"
    assert bridges(after) == {call_id: {"leg-1", f"{call_id}.far"}}
    assert (await billed(after, call_id)).talk_ms == 130_000


async def test_a_held_call_without_its_browser_waits_for_it_on_hold(
    before: Exchange, after: Exchange
) -> None:
    call_id = await talking(before, before.anna, "leg-1")
    await before.calls.hold(before.anna, call_id)
    del before.switch.legs["leg-1"]
    assert (await taken_over(after, call_id)).state == "held"
    await after.browser_joins(after.anna, call_id, "leg-1b")
    assert (await after.board.view_of(call_id)).state == "held"
    assert "leg-1b" not in after.switch.bridges[call_id]


async def test_a_consultation_is_still_one(before: Exchange, after: Exchange) -> None:
    first = await talking(before, before.anna, "leg-1")
    second = await consulting(before, first)
    assert (await taken_over(after, first)).state == "held"
    view = await after.board.view_of(second)
    assert (view.state, view.linked) == ("talking", first)
    assert view.linked_as is m.LinkedAs.CONSULTATION
    await after.calls.resume(after.anna, first)
    assert (await after.board.view_of(second)).state == "held", "one ear, as before"


async def test_a_conference_goes_on(before: Exchange, after: Exchange) -> None:
    host = await talking(before, before.anna, "leg-1")
    guest = await consulting(before, host)
    await before.calls.join(before.anna, host, guest)
    together = {host: {"leg-1", f"{host}.far", f"{guest}.far"}}
    assert bridges(before) == together
    view = await taken_over(after, guest)
    assert (view.state, view.linked, view.linked_as) == ("joined", host, m.LinkedAs.GUEST)
    view = await after.board.view_of(host)
    assert (view.state, view.linked, view.linked_as) == ("talking", guest, m.LinkedAs.HOST)
    assert bridges(after) == together
    await after.calls.hold(after.anna, guest)
    assert bridges(after) == {host: {"leg-1", f"{host}.far"}, guest: {f"{guest}.far"}}
    assert (await billed(after, guest)).talk_ms == 130_000


async def test_a_host_that_vanished_leaves_its_guest_to_the_user(
    before: Exchange, after: Exchange
) -> None:
    host = await talking(before, before.anna, "leg-1")
    guest = await consulting(before, host)
    await before.calls.join(before.anna, host, guest)
    before.switch.ended[host] = before.clock.now().at
    before.switch.bridges[host].discard(f"{host}.far")
    del before.switch.legs[f"{host}.far"]
    view = await taken_over(after, guest)
    assert view.state == "talking"
    assert bridges(after) == {guest: {"leg-2", f"{guest}.far"}}
    ended = await after.calls_log.get(host)
    assert ended is not None
    assert ended.cause == "controller-was-away"


async def test_two_parties_that_were_connected_go_on_without_a_browser(
    before: Exchange, after: Exchange
) -> None:
    first = await talking(before, before.anna, "leg-1")
    second = await consulting(before, first)
    await before.calls.complete(before.anna, first, second)
    await settle()
    for call_id, other in ((first, second), (second, first)):
        view = await taken_over(after, call_id)
        assert (view.state, view.linked) == ("transferred", other)
    assert bridges(after) == {first: {f"{first}.far", f"{second}.far"}}
    after.clock.seconds = 130.0
    await after.far_hangs_up(second)
    for call_id in (first, second):
        found = await after.calls_log.get(call_id)
        assert found is not None
        assert (found.outcome, found.talk_ms) == (Outcome.ANSWERED, 130_000)


async def test_who_was_connected_with_somebody_that_vanished_is_not_left_alone(
    before: Exchange, after: Exchange
) -> None:
    first = await talking(before, before.anna, "leg-1")
    second = await consulting(before, first)
    await before.calls.complete(before.anna, first, second)
    await settle()
    before.switch.bridges[first].discard(f"{second}.far")
    del before.switch.legs[f"{second}.far"]
    assert (await taken_over(after, first)).state == "ended"
    assert f"{first}.far" not in after.switch.legs


async def transferring(exchange: Exchange) -> tuple[str, str]:
    """A blind transfer to a number that rings; both calls."""
    first = await talking(exchange, exchange.anna, "leg-1")
    await exchange.calls.transfer(exchange.anna, first, TransferWish(SECOND, "DE", "", "k"))
    await settle()
    (second,) = [call.id for call in exchange.board.calls() if call.id != first]
    return first, second


async def test_a_transfer_that_rings_goes_on_to_its_answer(
    before: Exchange, after: Exchange
) -> None:
    first, second = await transferring(before)
    view = await taken_over(after, first)
    assert (view.state, view.linked) == ("transferring", second)
    assert "leg-1" in after.switch.legs
    await talks(after, second)
    for call_id in (first, second):
        assert (await after.board.view_of(call_id)).state == "transferred"
    assert "leg-1" not in after.switch.legs
    assert bridges(after) == {first: {f"{first}.far", f"{second}.far"}}


async def test_a_transfer_that_was_answered_unseen_is_done(
    before: Exchange, after: Exchange
) -> None:
    first, second = await transferring(before)
    leg = before.switch.legs[f"{second}.far"]
    before.switch.legs[f"{second}.far"] = replace(leg, up=True)
    assert (await taken_over(after, first)).state == "transferred"
    assert (await after.board.view_of(second)).state == "transferred"


async def test_a_transfer_whose_other_party_vanished_comes_back(
    before: Exchange, after: Exchange
) -> None:
    first, second = await transferring(before)
    before.switch.bridges[first].discard(f"{second}.far")
    del before.switch.legs[f"{second}.far"]
    view = await taken_over(after, first)
    assert (view.state, view.notice) == ("talking", "controller-was-away")
    assert bridges(after) == {first: {"leg-1", f"{first}.far"}}


async def test_a_colleague_who_was_being_rung_is_not_any_more(
    before: Exchange, after: Exchange
) -> None:
    call_id = await talking(before, before.anna, "leg-1")
    before.presence.beat(before.ben.id, "tab", phone=True)
    wish = TransferWish("", "DE", before.ben.email, "k")
    await before.calls.transfer(before.anna, call_id, wish)
    view = await taken_over(after, call_id)
    assert (view.state, view.record.user_id) == ("talking", after.anna.id)


async def test_a_call_that_was_handed_to_a_colleague_is_theirs(
    before: Exchange, after: Exchange
) -> None:
    call_id = await talking(before, before.anna, "leg-1")
    before.presence.beat(before.ben.id, "tab", phone=True)
    wish = TransferWish("", "DE", before.ben.email, "k")
    await before.calls.transfer(before.anna, call_id, wish)
    await before.calls.answer(before.ben, call_id, None)
    await settle()
    view = await taken_over(after, call_id)
    assert view.record.user_id == after.ben.id
    await after.browser_joins(after.ben, call_id, "bens")
    assert (await after.board.view_of(call_id)).state == "talking"
    assert bridges(after) == {call_id: {"bens", f"{call_id}.far"}}


async def test_colleagues_go_on_talking(before: Exchange, after: Exchange) -> None:
    before.presence.beat(before.ben.id, "tab", phone=True)
    wish = PlaceRequest("", "DE", "T-1", "", before.ben.email)
    view, _ = await before.calls.place(before.anna, wish)
    call_id = view.record.id
    await before.browser_joins(before.anna, call_id, "annas")
    await before.calls.answer(before.ben, call_id, None)
    await before.browser_joins(before.ben, call_id, "bens")
    assert bridges(before) == {call_id: {"annas", "bens"}}
    assert (await taken_over(after, call_id)).state == "talking"
    assert bridges(after) == {call_id: {"annas", "bens"}}
    await after.browser_joins(after.ben, call_id, "bens-again")
    assert bridges(after) == {call_id: {"annas", "bens-again"}}
    assert (await billed(after, call_id)).talk_ms == 0


async def test_an_unheard_hold_is_made_up_for_after_a_lost_connection(before: Exchange) -> None:
    """Asterisk was away while the call wanted its legs elsewhere."""
    call_id = await talking(before, before.anna, "leg-1")
    await before.calls.hold(before.anna, call_id)
    await before.switch.execute(call_id, m.Join("leg-1"))
    await before.switch.execute(call_id, m.StopHold())
    before.board.connected()
    await before.resync.run()
    await settle()
    assert bridges(before) == {call_id: {f"{call_id}.far"}}
    assert before.switch.music == {call_id}
