"""Who is reachable, and what others see of it."""

import asyncio
from dataclasses import replace

import pytest

from pbx.domain import messages as m
from pbx.domain.records import Status
from pbx.services.presence import Presence
from tests.fakes.edges import FakeClock, settle
from tests.support.exchange import ANNAS, Exchange


class Watched:
    """`Presence` of one user `u`, with what it told."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.told: list[tuple[str, bool, str]] = []
        self.lost: list[str] = []
        self.talking: set[str] = set()
        self.presence = Presence(self.clock, 8, self._changed)
        self.presence.on_lost = self.lost.append
        self.presence.on_call = self.talking.__contains__

    def _changed(self, user_id: str, live: bool) -> None:
        self.told.append((user_id, live, self.presence.of(user_id)))


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_who_is_available_and_alive_can_be_rung(watched: Watched) -> None:
    presence = watched.presence
    assert presence.of("u") == "offline"
    presence.beat("u", "tab", phone=True)
    assert (presence.of("u"), presence.ringable_users()) == ("available", {"u"})
    assert watched.told == [("u", True, "available")]
    presence.gone("u", "tab")
    assert (presence.of("u"), presence.ringable_users()) == ("offline", frozenset())
    assert watched.told[1:] == [("u", False, "offline")]
    assert watched.lost == ["u"]


@pytest.mark.parametrize("status", [Status.BUSY, Status.AWAY, Status.OFF])
def test_a_status_set_by_hand_stops_ringing_at_once(watched: Watched, status: Status) -> None:
    presence = watched.presence
    presence.beat("u", "tab", phone=True)
    presence.set_status("u", status)
    assert watched.lost == ["u"]
    assert presence.live("u")
    assert presence.ringable_users() == frozenset()
    presence.beat("u", "tab", phone=True)
    assert watched.told == [("u", True, "available"), ("u", True, status.value)]
    presence.set_status("u", Status.AVAILABLE)
    assert presence.ringable("u")
    assert watched.lost == ["u"], "who comes back is not lost again"


def test_a_status_is_seen_of_somebody_without_a_browser_too(watched: Watched) -> None:
    watched.presence.set_status("u", Status.AWAY)
    watched.presence.set_status("u", Status.AVAILABLE)
    assert watched.told == [("u", False, "away"), ("u", False, "offline")]


def test_a_call_is_seen_and_hides_no_status(watched: Watched) -> None:
    presence = watched.presence
    presence.beat("u", "tab", phone=True)
    watched.talking.add("u")
    presence.look("u")
    assert presence.of("u") == "on_call"
    assert presence.ringable("u"), "whether a call may wait is not decided here"
    presence.set_status("u", Status.BUSY)
    assert presence.of("u") == "busy"


async def test_what_ends_silently_is_noticed(watched: Watched) -> None:
    presence = watched.presence
    presence.beat("u", "tab", phone=True)
    watched.talking.add("u")
    task = asyncio.create_task(presence.run())
    await settle()
    await watched.clock.advance(1)
    watched.talking.clear()
    await watched.clock.advance(1)
    await watched.clock.advance(9)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [seen for _, _, seen in watched.told] == [
        "available",
        "on_call",
        "available",
        "offline",
    ]


def test_a_second_browser_keeps_somebody_alive(watched: Watched) -> None:
    presence = watched.presence
    presence.beat("u", "one", phone=True)
    presence.beat("u", "two", phone=True)
    presence.gone("u", "one")
    assert presence.live("u")
    presence.beat("u", "two", phone=False)
    assert not presence.live("u")


async def test_a_status_survives_a_restart(exchange: Exchange, watched: Watched) -> None:
    await exchange.directory.set_status(exchange.anna.id, Status.OFF)
    presence = watched.presence
    presence.restore(await exchange.directory.users())
    presence.beat(exchange.anna.id, "tab", phone=True)
    presence.beat(exchange.ben.id, "tab", phone=True)
    assert presence.ringable_users() == {exchange.ben.id}
    assert presence.of(exchange.anna.id) == "off"
    anna = await exchange.directory.user(exchange.anna.id)
    assert anna == replace(exchange.anna, status=Status.OFF)


async def test_the_end_of_a_shift_sends_the_caller_on(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    channel = await exchange.caller_calls(ANNAS)
    assert exchange.notifier.rings == [exchange.anna.id]
    exchange.presence.set_status(exchange.anna.id, Status.OFF)
    await settle()
    assert exchange.board.ringing_for(exchange.anna.id) == []
    assert m.Answer(channel) in exchange.switch.commands("in1"), "voicemail takes the call"


async def test_who_is_off_is_not_rung(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    exchange.presence.set_status(exchange.anna.id, Status.OFF)
    await exchange.caller_calls(ANNAS)
    assert exchange.notifier.rings == []
