"""The highest number of accounts so far."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pbx.domain.seats import Peak, peaks

START = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_seat_is_paid_for_once() -> None:
    """Ten, five, eight, eleven: ten, nothing, nothing, one."""
    days = [START + timedelta(days=n) for n in range(4)]
    changes = list(zip(days, (10, -5, 3, 3), strict=True))
    assert peaks(11, changes) == [Peak(days[0], 10, 10), Peak(days[3], 11, 1)]


@given(st.integers(0, 50), st.lists(st.integers(-5, 5)))
def test_what_was_added_is_the_highest_number(begin: int, steps: list[int]) -> None:
    seats = [begin]
    for step in steps:
        seats.append(max(seats[-1] + step, 0))
    changes = [(START, after - before) for before, after in pairwise(seats)]
    found = peaks(seats[-1], changes)
    assert sum(peak.added for peak in found) == max(seats)
    assert [peak.seats for peak in found] == sorted({peak.seats for peak in found})
    assert all(peak.added > 0 for peak in found)
