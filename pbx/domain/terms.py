"""The nouns of calls: legs, timers, links, what is known of a call, and its limits."""

import enum
from dataclasses import dataclass, replace

from pbx.domain.records import Direction, NumberType, Zone


class Leg(enum.StrEnum):
    """AGENT is a VPA's browser, FAR the telephone network; in an internal call FAR is the
    browser of the colleague who was called."""

    AGENT = "agent"
    FAR = "far"


class TimerName(enum.StrEnum):
    JOIN = "join"
    """The browser must bring up its leg."""
    RING = "ring"
    """A stage of an inbound call's ringing."""
    REATTACH = "reattach"
    """The far party waits for a browser that went away."""
    DURATION = "duration"
    """The longest a call may last."""
    DIAL = "dial"
    """The far party must answer; a little longer than Asterisk's own dial timeout."""
    SILENCE = "silence"
    """Nobody speaks on the voicemail."""
    PROOF = "proof"
    """The browsers that a call was offered to must say that they ring."""
    COLLEAGUE = "colleague"
    """A colleague's leg of an internal call went away and is waited for, as with REATTACH."""
    DIGITS = "digits"
    """The caller presses keys; after a pause they are written down."""
    LINGER = "linger"
    """An ended call is forgotten, whatever did not arrive."""


class LinkedAs(enum.StrEnum):
    """What a call is to the call that it is linked to."""

    CONSULTATION = "consultation"
    GUEST = "guest"
    HOST = "host"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a call from its beginning; `user_id` and `task` of an inbound call
    are set when somebody answers."""

    direction: Direction
    user_id: str | None = None
    task: str | None = None
    number: str | None = None
    did: str | None = None
    caller_id: str | None = None
    country: str | None = None
    number_type: NumberType | None = None
    zone: Zone | None = None
    key: str | None = None
    owner_id: str | None = None
    """Whose number was called: a call that nobody took is theirs to see."""
    colleague_id: str | None = None
    """Whom an internal call is for."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of an inbound call: these users ring at once, for so many seconds; or an
    announcement plays, as `Play` takes it; or a `number` outside (E.164) rings so long."""

    user_ids: tuple[str, ...]
    seconds: int
    announcement: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class CallLimits:
    join_seconds: float = 20
    reattach_seconds: float = 45
    dial_seconds: int = 60
    max_call_seconds: int = 4 * 3600
    send_seconds: float = 4.0
    """Within which the word that it rings must have gone out to the browsers."""
    proof_seconds: float = 1.0
    """Within which a browser that has it must say that it rings."""
    colleague_seconds: int = 25
    """How long a colleague's browser rings."""

    def no_longer_than(self, seconds: int | None) -> "CallLimits":
        """With a call that lasts so long at most, where that is less; None: as they are."""
        if seconds is None or seconds >= self.max_call_seconds:
            return self
        return replace(self, max_call_seconds=seconds)


@dataclass(frozen=True, slots=True)
class VoicemailPlan:
    """How this call's voicemail is taken."""

    files: tuple[str, ...] = ("de/greeting", "beep")
    max_seconds: int = 180
    start_silence_seconds: int = 6
    end_silence_seconds: int = 6
    takes_message: bool = True
    """False: the call ends with the greeting."""
