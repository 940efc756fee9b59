"""What a call costs: price lists by prefix and validity, increments, connection fees. Pure.

    call ── number, moment ──> Tariffs.rate_at ──> Rate ── billed, cost ──> Cost

Money is whole micros: millionths of the currency's unit, 1/10000 cent. The rate that holds
is the most special one of those valid at the call's answer: the longest prefix, then
country and type, country, type, everything.
"""

import enum
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pbx.domain.moments import BERLIN
from pbx.domain.records import CallRecord, Direction, NumberType
from pbx.errors import Conflict

UNIT = 1_000_000
"""Micros of one euro."""
EURO = "EUR"
LONGEST_PREFIX = 15
PREFIX = re.compile(r"\+[1-9][0-9]{0,14}", re.ASCII)
PLACE = re.compile(r"([A-Z]{2})?(:[a-z_]+)?", re.ASCII)
MOST_MICROS = 1_000 * UNIT
"""A minute or a connection for more than that is a mistake."""
MOST_INCREMENT = 3_600


class Increments(NamedTuple):
    """Seconds that are billed at least, and in which steps after that: 60/60, 1/1."""

    first: int = 1
    following: int = 1

    def __str__(self) -> str:
        return f"{self.first}/{self.following}"


TO_THE_SECOND = Increments()


@dataclass(frozen=True, slots=True)
class Rate:
    """What calls to one destination cost from a day on, until the next rate for it."""

    destination: str
    """A prefix `+4915`; or `DE`, `DE:mobile`, `:mobile`, empty: everything."""
    valid_from: date
    """By Berlin's calendar."""
    per_minute: int | None
    """Micros; None: from this day on there is no price any more."""
    connection: int = 0
    """Micros for an answered call, however short."""
    increments: Increments = TO_THE_SECOND
    label: str = ""

    @property
    def price(self) -> tuple[int | None, int, Increments]:
        return self.per_minute, self.connection, self.increments


@dataclass(frozen=True, slots=True)
class PriceList:
    id: str
    name: str
    trunk: str = ""
    """Whose calls it prices; empty: those of trunks without a list of their own."""
    currency: str = EURO
    euro: int = UNIT
    """What one unit of the currency is worth, in micros of a euro; for limits."""


@dataclass(frozen=True, slots=True)
class Cost:
    price_list: PriceList
    rate: Rate
    billed_seconds: int
    micros: int

    @property
    def euro_micros(self) -> int:
        return self.micros * self.price_list.euro // UNIT


class Dialled(NamedTuple):
    """What a price depends on."""

    number: str
    country: str
    type: str
    trunk: str = ""


def is_destination(text: str) -> bool:
    if PREFIX.fullmatch(text):
        return True
    place = PLACE.fullmatch(text)
    return place is not None and (
        not place[2] or place[2][1:] in {each.value for each in NumberType}
    )


def destination_of(country: str, kind: str) -> str:
    return f"{country}:{kind}" if kind else country


