"""Taking over the calls of the ledger that nobody has under way: after a restart."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pbx.domain import messages as m
from pbx.domain.adoption import FoundLegs, Partner, adopt
from pbx.domain.call import Call, CallState
from pbx.domain.limits import longest_seconds
from pbx.domain.records import CallRecord, Direction, Moment
from pbx.domain.retelling import Told, retell
from pbx.domain.routing import Caller, Plan
from pbx.domain.test_calls import is_test
from pbx.services.guard import Guard
from pbx.services.ports import CallLog, Clock, LiveChannel, Switch
from pbx.services.ringing import reject_cause
from pbx.services.switchboard import Switchboard

log = logging.getLogger(__name__)

RECORD_TRIES, RECORD_SECONDS = 20, 0.1
"""How long to wait for Asterisk's record of a call whose last leg was just hung up."""
CONSULTED_WITHIN_MS = 2000
"""A call that was begun so soon after another of the same user was put on hold is about it."""


@dataclass(slots=True)
class _Open:
    """A call of the ledger that has not ended, with what is known of it."""

    record: CallRecord
    told: Told
    channels: Sequence[LiveChannel]

    @property
    def far(self) -> LiveChannel | None:
        """The network's leg, or the colleague's in an internal call."""
        if self.record.direction is Direction.INTERNAL:
            return self._last_of(self.told.colleagues)
        return next((c for c in self.channels if c.role == m.Leg.FAR), None)

    @property
    def agent(self) -> LiveChannel | None:
        """The newest that the ledger knows; of those that it does not, one that is heard."""
        known = self._last_of(self.told.agents)
        unknown = (
            c
            for c in self.channels
            if c.role == m.Leg.AGENT and c.bridged and c.channel not in self.told.colleagues
        )
        return known or next(unknown, None)

    def _last_of(self, told: tuple[str, ...]) -> LiveChannel | None:
        there = {c.channel: c for c in self.channels}
        return next((there[channel] for channel in reversed(told) if channel in there), None)


