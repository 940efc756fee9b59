"""What somebody must have looked at before callers use a number (F65); it never stops a call.

Points that the system knows by itself are done where it finds nothing; a person may say that what
it found is meant to be so. Every other point is confirmed by a person, or by a test call. What was
confirmed is kept as a digest: where it is another one later, just that point is open again.
"""

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pbx.domain.inventory import Caution, nature_of
from pbx.domain.records import Number, NumberType
from pbx.domain.routing import Fault, Schedule, Step
from pbx.domain.test_calls import TestCall, TestState, Why
from pbx.errors import Conflict, NotFound

Finding = Caution | Fault


class Point(enum.StrEnum):
    """In the order in which they are looked at. Words: `pbx.domain.going_live_words`."""

    LABEL = "label"
    ADDRESS = "address"
    RECIPIENTS = "recipients"
    RINGS = "rings"
    """Somebody rings, or it is meant that nobody does."""
    ROUTE = "route"
    """Steps that lead nowhere, or round in a circle."""
    HOURS = "hours"
    """Steps and opening hours are as they should be."""
    CALLER_ID = "caller-id"
    GREETING = "greeting"
    TEST_CALL = "test-call"


FOUND = frozenset({Point.RINGS, Point.ROUTE, Point.CALLER_ID})
"""Points that the system knows by itself."""
_TELLS_NOTHING = frozenset({Why.EXCHANGE_AWAY, Why.INTERRUPTED})
"""Of a test call: one that passed before still counts."""
_CAUTIONS = {
    Caution.NO_RECIPIENTS: Point.RECIPIENTS,
    Caution.NO_ADDRESS: Point.ADDRESS,
    Caution.ADDRESS_COUNTRY: Point.ADDRESS,
    Caution.ADDRESS_PLACE: Point.ADDRESS,
    Caution.NOBODY_RINGS: Point.RINGS,
    Caution.NOT_VERIFIED: Point.CALLER_ID,
}
_FAULTS = {Fault.NOBODY: Point.RINGS, Fault.NO_RECIPIENTS: Point.RECIPIENTS}
"""Every other one is of the route."""


class PointState(enum.StrEnum):
    DONE = "done"
    OPEN = "open"
    CHANGED = "changed"
    """It was confirmed, and is another one since then."""


