"""Customers with their file: what was asked, told and agreed, as fields (F15, F16).

A customer comes into being with the first task that names it. Until somebody has answered
the new-customer check, no call is placed on its tasks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pbx.domain import addresses
from pbx.domain.message_templates import Language
from pbx.domain.records import Area, PhoneSystem
from pbx.errors import BadRequest, Conflict, NotFound, Refused

LONGEST_NAME = 200
LONGEST_NOTE = 4000
HIGHEST_RATE = 100_000_00
"""Cents an hour; beyond it an input is a mistake."""


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    name: str
    """Unique, capitals and spaces aside; tasks name their customer by it."""
    phone_system: PhoneSystem = PhoneSystem.OPEN
    informed_on: date | None = None
    """When the customer was told that 15 minutes an hour are included, and what a factor is."""
    booked_area: Area | None = None
    """With which area the customer agreed; None: nothing was agreed yet."""
    rate_cents: int | None = None
    """Cents for an hour of budget; None: the company's default."""
    note: str = ""
    language: Language | None = None
    """Of letters and texts to them; None: nobody has said, whoever writes chooses."""
    address_extra: str = ""
    """Their postal address, as the following; see `addresses`."""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


CHANGEABLE = (
    "name",
    "phone_system",
    "informed_on",
    "booked_area",
    "rate_cents",
    "note",
    "language",
    *addresses.FIELDS,
)


def name_key(name: str) -> str:
    """The same for all spellings of a name."""
    return tidy(name).casefold()


def tidy(name: str) -> str:
    return " ".join(name.replace("\x00", "\ufffd").split())


def changed(customer: Customer, wish: Mapping[str, Any]) -> Customer:
    """`customer` with the fields of `wish`, checked.

    The check counts as answered only together with the day on which the customer was told
    what is included: asking and telling is one step (F15).

    Raises:
        BadRequest: `bad-customer-name`, `informed-on-missing`, `bad-rate`, and see
            `addresses.check`.
    """
    after = replace(customer, **{key: wish[key] for key in wish if key in CHANGEABLE})
    lines: dict[str, Any] = {name: tidy(getattr(after, name)) for name in addresses.FIELDS}
    after = replace(after, name=tidy(after.name), note=after.note.strip(), **lines)
    if not 0 < len(after.name) <= LONGEST_NAME:
        raise bad_name()
    answered = after.phone_system in (PhoneSystem.OWN, PhoneSystem.OURS)
    if answered and after.informed_on is None:
        raise informed_on_missing()
    if after.rate_cents is not None and not 0 <= after.rate_cents <= HIGHEST_RATE:
        raise bad_rate()
    addresses.check(after)
    return after


def check_open(task: str, customer: str) -> Refused:
    """What is said to who wants to place a call on a task of an unknown customer."""
    return Refused(
        "customer-check-open",
        f"Vor dem ersten Anruf für {customer} muss geklärt sein, ob der Kunde eine eigene "
        "Telefonanlage hat oder unsere nutzt, und dass 15 Minuten je Stunde inbegriffen sind. "
        "Bitte das Management ansprechen: Es trägt die Antwort beim Kunden ein.",
        f"Before the first call for {customer} somebody has to ask whether the customer has a "
        "telephone system of their own or uses ours, and to tell that 15 minutes an hour are "
        "included. Please ask the management: they put the answer into the customer's file.",
        task=task,
        customer=customer,
    )


def unknown_customer() -> NotFound:
    return NotFound(
        "unknown-customer",
        "Diesen Kunden gibt es hier nicht. Bitte die Liste neu laden.",
        "There is no such customer here. Please reload the list.",
    )


def name_taken(name: str) -> Conflict:
    return Conflict(
        "customer-exists",
        f"Einen Kunden „{name}“ gibt es schon. Bitte dessen Akte öffnen.",
        f'There is a customer "{name}" already. Please open their file.',
    )


def bad_name() -> BadRequest:
    return BadRequest(
        "bad-customer-name",
        f"Der Kunde braucht einen Namen von höchstens {LONGEST_NAME} Zeichen.",
        f"A customer needs a name of {LONGEST_NAME} characters at most.",
    )


def informed_on_missing() -> BadRequest:
    return BadRequest(
        "informed-on-missing",
        "Bitte auch den Tag angeben, an dem der Kunde erfahren hat, dass 15 Minuten je Stunde "
        "inbegriffen sind.",
        "Please also give the day on which the customer was told that 15 minutes an hour are "
        "included.",
    )


def bad_rate() -> BadRequest:
    return BadRequest(
        "bad-rate",
        "Bitte den Stundensatz in Euro angeben, zum Beispiel 35,50.",
        "Please give the rate per hour in euros, for example 35.50.",
    )
