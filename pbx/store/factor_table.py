"""The table of factors, for management: its history, and rows that are valid later (D3)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.metering import factor_text
from pbx.domain.records import FactorRow
from pbx.services.billing_ports import FactorsInUse
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.tables import factors, tasks
from pbx.store.tasks import factors_in_use, no_factors
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlFactorTable:
    """`FactorTable` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def all(self) -> Sequence[FactorsInUse]:
        counted = (
            select(tasks.c.factors_valid_from.label("day"), func.count().label("tasks"))
            .group_by(tasks.c.factors_valid_from)
            .subquery()
        )
        query = (
            select(factors, counted.c.tasks)
            .outerjoin(counted, counted.c.day == factors.c.valid_from)
            .order_by(factors.c.valid_from.desc())
        )
        async with self._engine.read() as conn:
            rows = (await conn.execute(query)).mappings().all()
        return [FactorsInUse(_row(row), row["tasks"] or 0) for row in rows]

    async def put(self, row: FactorRow, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            before = await _locked(conn, row.valid_from)
            if before == row:
                return
            if before is not None and await _is_used(conn, row.valid_from):
                raise factors_in_use()
            await conn.execute(self._engine.upsert(factors, asdict(row)))
            await write_change(
                conn,
                "factors.changed" if before else "factors.added",
                row.valid_from.isoformat(),
                by=by,
                at=at,
                before=_told(before) if before else None,
                after=_told(row),
            )

    async def remove(self, valid_from: date, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            before = await _locked(conn, valid_from)
            if before is None:
                raise no_factors()
            if await _is_used(conn, valid_from):
                raise factors_in_use()
            await conn.execute(delete(factors).where(factors.c.valid_from == valid_from))
            await write_change(
                conn,
                "factors.removed",
                valid_from.isoformat(),
                by=by,
                at=at,
                before=_told(before),
            )


async def _locked(conn: AsyncConnection, valid_from: date) -> FactorRow | None:
    query = select(factors).where(factors.c.valid_from == valid_from).with_for_update()
    row = (await conn.execute(query)).mappings().first()
    return None if row is None else _row(row)


async def _is_used(conn: AsyncConnection, valid_from: date) -> bool:
    query = select(func.count()).where(tasks.c.factors_valid_from == valid_from)
    return bool((await conn.execute(query)).scalar())


def _row(row: Any) -> FactorRow:
    return FactorRow(**{column.name: row[column.name] for column in factors.columns})


def _told(row: FactorRow) -> dict[str, str]:
    """Factors as people write them."""
    told = {k: factor_text(v) for k, v in asdict(row).items() if isinstance(v, int)}
    return {"valid_from": row.valid_from.isoformat(), **told}
