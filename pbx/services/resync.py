"""After each connection to Asterisk: learn its truth before acting (rule 10)."""

import logging
from collections.abc import Sequence

from pbx.domain import messages as m
from pbx.domain.call import GREETING_NAME, IN_CONVERSATION, Call, CallState
from pbx.domain.records import CallRecord
from pbx.errors import SwitchRefused
from pbx.services.actor import CallActor
from pbx.services.adopting import Adopting
from pbx.services.guard import Guard
from pbx.services.ports import CallFilter, CallLog, Clock, LiveChannel, Switch
from pbx.services.switchboard import Switchboard
from pbx.services.voice import VoiceAccounts

log = logging.getLogger(__name__)

PAGE = 200
IN_BRIDGES = IN_CONVERSATION | {
    CallState.JOINED,
    CallState.TRANSFERRING,
    CallState.TRANSFERRED,
}
"""States in which every leg has its place."""


class Resync:
    """Brings ledger, actors and Asterisk together."""

    def __init__(
        self,
        *,
        board: Switchboard,
        switch: Switch,
        calls: CallLog,
        voice: VoiceAccounts,
        guard: Guard,
        clock: Clock,
    ) -> None:
        self._board = board
        self._switch = switch
        self._calls = calls
        self._voice = voice
        self._clock = clock
        self._adoption = Adopting(board=board, switch=switch, calls=calls, guard=guard, clock=clock)

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
                self._tell_about_outside(actor)
                await self._put_in_place(actor.call, legs.get(call_id, []))
        new = [r for r in records if r.id not in before and not self._board.expects(r.id)]
        await self._adoption.run(new, legs, recorded)
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
            actor.post(
                m.LegAnswered(self._adoption.moment(far.answered_at), m.Leg.FAR, far.channel)
            )
        # A leg that was given up while Asterisk could not be told: who handed a call over must
        # not go on listening.
        mine = () if call.state is CallState.ENDED else (call.agent, call.far)
        browsers = [leg for leg in channels if leg.role == m.Leg.AGENT or not mine]
        self._adoption.drop_strays(call.id, [leg for leg in browsers if leg.channel not in mine])

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

    def _tell_about_outside(self, actor: CallActor) -> None:
        """Somebody outside may have answered while the caller's leg could not be asked to."""
        call = actor.call
        if call.state is CallState.OUTSIDE and call.linked:
            other = self._board.find_actor(call.linked)
            if other and other.call.state is CallState.TRANSFERRED:
                actor.post(m.PartnerAnswered(self._clock.now(), call.linked))

    async def _put_in_place(self, call: Call, channels: Sequence[LiveChannel]) -> None:
        """What the call wanted while Asterisk could not be told: who is in which bridge."""
        if call.state is CallState.ENDED:
            await self._try(call.id, m.DestroyBridge())
        if call.state not in IN_BRIDGES:
            return
        where = {leg.channel: leg.bridge for leg in channels if leg.up}
        if call.agent in where and bool(where[call.agent]) is call.parked:
            command = m.Leave(call.agent, where[call.agent]) if call.parked else m.Join(call.agent)
            await self._try(call.id, command)
        wanted = "" if call.far_parked else call.far_bridge or call.id
        if call.far in where and wanted and where[call.far] != wanted:
            await self._try(call.id, m.Join(call.far, call.far_bridge))
        await self._try(call.id, m.StartHold() if call.on_hold else m.StopHold())

    async def _try(self, call_id: str, command: m.Command) -> None:
        try:
            await self._switch.execute(call_id, command)
        except SwitchRefused as e:  # it has gone meanwhile
            log.warning("call=%s %s: %s", call_id, type(command).__name__, e.reason)

    def _take_in(self, call_id: str, channels: Sequence[LiveChannel]) -> None:
        """A caller whom the ledger does not know is as good as one who calls now; any other
        leg is nobody's."""
        for channel in channels:
            if not channel.did:
                self._adoption.drop_strays(call_id, [channel])
                continue
            now = self._clock.now()
            self._board.call_arrived(call_id, channel.channel, channel.did, channel.caller, now)
            if channel.up:
                self._board.event(call_id, m.LegAnswered(now, m.Leg.FAR, channel.channel))
