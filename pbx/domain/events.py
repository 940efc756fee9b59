"""What happens to a call, in the past tense.

Every event carries `at`, the `Moment` at which it was read, so that the pure call
needs no clock. Channels are named by their Asterisk channel id.
"""

from dataclasses import dataclass

from pbx.domain.records import Moment
from pbx.domain.terms import Leg, TimerName


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
class CameLive(Event):
    """Somebody for whom the call is, and who could not be reached, can be rung now: their
    page was opened by a push, or the network is back."""

    user_id: str


@dataclass(frozen=True, slots=True)
class RingSent(Event):
    """The word that it rings has gone out to a browser of this user: from now on it is the
    browser's turn."""

    user_id: str


@dataclass(frozen=True, slots=True)
class RingProved(Event):
    """A browser of this user said that it rings."""

    user_id: str


@dataclass(frozen=True, slots=True)
class HangUpRequested(Event):
    """The VPA, or management, ends the call."""

    user_id: str


@dataclass(frozen=True, slots=True)
class HoldRequested(Event):
    """The user's leg leaves the bridge; whoever remains hears music. Takes a guest out of
    its conference."""

    user_id: str


@dataclass(frozen=True, slots=True)
class ResumeRequested(Event):
    """The user's leg comes back into the bridge. The services see to it that no other call
    of the user has a leg in a bridge then."""

    user_id: str


@dataclass(frozen=True, slots=True)
class TransferBegun(Event):
    """The far party is to be connected with that of the call `other`: blind, after a
    consultation, or because a step rings a number outside."""

    other: str


@dataclass(frozen=True, slots=True)
class OutsideRefused(Event):
    """The number outside that a step names is not called now; `reason` is a note's id."""

    reason: str


@dataclass(frozen=True, slots=True)
class ColleagueChosen(Event):
    """The far party is offered to a colleague, blind."""

    colleague_id: str


@dataclass(frozen=True, slots=True)
class HandedTo(Event):
    """After a consultation with a colleague: from now on the call is theirs."""

    colleague_id: str


@dataclass(frozen=True, slots=True)
class Superseded(Event):
    """What an internal call was about has been handed over, or is being so: it ends."""


@dataclass(frozen=True, slots=True)
class TakeBackRequested(Event):
    """The user ends a transfer that nobody has answered yet."""

    user_id: str


@dataclass(frozen=True, slots=True)
class HostReady(Event):
    """The bridge of the call `host` waits for this call's far leg (transfer)."""

    host: str


@dataclass(frozen=True, slots=True)
class GuestInvited(Event):
    """This call is to be the host of a conference with the call `other`."""

    other: str


@dataclass(frozen=True, slots=True)
class BecameGuest(Event):
    """The far party takes part in the conference of the call `host`."""

    host: str


@dataclass(frozen=True, slots=True)
class PartnerAnswered(Event):
    """The far party of the linked call `other` is up, and in this call's bridge."""

    other: str


@dataclass(frozen=True, slots=True)
class PartnerGone(Event):
    """The linked call `other` ended, or is linked no more: a guest was taken out, a transfer
    failed, a host ended.

    `cause` is why, in our words; `ends`: what hangs on it must end as well; `held`: the
    conference was on hold when it went apart.
    """

    other: str
    cause: str | None = None
    ends: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class CaughtUp(Event):
    """Changes nothing: whoever asks this knows that everything before it has been done."""


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
class DigitPressed(Event):
    """Whoever is on this leg pressed a key of their telephone."""

    leg: Leg
    digit: str


@dataclass(frozen=True, slots=True)
class DictationBegun(Event):
    """The caller has entered a code, and records a greeting."""


@dataclass(frozen=True, slots=True)
class RecordingDone(Event):
    name: str
