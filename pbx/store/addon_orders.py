"""Orders of add-ons: the card, its steps and comments; read with their test calls."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.addon_orders import (
    LINK,
    Comment,
    Order,
    State,
    StepRow,
    next_step,
    unknown_order,
)
from pbx.domain.addons import Item
from pbx.domain.cents import euros
from pbx.domain.hooks import HookKind
from pbx.domain.letters import Letter
from pbx.domain.test_calls import TestCall
from pbx.services.addon_ports import Changed, Decide, OrderFile, OrderFilter
from pbx.store.addon_tables import (
    addon_comments,
    addon_orders,
    addon_steps,
    addon_uploads,
)
from pbx.store.audit import write_change
from pbx.store.charge_tables import charges
from pbx.store.charges import write_charge
from pbx.store.engine import Engine
from pbx.store.going_live_tables import test_calls
from pbx.store.hooks import write_event
from pbx.store.letter_tables import letters as letter_rows
from pbx.store.paging import decode_cursor, encode_cursor
from pbx.store.types import Str, Utc
from pbx.store.uninterrupted import uninterrupted

_ORDER = tuple(f.name for f in fields(Order))
_STEP = tuple(f.name for f in fields(StepRow))
CHARGE_KEY = "addon:"
"""The key of an order's charge; the order's id follows."""


@uninterrupted
class SqlAddonOrders:
    """`AddonOrders` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def book(
        self,
        order: Order,
        steps: Sequence[StepRow],
        letters: Callable[[Order], Sequence[Letter]],
    ) -> tuple[OrderFile, bool]:
        values = _values(order, steps)
        del values["number"]
        row = self._engine.insert(addon_orders).values(values)
        once = row.on_conflict_do_nothing(index_elements=["customer_id", "key"])
        c = addon_orders.c
        known = select(c.id).where(c.customer_id == order.customer_id, c.key == order.key)
        async with self._engine.write() as conn:
            number = (await conn.execute(once.returning(c.number))).scalar()
            if number is None:
                same = (await conn.execute(known)).scalar()
                return await _only(conn, str(same)), False
            order = replace(order, number=number)
            await _search(conn, order)
            await _put_steps(self._engine, conn, order, steps)
            if order.upload_id:
                taken = update(addon_uploads).where(addon_uploads.c.id == order.upload_id)
                await conn.execute(taken.values(order_id=order.id))
            await _keep(conn, letters(order))
            by, at = order.booked_by, order.booked_at
            await write_change(conn, "addon.booked", order.id, by=by, at=at, after=_told(order))
            data = _event(order, steps)
            await write_event(conn, HookKind.ADDON_BOOKED, order.id, data, at=at)
            return await _only(conn, order.id), True

    async def get(self, order_id: str) -> OrderFile | None:
        query = select(addon_orders).where(addon_orders.c.id == order_id)
        async with self._engine.read() as conn:
            found = await _files(conn, (await conn.execute(query)).mappings().all(), whole=True)
        return found[0] if found else None

    async def find(
        self, which: OrderFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[OrderFile], str | None]:
        c = addon_orders.c
        query = select(addon_orders).where(*_conditions(which))
        if cursor is not None:
            at, row_id = decode_cursor(cursor)
            behind = tuple_(literal(at, Utc()), literal(row_id, Str()))
            query = query.where(tuple_(c.booked_at, c.id) < behind)
        query = query.order_by(c.booked_at.desc(), c.id.desc()).limit(limit + 1)
        async with self._engine.read() as conn:
            rows = (await conn.execute(query)).mappings().all()
            page = await _files(conn, rows[:limit])
        if len(rows) <= limit or not page:
            return page, None
        last = page[-1].order
        return page, encode_cursor(last.booked_at, last.id)

    async def change(self, order_id: str, decide: Decide, by: str, at: datetime) -> OrderFile:
        async with self._engine.write() as conn:
            return await change_order(self._engine, conn, order_id, decide, by, at)

    async def open_ones(self) -> Sequence[OrderFile]:
        c = addon_orders.c
        query = select(addon_orders).where(c.state == State.OPEN).order_by(c.booked_at, c.id)
        async with self._engine.read() as conn:
            return await _files(conn, (await conn.execute(query)).mappings().all())


# ------------------------------------------------------------------ writing


async def change_order(
    engine: Engine, conn: AsyncConnection, order_id: str, decide: Decide, by: str, at: datetime
) -> OrderFile:
    """As `AddonOrders.change`, in the transaction of `conn`."""
    query = select(addon_orders).where(addon_orders.c.id == order_id).with_for_update()
    rows = (await conn.execute(query)).mappings().all()
    if not rows:
        raise unknown_order()
    before = (await _files(conn, rows, whole=True))[0]
    changed = decide(before)
    if changed is None:
        return before
    await _write(engine, conn, before, changed, by, at)
    return await _only(conn, order_id)


async def _write(
    engine: Engine,
    conn: AsyncConnection,
    before: OrderFile,
    changed: Changed,
    by: str,
    at: datetime,
) -> None:
    order = changed.order
    values = _values(order, changed.steps)
    change = update(addon_orders).where(addon_orders.c.id == order.id)
    await conn.execute(change.values(values))
    if changed.steps != before.steps:
        await _put_steps(engine, conn, order, changed.steps)
    if changed.comment:
        await conn.execute(insert(addon_comments).values(asdict(changed.comment)))
    await _keep(conn, changed.letters)
    if changed.charge:
        await write_charge(conn, changed.charge)
    if _event(order, changed.steps) != _event(before.order, before.steps):
        data = _event(order, changed.steps)
        await write_event(conn, HookKind.ADDON_CHANGED, order.id, data, at=at)
    told = {"comment": changed.comment.text} if changed.comment else {}
    await write_change(
        conn,
        changed.action,
        order.id,
        by=by,
        at=at,
        before={**_told(before.order), **_told_steps(before.steps)},
        after={**_told(order), **_told_steps(changed.steps), **told},
    )


