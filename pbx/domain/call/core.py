"""What a call is made of: its state, its legs and where they are, and its one end."""

import enum
from dataclasses import dataclass, field, replace

from pbx.domain import ending
from pbx.domain import messages as m
from pbx.domain.records import Direction, LedgerKind, Moment, Outcome

LINGER_SECONDS = 30
"""How long an ended call waits for the last words about its legs and its recording."""
ENDS_ALL = frozenset({"hangup-agent", "reattach-timeout"})
"""Causes for which a conference's host takes its guests along."""


class CallState(enum.StrEnum):
    NEW = "new"
    WAITING = "waiting"
    DIALLING = "dialling"
    RINGING = "ringing"
    TALKING = "talking"
    DETACHED = "detached"
    HELD = "held"
    TRANSFERRING = "transferring"
    TRANSFERRED = "transferred"
    JOINED = "joined"
    OFFERED = "offered"
    OUTSIDE = "outside"
    ANSWERING = "answering"
    GREETING = "greeting"
    RECORDING = "recording"
    DICTATING = "dictating"
    ENDED = "ended"


BEFORE_ANSWER = frozenset(
    {CallState.WAITING, CallState.DIALLING, CallState.RINGING, CallState.ANSWERING}
)
"""A user has it, nobody talks yet."""
IN_CONVERSATION = frozenset({CallState.TALKING, CallState.DETACHED, CallState.HELD})
"""Both parties were connected, and the user can do with it what they like."""