class LiveState(enum.StrEnum):
    """How far a number is, as the list of numbers shows it."""

    OPEN = "open"
    """Never were all points done."""
    CHANGED = "changed"
    """It is live, and something that was confirmed has changed."""
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Check:
    """Somebody has looked at a point; or a test call has passed."""

    e164: str
    point: Point
    seen: str
    """Digest of what it was then."""
    by: str
    """User id."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Live:
    """All points of a number were done, once."""

    e164: str
    since: datetime | None
    """None: it was in use before there was this list."""
    by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to be looked at."""

    number: Number
    steps: tuple[Step, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    """Those that the steps name, by id."""
    version: str = ""
    """Id of the version of its greeting that plays now; empty: it is none of the library."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A number's facts with what is written down about its points."""

    facts: Facts
    checks: Mapping[Point, Check] = field(default_factory=dict)
    live: Live | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one point."""

    point: Point
    state: PointState
    seen: str
    """Digest of what it is now: who confirms says what was seen."""
    findings: tuple[Finding, ...] = ()
    check: Check | None = None


def points_of(number: Number) -> tuple[Point, ...]:
    """Those that this number has: not every one has a place, or is shown to anybody."""
    fixed = nature_of(number.e164).type in (NumberType.FIXED, NumberType.FIXED_OR_MOBILE)
    left_out = set()
    if not fixed and not any(_address(number)):
        left_out.add(Point.ADDRESS)
    if not number.show_as_caller_id:
        left_out.add(Point.CALLER_ID)
    return tuple(point for point in Point if point not in left_out)


def findings_of(
    cautions: Iterable[Caution], faults: Iterable[Fault]
) -> dict[Point, tuple[Finding, ...]]:
    """What is wrong, by point; the same thing once, where both checks found it."""
    found: dict[Point, list[Finding]] = {}
    for caution in cautions:
        found.setdefault(_CAUTIONS[caution], []).append(caution)
    known = set(found)
    for fault in dict.fromkeys(faults):
        point = _FAULTS.get(fault, Point.ROUTE)
        if point not in known:
            found.setdefault(point, []).append(fault)
    return {point: tuple(each) for point, each in found.items()}


def seen_of(point: Point, facts: Facts, findings: Sequence[Finding] = ()) -> str:
    """The digest of what is confirmed with this point."""
    number = facts.number
    match point:
        case Point.LABEL:
            told: Any = number.label
        case Point.ADDRESS:
            told = _address(number)
        case Point.RECIPIENTS:
            told = [number.recipients, number.cc]
        case Point.GREETING | Point.TEST_CALL:
            told = [number.greeting or "", number.language, facts.version]
        case Point.HOURS:
            told = [[_said(each) for each in facts.steps], [_said(s) for s in facts.schedules]]
        case _:
            told = sorted(findings)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _address(number: Number) -> list[str]:
    return [number.street, number.postcode, number.city, number.address_country]


def _said(thing: Step | Schedule) -> dict[str, Any]:
    """Without what is not said, so that a field that comes later changes no digest."""
    return {name: value for name, value in asdict(thing).items() if value}


def standings(
    kept: Kept, findings: Mapping[Point, tuple[Finding, ...]], last: TestCall | None
) -> tuple[Standing, ...]:
    """All points of a number; `last`: the newest test call that is over."""
    found = []
    for point in points_of(kept.facts.number):
        wrong = findings.get(point, ())
        seen, check = seen_of(point, kept.facts, wrong), kept.checks.get(point)
        if point is Point.TEST_CALL and last and _disproves(last):
            check = None
        state = _state(point, seen, check, wrong)
        found.append(Standing(point, state, seen, wrong, check))
    return tuple(found)


def _disproves(call: TestCall) -> bool:
    return call.state is TestState.FAILED and call.reason not in _TELLS_NOTHING


def _state(point: Point, seen: str, check: Check | None, wrong: Sequence[Finding]) -> PointState:
    if point in FOUND and not wrong:
        return PointState.DONE
    if check is None:
        return PointState.OPEN
    return PointState.DONE if check.seen == seen else PointState.CHANGED


def complete(points: Iterable[Standing]) -> bool:
    return all(each.state is PointState.DONE for each in points)


def live_state(kept: Kept) -> LiveState:
    """By what people have confirmed; what the system finds is in the list anyway."""
    if kept.live is None:
        return LiveState.OPEN
    looked = set(points_of(kept.facts.number)) - FOUND
    changed = any(
        check.seen != seen_of(point, kept.facts)
        for point, check in kept.checks.items()
        if point in looked
    )
    return LiveState.CHANGED if changed else LiveState.LIVE


def undoes(check: Check, live: Live | None) -> bool:
    """Whether taking this confirmation back takes "live" back: it was the last that was missing."""
    return live is not None and (live.since, live.by) == (check.at, check.by)


def no_such_point() -> NotFound:
    return NotFound(
        "no-such-point",
        "Diesen Punkt gibt es bei dieser Nummer nicht, oder er wird nicht von Hand bestätigt.",
        "This number has no such point, or it is not confirmed by hand.",
    )


def changed_meanwhile() -> Conflict:
    return Conflict(
        "changed-meanwhile",
        "Das hat inzwischen jemand geändert. Bitte noch einmal ansehen und dann bestätigen.",
        "Somebody has changed this meanwhile. Please look at it again, then confirm.",
    )


def points_open() -> Conflict:
    return Conflict(
        "points-open",
        "Es sind noch nicht alle Punkte erledigt. Bitte zuerst die offenen ansehen.",
        "Not all points are done yet. Please look at the open ones first.",
    )
