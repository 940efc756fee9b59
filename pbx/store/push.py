"""Browsers that take Web Push for a user."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from pbx.domain.records import PushSubscription
from pbx.store.engine import Engine
from pbx.store.tables import push_subscriptions as table
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlPushStore:
    """`PushStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def put(self, subscription: PushSubscription, keep: int) -> None:
        """Keep it; the same endpoint again may get another user or other keys. Of a user's
        subscriptions the `keep` newest stay."""
        values = {name: getattr(subscription, name) for name in table.c.keys()}  # noqa: SIM118
        theirs = table.c.user_id == subscription.user_id
        newest = (
            select(table.c.endpoint)
            .where(theirs)
            .order_by(table.c.created_at.desc(), table.c.endpoint)
            .limit(keep)
        )
        async with self._engine.write() as conn:
            await conn.execute(self._engine.upsert(table, values))
            await conn.execute(delete(table).where(theirs, table.c.endpoint.not_in(newest)))

    async def of_user(self, user_id: str) -> Sequence[PushSubscription]:
        """Newest first."""
        query = (
            select(table)
            .where(table.c.user_id == user_id)
            .order_by(table.c.created_at.desc(), table.c.endpoint)
        )
        async with self._engine.read() as conn:
            rows = await conn.execute(query)
            return [PushSubscription(**row) for row in rows.mappings()]

    async def users(self) -> Sequence[str]:
        """Ids of those who have one."""
        async with self._engine.read() as conn:
            return list((await conn.execute(select(table.c.user_id).distinct())).scalars())

    async def remove(self, endpoint: str, user_id: str | None = None) -> None:
        """Forget it; of this user only, where given. One that is not there is gone already."""
        statement = delete(table).where(table.c.endpoint == endpoint)
        if user_id is not None:
            statement = statement.where(table.c.user_id == user_id)
        async with self._engine.write() as conn:
            await conn.execute(statement)

    async def remove_session(self, session: str) -> None:
        """Forget what this session subscribed."""
        async with self._engine.write() as conn:
            await conn.execute(delete(table).where(table.c.session == session))
