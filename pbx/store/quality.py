"""What browsers measured of their calls."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from pbx.domain.desk import Quality
from pbx.store.desk_tables import call_quality
from pbx.store.engine import Engine
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlQuality:
    """`QualityStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def put(self, quality: Quality) -> None:
        async with self._engine.write() as conn:
            await conn.execute(self._engine.upsert(call_quality, asdict(quality)))

    async def mos(self, call_ids: Collection[str]) -> Mapping[tuple[str, str], float]:
        c = call_quality.c
        query = select(c.call_id, c.user_id, c.mos).where(c.call_id.in_(call_ids))
        async with self._engine.read() as conn:
            return {(row.call_id, row.user_id): row.mos for row in await conn.execute(query)}

    async def of_call(self, call_id: str) -> Sequence[Quality]:
        c = call_quality.c
        query = select(call_quality).where(c.call_id == call_id).order_by(c.user_id)
        async with self._engine.read() as conn:
            return [Quality(**row) for row in (await conn.execute(query)).mappings()]

    async def since(self, user_id: str, at: datetime) -> Sequence[Quality]:
        c = call_quality.c
        query = (
            select(call_quality).where(c.user_id == user_id, c.at >= at).order_by(c.at, c.call_id)
        )
        async with self._engine.read() as conn:
            return [Quality(**row) for row in (await conn.execute(query)).mappings()]
