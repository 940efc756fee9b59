"""Customers: their file, and how they come into being with the tasks that name them."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.csv_lines import RowProblem
from pbx.domain.customer_files import Row
from pbx.domain.customers import (
    Customer,
    changed,
    name_key,
    name_taken,
    tidy,
    unknown_customer,
)
from pbx.domain.records import PhoneSystem
from pbx.errors import PbxError
from pbx.services.billing_ports import CustomerFilter, CustomerView, Merged
from pbx.store.audit import write_change
from pbx.store.billing_tables import customer_aliases, customers
from pbx.store.engine import Engine
from pbx.store.paging import decode_name_cursor, encode_name_cursor
from pbx.store.tables import tasks
from pbx.store.types import Str
from pbx.store.uninterrupted import uninterrupted

_FIELDS = tuple(f.name for f in fields(Customer))
_TASKS = (
    select(func.count())
    .select_from(tasks)
    .where(tasks.c.customer_id == customers.c.id)
    .scalar_subquery()
    .label("tasks")
)


@uninterrupted
class SqlCustomers:
    """`CustomerStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def find(
        self, which: CustomerFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[CustomerView], str | None]:
        c = customers.c
        query = select(customers, _TASKS).where(*_conditions(which)).order_by(c.search, c.id)
        if cursor is not None:
            name, row_id = decode_name_cursor(cursor)
            behind = tuple_(literal(name, Str()), literal(row_id, Str()))
            query = query.where(tuple_(c.search, c.id) > behind)
        async with self._engine.read() as conn:
            rows = list((await conn.execute(query.limit(limit + 1))).mappings())
        page = [CustomerView(customer_of(row), row["tasks"]) for row in rows[:limit]]
        if len(rows) <= limit or not page:
            return page, None
        return page, encode_name_cursor(rows[limit - 1]["search"], rows[limit - 1]["id"])

    async def get(self, customer_id: str) -> CustomerView | None:
        query = select(customers, _TASKS).where(customers.c.id == customer_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else CustomerView(customer_of(row), row["tasks"])

    async def all(self) -> Sequence[Customer]:
        query = select(customers).order_by(customers.c.search, customers.c.id)
        async with self._engine.read() as conn:
            return [customer_of(row) for row in (await conn.execute(query)).mappings()]

    async def add(self, customer: Customer, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            await _add(conn, customer, by, at)

    async def change(
        self, customer_id: str, wish: Mapping[str, Any], by: str, at: datetime
    ) -> Customer:
        query = select(customers).where(customers.c.id == customer_id).with_for_update()
        async with self._engine.write() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                raise unknown_customer()
            before = customer_of(row)
            after = changed(before, wish)
            await write_customer(self._engine, conn, before, after, by, at)
        return after

    async def merge(self, rows: Sequence[Row], by: str, at: datetime, *, dry_run: bool) -> Merged:
        created = updated = unchanged = 0
        problems: list[RowProblem] = []
        async with self._engine.read() if dry_run else self._engine.write() as conn:
            found = (await conn.execute(select(customers).with_for_update())).mappings()
            known = {row["name_key"]: customer_of(row) for row in found}
            wanted: list[tuple[Customer | None, Customer]] = []
            for row in rows:
                before = known.get(name_key(row.name))
                try:
                    after = changed(before or Customer(uuid.uuid4().hex, row.name), row.wish)
                except PbxError as e:
                    problems.append(RowProblem(row.line, e.de, e.en))
                    continue
                created, updated = (
                    created + (before is None),
                    updated + (before not in (None, after)),
                )
                unchanged += before == after
                wanted.append((before, after))
            if problems:
                return Merged(problems=problems)
            for was, now in () if dry_run else wanted:
                if was is None:
                    await _add(conn, now, by, at)
                else:
                    await write_customer(self._engine, conn, was, now, by, at)
        return Merged(created, updated, unchanged)


def _conditions(which: CustomerFilter) -> list[ColumnElement[bool]]:
    found = [
        customers.c.search.contains(term, autoescape=True) for term in searching.terms(which.query)
    ]
    if which.check_open:
        found.append(customers.c.phone_system == PhoneSystem.OPEN)
    return found


async def customer_named(
    engine: Engine, conn: AsyncConnection, name: str, *, by: str, at: datetime
) -> Customer | None:
    """The customer who has or had this name, made where there is none; None for no name."""
    key = name_key(name)
    if not key:
        return None
    if (found := await _by_key(conn, key)) is not None:
        return found
    new = Customer(uuid.uuid4().hex, tidy(name))
    # Of two tasks that name a new customer at once, the second finds the first one's.
    statement = engine.insert(customers).values(_values(new))
    once = statement.on_conflict_do_nothing(index_elements=["name_key"])
    if (await conn.execute(once.returning(customers.c.id))).first() is None:
        return await _by_key(conn, key)
    await write_change(conn, "customer.added", new.id, by=by, at=at, after=asdict(new))
    return new


async def customers_named(
    engine: Engine, conn: AsyncConnection, names: Iterable[str], *, by: str, at: datetime
) -> dict[str, Customer | None]:
    """The same for many names, by `name_key`: only new customers cost a look each."""
    rows = list((await conn.execute(select(customers))).mappings())
    ids = {row["id"]: customer_of(row) for row in rows}
    former = await conn.execute(select(customer_aliases))
    known = {row.name_key: ids[row.customer_id] for row in former if row.customer_id in ids}
    known |= {row["name_key"]: ids[row["id"]] for row in rows}
    found: dict[str, Customer | None] = {}
    for name in names:
        key = name_key(name)
        if key not in found:
            new = None if key in known else await customer_named(engine, conn, name, by=by, at=at)
            found[key] = known.get(key, new)
    return found


async def _by_key(conn: AsyncConnection, key: str) -> Customer | None:
    former = select(customer_aliases.c.customer_id).where(customer_aliases.c.name_key == key)
    for condition in (customers.c.name_key == key, customers.c.id.in_(former)):
        row = (await conn.execute(select(customers).where(condition))).mappings().first()
        if row is not None:
            return customer_of(row)
    return None


async def _add(conn: AsyncConnection, customer: Customer, by: str, at: datetime) -> None:
    try:
        await conn.execute(insert(customers).values(_values(customer)))
    except IntegrityError as e:
        raise name_taken(customer.name) from e
    await write_change(conn, "customer.added", customer.id, by=by, at=at, after=asdict(customer))


async def write_customer(
    engine: Engine, conn: AsyncConnection, before: Customer, after: Customer, by: str, at: datetime
) -> None:
    if before == after:
        return
    change = update(customers).where(customers.c.id == after.id).values(_values(after))
    try:
        await conn.execute(change)
    except IntegrityError as e:
        raise name_taken(after.name) from e
    if before.name != after.name:
        alias = {"name_key": name_key(before.name), "customer_id": after.id}
        await conn.execute(engine.upsert(customer_aliases, alias))
        await _rename_on_tasks(conn, after)
    await write_change(
        conn, "customer.changed", after.id, by=by, at=at, before=asdict(before), after=asdict(after)
    )


async def _rename_on_tasks(conn: AsyncConnection, customer: Customer) -> None:
    query = select(tasks.c.external_id, tasks.c.title).where(tasks.c.customer_id == customer.id)
    for row in (await conn.execute(query)).all():
        search = searching.search_text((row.external_id, row.title, customer.name))
        change = update(tasks).where(tasks.c.external_id == row.external_id)
        await conn.execute(change.values(customer=customer.name, search=search))


def _values(customer: Customer) -> dict[str, Any]:
    search = searching.search_text([customer.name])
    return {**asdict(customer), "name_key": name_key(customer.name), "search": search}


def customer_of(row: Mapping[Any, Any]) -> Customer:
    return Customer(**{name: row[name] for name in _FIELDS})
