"""Ports of the life of our numbers; `store/` implements them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pbx.domain.audit import Change
from pbx.domain.inventory import (
    Assignment,
    Inventory,
    NumberFilter,
    NumberGroup,
    NumberRequest,
    NumberRow,
    Owner,
    PlannedChange,
    Taken,
)
from pbx.domain.records import Number


class InventoryStore(Protocol):
    """Numbers with groups, plans and history; every change is audited in its transaction."""

    async def find(
        self, which: NumberFilter, cursor: str | None, limit: int | None
    ) -> tuple[Sequence[Inventory], str | None]:
        """By number; `limit` None: all of them."""
        ...

    async def get(self, e164: str) -> Inventory | None: ...

    async def assignments(self, e164: str, limit: int) -> Sequence[Assignment]:
        """Newest first."""
        ...

    async def changes(self, e164: str, limit: int) -> Sequence[Change]:
        """Newest first."""
        ...

    async def put(
        self, number: Number, groups: Sequence[str] | None, by: str, at: datetime
    ) -> bool:
        """Create or replace its settings; True where it is new.

        Raises:
            NotFound: `unknown-group`.
        """
        ...

    async def assign(self, e164: str, owner: Owner, by: str, at: datetime) -> Number:
        """Raises `NotFound` (`unknown-number`, `unknown-user`), `Conflict` (`user-inactive`)."""
        ...

    async def undo(self, e164: str, change_id: str, by: str, at: datetime) -> Number:
        """Take back the newest reassignment, or the newest change of settings.

        Raises:
            NotFound: `unknown-number`; Conflict: `newer-change`, `nothing-to-undo`.
        """
        ...

    async def take(
        self, rows: Sequence[NumberRow], by: str, at: datetime, *, dry_run: bool
    ) -> Taken:
        """All of it or, where one row fails, nothing."""
        ...


class PlannedStore(Protocol):
    async def add(self, change: PlannedChange) -> None:
        """Raises `NotFound` (`unknown-number`, `unknown-user`), `Conflict` (`user-inactive`)."""
        ...

    async def find(self, planned_only: bool, limit: int) -> Sequence[PlannedChange]: ...

    async def cancel(self, change_id: str, by: str, at: datetime) -> PlannedChange:
        """Raises `NotFound` (`unknown-planned-change`), `Conflict` (`planned-change-over`)."""
        ...

    async def next_due(self) -> datetime | None: ...

    async def carry_out(self, at: datetime) -> Sequence[PlannedChange]:
        """Do everything that is due at `at`, in its order; each of them once."""
        ...


class NumberGroupStore(Protocol):
    async def all(self) -> Sequence[NumberGroup]: ...

    async def add(
        self, group: NumberGroup, numbers_in: Sequence[str], by: str, at: datetime
    ) -> int:
        """How many of `numbers_in` are ours. Raises `Conflict` (`group-exists`)."""
        ...

    async def rename(self, group_id: str, name: str, by: str, at: datetime) -> None:
        """Raises `NotFound` (`unknown-group`), `Conflict` (`group-exists`)."""
        ...

    async def remove(self, group_id: str, by: str, at: datetime) -> None:
        """Raises `NotFound` (`unknown-group`)."""
        ...


class NumberRequestStore(Protocol):
    async def ask(self, request: NumberRequest) -> NumberRequest: ...

    async def get(self, request_id: str) -> NumberRequest:
        """Raises `NotFound` (`unknown-request`)."""
        ...

    async def find(
        self, user_id: str | None, open_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[NumberRequest], str | None]: ...

    async def approve(
        self, request_id: str, e164: str, answer: str, by: str, at: datetime
    ) -> NumberRequest:
        """Raises `NotFound`, `Conflict` (`request-decided`, `number-taken`)."""
        ...

    async def refuse(
        self, request_id: str, answer: str, by: str, at: datetime
    ) -> NumberRequest: ...
