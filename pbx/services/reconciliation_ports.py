"""What comparing a carrier's records with ours needs from the outside; see `ports`.

Adapter: `pbx.store.reconciliations`. Every change is in the audit log, in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from pbx.domain.carrier_files import Mapping
from pbx.domain.costing import ChargedCall
from pbx.domain.reconciling import Kind


@dataclass(frozen=True, slots=True)
class Carrier:
    id: str
    name: str
    trunk: str = ""
    """Whose calls it bills; empty: all."""
    mapping: Mapping = field(default_factory=Mapping)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call out that has ended, answered or not."""

    call: ChargedCall
    answered: bool
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of a whole file, within its period."""

    records: int
    calls: int
    matched: int
    our_ms: int
    their_ms: int
    clock_ms: int
    """How much later their clock is."""
    faulty: int
    """Rows that could not be read; `problems` has the first ones."""
    inbound: int
    silent: int
    outside: int
    """Records of other days, which are left out."""
    kinds: dict[str, int] = field(default_factory=dict)
    problems: tuple[tuple[int, str, str], ...] = ()
    """Row, German and English text."""
    tasks: dict[str, int] = field(default_factory=dict)
    """Theirs less ours in seconds, of tasks whose calls differ."""
    zone_hint_hours: int = 0
    """By so many hours most records would have to be moved to fit; 0: they fit as they are."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    id: str
    carrier_id: str
    file: str
    since: date
    until: date
    """The last day, inclusive; Berlin's, as `since`."""
    at: datetime
    by: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it was found; times are UTC, amounts micros."""

    kind: Kind
    call_id: str | None
    task: str | None
    our_number: str | None
    our_begin: datetime | None
    our_ms: int | None
    our_micros: int | None
    row: int | None
    their_number: str | None
    their_begin: datetime | None
    their_ms: int | None
    their_micros: int | None
    seconds: int


class ReconciliationStore(Protocol):
    async def carriers(self) -> Sequence[Carrier]:
        """All but the removed ones, by name."""
        ...

    async def put_carrier(self, carrier: Carrier, by: str, at: datetime) -> None:
        """Add it, or replace the one with its id."""
        ...

    async def remove_carrier(self, carrier_id: str, by: str, at: datetime) -> bool: ...

    async def restore_carrier(self, carrier_id: str, by: str, at: datetime) -> bool: ...

    async def attempts(self, since: datetime, until: datetime) -> Sequence[Attempt]:
        """Calls out to the network that began in this time (`until` exclusive) and have ended."""
        ...

    async def add(self, made: Reconciliation, findings: Sequence[FindingRow], name: str) -> None:
        """Keep both; `name`: of the carrier, for the audit log."""
        ...

    async def all(self) -> Sequence[Reconciliation]:
        """All but the removed ones, newest first; 200 at most."""
        ...

    async def remove(self, reconciliation_id: str, by: str, at: datetime) -> bool: ...

    async def restore(self, reconciliation_id: str, by: str, at: datetime) -> bool: ...

    async def findings(
        self, reconciliation_id: str, kind: Kind | None, query: str, after: int, limit: int
    ) -> Sequence[tuple[int, FindingRow]]:
        """With their positions, behind `after`, in order of time; `query`: part of a number."""
        ...
