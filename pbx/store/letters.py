"""Letters on their way."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from pbx.domain.letters import SECRET_KINDS, Letter
from pbx.domain.records import OutboxState
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.letter_tables import letters
from pbx.store.uninterrupted import uninterrupted

SETTLED = (OutboxState.ACCEPTED, OutboxState.BOUNCED)


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
            .where(letters.c.id == letter.id, letters.c.state.not_in(SETTLED))
            .values({name: getattr(letter, name) for name in told})
        )
        async with self._engine.write() as conn:
            await conn.execute(statement)

    async def bounced(
        self, message_ids: Sequence[str], words: str, *, by: str, at: datetime
    ) -> Letter | None:
        c = letters.c
        found = select(letters).where(
            c.message_id.in_(list(message_ids)), c.state != OutboxState.BOUNCED
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(found.with_for_update())).mappings().first()
            if row is None:
                return None
            was = Letter(**row)
            text = "" if was.kind in SECRET_KINDS else was.text
            letter = replace(was, state=OutboxState.BOUNCED, smtp_reply=words, text=text)
            told = {"state": letter.state, "smtp_reply": words, "text": text}
            await conn.execute(update(letters).where(c.id == letter.id).values(told))
            await write_change(
                conn,
                "letter.bounced",
                ", ".join(letter.recipients),
                by=by,
                at=at,
                before={"state": was.state, "words": None},
                after={"state": letter.state, "words": words},
            )
        return letter

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
