"""What people may not do with others' calls, and what holds where a wish fails half-way."""

import pytest

from pbx.domain import messages as m
from pbx.domain.call import CallState
from pbx.errors import Conflict, NotFound, Refused, SwitchRefused, SwitchUnreachable
from pbx.services.calls import PlaceRequest, TransferWish
from tests.fakes.edges import settle
from tests.support.conversations import (
    BEN,
    bridge_of,
    colleague_answers,
    consults,
    picked_up,
    state,
    talks,
)
from tests.support.exchange import Exchange
from tests.support.live_switch import LiveSwitch


@pytest.fixture
def exchange(live_exchange: Exchange) -> Exchange:
    return live_exchange


async def test_a_key_of_ones_own_shows_nobody_elses_call(exchange: Exchange) -> None:
    annas = await talks(exchange)
    await exchange.place(exchange.ben, "30 7654321", key="bens")
    with pytest.raises(NotFound) as refused:
        await exchange.calls.transfer(exchange.ben, annas, TransferWish("30 1", key="bens"))
    assert refused.value.error_id == "unknown-call"


async def test_where_hold_fails_the_call_keeps_its_users_ear(exchange: Exchange) -> None:
    call_id = await talks(exchange)
    exchange.switch.reachable = False
    with pytest.raises(SwitchUnreachable):
        await exchange.calls.hold(exchange.anna, call_id)
    exchange.switch.reachable = True
    assert bridge_of(exchange, "browser-1") == call_id
    assert not exchange.board.ears.take_if_free(exchange.anna.id, "a call that comes back")


@pytest.mark.parametrize("about", ["dialling", "nobody's"])
async def test_emergency_comes_before_what_a_consultation_needs(
    exchange: Exchange, about: str
) -> None:
    """D8: whoever dials 112 must read where to turn, whatever else is wrong."""
    view, _ = await exchange.place(exchange.anna)
    call_id = view.record.id if about == "dialling" else "unknown"
    with pytest.raises(Refused) as refused:
        await exchange.calls.place(exchange.anna, PlaceRequest("112", "DE", "", "", "", call_id))
    assert refused.value.error_id == "emergency-number"
    wish = PlaceRequest("89 7654321", "DE", "", "", "", call_id)
    with pytest.raises((Conflict, NotFound)):
        await exchange.calls.place(exchange.anna, wish)


async def test_whoever_came_live_and_answers_before_the_greeting_hears_the_caller(
    exchange: Exchange,
) -> None:
    """The caller's leg is being answered for the greeting when somebody takes the call."""
    exchange.presence.gone(exchange.anna.id, "tab")
    channel = await exchange.caller_calls("+4922182829981")
    actor = exchange.board.actor("in1")
    call = actor.call
    assert call.state is CallState.GREETING
    assert channel
    call.far_up, call.platform_since = False, None  # its answer was not reported yet
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    await settle()
    await exchange.calls.answer(exchange.anna, "in1", None)
    exchange.board.event("in1", m.LegAnswered(exchange.clock.now(), m.Leg.FAR, channel))
    await settle()
    await exchange.browser_joins(exchange.anna, "in1", "browser-9")
    assert bridge_of(exchange, channel) == bridge_of(exchange, "browser-9") == "in1"


async def test_a_consultation_is_not_taken_from_a_stranger(exchange: Exchange) -> None:
    annas = await talks(exchange)
    second = await consults(exchange, annas)
    for act in (exchange.calls.complete, exchange.calls.join):
        with pytest.raises(NotFound):
            await act(exchange.ben, annas, second)


async def test_the_other_call_comes_back_where_the_wanted_one_has_just_ended(
    exchange: Exchange,
) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    assert bridge_of(exchange, "browser-2") == second
    far = f"{first}.far"
    del exchange.switch.legs[far]
    exchange.board.event(first, m.LegGone(exchange.clock.now(), m.Leg.FAR, far, 16))
    with pytest.raises(Conflict) as refused:
        await exchange.calls.resume(exchange.anna, first)
    assert refused.value.error_id == "not-held"
    await settle()
    assert await state(exchange, second) == "talking"
    assert bridge_of(exchange, "browser-2") == second


class NoLeaving(LiveSwitch):
    """Does not take legs out of bridges."""

    async def execute(self, call_id: str, command: m.Command) -> None:
        if isinstance(command, m.Leave):
            raise SwitchRefused(500, "Allocation failed")
        await super().execute(call_id, command)


async def test_who_is_on_hold_is_not_overheard_on_either_side(exchange: Exchange) -> None:
    """A colleague's leg that cannot be taken out of the bridge is hung up, as the caller's is;
    the page brings a new one."""
    wish = PlaceRequest("", "DE", "T-1", "", BEN)
    view, _ = await exchange.calls.place(exchange.anna, wish)
    call_id = view.record.id
    await exchange.browser_joins(exchange.anna, call_id, "annas")
    await colleague_answers(exchange, call_id, exchange.ben, "bens")
    assert bridge_of(exchange, "bens") == call_id
    exchange.switch.__class__ = NoLeaving
    await exchange.calls.hold(exchange.ben, call_id)
    await settle()
    assert "bens" not in exchange.switch.legs
    await exchange.browser_joins(exchange.ben, call_id, "bens-2")
    assert bridge_of(exchange, "bens-2") == ""
    assert await state(exchange, call_id) == "held"


async def test_a_colleague_whose_leg_could_not_be_parked_talks_on(exchange: Exchange) -> None:
    wish = PlaceRequest("", "DE", "T-1", "", BEN)
    view, _ = await exchange.calls.place(exchange.anna, wish)
    call_id = view.record.id
    await exchange.browser_joins(exchange.anna, call_id, "annas")
    await colleague_answers(exchange, call_id, exchange.ben, "bens")
    exchange.switch.reachable = False
    with pytest.raises(SwitchUnreachable):
        await exchange.calls.hold(exchange.ben, call_id)
    exchange.switch.reachable = True
    assert await state(exchange, call_id) == "talking"
    assert bridge_of(exchange, "bens") == call_id


# ------------------------------------------------------------------ Asterisk away meanwhile


async def back_again(exchange: Exchange) -> None:
    exchange.switch.reachable = True
    exchange.board.connected()
    await exchange.resync.run()
    await settle()


async def test_whoever_transferred_while_asterisk_was_away_does_not_listen(
    exchange: Exchange,
) -> None:
    first = await talks(exchange)
    second = await consults(exchange, first)
    await picked_up(exchange, second, "browser-2")
    exchange.switch.reachable = False
    await exchange.calls.complete(exchange.anna, first, second)
    assert await state(exchange, first) == "transferred"
    await back_again(exchange)
    assert exchange.switch.legs.keys() == {f"{first}.far", f"{second}.far"}
    assert exchange.switch.bridges[first] == exchange.switch.legs.keys()


async def test_no_bridge_stays_of_a_call_that_ended_while_asterisk_was_away(
    exchange: Exchange,
) -> None:
    call_id = await talks(exchange)
    exchange.switch.reachable = False
    await exchange.calls.hang_up(exchange.anna, call_id)
    assert call_id in exchange.switch.bridges
    await back_again(exchange)
    assert not exchange.switch.bridges
    assert not exchange.switch.legs
