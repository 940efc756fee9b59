"""What the product keeps: plain frozen records, shared by services, store and web.

Times are aware UTC datetimes, numbers E.164, durations milliseconds (`_ms`) or
seconds (`_seconds`) as the name says.
"""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime

from pbx.domain.rights import Right, Role


class Direction(enum.StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"
    INTERNAL = "internal"
    """From one browser to another; no telephone network, so nothing is billed."""


class Outcome(enum.StrEnum):
    """The class of a call's end."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"
    MISSED = "missed"
    VOICEMAIL = "voicemail"
    DICTATED = "dictated"
    """A greeting was recorded by telephone: nobody missed anything."""


class NumberType(enum.StrEnum):
    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    VOIP = "voip"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    PERSONAL = "personal"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"


class Zone(enum.StrEnum):
    DE = "DE"
    EU = "EU"


class Area(enum.StrEnum):
    """The work area that a task is booked as."""

    BACKOFFICE = "backoffice"
    BACKOFFICE_DE = "backoffice_de"
    BACKOFFICE_EU = "backoffice_eu"
    SALES = "sales"
    SALES_DE = "sales_de"
    SALES_EU = "sales_eu"


class TaskState(enum.StrEnum):
    """Nobody can place a call on a CLOSED task; its seconds and work time stay."""

    OPEN = "open"
    CLOSED = "closed"


class PhoneSystem(enum.StrEnum):
    """The new-customer check (F15): whose telephone system are the customer's calls made with?

    OPEN     nobody has asked yet: no call is placed on the customer's tasks
    OWN      the customer has a telephone system of their own
    OURS     the customer has none and uses our exchange
    EARLIER  a customer from before the check; their calls go on
    """

    OPEN = "open"
    OWN = "own"
    OURS = "ours"
    EARLIER = "earlier"


class VoicemailState(enum.StrEnum):
    """
    WAITING   mail is in the outbox, not yet accepted by the mail server
    ACCEPTED  the mail server took it (250)
    FAILED    all retries used; still playable in the web
    BOUNCED   refused for good: by the mail server (5xx), or later by a bounce (RFC 3464)
    SILENT    nobody spoke; not mailed unless somebody releases it, kept for some days
    """

    WAITING = "waiting"
    ACCEPTED = "accepted"
    FAILED = "failed"
    BOUNCED = "bounced"
    SILENT = "silent"


class Status(enum.StrEnum):
    """What people say of themselves: only who is AVAILABLE is rung; OFF: the shift is over."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class User:
    id: str
    email: str
    name: str
    role: Role
    language: str = "de"
    active: bool = True
    status: Status = Status.AVAILABLE
    granted: frozenset[Right] = frozenset()
    """Rights that this person has beyond their role."""
    denied: frozenset[Right] = frozenset()
    """Rights of their role that this person does not have."""
    password_at: datetime | None = field(default=None, compare=False)
    """When the password was set; None: it is not ours, or it was never set."""


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """One browser that takes Web Push (RFC 8030) for a user."""

    endpoint: str
    """Where the browser's push service takes messages for it; one of a kind, and secret."""
    user_id: str
    p256dh: bytes
    """The browser's public key: an uncompressed P-256 point (RFC 8291), 65 bytes."""
    auth: bytes
    """The secret that browser and we share, 16 bytes."""
    session: str
    """Hash of the session that subscribed: with its sign-out the subscription ends."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    external_id: str
    title: str
    customer: str
    area: Area
    budget_minutes: int
    assignees: tuple[str, ...] = ()
    """E-mail addresses; empty means everybody may use the task."""
    own: bool = False
    """A task of the company itself, such as customer support (D9)."""
    state: TaskState = TaskState.OPEN


class NumberState(enum.StrEnum):
    """How a number comes to us (F34).

    FORWARDING_IN  still at another carrier, which forwards its calls to us
    PORTING        ordered to move to our trunk
    PORTED         moved to our trunk from another carrier
    OURS           on our trunk from the beginning
    """

    FORWARDING_IN = "forwarding-in"
    PORTING = "porting"
    PORTED = "ported"
    OURS = "ours"


class CoolDown(enum.StrEnum):
    """What callers get for some days after a number has changed hands."""

    RING = "ring"
    """The new owner, as usual."""
    VOICEMAIL = "voicemail"
    """The head office's voicemail at once: nobody new hears who calls the former owner."""
    HEAD_OFFICE = "head-office"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of ours (DID). Whose it is: a person's, the head office's (`at_head_office`)
    or, with neither, nobody's."""

    e164: str
    label: str
    user_id: str | None = None
    ring_seconds: int = 20
    language: str = "de"
    greeting: str | None = None
    """WAV or MP3 file, relative to the recordings' `greetings/`; None: the shipped one."""
    recipients: tuple[str, ...] = ()
    """Who gets its voicemail by mail; empty: the central mailbox."""
    show_as_caller_id: bool = False
    head_office: bool = False
    """The shared number itself."""
    at_head_office: bool = False
    """Assigned to the head office: whoever rings there rings for this one too."""
    cc: tuple[str, ...] = ()
    """Who gets copies of its voicemail's mails."""
    state: NumberState = NumberState.OURS
    street: str = ""
    postcode: str = ""
    city: str = ""
    address_country: str = ""
    """Where the number is registered; geographic ones are tied to a place (F93)."""
    trunk: str = ""
    """Name of the trunk that it is on; empty: the one of the settings."""
    cool_down_days: int = 0
    cool_down: CoolDown = CoolDown.RING
    cool_until: datetime | None = None
    """Until when `cool_down` holds for its callers."""

    def cooling_at(self, now: datetime) -> CoolDown | None:
        """What callers get instead of the owner at `now`; None: the owner, as usual."""
        over = self.cool_until is None or self.cool_until <= now
        return None if over or self.cool_down is CoolDown.RING else self.cool_down


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    """ISO 3166 alpha-2, as libphonenumber's region."""
    zone: Zone
    allowed: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on two clocks: the wall's for people, the monotonic one for money.

    `mono_ms` is CLOCK_MONOTONIC in milliseconds, comparable only within one `boot_id`.
    """

    at: datetime
    mono_ms: int
    boot_id: str

    def ms_until(self, later: "Moment") -> int:
        """Milliseconds to `later`; never negative.

        The monotonic difference where both were taken since the same boot, so that a
        changed clock bills nobody; otherwise the wall's.
        """
        if self.boot_id == later.boot_id:
            return max(0, later.mono_ms - self.mono_ms)
        return max(0, round((later.at - self.at).total_seconds() * 1000))


class LedgerKind(enum.StrEnum):
    """OFFERED, RINGING, ANSWERED, ENDED occur at most once a call, LEG_* any number of times."""

    OFFERED = "offered"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    LEG_UP = "leg_up"
    LEG_GONE = "leg_gone"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One fact about a call; append-only, never changed.

    `answered` carries who talks and on which task; `ended` carries `talk_ms` (from the
    far party's answer to the end, billable, D10), `platform_ms` (greeting, waiting,
    voicemail) and the outcome.
    """

    call_id: str
    kind: LedgerKind
    moment: Moment
    direction: Direction | None = None
    user_id: str | None = None
    task: str | None = None
    number: str | None = None
    """The far party in E.164; None where the caller withheld it."""
    did: str | None = None
    """Our number: called (inbound)."""
    caller_id: str | None = None
    """The number shown to the far party (outbound)."""
    country: str | None = None
    number_type: NumberType | None = None
    zone: Zone | None = None
    key: str | None = None
    """The one-time key of the request that placed the call (N14)."""
    leg: str | None = None
    channel: str | None = None
    cause: str | None = None
    """Why, in our words: `hangup-agent`, `busy`, `reattach-timeout`…"""
    cause_code: int | None = None
    """Q.850 cause."""
    sip_status: int | None = None
    outcome: Outcome | None = None
    talk_ms: int | None = None
    platform_ms: int | None = None
    digits: str | None = None
    """What the caller typed, with a note (F49); what people of ours type is never kept."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as its ledger entries tell it: a projection, written in the same transaction."""

    id: str
    direction: Direction
    offered: Moment
    user_id: str | None = None
    task: str | None = None
    number: str | None = None
    did: str | None = None
    caller_id: str | None = None
    country: str | None = None
    number_type: NumberType | None = None
    zone: Zone | None = None
    key: str | None = None
    far_channel: str | None = None
    ringing: Moment | None = None
    answered: Moment | None = None
    ended: Moment | None = None
    outcome: Outcome | None = None
    cause: str | None = None
    cause_code: int | None = None
    sip_status: int | None = None
    talk_ms: int = 0
    platform_ms: int = 0


@dataclass(frozen=True, slots=True)
class Voicemail:
    id: str
    call_id: str
    did: str
    label: str
    caller: str | None
    recorded_at: datetime
    duration_ms: int
    speech_ms: int
    state: VoicemailState
    reason: str
    """Empty, or why there is no mail: `silence`, `no-speech`, `too-short`."""
    wav: str
    mp3: str | None
    """Paths relative to the recordings folder; empty once the recording is deleted."""
    user_id: str | None = None
    """To whom it was forwarded last."""
    task: str = ""
    """What it belongs to, as whoever forwarded it said."""
    transcript: str = ""
    claimed_by: str | None = None
    """Who takes care: a user id, or the mail address of somebody without an account, with
    the name that they gave."""
    claimed_at: datetime | None = None
    done_by: str | None = None
    done_at: datetime | None = None
    reminded_at: datetime | None = None
    removed_at: datetime | None = None
    """When its time was over: what remains is the fact that somebody called."""


class OutboxState(enum.StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    FAILED = "failed"
    BOUNCED = "bounced"


class MailKind(enum.StrEnum):
    """
    MESSAGE   the first one, to the number's recipients
    AGAIN     the same once more, because somebody asked for it
    FORWARD   to a person
    REMINDER  to who stands in, because nobody takes care
    """

    MESSAGE = "message"
    AGAIN = "again"
    FORWARD = "forward"
    REMINDER = "reminder"


CARRIERS = frozenset({MailKind.MESSAGE, MailKind.AGAIN})
"""Mails to the number's recipients: the message's state follows the newest of them."""


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail that must go out; written before anything is acknowledged."""

    id: str
    voicemail_id: str
    message_id: str
    recipients: tuple[str, ...]
    forwarded_by: str | None
    """User id of who forwarded it; None for the mail of the number's recipients."""
    note: str
    state: OutboxState
    attempts: int
    next_attempt_at: datetime
    smtp_reply: str
    """The mail server's last word, or the reason it could not be asked."""
    created_at: datetime
    kind: MailKind = MailKind.MESSAGE
    in_reply_to: str = ""
    """Message-ID of the message's first mail, so that mail programs keep them together."""
    task: str = ""
    """The task as the mail names it."""


@dataclass(frozen=True, slots=True)
class FactorRow:
    """Factors valid from a date (D3). Factors are thousandths: 1300 is 1.3."""

    valid_from: date
    base_backoffice: int = 1000
    base_sales: int = 1800
    surcharge_de: int = 200
    surcharge_eu: int = 300
    pay_backoffice: int = 1000
    pay_sales: int = 1500


@dataclass(frozen=True, slots=True)
class TaskSeconds:
    """The metered sums of one task."""

    task: str
    calls: int
    talk_ms: int
    platform_ms: int
    by_zone_ms: dict[Zone, int] = field(default_factory=dict)
