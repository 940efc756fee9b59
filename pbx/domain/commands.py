"""What a call wants done, in the imperative; and the event that it could not be done."""

from dataclasses import dataclass

from pbx.domain.events import Event
from pbx.domain.records import LedgerKind, Moment, Outcome
from pbx.domain.terms import Leg, TimerName


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
    """Put the channel into the call's bridge, or into that of the call `bridge`, out of
    whichever it is in."""

    channel: str
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class Leave(Command):
    """Take the channel out of the call's bridge, or that of the call `bridge`; it stays up
    and hears nothing. One that is in no bridge is as good (ARI 422), as is one that is gone."""

    channel: str
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Command):
    channel: str


@dataclass(frozen=True, slots=True)
class Ring(Command):
    """Tell the calling network that we ring (180); one whose leg is up hears a tone of ours."""

    channel: str


@dataclass(frozen=True, slots=True)
class StopRing(Command):
    """End the ringing tone that `Ring` makes for a caller whose leg is up."""

    channel: str


@dataclass(frozen=True, slots=True)
class Apologise(Command):
    """Give a caller back to the dialplan, which says that we are not ready and hangs up."""

    channel: str


@dataclass(frozen=True, slots=True)
class Dial(Command):
    """Create the far leg, put it into the bridge (of the call `bridge`, where that is given),
    and only then send the INVITE.

    diverted_from: the number of ours that was called, where this call is passed on from there.
    """

    channel: str
    number: str
    caller_id: str
    timeout_seconds: int
    bridge: str = ""
    diverted_from: str = ""


@dataclass(frozen=True, slots=True)
class CallInside(Command):
    """Call a number of ours as the telephone network would, from inside; `LegAnswered` tells
    that it was answered, `LegGone` that it is over. `arrives_as`: the channel that arrives."""

    channel: str
    arrives_as: str
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
class StartTone(Command):
    """The ringing tone for whoever is in the call's bridge, until `StopTone` (internal calls:
    no network rings there)."""


@dataclass(frozen=True, slots=True)
class StopTone(Command):
    """A tone that is over already is as good."""


@dataclass(frozen=True, slots=True)
class Echo(Command):
    """Give a check call's leg to the dialplan, which sends back what it hears."""

    channel: str


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Play the files one after the other; one `PlaybackDone(name)` at the end.

    `files` are prompt names such as `de/greeting`, or absolute paths.
    """

    channel: str
    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopPlay(Command):
    """Stop what `Play` began under this name; one that is over is as good."""

    name: str


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
class TellCall(Command):
    """Let another call handle `event`, after everything that it was told before. A call that
    is not under way any more answers with `PartnerGone`."""

    call_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class ReturnToAgent(Command):
    """This call would like its user's leg back in its bridge: `ResumeRequested` follows unless
    the user is busy with another call."""


@dataclass(frozen=True, slots=True)
class RingOutside(Command):
    """Make a call to `number` (E.164) that rings for so many seconds and is connected with this
    one's caller. `TransferBegun` follows once there is one, or `OutsideRefused`."""

    number: str
    seconds: int


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
    user_id: str | None = None
    """Whom the entry is about, where that is not the call's own user."""
    digits: str | None = None
    """What the caller typed."""


@dataclass(frozen=True, slots=True)
class CommandFailed(Event):
    """A command of this call could not be carried out. `refused`: Asterisk said no."""

    command: Command
    refused: bool
    reason: str
