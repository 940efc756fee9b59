"""Browser sessions and API tokens, known by the hash of their secret."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import User
from pbx.domain.sign_in import ApiToken, Scope, Scopes, Session
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.people import user_of
from pbx.store.tables import api_tokens, sessions, users
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlSessions:
    """`Sessions` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def open(self, session: Session) -> None:
        values = {c.name: getattr(session, c.name) for c in sessions.c}
        async with self._engine.write() as conn:
            await conn.execute(insert(sessions).values(values))

    async def find(self, token_hash: str, now: datetime) -> tuple[User, Session] | None:
        """The active user of a session that has not expired."""
        query = (
            select(users, *_theirs(sessions))
            .join(sessions, sessions.c.user_id == users.c.id)
            .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now)
            .where(users.c.active)
        )
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else (user_of(row), _session(row, "their_"))

    async def of_user(self, user_id: str, now: datetime) -> Sequence[Session]:
        query = select(sessions).where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
        async with self._engine.read() as conn:
            found = [_session(row) for row in (await conn.execute(query)).mappings()]
        return sorted(found, key=_latest, reverse=True)

    async def touch(self, token_hash: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            for table in (sessions, api_tokens):
                here = table.c.token_hash == token_hash
                await conn.execute(update(table).where(here).values(used_at=at))

    async def prove(self, user_id: str, token_hash: str) -> None:
        """Only this session of theirs is proven from now on; "" means none."""
        proven = sessions.c.token_hash == token_hash
        of_them = update(sessions).where(sessions.c.user_id == user_id)
        async with self._engine.write() as conn:
            await conn.execute(of_them.values(proven=proven))

    async def close(self, token_hash: str) -> None:
        """End a session; one that is not there has ended already."""
        async with self._engine.write() as conn:
            await conn.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    async def close_all(
        self, user_id: str, *, but: str = "", by: str = "", at: datetime | None = None
    ) -> Sequence[str]:
        """End every session of this user but one; API tokens stay. The hashes that ended."""
        of_them = delete(sessions).where(
            sessions.c.user_id == user_id, sessions.c.token_hash != but
        )
        async with self._engine.write() as conn:
            ended = (await conn.execute(of_them.returning(sessions.c.token_hash))).scalars().all()
            if by and at is not None and ended:
                before = {"sessions": len(ended)}
                await _note(conn, "session.ended", user_id, by=by, at=at, before=before)
        return list(ended)

    async def close_for(self, session: Session, by: str, at: datetime) -> None:
        """End somebody's session as management does: it is noted."""
        async with self._engine.write() as conn:
            here = sessions.c.token_hash == session.token_hash
            if (await conn.execute(delete(sessions).where(here))).rowcount:
                before = {"agent": session.agent, "opened_at": session.opened_at}
                await _note(conn, "session.ended", session.user_id, by=by, at=at, before=before)

    async def remove_expired(self, now: datetime) -> int:
        """Forget the sessions that ended by time; how many."""
        async with self._engine.write() as conn:
            gone = await conn.execute(delete(sessions).where(sessions.c.expires_at <= now))
        return gone.rowcount

    # ------------------------------------------------------------------ tokens

    async def add_api_token(self, token: ApiToken, by: str, at: datetime) -> None:
        """Accept a token; the same token again may get another user or name."""
        values = {c.name: getattr(token, c.name) for c in api_tokens.c}
        values["scopes"] = _text(token.scopes)
        async with self._engine.write() as conn:
            await conn.execute(self._engine.upsert(api_tokens, values))
            await _note(conn, "api-token.added", token.user_id, by=by, at=at, after=_told(token))

    async def find_api_token(self, token_hash: str, now: datetime) -> tuple[User, ApiToken] | None:
        """The token with the active user whom it acts for; not one that has expired."""
        query = (
            select(users, *_theirs(api_tokens))
            .join(api_tokens, api_tokens.c.user_id == users.c.id)
            .where(api_tokens.c.token_hash == token_hash, users.c.active)
        )
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        if row is None:
            return None
        token = _token(row, "their_")
        over = token.expires_at is not None and token.expires_at <= now
        return None if over else (user_of(row), token)

    async def api_tokens_of(self, user_id: str) -> Sequence[ApiToken]:
        """By name, also those that have expired."""
        query = select(api_tokens).where(api_tokens.c.user_id == user_id)
        query = query.order_by(api_tokens.c.name, api_tokens.c.token_hash)
        async with self._engine.read() as conn:
            return [_token(row) for row in (await conn.execute(query)).mappings()]

    async def remove_api_token(self, token: ApiToken, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            here = api_tokens.c.token_hash == token.token_hash
            if (await conn.execute(delete(api_tokens).where(here))).rowcount:
                await _note(
                    conn, "api-token.revoked", token.user_id, by=by, at=at, before=_told(token)
                )


async def _note(
    conn: AsyncConnection, action: str, user_id: str, *, by: str, at: datetime, **states: Any
) -> None:
    """The audit log's row, with the person's address as its subject."""
    email = (await conn.execute(select(users.c.email).where(users.c.id == user_id))).scalar()
    await write_change(conn, action, email or user_id, by=by, at=at, **states)


def _theirs(table: Any) -> list[Any]:
    """The table's columns, told apart from those of `users`."""
    return [column.label(f"their_{column.name}") for column in table.c]


def _session(row: Any, prefix: str = "") -> Session:
    return Session(**{c.name: row[prefix + c.name] for c in sessions.c})


def _token(row: Any, prefix: str = "") -> ApiToken:
    values = {c.name: row[prefix + c.name] for c in api_tokens.c}
    return ApiToken(**{**values, "scopes": _scopes(values["scopes"])})


def _text(scopes: Scopes | None) -> str | None:
    return None if scopes is None else " ".join(sorted(scopes))


def _scopes(text: str | None) -> Scopes | None:
    """Names that are none any more allow nothing."""
    if text is None:
        return None
    known = {scope.value for scope in Scope}
    return frozenset(Scope(name) for name in text.split() if name in known)


def _told(token: ApiToken) -> dict[str, Any]:
    return {"name": token.name, "scopes": token.scopes, "expires_at": token.expires_at}


def _latest(session: Session) -> tuple[bool, datetime]:
    return session.used_at is not None, session.used_at or session.expires_at
