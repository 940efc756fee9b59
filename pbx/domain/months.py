"""Months of the company, by Berlin's calendar.

A call belongs to the month in which people there saw it begin, a work time to its day's month.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pbx.domain.statistics import BERLIN
from pbx.errors import BadRequest


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def following(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), BERLIN)

    @property
    def ends(self) -> datetime:
        """The first moment that is not in it any more."""
        return self.following.begins

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def parse(text: str) -> Month:
    """Raises `BadRequest` (`bad-month`)."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text, re.ASCII)
    if found is None:
        raise BadRequest(
            "bad-month",
            f"„{text[:20]}“ ist kein Monat. Bitte als 2026-11 angeben.",
            f'"{text[:20]}" is no month. Please give it as 2026-11.',
        )
    return Month(int(found[1]), int(found[2]))
