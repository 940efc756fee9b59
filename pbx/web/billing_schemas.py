"""The JSON of customers, booked tasks, factors, statements: money as decimal strings in EUR."""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from pbx.web.schemas import AreaName, Language, Request, TaskStateName, ZoneName

PhoneSystemName = Literal["open", "own", "ours", "earlier"]
"""`open`: nobody has asked yet, so no call is placed; `earlier`: from before the check."""
Amount = Annotated[str, Meta(max_length=12, examples=["35.50"])]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Note = Annotated[str, Meta(max_length=4000)]
AddressLine = Annotated[str, Meta(max_length=60)]


class CustomerView(Struct):
    id: str
    name: str
    phone_system: PhoneSystemName
    informed_on: date | None
    """When the customer was told that 15 minutes an hour are included."""
    booked_area: AreaName | None
    """With which area, and so with which factor, the customer agreed."""
    rate_per_hour: str | None
    """None: the default holds."""
    note: str
    language: Language | None
    """Of letters and texts to them; None: whoever writes chooses."""
    address_extra: str
    """Above the street: a department, `c/o`."""
    street: str
    postcode: str
    city: str
    country: str
    """By its name; empty: Germany."""
    tasks: int


class CustomerPost(Request):
    name: Name
    phone_system: PhoneSystemName = "open"
    informed_on: date | None = None
    booked_area: AreaName | None = None
    rate_per_hour: Amount | None = None
    note: Note = ""
    language: Language | None = None
    address_extra: AddressLine = ""
    street: AddressLine = ""
    postcode: AddressLine = ""
    city: AddressLine = ""
    country: AddressLine = ""


class CustomerPatch(Request):
    """Fields that are missing stay as they are."""

    name: Name | UnsetType = UNSET
    phone_system: PhoneSystemName | UnsetType = UNSET
    informed_on: date | UnsetType | None = UNSET
    booked_area: AreaName | UnsetType | None = UNSET
    rate_per_hour: Amount | UnsetType | None = UNSET
    note: Note | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    address_extra: AddressLine | UnsetType = UNSET
    street: AddressLine | UnsetType = UNSET
    postcode: AddressLine | UnsetType = UNSET
    city: AddressLine | UnsetType = UNSET
    country: AddressLine | UnsetType = UNSET


class BillingSettings(Request):
    rate_per_hour: Amount | None
    """For customers without a rate of their own; None: there is none."""
    handover_check: bool | UnsetType = UNSET
    """Calls wait until who receives a task has confirmed the checklist (F18); missing in a
    request: it stays as it is."""


class FileRowError(Struct):
    row: int
    """Line of the file, from 1."""
    text: str


class FileImport(Struct):
    """With one error nothing was changed."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    errors: list[FileRowError]


class BookedTask(Struct):
    """A task with what it was booked with."""

    external_id: str
    title: str
    customer: str
    customer_id: str | None
    area: AreaName
    zone: ZoneName | None
    """Of the area; None: within the included quarter of an hour no zone is billed."""
    budget_minutes: int
    assignees: list[str]
    own: bool
    state: TaskStateName
    factor: str | None
    """What the customer pays, frozen when it was booked; None: there was no table then."""
    pay_factor: str | None
    factors_valid_from: date | None


class WorkTimeView(Struct):
    user: str
    """E-mail address; empty where the account is gone."""
    name: str
    day: date
    minutes: int
