"""What calls come to: sums by day, hour, person, task and so on. Pure.

Days and hours are Berlin's: a call belongs to the day on which people there saw it begin.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pbx.domain.records import CallRecord, Direction, Outcome

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = 7
NOT_TAKEN = frozenset({Outcome.MISSED, Outcome.VOICEMAIL})
"""How a call in ends that nobody of ours took."""


class Breakdown(enum.StrEnum):
    """By what calls are summed up."""

    DAY = "day"
    HOUR = "hour"
    """The hour of the week: `1-09` is Monday from 9 to 10."""
    PERSON = "person"
    TASK = "task"
    CUSTOMER = "customer"
    COUNTRY = "country"
    TYPE = "type"
    NUMBER = "number"
    """Of ours: called by a call in, shown by a call out."""
    GROUP = "group"
    DIRECTION = "direction"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Sums:
    """Ended calls."""

    calls: int = 0
    answered: int = 0
    missed: int = 0
    """Calls in that nobody took; the rest of the unanswered ones are calls out."""
    talk_ms: int = 0

    def __sub__(self, other: "Sums") -> "Sums":
        return self + Sums(-other.calls, -other.answered, -other.missed, -other.talk_ms)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.calls + other.calls,
            self.answered + other.answered,
            self.missed + other.missed,
            self.talk_ms + other.talk_ms,
        )


def slot(at: datetime) -> tuple[int, int]:
    """The day (`date.toordinal`) and the hour of a moment, by Berlin's clocks."""
    local = at.astimezone(BERLIN)
    return local.toordinal(), local.hour


def hour_of_week(day: int, hour: int) -> str:
    """`1-09` for a Monday (by `date.toordinal`) from 9 to 10."""
    return f"{date.fromordinal(day).isoweekday()}-{hour:02}"


def is_missed(direction: Direction, outcome: Outcome | None) -> bool:
    return direction is Direction.INBOUND and outcome in NOT_TAKEN


class Dimension(enum.StrEnum):
    """What the days' sums are kept by, one at a time."""

    HOUR = "hour"
    PERSON = "person"
    TASK = "task"
    COUNTRY = "country"
    TYPE = "type"
    NUMBER = "number"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in the days' sums a call counts."""

    dimension: Dimension
    day: int
    """`date.toordinal`, in Berlin."""
    value: str
    direction: Direction


def places(record: CallRecord) -> dict[Place, Sums]:
    """What a call adds to the days' sums; nothing before it has ended."""
    if record.ended is None:
        return {}
    day, hour = slot(record.offered.at)
    missed = is_missed(record.direction, record.outcome)
    own = Sums(1, int(record.outcome is Outcome.ANSWERED), int(missed), record.talk_ms)
    values = {
        Dimension.HOUR: f"{hour:02}",
        Dimension.PERSON: record.user_id,
        Dimension.TASK: record.task,
        Dimension.COUNTRY: record.country,
        Dimension.TYPE: record.number_type,
        Dimension.NUMBER: record.did or record.caller_id,
        Dimension.OUTCOME: record.outcome,
    }
    return {
        Place(dimension, day, str(value or ""), record.direction): own
        for dimension, value in values.items()
    }


def changed(before: CallRecord | None, after: CallRecord | None) -> dict[Place, Sums]:
    """What the days' sums change by when a call becomes another one."""
    was, now = (places(record) if record else {} for record in (before, after))
    found = {place: now.get(place, Sums()) - was.get(place, Sums()) for place in {**was, **now}}
    return {place: found[place] for place in sorted(found) if found[place] != Sums()}


def total(sums: Iterable[Sums]) -> Sums:
    return sum(sums, Sums())


def folded(
    sums: Mapping[str, Sums], groups_of: Mapping[str, Iterable[str]], rest: str = ""
) -> dict[str, Sums]:
    """Sums by group: what is in several groups counts in each, what is in none under `rest`."""
    found: dict[str, Sums] = {}
    for key, each in sums.items():
        for group in list(groups_of.get(key, ())) or [rest]:
            found[group] = found.get(group, Sums()) + each
    return found
