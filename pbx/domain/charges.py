"""One-off amounts that a customer is billed on a day, beside the tasks. Pure.

Nobody changes or deletes one: what was wrong is taken back by another with a negative amount.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pbx.domain import cents
from pbx.errors import BadRequest, Conflict

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Charge:
    id: str
    customer_id: str
    day: date
    """Berlin's; decides the month."""
    key: str
    """What is charged, such as `addon:17`: the same is never charged twice."""
    title_de: str
    title_en: str
    amount_cents: int
    """Whole cents; negative is a credit."""
    created_at: datetime
    by: str
    """Id of who caused it."""


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A charge on a statement."""

    day: date
    key: str
    title_de: str
    title_en: str
    amount_cents: int

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_de


def line_of(charge: Charge) -> ChargeLine:
    return ChargeLine(charge.day, charge.key, charge.title_de, charge.title_en, charge.amount_cents)


def amount_of(text: str) -> int:
    """Cents of `49.90` or `-49,90`, and not nothing; raises `BadRequest` (`bad-amount`)."""
    found = cents.parse(text.strip().removeprefix("-"))
    if not found:
        raise BadRequest(
            "bad-amount",
            "Bitte den Betrag in Euro angeben, zum Beispiel 49,90, für eine Gutschrift -49,90.",
            "Please give the amount in euros, for example 49.90, or -49.90 for a credit.",
        )
    return -found if text.strip().startswith("-") else found


def titles_of(told: Mapping[str, Any]) -> tuple[str, str]:
    """German and English; one of them is enough. Raises `BadRequest` (`bad-title`)."""
    german, english = (" ".join(str(told.get(n) or "").split()) for n in ("title", "title_en"))
    if not 0 < len(german or english) <= LONGEST_TITLE or len(english) > LONGEST_TITLE:
        raise BadRequest(
            "bad-title",
            f"Bitte angeben, wofür der Betrag ist, mit höchstens {LONGEST_TITLE} Zeichen.",
            f"Please say what the amount is for, in {LONGEST_TITLE} characters at most.",
        )
    return german or english, english or german


def charged_already(key: str) -> Conflict:
    return Conflict(
        "charge-exists",
        f"„{key}“ ist schon berechnet. Bitte die Abrechnung neu laden.",
        f'"{key}" has been charged already. Please reload the statement.',
    )
