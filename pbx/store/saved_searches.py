"""The searches that people saved."""

import json
from collections.abc import Sequence

from sqlalchemy import delete, select

from pbx.services.insight_ports import SavedSearch
from pbx.store.engine import Engine
from pbx.store.insight_tables import saved_searches
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlSavedSearches:
    """`SavedSearches` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_user(self, user_id: str) -> Sequence[SavedSearch]:
        c = saved_searches.c
        query = select(saved_searches).where(c.user_id == user_id).order_by(c.name)
        async with self._engine.read() as conn:
            rows = (await conn.execute(query)).all()
        return [SavedSearch(row.name, json.loads(row.search), row.saved_at) for row in rows]

    async def put(self, user_id: str, search: SavedSearch) -> None:
        values = {
            "user_id": user_id,
            "name": search.name,
            "search": json.dumps(dict(search.search), ensure_ascii=False),
            "saved_at": search.saved_at,
        }
        async with self._engine.write() as conn:
            await conn.execute(self._engine.upsert(saved_searches, values))

    async def remove(self, user_id: str, name: str) -> None:
        c = saved_searches.c
        statement = delete(saved_searches).where(c.user_id == user_id, c.name == name)
        async with self._engine.write() as conn:
            await conn.execute(statement)
