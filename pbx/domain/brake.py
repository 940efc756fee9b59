"""Does this look like fraud? Patterns over one person's last calls (C14).

Who has stolen an account dials many numbers that nobody here ever called: abroad, one after
the other, at night. So each pattern counts different numbers, never the repetition of one
that is busy, and its threshold lies well above what a person at a telephone can do.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pbx.domain.moments import BERLIN

SHORT_MS = 10_000
"""A call that was answered and ended before this is a short one."""
STEP = 2
"""Numbers of one range: each at most this far from the one before."""
NIGHT_BEGINS, NIGHT_ENDS = 22, 6
SATURDAY = 5


class Pattern(enum.StrEnum):
    COUNTRY = "country"
    """Many numbers of one foreign country."""
    SEQUENCE = "sequence"
    """Numbers of one range, one after the other."""
    SHORT = "short"
    """Many calls that end at once."""
    NIGHT = "night"
    """Many numbers at night or on a weekend."""
    NEW = "new"
    """Many numbers that nobody here had called before."""


class BrakeMode(enum.StrEnum):
    LOCK = "lock"
    """Lock and mail."""
    WARN = "warn"
    """Only mail."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: Pattern
    count: int
    """So many different numbers ..."""
    minutes: int
    """... within so many minutes."""
    on: bool = True


SHIPPED = (
    Rule(Pattern.COUNTRY, 20, 10),
    Rule(Pattern.SEQUENCE, 10, 60),
    Rule(Pattern.SHORT, 30, 30),
    Rule(Pattern.NIGHT, 25, 60),
    Rule(Pattern.NEW, 30, 30),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call of one person to the network."""

    at: datetime
    number: str
    country: str
    talk_ms: int | None = None
    """None where nobody answered, or they still talk."""
    new: bool = False
    """Nobody here had called this number before."""


@dataclass(frozen=True, slots=True)
class Hit:
    rule: Rule
    numbers: int
    """How many different ones there were."""
    about: str = ""
    """The country, or the first number of the range."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A person whose calls to the network are stopped; emergency calls are not."""

    id: str
    user_id: str
    at: datetime
    pattern: Pattern
    numbers: int
    minutes: int
    about: str = ""
    released_at: datetime | None = None
    released_by: str | None = None


def longest(rules: Sequence[Rule]) -> timedelta:
    """How far back `evaluate` looks."""
    return timedelta(minutes=max((rule.minutes for rule in rules if rule.on), default=0))


def evaluate(
    rules: Sequence[Rule], attempts: Sequence[Attempt], now: datetime, home: str
) -> Hit | None:
    """The first pattern that these calls show.

    Args:
        attempts: of one person, the one that is being made among them; in any order.
        home: the country whose numbers are no foreign ones.
    """
    for rule in rules:
        if not rule.on:
            continue
        begin = now - timedelta(minutes=rule.minutes)
        within = [attempt for attempt in attempts if begin < attempt.at <= now]
        numbers, about = _count(rule.pattern, within, home)
        if numbers >= rule.count:
            return Hit(rule, numbers, about)
    return None


def _count(pattern: Pattern, attempts: Sequence[Attempt], home: str) -> tuple[int, str]:
    match pattern:
        case Pattern.COUNTRY:
            return _most_of_one_country([a for a in attempts if a.country != home])
        case Pattern.SEQUENCE:
            return _longest_run({a.number for a in attempts})
        case Pattern.SHORT:
            short = {a.number for a in attempts if a.talk_ms is not None and a.talk_ms < SHORT_MS}
            return len(short), ""
        case Pattern.NIGHT:
            return len({a.number for a in attempts if is_night(a.at)}), ""
        case Pattern.NEW:
            return len({a.number for a in attempts if a.new}), ""


def _most_of_one_country(attempts: Sequence[Attempt]) -> tuple[int, str]:
    numbers: dict[str, set[str]] = {}
    for attempt in attempts:
        numbers.setdefault(attempt.country, set()).add(attempt.number)
    country = max(numbers, key=lambda code: (len(numbers[code]), code), default="")
    return len(numbers.get(country, ())), country


def _longest_run(numbers: set[str]) -> tuple[int, str]:
    """How many numbers follow each other at most `STEP` apart, and the first of them."""
    values = sorted(int(number.lstrip("+")) for number in numbers)
    best, first, run, begin = 0, 0, 0, 0
    for i, value in enumerate(values):
        follows = i > 0 and value - values[i - 1] <= STEP
        run, begin = (run + 1, begin) if follows else (1, value)
        if run > best:
            best, first = run, begin
    return best, f"+{first}" if best else ""


def is_night(at: datetime) -> bool:
    """From 22:00 to 6:00, and on Saturdays and Sundays, in Berlin."""
    local = at.astimezone(BERLIN)
    return local.weekday() >= SATURDAY or not NIGHT_ENDS <= local.hour < NIGHT_BEGINS
