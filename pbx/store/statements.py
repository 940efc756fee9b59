"""Statements: drafts from the ledger, final ones as documents that triggers keep as they are."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import charges as charging
from pbx.domain import statements as rules
from pbx.domain.charges import Charge, ChargeLine
from pbx.domain.company import Company
from pbx.domain.customers import Customer, unknown_customer
from pbx.domain.hook_events import statement_ready
from pbx.domain.hooks import HookKind
from pbx.domain.letterheads import Letterhead, receiver_of
from pbx.domain.months import Month
from pbx.domain.statements import (
    Line,
    PayLine,
    Statement,
    TaskMonth,
    line_of,
    metered,
    statement_number,
)
from pbx.errors import PbxError
from pbx.services.billing_ports import Document, Draft, Finalised, MonthView, Told
from pbx.store.audit import change_row, write_changes
from pbx.store.billing_tables import customers, statements
from pbx.store.charges import charges_of, write_charge
from pbx.store.customers import customer_of
from pbx.store.documents import document_of, packed
from pbx.store.engine import Engine
from pbx.store.guard_closings import guard_of
from pbx.store.hooks import Happened, write_events
from pbx.store.month_figures import Figures, month_figures, pay_lines
from pbx.store.tables import calls, tasks
from pbx.store.uninterrupted import uninterrupted

NUMBERING = 0x766D6E72
"""PostgreSQL advisory lock that whoever gives numbers holds, so that none is left out."""
BATCH = 20
"""Statements that become final in one transaction."""


@dataclass(frozen=True, slots=True)
class _Month:
    """All that statements of a month are made from."""

    figures: Figures
    lines: Mapping[str, Sequence[Line]]
    """By customer, as what follows."""
    charges: Mapping[str, Sequence[ChargeLine]]
    open_findings: Mapping[str, int]
    open_calls: Mapping[str, int]
    documents: Mapping[str, Document]
    """The ones that hold."""
    rest: Sequence[TaskMonth]

    def draft(self, customer: Customer) -> Draft:
        rate = self.figures.rate_of(customer.id)
        found = tuple(self.lines.get(customer.id, ()))
        once = tuple(self.charges.get(customer.id, ()))
        return Draft(
            Statement(customer.id, customer.name, self.figures.month, rate, found, once),
            self.open_findings.get(customer.id, 0),
            self.open_calls.get(customer.id, 0),
            self.documents.get(customer.id),
            receiver_of(customer),
        )

    @property
    def drafts(self) -> list[Draft]:
        """Of customers with anything in the month, by name."""
        known = self.figures.customers.values()
        anything = {*self.lines, *self.charges, *self.documents}
        some = [c for c in known if c.id in anything]
        return [self.draft(c) for c in sorted(some, key=lambda c: (c.name.casefold(), c.id))]


@dataclass(frozen=True, slots=True)
class _Final:
    """What statements that become final together have in common."""

    reason: str | None
    by: str
    at: datetime
    year: int
    sender: Company

    def letterhead(self, draft: Draft) -> Letterhead:
        return Letterhead(self.sender, draft.receiver)


@uninterrupted
class SqlStatements:
    """`StatementStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def month(self, month: Month) -> MonthView:
        async with self._engine.read() as conn:
            found = await _month(conn, month)
        return MonthView(found.drafts, metered(found.rest))

    async def draft(self, customer_id: str, month: Month) -> Draft | None:
        query = select(customers).where(customers.c.id == customer_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                return None
            return (await _month(conn, month, customer_id)).draft(customer_of(row))

    async def charge(self, charge: Charge) -> None:
        known = select(customers.c.id).where(customers.c.id == charge.customer_id)
        async with self._engine.write() as conn:
            if (await conn.execute(known)).first() is None:
                raise unknown_customer()
            if not await write_charge(conn, charge):
                raise charging.charged_already(charge.key)

    async def pay(self, month: Month) -> Sequence[PayLine]:
        async with self._engine.read() as conn:
            return await pay_lines(conn, month)

    async def document(self, document_id: str) -> Document | None:
        async with self._engine.read() as conn:
            found = await _documents(conn, statements.c.id == document_id)
        return found[0] if found else None

    async def documents(self, month: Month | None, customer_id: str | None) -> Sequence[Document]:
        conditions = []
        if month is not None:
            conditions.append(statements.c.month == str(month))
        if customer_id is not None:
            conditions.append(statements.c.customer_id == customer_id)
        async with self._engine.read() as conn:
            return await _documents(conn, *conditions)

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
        final = _Final(reason, by, at, year, sender)
        if customer_id is not None:
            async with self._engine.write() as conn:
                await self._take_turn(conn)
                found = await _month(conn, month, customer_id)
                drafts = [found.draft(each) for each in found.figures.customers.values()]
                return await _finalised(conn, drafts, final)
        async with self._engine.read() as conn:
            known = await _ids(conn, month)
            found = await _month(conn, month)
        wanted = [d.statement.customer_id for d in found.drafts if d.document is None]
        done: list[Finalised] = []
        told(0, len(wanted))
        # Many short transactions: calls that begin meanwhile have to be written down, too.
        for begin in range(0, len(wanted), BATCH):
            async with self._engine.write() as conn:
                await self._take_turn(conn)
                if await _ids(conn, month) != known:
                    found = await _month(conn, month)
                people = found.figures.customers
                batch = [found.draft(people[each]) for each in wanted[begin : begin + BATCH]]
                fresh = [draft for draft in batch if draft.document is None]
                done += await _finalised(conn, fresh, final)
                known = await _ids(conn, month)
            told(min(begin + BATCH, len(wanted)), len(wanted))
        return done

    async def _take_turn(self, conn: AsyncConnection) -> None:
        """Only one gives numbers at a time."""
        if not self._engine.sqlite:
            await conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": NUMBERING})


async def _ids(conn: AsyncConnection, month: Month) -> set[str]:
    """Of a month's documents: with others than before, what was looked at before is stale."""
    query = select(statements.c.id).where(statements.c.month == str(month))
    return set((await conn.execute(query)).scalars())


async def _finalised(
    conn: AsyncConnection,
    drafts: Sequence[Draft],
    final: _Final,
) -> list[Finalised]:
    """Where customers' months become final: all that belongs to that goes into `conn`."""
    last = select(func.max(statements.c.sequence)).where(statements.c.year == final.year)
    sequence = int((await conn.execute(last)).scalar() or 0)
    done: list[Finalised] = []
    made: list[Document] = []
    for draft in drafts:
        name = draft.statement.customer_id, draft.statement.customer
        if (refusal := _refusal(draft, final)) is not None:
            done.append(Finalised(*name, None, refusal))
            continue
        number = statement_number(final.year, sequence + len(made) + 1)
        made.append(_made(draft, number, final))
        done.append(Finalised(*name, made[-1], None))
    await _insert(conn, made, final.year, sequence)
    return done


def _refusal(draft: Draft, final: _Final) -> PbxError | None:
    before = draft.document
    if before is not None:
        if final.reason is None:
            return rules.exists(before.number)
        # A wrong address is corrected as a wrong amount is: by a new document.
        same_head = before.letterhead in (None, final.letterhead(draft))
        if before.statement == draft.statement and same_head:
            return rules.unchanged(before.number)
    elif not draft.statement.lines and not draft.statement.charges:
        return rules.nothing_to_bill()
    return rules.refused_open(draft.open_findings, draft.open_calls)


def _made(draft: Draft, number: str, final: _Final) -> Document:
    before = draft.document
    return Document(
        id=uuid.uuid4().hex,
        number=number,
        statement=draft.statement,
        corrects=before.id if before else None,
        corrects_number=before.number if before else None,
        before_cents=before.statement.totals.amount_cents if before else None,
        reason=final.reason or "",
        by=final.by,
        at=final.at,
        letterhead=final.letterhead(draft),
    )


async def _insert(conn: AsyncConnection, made: Sequence[Document], year: int, before: int) -> None:
    if not made:
        return
    rows = [{**packed(d), "year": year, "sequence": before + n} for n, d in enumerate(made, 1)]
    await conn.execute(insert(statements), rows)
    await write_changes(conn, [_change(document) for document in made])
    await write_events(conn, [_ready(document) for document in made])


def _change(document: Document) -> dict[str, Any] | None:
    told = {
        "number": document.number,
        "month": str(document.statement.month),
        "customer": document.statement.customer,
        "amount_cents": document.statement.totals.amount_cents,
        "corrects": document.corrects_number,
        "reason": document.reason,
    }
    action = "statement.corrected" if document.corrects else "statement.final"
    subject = document.statement.customer_id
    return change_row(action, subject, by=document.by, at=document.at, after=told)


def _ready(d: Document) -> Happened:
    data = statement_ready(d.id, d.number, d.statement, d.corrects_number)
    return Happened(HookKind.STATEMENT_READY, d.number, data, d.at)


async def _month(conn: AsyncConnection, month: Month, customer_id: str | None = None) -> _Month:
    figures = await month_figures(conn, month, customer_id)
    current = {d.statement.customer_id: d for d in await _current(conn, month)}
    # A task that is in somebody's final statement is not billed again to its new customer.
    of_others = {
        line.task: d.statement.customer_id for d in current.values() for line in d.statement.lines
    }
    lines: dict[str, list[Line]] = {}
    rest: list[TaskMonth] = []
    moved: set[str] = set()
    for task in figures.tasks:
        owner = task.customer_id
        if owner is None or not task.billed:
            rest.append(task)
        elif of_others.get(task.task, owner) == owner:
            line = line_of(task, figures.factors_of(task), figures.rate_of(owner))
            lines.setdefault(owner, []).append(line)
        else:
            moved.add(task.task)
    opened: Counter[str] = Counter()
    for view in await guard_of(conn, figures):
        found = view.finding
        if view.closed is None and found.customer_id and found.task not in moved:
            opened[found.customer_id] += 1
    open_calls = await _open_calls(conn, month)
    once: dict[str, list[ChargeLine]] = {}
    for charge in await charges_of(conn, month, customer_id):
        once.setdefault(charge.customer_id, []).append(charging.line_of(charge))
    return _Month(figures, lines, once, opened, open_calls, current, rest)


async def _open_calls(conn: AsyncConnection, month: Month) -> Counter[str]:
    """By customer."""
    # In two steps: joined, a database may look for each task's calls instead of the few open ones.
    c, begun = calls.c, calls.c.offered_at
    query = select(c.task).where(c.ended_at.is_(None), begun >= month.begins, begun < month.ends)
    opened = Counter(task for task in (await conn.execute(query)).scalars() if task)
    if not opened:
        return opened
    owners = select(tasks.c.external_id, tasks.c.customer_id).where(
        tasks.c.external_id.in_(list(opened)), tasks.c.customer_id.is_not(None)
    )
    found: Counter[str] = Counter()
    for row in await conn.execute(owners):
        found[row.customer_id] += opened[row.external_id]
    return found


async def _current(conn: AsyncConnection, month: Month) -> list[Document]:
    """The documents of a month that no other one takes the place of."""
    found = await _documents(conn, statements.c.month == str(month))
    return [document for document in found if document.corrected_by is None]


async def _documents(conn: AsyncConnection, *conditions: Any) -> list[Document]:
    """Newest first."""
    later = statements.alias()
    query = (
        select(statements, later.c.id.label("corrected_by"))
        .outerjoin(later, later.c.corrects == statements.c.id)
        .where(*conditions)
        .order_by(statements.c.year.desc(), statements.c.sequence.desc())
    )
    rows = (await conn.execute(query)).mappings()
    return [replace(document_of(row), corrected_by=row["corrected_by"]) for row in rows]
