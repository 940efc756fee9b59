"""Calls from inside: who gets whose events, and what is left afterwards."""

import asyncio

import pytest

from pbx.domain import messages as m
from pbx.domain.records import Outcome
from pbx.domain.test_calls import Heard, is_test
from pbx.errors import SwitchUnreachable
from pbx.services.inside_calls import InsideCalls
from tests.fakes.edges import FakeClock, FakeSwitch, settle
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange

OURS = "+4922182829981"


class Others:
    """`SwitchListener` of all other calls."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def event(self, call_id: str, event: m.Event) -> None:
        self.told.append(call_id)

    def call_arrived(self, call_id: str, *_: object) -> None:
        self.told.append(call_id)

    def agent_joined(self, call_id: str, *_: object) -> None:
        self.told.append(call_id)

    def connected(self) -> None:
        self.told.append("connected")


class Test:
    def setup_method(self) -> None:
        self.switch, self.clock, self.others = FakeSwitch(), FakeClock(), Others()
        self.calls = InsideCalls(
            switch=self.switch, clock=self.clock, caller_id=HEAD_OFFICE, then=self.others
        )

    async def listening(self) -> tuple["asyncio.Task[Heard]", str, str]:
        """A call under way, its id and its channel."""
        heard = asyncio.create_task(self.calls.listen(OURS, 7.0))
        await settle()
        call_id, command = self.switch.executed[0]
        assert isinstance(command, m.CallInside)
        assert (command.number, command.caller_id) == (OURS, HEAD_OFFICE)
        assert is_test(command.arrives_as)
        return heard, call_id, command.channel

    async def test_what_is_heard_from_the_answer_on(self) -> None:
        heard, call_id, channel = await self.listening()
        self.calls.event("another", m.LegAnswered(self.clock.now(), m.Leg.FAR, "x"))
        self.calls.event(call_id, m.LegRang(self.clock.now(), m.Leg.FAR, channel))
        await self.clock.advance(4)
        self.calls.event(call_id, m.LegAnswered(self.clock.now(), m.Leg.FAR, channel))
        await settle()
        assert self.switch.executed[-1] == (call_id, m.Record(channel, 7))
        self.switch.recordings[call_id] = b"sound"
        await self.clock.advance(7)
        # The other half is hung up with the recording: what was recorded counts all the same.
        self.calls.event(call_id, m.LegGone(self.clock.now(), m.Leg.FAR, channel, 16))
        self.calls.event(call_id, m.RecordingDone(self.clock.now(), call_id))
        assert await heard == Heard(True, b"sound", 11_000)
        assert self.switch.executed[-1] == (call_id, m.HangUp(channel))
        assert (self.switch.legs, self.switch.recordings) == ({}, {})
        self.calls.event(call_id, m.LegGone(self.clock.now(), m.Leg.FAR, channel, 16))
        self.calls.call_arrived("in", "c", OURS, HEAD_OFFICE, self.clock.now())
        self.calls.agent_joined("agent", "e", "c", self.clock.now())
        self.calls.connected()
        assert self.others.told == ["another", "in", "agent", "connected"]
        assert is_test(call_id)

    async def test_nobody_answers(self) -> None:
        heard, call_id, channel = await self.listening()
        self.calls.event(call_id, m.LegGone(self.clock.now(), m.Leg.FAR, channel, 19))
        assert await heard == Heard(False, b"", 0)
        assert self.switch.legs == {}

    async def test_the_exchange_is_away(self) -> None:
        self.switch.reachable = False
        with pytest.raises(SwitchUnreachable):
            await self.calls.listen(OURS, 7.0)


async def test_the_half_that_arrives_rings_nobody_and_leaves_no_message(exchange: Exchange) -> None:
    exchange.presence.beat(exchange.anna.id, "tab", phone=True)
    channel, now = "test-1.called", exchange.clock.now
    exchange.switch.legs[channel] = exchange.leg(channel, "in1", "far", "")
    exchange.board.call_arrived("in1", channel, ANNAS, HEAD_OFFICE, now())
    await settle()
    assert exchange.board.ringing_for(exchange.anna.id) == []
    exchange.board.user_reachable(exchange.anna.id)
    exchange.board.event("in1", m.LegAnswered(now(), m.Leg.FAR, channel))
    await settle()
    assert exchange.board.ringing_for(exchange.anna.id) == []
    exchange.board.event("in1", m.PlaybackDone(now(), "greeting"))
    await settle()
    executed = [command for _, command in exchange.switch.executed]
    assert m.Play(channel, "greeting", ("de/greeting", "beep")) in executed
    assert m.HangUp(channel) in executed
    assert not [each for each in executed if isinstance(each, m.Record)]
    await exchange.far_hangs_up("in1", channel)
    record = await exchange.calls_log.get("in1")
    assert record is not None
    assert (record.outcome, record.cause) == (Outcome.VOICEMAIL, "test-call")
    assert record.user_id is None, "nobody has missed it"
    assert await exchange.messages.by_call("in1") is None


async def test_a_test_call_that_is_hung_up_early_is_nobodys_missed_call(exchange: Exchange) -> None:
    channel, now = "test-2.called", exchange.clock.now
    exchange.switch.legs[channel] = exchange.leg(channel, "in1", "far", "")
    exchange.board.call_arrived("in1", channel, ANNAS, HEAD_OFFICE, now())
    await settle()
    exchange.board.event("in1", m.LegAnswered(now(), m.Leg.FAR, channel))
    await exchange.far_hangs_up("in1", channel)
    record = await exchange.calls_log.get("in1")
    assert record is not None
    assert (record.outcome, record.cause) == (Outcome.VOICEMAIL, "test-call")
