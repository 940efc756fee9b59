"""When an event happened that was read late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain.records import Moment
from pbx.switch.lateness import MOST_MS, WINDOW_MS, Lateness

START = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)


def at(ms: int) -> Moment:
    return Moment(START + timedelta(milliseconds=ms), 1_000_000 + ms, "boot")


def stamp(ms: int) -> str:
    """As Asterisk writes it."""
    text = (START + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text[:-3]}+0000"


def test_an_event_that_waited_counts_from_when_it_happened() -> None:
    lateness = Lateness()
    assert lateness.happened(at(1), stamp(0)) == at(1)
    assert lateness.happened(at(5_223), stamp(5_000)) == at(5_001)
    assert lateness.happened(at(6_001), stamp(6_000)) == at(6_001)


@pytest.mark.parametrize("skew", [-3_600_000, -40, 250, 3_600_000])
def test_clocks_that_differ_change_nothing(skew: int) -> None:
    lateness = Lateness()
    for ms in (0, 700, 59_000, 61_000, 150_000, 400_000):
        assert lateness.happened(at(ms), stamp(ms - skew)) == at(ms)
    assert lateness.happened(at(400_500), stamp(400_100 - skew)) == at(400_100)


def test_a_clock_that_was_set_is_believed_after_two_minutes() -> None:
    lateness = Lateness()
    lateness.happened(at(0), stamp(0))
    set_back = 60_000
    assert lateness.happened(at(1_000), stamp(1_000 - set_back)) == at(1_000 - MOST_MS)
    lateness.happened(at(WINDOW_MS + 1), stamp(WINDOW_MS + 1 - set_back))
    later = 2 * WINDOW_MS + 1
    assert lateness.happened(at(later), stamp(later - set_back)) == at(later)


@pytest.mark.parametrize("bad", ["", "yesterday", "2026-11-27T23:00:00.000"])
def test_without_a_stamp_it_counts_from_when_it_was_read(bad: str) -> None:
    assert Lateness().happened(at(7), bad) == at(7)


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 4_000)), min_size=1, max_size=30))
def test_never_before_it_happened_nor_after_it_was_read(
    events: list[tuple[int, int]],
) -> None:
    """Gaps between events, and how late each is read; one at the begin is in time."""
    lateness = Lateness()
    lateness.happened(at(0), stamp(0))
    when = read = 0
    for gap, late in events:
        when += gap
        read = max(read, when + late)
        found = lateness.happened(at(read), stamp(when))
        assert when <= found.mono_ms - 1_000_000 <= read
