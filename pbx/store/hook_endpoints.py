"""Endpoints of webhooks, the log of their deliveries, and sending again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.hooks import (
    REPLAY_MOST,
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    HookKind,
    span_too_large,
    unknown_delivery,
    unknown_endpoint,
)
from pbx.services.hook_ports import DeliveryFilter, DeliveryLog, EndpointCounts
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.hook_tables import hook_attempts, hook_deliveries, hook_endpoints, hook_events
from pbx.store.hooks import Happened, delivery_of, event_of, event_row, joined, queued
from pbx.store.paging import newest, page_of
from pbx.store.uninterrupted import uninterrupted

_TOLD = ("url", "kinds", "active", "note")
"""What the audit log knows of an endpoint."""
PART = 500


@uninterrupted
class SqlHookEndpoints:
    """`HookEndpoints` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def all(self) -> Sequence[tuple[Endpoint, EndpointCounts]]:
        e, d = hook_endpoints.c, hook_deliveries.c
        open_ = d.state.in_([DeliveryState.WAITING, DeliveryState.FAILED])
        count = func.count().label("count")
        query = select(d.endpoint_id, d.state, count).where(open_)
        async with self._engine.read() as conn:
            rows = await conn.execute(query.group_by(d.endpoint_id, d.state))
            counts = {(row["endpoint_id"], row["state"]): row["count"] for row in rows.mappings()}
            found = await conn.execute(select(hook_endpoints).order_by(e.created_at, e.id))
            known = [Endpoint(**row) for row in found.mappings()]
        return [
            (
                each,
                EndpointCounts(
                    counts.get((each.id, DeliveryState.WAITING), 0),
                    counts.get((each.id, DeliveryState.FAILED), 0),
                ),
            )
            for each in known
        ]

    async def get(self, endpoint_id: str) -> Endpoint:
        async with self._engine.read() as conn:
            return await _get(conn, endpoint_id)

    async def add(self, endpoint: Endpoint, by: str) -> None:
        async with self._engine.write() as conn:
            await conn.execute(insert(hook_endpoints).values(asdict(endpoint)))
            await _note(conn, "added", endpoint.id, by, endpoint.created_at, after=endpoint)

    async def change(
        self, endpoint_id: str, wish: Mapping[str, Any], by: str, at: datetime
    ) -> Endpoint:
        here = hook_endpoints.c.id == endpoint_id
        async with self._engine.write() as conn:
            before = await _get(conn, endpoint_id, lock=True)
            if wish:
                await conn.execute(update(hook_endpoints).where(here).values(dict(wish)))
            after = await _get(conn, endpoint_id)
            await _note(conn, "changed", endpoint_id, by, at, before=before, after=after)
        return after

    async def remove(self, endpoint_id: str, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            before = await _get(conn, endpoint_id, lock=True)
            await conn.execute(delete(hook_endpoints).where(hook_endpoints.c.id == endpoint_id))
            await _note(conn, "removed", endpoint_id, by, at, before=before)

    async def renew(
        self, endpoint_id: str, secret: bytes, old_until: datetime, by: str, at: datetime
    ) -> Endpoint:
        here = hook_endpoints.c.id == endpoint_id
        async with self._engine.write() as conn:
            before = await _get(conn, endpoint_id, lock=True)
            new = {"secret": secret, "old_secret": before.secret, "old_until": old_until}
            await conn.execute(update(hook_endpoints).where(here).values(new))
            told = {"url": before.url, "until": old_until}
            await write_change(conn, "hook.secret-renewed", endpoint_id, by=by, at=at, after=told)
            return await _get(conn, endpoint_id)

    async def test(self, endpoint_id: str, data: Mapping[str, Any], at: datetime) -> str:
        event = event_row(Happened(HookKind.TEST, endpoint_id, data, at))
        async with self._engine.write() as conn:
            await _get(conn, endpoint_id)
            await conn.execute(insert(hook_events).values(asdict(event)))
            values = queued(event.id, endpoint_id, at)
            await conn.execute(insert(hook_deliveries).values(values))
        delivery_id: str = values["id"]
        return delivery_id

    async def deliveries(
        self, which: DeliveryFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Delivery], str | None]:
        d = hook_deliveries.c
        query = newest(joined(), d.created_at, d.id, cursor).limit(limit + 1)
        for column, value in (
            (d.endpoint_id, which.endpoint_id),
            (d.state, which.state),
            (hook_events.c.kind, which.kind),
        ):
            if value is not None:
                query = query.where(column == value)
        async with self._engine.read() as conn:
            rows = (await conn.execute(query)).mappings().all()
        page, following = page_of(
            rows, limit, lambda row: (row["delivery_created_at"], row["delivery_id"])
        )
        return [delivery_of(row) for row in page], following

    async def delivery(self, delivery_id: str) -> DeliveryLog:
        query = joined().where(hook_deliveries.c.id == delivery_id)
        c = hook_attempts.c
        tried = select(c.at, c.status, c.ms, c.error, c.reply).where(c.delivery_id == delivery_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                raise unknown_delivery()
            attempts = (await conn.execute(tried.order_by(c.id))).mappings().all()
        return DeliveryLog(delivery_of(row), event_of(row), [Attempt(**a) for a in attempts])

    async def replay(self, delivery_id: str, by: str, at: datetime) -> None:
        d = hook_deliveries.c
        here = update(hook_deliveries).where(d.id == delivery_id)
        async with self._engine.write() as conn:
            again = await conn.execute(here.values(_anew(at)).returning(d.endpoint_id))
            row = again.first()
            if row is None:
                raise unknown_delivery()
            told = {"delivery": delivery_id}
            await write_change(conn, "hook.replayed", row.endpoint_id, by=by, at=at, after=told)

    async def replay_span(
        self, endpoint_id: str, since: datetime, until: datetime, by: str, at: datetime
    ) -> int:
        e, d = hook_events.c, hook_deliveries.c
        async with self._engine.write() as conn:
            endpoint = await _get(conn, endpoint_id)
            query = (
                select(e.id)
                .where(e.kind.in_(endpoint.kinds), e.at >= since, e.at < until)
                .order_by(e.at, e.id)
                .limit(REPLAY_MOST + 1)
            )
            events = list((await conn.execute(query)).scalars())
            if len(events) > REPLAY_MOST:
                raise span_too_large()
            for begin in range(0, len(events), PART):
                part = events[begin : begin + PART]
                mine = (d.endpoint_id == endpoint_id) & d.event_id.in_(part)
                known = set((await conn.execute(select(d.event_id).where(mine))).scalars())
                await conn.execute(update(hook_deliveries).where(mine).values(_anew(at)))
                new = [queued(each, endpoint_id, at) for each in part if each not in known]
                if new:
                    await conn.execute(insert(hook_deliveries), new)
            told = {"since": since, "until": until, "events": len(events)}
            if events:
                await write_change(conn, "hook.replayed", endpoint_id, by=by, at=at, after=told)
        return len(events)


def _anew(at: datetime) -> dict[str, Any]:
    waits = {"state": DeliveryState.WAITING, "attempts": 0}
    return {**waits, "next_attempt_at": at, "settled_at": None}


async def _get(conn: AsyncConnection, endpoint_id: str, *, lock: bool = False) -> Endpoint:
    query = select(hook_endpoints).where(hook_endpoints.c.id == endpoint_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).mappings().first()
    if row is None:
        raise unknown_endpoint()
    return Endpoint(**row)


async def _note(
    conn: AsyncConnection,
    what: str,
    endpoint_id: str,
    by: str,
    at: datetime,
    *,
    before: Endpoint | None = None,
    after: Endpoint | None = None,
) -> None:
    def told(endpoint: Endpoint | None) -> dict[str, Any] | None:
        return {name: getattr(endpoint, name) for name in _TOLD} if endpoint else None

    await write_change(
        conn, f"hook.{what}", endpoint_id, by=by, at=at, before=told(before), after=told(after)
    )