@dataclass
class CallCore:
    """The data of one call, and what all its phases share.

    Args:
        id: our id; the bridge's id, the recording's name and the SIP user part.
        facts: what is known of it; user and task of an inbound call come with the answer.
        stages: who rings, one stage after the other (inbound).
        voicemail: how a message is taken (inbound).
        reject_cause: why the call ends after its stages instead of going to voicemail, as a
            cause id; empty: it goes to voicemail (inbound).
    """

    id: str
    facts: m.Facts
    limits: m.CallLimits = field(default_factory=m.CallLimits)
    stages: tuple[m.Stage, ...] = ()
    voicemail: m.VoicemailPlan = field(default_factory=m.VoicemailPlan)
    reject_cause: str = ""
    state: CallState = CallState.NEW
    agent: str | None = None
    """Channel of the browser's leg; replaceable."""
    agent_endpoint: str = ""
    """The SIP account that brought it."""
    parked: bool = False
    """The agent's leg is to stay out of the bridge, whichever channel it is."""
    far: str | None = None
    """Channel of the network's leg, anchored; of an internal call the colleague's browser's,
    replaceable as well."""
    far_endpoint: str = ""
    far_up: bool = False
    far_parked: bool = False
    """The colleague's leg of an internal call is to stay out of the bridge."""
    far_bridge: str = ""
    """The call in whose bridge the far leg is; empty: its own."""
    on_hold: bool = False
    """Music plays in the call's own bridge."""
    offered_to: tuple[str, ...] = ()
    proved: frozenset[str] = frozenset()
    """Of those, whose browser said that it rings."""
    absent: tuple[str, ...] = ()
    """For whom the call is as well, but who could not be rung when it arrived."""
    taken: bool = False
    """The colleague has answered the internal call."""
    handing_to: str | None = None
    """The colleague to whom the far party is being handed over."""
    returns_to: str | None = None
    """Who gets the call back if the one who took it over never comes."""
    former: tuple[str, ...] = ()
    """Who had the call before it was handed over."""
    linked: str | None = None
    linked_as: m.LinkedAs | None = None
    """The call that this one belongs to, and what this one is to it."""
    partner_up: bool = False
    """Somebody answered at the number outside that is rung for the caller, whose own leg is not
    up yet."""
    guests: tuple[str, ...] = ()
    """Calls whose far party is in this call's bridge, as a conference."""
    notice: str | None = None
    """Why a transfer came back, as a cause id; for people to see."""
    announcing: str = ""
    """The announcement that plays, or will as soon as the caller's leg is up."""
    typed: str = ""
    """What the caller typed and is not written down yet."""
    ringback: bool = False
    """A caller whose leg is up hears the ringing tone from us."""
    ringing: Moment | None = None
    answered: Moment | None = None
    """The far party's answer: from here on it is billed (D10)."""
    platform_since: Moment | None = None
    """Since when our own voice (greeting, recording) has the far party."""
    platform_until: Moment | None = None
    """Until when, where somebody took the call from it."""
    ended: Moment | None = None
    outcome: Outcome | None = None
    cause: str | None = None
    recording: bool = False
    """A recording was started and its end not yet seen."""

    # -------------------------------------------------------------- what is so

    @property
    def far_channel(self) -> str:
        """The channel id that an outbound call's far leg has or will have."""
        return f"{self.id}.{m.Leg.FAR}"

    @property
    def finished(self) -> bool:
        """Nothing more is expected of this call; it can be forgotten."""
        return (
            self.state is CallState.ENDED
            and self.agent is None
            and self.far is None
            and not self.recording
        )

    @property
    def internal(self) -> bool:
        return self.facts.direction is Direction.INTERNAL

    @property
    def colleague_id(self) -> str | None:
        """Whom an internal call is for, or to whom the call is being handed over."""
        return self.handing_to or self.facts.colleague_id

    @property
    def for_transfer(self) -> bool:
        """It runs without a browser: its far party is, or will be, connected with another's."""
        linked = self.linked_as is m.LinkedAs.TRANSFER
        return linked and self.state is not CallState.TRANSFERRING

    @property
    def members(self) -> tuple[str, ...]:
        """The users whose browsers take part in it now, or are about to."""
        if self.for_transfer or self.state in (CallState.TRANSFERRED, CallState.ENDED):
            return ()
        users = (self.facts.user_id, self.facts.colleague_id if self.taken else None)
        return tuple(user for user in users if user)

    def is_colleague(self, user_id: str) -> bool:
        """Whether this user's leg of the call is the far one."""
        return self.internal and user_id == self.facts.colleague_id

    def may_answer(self, user_id: str) -> bool:
        """It rings there; or it would, had the browser been quicker, and the caller still waits."""
        waits = self.state in (CallState.OFFERED, CallState.GREETING)
        return user_id in self.offered_to or (waits and user_id in self.absent)

    def claims(self, user_id: str) -> bool:
        """Whether this user's leg is in a bridge by this call, or will be as soon as it is up."""
        if user_id not in self.members:
            return False
        if self.is_colleague(user_id):
            return not self.far_parked
        return not self.parked

    def talk_ms(self, until: Moment) -> int:
        """Billable milliseconds; between colleagues nothing is (D10)."""
        if self.answered is None or self.internal:
            return 0
        return self.answered.ms_until(self.ended or until)

    def _platform_ms(self, until: Moment) -> int:
        if self.platform_since is None:
            return 0
        return self.platform_since.ms_until(self.platform_until or until)

    # -------------------------------------------------------------- what is done about it

    def music(self) -> list[m.Command]:
        """Hold music for whoever is alone in the call's bridge, and for nobody else."""
        wanted = not self.guests and (
            self.state in (CallState.HELD, CallState.DETACHED)
            or (self.state is CallState.TRANSFERRING and self.handing_to is not None)
            or (self.state is CallState.TALKING and self.far is None)
        )
        if wanted == self.on_hold:
            return []
        self.on_hold = wanted
        return [m.StartHold() if wanted else m.StopHold()]

    def drop_agent(self) -> list[m.Command]:
        """The browser's leg is not needed any more, nor its return."""
        agent, self.agent = self.agent, None
        hang_up: list[m.Command] = [m.HangUp(agent)] if agent else []
        return [*hang_up, m.StopTimer(m.TimerName.REATTACH)]

    def leave(self) -> list[m.Command]:
        """The agent's leg out of the bridge, unless it is out already."""
        if self.parked:
            return []
        self.parked = True
        return [m.Leave(self.agent)] if self.agent else []

    def start_ringback(self) -> list[m.Command]:
        """Where the leg is up, no network rings for the caller any more."""
        self.ringback = self.far_up and self.far is not None
        return [m.Ring(self.far)] if self.ringback and self.far else []

    def stop_ringback(self) -> list[m.Command]:
        was, self.ringback = self.ringback, False
        return [m.StopRing(self.far)] if was and self.far else []

    def unlink(self) -> None:
        self.linked = self.linked_as = None
        self.partner_up = False

    def note(
        self, at: Moment, cause: str, user_id: str | None = None, leg: m.Leg | None = None
    ) -> m.WriteLedger:
        """A line of the call's timeline."""
        return m.WriteLedger(LedgerKind.NOTE, at, leg, cause=cause, user_id=user_id)

    def note_typed(self, at: Moment) -> list[m.Command]:
        """What the caller typed since the last pause."""
        typed, self.typed = self.typed, ""
        entry = m.WriteLedger(LedgerKind.NOTE, at, m.Leg.FAR, cause="digits", digits=typed)
        return [entry] if typed else []

    def offer(self, users: tuple[str, ...], seconds: float) -> list[m.Command]:
        """Let it ring there; whose browser does not prove it, once it was told, is dropped soon."""
        self.offered_to, self.proved = users, frozenset()
        return [
            m.Offer(users),
            m.StartTimer(m.TimerName.RING, seconds),
            m.StartTimer(m.TimerName.PROOF, self.limits.send_seconds),
        ]

    def stop_offer(self, reason: str) -> list[m.Command]:
        users, self.offered_to = self.offered_to, ()
        stop: list[m.Command] = [m.StopOffer(users, reason)] if users else []
        return [*stop, m.StopTimer(m.TimerName.RING), m.StopTimer(m.TimerName.PROOF)]

    def end(
        self,
        at: Moment,
        outcome: Outcome,
        cause: str,
        cause_code: int | None = None,
        sip_status: int | None = None,
    ) -> list[m.Command]:
        """The one way to end; the second time it does nothing.

        Money comes first (its entry is written while the legs are being hung up, so that a
        slow disk makes no call longer than it is billed), then every leg, then those who
        hang on this call, then the bridge (deleting it first would overwrite the hang-up
        cause).
        """
        if self.state is CallState.ENDED:
            return []
        commands = self.stop_offer("caller-gave-up")
        was_held = self.parked
        self.state = CallState.ENDED
        self.ended, self.outcome, self.cause = at, outcome, cause
        commands.append(
            m.WriteLedger(
                LedgerKind.ENDED,
                at,
                cause=cause,
                cause_code=cause_code,
                sip_status=sip_status,
                outcome=outcome,
                talk_ms=self.talk_ms(at),
                platform_ms=self._platform_ms(at),
            )
        )
        towards_far = 16 if self.far_up else ending.cause_towards_caller(cause)
        commands += [m.HangUp(c) for c in (self.agent,) if c]
        commands += [m.HangUp(c, towards_far) for c in (self.far,) if c]
        commands += self._tell_linked(at, cause, was_held)
        commands.append(m.DestroyBridge())
        commands += [
            m.StopTimer(name)
            for name in m.TimerName
            if name not in (m.TimerName.RING, m.TimerName.PROOF, m.TimerName.LINGER)
        ]
        commands.append(m.StartTimer(m.TimerName.LINGER, LINGER_SECONDS))
        return [*commands, *self.note_typed(at)]

    def _tell_linked(self, at: Moment, cause: str, was_held: bool) -> list[m.Command]:
        gone = m.PartnerGone(at, self.id, cause, ends=cause in ENDS_ALL, held=was_held)
        commands: list[m.Command] = [m.TellCall(guest, gone) for guest in self.guests]
        bound = self.linked_as in (m.LinkedAs.GUEST, m.LinkedAs.TRANSFER)
        if self.linked and bound:
            commands.append(m.TellCall(self.linked, gone))
        self.guests = ()
        return commands

    def belong_to(self, user_id: str | None) -> None:
        """From now on it is this user's call."""
        self.facts = replace(self.facts, user_id=user_id)
