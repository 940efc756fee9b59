"""The JSON of our numbers: settings, whose they are, past and future."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from pbx.domain.inventory import MAX_COOL_DOWN_DAYS
from pbx.web.audit_schemas import ChangeView
from pbx.web.desk_schemas import RowError
from pbx.web.going_live_schemas import LiveStateName
from pbx.web.schemas import E164, CountryCode, Email, Language, Request, ZoneName

StateName = Literal["forwarding-in", "porting", "ported", "ours"]
CoolDownName = Literal["ring", "voicemail", "head-office"]
Line = Annotated[str, Meta(max_length=100)]
GroupName = Annotated[str, Meta(min_length=1, max_length=60)]
Moment = Annotated[datetime, Meta(tz=True)]


class NumberCheck(Struct):
    e164: str | None
    national: str | None
    country: str | None
    type: str | None
    zone: ZoneName | None
    allowed: bool
    error_id: str | None
    detail: str | None
    """Why not, in the user's language."""
    caller_id: str | None
    caller_id_printed: str | None
    """The same as people write it."""
    warnings: list[str]
    """What is nearly used up, in the user's language."""


class Warning(Struct):
    id: str
    """Stable, such as `no-address`."""
    text: str
    """What to do, in the reader's language."""


class PlannedView(Struct):
    """A number will change hands."""

    id: str
    e164: str
    national: str
    label: str
    user: str | None
    """E-mail address; None: the head office's or nobody's."""
    user_name: str | None
    head_office: bool
    at: datetime
    by_name: str | None
    """Who planned it."""
    created_at: datetime
    state: Literal["planned", "done", "failed", "cancelled"]


class NumberView(Struct):
    e164: str
    national: str
    label: str
    user: str | None
    """E-mail address of who has it."""
    user_name: str | None
    ring_seconds: int
    language: Language
    greeting: str | None
    recipients: list[str]
    show_as_caller_id: bool
    head_office: bool
    """The shared number itself."""
    at_head_office: bool
    """Assigned to the head office: who rings there rings for it."""
    cc: list[str]
    state: StateName
    country: str | None
    """Of the number."""
    type: str
    """As of `NumberCheck`: `fixed`, `mobile` ..."""
    street: str
    postcode: str
    city: str
    address_country: str
    trunk: str
    """Empty: the trunk of the settings."""
    cool_down_days: int
    cool_down: CoolDownName
    cool_until: datetime | None
    """Until when callers get `cool_down`; None: they get whose it is."""
    groups: list[str]
    """Names."""
    planned: list[PlannedView]
    """What will happen, the next first."""
    going_live: LiveStateName
    """`open`: never were all points done that must be looked at before callers use it."""
    warnings: list[Warning]


class NumberPut(Request):
    """The settings of a number; those that may be left out stay then as they are."""

    e164: E164
    label: Annotated[str, Meta(min_length=1, max_length=100)]
    ring_seconds: Annotated[int, Meta(ge=3, le=120)] = 20
    language: Language = "de"
    greeting: str | None = None
    recipients: list[Email] = field(default_factory=list)
    show_as_caller_id: bool = False
    cc: list[Email] | UnsetType = UNSET
    state: StateName | UnsetType = UNSET
    street: Line | UnsetType = UNSET
    postcode: Annotated[str, Meta(max_length=12)] | UnsetType = UNSET
    city: Line | UnsetType = UNSET
    address_country: CountryCode | Literal[""] | UnsetType = UNSET
    trunk: Line | UnsetType = UNSET
    cool_down_days: Annotated[int, Meta(ge=0, le=MAX_COOL_DOWN_DAYS)] | UnsetType = UNSET
    cool_down: CoolDownName | UnsetType = UNSET
    groups: list[GroupName] | UnsetType = UNSET


class Assign(Request):
    user: Email | None
    """None: nobody, so its callers get voicemail; or the head office."""
    head_office: bool = False
    """Give it to the head office; `user` is None then."""
    from_: Moment | None = field(default=None, name="from")
    """From when; None or past: from the very next call."""


class NumberOwnerView(Struct):
    """Who had a number, from when until when."""

    user: str | None
    user_name: str | None
    head_office: bool
    since: datetime
    until: datetime | None
    """None: has it now."""
    by: str
    """E-mail address of who gave it to them, or `system`."""
    by_name: str | None


class NumberDetail(Struct):
    number: NumberView
    history: list[NumberOwnerView]
    """Newest first."""
    changes: list[ChangeView]
    """Newest first."""
    undo_assignment: str | None
    """Id of the change that `undo` takes back; None: there is none."""
    undo_settings: str | None


class NumberUndo(Request):
    change: Annotated[str, Meta(min_length=1, max_length=40)]
    """Id of the change; a newer one of its sort makes it a conflict."""


class NumberGroupView(Struct):
    id: str
    name: str
    numbers: int
    """How many are in it."""


class NumberGroupPost(Request):
    name: GroupName
    numbers: list[E164] = field(default_factory=list)
    """That are in it from the beginning."""


class NumberGroupPut(Request):
    name: GroupName


class NumberImport(Struct):
    """With any error nothing was taken over."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    errors: list[RowError]


class NumberRequestPost(Request):
    reason: Annotated[str, Meta(min_length=3, max_length=1000)]


class NumberRequestApproval(Request):
    e164: E164
    """A free number of ours."""
    text: Annotated[str, Meta(max_length=1000)] = ""


class NumberRequestRefusal(Request):
    text: Annotated[str, Meta(max_length=1000)] = ""


class NumberRequestView(Struct):
    id: str
    by: str
    by_name: str
    reason: str
    created_at: datetime
    state: Literal["open", "approved", "refused"]
    answer: str
    e164: str | None
    """The number that they were given."""
    decided_at: datetime | None
    decided_by: str | None
