"""The JSON of countries, unlocks and the requests for them."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import CountryCode, Email, Request

CapMinutes = Annotated[int, Meta(ge=1, le=100_000)]
Note = Annotated[str, Meta(max_length=500)]
TaskId = Annotated[str, Meta(max_length=100)]
UnlockStateName = Literal["planned", "active", "used_up", "over", "revoked"]
ScopeName = Literal["all", "user", "task", "user_task"]


class UnlockPut(Request):
    """Opens a locked country; without `user` for everybody, without `task` for every task."""

    country: CountryCode
    user: Email = ""
    task: TaskId = ""
    since: datetime | None = None
    """None: now. With a time zone, as `until`."""
    until: datetime | None = None
    """Exclusive; None: until it is revoked."""
    cap_minutes: CapMinutes | None = None
    """Talk time; when it is used up new calls are refused, one under way may go on."""
    note: Note = ""


class UnlockView(Struct):
    id: str
    country: str
    country_name: str
    state: UnlockStateName
    user: str | None
    """E-mail address; None: everybody."""
    user_name: str | None
    task: str | None
    """None: every task."""
    task_title: str | None
    since: datetime
    until: datetime | None
    cap_minutes: int | None
    used_seconds: float
    """Talk time of the calls that were made because of it."""
    note: str
    request_id: str | None
    """The request that it answers."""
    by_name: str | None
    at: datetime
    revoked_at: datetime | None
    revoked_by: str | None


class CountryAnswer(Request):
    """Without anything but `text`, the country is unlocked for everybody, for ever."""

    text: Annotated[str, Meta(max_length=1000)] = ""
    scope: ScopeName = "all"
    until: datetime | None = None
    cap_minutes: CapMinutes | None = None


class RefusedCalls(Struct):
    """How often somebody wanted to call a locked country."""

    country: str
    country_name: str
    user: str
    user_name: str
    count: int
    last_day: date
    """In Berlin."""


class LinkedRequest(Struct):
    """What a link in a mail is about, for whoever got the mail."""

    id: str
    country: str
    country_name: str
    by_name: str
    task: str
    task_title: str | None
    reason: str
    created_at: datetime
    state: Literal["open", "approved", "refused"]
    answer: str
    holder_name: str
    """Who decides with this link."""


class LinkedAnswer(Request):
    decision: Literal["approve", "refuse"]
    text: Annotated[str, Meta(max_length=1000)] = ""
    scope: ScopeName = "all"
    until: datetime | None = None
    cap_minutes: CapMinutes | None = None
