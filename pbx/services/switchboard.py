"""The calls under way: one actor each, fed by the switch, seen by the browsers."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pbx.domain import messages as m
from pbx.domain import numbers, routing
from pbx.domain.call import Call, CallState
from pbx.domain.records import CallRecord, Direction, LedgerEntry, LedgerKind, Moment
from pbx.domain.routing import Caller, Plan
from pbx.domain.test_calls import is_test
from pbx.errors import SwitchRefused, SwitchUnreachable, Unavailable
from pbx.services.actor import CallActor
from pbx.services.ears import Ears
from pbx.services.ledger import Ledger
from pbx.services.ports import CallLog, CallView, Clock, Directory, Notifier, Switch
from pbx.services.presence import Presence
from pbx.services.ringing import Planner, asleep, asserted_number, notes_of, reject_cause
from pbx.services.sounds import Sounds
from pbx.services.tasks import TaskOwner
from pbx.services.views import CallViews, no_call
from pbx.services.voice import VoiceAccounts

__all__ = ["CallRules", "Switchboard", "no_call"]

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
"""How often calls under way are noted as alive: the most that a crash can leave unbilled."""
CAUSE_REJECTED = 21
NOBODY = Caller()
END_SECONDS = 3.0
"""How long the exchange waits for its calls to end before it closes."""


@dataclass(frozen=True, slots=True)
class CallRules:
    """Settings that calls need."""

    home_region: str
    inbound_task: str
    limits: m.CallLimits
    voicemail: m.VoicemailPlan
    greetings: str
    """Folder of the numbers' own greetings, as Asterisk sees it."""


