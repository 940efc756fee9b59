"""Test calls of numbers, some of them made for an order, with what follows from their results."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.audit import SYSTEM
from pbx.domain.going_live import Check, Live
from pbx.domain.test_calls import TestCall, TestState, Why, failed
from pbx.services.addon_ports import Decide
from pbx.store.addon_orders import change_order
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.going_live import write_checks
from pbx.store.going_live_tables import RUNNING, test_calls
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlTestCalls:
    """`TestCallStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, call: TestCall) -> bool:
        row = self._engine.insert(test_calls).values(asdict(call))
        once = row.on_conflict_do_nothing(index_elements=["did"], index_where=RUNNING)
        async with self._engine.write() as conn:
            done = (await conn.execute(once.returning(test_calls.c.id))).first()
            if done is None:
                return False
            await _note(conn, "test-call", call, call.by, call.at, {"did": call.did})
        return True

    async def settle(
        self,
        call: TestCall,
        at: datetime,
        *,
        decide: Decide | None = None,
        check: Check | None = None,
        live: Live | None = None,
    ) -> None:
        async with self._engine.write() as conn:
            await _settle(conn, call, at)
            if decide is not None and call.order_id is not None:
                await change_order(self._engine, conn, call.order_id, decide, call.by, at)
            if check is not None:
                await write_checks(self._engine, conn, [check], [live] if live else [])

    async def get(self, call_id: str) -> TestCall | None:
        query = select(test_calls).where(test_calls.c.id == call_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else TestCall(**row)

    async def of_number(self, e164: str, limit: int) -> Sequence[TestCall]:
        c = test_calls.c
        query = select(test_calls).where(c.did == e164).order_by(c.at.desc(), c.id.desc())
        async with self._engine.read() as conn:
            rows = (await conn.execute(query.limit(limit))).mappings()
            return [TestCall(**row) for row in rows]

    async def interrupted(self, at: datetime, at_work: Collection[str] = ()) -> None:
        c = test_calls.c
        query = select(test_calls).where(c.state == TestState.RUNNING, c.id.not_in(at_work))
        async with self._engine.write() as conn:
            rows = (await conn.execute(query)).mappings().all()
            for row in rows:
                await _settle(conn, failed(TestCall(**row), Why.INTERRUPTED), at)


async def _settle(conn: AsyncConnection, call: TestCall, at: datetime) -> None:
    values = asdict(call)
    await conn.execute(update(test_calls).where(test_calls.c.id == call.id).values(values))
    told = {n: values[n] for n in ("state", "reason", "duration_ms", "match_percent")}
    await _note(conn, "tested", call, SYSTEM, at, told)


async def _note(
    conn: AsyncConnection, verb: str, call: TestCall, by: str, at: datetime, told: dict[str, object]
) -> None:
    """In the order's history, or in the number's."""
    kind, subject = ("addon", call.order_id) if call.order_id else ("number", call.did)
    await write_change(conn, f"{kind}.{verb}", subject, by=by, at=at, after=told)
