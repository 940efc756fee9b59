"""Arithmetic of the bill: factors, booked time, phone share (D1, D2, D3).

Whole numbers and Decimal only. Factors are thousandths (1300 is 1.3), seconds are
compared as milliseconds; nothing is ever a float.
"""

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction
from typing import Literal

from pbx.domain.records import Area, FactorRow, Zone
from pbx.errors import BadRequest

MAX_MINUTES = Decimal(10_000_000)
"""About 19 years; beyond it an input is a mistake."""

Step = Literal[1, 5, 15]
Mode = Literal["up", "nearest"]

_ZONES: dict[Area, Zone] = {
    Area.BACKOFFICE_DE: Zone.DE,
    Area.BACKOFFICE_EU: Zone.EU,
    Area.SALES_DE: Zone.DE,
    Area.SALES_EU: Zone.EU,
}
_SALES = frozenset({Area.SALES, Area.SALES_DE, Area.SALES_EU})
_BY_ZONE: dict[tuple[bool, Zone], Area] = {
    (False, Zone.DE): Area.BACKOFFICE_DE,
    (False, Zone.EU): Area.BACKOFFICE_EU,
    (True, Zone.DE): Area.SALES_DE,
    (True, Zone.EU): Area.SALES_EU,
}


# ------------------------------------------------------------------ factors (D3)


@dataclass(frozen=True, slots=True)
class Factors:
    """Thousandths: what the customer pays and what the VPA gets per effective minute."""

    customer: int
    pay: int


def factors(area: Area, row: FactorRow) -> Factors:
    """The factors of a work area: its base, plus the zone's surcharge where it has a zone."""
    sales = area in _SALES
    base = row.base_sales if sales else row.base_backoffice
    surcharge = {None: 0, Zone.DE: row.surcharge_de, Zone.EU: row.surcharge_eu}
    return Factors(
        customer=base + surcharge[_ZONES.get(area)],
        pay=row.pay_sales if sales else row.pay_backoffice,
    )


def zone_of(area: Area) -> Zone | None:
    """The zone whose surcharge the area has; None: the area of the included quarter."""
    return _ZONES.get(area)


def area_in(area: Area, zone: Zone) -> Area:
    """The same work, booked for a zone."""
    return _BY_ZONE[area in _SALES, zone]


def parse_factor(text: str) -> int:
    """Thousandths of `1.25` or `1,25`, from 0 to 9.999.

    Raises:
        BadRequest: `bad-factor`.
    """
    digits, _, decimals = text.strip().replace(",", ".", 1).partition(".")
    known = (digits + decimals).isascii() and digits.isdigit() and len(digits) == 1
    if known and (decimals.isdigit() or not decimals) and len(decimals) <= 3:
        return int(digits) * 1000 + int(decimals.ljust(3, "0"))
    raise BadRequest(
        "bad-factor",
        "Bitte den Faktor als Zahl angeben, zum Beispiel 1,2.",
        "Please give the factor as a number, for example 1.2.",
    )


def factor_text(thousandths: int) -> str:
    """1300 is `1.3`, 1000 is `1.0`."""
    text = f"{thousandths // 1000}.{thousandths % 1000:03}".rstrip("0")
    return text + "0" if text.endswith(".") else text


# ------------------------------------------------------------------ budget (D1)


@dataclass(frozen=True, slots=True)
class Budget:
    """Effective time times a factor."""

    exact: Decimal
    """Minutes, not rounded: 234."""
    booked_minutes: int
    """Rounded to the step: 235."""
    factor: int
    """Thousandths."""

    @property
    def booked(self) -> str:
        """Hours and minutes: `3:55`."""
        return hours(self.booked_minutes)

    @property
    def exact_minutes(self) -> str:
        """The exact minutes as a plain decimal without trailing zeros: `234`, `234.65`."""
        return plain(self.exact)


