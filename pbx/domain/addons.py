"""Add-ons that customers may book, and what they cost (F20 to F24).

An add-on is an option and, with most of them, a greeting; its price is the sum of both, in
whole cents, and is paid once. The factor of the telephone is no part of it: it is always on top.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from pbx.domain import metering
from pbx.domain.records import Area, FactorRow
from pbx.errors import BadRequest, Conflict, NotFound


class Option(enum.StrEnum):
    EXTENSION = "extension"
    """The VPA's own extension, without an answering machine for this customer."""
    MAILBOX = "mailbox"
    """An extension with an answering machine of the customer's own."""
    OWN_NUMBER = "own-number"
    """The customer's own number, configured in our exchange."""
    COUNTRY_NUMBER = "country-number"
    """A number of ours in a country of the customer's choice."""


class GreetingKind(enum.StrEnum):
    NONE = "none"
    SUPPLIED = "supplied"
    """The customer sends a recording."""
    VPA = "vpa"
    PROFESSIONAL = "professional"


SPOKEN = tuple(kind for kind in GreetingKind if kind is not GreetingKind.NONE)
GREETINGS: dict[Option, tuple[GreetingKind, ...]] = {
    Option.EXTENSION: (GreetingKind.NONE,),
    Option.MAILBOX: SPOKEN,
    Option.OWN_NUMBER: tuple(GreetingKind),
    Option.COUNTRY_NUMBER: tuple(GreetingKind),
}
"""Which greetings go with an option."""
PHONE_AREAS = (Area.BACKOFFICE_DE, Area.BACKOFFICE_EU, Area.SALES_DE, Area.SALES_EU)
HIGHEST_PRICE = 100_000_00
"""Cents; beyond it an input is a mistake."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Prices in cents that hold from a day on."""

    valid_from: date
    extension: int = 0
    mailbox: int = 0
    own_number: int = 99_00
    country_number: int = 99_00
    supplied: int = 49_90
    vpa: int = 99_90
    professional: int = 249_00


PRICES = tuple(f.name for f in fields(Catalogue) if f.name != "valid_from")
FIRST = Catalogue(date(2020, 1, 1))
"""Holds where nobody has set prices yet."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an order; `name` is an option, or `greeting-` and its kind."""

    name: str
    cents: int


@dataclass(frozen=True, slots=True)
class Quote:
    option: Option
    greeting: GreetingKind
    items: tuple[Item, ...]
    valid_from: date
    """Of the catalogue."""

    @property
    def total(self) -> int:
        """Cents."""
        return sum(item.cents for item in self.items)


def check_prices(catalogue: Catalogue) -> None:
    """Raises `BadRequest` (`bad-price`)."""
    if any(not 0 <= getattr(catalogue, name) <= HIGHEST_PRICE for name in PRICES):
        raise bad_price()


def valid_on(catalogues: Iterable[Catalogue], day: date) -> Catalogue:
    """The prices that hold on `day`."""
    begun = [each for each in catalogues if each.valid_from <= day]
    return max(begun, key=lambda each: each.valid_from, default=FIRST)


def quote(catalogue: Catalogue, option: Option, greeting: GreetingKind) -> Quote:
    """What the add-on costs.

    Raises:
        BadRequest: `greeting-needed`, `greeting-not-for-option`.
    """
    if greeting not in GREETINGS[option]:
        raise _greeting_needed() if greeting is GreetingKind.NONE else _not_for_option()
    items = [Item(option.value, getattr(catalogue, option.value.replace("-", "_")))]
    if greeting is not GreetingKind.NONE:
        items.append(Item(f"greeting-{greeting.value}", getattr(catalogue, greeting.value)))
    return Quote(option, greeting, tuple(items), catalogue.valid_from)


def factor_with(booked: Iterable[Quote], row: FactorRow, area: Area) -> int:
    """The customer's factor in thousandths, whatever add-ons they have `booked` (F24)."""
    return metering.factors(area, row).customer


def unknown_prices() -> NotFound:
    return NotFound(
        "unknown-addon-prices",
        "Ab diesem Tag gibt es keine eigenen Preise. Bitte die Liste neu laden.",
        "There are no prices that begin on this day. Please reload the list.",
    )


def prices_in_use() -> Conflict:
    return Conflict(
        "addon-prices-in-use",
        "Mit diesen Preisen ist schon gebucht worden. Bitte neue Preise ab einem späteren Tag "
        "anlegen.",
        "Somebody has booked with these prices already. Please add new prices from a later day.",
    )


def bad_price() -> BadRequest:
    return BadRequest(
        "bad-price",
        "Bitte jeden Preis in Euro angeben, zum Beispiel 49,90.",
        "Please give every price in euros, for example 49.90.",
    )


def price_changed(total: str) -> Conflict:
    return Conflict(
        "price-changed",
        f"Der Preis hat sich geändert und ist jetzt {total} €. Bitte prüfen und noch einmal "
        "buchen.",
        f"The price has changed and is {total} € now. Please check it and book again.",
        total=total,
    )


def _greeting_needed() -> BadRequest:
    return BadRequest(
        "greeting-needed",
        "Zum eigenen Anrufbeantworter gehört eine Ansage. Bitte eine Art wählen.",
        "An answering machine of one's own needs a greeting. Please choose how it is made.",
    )


def _not_for_option() -> BadRequest:
    return BadRequest(
        "greeting-not-for-option",
        "Zu dieser Möglichkeit gibt es keine eigene Ansage. Bitte ohne Ansage buchen.",
        "There is no greeting with this option. Please book it without one.",
    )
