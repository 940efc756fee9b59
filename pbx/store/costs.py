"""The calls that cost something, with what their cost depends on."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from pbx.domain.costing import ChargedCall
from pbx.domain.records import Direction
from pbx.services.ports import CallFilter
from pbx.services.tariff_ports import TaskFacts
from pbx.store.engine import Engine
from pbx.store.history import conditions
from pbx.store.tables import calls, tasks
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlCostLog:
    """`CostLog` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def charged(self, which: CallFilter, most: int) -> Sequence[ChargedCall]:
        c = calls.c
        query = (
            select(
                c.id,
                c.user_id,
                c.task,
                c.number,
                c.country,
                c.number_type,
                c.caller_id,
                c.offered_at,
                c.answered_at,
                c.talk_ms,
            )
            .where(
                c.direction == Direction.OUTBOUND,
                c.answered_at.is_not(None),
                c.ended_at.is_not(None),
                c.number.startswith("+", autoescape=True),
                *conditions(which),
            )
            .order_by(c.offered_at, c.id)
            .limit(most + 1)
        )
        async with self._engine.read() as conn:
            return [
                ChargedCall(
                    row.id,
                    row.user_id or "",
                    row.task or "",
                    row.number,
                    row.country or "",
                    row.number_type.value if row.number_type else "",
                    row.caller_id or "",
                    row.offered_at,
                    row.answered_at,
                    row.talk_ms,
                )
                for row in await conn.execute(query)
            ]

    async def task_facts(self) -> Mapping[str, TaskFacts]:
        c = tasks.c
        query = select(c.external_id, c.title, c.customer, c.own)
        async with self._engine.read() as conn:
            return {
                row.external_id: TaskFacts(row.title, row.customer, row.own)
                for row in await conn.execute(query)
            }
