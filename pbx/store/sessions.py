"""Browser sessions and API tokens, known by the hash of their secret."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select

from pbx.domain.records import User
from pbx.store.engine import Engine
from pbx.store.people import user_of
from pbx.store.tables import api_tokens, sessions, users
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlSessions:
    """`Sessions` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def open(self, token_hash: str, user_id: str, expires_at: datetime) -> None:
        async with self._engine.write() as conn:
            await conn.execute(
                insert(sessions).values(
                    token_hash=token_hash, user_id=user_id, expires_at=expires_at
                )
            )

    async def user_of(self, token_hash: str, now: datetime) -> User | None:
        """The active user of a session that has not expired."""
        return await self._user(
            select(users)
            .join(sessions, sessions.c.user_id == users.c.id)
            .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now)
        )

    async def close(self, token_hash: str) -> None:
        """End a session; one that is not there has ended already."""
        async with self._engine.write() as conn:
            await conn.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    async def close_all(self, user_id: str) -> None:
        """End every session of this user; API tokens stay."""
        async with self._engine.write() as conn:
            await conn.execute(delete(sessions).where(sessions.c.user_id == user_id))

    async def remove_expired(self, now: datetime) -> int:
        """Forget the sessions that ended by time; how many."""
        async with self._engine.write() as conn:
            gone = await conn.execute(delete(sessions).where(sessions.c.expires_at <= now))
        return gone.rowcount

    async def add_api_token(self, token_hash: str, user_id: str, name: str) -> None:
        """Accept a token; the same token again may get another user or name."""
        values = {"token_hash": token_hash, "user_id": user_id, "name": name}
        async with self._engine.write() as conn:
            await conn.execute(self._engine.upsert(api_tokens, values))

    async def user_of_api_token(self, token_hash: str) -> User | None:
        """The active user whom the token acts for."""
        return await self._user(
            select(users)
            .join(api_tokens, api_tokens.c.user_id == users.c.id)
            .where(api_tokens.c.token_hash == token_hash)
        )

    async def _user(self, query: Select[Any]) -> User | None:
        async with self._engine.read() as conn:
            row = (await conn.execute(query.where(users.c.active))).mappings().first()
        return None if row is None else user_of(row)
