"""Calls from inside: who gets whose events, and what is left afterwards."""

import asyncio

import pytest

from pbx.domain import messages as m
from pbx.domain.test_calls import TEST_CALL, Heard
from pbx.errors import SwitchUnreachable
from pbx.services.inside_calls import InsideCalls
from tests.fakes.edges import FakeClock, FakeSwitch, settle

OURS, HEAD_OFFICE = "+4922182829981", "+4922182829980"


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
        assert call_id.startswith(TEST_CALL)

    async def test_nobody_answers(self) -> None:
        heard, call_id, channel = await self.listening()
        self.calls.event(call_id, m.LegGone(self.clock.now(), m.Leg.FAR, channel, 19))
        assert await heard == Heard(False, b"", 0)
        assert self.switch.legs == {}

    async def test_the_exchange_is_away(self) -> None:
        self.switch.reachable = False
        with pytest.raises(SwitchUnreachable):
            await self.calls.listen(OURS, 7.0)
