"""The API's JSON, as msgspec structs: requests are validated by them, answers built from them.

Timestamps are ISO 8601 in UTC, numbers E.164, durations seconds unless the name says
otherwise (`_ms`, `_minutes`), factors and money decimal strings.
"""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

T = TypeVar("T")

Email = Annotated[str, Meta(max_length=254)]
E164 = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$", examples=["+4922182829980"])]
CountryCode = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", examples=["DE"])]
ExternalId = Annotated[str, Meta(min_length=1, max_length=100)]
AreaName = Literal["backoffice", "backoffice_de", "backoffice_eu", "sales", "sales_de", "sales_eu"]
TaskStateName = Literal["open", "closed"]
"""Nobody places calls on a closed task."""
RoleName = Literal["vpa", "manager", "admin", "superadmin"]
RightName = Literal[
    "numbers",
    "people",
    "countries",
    "voicemails",
    "calls",
    "statistics",
    "tasks",
    "statements",
    "audit",
    "integration",
]
Language = Literal["de", "en"]
ZoneName = Literal["DE", "EU"]
CallStateName = Literal[
    "waiting",
    "dialling",
    "ringing",
    "talking",
    "held",
    "detached",
    "transferring",
    "transferred",
    "joined",
    "offered",
    "outside",
    "answering",
    "greeting",
    "recording",
    "dictating",
    "ended",
]
StatusName = Literal["available", "busy", "away", "off"]
"""What people say of themselves; `off`: their shift is over."""
PresenceName = Literal["available", "busy", "away", "off", "on_call", "offline"]
"""What others see: `on_call` and `offline` are found out by the server."""
OutcomeName = Literal[
    "answered",
    "busy",
    "no_answer",
    "rejected",
    "cancelled",
    "failed",
    "missed",
    "voicemail",
    "dictated",
]


class Request(Struct, forbid_unknown_fields=True):
    """Base of request bodies: a field we do not know is an error, not ignored."""


class Problem(Struct):
    """RFC 9457; `error_id` is stable, `detail` is in the user's language."""

    title: str
    status: int
    detail: str
    error_id: str
    country: str | UnsetType = UNSET
    call_id: str | UnsetType = UNSET


class Page(Struct, Generic[T]):
    items: list[T]
    next: str | None = None


# -- session


class SignIn(Request):
    email: Email
    password: Annotated[str, Meta(max_length=1000)]
    code: Annotated[str, Meta(max_length=50)] = ""
    """Of the second factor: six digits of the app, or a recovery code. Where the account has
    one and this is missing, the answer is 401 `second-factor-needed`: ask for it and send all
    three. Wrong: 401 `code-wrong`."""


class LanguageChange(Request):
    language: Language


class Me(Struct):
    id: str
    email: str
    name: str
    role: RoleName
    language: Language
    status: StatusName = "available"
    rights: list[RightName] = []
    """What this person may manage."""
    second_factor_due: bool = False
    """They must set up a second factor before anything else is answered."""
    password_days_left: int | None = None
    """Days until the password must be changed, in the last seven; 0 or less: now."""


class UserView(Struct):
    id: str
    email: str
    name: str
    role: RoleName
    live: bool
    """Whether a browser of theirs proved itself alive in the last seconds (D13)."""
    presence: PresenceName = "offline"


# -- tasks


class TaskPut(Request):
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    customer: Annotated[str, Meta(max_length=200)] = ""
    area: AreaName = "backoffice"
    budget_minutes: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    assignees: list[Email] = []
    state: TaskStateName | UnsetType = UNSET
    """Missing: stays as it is."""
    undo: bool = False
    """Takes a change back: with the area from before its last change the task has the factors
    again that were frozen on it then, and not those of today."""


class TaskView(Struct):
    external_id: str
    title: str
    customer: str
    area: AreaName
    budget_minutes: int
    assignees: list[str]
    own: bool
    favourite: bool = False
    """Marked by the asking user."""
    last_used_at: datetime | None = None
    """Last call of the asking user on this task."""
    state: TaskStateName = "open"


class WorkTimePut(Request):
    user: Email
    day: date
    minutes: Annotated[int, Meta(ge=0, le=1440)]


class PhoneShare(Struct):
    phone_seconds: float
    work_seconds: int
    included_seconds: float
    over: bool
    """`phone * 4 > work` (D2)."""
    suggested_area: AreaName
    booked_area: AreaName
    mismatch: Literal["zone", "share"] | None = None
    """What does not fit the booked factor by now, calls under way included."""
    right_area: AreaName | None = None
    """The area that would fit; None where the booked one does."""


class TaskSecondsView(Struct):
    task: str
    title: str
    calls: int
    talk_seconds: float
    platform_seconds: float
    talk_seconds_de: float
    talk_seconds_eu: float


