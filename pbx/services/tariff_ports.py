"""What prices and cost need from the outside; see `ports` for the rest.

Adapter: `pbx.store.tariffs`. Every change is in the audit log, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from pbx.domain.costing import ChargedCall
from pbx.domain.tariffs import Changes, PriceList, Rate
from pbx.services.ports import CallFilter


@dataclass(frozen=True, slots=True)
class KeptList:
    price_list: PriceList
    revision: int
    """Another one as soon as anything of its rates has changed."""
    prefixes: int = 0
    """Destinations that it has, or had, prices for."""
    newest: date | None = None
    """From when the newest prices hold."""


@dataclass(frozen=True, slots=True)
class RateVersions:
    """One destination: what holds on the day that was asked for, and what comes after."""

    destination: str
    now: Rate | None
    coming: Sequence[Rate]


@dataclass(frozen=True, slots=True)
class TaskFacts:
    title: str
    customer: str
    own: bool


class TariffStore(Protocol):
    async def lists(self) -> Sequence[KeptList]:
        """All but the removed ones, by name; without the counts."""
        ...

    async def summaries(self) -> Sequence[KeptList]:
        """The same with the counts."""
        ...

    async def add_list(self, price_list: PriceList, by: str, at: datetime) -> None: ...

    async def change_list(self, price_list: PriceList, by: str, at: datetime) -> bool:
        """False where there is none, or it is removed."""
        ...

    async def remove_list(self, list_id: str, by: str, at: datetime) -> bool: ...

    async def restore_list(self, list_id: str, by: str, at: datetime) -> bool: ...

    async def rates(self, list_id: str) -> Sequence[Rate]:
        """All versions, by destination and day."""
        ...

    async def find_rates(
        self, list_id: str, day: date, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[RateVersions], str | None]:
        """By destination; without those whose price has ended by `day`."""
        ...

    async def put_rate(self, list_id: str, rate: Rate, by: str, at: datetime) -> Rate | None:
        """Add a version, or replace the one of the same day, which is returned."""
        ...

    async def remove_rate(
        self, list_id: str, destination: str, valid_from: date, by: str, at: datetime
    ) -> Rate | None:
        """The version that is gone; None where there was none."""
        ...

    async def take(
        self, list_id: str, changes: Changes, file: str, by: str, at: datetime
    ) -> int | None:
        """Write what an import changes; all of it, or nothing.

        Returns:
            The list's revision with it, which takes it back; None: nothing was changed.
        """
        ...

    async def take_back(self, list_id: str, revision: int, by: str, at: datetime) -> None:
        """Prices as they were before an import.

        Raises:
            Conflict: `newer-prices`: something else was changed since.
        """
        ...


class CostLog(Protocol):
    async def charged(self, which: CallFilter, most: int) -> Sequence[ChargedCall]:
        """The ended, answered calls out to the network, oldest first; `most` + 1 at most."""
        ...

    async def task_facts(self) -> Mapping[str, TaskFacts]: ...