def billed(talk_ms: int, increments: Increments) -> int:
    """Seconds that an answered call is billed; parts of a second and of a step are whole."""
    seconds = -(-talk_ms // 1000)
    if seconds <= increments.first:
        return increments.first
    steps = -(-(seconds - increments.first) // increments.following)
    return increments.first + steps * increments.following


def cost_micros(rate: Rate, seconds: int) -> int:
    """Of billed seconds, rounded once to the nearest micro (a half goes up)."""
    return rate.connection + ((rate.per_minute or 0) * seconds * 2 + 60) // 120


class Tariffs:
    """All price lists, ready to look up; never changed."""

    def __init__(self, lists: Iterable[tuple[PriceList, Iterable[Rate]]] = ()) -> None:
        read = [(price_list, list(rates)) for price_list, rates in lists]
        self.lists = [price_list for price_list, _ in read]
        self._by_trunk: dict[str, _Versions] = {}
        for price_list, rates in sorted(read, key=lambda each: each[0].id):
            versions = self._by_trunk.setdefault(price_list.trunk, {})
            for rate in rates:
                versions.setdefault(rate.destination, {}).setdefault(price_list.id, []).append(
                    (rate.valid_from, rate, price_list)
                )
        for versions in self._by_trunk.values():
            for by_list in versions.values():
                for rows in by_list.values():
                    rows.sort(key=lambda row: row[0])

    def find(self, dialled: Dialled, day: date) -> tuple[PriceList, Rate] | None:
        """The most special price; of two lists with the same destination the newer one."""
        for trunk in dict.fromkeys((dialled.trunk, "")):
            versions = self._by_trunk.get(trunk)
            if versions is None:
                continue
            for destination in destinations(dialled):
                found = [
                    row
                    for rows in versions.get(destination, {}).values()
                    if (row := _at(rows, day))
                ]
                if found:
                    _, rate, price_list = max(found, key=lambda row: row[0])
                    return price_list, rate
        return None

    def cost(self, dialled: Dialled, day: date, talk_ms: int) -> Cost | None:
        """None where no list has a price."""
        found = self.find(dialled, day)
        if found is None:
            return None
        price_list, rate = found
        seconds = billed(talk_ms, rate.increments)
        return Cost(price_list, rate, seconds, cost_micros(rate, seconds))


_Row = tuple[date, Rate, PriceList]
_Versions = dict[str, dict[str, list[_Row]]]


def _at(rows: Sequence[_Row], day: date) -> _Row | None:
    """What holds on `day`; None before the first price, and where it has ended."""
    index = bisect_right(rows, day, key=lambda row: row[0])
    if not index or rows[index - 1][1].per_minute is None:
        return None
    return rows[index - 1]


def destinations(dialled: Dialled) -> list[str]:
    """All that fit, the most special first."""
    number = dialled.number
    prefixes = [number[:n] for n in range(min(len(number), LONGEST_PREFIX + 1), 1, -1)]
    country, kind = dialled.country, dialled.type
    places = [destination_of(country, kind), country, destination_of("", kind), ""]
    return [*prefixes, *dict.fromkeys(places)]


# ------------------------------------------------------------------ calls


def is_charged(call: CallRecord) -> bool:
    """Calls out to the network that were answered; emergency calls are free."""
    is_out = call.direction is Direction.OUTBOUND and call.answered is not None
    return is_out and (call.number or "").startswith("+")


def cost_of(tariffs: Tariffs, call: CallRecord, talk_ms: int, trunk: str = "") -> Cost | None:
    """None for a call that is not charged, or has no price."""
    if not is_charged(call) or call.answered is None:
        return None
    kind = call.number_type.value if call.number_type else ""
    dialled = Dialled(call.number or "", call.country or "", kind, trunk)
    return tariffs.cost(dialled, call.answered.at.astimezone(BERLIN).date(), talk_ms)


# ------------------------------------------------------------------ texts


MONEY = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,6}))?", re.ASCII)


def micros(text: str) -> int | None:
    """`0,0123` as micros; None where it is no amount, or finer than a micro."""
    found = MONEY.fullmatch(text.strip())
    if not found:
        return None
    return int(found[1]) * UNIT + int((found[2] or "").ljust(6, "0"))


def amount(value: int, digits: int = 2) -> str:
    """Micros with a point and at least so many digits: `0.0123`, `12.50`."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    fraction = f"{value % UNIT:06}".rstrip("0").ljust(digits, "0")
    return f"{sign}{value // UNIT}" + (f".{fraction}" if fraction else "")


# ------------------------------------------------------------------ changes


class ChangeKind(enum.StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class RateChange:
    kind: ChangeKind
    before: Rate | None
    """What held on the day before the change takes effect."""
    after: Rate
    """The version to write."""


@dataclass(frozen=True, slots=True)
class Changes:
    changes: Sequence[RateChange]
    unchanged: int


def valid_on(rates: Iterable[Rate], day: date) -> dict[str, Rate]:
    """What holds on `day`, by destination; what has ended is missing."""
    found: dict[str, Rate] = {}
    for rate in sorted(rates, key=lambda rate: rate.valid_from):
        if rate.valid_from <= day:
            found[rate.destination] = rate
    return {name: rate for name, rate in found.items() if rate.per_minute is not None}


def compare(known: Iterable[Rate], wanted: Iterable[Rate], day: date) -> Changes:
    """What a new list of prefixes, valid from `day`, changes of the known rates.

    Prices by country or type were entered by hand and are in no carrier's file: they stay.
    A label alone is no change of the price, but is taken over.
    """
    holding, named = valid_on(known, day), {rate.destination: rate for rate in wanted}
    changes, unchanged = [], 0
    for name in sorted({*holding, *named}):
        before, after = holding.get(name), named.get(name)
        if after is None:
            if name.startswith("+"):
                ended = Rate(name, day, None, label=before.label if before else "")
                changes.append(RateChange(ChangeKind.GONE, before, ended))
        elif before is None:
            changes.append(RateChange(ChangeKind.ADDED, None, after))
        elif (before.price, before.label) != (after.price, after.label):
            changes.append(RateChange(ChangeKind.CHANGED, before, after))
        else:
            unchanged += 1
    return Changes(changes, unchanged)


def newer_prices() -> Conflict:
    return Conflict(
        "newer-prices",
        "Seitdem wurden Preise dieser Liste geändert. Bitte die Preise einzeln ändern.",
        "Prices of this list have been changed since. Please change the prices one by one.",
    )
