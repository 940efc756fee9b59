"""The JSON of limits, number types and the brake."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import Email, Request

LimitName = Literal[
    "calls_at_once",
    "longest_call_minutes",
    "calls_per_hour",
    "calls_per_day",
    "minutes_per_hour",
    "minutes_per_day",
    "cost_per_hour",
    "cost_per_day",
]
DecimalText = Annotated[str, Meta(max_length=20, examples=["12.50"])]
PatternName = Literal["country", "sequence", "short", "night", "new"]
BrakeModeName = Literal["lock", "warn", "off"]
ChoosableType = Literal["fixed", "mobile", "fixed_or_mobile", "voip"]


class LimitValue(Struct, forbid_unknown_fields=True):
    limit: LimitName
    value: DecimalText | None
    """Calls, minutes or EUR; None: no limit."""


class LimitsPut(Request):
    """Replaces everything that was set for this person, or for everybody."""

    values: list[LimitValue]
    """Of a person: those that are not named follow the defaults."""
    user: Email = ""
    """Empty: the defaults for everybody."""


class LimitUsage(Struct):
    limit: LimitName
    used: str
    most: str
    until: datetime
    near: bool
    """Four fifths are used."""
    reached: bool


class PersonLimits(Struct):
    user: str
    name: str
    own: list[LimitValue]
    effective: list[LimitValue]
    usage: list[LimitUsage]


class LimitDefaults(Struct):
    values: list[LimitValue]
    number_types: list[ChoosableType]
    """Which may be dialled in open countries."""
    emergency_mode: Literal["refuse", "trunk"]
    """Set in the configuration file of the site."""


class NumberTypesPut(Request):
    types: list[ChoosableType]


class BrakeRule(Struct, forbid_unknown_fields=True):
    pattern: PatternName
    count: int
    """So many different numbers ..."""
    minutes: int
    """... within so many minutes."""
    on: bool = True


class LockView(Struct):
    id: str
    user: str
    name: str
    at: datetime
    pattern: PatternName
    numbers: int
    minutes: int
    about: str
    """The country, or the first number of the range."""


class BrakePut(Request):
    mode: BrakeModeName
    """lock: stop and mail; warn: only mail."""
    rules: list[BrakeRule]


class BrakeView(Struct):
    mode: BrakeModeName
    rules: list[BrakeRule]
    locked: list[LockView]
