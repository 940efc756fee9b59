"""Days, hours and sums of calls."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pbx.domain.records import CallRecord, Direction, Moment, Outcome
from pbx.domain.statistics import Dimension, Sums, changed, folded, hour_of_week, places, slot

NOON = Moment(datetime(2026, 11, 27, 11, 30, tzinfo=UTC), 0, "boot")
MISSED = CallRecord(
    "c1",
    Direction.INBOUND,
    NOON,
    task="T-1",
    did="+49221",
    ended=NOON,
    outcome=Outcome.VOICEMAIL,
)


@pytest.mark.parametrize(
    ("at", "day", "hour"),
    [
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2), 0),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31), 23),
        # Clocks go back: both hours are the third one of the night.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25), 2),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25), 2),
    ],
)
def test_days_and_hours_are_berlins(at: datetime, day: date, hour: int) -> None:
    assert slot(at) == (day.toordinal(), hour)


def test_a_call_counts_once_in_each_dimension_when_it_has_ended() -> None:
    assert places(replace(MISSED, ended=None)) == {}
    found = places(MISSED)
    assert {place.dimension for place in found} == set(Dimension)
    assert set(found.values()) == {Sums(calls=1, missed=1)}
    values = {place.dimension: place.value for place in found}
    assert (values[Dimension.HOUR], values[Dimension.NUMBER]) == ("12", "+49221")
    assert values[Dimension.PERSON] == ""


def test_a_correction_moves_a_call_instead_of_counting_it_twice() -> None:
    moved = {p: s for p, s in changed(MISSED, replace(MISSED, task="T-2")).items() if s.calls}
    assert {place.value: sums.calls for place, sums in moved.items()} == {"T-1": -1, "T-2": 1}
    assert changed(MISSED, MISSED) == {}
    assert list(changed(None, MISSED)) == sorted(places(MISSED))


def test_what_is_in_two_groups_counts_in_both() -> None:
    sums = {"a": Sums(1, 1), "b": Sums(2), "": Sums(4)}
    assert folded(sums, {"a": ["x", "y"], "b": ["x"]}) == {
        "x": Sums(3, 1),
        "y": Sums(1, 1),
        "": Sums(4),
    }


def test_hours_of_the_week_begin_on_monday() -> None:
    assert hour_of_week(date(2026, 11, 23).toordinal(), 9) == "1-09"
    assert hour_of_week(date(2026, 11, 29).toordinal(), 23) == "7-23"
