"""What people, browsers and the network do in a conversation, on an exchange of fakes."""

from pbx.domain.records import User
from pbx.services.calls import PlaceRequest
from pbx.services.ports import CallView
from tests.fakes.edges import settle
from tests.support.exchange import Exchange
from tests.support.live_switch import LiveSwitch

BEN = "ben@example.test"


async def talks(exchange: Exchange, browser: str = "browser-1") -> str:
    """Anna in conversation with a number."""
    view, _ = await exchange.place(exchange.anna)
    await picked_up(exchange, view.record.id, browser)
    return view.record.id


async def picked_up(exchange: Exchange, call_id: str, browser: str) -> None:
    await exchange.browser_joins(exchange.anna, call_id, browser)
    answer(exchange, f"{call_id}.far")
    await settle()


def answer(exchange: Exchange, channel: str) -> None:
    assert isinstance(exchange.switch, LiveSwitch)
    exchange.switch.answer(channel)


async def goes(exchange: Exchange, channel: str, cause: int = 16) -> None:
    assert isinstance(exchange.switch, LiveSwitch)
    exchange.switch.hang_up(channel, cause)
    await settle()


async def consults(exchange: Exchange, call_id: str, colleague: str = "") -> str:
    wish = PlaceRequest("89 7654321", "DE", "", "", colleague, call_id)
    view, new = await exchange.calls.place(exchange.anna, wish)
    assert new
    return view.record.id


async def colleague_answers(exchange: Exchange, call_id: str, user: User, browser: str) -> CallView:
    exchange.board.rings(user.id, call_id)
    view = await exchange.calls.answer(user, call_id, None)
    await exchange.browser_joins(user, call_id, browser)
    return view


def bridge_of(exchange: Exchange, channel: str) -> str:
    return exchange.switch.legs[channel].bridge


async def state(exchange: Exchange, call_id: str) -> str:
    return (await exchange.board.view_of(call_id)).state
