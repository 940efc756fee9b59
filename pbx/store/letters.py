"""Letters on their way."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from pbx.domain.letters import SECRET_KINDS, Letter
from pbx.domain.records import OutboxState
from pbx.store.engine import Engine
from pbx.store.letter_tables import letters
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlLetters:
    """`LetterStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, letter: Letter) -> None:
        async with self._engine.write() as conn:
            await conn.execute(insert(letters).values(asdict(letter)))

    async def put_result(self, letter: Letter) -> None:
        told = ["state", "attempts", "next_attempt_at", "smtp_reply"]
        if letter.state is not OutboxState.WAITING and letter.kind in SECRET_KINDS:
            letter, told = replace(letter, text=""), [*told, "text"]
        statement = (
            update(letters)
            .where(letters.c.id == letter.id, letters.c.state != OutboxState.ACCEPTED)
            .values({name: getattr(letter, name) for name in told})
        )
        async with self._engine.write() as conn:
            await conn.execute(statement)

    async def about(self, reference: str) -> Sequence[Letter]:
        c = letters.c
        return await self._all(
            select(letters)
            .where(c.reference == reference)
            .order_by(c.created_at.desc(), c.id.desc())
        )

    async def by_message_id(self, message_id: str) -> Letter | None:
        found = await self._all(select(letters).where(letters.c.message_id == message_id))
        return found[0] if found else None

    async def due(self, now: datetime, limit: int = 10) -> Sequence[Letter]:
        c = letters.c
        return await self._all(
            select(letters)
            .where(c.state == OutboxState.WAITING, c.next_attempt_at <= now)
            .order_by(c.next_attempt_at, c.id)
            .limit(limit)
        )

    async def next_due(self) -> datetime | None:
        query = select(func.min(letters.c.next_attempt_at)).where(
            letters.c.state == OutboxState.WAITING
        )
        async with self._engine.read() as conn:
            found: datetime | None = (await conn.execute(query)).scalar()
        return found

    async def _all(self, query: Select[Any]) -> list[Letter]:
        async with self._engine.read() as conn:
            return [Letter(**row) for row in (await conn.execute(query)).mappings()]
