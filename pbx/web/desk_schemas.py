"""The JSON of the desk around the calls: quality, notes, contacts, requests, push."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import (
    Call,
    CountryCode,
    PresenceName,
    Request,
    StatusName,
    Voice,
)

Share = Annotated[float, Meta(ge=0, le=100)]
Milliseconds = Annotated[float, Meta(ge=0, le=60_000)]
Mos = Annotated[float, Meta(ge=1, le=5)]
Text = Annotated[str, Meta(max_length=4000)]


# -- calls


class Sound(Struct):
    """What the exchange got from the asking user's browser in this call."""

    received_packets: int | None
    """RTP packets so far; None where the leg is not up."""


class QualityReport(Request):
    """What a browser measured over one call; means unless the name says otherwise."""

    seconds: Annotated[float, Meta(ge=0, le=100_000)]
    mos: Mos
    worst_mos: Mos
    jitter_ms: Milliseconds
    rtt_ms: Milliseconds | None = None
    loss_percent: Share = 0
    relay: bool = False
    """Whether the sound went over a TURN relay."""
    network: Literal["", "ethernet", "wifi", "cellular", "vpn", "unknown"] = ""
    microphone: Annotated[str, Meta(max_length=200)] = ""
    """Label of the microphone."""
    silent_seconds: Annotated[float, Meta(ge=0, le=100_000)] = 0
    """For how long the microphone gave nothing although it was not muted."""
    rejoins: Annotated[int, Meta(ge=0, le=10_000)] = 0
    """How often the leg had to be replaced."""


class Note(Request):
    text: Text


class NoteView(Struct):
    text: str
    by: str | None
    """Name of who wrote it last."""
    at: datetime | None


class CheckCall(Struct):
    id: str
    voice: Voice


class CallerInfo(Struct):
    """What is known of a far party, for the card of an incoming call."""

    number: str
    national: str
    name: str | None
    company: str | None
    contact_id: str | None
    note: str | None
    task: str | None
    """Of the contact, or of the last call with this number."""
    task_title: str | None
    calls: list[Call]
    """The last ones with this number that the reader may see, newest first, at most 5."""


# -- quality diary


class QualityDay(Struct):
    day: date
    calls: int
    mos: float
    jitter_ms: float
    rtt_ms: float | None
    loss_percent: float
    rejoins: int


class Advice(Struct):
    id: str
    text: str
    """In the user's language."""


class QualityDiary(Struct):
    days: list[QualityDay]
    """Oldest first; days without calls are missing."""
    advice: list[Advice]


# -- presence


class StatusChange(Request):
    status: StatusName


class Colleague(Struct):
    email: str
    name: str
    presence: PresenceName


# -- contacts


class ContactPut(Request):
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    number: Annotated[str, Meta(min_length=1, max_length=100)]
    """As typed; kept as E.164."""
    country: CountryCode = "DE"
    """Whose national numbers `number` may be."""
    company: Annotated[str, Meta(max_length=200)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    note: Text = ""
    task: Annotated[str, Meta(max_length=100)] = ""
    public: bool = False
    """Public contacts are everybody's to see and to change; private ones their owner's."""


class ContactView(Struct):
    id: str
    name: str
    company: str
    number: str
    national: str
    email: str
    note: str
    task: str
    public: bool
    mine: bool


class RowError(Struct):
    row: int
    """Line of the CSV file, or number of the vCard; from 1."""
    text: str
    """In the user's language."""


class ImportResult(Struct):
    dry_run: bool
    created: int
    updated: int
    unchanged: int
    errors: list[RowError]


# -- countries asked for


class CountryRequestPut(Request):
    country: CountryCode
    reason: Annotated[str, Meta(min_length=3, max_length=1000)]
    task: Annotated[str, Meta(max_length=100)] = ""


class CountryRequestAnswer(Request):
    text: Annotated[str, Meta(max_length=1000)] = ""


class CountryRequestView(Struct):
    id: str
    country: str
    country_name: str
    task: str
    task_title: str | None
    reason: str
    state: Literal["open", "approved", "refused"]
    answer: str
    by: str
    """E-mail address of who asks."""
    by_name: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    granted: str | None
    """For whom and until when, where it was not unlocked for everybody for ever."""


# -- voicemail


class Waveform(Struct):
    seconds: float
    peaks: list[float]
    """Loudness from 0 to 1 over equal parts of the recording, at most 200."""


# -- network and push


class IceServer(Struct):
    urls: list[str]
    username: str | None = None
    credential: str | None = None


class IceServers(Struct):
    servers: list[IceServer]
    ttl_seconds: int
    """After that the credentials are stale: ask again."""


class PushKey(Struct):
    public_key: str
    """VAPID (RFC 8292): uncompressed P-256 point, base64url without padding."""


class PushKeys(Request):
    p256dh: Annotated[str, Meta(max_length=200)]
    auth: Annotated[str, Meta(max_length=100)]


class PushSubscription(Request):
    """`PushSubscription.toJSON()` of the browser."""

    endpoint: Annotated[str, Meta(min_length=8, max_length=2000)]
    keys: PushKeys
    expirationTime: float | None = None


class PushEnd(Request):
    endpoint: Annotated[str, Meta(min_length=8, max_length=2000)]
