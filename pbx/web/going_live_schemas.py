"""The JSON of what is looked at before a number goes live, and of test calls."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

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
    seen: Annotated[str, Meta(min_length=1, max_length=64)]
    """As the point has it."""
