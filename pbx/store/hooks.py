"""The outbox of webhooks: written with the thing it tells of, and emptied attempt by attempt."""

import secrets
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.audit import SYSTEM
from pbx.domain.hooks import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    HookEvent,
    HookKind,
    body_of,
)
from pbx.services.hook_ports import Due
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.hook_tables import hook_attempts, hook_deliveries, hook_endpoints, hook_events
from pbx.store.uninterrupted import uninterrupted

BACK_AFTER = 3
"""An endpoint that failed so often in a row and answers again gets at once what waits for it."""
SWEEP_PART = 500


@dataclass(frozen=True, slots=True)
class Happened:
    """What an event is made from; `data` is JSON already."""

    kind: HookKind
    subject: str
    data: Mapping[str, Any]
    at: datetime


async def write_event(
    conn: AsyncConnection, kind: HookKind, subject: str, data: Mapping[str, Any], *, at: datetime
) -> None:
    """Tell all endpoints that want to know, in the transaction of `conn`.

    Once it is committed the event survives everything, and is sent until it is taken.

    Args:
        subject: what it is about: a task, a call, an order.
        data: plain JSON.
    """
    await write_events(conn, [Happened(kind, subject, data, at)])


async def write_events(conn: AsyncConnection, some: Sequence[Happened]) -> None:
    """The same for many at once.

    Where no endpoint wants a kind, none is kept. One that is switched off gets nothing by
    itself; a replay gives it what happened meanwhile.
    """
    if not some:
        return
    c = hook_endpoints.c
    known = (await conn.execute(select(c.id, c.kinds, c.active))).all()
    wanted = [each for each in some if any(each.kind in row.kinds for row in known)]
    events = [event_row(each) for each in wanted]
    if not events:
        return
    await conn.execute(insert(hook_events), [asdict(event) for event in events])
    waiting = [
        queued(event.id, row.id, event.at)
        for event in events
        for row in known
        if row.active and event.kind in row.kinds
    ]
    if waiting:
        await conn.execute(insert(hook_deliveries), waiting)


def event_row(told: Happened) -> HookEvent:
    """With an id of its own, which it keeps; ids sort in the order in which they were made."""
    event_id = f"msg_{time.time_ns():016x}{secrets.token_hex(8)}"
    body = body_of(told.kind, told.at, told.data)
    return HookEvent(event_id, told.kind, told.subject, body, told.at)


def queued(event_id: str, endpoint_id: str, at: datetime) -> dict[str, Any]:
    """A delivery that is due at once."""
    return {
        "id": uuid.uuid4().hex,
        "event_id": event_id,
        "endpoint_id": endpoint_id,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "next_attempt_at": at,
        "created_at": at,
    }


