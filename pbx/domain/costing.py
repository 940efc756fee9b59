"""Sums of what calls cost: by day, person, task, customer, cost centre and so on. Pure."""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pbx.domain.moments import BERLIN
from pbx.domain.tariffs import Cost, Dialled, Tariffs


class CostBy(enum.StrEnum):
    DAY = "day"
    MONTH = "month"
    PERSON = "person"
    TASK = "task"
    CUSTOMER = "customer"
    COST_CENTRE = "cost_centre"
    """The customer of a task; for a task of the company itself, the task."""
    COUNTRY = "country"
    TYPE = "type"
    NUMBER = "number"
    """Of ours: the shown caller ID."""
    PRICE_LIST = "price_list"


@dataclass(frozen=True, slots=True)
class ChargedCall:
    """What the cost of an ended call depends on, and by what it is summed up."""

    id: str
    user_id: str
    task: str
    number: str
    country: str
    type: str
    caller_id: str
    offered_at: datetime
    answered_at: datetime
    talk_ms: int


@dataclass(frozen=True, slots=True)
class Rated:
    call: ChargedCall
    cost: Cost | None
    """None: no list has a price for it."""


@dataclass(slots=True)
class CostSums:
    calls: int = 0
    talk_ms: int = 0
    billed_seconds: int = 0
    unpriced: int = 0
    """Calls without a price, which are in no amount."""
    micros: dict[str, int] = field(default_factory=dict)
    """By currency."""

    def add(self, rated: Rated) -> None:
        self.calls += 1
        self.talk_ms += rated.call.talk_ms
        if rated.cost is None:
            self.unpriced += 1
            return
        currency = rated.cost.price_list.currency
        self.billed_seconds += rated.cost.billed_seconds
        self.micros[currency] = self.micros.get(currency, 0) + rated.cost.micros


@dataclass(frozen=True, slots=True)
class Trunks:
    """On which trunk our numbers are."""

    named: dict[str, str] = field(default_factory=dict)
    default: str = ""

    def of(self, number: str) -> str:
        return self.named.get(number, self.default)


def rated(tariffs: Tariffs, trunks: Trunks, call: ChargedCall) -> Rated:
    trunk = trunks.of(call.caller_id)
    dialled = Dialled(call.number, call.country, call.type, trunk)
    day = call.answered_at.astimezone(BERLIN).date()
    return Rated(call, tariffs.cost(dialled, day, call.talk_ms))


def sum_up(
    calls: Iterable[Rated], key_of: Callable[[Rated], str]
) -> tuple[CostSums, dict[str, CostSums]]:
    """The total, and the sums by key; an empty key stands for calls without any."""
    total, found = CostSums(), dict[str, CostSums]()
    for each in calls:
        total.add(each)
        found.setdefault(key_of(each), CostSums()).add(each)
    return total, found