class Budget(Struct):
    exact_minutes: str
    booked_minutes: int
    booked: str
    factor: str


# -- countries


class CountryView(Struct):
    code: str
    name: str
    """In the user's language."""
    calling_code: int
    zone: ZoneName
    allowed: bool
    """For everybody."""
    open_to_me: bool
    """Whoever asks may call it now, perhaps for certain tasks only."""


class CountryPut(Request):
    code: CountryCode
    allowed: bool
    zone: ZoneName | UnsetType = UNSET


# -- calls


class CallRequest(Request):
    """Either `number` or `colleague`."""

    number: Annotated[str, Meta(max_length=100)] = ""
    country: Annotated[str, Meta(max_length=10)] = "DE"
    task: Annotated[str, Meta(max_length=100)] = ""
    key: Annotated[str, Meta(max_length=100)] = ""
    """Made by the client once per wish to call; the same key again gives the same call."""
    colleague: Email = ""
    """E-mail address of a colleague to call in their browser."""
    consult_of: Annotated[str, Meta(max_length=100)] = ""
    """Id of my call that is put on hold while I ask somebody about it; its task counts."""


class TransferRequest(Request):
    """To whom a far party is handed over: either `number` or `colleague`."""

    number: Annotated[str, Meta(max_length=100)] = ""
    country: Annotated[str, Meta(max_length=10)] = "DE"
    colleague: Email = ""
    key: Annotated[str, Meta(max_length=100)] = ""
    """As in `CallRequest`, for the call to the number."""


class OtherCall(Request):
    other: Annotated[str, Meta(min_length=1, max_length=100)]
    """Id of another call of mine."""


class Voice(Struct):
    """How a browser brings up its leg of this call."""

    url: str
    """WebSocket of the SIP proxy; may be a path on the API's own origin."""
    uri: str
    username: str
    password: str


class Call(Struct):
    id: str
    direction: Literal["outbound", "inbound", "internal"]
    """`internal`: from one browser to another, no telephone network."""
    state: CallStateName
    number: str | None
    national: str | None
    did: str | None
    label: str | None
    """Label of our number that was called (inbound)."""
    country: str | None
    type: str | None
    zone: ZoneName | None
    caller_id: str | None
    caller_id_printed: str | None
    """The same as people write it."""
    user: str | None
    task: str | None
    task_title: str | None
    offered_at: datetime
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: OutcomeName | None
    cause: str | None
    detail: str | None
    """How it ended, in the user's language."""
    talk_seconds: float
    """Billable: from the far party's answer to the end; while talking, up to now."""
    platform_seconds: float
    e164: str | None
    """Same as `number`."""
    user_name: str | None = None
    colleague: str | None = None
    """E-mail address of the colleague: called (internal), or to whom it is being handed over."""
    colleague_name: str | None = None
    party_name: str | None = None
    """Name of the far party where the reader's contacts know the number."""
    linked: str | None = None
    """Id of the call that this one belongs to: whose consultation or guest it is, or with whose
    far party it was connected."""
    linked_as: Literal["consultation", "guest", "host", "transfer"] | None = None
    revision: int = 0
    """Grows while the call is under way: of two answers about it, the larger one is newer.
    Starts anew with each `hello`; 0 where it is not known."""
    note: str | None = None
    """The reader's note."""
    mos: float | None = None
    """Estimated quality, 1 (bad) to 4.5 (perfect), where a browser reported one."""
    voice: Voice | UnsetType = UNSET
    """Only for the VPA whose call it is and while it lives."""


class TimelineEntry(Struct):
    at: datetime
    kind: str
    text: str
    cause: str | None
    leg: str | None


class CallQuality(Struct):
    """What one browser measured over a call; means unless the name says otherwise."""

    user_name: str | None
    mos: float
    """1 (bad) to 4.5 (perfect)."""
    worst_mos: float
    loss_percent: float
    jitter_ms: float
    rtt_ms: float | None
    relay: bool
    """The sound went over a TURN relay."""
    network: str
    rejoins: int
    """How often the leg had to be replaced."""


class CallWithTimeline(Struct):
    call: Call
    timeline: list[TimelineEntry]
    quality: list[CallQuality] = []
    """For those who may see everybody's calls: what each browser measured."""


class AnswerRequest(Request):
    task: str | UnsetType = UNSET


class DtmfRequest(Request):
    digits: Annotated[str, Meta(pattern=r"^[0-9*#A-D]{1,50}$")]


# -- health


class Health(Struct):
    status: Literal["ok"]


class Readiness(Struct):
    ready: bool
    asterisk: str
    """`ok`, or the reason why not; likewise below."""
    database: str
    mail: str
    trunk: str


decode_json = msgspec.json.decode
encode_json = msgspec.json.encode
