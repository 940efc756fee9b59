"""Voicemail messages: kept, found, taken care of, deleted. Their mails are in `outbox`."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from pbx.domain.audit import SYSTEM
from pbx.domain.claims import Care
from pbx.domain.records import OutboxMail, OutboxState, Voicemail, VoicemailState
from pbx.domain.voicemail import Retention, Room, Show, SilentCalls, VoicemailFilter
from pbx.store.audit import write_change
from pbx.store.audit_tables import audit
from pbx.store.desk_tables import voicemail_readers
from pbx.store.engine import Engine
from pbx.store.outbox import SqlOutbox, admit
from pbx.store.paging import newest, page_of
from pbx.store.tables import outbox, voicemails
from pbx.store.uninterrupted import uninterrupted

MAIL_DID_NOT_ARRIVE = (VoicemailState.BOUNCED, VoicemailState.FAILED)
ROOM = "storage.room"
ANY = VoicemailFilter()
MOST_CALLERS = 100


def matching(which: VoicemailFilter) -> Iterable[ColumnElement[bool]]:
    """The conditions that stand for a filter."""
    c = voicemails.c
    message = c.state != VoicemailState.SILENT
    theirs = or_(c.claimed_by == which.person, c.user_id == which.person)
    if which.person is not None:
        yield theirs
    if which.did is not None:
        yield c.did == which.did
    if which.caller is not None:
        yield c.caller == which.caller
    match which.show:
        case Show.OPEN:
            yield and_(message, c.done_at.is_(None), c.removed_at.is_(None))
        case Show.MINE:
            # Somebody else may have taken what was handed to me.
            free = or_(c.claimed_by.is_(None), c.claimed_by == which.person)
            yield and_(message, c.done_at.is_(None), free)
        case Show.DONE:
            yield c.done_at.is_not(None)
        case Show.SILENT:
            yield c.state == VoicemailState.SILENT
        case Show.BOUNCED:
            yield and_(c.state.in_(MAIL_DID_NOT_ARRIVE), c.done_at.is_(None))


def _over(now: datetime, rules: Retention) -> ColumnElement[bool]:
    """The condition that stands for `kept_until(...) <= now`."""
    c = voicemails.c

    def older(column: Any, days: int) -> ColumnElement[bool]:
        return column <= now - timedelta(days=days) if days else literal(False)

    free = and_(c.done_at.is_(None), c.claimed_at.is_(None))
    silent, accepted = VoicemailState.SILENT, VoicemailState.ACCEPTED
    return or_(
        older(c.done_at, rules.done_days),
        and_(c.done_at.is_(None), older(c.claimed_at, rules.accepted_days)),
        and_(free, c.state == silent, older(c.recorded_at, rules.silent_days)),
        and_(free, c.state == accepted, older(c.recorded_at, rules.accepted_days)),
    )


@uninterrupted
class SqlVoicemailStore(SqlOutbox):
    """`VoicemailStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)

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
                await admit(self._engine, conn, voicemail.id, reader)
        return True

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
        self,
        cursor: str | None,
        limit: int,
        reader_id: str | None = None,
        which: VoicemailFilter = ANY,
    ) -> tuple[Sequence[Voicemail], str | None]:
        """Newest first, with the cursor of the next page; `reader_id`: only what they may hear.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        c = voicemails.c
        query = newest(select(voicemails), c.recorded_at, c.id, cursor).where(*matching(which))
        if reader_id is not None:
            readable = select(voicemail_readers.c.voicemail_id)
            readable = readable.where(voicemail_readers.c.user_id == reader_id)
            query = query.where(c.id.in_(readable))
        found = await self._all(query.limit(limit + 1))
        return page_of(found, limit, lambda message: (message.recorded_at, message.id))

    async def counts(self) -> dict[VoicemailState, int]:
        """How many messages are in each state; every state is there."""
        query = select(voicemails.c.state, func.count()).group_by(voicemails.c.state)
        async with self._engine.read() as conn:
            found = {state: int(n) for state, n in await conn.execute(query)}
        return {state: found.get(state, 0) for state in VoicemailState}

    async def silent_calls(self, since: datetime) -> Sequence[SilentCalls]:
        """Recordings without a message, by who called; the latest caller first."""
        c = voicemails.c
        last = func.max(c.recorded_at)
        query = (
            select(c.caller, func.count().label("count"), last.label("last_at"))
            .where(c.state == VoicemailState.SILENT, c.recorded_at >= since)
            .group_by(c.caller)
            .order_by(last.desc(), c.caller)
            .limit(MOST_CALLERS)
        )
        async with self._engine.read() as conn:
            return [SilentCalls(**row) for row in (await conn.execute(query)).mappings()]

    # -------------------------------------------------------------- who takes care

    async def take_care(
        self, message: Voicemail, care: Care, *, action: str, by: str, at: datetime
    ) -> bool:
        """Write who has a message, unless that changed since `message` was read: False."""
        c = voicemails.c
        before = asdict(message)
        unchanged = [
            c[name].is_not_distinct_from(literal(before[name], c[name].type))
            for name in ("claimed_by", "done_by", "done_at", "state")
        ]
        statement = update(voicemails).where(c.id == message.id, *unchanged).values(asdict(care))
        async with self._engine.write() as conn:
            if (await conn.execute(statement)).rowcount == 0:
                return False
            had = {name: before[name] for name in asdict(care)}
            await write_change(
                conn, action, message.id, by=by, at=at, before=had, after=asdict(care)
            )
        return True

    async def unclaimed(self, before: datetime) -> Sequence[Voicemail]:
        """Messages older than `before` that nobody took, and of which nobody was reminded."""
        c = voicemails.c
        return await self._all(
            select(voicemails)
            .where(
                c.recorded_at < before,
                c.state != VoicemailState.SILENT,
                *(each.is_(None) for each in (c.claimed_by, c.done_at, c.reminded_at)),
                c.removed_at.is_(None),
            )
            .order_by(c.recorded_at, c.id)
        )

    async def untold(self, since: datetime) -> Sequence[Voicemail]:
        """Messages of that time without a transcript."""
        c = voicemails.c
        return await self._all(
            select(voicemails)
            .where(
                c.recorded_at >= since,
                c.state != VoicemailState.SILENT,
                c.transcript == "",
                c.removed_at.is_(None),
            )
            .order_by(c.recorded_at, c.id)
        )

    async def put_transcript(self, voicemail_id: str, text: str, now: datetime) -> None:
        """Keep what was said; a first mail that waited for it waits no longer."""
        async with self._engine.write() as conn:
            await conn.execute(
                update(voicemails)
                .where(voicemails.c.id == voicemail_id, voicemails.c.removed_at.is_(None))
                .values(transcript=text)
            )
            await conn.execute(
                update(outbox)
                .where(
                    outbox.c.voicemail_id == voicemail_id,
                    outbox.c.state == OutboxState.WAITING,
                    outbox.c.attempts == 0,
                    outbox.c.next_attempt_at > now,
                )
                .values(next_attempt_at=now)
            )

    # -------------------------------------------------------------- the clock of deletion

    async def retire(self, now: datetime, rules: Retention) -> Sequence[Voicemail]:
        """End the time of all whose days are over and that no waiting mail needs."""
        c = voicemails.c
        needed = exists().where(
            outbox.c.voicemail_id == c.id, outbox.c.state == OutboxState.WAITING
        )
        statement = (
            update(voicemails)
            .where(c.removed_at.is_(None), _over(now, rules), ~needed)
            .values(removed_at=now, transcript="")
            .returning(voicemails)
        )
        async with self._engine.write() as conn:
            rows = (await conn.execute(statement)).mappings()
            over = sorted((Voicemail(**row) for row in rows), key=lambda v: (v.recorded_at, v.id))
            for message in over:
                await write_change(
                    conn, "voicemail.expired", message.id, by=SYSTEM, at=now, after={"at": now}
                )
        return over

    async def to_delete(self) -> Sequence[Voicemail]:
        """Those whose time is over and whose files may still be there."""
        c = voicemails.c
        return await self._all(
            select(voicemails)
            .where(c.removed_at.is_not(None), c.wav != "")
            .order_by(c.recorded_at, c.id)
        )

    async def deleted(self, voicemail_id: str) -> None:
        """Its files are gone; the fact that somebody called stays."""
        mine = voicemails.c.id == voicemail_id
        async with self._engine.write() as conn:
            await conn.execute(update(voicemails).where(mine).values(wav="", mp3=None))

    async def room(self) -> Room:
        """How full it was said to be the last time."""
        query = (
            select(audit.c.after)
            .where(audit.c.kind == "storage", audit.c.action == ROOM)
            .order_by(audit.c.at.desc(), audit.c.id.desc())
            .limit(1)
        )
        async with self._engine.read() as conn:
            found = (await conn.execute(query)).scalar()
        return Room(json.loads(found)["room"]) if found else Room.ENOUGH

    async def put_room(self, before: Room, now: Room, at: datetime) -> None:
        async with self._engine.write() as conn:
            await write_change(
                conn,
                ROOM,
                "recordings",
                by=SYSTEM,
                at=at,
                before={"room": before},
                after={"room": now},
            )
