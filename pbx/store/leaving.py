"""Somebody leaves: all that they had is handed over or ends, in one transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.inventory import Owner
from pbx.domain.leaving import Belongings, Left
from pbx.domain.people import Account, AccountState, has_left, not_left
from pbx.domain.records import Status, User
from pbx.errors import BadRequest
from pbx.store import country_requests, number_requests
from pbx.store.accounts import lock
from pbx.store.audit import write_change
from pbx.store.belongings import belongings_of, hand_over
from pbx.store.desk_tables import voicemail_readers
from pbx.store.engine import Engine
from pbx.store.numbers import write_assignment
from pbx.store.people import unknown_user, user_of
from pbx.store.people_tables import account_links
from pbx.store.tables import (
    api_tokens,
    numbers,
    push_subscriptions,
    sessions,
    users,
    voicemails,
)
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlLeaving:
    """`LeavingStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def belongings(self, user_id: str, at: datetime) -> Belongings:
        async with self._engine.read() as conn:
            found = await conn.execute(select(users).where(users.c.id == user_id))
            row = found.mappings().first()
            if row is None:
                raise unknown_user()
            return await belongings_of(conn, user_of(row), at)

    async def leave(self, user_id: str, successor_id: str | None, by: str, at: datetime) -> Left:
        """Deactivate the account; what depends on it goes to the successor, if there is one.

        Raises:
            NotFound: `unknown-user`; Refused: see `check_change`; Conflict: `has-left`,
            `last-superadmin`; BadRequest: `bad-successor`.
        """
        async with self._engine.write() as conn:
            locked = await lock(conn, by, user_id)
            before = locked.account
            if before.state is AccountState.LEFT:
                raise has_left()
            gone = replace(before.user, active=False, status=Status.OFF)
            after = replace(before, user=gone, left_at=at, numbers=())
            locked.check(after)
            successor = await _successor(conn, user_id, successor_id)
            left = await self._hand_over(conn, after, successor, by, at)
            values = {"active": False, "left_at": at, "status": Status.OFF}
            await conn.execute(update(users).where(users.c.id == user_id).values(values))
            await _tell(conn, before, left, by, at)
        return left

    async def _hand_over(
        self,
        conn: AsyncConnection,
        account: Account,
        successor: User | None,
        by: str,
        at: datetime,
    ) -> Left:
        user = account.user
        had = await belongings_of(conn, user, at)
        await _numbers(conn, user.id, successor, by, at)
        await hand_over(self._engine, conn, user, successor, by, at)
        await _messages(conn, user.id, successor)
        await country_requests.close_open_of(conn, user.id, by, at)
        await number_requests.close_open_of(conn, user.id, by, at)
        c = sessions.c
        ended = delete(sessions).where(c.user_id == user.id).returning(c.token_hash)
        hashes = (await conn.execute(ended)).scalars().all()
        t = api_tokens.c
        revoked = delete(api_tokens).where(t.user_id == user.id).returning(t.token_hash)
        tokens = (await conn.execute(revoked)).scalars().all()
        theirs = push_subscriptions.c.user_id == user.id
        browsers = await conn.execute(delete(push_subscriptions).where(theirs))
        await conn.execute(delete(account_links).where(account_links.c.user_id == user.id))
        return Left(account, successor, had, tuple(hashes), tuple(tokens), browsers.rowcount)

    async def come_back(self, user_id: str, by: str, at: datetime) -> Account:
        """The account is active again, with its password; what was handed over stays there.

        Raises:
            NotFound: `unknown-user`; Refused: see `check_change`; Conflict: `not-left`.
        """
        async with self._engine.write() as conn:
            locked = await lock(conn, by, user_id)
            before = locked.account
            if before.state is not AccountState.LEFT:
                raise not_left()
            back = replace(before.user, active=True, status=Status.AVAILABLE)
            after = replace(before, user=back, left_at=None)
            locked.check(after)
            values = {"active": True, "left_at": None, "status": Status.AVAILABLE}
            await conn.execute(update(users).where(users.c.id == user_id).values(values))
            await write_change(
                conn,
                "person.returned",
                before.user.email,
                by=by,
                at=at,
                before={"active": False, "left_at": before.left_at},
                after={"active": True, "left_at": None},
            )
        return after


async def _successor(conn: AsyncConnection, user_id: str, successor_id: str | None) -> User | None:
    if successor_id is None:
        return None
    query = select(users).where(users.c.id == successor_id).with_for_update()
    row = (await conn.execute(query)).mappings().first()
    if row is None:
        raise unknown_user()
    if not row["active"] or successor_id == user_id:
        raise BadRequest(
            "bad-successor",
            "Wer übernimmt, muss eine andere Person mit aktivem Konto sein.",
            "Whoever takes over must be another person with an active account.",
        )
    return user_of(row)


async def _numbers(
    conn: AsyncConnection, user_id: str, successor: User | None, by: str, at: datetime
) -> None:
    mine = select(numbers.c.e164).where(numbers.c.user_id == user_id).with_for_update()
    for e164 in sorted((await conn.execute(mine)).scalars()):
        await write_assignment(conn, e164, Owner(successor.id if successor else None), by, at)


async def _messages(conn: AsyncConnection, user_id: str, successor: User | None) -> None:
    """The successor hears what they could hear; without one all of it stays with management."""
    if successor is None:
        return
    c = voicemail_readers.c
    mine = update(voicemails).where(voicemails.c.user_id == user_id)
    await conn.execute(mine.values(user_id=successor.id))
    known = select(c.voicemail_id).where(c.user_id == successor.id)
    heard = select(c.voicemail_id, literal(successor.id)).where(
        c.user_id == user_id, c.voicemail_id.not_in(known)
    )
    await conn.execute(insert(voicemail_readers).from_select(["voicemail_id", "user_id"], heard))
    await conn.execute(delete(voicemail_readers).where(c.user_id == user_id))


async def _tell(conn: AsyncConnection, before: Account, left: Left, by: str, at: datetime) -> None:
    """One entry tells the whole story; numbers have their own as well."""
    await write_change(
        conn,
        "person.left",
        before.user.email,
        by=by,
        at=at,
        before={"active": True, "numbers": before.numbers, "status": before.user.status},
        after={
            "active": False,
            "numbers": (),
            "status": Status.OFF,
            "successor": left.successor.email if left.successor else None,
            "recipient_of": left.had.recipients_of,
            "steps_of": left.had.steps_of,
            "planned": left.had.planned,
            "groups": left.had.groups,
            "messages_handed_over": left.had.messages if left.successor else 0,
            "sessions_ended": len(left.sessions),
            "tokens_ended": len(left.tokens),
        },
    )
