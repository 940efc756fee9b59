"""Voicemail messages and the mails that carry them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import OutboxMail, OutboxState, Voicemail, VoicemailState
from pbx.errors import NotFound
from pbx.store.desk_tables import voicemail_readers
from pbx.store.engine import Engine
from pbx.store.paging import decode_cursor, encode_cursor
from pbx.store.tables import outbox, users, voicemails
from pbx.store.types import Str, Utc
from pbx.store.uninterrupted import uninterrupted


def unknown_voicemail() -> NotFound:
    return NotFound(
        "unknown-voicemail", "Diese Nachricht gibt es nicht.", "There is no such message."
    )


@uninterrupted
class SqlVoicemailStore:
    """`VoicemailStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(
        self, voicemail: Voicemail, mail: OutboxMail | None, owner_id: str | None = None
    ) -> bool:
        statement = self._engine.insert(voicemails).values(asdict(voicemail))
        once = statement.on_conflict_do_nothing().returning(voicemails.c.id)
        async with self._engine.write() as conn:
            if (await conn.execute(once)).first() is None:
                return False
            if mail is not None:
                await conn.execute(insert(outbox).values(asdict(mail)))
            for reader in {voicemail.user_id, owner_id} - {None}:
                await self._admit(conn, voicemail.id, reader)
        return True

    async def _admit(self, conn: AsyncConnection, voicemail_id: str, user_id: str | None) -> None:
        """Somebody may hear it; of somebody unknown nothing is written, and nothing fails:
        keeping the message comes first."""
        known = select(literal(voicemail_id, Str()), users.c.id).where(users.c.id == user_id)
        statement = self._engine.insert(voicemail_readers).from_select(
            ["voicemail_id", "user_id"], known
        )
        await conn.execute(statement.on_conflict_do_nothing())

    async def readers(self, voicemail_id: str) -> Collection[str]:
        c = voicemail_readers.c
        query = select(c.user_id).where(c.voicemail_id == voicemail_id)
        async with self._engine.read() as conn:
            return set((await conn.execute(query)).scalars())

    async def get(self, voicemail_id: str) -> Voicemail | None:
        return await self._one(select(voicemails).where(voicemails.c.id == voicemail_id))

    async def by_call(self, call_id: str) -> Voicemail | None:
        return await self._one(select(voicemails).where(voicemails.c.call_id == call_id))

    async def _one(self, query: Select[Any]) -> Voicemail | None:
        found = await self._all(query)
        return found[0] if found else None

    async def _all(self, query: Select[Any]) -> list[Voicemail]:
        async with self._engine.read() as conn:
            return [Voicemail(**row) for row in (await conn.execute(query)).mappings()]

    async def find(
        self, cursor: str | None, limit: int, reader_id: str | None = None
    ) -> tuple[Sequence[Voicemail], str | None]:
        """Newest first, with the cursor of the next page; `reader_id`: only what they may hear.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        query = select(voicemails).order_by(voicemails.c.recorded_at.desc(), voicemails.c.id.desc())
        if reader_id is not None:
            readable = select(voicemail_readers.c.voicemail_id)
            readable = readable.where(voicemail_readers.c.user_id == reader_id)
            query = query.where(voicemails.c.id.in_(readable))
        if cursor is not None:
            at, voicemail_id = decode_cursor(cursor)
            query = query.where(
                tuple_(voicemails.c.recorded_at, voicemails.c.id)
                < tuple_(literal(at, Utc()), literal(voicemail_id))
            )
        found = await self._all(query.limit(limit + 1))
        page = found[:limit]
        more = len(found) > limit and page
        return page, encode_cursor(page[-1].recorded_at, page[-1].id) if more else None

    async def mails(self, voicemail_id: str) -> Sequence[OutboxMail]:
        """All mails of a message, oldest first."""
        return await self._mails(
            select(outbox)
            .where(outbox.c.voicemail_id == voicemail_id)
            .order_by(outbox.c.created_at, outbox.c.id)
        )

    async def _mails(self, query: Select[Any]) -> list[OutboxMail]:
        async with self._engine.read() as conn:
            return [OutboxMail(**row) for row in (await conn.execute(query)).mappings()]

    async def add_mail(self, mail: OutboxMail, user_id: str | None) -> None:
        """Queue a further mail; `user_id`: whom the message now belongs to, None: as before.

        Raises:
            NotFound: `unknown-voicemail`.
        """
        mine = voicemails.c.id == mail.voicemail_id
        async with self._engine.write() as conn:
            known = select(voicemails.c.id).where(mine).with_for_update()
            if (await conn.execute(known)).first() is None:
                raise unknown_voicemail()
            await conn.execute(insert(outbox).values(asdict(mail)))
            if user_id is not None:
                await conn.execute(update(voicemails).where(mine).values(user_id=user_id))
                await self._admit(conn, mail.voicemail_id, user_id)

    async def due(self, now: datetime, limit: int = 10) -> Sequence[OutboxMail]:
        """Mails whose next attempt is not later than `now`, the longest due first."""
        return await self._mails(
            select(outbox)
            .where(outbox.c.state == OutboxState.WAITING, outbox.c.next_attempt_at <= now)
            .order_by(outbox.c.next_attempt_at, outbox.c.id)
            .limit(limit)
        )

    async def next_due(self) -> datetime | None:
        query = select(func.min(outbox.c.next_attempt_at)).where(
            outbox.c.state == OutboxState.WAITING
        )
        async with self._engine.read() as conn:
            found: datetime | None = (await conn.execute(query)).scalar()
        return found

    async def mail_result(
        self,
        mail_id: str,
        state: OutboxState,
        attempts: int,
        next_attempt_at: datetime,
        smtp_reply: str,
    ) -> None:
        """Write what became of an attempt; the message's own state follows its recipients' mail.

        An accepted mail stays accepted, and the result for a removed message is dropped.
        """
        statement = (
            update(outbox)
            .where(outbox.c.id == mail_id, outbox.c.state != OutboxState.ACCEPTED)
            .values(
                state=state,
                attempts=attempts,
                next_attempt_at=next_attempt_at,
                smtp_reply=smtp_reply,
            )
            .returning(outbox.c.voicemail_id, outbox.c.forwarded_by)
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(statement)).first()
            if row is not None and row.forwarded_by is None:
                await conn.execute(
                    update(voicemails)
                    .where(voicemails.c.id == row.voicemail_id)
                    .values(state=VoicemailState(state.value))
                )

    async def expired(self, before: datetime) -> Sequence[Voicemail]:
        """Silent recordings older than `before` that no waiting mail needs, oldest first."""
        needed = exists().where(
            outbox.c.voicemail_id == voicemails.c.id, outbox.c.state == OutboxState.WAITING
        )
        return await self._all(
            select(voicemails)
            .where(
                voicemails.c.state == VoicemailState.SILENT,
                voicemails.c.recorded_at < before,
                ~needed,
            )
            .order_by(voicemails.c.recorded_at, voicemails.c.id)
        )

    async def remove(self, voicemail_id: str) -> None:
        """Forget a message and its mails; one that is not there is forgotten already."""
        async with self._engine.write() as conn:
            await conn.execute(delete(voicemails).where(voicemails.c.id == voicemail_id))

    async def counts(self) -> dict[VoicemailState, int]:
        """How many messages are in each state; every state is there."""
        query = select(voicemails.c.state, func.count()).group_by(voicemails.c.state)
        async with self._engine.read() as conn:
            found = {state: int(n) for state, n in await conn.execute(query)}
        return {state: found.get(state, 0) for state in VoicemailState}
