"""Statements: drafts at any time, final ones once a month is over and all in it is settled."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from pbx.domain.charges import Charge
from pbx.domain.company import Company
from pbx.domain.customers import unknown_customer
from pbx.domain.months import Month
from pbx.domain.records import CallRecord, User
from pbx.domain.statements import PayLine, month_not_over, under_way, unknown_statement
from pbx.domain.statistics import BERLIN
from pbx.errors import BadRequest
from pbx.services.billing_ports import (
    Document,
    Draft,
    Finalised,
    MonthView,
    StatementStore,
    nobody,
)
from pbx.services.ports import CallFilter, CallLog, Clock


@dataclass(frozen=True, slots=True)
class Progress:
    done: int = 0
    total: int = 0
    """0: it is still being worked out."""


class StatementOffice:
    """Args: `sender`: us, as statements that become final keep it."""

    def __init__(
        self, *, store: StatementStore, calls: CallLog, clock: Clock, sender: Company
    ) -> None:
        self.sender = sender
        self._store = store
        self._calls = calls
        self._clock = clock
        self._runs: dict[Month, Progress] = {}

    def now(self) -> datetime:
        return self._clock.now().at

    async def month(self, month: Month) -> MonthView:
        """The running totals of all customers (F53), beside what is final already."""
        return await self._store.month(month)

    async def draft(self, customer_id: str, month: Month) -> Draft:
        """Raises `NotFound` (`unknown-customer`)."""
        found = await self._store.draft(customer_id, month)
        if found is None:
            raise unknown_customer()
        return found

    async def pay(self, month: Month) -> Sequence[PayLine]:
        """What each VPA worked in a month, with the pay factors; by person and task."""
        return await self._store.pay(month)

    async def document(self, document_id: str) -> Document:
        """Raises `NotFound` (`unknown-statement`)."""
        found = await self._store.document(document_id)
        if found is None:
            raise unknown_statement()
        return found

    async def documents(self, month: Month | None, customer_id: str | None) -> Sequence[Document]:
        """Final ones, also those that were corrected; newest first."""
        return await self._store.documents(month, customer_id)

    async def charge(
        self, by: User, customer_id: str, day: date, titles: tuple[str, str], amount: int, key: str
    ) -> Charge:
        """Bill a customer an amount once, or credit it; in a month that is final it needs a
        correction to be seen.

        Args:
            titles: German and English.
            amount: cents.
            key: what is charged: never twice. Empty: whatever it is, it is new.

        Raises:
            NotFound: `unknown-customer`; Conflict: `charge-exists`.
        """
        name = uuid.uuid4().hex
        key = f"hand:{key or name}"
        made = Charge(name, customer_id, day, key, *titles, amount, self.now(), by.id)
        await self._store.charge(made)
        return made

    async def calls(
        self, task: str, month: Month, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallRecord], str | None]:
        """The calls behind a line, newest first."""
        which = CallFilter(month.begins, month.ends, task=task, ended_only=True)
        return await self._calls.find(which, cursor, limit)

    async def finalise(self, by: User, month: Month, customer_id: str) -> Document:
        """Make a customer's month final, once.

        Raises:
            NotFound: `unknown-customer`; Conflict: `month-not-over`, `guard-open`, `calls-open`,
            `statement-exists`, `nothing-to-bill`.
        """
        return await self._one(by, month, customer_id, None)

    async def correct(self, by: User, document_id: str, reason: str) -> Document:
        """A new document in the place of a final one, from what the ledger says now.

        Raises:
            NotFound; BadRequest: `reason-missing`; Conflict: `nothing-to-correct`, and as
            `finalise`.
        """
        old = await self.document(document_id)
        if not reason.strip():
            raise BadRequest(
                "reason-missing",
                "Bitte den Grund der Korrektur nennen: Er steht auf dem neuen Dokument.",
                "Please give the reason for the correction: the new document says it.",
            )
        statement = old.statement
        return await self._one(by, statement.month, statement.customer_id, reason.strip())

    async def finalise_month(self, by: User, month: Month) -> Sequence[Finalised]:
        """Make final whatever can be, of all customers; why the others cannot.

        Raises:
            Conflict: `month-not-over`, `month-under-way`.
        """
        if month in self._runs:
            raise under_way(month)
        self._runs[month] = Progress()
        try:
            return await self._finalise(by, month, None, None)
        finally:
            del self._runs[month]

    def progress(self, month: Month) -> Progress | None:
        """How far a month is that is being made final; None: none is."""
        return self._runs.get(month)

    async def _one(self, by: User, month: Month, customer_id: str, reason: str | None) -> Document:
        done = await self._finalise(by, month, customer_id, reason)
        if not done:
            raise unknown_customer()
        if done[0].refusal is not None:
            raise done[0].refusal
        assert done[0].document is not None
        return done[0].document

    async def _finalise(
        self, by: User, month: Month, customer_id: str | None, reason: str | None
    ) -> Sequence[Finalised]:
        now = self._clock.now().at
        if now < month.ends:
            raise month_not_over(month)
        return await self._store.finalise(
            month,
            customer_id,
            reason=reason,
            by=by.id,
            at=now,
            year=now.astimezone(BERLIN).year,
            sender=self.sender,
            told=nobody if customer_id else partial(self._told, month),
        )

    def _told(self, month: Month, done: int, total: int) -> None:
        self._runs[month] = Progress(done, total)