class Switchboard:
    """`ports.SwitchListener`: takes what the switch reports to the call that it concerns.

    Until `ready` is set (see `services.resync`) a report about an unknown call may be of
    one that is about to be adopted, so it is held back.
    """

    def __init__(
        self,
        *,
        switch: Switch,
        calls: CallLog,
        ledger: Ledger,
        directory: Directory,
        presence: Presence,
        voice: VoiceAccounts,
        planner: Planner,
        notifier: Notifier,
        clock: Clock,
        rules: CallRules,
        keep_voicemail: Callable[[str], None],
        library_greeting: Callable[[str], Awaitable[Path | None]],
        on_connected: Callable[[], None],
    ) -> None:
        self.rules = rules
        self._switch = switch
        self._calls = calls
        self._ledger = ledger
        self._directory = directory
        self.presence = presence
        self._voice = voice
        self._planner = planner
        self._idle_since: dict[str, datetime] = {}
        self._clock = clock
        self._keep_voicemail = keep_voicemail
        self.outside: Callable[[CallActor, m.RingOutside], Coroutine[None, None, None]]
        """Rings a number outside for a call (`services.outside`); set before calls come."""
        self.sounds = Sounds(rules.greetings, library_greeting)
        self._on_connected = on_connected
        self._actors: dict[str, CallActor] = {}
        self.ears = Ears(self._find_call)
        self._views = CallViews(
            calls=calls,
            directory=directory,
            presence=presence,
            notifier=notifier,
            clock=clock,
            find=self._actors.get,
        )
        self._held: dict[str, list[m.Event]] = {}
        self._arriving: set[str] = set()
        self._held_joins: list[tuple[str, m.LegJoined]] = []
        self._ready = False
        self._known = asyncio.Event()
        self._tasks = TaskOwner("switchboard")

    # -------------------------------------------------------------- reports of the switch

    def connected(self) -> None:
        self._ready = False
        self._on_connected()

    def resynced(self) -> None:
        """Asterisk's truth is known: work off what was held back."""
        self._ready = True
        self._known.set()
        for call_id in self._held.keys() - self._arriving:
            for event in self._held.pop(call_id):
                self.event(call_id, event)
        joins, self._held_joins = self._held_joins, []
        for call_id, joined in joins:
            self.agent_joined(call_id, joined.endpoint, joined.channel, joined.at)

    async def calls_known(self, seconds: float) -> None:
        """Wait until calls that went on without us are taken over; so long at most, because
        Asterisk may be away."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._known.wait(), seconds)

    def event(self, call_id: str, event: m.Event) -> None:
        if actor := self._actors.get(call_id):
            actor.post(event)
        elif call_id in self._held or not self._ready:
            self._held.setdefault(call_id, []).append(event)
        elif isinstance(event, m.RecordingDone):
            self._keep_voicemail(call_id)

    def call_arrived(self, call_id: str, channel: str, did: str, caller: str, at: Moment) -> None:
        if call_id in self._actors or call_id in self._arriving:
            return
        self._held.setdefault(call_id, [])
        self._arriving.add(call_id)
        self._tasks.start(self._receive(call_id, channel, did, caller, at), call_id)

    def agent_joined(self, call_id: str, endpoint: str, channel: str, at: Moment) -> None:
        joined = m.LegJoined(at, m.Leg.AGENT, channel, endpoint)
        if not self._ready:
            self._held_joins.append((call_id, joined))
            return
        actor = self._actors.get(call_id)
        leg = _leg_of(actor.call, self._voice.owner(endpoint)) if actor else None
        if actor and leg:
            actor.post(replace(joined, leg=leg))
            return
        log.warning("call=%s browser's leg of endpoint %s refused", call_id, endpoint)
        self.drop(call_id, channel, CAUSE_REJECTED)

    # -------------------------------------------------------------- arriving calls

    async def _receive(self, call_id: str, channel: str, did: str, caller: str, at: Moment) -> None:
        try:
            await self._arrive(call_id, channel, did, caller, at)
        except Exception:
            log.exception("call=%s cannot be taken", call_id)
            self._actors.pop(call_id, None)
            self._held.pop(call_id, None)
            await self._execute(call_id, m.Apologise(channel))
        finally:
            self._arriving.discard(call_id)

    async def _arrive(self, call_id: str, channel: str, did: str, caller: str, at: Moment) -> None:
        far = numbers.e164_from_trunk(caller, self.rules.home_region)
        who = self._planner.caller(far, "" if far else await asserted_number(self._switch, channel))
        who = replace(who, test=is_test(channel))
        plan = await self.plan(did, who, at.at)
        facts = m.Facts(
            direction=Direction.INBOUND,
            task=self.rules.inbound_task,
            number=far,
            did=plan.number.e164,
            owner_id=None if plan.test else plan.number.user_id,
            country=numbers.region_of(far) if far else None,
            number_type=numbers.type_of(far) if far else None,
        )
        call = Call(
            call_id,
            facts,
            limits=self.rules.limits,
            stages=await self.sounds.stages(plan),
            voicemail=await self.voicemail_plan(plan),
            reject_cause=reject_cause(plan),
            absent=asleep(plan),
        )
        actor = self.open(call)
        await actor.handle(m.CallArrived(at, channel))
        await self._note(call_id, plan, at)
        self.run(actor)
        self._tasks.start(self._after(call_id, who, plan, at), f"after {call_id}")

    async def _after(self, call_id: str, who: Caller, plan: Plan, at: Moment) -> None:
        """What need not be done before it rings."""
        await self._views.wake(call_id, list(asleep(plan)))
        try:
            await self._planner.note(call_id, who, plan, at.at)
        except Unavailable as e:
            log.warning("call=%s its caller was not counted: %s", call_id, e)

    async def plan(self, did: str, caller: Caller = NOBODY, at: datetime | None = None) -> Plan:
        """What would happen if `caller` called `did` at `at` (None: now) with everybody as they
        are now."""
        now = at or self._clock.now().at
        return await self._planner.plan(did, caller, now, self.presence_now())

    def presence_now(self) -> routing.Presence:
        live = self.presence.live_users()
        return routing.Presence(
            live=live,
            unavailable=live - self.presence.ringable_users(),
            calls=self.busy_users(),
            idle_since=dict(self._idle_since),
        )

    async def voicemail_plan(self, plan: Plan) -> m.VoicemailPlan:
        """With the greeting that is valid at this moment."""
        files = (await self.sounds.greeting(plan), "beep")
        return replace(self.rules.voicemail, files=files, takes_message=not plan.test)

    async def _note(self, call_id: str, plan: Plan, at: Moment) -> None:
        """Why it rang where it rang, for the call's timeline."""
        for user_id, reason in notes_of(plan):
            await self._ledger.write(
                LedgerEntry(call_id, LedgerKind.NOTE, at, user_id=user_id or None, cause=reason)
            )

    # -------------------------------------------------------------- actors

    def actor(self, call_id: str) -> CallActor:
        """Raises `NotFound`: the call is not under way."""
        actor = self._actors.get(call_id)
        if actor is None:
            raise no_call()
        return actor

    def find_actor(self, call_id: str) -> CallActor | None:
        return self._actors.get(call_id)

    def expects(self, call_id: str) -> bool:
        """Whether the call is under way or just being begun."""
        return call_id in self._actors or call_id in self._arriving

    def listener(self, call_id: str) -> str | None:
        """The channel of a caller who hears a greeting just now."""
        actor = self._actors.get(call_id)
        call = actor.call if actor else None
        return call.far if call and call.far_up and call.state is CallState.GREETING else None

    def is_held(self, channel: str) -> bool:
        """Whether this browser's leg waits for the end of the resync."""
        return any(joined.channel == channel for _, joined in self._held_joins)

    def actors(self) -> list[CallActor]:
        return list(self._actors.values())

    def calls(self) -> list[Call]:
        return [actor.call for actor in self._actors.values()]

    def of_user(self, user_id: str) -> list[Call]:
        """Calls under way that this user's browsers take part in."""
        return [call for call in self.calls() if user_id in call.members]

    def busy_users(self) -> Counter[str]:
        """In how many calls each user is."""
        return Counter(user for call in self.calls() for user in call.members)

    def open_of(self, user_id: str) -> list[Call]:
        """Also those of the user's calls that go on without a browser of theirs."""
        return [
            call
            for call in self.calls()
            if call.state is not CallState.ENDED
            and (call.facts.user_id == user_id or user_id in call.members)
        ]

    def ringing_for(self, user_id: str) -> list[Call]:
        return [call for call in self.calls() if user_id in call.offered_to]

    def ring_sent(self, user_id: str, call_id: str) -> None:
        """The word that it rings has gone out to a browser of this user."""
        if actor := self._actors.get(call_id):
            actor.post(m.RingSent(self._clock.now(), user_id))

    def rings(self, user_id: str, call_id: str) -> None:
        """A page of this user says that it rings for this call (N5)."""
        if actor := self._actors.get(call_id):
            actor.post(m.RingProved(self._clock.now(), user_id))

    def user_unreachable(self, user_id: str) -> None:
        """Their last browser died: what rings there goes on at once (N5)."""
        for call in self.ringing_for(user_id):
            self.actor(call.id).post(m.AgentLost(self._clock.now(), user_id))

    def user_reachable(self, user_id: str) -> None:
        """A page of theirs is alive (again): a caller for them may still be there."""
        for call in self.calls():
            if user_id in call.absent:
                self.actor(call.id).post(m.CameLive(self._clock.now(), user_id))

    def voice_lost(self, username: str) -> None:
        """The SIP connection of a browser closed: its leg is dead, even if nobody said BYE."""
        user_id = self._voice.owner(username)
        for call in self.of_user(user_id) if user_id else []:
            legs = ((call.agent, call.agent_endpoint), (call.far, call.far_endpoint))
            for channel, endpoint in legs:
                if channel and endpoint == username:
                    self.drop(call.id, channel, 16)

    def open(self, call: Call) -> CallActor:
        """Make the call's actor, without running it yet."""
        actor = CallActor(
            call,
            switch=self._switch,
            ledger=self._ledger,
            clock=self._clock,
            changed=self._views.changed,
            offer=self._views.offer,
            keep=self._keep_voicemail,
            tell=self._tell,
            give_back=self._give_back,
            outside=self._ring_outside,
        )
        self._actors[call.id] = actor
        return actor

    def _find_call(self, call_id: str) -> Call | None:
        actor = self._actors.get(call_id)
        return actor.call if actor else None

    def _tell(self, actor: CallActor, command: m.TellCall) -> None:
        """From one call to another; one that is over answers that it is gone."""
        if other := self._actors.get(command.call_id):
            other.post(command.event)
        else:
            actor.post(m.PartnerGone(self._clock.now(), command.call_id))

    def _give_back(self, actor: CallActor) -> None:
        """A call that came back gets its user's leg, unless they are busy with another one."""
        user_id = actor.call.facts.user_id
        if user_id and self.ears.take_if_free(user_id, actor.call.id):
            actor.post(m.ResumeRequested(self._clock.now(), user_id))

    def _ring_outside(self, actor: CallActor, command: m.RingOutside) -> None:
        self._tasks.start(self.outside(actor, command), f"outside {actor.call.id}")

    def close(self, call_id: str) -> None:
        """Forget a call that was never begun."""
        self._actors.pop(call_id, None)

    def run(self, actor: CallActor, first: list[m.Command] | None = None) -> None:
        """Let the call live; what was held back for it comes first."""
        for event in self._held.pop(actor.call.id, []):
            actor.post(event)
        self._tasks.start(self._live(actor, first or []), actor.call.id)

    async def _live(self, actor: CallActor, first: list[m.Command]) -> None:
        try:
            await actor.run(first)
        finally:
            for user_id in filter(None, (actor.call.facts.user_id, actor.call.facts.colleague_id)):
                self._idle_since[user_id] = self._clock.now().at
            self._actors.pop(actor.call.id, None)

    def drop(self, call_id: str, channel: str, cause: int) -> None:
        """Hang up a leg that belongs to no call of ours, in the background."""
        work = self._execute(call_id, m.HangUp(channel, cause))
        self._tasks.start(work, f"drop {channel}")

    async def _execute(self, call_id: str, command: m.Command) -> None:
        """A command for a leg that has no call."""
        try:
            await self._switch.execute(call_id, command)
        except (SwitchRefused, SwitchUnreachable) as e:
            log.warning("call=%s %s: %s", call_id, command, e.reason)

    async def beat(self) -> None:
        """Note every second which answered calls are alive, until cancelled."""
        while True:
            await self._clock.sleep(BEAT_SECONDS)
            talking = [c.id for c in self.calls() if c.answered and not c.ended]
            if talking:
                try:
                    await self._calls.beat(talking, self._clock.now())
                except Unavailable as e:
                    log.warning("beat not written: %s", e)

    async def end_all(self) -> None:
        """The exchange closes: every call ends now, and its ledger with it."""
        asked = [
            asyncio.wait_for(actor.ask(m.HangUpRequested(self._clock.now(), "")), END_SECONDS)
            for actor in self._actors.values()
            if not actor.ended
        ]
        await asyncio.gather(*asked, return_exceptions=True)

    async def stop(self) -> None:
        await self._tasks.close()

    # -------------------------------------------------------------- what people see

    async def view(self, record: CallRecord) -> CallView:
        return await self._views.view(record)

    async def view_of(self, call_id: str) -> CallView:
        """Raises `NotFound`: no such call."""
        return await self._views.view_of(call_id)

    def talk_ms(self, record: CallRecord) -> int:
        """Billable milliseconds: final, or up to now while the call is under way."""
        return self._views.talk_ms(record)


def _leg_of(call: Call, user_id: str | None) -> m.Leg | None:
    """Which leg of the call this user may bring; None: none."""
    if user_id and user_id == call.facts.user_id:
        return m.Leg.AGENT
    if user_id and call.taken and call.is_colleague(user_id):
        return m.Leg.FAR
    return None
