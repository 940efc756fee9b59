"""Customers from and to CSV files: the name is the key.

The same file again changes nothing; columns that are missing, and cells that are empty, leave
things as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pbx.domain import addresses, cents, csv_tables
from pbx.domain.customers import LONGEST_NAME, LONGEST_NOTE, Customer, bad_name, bad_rate, tidy
from pbx.domain.records import Area, PhoneSystem
from pbx.errors import BadRequest

HEADER = (
    "name",
    "phone_system",
    "informed_on",
    "booked_area",
    "rate_per_hour",
    "note",
    "language",
    *addresses.FIELDS,
)
COLUMNS = csv_tables.columns_of(
    {
        "name": "name kunde customer kundenname",
        "phone_system": "phonesystem telefonanlage anlage",
        "informed_on": "informedon informiertam informed informiert",
        "booked_area": "bookedarea gebuchterbereich bereich area",
        "rate_per_hour": "rateperhour stundensatz rate",
        "note": "note notiz bemerkung",
        "language": "language sprache",
        "address_extra": "addressextra adresszusatz zusatz",
        "street": "street strasse strassehausnummer anschrift",
        "postcode": "postcode plz postleitzahl zip",
        "city": "city town ort stadt",
        "country": "country land",
    }
)
PHONE_SYSTEMS: Mapping[str, PhoneSystem] = {
    **{system.value: system for system in PhoneSystem},
    "offen": PhoneSystem.OPEN,
    "eigene": PhoneSystem.OWN,
    "unsere": PhoneSystem.OURS,
    "früher": PhoneSystem.EARLIER,
    "frueher": PhoneSystem.EARLIER,
}

LANGUAGES = {
    "de": "de",
    "deutsch": "de",
    "german": "de",
    "en": "en",
    "englisch": "en",
    "english": "en",
}


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    name: str
    wish: Mapping[str, Any]
    """What `customers.changed` takes."""


def read(data: bytes) -> csv_tables.Rows[Row]:
    """The rows of a file, and what is wrong with it; raises `BadRequest` (`bad-file`)."""
    seen: dict[str, int] = {}

    def row_of(line: int, texts: Mapping[str, str]) -> Row:
        name = tidy(texts["name"])
        if not 0 < len(name) <= LONGEST_NAME:
            raise bad_name()
        if (before := seen.setdefault(name.casefold(), line)) != line:
            raise twice(before)
        return Row(line, name, _wish(texts))

    return csv_tables.read(data, COLUMNS, ["name"], row_of)


def _wish(texts: Mapping[str, str]) -> dict[str, Any]:
    wish: dict[str, Any] = {}
    if word := texts.get("phone_system"):
        wish["phone_system"] = one_of(word, PHONE_SYSTEMS)
    if text := texts.get("informed_on"):
        wish["informed_on"] = csv_tables.day_of(text)
    if word := texts.get("booked_area"):
        wish["booked_area"] = one_of(word, {area.value: area for area in Area})
    if text := texts.get("rate_per_hour"):
        wish["rate_cents"] = cents.parse(text)
        if wish["rate_cents"] is None:
            raise bad_rate()
    if text := texts.get("note"):
        wish["note"] = text[:LONGEST_NOTE]
    if word := texts.get("language"):
        wish["language"] = one_of(word, LANGUAGES)
    wish |= {name: texts[name] for name in addresses.FIELDS if texts.get(name)}
    return wish


def one_of(word: str, known: Mapping[str, Any]) -> Any:
    """Raises `BadRequest` (`unknown-word`)."""
    if word.casefold() in known:
        return known[word.casefold()]
    names = ", ".join(known)
    raise BadRequest(
        "unknown-word",
        f"„{word[:40]}“ gibt es nicht. Möglich: {names}.",
        f'There is no "{word[:40]}". Possible: {names}.',
    )


def twice(line: int) -> BadRequest:
    return BadRequest(
        "row-twice", f"Das steht schon in Zeile {line}.", f"This is in line {line} already."
    )


def write(customers: Sequence[Customer], *, german: bool) -> bytes:
    """The file that `read` understands."""
    return csv_tables.write(
        HEADER, (_cells(each, german=german) for each in customers), german=german
    )


def _cells(customer: Customer, *, german: bool) -> Sequence[str]:
    rate = "" if customer.rate_cents is None else cents.euros(customer.rate_cents)
    return (
        customer.name,
        customer.phone_system.value,
        customer.informed_on.isoformat() if customer.informed_on else "",
        customer.booked_area.value if customer.booked_area else "",
        rate.replace(".", ",") if german else rate,
        customer.note,
        customer.language or "",
        *(getattr(customer, name) for name in addresses.FIELDS),
    )
