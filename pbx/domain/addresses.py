"""Postal addresses: what may be in one, and how it stands in the window of a letter (DIN 5008)."""

import re
from typing import Protocol

from pbx.errors import BadRequest

FIELDS = ("address_extra", "street", "postcode", "city", "country")
LONGEST = 60
"""Characters of a line: more does not fit into a window."""
HOME = frozenset({"", "d", "de", "deutschland", "germany"})
"""No country is named on a letter within Germany."""
_POSTCODE = re.compile(r"[0-9A-Z][0-9A-Z -]{0,10}[0-9A-Z]", re.ASCII | re.IGNORECASE)
_GERMAN = re.compile(r"[0-9]{5}", re.ASCII)


class Addressed(Protocol):
    """Whoever has an address; every field is one line, and may be empty."""

    @property
    def address_extra(self) -> str:
        """Above the street: a department, `c/o`."""
        ...

    @property
    def street(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def country(self) -> str:
        """By its name; empty: Germany."""
        ...


def check(of: Addressed) -> None:
    """Raises `BadRequest`: `bad-address`, `bad-postcode`, `city-missing`."""
    if any(len(getattr(of, name)) > LONGEST for name in FIELDS):
        raise BadRequest(
            "bad-address",
            f"Jede Zeile der Anschrift hat höchstens {LONGEST} Zeichen. Bitte kürzen.",
            f"Every line of the address has {LONGEST} characters at most. Please shorten it.",
        )
    if of.postcode and not (_GERMAN if at_home(of) else _POSTCODE).fullmatch(of.postcode):
        raise _bad_postcode(of.postcode)
    if (of.street or of.postcode) and not of.city:
        raise BadRequest(
            "city-missing",
            "Zur Anschrift gehört der Ort. Bitte den Ort angeben, oder Straße und Postleitzahl "
            "leer lassen.",
            "An address needs its town. Please give the town, or leave street and postcode empty.",
        )


def at_home(of: Addressed) -> bool:
    return of.country.casefold() in HOME


def lines(of: Addressed) -> tuple[str, ...]:
    """What stands below the name; the country in capitals, and only abroad."""
    place = f"{of.postcode} {of.city}".strip()
    country = "" if at_home(of) else of.country.upper()
    return tuple(line for line in (of.address_extra, of.street, place, country) if line)


def _bad_postcode(postcode: str) -> BadRequest:
    return BadRequest(
        "bad-postcode",
        f"„{postcode[:20]}“ ist keine deutsche Postleitzahl: Sie hat fünf Ziffern, auch mit einer "
        "Null am Anfang. Liegt der Ort im Ausland, bitte auch das Land angeben.",
        f'"{postcode[:20]}" is no German postcode: it has five digits, a zero at the beginning '
        "included. For a town abroad please give the country as well.",
    )
