"""The mails that carry messages."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.audit import SYSTEM, Fields
from pbx.domain.records import (
    CARRIERS,
    OutboxMail,
    OutboxState,
    Voicemail,
    VoicemailState,
)
from pbx.errors import NotFound
from pbx.store.audit import write_change
from pbx.store.desk_tables import voicemail_readers
from pbx.store.engine import Engine
from pbx.store.tables import outbox, users, voicemails
from pbx.store.types import Str
from pbx.store.uninterrupted import uninterrupted

SETTLED = (OutboxState.ACCEPTED, OutboxState.BOUNCED)


def unknown_voicemail() -> NotFound:
    return NotFound(
        "unknown-voicemail", "Diese Nachricht gibt es nicht.", "There is no such message."
    )


async def admit(
    engine: Engine, conn: AsyncConnection, voicemail_id: str, user_id: str | None
) -> None:
    """Somebody may hear it; of somebody unknown nothing is written, and nothing fails:
    keeping the message comes first."""
    known = select(literal(voicemail_id, Str()), users.c.id).where(users.c.id == user_id)
    statement = engine.insert(voicemail_readers).from_select(["voicemail_id", "user_id"], known)
    await conn.execute(statement.on_conflict_do_nothing())


def _of(voicemail_id: str) -> ColumnElement[bool]:
    return voicemails.c.id == voicemail_id


@uninterrupted
class SqlOutbox:
    """The part of `VoicemailStore` that is about mails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def mails(self, voicemail_id: str) -> Sequence[OutboxMail]:
        """All mails of a message, oldest first."""
        return await self._mails(
            select(outbox)
            .where(outbox.c.voicemail_id == voicemail_id)
            .order_by(outbox.c.created_at, outbox.c.id)
        )

    async def mails_of(self, voicemail_ids: Collection[str]) -> Sequence[OutboxMail]:
        """All mails of some messages, oldest first."""
        return await self._mails(
            select(outbox)
            .where(outbox.c.voicemail_id.in_(list(voicemail_ids)))
            .order_by(outbox.c.created_at, outbox.c.id)
        )

    async def _mails(self, query: Select[Any]) -> list[OutboxMail]:
        async with self._engine.read() as conn:
            return [OutboxMail(**row) for row in (await conn.execute(query)).mappings()]

    # -------------------------------------------------------------- queueing

    async def add_mail(
        self, mail: OutboxMail, user_id: str | None, task: str | None = None
    ) -> None:
        """Queue a forwarded mail.

        Args:
            user_id: whom the message now belongs to; None: as before.
            task: what it belongs to; None: as before.

        Raises:
            NotFound: `unknown-voicemail`.
        """
        by = mail.forwarded_by or SYSTEM
        async with self._engine.write() as conn:
            message = await self._locked(conn, mail.voicemail_id)
            await conn.execute(insert(outbox).values(asdict(mail)))
            changed: dict[str, Any] = {}
            if user_id is not None:
                changed["user_id"] = user_id
                await admit(self._engine, conn, mail.voicemail_id, user_id)
            if task is not None:
                changed["task"] = task
            if changed:
                await conn.execute(update(voicemails).where(_of(mail.voicemail_id)).values(changed))
            had = {name: getattr(message, name) for name in changed}
            await self._note(
                conn, "forwarded", mail, by, {**had, "to": None}, {**changed, "to": mail.recipients}
            )

    async def send_again(self, mail: OutboxMail, by: str) -> bool:
        """Queue the recipients' mail once more; False where one waits already, or the message
        was never mailed."""
        waits = outbox.c.state == OutboxState.WAITING
        async with self._engine.write() as conn:
            message = await self._locked(conn, mail.voicemail_id)
            mine = outbox.c.voicemail_id == mail.voicemail_id
            carriers = select(outbox.c.id).where(mine, waits, outbox.c.kind.in_(CARRIERS))
            waiting = (await conn.execute(carriers)).first()
            if waiting is not None or message.state is VoicemailState.SILENT:
                return False
            await self._carry(conn, mail)
            await self._note(conn, "sent-again", mail, by, {"to": None}, {"to": mail.recipients})
        return True

    async def release(self, mail: OutboxMail, mp3: str, by: str) -> bool:
        """Mail a recording that was taken for silent; False where somebody did so already."""
        silent = voicemails.c.state == VoicemailState.SILENT
        statement = (
            update(voicemails)
            .where(_of(mail.voicemail_id), silent, voicemails.c.removed_at.is_(None))
            .values(mp3=mp3)
        )
        async with self._engine.write() as conn:
            if (await conn.execute(statement)).rowcount == 0:
                return False
            await self._carry(conn, mail)
            was, now = {"state": VoicemailState.SILENT}, {"state": VoicemailState.WAITING}
            await self._note(conn, "released", mail, by, was, now)
        return True

    async def remind(self, mail: OutboxMail, reader: str | None = None) -> bool:
        """Queue a reminder; False where somebody took the message or was reminded already."""
        c = voicemails.c
        nobody = [each.is_(None) for each in (c.claimed_by, c.done_at, c.reminded_at)]
        statement = (
            update(voicemails)
            .where(_of(mail.voicemail_id), *nobody)
            .values(reminded_at=mail.created_at)
        )
        async with self._engine.write() as conn:
            if (await conn.execute(statement)).rowcount == 0:
                return False
            await conn.execute(insert(outbox).values(asdict(mail)))
            if reader is not None:
                await admit(self._engine, conn, mail.voicemail_id, reader)
            await self._note(conn, "reminded", mail, SYSTEM, None, {"to": mail.recipients})
        return True

    async def _locked(self, conn: AsyncConnection, voicemail_id: str) -> Voicemail:
        row = await conn.execute(select(voicemails).where(_of(voicemail_id)).with_for_update())
        found = row.mappings().first()
        if found is None:
            raise unknown_voicemail()
        return Voicemail(**found)

    async def _carry(self, conn: AsyncConnection, mail: OutboxMail) -> None:
        """The message is on its way with this mail."""
        await conn.execute(insert(outbox).values(asdict(mail)))
        waiting = update(voicemails).where(_of(mail.voicemail_id))
        await conn.execute(waiting.values(state=VoicemailState.WAITING))

    @staticmethod
    async def _note(
        conn: AsyncConnection,
        what: str,
        mail: OutboxMail,
        by: str,
        before: Fields | None,
        after: Fields,
    ) -> None:
        await write_change(
            conn,
            f"voicemail.{what}",
            mail.voicemail_id,
            by=by,
            at=mail.created_at,
            before=before,
            after=after,
        )

    # -------------------------------------------------------------- delivering

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

        An accepted mail stays accepted, one that came back stays so, and the result for a
        removed message is dropped.
        """
        statement = (
            update(outbox)
            .where(outbox.c.id == mail_id, outbox.c.state.not_in(SETTLED))
            .values(
                state=state,
                attempts=attempts,
                next_attempt_at=next_attempt_at,
                smtp_reply=smtp_reply,
            )
            .returning(outbox)
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(statement)).mappings().first()
            if row is not None:
                await self._follow(conn, OutboxMail(**row))

    async def bounced(
        self, message_ids: Sequence[str], words: str, *, by: str, at: datetime
    ) -> OutboxMail | None:
        """The mail with one of these Message-IDs came back; None where there is none, or it
        is known to have come back."""
        found = outbox.c.message_id.in_(list(message_ids))
        statement = (
            update(outbox)
            .where(found, outbox.c.state != OutboxState.BOUNCED)
            .values(state=OutboxState.BOUNCED, smtp_reply=words)
            .returning(outbox)
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(statement)).mappings().first()
            if row is None:
                return None
            mail = OutboxMail(**row)
            await self._follow(conn, mail)
            await write_change(
                conn,
                "voicemail.bounced",
                mail.voicemail_id,
                by=by,
                at=at,
                after={"to": mail.recipients, "words": words},
            )
        return mail

    async def _follow(self, conn: AsyncConnection, mail: OutboxMail) -> None:
        """The message's state is that of the newest mail to its recipients."""
        if mail.kind not in CARRIERS:
            return
        newest = (
            select(outbox.c.id)
            .where(outbox.c.voicemail_id == mail.voicemail_id, outbox.c.kind.in_(CARRIERS))
            .order_by(outbox.c.created_at.desc(), outbox.c.id.desc())
            .limit(1)
        )
        if (await conn.execute(newest)).scalar() == mail.id:
            state = VoicemailState(mail.state.value)
            await conn.execute(update(voicemails).where(_of(mail.voicemail_id)).values(state=state))