async def _put_steps(
    engine: Engine, conn: AsyncConnection, order: Order, steps: Sequence[StepRow]
) -> None:
    for position, row in enumerate(steps):
        values = {"order_id": order.id, "position": position, **asdict(row)}
        await conn.execute(engine.upsert(addon_steps, values))


async def _search(conn: AsyncConnection, order: Order) -> None:
    change = update(addon_orders).where(addon_orders.c.id == order.id)
    await conn.execute(change.values(search=_search_text(order)))


async def _keep(conn: AsyncConnection, letters: Sequence[Letter]) -> None:
    if letters:
        await conn.execute(insert(letter_rows), [asdict(each) for each in letters])


def _values(order: Order, steps: Sequence[StepRow]) -> dict[str, Any]:
    values = {name: getattr(order, name) for name in _ORDER}
    values["items"] = json.dumps([[item.name, item.cents] for item in order.items])
    step = next_step(steps) if order.state is State.OPEN else None
    return {**values, "next_step": step, "search": _search_text(order)}


def _search_text(order: Order) -> str:
    told = (order.label, order.customer, order.contact, order.email, order.did, order.own_number)
    return searching.search_text([each for each in told if each])


def _event(order: Order, steps: Sequence[StepRow]) -> dict[str, Any]:
    """What other programs are told."""
    step = next_step(steps)
    return {
        "order": order.id,
        "number": order.label,
        "kind": order.kind.value,
        "state": order.state.value,
        "customer_id": order.customer_id,
        "customer": order.customer,
        "option": order.option.value,
        "greeting": order.greeting.value,
        "total": euros(order.total),
        "active": order.activated_at is not None,
        "next_step": step.value if step else None,
    }


def _told(order: Order) -> dict[str, Any]:
    """What the audit log keeps: the silence's marks and the key say nothing to anybody."""
    unsaid = ("id", "key", "items", "answered_at", "reminded_at", "escalated_at", "upload_id")
    told = {n: v for n, v in asdict(order).items() if n not in unsaid and v not in (None, "")}
    return {**told, "amount_cents": order.total}


def _told_steps(steps: Sequence[StepRow]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for row in steps:
        told[f"step_{row.step.value.replace('-', '_')}"] = row.state.value
        told |= {f"{row.step.value}_owner": row.owner_id} if row.owner_id else {}
        told |= {f"{row.step.value}_due": row.due_on.isoformat()} if row.due_on else {}
        told |= {f"{row.step.value}_reason": row.reason} if row.reason else {}
    return told


# ------------------------------------------------------------------ reading


def _conditions(which: OrderFilter) -> list[ColumnElement[bool]]:
    c = addon_orders.c
    pairs = (
        (c.state, which.state),
        (c.next_step, which.step),
        (c.kind, which.kind),
        (c.customer_id, which.customer_id),
        (c.owner_id, which.owner_id),
    )
    found = [column == value for column, value in pairs if value is not None]
    if which.unowned:
        found.append(c.owner_id.is_(None))
    if which.by_link:
        found.append(c.booked_by.startswith(LINK, autoescape=True))
    terms = searching.terms(which.query)
    return found + [c.search.contains(term, autoescape=True) for term in terms]


async def _only(conn: AsyncConnection, order_id: str) -> OrderFile:
    query = select(addon_orders).where(addon_orders.c.id == order_id)
    return (await _files(conn, (await conn.execute(query)).mappings().all(), whole=True))[0]


async def _files(
    conn: AsyncConnection, rows: Sequence[Mapping[Any, Any]], *, whole: bool = False
) -> list[OrderFile]:
    """The orders of `rows`, in their order; `whole`: with comments and charge."""
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    steps = await _grouped(conn, addon_steps, ids, "position")
    tests = await _grouped(conn, test_calls, ids, "at")
    comments = await _grouped(conn, addon_comments, ids, "at") if whole else {}
    keys = [CHARGE_KEY + each for each in ids] if whole else []
    paid = select(charges.c.key).where(charges.c.key.in_(keys))
    charged = set((await conn.execute(paid)).scalars()) if keys else set()
    return [
        OrderFile(
            order=_order(row),
            steps=tuple(StepRow(**{n: s[n] for n in _STEP}) for s in steps.get(row["id"], ())),
            comments=tuple(Comment(**each) for each in comments.get(row["id"], ())),
            test_calls=tuple(TestCall(**each) for each in reversed(tests.get(row["id"], []))),
            charged=CHARGE_KEY + row["id"] in charged,
        )
        for row in rows
    ]


async def _grouped(
    conn: AsyncConnection, table: Any, ids: Collection[str], order: str
) -> dict[str, list[Mapping[Any, Any]]]:
    c = table.c
    second = c.step if "step" in c else c.id
    query = select(table).where(c.order_id.in_(ids)).order_by(c.order_id, c[order], second)
    rows = (await conn.execute(query)).mappings().all()
    return {key: list(group) for key, group in groupby(rows, lambda row: str(row["order_id"]))}


def _order(row: Mapping[Any, Any]) -> Order:
    values = {name: row[name] for name in _ORDER}
    items = tuple(Item(name, amount) for name, amount in json.loads(row["items"]))
    return Order(**{**values, "items": items})