class Adopting:
    """Reads ledger and legs, makes the calls, lets them live."""

    def __init__(
        self,
        *,
        board: Switchboard,
        switch: Switch,
        calls: CallLog,
        guard: Guard,
        clock: Clock,
    ) -> None:
        self._guard = guard
        self._board = board
        self._switch = switch
        self._calls = calls
        self._clock = clock

    async def run(
        self,
        records: Sequence[CallRecord],
        legs: Mapping[str, Sequence[LiveChannel]],
        recorded: Collection[str],
    ) -> None:
        """Adopt these calls. They begin to act only when all of them are there, because they
        speak to each other.

        Args:
            legs: what Asterisk has, by call.
            recorded: calls of which there is a finished recording.
        """
        found: dict[str, _Open] = {}
        for stale in records:
            record = await self._calls.get(stale.id)
            channels = legs.get(stale.id, [])
            if record is None or record.ended:  # it ended while others were looked at
                self.drop_strays(stale.id, channels)
                continue
            told = retell(await self._calls.entries(record.id))
            found[record.id] = _Open(record, told, channels)
        hosts = _hosts(found)
        adopted = [
            await self._adopt(call, hosts, found, call.record.id in recorded)
            for call in found.values()
        ]
        _consultations([call for call, _ in adopted], found)
        actors = [(self._board.open(call), first) for call, first in adopted]
        for actor, _ in actors:
            for user_id in actor.call.members:
                if actor.call.claims(user_id):
                    self._board.ears.take(user_id, actor.call.id)
        for actor, first in actors:
            self._board.run(actor, first)

    async def _adopt(
        self,
        known: _Open,
        hosts: Mapping[str, str],
        others: Mapping[str, _Open],
        recorded: bool,
    ) -> tuple[Call, list[m.Command]]:
        record, told = known.record, known.told
        found = await self._found(known, hosts, others, recorded)
        if told.agents and record.answered is None:
            record = replace(record, user_id=told.user_id, task=told.task or record.task)
        inbound = record.direction is Direction.INBOUND
        plan = await self._plan(known) if inbound else None
        call, first = adopt(
            record,
            found,
            self._clock.now(),
            limits=await self._limits(known.record),
            stages=await self._board.sounds.stages(plan) if plan else (),
            voicemail=await self._board.voicemail_plan(plan) if plan else None,
            reject_cause=reject_cause(plan) if plan else "",
            told=told,
        )
        call.agent_endpoint = _endpoint(known, call.agent)
        call.far_endpoint = _endpoint(known, call.far) if call.internal else ""
        log.info("call=%s adopted as %s", call.id, call.state.name)
        self.drop_strays(
            call.id, [c for c in known.channels if c.channel not in (found.far, found.agent)]
        )
        return call, first

    async def _limits(self, record: CallRecord) -> m.CallLimits:
        """No longer than whoever placed it may telephone; no emergency call is limited (D8)."""
        limits = self._board.rules.limits
        if record.direction is not Direction.OUTBOUND or not (record.number or "").startswith("+"):
            return limits
        holding = await self._guard.limits_of(record.user_id or "")
        return limits.no_longer_than(longest_seconds(holding))

    async def _plan(self, known: _Open) -> Plan:
        """By the hours at which it came; a hidden caller's hash is not looked up again."""
        record = known.record
        test = known.far is not None and is_test(known.far.channel)
        caller = Caller(record.number or "", test=test)
        return await self._board.plan(record.did or "", caller, record.offered.at)

    async def _found(
        self,
        known: _Open,
        hosts: Mapping[str, str],
        others: Mapping[str, _Open],
        recorded: bool,
    ) -> FoundLegs:
        record, far = known.record, known.far
        alone = far is None and record.direction is not Direction.INTERNAL
        agent = None if alone else known.agent
        there = far or agent
        host = hosts.get(record.id)
        return FoundLegs(
            far=far.channel if far else None,
            far_up=bool(far and far.up),
            agent=agent.channel if agent else None,
            recording=await self._switch.recording_live(record.id) if far else False,
            recorded=recorded,
            answered=self.moment(far.answered_at) if far and far.answered_at else None,
            seen=await self._last_seen(record) if there else await self._end_of(known),
            agent_in=bool(agent and agent.bridged),
            far_in=bool(far and far.bridged and (host or far.bridge in ("", record.id))),
            host=_partner(known, host) if host else None,
            guests=tuple(
                _partner(others[guest], guest) for guest, at in hosts.items() if at == record.id
            ),
        )

    async def _last_seen(self, record: CallRecord) -> Moment:
        return await self._calls.last_beat(record.id) or record.answered or record.offered

    async def _end_of(self, known: _Open) -> Moment:
        """When a call ended whose far leg is gone: by Asterisk's own record, which is written
        when its last leg is gone, or else the last beat."""
        record = known.record
        agents = [c for c in known.channels if c.role == m.Leg.AGENT]
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
        return max(seen, self.moment(ended_at), key=lambda moment: moment.at)

    def drop_strays(self, call_id: str, channels: Sequence[LiveChannel]) -> None:
        for channel in channels:
            if self._board.is_held(channel.channel):
                continue
            log.warning("call=%s hanging up stray channel %s", call_id, channel.channel)
            self._board.drop(call_id, channel.channel, 16)

    def moment(self, at: datetime | None) -> Moment:
        """An instant of the wall clock on both clocks."""
        now = self._clock.now()
        if at is None:
            return now
        ago_ms = max(0, round((now.at - at).total_seconds() * 1000))
        return Moment(at, now.mono_ms - ago_ms, now.boot_id)


def _hosts(found: Mapping[str, _Open]) -> dict[str, str]:
    """Calls whose far leg is in the bridge of another one, and of which."""
    hosts = {}
    for call_id, known in found.items():
        bridge = known.far.bridge if known.far else ""
        if bridge and bridge != call_id and bridge in found:
            hosts[call_id] = bridge
    return hosts


def _partner(guest: _Open, call_id: str) -> Partner:
    """What `guest`, whose far leg is in another call's bridge, is to that call; told to
    `call_id`, be it the guest or the host. Only the far legs of transfers are dialled there."""
    answered = guest.record.answered is not None
    link = guest.told.link
    if link is None:  # the note of it was not written any more
        link = m.LinkedAs.GUEST if answered and guest.agent else m.LinkedAs.TRANSFER
    return Partner(call_id, link if answered else m.LinkedAs.TRANSFER, answered)


def _endpoint(known: _Open, channel: str | None) -> str:
    return next((c.endpoint for c in known.channels if c.channel == channel), "")


def _consultations(calls: Sequence[Call], found: Mapping[str, _Open]) -> None:
    """The ledger does not say what a call is about; when it was begun does."""
    for call in calls:
        if call.linked or call.state is CallState.ENDED:
            continue
        begun = found[call.id].record.offered
        for about in calls:
            held_at = found[about.id].told.held_at
            mine = about is not call and about.facts.user_id == call.facts.user_id
            if (
                mine
                and about.parked
                and held_at is not None
                and held_at.at <= begun.at
                and held_at.ms_until(begun) <= CONSULTED_WITHIN_MS
                and call.facts.direction is not Direction.INBOUND
            ):
                call.linked, call.linked_as = about.id, m.LinkedAs.CONSULTATION
