"""What a call costs: which price holds, increments, exact sums, what an import changes."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain.costing import ChargedCall, Trunks, rated, sum_up
from pbx.domain.tariffs import (
    UNIT,
    Dialled,
    Increments,
    PriceList,
    Rate,
    Tariffs,
    amount,
    billed,
    compare,
    cost_micros,
    destinations,
    is_destination,
    micros,
    valid_on,
)

JAN, JULY = date(2026, 1, 1), date(2026, 7, 1)
EVERYWHERE = PriceList("a", "All")
MOBILE = Dialled("+4915112345678", "DE", "mobile")
RATES = [
    Rate("", JAN, 500_000),
    Rate("DE", JAN, 20_000),
    Rate("DE:mobile", JAN, 100_000),
    Rate("+49", JAN, 15_000),
    Rate("+4915", JAN, 90_000, 10_000, Increments(60, 60), "Mobil"),
    Rate("+4915", JULY, 80_000),
    Rate("+49151", date(2026, 12, 1), None),
]


@pytest.mark.parametrize(
    ("number", "country", "kind", "day", "price"),
    [
        ("+4915112345678", "DE", "mobile", date(2026, 6, 30), 90_000),
        ("+4915112345678", "DE", "mobile", JULY, 80_000),
        ("+4922112345", "DE", "fixed", JULY, 15_000),
        ("+33612345678", "FR", "mobile", JULY, 500_000),
        ("+4915112345678", "DE", "mobile", date(2025, 12, 31), None),
    ],
)
def test_the_longest_prefix_that_is_valid_counts(
    number: str, country: str, kind: str, day: date, price: int | None
) -> None:
    found = Tariffs([(EVERYWHERE, RATES)]).find(Dialled(number, country, kind), day)
    assert (found[1].per_minute if found else None) == price


def test_what_has_ended_falls_back_to_the_next_shorter_one() -> None:
    rates = [Rate("+49151", JAN, 70_000), *RATES]
    tariffs = Tariffs([(EVERYWHERE, rates)])
    before, after = (
        tariffs.find(MOBILE, date(2026, 11, 30)),
        tariffs.find(MOBILE, date(2026, 12, 1)),
    )
    assert before
    assert after
    assert (before[1].destination, after[1].destination) == ("+49151", "+4915")


def test_a_trunks_own_list_comes_first_and_the_newer_of_two_lists_counts() -> None:
    own, newer = (
        PriceList("b", "Own", "sip1"),
        PriceList("c", "Newer", currency="USD", euro=900_000),
    )
    tariffs = Tariffs(
        [
            (EVERYWHERE, RATES),
            (own, [Rate("+49", JAN, 1)]),
            (newer, [Rate("+4915", date(2026, 7, 2), 2_000_000)]),
        ]
    )
    found = tariffs.find(MOBILE._replace(trunk="sip1"), JULY)
    assert found
    assert found[0] == own
    french = tariffs.find(Dialled("+3312345", "FR", "fixed", "sip1"), JULY)
    assert french
    assert french[0] == EVERYWHERE
    cost = tariffs.cost(MOBILE, date(2026, 7, 2), 30_000)
    assert cost
    assert (cost.price_list, cost.micros, cost.euro_micros) == (newer, UNIT, 900_000)


@pytest.mark.parametrize(
    ("talk_ms", "increments", "seconds"),
    [
        (0, (60, 60), 60),
        (60_000, (60, 60), 60),
        (60_001, (60, 60), 120),
        (61_000, (60, 1), 61),
        (61_200, (1, 1), 62),
        (29_000, (30, 6), 30),
        (31_000, (30, 6), 36),
    ],
)
def test_increments(talk_ms: int, increments: tuple[int, int], seconds: int) -> None:
    assert billed(talk_ms, Increments(*increments)) == seconds


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(1, 90), st.integers(1, 90))
def test_a_cost_is_the_price_of_the_billed_time_to_half_a_micro(
    talk_ms: int, per_minute: int, first: int, following: int
) -> None:
    rate = Rate("", JAN, per_minute, 7, Increments(first, following))
    seconds = billed(talk_ms, rate.increments)
    assert seconds * 1000 >= talk_ms
    assert seconds - max(first, following) < -(-talk_ms // 1000) or seconds == first
    micros_ = cost_micros(rate, seconds)
    assert isinstance(micros_, int)
    assert abs(micros_ - 7 - Fraction(per_minute * seconds, 60)) <= Fraction(1, 2)


@given(st.lists(st.integers(0, 10**7), max_size=30))
def test_sums_are_the_same_however_the_calls_are_cut(talk: list[int]) -> None:
    at = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    tariffs = Tariffs([(EVERYWHERE, RATES)])
    calls = [
        ChargedCall(str(i), "", f"T{i % 3}", MOBILE.number, "DE", "mobile", "", at, at, ms)
        for i, ms in enumerate(talk)
    ]
    costs = [rated(tariffs, Trunks(), call) for call in calls]
    assert all(c.cost and c.cost.rate.valid_from == JULY for c in costs), "July began in Berlin"
    total, by_task = sum_up(costs, lambda each: each.call.task)
    assert total.micros.get("EUR", 0) == sum(s.micros.get("EUR", 0) for s in by_task.values())
    assert total.talk_ms == sum(talk)
    unpriced, _ = sum_up([rated(Tariffs(), Trunks(), call) for call in calls], lambda _: "")
    assert (unpriced.unpriced, unpriced.micros) == (len(talk), {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,0123", 12_300),
        ("12", 12 * UNIT),
        ("0.0000001", None),
        ("-1", None),
        ("x", None),
        ("", None),
    ],
)
def test_money_is_read_exactly_or_not_at_all(text: str, value: int | None) -> None:
    assert micros(text) == value
    if value is not None:
        assert micros(amount(value)) == value


def test_destinations() -> None:
    assert [d for d in ("", "DE", "DE:mobile", ":mobile", "+49", "+4915") if is_destination(d)] == [
        "", "DE", "DE:mobile", ":mobile", "+49", "+4915"
    ]  # fmt: skip
    assert not any(
        is_destination(d) for d in ("49", "+", "+0", "de", "DE:x", "DEU", "+1234567890123456")
    )
    assert destinations(Dialled("+491", "DE", ""))[:3] == ["+491", "+49", "+4"]


def test_an_import_ends_prefixes_and_leaves_countries_alone() -> None:
    wanted = [Rate("+49", JULY, 15_000), Rate("+4916", JULY, 90_000)]
    found = compare(RATES, wanted, JULY)
    kinds = [(c.kind.value, c.after.destination, c.after.per_minute) for c in found.changes]
    assert kinds == [("gone", "+4915", None), ("added", "+4916", 90_000)]
    assert found.unchanged == 1
    after = {(r.destination, r.valid_from): r for r in RATES}
    after |= {(c.after.destination, c.after.valid_from): c.after for c in found.changes}
    assert set(valid_on(after.values(), JULY)) == {"", "DE", "DE:mobile", "+49", "+4916"}
    assert "+4915" in valid_on(after.values(), date(2026, 6, 30))
    assert not compare(after.values(), wanted, JULY).changes, "twice is once"
