"""What happens to a call (events, past tense) and what it wants done (commands, imperative).

Every event carries `at`, the `Moment` at which it was read, so that the pure call
needs no clock. Channels are named by their Asterisk channel id.
"""

import enum
from dataclasses import dataclass

from pbx.domain.records import (
    Direction,
    LedgerKind,
    Moment,
    NumberType,
    Outcome,
    Zone,
)


class Leg(enum.StrEnum):
    """AGENT is a VPA's browser, FAR the telephone network."""

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
    LINGER = "linger"
    """An ended call is forgotten, whatever did not arrive."""


# ------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class Event:
    at: Moment


@dataclass(frozen=True, slots=True)
class CallPlaced(Event):
    """A VPA may place this call: policy has decided."""


@dataclass(frozen=True, slots=True)
class CallArrived(Event):
    """The network offers a call on the far leg."""

    channel: str


@dataclass(frozen=True, slots=True)
class LegJoined(Event):
    """A leg entered Stasis: the browser's INVITE arrived. `endpoint` is its SIP account."""

    leg: Leg
    channel: str
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class LegRang(Event):
    """The far party's telephone rings (180), or the network announces something (183)."""

    leg: Leg
    channel: str


@dataclass(frozen=True, slots=True)
class LegAnswered(Event):
    leg: Leg
    channel: str


@dataclass(frozen=True, slots=True)
class LegGone(Event):
    """The channel exists no more. `cause` is Q.850, `sip_status` a final SIP answer or None."""

    leg: Leg
    channel: str
    cause: int
    sip_status: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerRequested(Event):
    user_id: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class DeclineRequested(Event):
    user_id: str


@dataclass(frozen=True, slots=True)
class AgentLost(Event):
    """The browser that this call rings at is no longer alive."""

    user_id: str


@dataclass(frozen=True, slots=True)
class HangUpRequested(Event):
    """The VPA, or management, ends the call."""

    user_id: str


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    name: TimerName


@dataclass(frozen=True, slots=True)
class PlaybackDone(Event):
    name: str


@dataclass(frozen=True, slots=True)
class TalkingChanged(Event):
    """The far party started (True) or stopped to speak."""

    talking: bool


@dataclass(frozen=True, slots=True)
class RecordingDone(Event):
    name: str


@dataclass(frozen=True, slots=True)
class CommandFailed(Event):
    """A command of this call could not be carried out. `refused`: Asterisk said no."""

    command: "Command"
    refused: bool
    reason: str


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True)
class Command:
    pass


@dataclass(frozen=True, slots=True)
class CreateBridge(Command):
    """The call's mixing bridge; its id is the call's id."""


@dataclass(frozen=True, slots=True)
class DestroyBridge(Command):
    pass


@dataclass(frozen=True, slots=True)
class Join(Command):
    """Put the channel into the call's bridge."""

    channel: str


@dataclass(frozen=True, slots=True)
class Answer(Command):
    channel: str


@dataclass(frozen=True, slots=True)
class Ring(Command):
    """Tell the calling network that we ring (180)."""

    channel: str


@dataclass(frozen=True, slots=True)
class Apologise(Command):
    """Give a caller back to the dialplan, which says that we are not ready and hangs up."""

    channel: str


@dataclass(frozen=True, slots=True)
class Dial(Command):
    """Create the far leg, put it into the bridge, and only then send the INVITE."""

    channel: str
    number: str
    caller_id: str
    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class StartHold(Command):
    """Hold music for whoever is in the bridge."""


@dataclass(frozen=True, slots=True)
class StopHold(Command):
    pass


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Play the files one after the other; one `PlaybackDone(name)` at the end.

    `files` are prompt names such as `de/greeting`, or absolute paths.
    """

    channel: str
    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record(Command):
    """Record what the channel says; the recording is named `<call id>`."""

    channel: str
    max_seconds: int


@dataclass(frozen=True, slots=True)
class StopRecording(Command):
    """Finish and keep it; `RecordingDone` follows."""


@dataclass(frozen=True, slots=True)
class SendDigits(Command):
    channel: str
    digits: str


@dataclass(frozen=True, slots=True)
class HangUp(Command):
    """`cause` is a Q.850 number, shown to the network as the matching SIP status."""

    channel: str
    cause: int = 16


@dataclass(frozen=True, slots=True)
class StartTimer(Command):
    """(Re)start the timer; `TimerFired(name)` comes after `seconds`."""

    name: TimerName
    seconds: float


@dataclass(frozen=True, slots=True)
class StopTimer(Command):
    name: TimerName


@dataclass(frozen=True, slots=True)
class Offer(Command):
    """Let the call ring in the browsers of these users."""

    user_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopOffer(Command):
    """Stop the ringing there. `reason` is a text id."""

    user_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class KeepVoicemail(Command):
    """Fetch the recording named like the call, verify, store, mail."""


@dataclass(frozen=True, slots=True)
class WriteLedger(Command):
    """Durable before anything after it happens; the service adds the call's facts."""

    kind: LedgerKind
    moment: Moment
    leg: Leg | None = None
    channel: str | None = None
    cause: str | None = None
    cause_code: int | None = None
    sip_status: int | None = None
    outcome: Outcome | None = None
    talk_ms: int | None = None
    platform_ms: int | None = None


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


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of ringing: these users at once, for so many seconds."""

    user_ids: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class CallLimits:
    join_seconds: float = 20
    reattach_seconds: float = 45
    dial_seconds: int = 60
    max_call_seconds: int = 4 * 3600


@dataclass(frozen=True, slots=True)
class VoicemailPlan:
    """How this call's voicemail is taken."""

    files: tuple[str, ...] = ("de/greeting", "beep")
    max_seconds: int = 180
    start_silence_seconds: int = 6
    end_silence_seconds: int = 6
