"""What looking back at calls needs from the outside; see `ports` for the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pbx.domain.statistics import Breakdown, Sums
from pbx.services.ports import CallFilter


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search for calls that somebody wants to make again."""

    name: str
    search: Mapping[str, str]
    """Query parameters as the list of calls takes them."""
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class CallGroup:
    """Numbers of ours whose calls belong together."""

    id: str
    name: str
    numbers: frozenset[str]
    """In E.164."""


class Statistics(Protocol):
    async def sums(self, which: CallFilter, by: Breakdown) -> Mapping[str, Sums]:
        """Of the ended calls that began on the days of `which` (Berlin's), by key; an empty
        key stands for calls without any. `user_id` means whose call it is.

        By `GROUP` the key is a group's id; a number in two groups counts in both.
        """
        ...

    async def groups(self) -> Sequence[CallGroup]:
        """By name."""
        ...


class SavedSearches(Protocol):
    """Each person's own; they are no change of management's, so the audit log has none."""

    async def of_user(self, user_id: str) -> Sequence[SavedSearch]:
        """By name."""
        ...

    async def put(self, user_id: str, search: SavedSearch) -> None:
        """Add it, or replace the one with its name."""
        ...

    async def remove(self, user_id: str, name: str) -> None: ...