@uninterrupted
class SqlHooks:
    """`HookOutbox` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def due(self, now: datetime, besides: Iterable[str], limit: int) -> Sequence[Due]:
        """What is due at endpoints that are on, but for the endpoints `besides`; the oldest
        event first."""
        d = hook_deliveries.c
        query = (
            joined()
            .where(
                d.state == DeliveryState.WAITING,
                d.next_attempt_at <= now,
                hook_endpoints.c.active | (hook_events.c.kind == HookKind.TEST),
                d.endpoint_id.not_in(list(besides)),
            )
            .order_by(hook_events.c.at, hook_events.c.id)
            .limit(limit)
        )
        async with self._engine.read() as conn:
            rows = (await conn.execute(query)).mappings().all()
            ids = {row["delivery_endpoint_id"] for row in rows}
            found = select(hook_endpoints).where(hook_endpoints.c.id.in_(ids))
            known = {row["id"]: Endpoint(**row) for row in (await conn.execute(found)).mappings()}
        return [
            Due(delivery_of(row), event_of(row), known[row["delivery_endpoint_id"]]) for row in rows
        ]

    async def put_attempt(
        self, delivery: Delivery, attempt: Attempt, state: DeliveryState, next_at: datetime
    ) -> Endpoint | None:
        """Note an attempt and what became of the delivery; the endpoint as it is now.

        None where the endpoint or the delivery is gone, or was replayed meanwhile.
        """
        d, e = hook_deliveries.c, hook_endpoints.c
        settled = None if state is DeliveryState.WAITING else next_at
        moved = (
            update(hook_deliveries)
            .where(
                d.id == delivery.id,
                d.state == DeliveryState.WAITING,
                d.attempts == delivery.attempts,
            )
            .values(
                state=state,
                attempts=delivery.attempts + 1,
                next_attempt_at=next_at,
                settled_at=settled,
            )
        )
        here = select(hook_endpoints).where(e.id == delivery.endpoint_id)
        async with self._engine.write() as conn:
            row = (await conn.execute(here.with_for_update())).mappings().first()
            if row is None or (await conn.execute(moved)).rowcount == 0:
                return None
            tried = {"delivery_id": delivery.id, **asdict(attempt)}
            await conn.execute(insert(hook_attempts).values(tried))
            changed = update(hook_endpoints).where(e.id == delivery.endpoint_id)
            if attempt.accepted:
                fine = {"failures": 0, "failing_since": None, "alarmed_at": None}
                await conn.execute(changed.values(**fine, last_success_at=attempt.at))
                if row["failures"] >= BACK_AFTER:
                    await self._hasten(conn, delivery.endpoint_id, next_at)
            else:
                since = func.coalesce(e.failing_since, attempt.at)
                bad = {"failures": e.failures + 1, "failing_since": since}
                await conn.execute(changed.values(bad))
            if attempt.gone and row["active"]:
                await self._switch_off(conn, row, attempt.at)
            now = (await conn.execute(here)).mappings().one()
        return Endpoint(**now)

    @staticmethod
    async def _switch_off(conn: AsyncConnection, row: Mapping[Any, Any], at: datetime) -> None:
        """What waits there goes on waiting, until somebody switches it on again."""
        here = update(hook_endpoints).where(hook_endpoints.c.id == row["id"])
        await conn.execute(here.values(active=False, gone_at=at))
        told = {"active": False, "url": row["url"], "reason": "HTTP 410 Gone"}
        was = {"active": True}
        await write_change(conn, "hook.off", row["id"], by=SYSTEM, at=at, before=was, after=told)

    @staticmethod
    async def _hasten(conn: AsyncConnection, endpoint_id: str, at: datetime) -> None:
        d = hook_deliveries.c
        waiting = (d.endpoint_id == endpoint_id) & (d.state == DeliveryState.WAITING)
        sooner = case((d.next_attempt_at > at, at), else_=d.next_attempt_at)
        await conn.execute(update(hook_deliveries).where(waiting).values(next_attempt_at=sooner))

    async def alarm_once(self, endpoint_id: str, at: datetime) -> bool:
        """False where the administrators were told of this failing already."""
        e = hook_endpoints.c
        silent = (e.id == endpoint_id) & e.alarmed_at.is_(None) & e.failing_since.is_not(None)
        statement = update(hook_endpoints).where(silent).values(alarmed_at=at)
        async with self._engine.write() as conn:
            return (await conn.execute(statement)).rowcount == 1

    async def sweep(self, delivered_before: datetime, failed_before: datetime) -> int:
        """Remove what was delivered, or failed, before a time, with its attempts; then events
        that nobody waits for. Part by part, so that no call has to wait for it."""
        d, e = hook_deliveries.c, hook_events.c
        old = (d.state == DeliveryState.DELIVERED) & (d.settled_at < delivered_before)
        older = (d.state == DeliveryState.FAILED) & (d.settled_at < failed_before)
        left = exists().where(d.event_id == e.id)
        gone = 0
        for table, column, which in (
            (hook_deliveries, d.id, old | older),
            (hook_events, e.id, (e.at < delivered_before) & ~left),
        ):
            while True:
                part = select(column).where(which).limit(SWEEP_PART)
                async with self._engine.write() as conn:
                    ids = list((await conn.execute(part)).scalars())
                    await conn.execute(delete(table).where(column.in_(ids)))
                gone += len(ids)
                if len(ids) < SWEEP_PART:
                    break
        return gone


# ------------------------------------------------------------------ rows


_DELIVERY = (
    "id",
    "event_id",
    "endpoint_id",
    "state",
    "attempts",
    "next_attempt_at",
    "created_at",
    "settled_at",
)


def joined() -> Select[Any]:
    """Deliveries with their events; the columns of the deliveries are named `delivery_…`."""
    d, e = hook_deliveries.c, hook_events.c
    return (
        select(hook_events, *(d[name].label(f"delivery_{name}") for name in _DELIVERY))
        .join(hook_deliveries, d.event_id == e.id)
        .join(hook_endpoints, hook_endpoints.c.id == d.endpoint_id)
    )


def event_of(row: Mapping[Any, Any]) -> HookEvent:
    return HookEvent(row["id"], row["kind"], row["subject"], row["body"], row["at"])


def delivery_of(row: Mapping[Any, Any]) -> Delivery:
    told = {name: row[f"delivery_{name}"] for name in _DELIVERY if name != "created_at"}
    return Delivery(**told, kind=row["kind"], subject=row["subject"], happened_at=row["at"])
