"""The life of our numbers: who has one, from when, what is planned, what is missing (N9)."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from pbx.domain import numbers
from pbx.domain.areas import Area, area_elsewhere
from pbx.domain.desk import RequestState
from pbx.domain.records import CoolDown, Number, NumberState, NumberType

ASSIGNMENT = ("user_id", "at_head_office", "cool_until")
"""Fields of a number that only an assignment changes; all others are its settings."""
SETTINGS = tuple(
    f.name for f in fields(Number) if f.name not in {"e164", "head_office", *ASSIGNMENT}
)
MAX_COOL_DOWN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a number is: a person's, the head office's, or nobody's."""

    user_id: str | None = None
    head_office: bool = False


NOBODY = Owner()


def owner_of(number: Number) -> Owner:
    return Owner(number.user_id, number.at_head_office)


def given(number: Number, owner: Owner, at: datetime) -> Number:
    """The number in its new hands; its cool-down begins where somebody had it before."""
    before = owner_of(number)
    until = number.cool_until
    if before not in (NOBODY, owner) and number.cool_down_days:
        until = at + timedelta(days=number.cool_down_days)
    return replace(
        number, user_id=owner.user_id, at_head_office=owner.head_office, cool_until=until
    )


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who had a number, from when; until the next one."""

    e164: str
    owner: Owner
    by: str
    """User id, or `system`."""
    at: datetime


class PlannedState(enum.StrEnum):
    """
    PLANNED ──its time comes──> DONE | FAILED (the person has no account any more)
        └────somebody cancels──> CANCELLED
    """

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A number will change hands at a time."""

    id: str
    e164: str
    owner: Owner
    due_at: datetime
    by: str
    """User id of who planned it."""
    created_at: datetime
    state: PlannedState = PlannedState.PLANNED
    settled_at: datetime | None = None
    """When it was done, cancelled or could not be done."""


@dataclass(frozen=True, slots=True)
class NumberGroup:
    id: str
    name: str
    numbers: int = 0
    """How many are in it."""


@dataclass(frozen=True, slots=True)
class NumberRequest:
    """A person asks for a number of their own (F06)."""

    id: str
    user_id: str
    reason: str
    created_at: datetime
    state: RequestState = RequestState.OPEN
    answer: str = ""
    e164: str | None = None
    """The number that they were given."""
    decided_at: datetime | None = None
    decided_by: str | None = None


class Held(enum.StrEnum):
    """Whose numbers are looked for."""

    PERSON = "person"
    HEAD_OFFICE = "head-office"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class NumberFilter:
    """Which numbers; None means any."""

    query: str = ""
    state: NumberState | None = None
    group: str | None = None
    """Id of a group."""
    user_id: str | None = None
    held: Held | None = None
    never_live: bool = False
    """Only those of which never all points were done, see `going_live`."""
    e164s: frozenset[str] | None = None
    """Only these."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """A number with what is kept beside it."""

    number: Number
    groups: tuple[str, ...] = ()
    """Names of its groups, in alphabetical order."""
    planned: tuple[PlannedChange, ...] = ()
    """What will happen, the next first."""
    routed: bool = False
    """Whether a route of its own says where its calls go."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number as a file has it."""

    row: int
    """Line of the file, from 1."""
    number: Number
    """Its settings; whose it is stands in `owner`."""
    given: frozenset[str]
    """Names of the settings that the file has; the others stay."""
    owner: Owner | None = None
    """None: the file says nothing about it."""
    groups: tuple[str, ...] | None = None
    """Names; None: the file says nothing about them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did, or would do: how many numbers."""

    created: int
    updated: int
    unchanged: int


class Caution(enum.StrEnum):
    """What is worth a second look; nothing of it forbids to save. Words: `pbx.domain.texts`."""

    NO_RECIPIENTS = "no-recipients"
    NO_ADDRESS = "no-address"
    NOBODY_RINGS = "nobody-rings"
    ADDRESS_COUNTRY = "address-country"
    ADDRESS_PLACE = "address-place"
    NOT_VERIFIED = "not-verified"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the installation has beside the number."""

    central_mailbox: bool
    """Whether messages without recipients of their own go anywhere."""
    head_office_rings: bool
    """Whether anybody is on the head office's ring list."""
    verified: frozenset[str]
    """Numbers that the trunk lets us show (D7)."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What a number is by itself."""

    national: str
    region: str | None
    type: NumberType


@lru_cache(maxsize=20_000)
def nature_of(e164: str) -> Nature:
    """Kept, because libphonenumber takes half a millisecond and lists are long."""
    return Nature(numbers.show(e164, "DE"), numbers.region_of(e164), numbers.type_of(e164))


def cautions_of(
    number: Number, around: Surroundings, *, routed: bool = False
) -> tuple[Caution, ...]:
    """What is missing or does not fit, the most important first.

    Args:
        routed: it has a route of its own, which has checks of its own.
    """
    found = []
    if not number.recipients and not around.central_mailbox:
        found.append(Caution.NO_RECIPIENTS)
    rings_there = (number.head_office or number.at_head_office) and around.head_office_rings
    if number.user_id is None and not rings_there and not routed:
        found.append(Caution.NOBODY_RINGS)
    nature = nature_of(number.e164)
    geographic = nature.type in (NumberType.FIXED, NumberType.FIXED_OR_MOBILE)
    if geographic and not (number.street and number.postcode and number.city):
        found.append(Caution.NO_ADDRESS)
    if number.address_country and nature.region not in (None, number.address_country):
        found.append(Caution.ADDRESS_COUNTRY)
    elif area_at_odds(number) is not None:
        found.append(Caution.ADDRESS_PLACE)
    if number.show_as_caller_id and number.e164 not in around.verified:
        found.append(Caution.NOT_VERIFIED)
    return tuple(found)


def area_at_odds(number: Number) -> Area | None:
    """The area of its code, where its address names a place that has another one."""
    if nature_of(number.e164).type not in (NumberType.FIXED, NumberType.FIXED_OR_MOBILE):
        return None
    return area_elsewhere(number.e164, number.city)


def settings_of(number: Number, groups: Sequence[str]) -> dict[str, Any]:
    """What the audit log keeps of a number's settings; `groups`: their names."""
    every = asdict(number)
    return {**{name: every[name] for name in SETTINGS}, "groups": sorted(groups)}


def with_settings(number: Number, kept: Mapping[str, Any]) -> Number:
    """The number with those of its settings that `kept` has, as JSON has them."""
    known: dict[str, Any] = {name: kept[name] for name in SETTINGS if name in kept}
    for name in ("recipients", "cc"):
        if name in known:
            known[name] = tuple(known[name])
    if "state" in known:
        known["state"] = NumberState(known["state"])
    if "cool_down" in known:
        known["cool_down"] = CoolDown(known["cool_down"])
    return replace(number, **known)
