"""Which calls look like fraud, and which are somebody's ordinary day."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.domain.brake import SHIPPED, Attempt, Pattern, evaluate, is_night, longest

MORNING = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
"""A Friday, 9:00 in Berlin."""
MINUTE = timedelta(minutes=1)


def numbers(count: int, step: int = 977) -> list[str]:
    return [f"+49301{n * step:06d}" for n in range(count)]


def dialled(
    found: list[str], every: timedelta, begin: datetime = MORNING, **more: Any
) -> list[Attempt]:
    country = more.pop("country", "DE")
    return [Attempt(begin + i * every, n, country, **more) for i, n in enumerate(found)]


def hit(attempts: list[Attempt], now: datetime | None = None) -> Pattern | None:
    found = evaluate(SHIPPED, attempts, now or max(a.at for a in attempts), "DE")
    return found.rule.pattern if found else None


NIGHT = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "attempts"),
    [
        (Pattern.COUNTRY, dialled(numbers(20), MINUTE / 3, country="FR")),
        (Pattern.SEQUENCE, dialled(numbers(10, step=2), 5 * MINUTE)),
        (Pattern.SHORT, dialled(numbers(30), MINUTE * 0.9, talk_ms=9_999)),
        (Pattern.NIGHT, dialled(numbers(25), 2 * MINUTE, NIGHT)),
        (Pattern.NIGHT, dialled(numbers(25), 2 * MINUTE, SUNDAY)),
        (Pattern.NEW, dialled(numbers(30), MINUTE * 0.9, new=True)),
    ],
)
def test_each_pattern_is_seen_with_the_last_call_and_not_before(
    pattern: Pattern, attempts: list[Attempt]
) -> None:
    assert hit(attempts) is pattern
    assert hit(attempts[:-1]) is None
    assert hit(attempts, attempts[-1].at + timedelta(days=1)) is None


def test_what_a_hit_tells() -> None:
    run = dialled(["+493012345", *numbers(12, step=1)], MINUTE)
    found = evaluate(SHIPPED, run, run[-1].at, "DE")
    assert found is not None
    assert (found.numbers, found.about) == (12, "+49301000000")
    abroad = dialled(numbers(21), MINUTE / 3, country="FR")
    found = evaluate(SHIPPED, abroad, abroad[-1].at, "DE")
    assert found is not None
    assert (found.numbers, found.about) == (21, "FR")
    assert longest(SHIPPED) == timedelta(hours=1)


def test_redialling_one_number_is_no_fraud() -> None:
    again = dialled(["+33140000000"] * 500, MINUTE / 60, NIGHT, country="FR", talk_ms=1, new=True)
    assert hit(again) is None


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32))
def test_a_busy_day_trips_nothing(seed: int) -> None:
    """60 calls in working hours to numbers that are all new, two minutes or more apart."""
    draw = Random(seed)
    at, day = MORNING, []
    slowest, longest_talk = draw.choice([120, 300, 600]), draw.choice([9_000, 600_000])
    for number in draw.sample(range(10_000_000, 99_999_999), 60):
        country, talk_ms = draw.choice(["DE", "AT", "CH", "FR"]), draw.randint(0, longest_talk)
        day.append(Attempt(at, f"+49{number * 3}", country, talk_ms, new=True))
        at += timedelta(seconds=draw.randint(120, slowest))
        if not is_night(at):
            assert hit(day) is None


def test_nights_and_weekends_are_berlins() -> None:
    assert [is_night(datetime(2026, 11, 27, h, tzinfo=UTC)) for h in (4, 5, 20, 21)] == [
        True,
        False,
        False,
        True,
    ]
    assert is_night(datetime(2026, 11, 28, 12, tzinfo=UTC))
