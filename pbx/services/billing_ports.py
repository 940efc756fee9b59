"""What customers, booked tasks and their bills need from the outside; see `ports` for the rest.

Adapters: `pbx.store`. Every change is in the audit log, in the same transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from pbx.domain import csv_lines, customer_files, task_files
from pbx.domain.charges import Charge
from pbx.domain.company import Company
from pbx.domain.customers import Customer
from pbx.domain.factor_guard import Closed, Closing, Finding
from pbx.domain.letterheads import NOBODY, Letterhead, Receiver
from pbx.domain.message_templates import Message
from pbx.domain.months import Month
from pbx.domain.records import Area, FactorRow, Task, TaskState
from pbx.domain.statements import PayLine, Statement, Totals
from pbx.errors import PbxError

Today = Callable[[], date]

DEFAULT_RATE = "rate_per_hour_cents"
"""The setting: cents an hour for customers without a rate of their own."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a file came to; with one problem nothing of it was done."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: Sequence[csv_lines.RowProblem] = ()


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    query: str = ""
    check_open: bool = False
    """Only those for whom nobody has answered the new-customer check."""


@dataclass(frozen=True, slots=True)
class CustomerView:
    customer: Customer
    tasks: int


class CustomerStore(Protocol):
    async def find(
        self, which: CustomerFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[CustomerView], str | None]:
        """By name; the second value is the next page's cursor or None."""
        ...

    async def get(self, customer_id: str) -> CustomerView | None: ...

    async def all(self) -> Sequence[Customer]: ...

    async def add(self, customer: Customer, by: str, at: datetime) -> None:
        """Raises `Conflict` (`customer-exists`)."""
        ...

    async def change(
        self, customer_id: str, wish: Mapping[str, Any], by: str, at: datetime
    ) -> Customer:
        """Raises `NotFound` (`unknown-customer`), `Conflict`, and see `customers.changed`."""
        ...

    async def merge(
        self, rows: Sequence[customer_files.Row], by: str, at: datetime, *, dry_run: bool
    ) -> Merged: ...


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks; None or empty means any."""

    query: str = ""
    customer_id: str | None = None
    area: Area | None = None
    state: TaskState | None = None


@dataclass(frozen=True, slots=True)
class BookedTask:
    """A task with what it was booked with."""

    task: Task
    customer_id: str | None
    factors: FactorRow | None
    """Frozen when it was booked, or since its area changed; None: before there were any."""


@dataclass(frozen=True, slots=True)
class WorkTime:
    user_id: str
    day: date
    minutes: int


class BookingStore(Protocol):
    async def find(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[BookedTask], str | None]:
        """By title; the second value is the next page's cursor or None."""
        ...

    async def get(self, external_id: str) -> BookedTask | None: ...

    async def work_times(
        self, task: str | None, since: date, until: date
    ) -> Sequence[tuple[str, WorkTime]]:
        """Task and work time of the days from `since` to `until`, both included; by day."""
        ...

    async def merge_tasks(
        self, rows: Sequence[task_files.TaskRow], by: str, at: datetime, *, dry_run: bool
    ) -> Merged: ...

    async def merge_work(
        self, rows: Sequence[task_files.WorkRow], by: str, at: datetime, *, dry_run: bool
    ) -> Merged: ...


# ------------------------------------------------------------------ factors


@dataclass(frozen=True, slots=True)
class FactorsInUse:
    row: FactorRow
    tasks: int
    """That froze it: with one it is never changed again."""


class FactorTable(Protocol):
    async def all(self) -> Sequence[FactorsInUse]:
        """Newest first."""
        ...

    async def put(self, row: FactorRow, by: str, at: datetime) -> None:
        """Add a row, or correct it while no task has frozen it.

        Raises:
            Conflict: `factors-in-use`.
        """
        ...

    async def remove(self, valid_from: date, by: str, at: datetime) -> None:
        """Raises `NotFound` (`no-factors`), `Conflict` (`factors-in-use`)."""
        ...


# ------------------------------------------------------------------ the factor guard


@dataclass(frozen=True, slots=True)
class GuardView:
    finding: Finding
    customer: str
    closed: Closed | None
    """What holds for it; None: it is open."""


@dataclass(frozen=True, slots=True)
class CloseWish:
    task: str
    month: Month
    right_area: Area
    """As the one who closes it saw it."""
    how: Closing
    reason: str
    message: Message | None = None
    """Sent to the customer in the same step."""


class FactorGuardStore(Protocol):
    async def month(self, month: Month) -> Sequence[GuardView]:
        """All findings of a month, by task."""
        ...

    async def of_task(self, task: str, month: Month) -> GuardView | None: ...

    async def close(self, wish: CloseWish, by: str, at: datetime) -> None:
        """Write down what was said, and do it.

        Raises:
            Conflict: `nothing-to-close`, where the finding is no more what was seen.
        """
        ...


# ------------------------------------------------------------------ statements


@dataclass(frozen=True, slots=True)
class Document:
    """A final statement: nothing of it ever changes."""

    id: str
    number: str
    statement: Statement
    corrects: str | None
    """Id of the document that this one takes the place of."""
    corrects_number: str | None
    before_cents: int | None
    """What that one came to."""
    reason: str
    by: str
    at: datetime
    corrected_by: str | None = None
    """Id of the document that takes the place of this one."""
    letterhead: Letterhead | None = None
    """As it was when it became final; None: that was before letterheads were kept."""

    @property
    def receiver(self) -> Receiver:
        return self.letterhead.receiver if self.letterhead else NOBODY


@dataclass(frozen=True, slots=True)
class Draft:
    """One customer's month as it stands now."""

    statement: Statement
    open_findings: int
    open_calls: int
    """Still under way: their seconds are not in it yet."""
    document: Document | None
    """The final one that holds for this month, if there is one."""
    receiver: Receiver = NOBODY
    """As the customer's file says now."""


@dataclass(frozen=True, slots=True)
class MonthView:
    drafts: Sequence[Draft]
    """Of customers with anything in the month, by name."""
    rest: Totals
    """What no customer is billed for: own tasks, tasks of nobody, calls on no task."""


@dataclass(frozen=True, slots=True)
class Finalised:
    """What became of one customer's month."""

    customer_id: str
    customer: str
    document: Document | None
    refusal: PbxError | None


Told = Callable[[int, int], None]
"""Hears how many of how many are done."""


def nobody(done: int, total: int) -> None:
    """Does not hear it."""


class StatementStore(Protocol):
    async def month(self, month: Month) -> MonthView: ...

    async def draft(self, customer_id: str, month: Month) -> Draft | None:
        """None: there is no such customer."""
        ...

    async def charge(self, charge: Charge) -> None:
        """Raises `NotFound` (`unknown-customer`), `Conflict` (`charge-exists`)."""
        ...

    async def pay(self, month: Month) -> Sequence[PayLine]:
        """By person and task."""
        ...

    async def document(self, document_id: str) -> Document | None: ...

    async def documents(self, month: Month | None, customer_id: str | None) -> Sequence[Document]:
        """Newest first."""
        ...

    async def finalise(
        self,
        month: Month,
        customer_id: str | None,
        *,
        reason: str | None,
        by: str,
        at: datetime,
        year: int,
        sender: Company,
        told: Told,
    ) -> Sequence[Finalised]:
        """Make drafts of a month final, each or not at all, a few in one transaction.

        Args:
            customer_id: whose; None: all that have no document yet, as they are when it begins.
            reason: why what is final already is corrected by a new document; None: it is
                not (`statement-exists`).
            year: of the numbers.
            sender: kept with them, as the receiver is.
        """
        ...
