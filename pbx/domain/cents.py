"""Amounts of money: whole cents of a euro; fractions of one are exact until they are shown.

"35,50" ── parse ──> 3550 ── euros ──> "35.50"
"""

import re
from fractions import Fraction

_AMOUNT = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?", re.ASCII)


def parse(text: str) -> int | None:
    """Cents of `35`, `35.5` or `35,50`; None where it is no such amount."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    whole, rest = found.groups()
    return int(whole) * 100 + int((rest or "").ljust(2, "0"))


def euros(cents: int) -> str:
    """3550 is `35.50`, -5 is `-0.05`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def rounded(amount: Fraction) -> int:
    """Whole cents; half a cent goes away from zero, as merchants round."""
    whole = (abs(amount) * 2 + 1) // 2
    return int(whole if amount >= 0 else -whole)
