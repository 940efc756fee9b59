"""Statements and the factor guard: the company's own figures, and what holds for all figures."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import factor_guard, metering
from pbx.domain.factor_guard import Closed, Closing, Mismatch, covers
from pbx.domain.months import Month
from pbx.domain.records import Area, FactorRow, Zone
from pbx.domain.statements import Line, Statement, TaskMonth, line_of, totals
from pbx.domain.statistics import slot
from pbx.errors import BadRequest

ROW = FactorRow(date(2020, 1, 1))
NOVEMBER = Month(2026, 11)
RATE = 40_00
MS = st.integers(0, 10**10)


def month(area: Area, minutes: int, de_ms: int = 0, eu_ms: int = 0, **more: Any) -> TaskMonth:
    zones = {zone: ms for zone, ms in ((Zone.DE, de_ms), (Zone.EU, eu_ms)) if ms}
    told = {"title": "Termine", "customer_id": "c1", "factors": ROW, "calls": 3, **more}
    return TaskMonth(
        "T-1", area=area, work_minutes=minutes, talk_ms=de_ms + eu_ms, by_zone_ms=zones, **told
    )


# ------------------------------------------------------------------ golden figures


def test_three_hours_at_factor_1_3() -> None:
    line = line_of(month(Area.BACKOFFICE_EU, 180), ROW, RATE)
    assert (line.factor, line.exact_thousandths) == (1300, 234_000)
    assert metering.thousandths_text(line.exact_thousandths) == "234"
    assert metering.hours(line.booked_minutes) == "3:55"
    # 3:55 at 40 EUR an hour: 156.666… EUR.
    assert line.amount_cents == 156_67


@pytest.mark.parametrize(
    ("area", "exact", "booked"),
    [
        (Area.BACKOFFICE_DE, "72", 75),
        (Area.BACKOFFICE_EU, "78", 80),
        (Area.SALES_DE, "120", 120),
        (Area.SALES_EU, "126", 130),
        (Area.BACKOFFICE, "60", 60),
        (Area.SALES, "108", 110),
    ],
)
def test_an_hour_in_each_area(area: Area, exact: str, booked: int) -> None:
    line = line_of(month(area, 60), ROW, RATE)
    assert metering.thousandths_text(line.exact_thousandths) == exact
    assert line.booked_minutes == booked


def test_a_quarter_of_an_hour_is_free_and_a_second_more_is_not() -> None:
    free = month(Area.BACKOFFICE, 60, de_ms=15 * 60_000)
    assert not free.over
    assert factor_guard.finding(NOVEMBER, free, ROW, RATE) is None
    more = month(Area.BACKOFFICE, 60, de_ms=15 * 60_000 + 1000)
    assert more.over
    found = factor_guard.finding(NOVEMBER, more, ROW, RATE)
    assert found is not None
    assert (found.mismatch, found.wrong_ms) == (Mismatch.SHARE, 1000)
    assert (found.right_area, found.risk_cents) == (Area.BACKOFFICE_DE, 8_00)


def test_a_task_booked_for_germany_that_calls_poland() -> None:
    polish = month(Area.BACKOFFICE_DE, 120, de_ms=600_000, eu_ms=61_250)
    found = factor_guard.finding(NOVEMBER, polish, ROW, RATE)
    assert found is not None
    assert (found.mismatch, found.wrong_ms) == (Mismatch.ZONE, 61_250)
    assert (found.booked_factor, found.right_factor) == (1200, 1300)
    # Two hours at 40 EUR: a tenth of 80 EUR is missing.
    assert (found.right_area, found.risk_cents) == (Area.BACKOFFICE_EU, 8_00)


@pytest.mark.parametrize(
    ("task", "right", "risk"),
    [
        # Nobody has entered work time: whoever telephones for half an hour worked as long.
        (month(Area.BACKOFFICE, 0, de_ms=1_800_000), Area.BACKOFFICE_DE, 4_00),
        (month(Area.SALES, 60, de_ms=900_000, eu_ms=1), Area.SALES_EU, 12_00),
        (month(Area.SALES_DE, 60, eu_ms=1), Area.SALES_EU, 4_00),
        # A dearer factor than needed, and a zone within the included quarter, are no findings.
        (month(Area.BACKOFFICE_EU, 60, de_ms=3_600_000), None, None),
        (month(Area.BACKOFFICE, 60, eu_ms=900_000), None, None),
        (month(Area.BACKOFFICE_DE, 60, de_ms=3_600_000), None, None),
        (month(Area.BACKOFFICE_DE, 60, eu_ms=1, own=True), None, None),
    ],
)
def test_what_does_not_fit(task: TaskMonth, right: Area | None, risk: int | None) -> None:
    found = factor_guard.finding(NOVEMBER, task, ROW, RATE)
    assert (found and found.right_area, found and found.risk_cents) == (right, risk)
    if found:
        without = factor_guard.finding(NOVEMBER, task, ROW, None)
        assert without == dataclasses.replace(found, risk_cents=None)


def test_what_was_said_holds_for_what_was_seen() -> None:
    found = factor_guard.finding(NOVEMBER, month(Area.BACKOFFICE_DE, 120, eu_ms=5), ROW, RATE)
    assert found is not None

    def said(how: Closing, **more: Any) -> Closed:
        values = {"task": "T-1", "month": NOVEMBER, "right_area": Area.BACKOFFICE_EU, **more}
        told = {"reason": "Kulanz", "risk_cents": 8_00, **values}
        return Closed(how=how, by="boss", at=datetime(2026, 11, 30, tzinfo=UTC), **told)

    assert covers(said(Closing.ACCEPTED), found)
    assert covers(said(Closing.INFORMED, risk_cents=0), found)
    assert not covers(said(Closing.CORRECTED), found)
    assert not covers(said(Closing.ACCEPTED, risk_cents=7_99), found)
    assert not covers(said(Closing.INFORMED, right_area=Area.SALES_EU), found)
    assert not covers(said(Closing.INFORMED, month=Month(2026, 10)), found)


@pytest.mark.parametrize(
    ("text", "value"), [("1.2", 1200), ("1,25", 1250), ("0.3", 300), ("2", 2000)]
)
def test_factors_from_text(text: str, value: int) -> None:
    assert metering.parse_factor(text) == value
    assert metering.parse_factor(metering.factor_text(value)) == value
    for bad in ("", "10", "1.2345", "-1", "a", ".5", "1.2.3"):
        with pytest.raises(BadRequest):
            metering.parse_factor(bad)


# ------------------------------------------------------------------ for all figures

TASKS = st.builds(
    month,
    area=st.sampled_from(Area),
    minutes=st.integers(0, 100_000),
    de_ms=MS,
    eu_ms=MS,
)


def _leaves(thing: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(thing):
        thing = [getattr(thing, f.name) for f in dataclasses.fields(thing)]
    if isinstance(thing, list | tuple):
        for each in thing:
            yield from _leaves(each)
    else:
        yield thing


@given(tasks=st.lists(TASKS, max_size=5), rate=st.none() | st.integers(0, 100_000))
def test_no_float_and_nothing_is_lost(tasks: list[TaskMonth], rate: int | None) -> None:
    lines = [line_of(task, ROW, rate) for task in tasks]
    sums = totals(lines)
    found = [factor_guard.finding(NOVEMBER, task, ROW, rate) for task in tasks]
    statement = Statement("c1", "Kunde", NOVEMBER, rate, lines)
    for leaf in _leaves([lines, sums, found, statement.lines]):
        assert not isinstance(leaf, float)
    assert sums.talk_ms == sum(task.talk_ms for task in tasks)
    assert sums.calls == sum(task.calls for task in tasks)
    assert sums.work_minutes == sum(task.work_minutes for task in tasks)
    assert (sums.amount_cents is None) == (rate is None or not tasks)
    for task, line, finding in zip(tasks, lines, found, strict=True):
        _check_line(task, line, rate)
        if finding is not None:
            right = dataclasses.replace(task, area=finding.right_area)
            assert factor_guard.finding(NOVEMBER, right, ROW, rate) is None
            assert finding.right_factor > finding.booked_factor
            assert (finding.risk_cents is None) == (rate is None)


def _check_line(task: TaskMonth, line: Line, rate: int | None) -> None:
    assert line.de_ms + line.eu_ms == line.talk_ms
    assert line.over == (line.talk_ms * 4 > task.work_minutes * 60_000)
    assert 0 <= line.booked_minutes * 1000 - line.exact_thousandths < 5000
    if rate is not None:
        assert line.amount_cents is not None
        assert abs(line.amount_cents * 60 - line.booked_minutes * rate) <= 30


CHANGES = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
ENDS = (datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC))
NEAR = st.builds(
    lambda at, ms: at + timedelta(milliseconds=ms),
    st.sampled_from([*CHANGES, *ENDS, datetime(2026, 10, 31, 23, tzinfo=UTC)]),
    st.integers(-7_200_000, 7_200_000),
)


@given(at=NEAR | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_a_call_belongs_to_one_month_also_where_clocks_change(at: datetime) -> None:
    day = date.fromordinal(slot(at)[0])
    mine = Month.of(day)
    around = [Month(2025, 12), *(Month(2026, n) for n in range(1, 13)), Month(2027, 1)]
    assert [each for each in around if each.begins <= at < each.ends] == [mine]


@given(
    calls=st.lists(st.tuples(NEAR, st.sampled_from("AB"), st.sampled_from(Zone), MS), max_size=20)
)
def test_seconds_are_the_same_however_they_are_parted(
    calls: list[tuple[datetime, str, Zone, int]],
) -> None:
    """By task and month, on two customers' statements: together they are the ledger's."""
    parts: dict[tuple[str, Month], list[tuple[Zone, int]]] = {}
    for at, task, zone, ms in calls:
        parts.setdefault((task, Month.of(date.fromordinal(slot(at)[0]))), []).append((zone, ms))
    lines = []
    for found in parts.values():
        of = {zone: sum(ms for z, ms in found if z is zone) for zone in Zone}
        task_month = month(Area.SALES, 60, of[Zone.DE], of[Zone.EU], calls=len(found))
        lines.append(line_of(task_month, ROW, RATE))
    sums = totals(lines)
    assert (sums.talk_ms, sums.calls) == (sum(ms for *_, ms in calls), len(calls))
