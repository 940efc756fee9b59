"""Limits of a person: what was used, when it is too much, in which words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pbx.domain.limits import (
    Limit,
    Limits,
    check,
    effective,
    usage,
    warning,
)
from pbx.domain.moments import berlin, day_of
from pbx.domain.records import CallRecord, Direction, Moment, NumberType
from pbx.domain.tariffs import PriceList, Rate, Tariffs, cost_of
from pbx.errors import Refused

NOON = datetime(2026, 11, 27, 11, 30, tzinfo=UTC)
TARIFFS = Tariffs(
    [
        (
            PriceList("p", "Prices"),
            [
                Rate("", date(2000, 1, 1), 500_000),
                Rate("FR", date(2000, 1, 1), 30_000),
                Rate("FR:mobile", date(2000, 1, 1), 200_000),
            ],
        )
    ]
)


def cost(call: CallRecord, talk_ms: int) -> int:
    found = cost_of(TARIFFS, call, talk_ms)
    return found.euro_micros if found else 0


def nothing(call: CallRecord, talk_ms: int) -> int:
    return 0


def moment(at: datetime) -> Moment:
    return Moment(at, round(at.timestamp() * 1000), "boot")


def call(
    minutes_ago: float, talk_ms: int = 0, country: str = "FR", kind: NumberType = NumberType.FIXED
) -> CallRecord:
    begin = NOON - timedelta(minutes=minutes_ago)
    return CallRecord(
        f"c{minutes_ago}",
        Direction.OUTBOUND,
        moment(begin),
        number="+33123456789",
        country=country,
        number_type=kind,
        answered=moment(begin) if talk_ms else None,
        ended=moment(begin + timedelta(milliseconds=talk_ms)),
        talk_ms=talk_ms,
    )


def used(limits: Limits, *calls: CallRecord) -> list[tuple[Limit, Decimal]]:
    return [(u.limit, u.used) for u in usage(limits, calls, cost, moment(NOON))]


def test_hours_are_clock_hours_and_days_are_berlins() -> None:
    limits = {Limit.CALLS_PER_HOUR: Decimal(5), Limit.CALLS_PER_DAY: Decimal(5)}
    calls = call(29.9), call(30.1), call(12.4 * 60), call(12.6 * 60)
    assert used(limits, *calls) == [(Limit.CALLS_PER_HOUR, 1), (Limit.CALLS_PER_DAY, 3)]
    spans = {u.limit: u.until for u in usage(limits, calls, nothing, moment(NOON))}
    assert spans[Limit.CALLS_PER_HOUR] == NOON + timedelta(minutes=30)
    assert spans[Limit.CALLS_PER_DAY] == datetime(2026, 11, 27, 23, tzinfo=UTC)
    changing = day_of(datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert changing[1] - changing[0] == timedelta(hours=25)


def test_minutes_and_cost_with_the_call_under_way() -> None:
    limits = {Limit.MINUTES_PER_DAY: Decimal(60), Limit.COST_PER_DAY: Decimal("0.5")}
    running = CallRecord(
        "r",
        Direction.OUTBOUND,
        moment(NOON - timedelta(minutes=2)),
        number="+33612345678",
        country="FR",
        number_type=NumberType.MOBILE,
        answered=moment(NOON - timedelta(seconds=90)),
    )
    found = dict(used(limits, call(20, 60_000), running))
    assert found == {
        Limit.MINUTES_PER_DAY: Decimal("2.5"),
        Limit.COST_PER_DAY: Decimal("0.03") + Decimal("0.3"),
    }


def test_own_values_come_before_the_defaults() -> None:
    defaults = {Limit.CALLS_PER_DAY: Decimal(5), Limit.COST_PER_DAY: Decimal(1)}
    own = {Limit.CALLS_PER_DAY: None, Limit.CALLS_PER_HOUR: Decimal(2)}
    assert effective(defaults, own) == {
        Limit.CALLS_PER_DAY: None,
        Limit.COST_PER_DAY: Decimal(1),
        Limit.CALLS_PER_HOUR: Decimal(2),
    }
    assert not usage({Limit.CALLS_PER_DAY: None}, [call(1)], nothing, moment(NOON))


def test_the_words_say_which_limit_how_much_until_when() -> None:
    limits = {Limit.CALLS_PER_HOUR: Decimal(2), Limit.COST_PER_DAY: Decimal("0.06")}
    found = usage(limits, [call(5, 100_000), call(6)], cost, moment(NOON))
    assert [(u.near, u.reached) for u in found] == [(True, True), (True, False)]
    with pytest.raises(Refused) as refused:
        check(found)
    assert refused.value.error_id == "limit-reached"
    assert "2 von 2 Anrufen in dieser Stunde" in refused.value.de
    assert "27.11.2026, 13:00" in refused.value.de
    assert "2 of 2 calls in this hour" in refused.value.en
    de, en = warning(found[1])
    assert "0,05 von 0,06 Euro heute" in de
    assert "0.05 of 0.06 euros today" in en
    check(found[1:])


def test_a_time_with_seconds_shows_them() -> None:
    assert berlin(NOON, "de") == "27.11.2026, 12:30"
    assert berlin(NOON + timedelta(seconds=7), "en") == "2026-11-27 12:30:07"
