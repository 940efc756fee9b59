"""Somebody leaves: all that they had is handed over or ends, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.inventory import Owner
from pbx.domain.people import Account, AccountState, Left, has_left, not_left
from pbx.domain.records import Status, User
from pbx.errors import BadRequest
from pbx.store.accounts import lock
from pbx.store.audit import write_change
from pbx.store.desk_tables import voicemail_readers
from pbx.store.engine import Engine
from pbx.store.numbers import write_assignment
from pbx.store.people import email_key, unknown_user, user_of
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

    async def leave(self, user_id: str, successor_id: str | None, by: str, at: datetime) -> Left:
        """Deactivate the account; its numbers and messages go to the successor, if there is one.

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
            left = await _hand_over(conn, after, successor, by, at)
            values = {"active": False, "left_at": at, "status": Status.OFF}
            await conn.execute(update(users).where(users.c.id == user_id).values(values))
            await _tell(conn, before, left, by, at)
        return left

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


async def _hand_over(
    conn: AsyncConnection, account: Account, successor: User | None, by: str, at: datetime
) -> Left:
    user_id = account.user.id
    moved = await _numbers(conn, user_id, successor, by, at)
    recipients_of = await _recipients(conn, account.user, successor, by, at)
    messages = await _messages(conn, user_id, successor)
    ended = delete(sessions).where(sessions.c.user_id == user_id).returning(sessions.c.token_hash)
    hashes = (await conn.execute(ended)).scalars().all()
    c = api_tokens.c
    revoked = delete(api_tokens).where(c.user_id == user_id).returning(c.token_hash)
    tokens = (await conn.execute(revoked)).scalars().all()
    theirs = push_subscriptions.c.user_id == user_id
    browsers = await conn.execute(delete(push_subscriptions).where(theirs))
    await conn.execute(delete(account_links).where(account_links.c.user_id == user_id))
    return Left(
        account=account,
        successor=successor,
        numbers=tuple(moved),
        recipients_of=tuple(recipients_of),
        messages=messages,
        sessions=tuple(hashes),
        tokens=tuple(tokens),
        browsers=browsers.rowcount,
    )


async def _numbers(
    conn: AsyncConnection, user_id: str, successor: User | None, by: str, at: datetime
) -> Sequence[str]:
    mine = select(numbers.c.e164).where(numbers.c.user_id == user_id).with_for_update()
    moved = sorted((await conn.execute(mine)).scalars())
    for e164 in moved:
        await write_assignment(conn, e164, Owner(successor.id if successor else None), by, at)
    return moved


async def _recipients(
    conn: AsyncConnection, user: User, successor: User | None, by: str, at: datetime
) -> Sequence[str]:
    """Numbers whose messages are mailed to somebody who has left: the successor gets them."""
    c = numbers.c
    query = select(c.e164, c.recipients).where(c.recipients != "[]").with_for_update()
    changed = []
    for e164, recipients in (await conn.execute(query)).all():
        kept = [each for each in recipients if email_key(each) != email_key(user.email)]
        if len(kept) == len(recipients):
            continue
        if successor and email_key(successor.email) not in map(email_key, kept):
            kept.append(successor.email)
        await conn.execute(update(numbers).where(c.e164 == e164).values(recipients=kept))
        change = {"before": {"recipients": recipients}, "after": {"recipients": kept}}
        await write_change(conn, "number.changed", e164, by=by, at=at, **change)
        changed.append(e164)
    return sorted(changed)


async def _messages(conn: AsyncConnection, user_id: str, successor: User | None) -> int:
    """The successor hears what they could hear; without one all of it stays with management."""
    if successor is None:
        return 0
    c = voicemail_readers.c
    mine = update(voicemails).where(voicemails.c.user_id == user_id)
    moved = await conn.execute(mine.values(user_id=successor.id))
    known = select(c.voicemail_id).where(c.user_id == successor.id)
    heard = select(c.voicemail_id, literal(successor.id)).where(
        c.user_id == user_id, c.voicemail_id.not_in(known)
    )
    await conn.execute(insert(voicemail_readers).from_select(["voicemail_id", "user_id"], heard))
    await conn.execute(delete(voicemail_readers).where(c.user_id == user_id))
    return moved.rowcount


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
            "recipient_of": left.recipients_of,
            "messages_handed_over": left.messages,
            "sessions_ended": len(left.sessions),
            "tokens_ended": len(left.tokens),
        },
    )
