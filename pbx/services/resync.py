"""After each connection to Asterisk: learn its truth before acting (rule 10)."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pbx.domain import messages as m
from pbx.domain.adoption import FoundLegs, adopt
from pbx.domain.call import GREETING_NAME, CallState
from pbx.domain.records import CallRecord, Direction, LedgerKind, Moment
from pbx.services.actor import CallActor
from pbx.services.ports import CallFilter, CallLog, Clock, LiveChannel, Switch
from pbx.services.switchboard import Switchboard, stages_of
from pbx.services.voice import VoiceAccounts

log = logging.getLogger(__name__)

PAGE = 200
RECORD_TRIES, RECORD_SECONDS = 20, 0.1
"""How long to wait for Asterisk's record of a call whose last leg was just hung up."""


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
        """Adopt what lives, close what vanished, take in or hang up what nobody knows.

        Raises:
            SwitchUnreachable, SwitchRefused, Unavailable: it must be done again.
        """
        await self._voice.push_again()
        # Only what was known before stock is taken can be missing from it.
        before = {call.id: (call.agent, call.far) for call in self._board.calls()}
        legs: dict[str, list[LiveChannel]] = {}
        for channel in await self._switch.channels():
            legs.setdefault(channel.call_id, []).append(channel)
        recorded = {stored.call_id for stored in await self._switch.stored_recordings()}
        records = await self._open_calls()
        for call_id, known_legs in before.items():
            if actor := self._board.find_actor(call_id):
                self._tell_what_was_missed(actor, legs.get(call_id, []), known_legs)
                await self._tell_about_message(actor, call_id in recorded)
        for record in records:
            if record.id not in before and not self._board.expects(record.id):
                await self._adopt(record.id, legs.get(record.id, []), record.id in recorded)
        known = before.keys() | {record.id for record in records}
        for call_id, channels in legs.items():
            if call_id not in known and not self._board.expects(call_id):
                self._take_in(call_id, channels)
        self._board.resynced()

    async def _open_calls(self) -> list[CallRecord]:
        records: list[CallRecord] = []
        cursor: str | None = None
        while True:
            page, cursor = await self._calls.find(CallFilter(open_only=True), cursor, PAGE)
            records += page
            if cursor is None:
                return records

    def _tell_what_was_missed(
        self,
        actor: CallActor,
        channels: Sequence[LiveChannel],
        known_legs: tuple[str | None, str | None],
    ) -> None:
        """A call that has an actor: only its connection to Asterisk was away."""
        call, now = actor.call, self._clock.now()
        there = {channel.channel: channel for channel in channels}
        for leg, channel in zip((m.Leg.AGENT, m.Leg.FAR), known_legs, strict=True):
            if channel and channel not in there:
                actor.post(m.LegGone(now, leg, channel, 0))
        far = there.get(call.far or "")
        if far and far.up and not call.far_up:
            actor.post(m.LegAnswered(self._moment(far.answered_at), m.Leg.FAR, far.channel))
        if call.state is CallState.ENDED:
            self._drop_strays(call.id, channels)

    async def _tell_about_message(self, actor: CallActor, recorded: bool) -> None:
        """The ends of greeting and recording may have been missed too."""
        call = actor.call
        if call.recording:
            if recorded and not await self._switch.recording_live(call.id):
                actor.post(m.RecordingDone(self._clock.now(), call.id))
        elif (
            call.state is CallState.GREETING
            and call.far_up
            and not await self._switch.playing(call.id, GREETING_NAME)
        ):
            actor.post(m.PlaybackDone(self._clock.now(), GREETING_NAME))

    async def _adopt(self, call_id: str, channels: Sequence[LiveChannel], recorded: bool) -> None:
        record = await self._calls.get(call_id)
        if record is None or record.ended:  # it ended while others were adopted
            self._drop_strays(call_id, channels)
            return
        far = next((c for c in channels if c.role == m.Leg.FAR), None)
        agents = [c for c in channels if c.role == m.Leg.AGENT]
        agent = next((c for c in agents if c.bridged), None) if far else None
        found = FoundLegs(
            far=far.channel if far else None,
            far_up=bool(far and far.up),
            agent=agent.channel if agent else None,
            recording=await self._switch.recording_live(call_id) if far else False,
            recorded=recorded,
            answered=self._moment(far.answered_at) if far and far.answered_at else None,
            seen=await self._last_seen(record) if far else await self._end_of(record, agents),
        )
        if agent and record.answered is None:
            record = await self._with_agent(record)
        inbound = record.direction is Direction.INBOUND
        plan = await self._board.plan(record.did or "") if inbound else None
        call, first = adopt(
            record,
            found,
            self._clock.now(),
            limits=self._board.rules.limits,
            stages=stages_of(plan) if plan else (),
            voicemail=self._board.voicemail_plan(plan.number) if plan else None,
        )
        call.agent_endpoint = agent.endpoint if agent else ""
        log.info("call=%s adopted as %s", call.id, call.state.name)
        self._board.run(self._board.open(call), first)
        self._drop_strays(record.id, [c for c in channels if c is not far and c is not agent])

    async def _last_seen(self, record: CallRecord) -> Moment:
        return await self._calls.last_beat(record.id) or record.answered or record.offered

    async def _end_of(self, record: CallRecord, agents: Sequence[LiveChannel]) -> Moment:
        """When a call ended whose far leg is gone: by Asterisk's own record, which is written
        when its last leg is gone, or else the last beat."""
        for agent in agents:
            await self._switch.execute(record.id, m.HangUp(agent.channel))
        ended_at = await self._switch.ended_at(record.id)
        for _ in range(RECORD_TRIES if agents else 0):
            if ended_at is not None:
                break
            await self._clock.sleep(RECORD_SECONDS)
            ended_at = await self._switch.ended_at(record.id)
        seen = await self._last_seen(record)
        if ended_at is None:
            return seen
        return max(seen, self._moment(ended_at), key=lambda moment: moment.at)

    async def _with_agent(self, record: CallRecord) -> CallRecord:
        """Who talks on which task, where the answer itself did not reach the ledger."""
        for entry in reversed(await self._calls.entries(record.id)):
            if entry.kind is LedgerKind.LEG_UP and entry.user_id:
                return replace(record, user_id=entry.user_id, task=entry.task or record.task)
        return record

    def _take_in(self, call_id: str, channels: Sequence[LiveChannel]) -> None:
        """A caller whom the ledger does not know is as good as one who calls now; any other
        leg is nobody's."""
        for channel in channels:
            if not channel.did:
                self._drop_strays(call_id, [channel])
                continue
            now = self._clock.now()
            self._board.call_arrived(call_id, channel.channel, channel.did, channel.caller, now)
            if channel.up:
                self._board.event(call_id, m.LegAnswered(now, m.Leg.FAR, channel.channel))

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
