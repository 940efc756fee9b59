"""Users of the product, in the directory."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, select, update

from pbx.domain.people import search_text
from pbx.domain.records import Status, User
from pbx.domain.rights import Role
from pbx.errors import Conflict, NotFound
from pbx.store.engine import Engine
from pbx.store.tables import users
from pbx.store.uninterrupted import uninterrupted

_FIELDS = tuple(f.name for f in fields(User))


def email_key(email: str) -> str:
    """The same for all spellings of an address; databases fold case by other rules."""
    return email.strip().casefold()


def unknown_user() -> NotFound:
    return NotFound(
        "unknown-user", "Diese Person gibt es hier nicht.", "There is no such person here."
    )


def email_taken() -> Conflict:
    return Conflict(
        "email-taken",
        "Mit dieser E-Mail-Adresse gibt es schon ein Konto.",
        "There is an account with this e-mail address already.",
    )


@uninterrupted
class People:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def user(self, user_id: str) -> User | None:
        return await self._one(select(users).where(users.c.id == user_id))

    async def user_by_email(self, email: str) -> User | None:
        return await self._one(select(users).where(users.c.email_key == email_key(email)))

    async def _one(self, query: Select[Any]) -> User | None:
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else user_of(row)

    async def users(self) -> Sequence[User]:
        """Everybody, by e-mail address."""
        async with self._engine.read() as conn:
            rows = await conn.execute(select(users).order_by(users.c.email_key))
            return [user_of(row) for row in rows.mappings()]

    async def add_user(
        self, email: str, name: str, role: Role, language: str, password_hash: str
    ) -> User:
        """Raises `Conflict` (`email-taken`) where the address is used, in any spelling."""
        at = datetime.now(UTC) if password_hash else None
        user = User(uuid4().hex, email.strip(), name, role, language, password_at=at)
        values = {field: getattr(user, field) for field in _FIELDS}
        values |= {"email_key": email_key(email), "search": search_text(name, user.email)}
        statement = (
            self._engine.insert(users)
            .values(**values, password_hash=password_hash)
            .on_conflict_do_nothing()
            .returning(users.c.id)
        )
        async with self._engine.write() as conn:
            if (await conn.execute(statement)).first() is None:
                raise email_taken()
        return user

    async def set_password(self, user_id: str, password_hash: str) -> None:
        """Raises `NotFound` (`unknown-user`)."""
        now = datetime.now(UTC)
        await self._set(user_id, password_hash=password_hash, password_at=now, invited_at=None)

    async def set_language(self, user_id: str, language: str) -> None:
        """Raises `NotFound` (`unknown-user`)."""
        await self._set(user_id, language=language)

    async def set_status(self, user_id: str, status: Status) -> None:
        """Raises `NotFound` (`unknown-user`)."""
        await self._set(user_id, status=status)

    async def _set(self, user_id: str, **values: Any) -> None:
        statement = update(users).where(users.c.id == user_id).values(**values)
        async with self._engine.write() as conn:
            if (await conn.execute(statement)).rowcount == 0:
                raise unknown_user()

    async def password_hash(self, user_id: str) -> str:
        """Raises `NotFound` (`unknown-user`)."""
        query = select(users.c.password_hash).where(users.c.id == user_id)
        async with self._engine.read() as conn:
            found: str | None = (await conn.execute(query)).scalar()
        if found is None:
            raise unknown_user()
        return found


def user_of(row: Mapping[Any, Any]) -> User:
    return User(**{name: row[name] for name in _FIELDS})
