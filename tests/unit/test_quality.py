"""The quality diary: days add up, and advice is given only where the figures carry it."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.domain import quality as rules
from pbx.domain.desk import Quality
from pbx.domain.quality import Measured

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=BERLIN)


def measured(day: int = 0, hour: int = 9, **values: object) -> Measured:
    at = (MONDAY + timedelta(days=day)).replace(hour=hour)
    call = Quality("c", "anna", at, 120, 4.2, 4.0, 5)
    return Measured(at, replace(call, **values))  # type: ignore[arg-type]


def several(count: int, **values: object) -> list[Measured]:
    return [measured(i % 5, **values) for i in range(count)]  # type: ignore[arg-type]


def ids(found: list[Measured]) -> list[str]:
    return [one.id for one in rules.advice(found)]


GOOD = several(6, network="ethernet", microphone="A")


@pytest.mark.parametrize(
    ("found", "advised"),
    [
        ([], []),
        (GOOD, []),
        (several(5, network="wifi", mos=3.4) + GOOD, ["wifi-worse"]),
        (several(4, network="wifi", mos=3.4) + GOOD, []),
        (several(5, network="wifi", mos=3.4) + GOOD[:4], ["try-cable"]),
        (several(5, network="wifi", mos=4.1) + GOOD, []),
        (several(5, network="vpn", mos=3.2) + GOOD, ["vpn-worse"]),
        (several(5, relay=True, loss_percent=4), ["relay-loss"]),
        (several(5, relay=True, loss_percent=4) + several(5, loss_percent=3.5), []),
        (several(5, relay=False, loss_percent=9), []),
        (several(2, rejoins=1) + several(4), ["many-rejoins"]),
        (several(1, rejoins=9) + several(5), []),
        (several(4, rejoins=1), []),
        ([measured(d, 14, mos=3.0) for d in range(5)] + GOOD, ["bad-hour"]),
        ([measured(d % 2, 14, mos=3.0) for d in range(5)] + GOOD, []),
        ([measured(d, 14, mos=4.0) for d in range(5)] + several(6, mos=4.4), []),
        (several(5, microphone="B", silent_seconds=9) + GOOD, ["microphone-silent"]),
        (several(5, microphone="B", mos=3.3) + GOOD, ["microphone-worse"]),
        (several(5, microphone="", silent_seconds=9) + GOOD, []),
        (several(5, rtt_ms=420), ["long-delay"]),
        (several(5, rtt_ms=None), []),
        (several(9, network="wifi", mos=2.0, seconds=5) + GOOD, []),
    ],
)
def test_advice(found: list[Measured], advised: list[str]) -> None:
    assert ids(found) == advised


def test_advice_says_what_and_in_both_languages() -> None:
    worse = several(5, microphone="Headset „X“", silent_seconds=9, network="wifi", mos=3.1) + GOOD
    told = rules.advice(worse)
    assert [one.id for one in told] == ["wifi-worse", "microphone-silent"]
    assert "3,1" in told[0].text("de")
    assert "3.1" in told[0].text("en")
    assert "Headset" in told[1].text("de")
    (hour,) = rules.advice([measured(d, 23, mos=3.0) for d in range(5)] + GOOD)
    assert "23 und 24 Uhr" in hour.text("de")
    assert "23:00 and 0:00" in hour.text("en")


def test_days_weigh_calls_by_their_length() -> None:
    long = measured(0, seconds=300, mos=4.0, rtt_ms=30, rejoins=1)
    short = measured(0, 14, seconds=100, mos=2.0, rtt_ms=None, rejoins=2, loss_percent=4)
    late = measured(1, 0, seconds=0, mos=3.0, rtt_ms=None)
    first, second = rules.by_day([late, short, long])
    assert (first.day, first.calls, first.mos, first.rejoins) == (MONDAY.date(), 2, 3.5, 3)
    assert (first.rtt_ms, first.loss_percent) == (30, 1.0)
    assert (second.calls, second.mos, second.rtt_ms) == (1, 3.0, None)


calls = st.lists(
    st.builds(
        measured,
        day=st.integers(0, 9),
        hour=st.integers(0, 23),
        mos=st.floats(1, 4.5),
        seconds=st.floats(0, 4000),
        jitter_ms=st.floats(0, 200),
        rtt_ms=st.none() | st.floats(0, 900),
        loss_percent=st.floats(0, 100),
        relay=st.booleans(),
        network=st.sampled_from(["", "wifi", "ethernet", "vpn", "cellular"]),
        microphone=st.sampled_from(["", "A", "B"]),
        silent_seconds=st.floats(0, 30),
        rejoins=st.integers(0, 4),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(calls, st.randoms())
def test_the_order_of_calls_does_not_matter(found: list[Measured], random: object) -> None:
    mixed = list(found)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert ids(mixed) == ids(found)
    assert [(d.day, d.calls) for d in rules.by_day(mixed)] == [
        (d.day, d.calls) for d in rules.by_day(found)
    ]


@settings(deadline=None)
@given(calls)
def test_too_few_calls_give_no_advice(found: list[Measured]) -> None:
    assert ids(found[: rules.LEAST_CALLS - 1]) == []
    brief = [Measured(m.at, replace(m.quality, seconds=9.9)) for m in found]
    assert ids(brief) == []


@settings(deadline=None)
@given(calls)
def test_flawless_calls_give_no_advice(found: list[Measured]) -> None:
    flawless = [
        Measured(
            m.at,
            replace(m.quality, mos=4.4, loss_percent=0, rejoins=0, silent_seconds=0, rtt_ms=20),
        )
        for m in found
    ]
    assert ids(flawless) == []


@settings(deadline=None)
@given(calls)
def test_days_hold_every_call_once_and_stay_in_range(found: list[Measured]) -> None:
    days = rules.by_day(found)
    assert sum(day.calls for day in days) == len(found)
    assert [day.day for day in days] == sorted({m.at.date() for m in found})
    for day in days:
        of_day = [m.quality for m in found if m.at.date() == day.day]
        assert min(q.mos for q in of_day) <= day.mos <= max(q.mos for q in of_day)
        assert day.rejoins == sum(q.rejoins for q in of_day)
        assert (day.rtt_ms is None) == all(q.rtt_ms is None for q in of_day)


@settings(deadline=None)
@given(calls)
def test_each_advice_has_its_own_words(found: list[Measured]) -> None:
    told = rules.advice(found)
    assert len({one.id for one in told}) == len(told)
    for one in told:
        assert "Bitte" in one.de or "bitte" in one.de
        assert "lease" in one.en
