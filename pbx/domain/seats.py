"""Seats: accounts at the same time, and each new highest number of them (F95).

Whoever bills seats by their highest number charges a seat once, when it is needed for the first
time: ten accounts, then five, then eight, then eleven are ten seats and later one more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Peak:
    """A new highest number of seats."""

    at: datetime | None
    """When it was first reached; None: it was so when the records begin."""
    seats: int
    added: int
    """More than the highest number before."""


def peaks(now: int, changes: Iterable[tuple[datetime, int]]) -> list[Peak]:
    """All highest numbers up to now, the first one first.

    Args:
        now: seats at present.
        changes: by how many they became more or fewer, oldest first.
    """
    told = list(changes)
    seats = now - sum(change for _, change in told)
    found = [Peak(None, seats, seats)] if seats else []
    highest = seats
    for at, change in told:
        seats += change
        if seats > highest:
            found.append(Peak(at, seats, seats - highest))
            highest = seats
    return found
