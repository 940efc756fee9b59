"""How much one person may telephone: calls at once, calls, minutes and cost (C14).

Everybody has the default limits; a person may have values of their own. A value of None is
no limit. Hours are clock hours, days are Berlin's. Emergency calls are never limited (D8).
"""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal

from pbx.domain.moments import berlin, day_of, hour_of
from pbx.domain.records import CallRecord, Moment
from pbx.domain.tariffs import UNIT
from pbx.errors import Refused


class Limit(enum.StrEnum):
    CALLS_AT_ONCE = "calls_at_once"
    LONGEST_CALL_MINUTES = "longest_call_minutes"
    CALLS_PER_HOUR = "calls_per_hour"
    CALLS_PER_DAY = "calls_per_day"
    MINUTES_PER_HOUR = "minutes_per_hour"
    MINUTES_PER_DAY = "minutes_per_day"
    COST_PER_HOUR = "cost_per_hour"
    COST_PER_DAY = "cost_per_day"
    """EUR, as all cost."""


Limits = Mapping[Limit, Decimal | None]
"""One without an entry follows the defaults; None is no limit."""

MOST = {
    Limit.CALLS_AT_ONCE: 10,
    Limit.LONGEST_CALL_MINUTES: 24 * 60,
    Limit.CALLS_PER_HOUR: 10_000,
    Limit.CALLS_PER_DAY: 100_000,
    Limit.MINUTES_PER_HOUR: 10_000,
    Limit.MINUTES_PER_DAY: 100_000,
    Limit.COST_PER_HOUR: 1_000_000,
    Limit.COST_PER_DAY: 1_000_000,
}
"""Larger values are mistakes."""
NEVER_NONE = frozenset({Limit.CALLS_AT_ONCE})
SHIPPED: Limits = {Limit.COST_PER_DAY: Decimal(50)}
"""What holds before management has set anything; calls at once come from the settings."""


CostOf = Callable[[CallRecord, int], int]
"""Micros of a euro that a call costs which has been talked for so many milliseconds."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used of one limit, until when it counts, and how much there is."""

    limit: Limit
    used: Decimal
    most: Decimal
    until: datetime

    @property
    def reached(self) -> bool:
        return self.used >= self.most

    @property
    def near(self) -> bool:
        """Four fifths are used."""
        return self.used * 5 >= self.most * 4


def effective(defaults: Limits, own: Limits) -> Limits:
    """What holds for somebody: own values before the defaults; absent is no limit."""
    return {**defaults, **own}


def longest_seconds(limits: Limits) -> int | None:
    """How long one call may last; None: as long as any."""
    minutes = limits.get(Limit.LONGEST_CALL_MINUTES)
    return None if minutes is None else int(minutes * 60)


def talked_ms(call: CallRecord, now: Moment) -> int:
    """Milliseconds since the answer; of a call that has ended, its talk time."""
    if call.ended is not None:
        return call.talk_ms
    return call.answered.ms_until(now) if call.answered else 0


def usage(limits: Limits, calls: Sequence[CallRecord], cost_of: CostOf, now: Moment) -> list[Usage]:
    """What this person used of each limit that has an hour or a day.

    Args:
        calls: theirs to the network, at least since the day began; no emergency calls.
    """
    found = []
    hour, day = hour_of(now.at), day_of(now.at)
    for limits_of_span, (begin, end) in ((_HOURLY, hour), (_DAILY, day)):
        within = [call for call in calls if call.offered.at >= begin]
        for limit in limits_of_span:
            most = limits.get(limit)
            if most is not None:
                used = _used(limit, within, cost_of, now)
                found.append(Usage(limit, used, most, end))
    return found


def _used(limit: Limit, calls: Sequence[CallRecord], cost_of: CostOf, now: Moment) -> Decimal:
    if limit in (Limit.CALLS_PER_HOUR, Limit.CALLS_PER_DAY):
        return Decimal(len(calls))
    if limit in (Limit.MINUTES_PER_HOUR, Limit.MINUTES_PER_DAY):
        return Decimal(sum(talked_ms(call, now) for call in calls)) / 60_000
    return Decimal(sum(cost_of(call, talked_ms(call, now)) for call in calls)) / UNIT


def check(found: Iterable[Usage]) -> None:
    """Raises `Refused` (`limit-reached`), saying which limit, how much, until when."""
    reached = [usage for usage in found if usage.reached]
    if not reached:
        return
    worst = max(reached, key=lambda usage: usage.until)
    de, en = _words(worst)
    raise Refused(
        "limit-reached",
        f"Ihre Grenze ist erreicht: {de}. Weiter geht es ab {berlin(worst.until, 'de')}; wenn es "
        "eilt, bitte das Management ansprechen.",
        f"You have reached your limit: {en}. You can call again from "
        f"{berlin(worst.until, 'en')} on; if it cannot wait, ask the management.",
    )


def warning(usage: Usage) -> tuple[str, str]:
    """That little is left, in German and English."""
    de, en = _words(usage)
    return (
        f"Bald ist Ihre Grenze erreicht: {de} bis {berlin(usage.until, 'de')}.",
        f"You are close to your limit: {en} until {berlin(usage.until, 'en')}.",
    )


def _words(usage: Usage) -> tuple[str, str]:
    de, en = _UNITS[usage.limit]
    if usage.limit in COSTLY:
        used, most = euros(usage.used), euros(usage.most)
    else:
        used, most = f"{int(usage.used)}", f"{plain(usage.most)}"
    return (
        de.format(used=used.replace(".", ","), most=most.replace(".", ",")),
        en.format(used=used, most=most),
    )


def euros(amount: Decimal) -> str:
    """With two digits, rounded up."""
    return str(amount.quantize(Decimal("0.01"), ROUND_UP))


def plain(value: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_HOURLY = (Limit.CALLS_PER_HOUR, Limit.MINUTES_PER_HOUR, Limit.COST_PER_HOUR)
_DAILY = (Limit.CALLS_PER_DAY, Limit.MINUTES_PER_DAY, Limit.COST_PER_DAY)
TIMED = (*_HOURLY, *_DAILY)
"""Those that are used up and begin anew."""
COSTLY = (Limit.COST_PER_HOUR, Limit.COST_PER_DAY)
_UNITS = {
    Limit.CALLS_PER_HOUR: (
        "{used} von {most} Anrufen in dieser Stunde",
        "{used} of {most} calls in this hour",
    ),
    Limit.CALLS_PER_DAY: ("{used} von {most} Anrufen heute", "{used} of {most} calls today"),
    Limit.MINUTES_PER_HOUR: (
        "{used} von {most} Minuten in dieser Stunde",
        "{used} of {most} minutes in this hour",
    ),
    Limit.MINUTES_PER_DAY: ("{used} von {most} Minuten heute", "{used} of {most} minutes today"),
    Limit.COST_PER_HOUR: (
        "{used} von {most} Euro in dieser Stunde",
        "{used} of {most} euros in this hour",
    ),
    Limit.COST_PER_DAY: ("{used} von {most} Euro heute", "{used} of {most} euros today"),
}
