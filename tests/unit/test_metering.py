"""Factors, budget and phone share, with the golden figures of the business."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import metering
from pbx.domain.metering import Factors, Mode, Step
from pbx.domain.records import Area, FactorRow, Zone
from pbx.errors import BadRequest

ROW = FactorRow(valid_from=date(2026, 1, 1))
MINUTES = st.decimals(min_value=0, max_value=100_000, places=6)
FACTORS = st.integers(min_value=1, max_value=9999)


# ------------------------------------------------------------------ factors (D3)


@pytest.mark.parametrize(
    ("area", "customer", "pay"),
    [
        (Area.BACKOFFICE_DE, "1.2", "1.0"),
        (Area.BACKOFFICE_EU, "1.3", "1.0"),
        (Area.SALES_DE, "2.0", "1.5"),
        (Area.SALES_EU, "2.1", "1.5"),
        (Area.BACKOFFICE, "1.0", "1.0"),
        (Area.SALES, "1.8", "1.5"),
    ],
)
def test_factor_matrix(area: Area, customer: str, pay: str) -> None:
    factors = metering.factors(area, ROW)
    assert metering.factor_text(factors.customer) == customer
    assert metering.factor_text(factors.pay) == pay


def test_a_later_row_has_its_own_factors() -> None:
    row = FactorRow(date(2027, 1, 1), base_sales=1900, surcharge_eu=350, pay_sales=1600)
    assert metering.factors(Area.SALES_EU, row) == Factors(customer=2250, pay=1600)


def test_factor_text() -> None:
    assert [metering.factor_text(n) for n in (1000, 1300, 2250, 1005, 500)] == [
        "1.0",
        "1.3",
        "2.25",
        "1.005",
        "0.5",
    ]


# ------------------------------------------------------------------ budget (D1)


def test_the_golden_budget() -> None:
    budget = metering.to_budget(180, 1300)
    assert budget.exact == 234
    assert (budget.exact_minutes, budget.booked_minutes, budget.booked) == ("234", 235, "3:55")


@pytest.mark.parametrize(
    ("minutes", "factor", "step", "mode", "exact", "booked"),
    [
        ("180", 1300, 1, "up", "234", "3:54"),
        ("180", 1300, 15, "up", "234", "4:00"),
        ("180", 1300, 5, "nearest", "234", "3:55"),
        ("180", 1300, 15, "nearest", "234", "4:00"),
        ("60", 1000, 5, "up", "60", "1:00"),
        ("60.000001", 1000, 5, "up", "60.000001", "1:05"),
        ("62.5", 1000, 5, "nearest", "62.5", "1:05"),
        ("62.499999", 1000, 5, "nearest", "62.499999", "1:00"),
        ("0", 2100, 5, "up", "0", "0:00"),
        ("180.5", 1300, 5, "up", "234.65", "3:55"),
        ("3", 1200, 5, "up", "3.6", "0:05"),
    ],
)
def test_budgets(
    minutes: str, factor: int, step: Step, mode: Mode, exact: str, booked: str
) -> None:
    budget = metering.to_budget(Decimal(minutes), factor, step, mode)
    assert (budget.exact_minutes, budget.booked) == (exact, booked)
    assert budget.factor == factor


@given(minutes=MINUTES, factor=FACTORS, step=st.sampled_from(get_args(Step)), mode=st.just("up"))
def test_booked_is_never_less_and_less_than_a_step_more(
    minutes: Decimal, factor: int, step: Step, mode: Mode
) -> None:
    budget = metering.to_budget(minutes, factor, step, mode)
    assert budget.exact * 1000 == minutes * factor
    assert budget.booked_minutes % step == 0
    assert 0 <= budget.booked_minutes - budget.exact < step


@given(minutes=MINUTES, factor=FACTORS, step=st.sampled_from(get_args(Step)))
def test_nearest_is_at_most_half_a_step_away(minutes: Decimal, factor: int, step: Step) -> None:
    budget = metering.to_budget(minutes, factor, step, "nearest")
    assert abs(budget.booked_minutes - budget.exact) * 2 <= step


@given(minutes=st.integers(min_value=0, max_value=1_000_000), factor=FACTORS)
def test_there_and_back(minutes: int, factor: int) -> None:
    assert metering.to_effective(metering.to_budget(minutes, factor).exact, factor) == minutes


def test_effective_time_is_rounded_down() -> None:
    assert metering.to_effective(234, 1300) == 180
    assert metering.to_effective(235, 1300) == Decimal("180.76")


@pytest.mark.parametrize("bad", [Decimal(-1), Decimal("NaN"), Decimal("Infinity"), 10**9])
def test_senseless_minutes(bad: Decimal | int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        metering.to_budget(bad, 1300)
    with pytest.raises(ValueError, match="minutes"):
        metering.to_effective(bad, 1300)


def test_senseless_factor() -> None:
    with pytest.raises(ValueError, match="thousandths"):
        metering.to_budget(180, 0)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("180", "180"), (" 180.5 ", "180.5"), ("180,25", "180.25"), ("0", "0"), ("7.", "7")],
)
def test_minutes_from_text(text: str, minutes: str) -> None:
    assert metering.parse_minutes(text) == Decimal(minutes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "-5",
        "1e9",
        "NaN",
        "1.2.3",
        "1,2,3",
        "99999999",
        "0.1234567",
        "１８０",
        ".5",
        "+5",
    ],
)
def test_text_that_is_no_minutes(text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        metering.parse_minutes(text)
    assert caught.value.error_id == "bad-minutes"


# ------------------------------------------------------------------ phone share (D2)

HOUR = 3600


@pytest.mark.parametrize(
    ("phone_ms", "over"),
    [(0, False), (899_999, False), (900_000, False), (900_001, True), (901_000, True)],
)
def test_a_quarter_is_still_included(phone_ms: int, over: bool) -> None:
    figures = metering.phone_share(phone_ms, HOUR, Area.BACKOFFICE, {Zone.DE: phone_ms})
    assert figures.over is over
    assert figures.included_ms == 900_000
    assert figures.suggested_area is (Area.BACKOFFICE_DE if over else Area.BACKOFFICE)


@pytest.mark.parametrize(
    ("booked", "zones", "suggested"),
    [
        (Area.BACKOFFICE, {Zone.DE: 5}, Area.BACKOFFICE_DE),
        (Area.BACKOFFICE, {Zone.DE: 5_000_000, Zone.EU: 1}, Area.BACKOFFICE_EU),
        (Area.BACKOFFICE_EU, {Zone.DE: 5}, Area.BACKOFFICE_DE),
        (Area.SALES, {Zone.EU: 5}, Area.SALES_EU),
        (Area.SALES_DE, {Zone.DE: 5}, Area.SALES_DE),
        (Area.SALES_DE, {Zone.DE: 5, Zone.EU: 5}, Area.SALES_EU),
        (Area.SALES_EU, {}, Area.SALES_EU),
        (Area.SALES, {Zone.EU: 0}, Area.SALES_DE),
    ],
)
def test_suggestion_follows_what_was_dialled(
    booked: Area, zones: dict[Zone, int], suggested: Area
) -> None:
    assert metering.phone_share(HOUR * 1000, HOUR, booked, zones).suggested_area is suggested


def test_no_work_time_yet() -> None:
    assert metering.phone_share(1, 0, Area.BACKOFFICE, {Zone.DE: 1}).over
    assert not metering.phone_share(0, 0, Area.BACKOFFICE, {}).over


def test_seconds_are_exact() -> None:
    figures = metering.phone_share(61_250, 61, Area.BACKOFFICE, {})
    assert figures.phone_seconds == Decimal("61.25")
    assert figures.included_seconds == Decimal("15.25")
    assert metering.seconds_text(61_250) == "61.250"
    assert metering.seconds_text(0) == "0.000"


@given(phone_ms=st.integers(0, 10**10), work=st.integers(0, 10**7))
def test_over_is_strictly_more_than_included(phone_ms: int, work: int) -> None:
    figures = metering.phone_share(phone_ms, work, Area.SALES, {Zone.EU: phone_ms})
    assert figures.over == (phone_ms > figures.included_ms)
