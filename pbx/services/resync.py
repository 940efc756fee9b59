"""After each connection to Asterisk: learn its truth before acting (rule 10)."""

import logging
from collections.abc import Sequence
from datetime import datetime

from pbx.domain import messages as m
from pbx.domain.adoption import FoundLegs, adopt
from pbx.domain.call import Call, CallState
from pbx.domain.records import CallRecord, Direction, Moment
from pbx.services.ports import CallFilter, CallLog, Clock, LiveChannel, Switch
from pbx.services.switchboard import Switchboard, stages_of
from pbx.services.voice import VoiceAccounts

log = logging.getLogger(__name__)

PAGE = 200


class Resync:
    """Brings ledger, actors and Asterisk together."""

    def __init__(
        self,
        *,
        board: Switchboard,
        switch: Switch,
        calls: CallLog,
        voice: VoiceAccounts,
        clock: Clock,
    ) -> None:
        self._board = board
        self._switch = switch
        self._calls = calls
        self._voice = voice
        self._clock = clock

    async def run(self) -> None:
        """Adopt what lives, close what vanished, hang up what is nobody's.

        Raises:
            SwitchUnreachable, SwitchRefused: it must be done again.
        """
        await self._voice.push_again()
        legs: dict[str, list[LiveChannel]] = {}
        for channel in await self._switch.channels():
            legs.setdefault(channel.call_id, []).append(channel)
        open_calls = await self._open_calls()
        for call in self._board.calls():
            self._tell_what_was_missed(call, legs.get(call.id, []))
        for record in open_calls:
            if self._board.find_actor(record.id) is None:
                await self._adopt(record, legs.get(record.id, []))
        known = {record.id for record in open_calls}
        for call_id, channels in legs.items():
            if call_id not in known and not self._board.expects(call_id):
                self._drop_strays(call_id, channels)
        self._board.resynced()

    async def _open_calls(self) -> list[CallRecord]:
        records: list[CallRecord] = []
        cursor: str | None = None
        while True:
            page, cursor = await self._calls.find(CallFilter(open_only=True), cursor, PAGE)
            records += page
            if cursor is None:
                return records

    def _tell_what_was_missed(self, call: Call, channels: Sequence[LiveChannel]) -> None:
        """A call that has an actor: only its connection to Asterisk was away."""
        now = self._clock.now()
        actor = self._board.actor(call.id)
        there = {channel.channel: channel for channel in channels}
        for leg, channel in ((m.Leg.AGENT, call.agent), (m.Leg.FAR, call.far)):
            if channel and channel not in there:
                actor.post(m.LegGone(now, leg, channel, 0))
        far = there.get(call.far or "")
        if far and far.up and not call.far_up:
            actor.post(m.LegAnswered(self._moment(far.answered_at), m.Leg.FAR, far.channel))
        if call.state is CallState.ENDED:
            self._drop_strays(call.id, channels)

    async def _adopt(self, record: CallRecord, channels: Sequence[LiveChannel]) -> None:
        far = next((c for c in channels if c.role == m.Leg.FAR), None)
        agents = [c for c in channels if c.role == m.Leg.AGENT]
        agent = next((c for c in agents if c.bridged), None)
        now = self._clock.now()
        seen = await self._calls.last_beat(record.id) or record.answered or record.offered
        if far is None and (ended_at := await self._switch.ended_at(record.id)):
            seen = max(seen, self._moment(ended_at), key=lambda moment: moment.at)
        found = FoundLegs(
            far=far.channel if far else None,
            far_up=bool(far and far.up),
            agent=agent.channel if agent else None,
            recording=await self._switch.recording_live(record.id) if far else False,
            answered=self._moment(far.answered_at) if far and far.answered_at else None,
            seen=seen,
        )
        inbound = record.direction is Direction.INBOUND
        plan = await self._board.plan(record.did or "") if inbound else None
        call, first = adopt(
            record,
            found,
            now,
            limits=self._board.rules.limits,
            stages=stages_of(plan) if plan else (),
            voicemail=self._board.voicemail_plan(plan.number) if plan else None,
        )
        call.agent_endpoint = agent.endpoint if agent else ""
        log.info("call=%s adopted as %s", call.id, call.state.name)
        self._board.run(self._board.open(call), first)
        self._drop_strays(record.id, [c for c in channels if c is not far and c is not agent])

    def _drop_strays(self, call_id: str, channels: Sequence[LiveChannel]) -> None:
        for channel in channels:
            if self._board.is_held(channel.channel):
                continue
            log.warning("call=%s hanging up stray channel %s", call_id, channel.channel)
            self._board.drop(call_id, channel.channel, 16)

    def _moment(self, at: datetime | None) -> Moment:
        """An instant of the wall clock on both clocks."""
        now = self._clock.now()
        if at is None:
            return now
        ago_ms = max(0, round((now.at - at).total_seconds() * 1000))
        return Moment(at, now.mono_ms - ago_ms, now.boot_id)