def to_budget(
    effective_minutes: Decimal | int, factor: int, step: Step = 5, mode: Mode = "up"
) -> Budget:
    """Effective minutes as the budget that is booked for them.

    Args:
        effective_minutes: worked minutes, 0 or more, with decimals if need be.
        factor: the customer's factor in thousandths.
        step: booked time is a multiple of this many minutes.
        mode: `up`, or `nearest` (a half goes up).

    Raises:
        ValueError: a negative, endless or absurdly large input, or no positive factor.
    """
    minutes = Decimal(effective_minutes)
    if not minutes.is_finite() or not 0 <= minutes <= MAX_MINUTES or factor <= 0:
        raise ValueError(f"cannot book {effective_minutes} minutes at {factor} thousandths")
    with localcontext() as context:
        # Exact for every input that `parse_minutes` lets through; an inexact one would raise.
        context.prec = 60
        context.traps[decimal.Inexact] = True
        exact = minutes * factor / 1000
    steps = Fraction(exact) / step
    if mode == "nearest":
        steps += Fraction(1, 2)
        whole = steps.numerator // steps.denominator
    else:
        whole = -(-steps.numerator // steps.denominator)
    return Budget(exact=exact, booked_minutes=whole * step, factor=factor)


def to_effective(budget_minutes: Decimal | int, factor: int) -> Decimal:
    """The effective minutes that a budget pays for, rounded down to hundredths.

    The inverse of `to_budget`'s exact value: 234 at 1300 is 180. Rounded down, because
    nobody may work longer than was paid for.

    Raises:
        ValueError: a negative, endless or absurdly large input, or no positive factor.
    """
    minutes = Decimal(budget_minutes)
    if not minutes.is_finite() or not 0 <= minutes <= MAX_MINUTES * 10 or factor <= 0:
        raise ValueError(f"cannot convert {budget_minutes} minutes at {factor} thousandths")
    hundredths = Fraction(minutes) * 1000 * 100 / factor
    return Decimal(hundredths.numerator // hundredths.denominator).scaleb(-2)


def parse_minutes(text: str) -> Decimal:
    """Minutes from a query: `180`, `180.5` or `180,5`; at most six decimals.

    Raises:
        BadRequest: `bad-minutes`.
    """
    digits, _, decimals = text.strip().replace(",", ".", 1).partition(".")
    known = (digits + decimals).isascii() and digits.isdigit() and len(digits) <= 8
    if known and (decimals.isdigit() or not decimals) and len(decimals) <= 6:
        minutes = Decimal(f"{digits}.{decimals or '0'}")
        if minutes <= MAX_MINUTES:
            return minutes
    raise BadRequest(
        "bad-minutes",
        "Bitte Minuten als Zahl angeben, zum Beispiel 180 oder 180,5.",
        "Please give minutes as a number, for example 180 or 180.5.",
    )


def hours(minutes: int) -> str:
    """235 is `3:55`."""
    return f"{minutes // 60}:{minutes % 60:02}"


def plain(value: Decimal) -> str:
    """Without exponent and trailing zeros: `234`, `0.5`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ------------------------------------------------------------------ phone share (D2)


@dataclass(frozen=True, slots=True)
class PhoneShareFigures:
    """How much of a task's work time was spent on the phone."""

    phone_ms: int
    work_seconds: int
    included_ms: int
    """A quarter of the work time: 15 minutes an hour."""
    over: bool
    suggested_area: Area
    booked_area: Area
    zones: frozenset[Zone] = frozenset()
    """That were talked to, or are just now."""
    billed: bool = True
    """Somebody else pays for it: it is no task of the company itself."""

    @property
    def phone_seconds(self) -> Decimal:
        return Decimal(self.phone_ms).scaleb(-3)

    @property
    def included_seconds(self) -> Decimal:
        return Decimal(self.included_ms).scaleb(-3)


def phone_share(
    phone_ms: int, work_seconds: int, booked_area: Area, by_zone_ms: Mapping[Zone, int]
) -> PhoneShareFigures:
    """Is the included quarter used up, and which area should be booked?

    Exactly 15:00 of 60:00 is still included (D2). Within it, what is booked may stay.
    Above it, the suggestion follows the zones that were really dialled: EU as soon as
    one millisecond went there, because one factor covers the whole task and the cheaper
    one would leave those calls unpaid. Calls of unknown zone keep the booked zone,
    or count as DE.
    """
    over = phone_ms * 4 > work_seconds * 1000
    suggested = booked_area
    if over:
        if by_zone_ms.get(Zone.EU, 0) > 0:
            zone = Zone.EU
        elif by_zone_ms.get(Zone.DE, 0) > 0:
            zone = Zone.DE
        else:
            zone = _ZONES.get(booked_area, Zone.DE)
        suggested = _BY_ZONE[booked_area in _SALES, zone]
    return PhoneShareFigures(
        phone_ms=phone_ms,
        work_seconds=work_seconds,
        included_ms=work_seconds * 250,
        over=over,
        suggested_area=suggested,
        booked_area=booked_area,
        zones=frozenset(by_zone_ms),
    )


def ms_left(phone_ms: int, work_seconds: int, lines: int) -> int | None:
    """Milliseconds until the included quarter is used up, with `lines` calls talked in at once.

    0: it is, by a millisecond at least. None: no work time is known, or nobody talks.
    """
    if work_seconds <= 0 or lines <= 0:
        return None
    left = work_seconds * 250 + 1 - phone_ms
    return max(0, -(-left // lines))


def thousandths_text(value: int) -> str:
    """Thousandths of a minute as a plain decimal: 234000 is `234`, 234650 is `234.65`."""
    return plain(Decimal(value).scaleb(-3))


def seconds_text(ms: int) -> str:
    """Milliseconds as exact seconds with three decimals, rounded nowhere: `61.250`."""
    return f"{Decimal(ms).scaleb(-3).quantize(Decimal('0.001'), rounding=ROUND_DOWN):f}"
