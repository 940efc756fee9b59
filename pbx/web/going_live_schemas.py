"""The JSON of what is looked at before a number goes live, and of test calls."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.domain.going_live_several import MOST_AT_ONCE
from pbx.web.schemas import Request

PointName = Literal[
    "label",
    "address",
    "recipients",
    "rings",
    "route",
    "hours",
    "caller-id",
    "greeting",
    "test-call",
]
PointStateName = Literal["done", "open", "changed"]
LiveStateName = Literal["open", "changed", "live"]
TestCallStateName = Literal["running", "passed", "failed"]
PlaceName = Literal["owner", "settings", "route"]
VerdictName = Literal["ready", "wrong", "nothing", "changed", "confirmed"]
Seen = Annotated[str, Meta(min_length=1, max_length=64)]
E164 = Annotated[str, Meta(min_length=1, max_length=20)]


class TestCallView(Struct):
    id: str
    state: TestCallStateName
    number: str
    by: str
    at: datetime
    seconds: float | None
    """From dialling to the end; None while it runs."""
    answered: bool
    match_percent: int | None
    """How well what was heard fits the greeting; None where nothing was heard."""
    reason: str
    """Why it failed, such as `not-answered`; empty otherwise."""
    reason_text: str
    """The same in words."""
    audio: str | None
    """Where what was heard can be heard again."""


class PointView(Struct):
    point: PointName
    state: PointStateName
    """`changed`: it was confirmed, and is another one since then."""
    text: str
    hint: str
    """What is to be looked at; of what the system knows: that it is fine."""
    value: str
    """What it is now; empty where there is nothing to be shown."""
    findings: list[str]
    """What is wrong, in words."""
    place: PlaceName
    """Where it is changed."""
    by_hand: bool
    """Somebody can confirm it now; of what the system found: that it is meant to be so."""
    seen: str
    """Goes with a confirmation, so that nobody confirms what was changed meanwhile."""
    by: str | None
    """Name of who confirmed it, or made the test call."""
    at: datetime | None
    audio: str | None
    """Where the greeting can be heard."""


class GoingLiveView(Struct):
    state: LiveStateName
    since: datetime | None
    """Since when it is live; None: it is not, or was in use before there was this list."""
    by: str | None
    """Name of who did the last point."""
    complete: bool
    """All points are done now."""
    points: list[PointView]
    test_calls: list[TestCallView]
    """Newest first."""


class PointPut(Request):
    seen: Seen
    """As the point has it."""


class NumberCheckup(Struct):
    """How it stands with a number that is to be confirmed together with others."""

    e164: str
    national: str
    label: str
    verdict: VerdictName
    """`wrong`: something was found, it is not confirmed with the others. `nothing`: all that a
    person looks at was confirmed before. `changed`: it is not any more what was seen."""
    points: list[str]
    """What a person has to look at and would confirm, in words."""
    findings: list[str]
    """What is wrong and was not said to be meant so, in words."""
    seen: str
    """Goes with a confirmation, so that nobody confirms what was changed meanwhile."""


class ChecksLook(Request):
    numbers: Annotated[list[E164], Meta(min_length=1, max_length=MOST_AT_ONCE)]
    """Those that are not ours are left out of the answer."""


class SeenNumber(Request):
    e164: E164
    seen: Seen
    """As the number has it."""


class ChecksPost(Request):
    numbers: Annotated[list[SeenNumber], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class ChecksDone(Struct):
    at: datetime
    """Goes with taking them back."""
    items: list[NumberCheckup]
    """What became of each number."""


class ChecksTakeBack(Request):
    at: Annotated[datetime, Meta(tz=True)]
    """When they were confirmed, as the answer had it."""
