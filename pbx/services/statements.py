"""Statements: drafts at any time, final ones once a month is over and all in it is settled."""

from collections.abc import Sequence

from pbx.domain.customers import unknown_customer
from pbx.domain.months import Month
from pbx.domain.records import CallRecord, User
from pbx.domain.statements import PayLine, month_not_over, unknown_statement
from pbx.domain.statistics import BERLIN
from pbx.errors import BadRequest
from pbx.services.billing_ports import Document, Draft, Finalised, MonthView, StatementStore
from pbx.services.ports import CallFilter, CallLog, Clock


class StatementOffice:
    def __init__(self, *, store: StatementStore, calls: CallLog, clock: Clock) -> None:
        self._store = store
        self._calls = calls
        self._clock = clock

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
            Conflict: `month-not-over`.
        """
        return await self._finalise(by, month, None, None)

    async def _one(self, by: User, month: Month, customer_id: str, reason: str | None) -> Document:
        done = await self._finalise(by, month, [customer_id], reason)
        if not done:
            raise unknown_customer()
        if done[0].refusal is not None:
            raise done[0].refusal
        assert done[0].document is not None
        return done[0].document

    async def _finalise(
        self, by: User, month: Month, customers: Sequence[str] | None, reason: str | None
    ) -> Sequence[Finalised]:
        now = self._clock.now().at
        if now < month.ends:
            raise month_not_over(month)
        return await self._store.finalise(
            month,
            customers,
            reason=reason,
            by=by.id,
            at=now,
            year=now.astimezone(BERLIN).year,
        )
