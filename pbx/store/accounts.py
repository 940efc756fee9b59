"""Accounts for management: finding, inviting, changing them. Who may is checked in the
transaction that changes, on rows that are locked: two at once cannot undo each other's check.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.account_links import LinkKind
from pbx.domain.people import (
    Account,
    AccountFilter,
    AccountState,
    Wish,
    check_change,
    check_superadmins,
    not_invited,
    search_text,
)
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.store.audit import write_change
from pbx.store.audit_tables import audit
from pbx.store.engine import Engine
from pbx.store.paging import decode_name_cursor, encode_name_cursor
from pbx.store.people import email_key, email_taken, unknown_user, user_of
from pbx.store.people_tables import account_links
from pbx.store.tables import numbers, users
from pbx.store.types import Str
from pbx.store.uninterrupted import uninterrupted

_LINK_UNTIL = (
    select(func.max(account_links.c.expires_at))
    .where(account_links.c.user_id == users.c.id, account_links.c.kind == LinkKind.INVITATION)
    .scalar_subquery()
    .label("link_until")
)


@uninterrupted
class SqlAccounts:
    """`AccountStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def find(
        self, which: AccountFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Account], str | None]:
        c = users.c
        query = select(users, _LINK_UNTIL).where(*_conditions(which)).order_by(c.search, c.id)
        if cursor is not None:
            name, user_id = decode_name_cursor(cursor)
            query = query.where(
                tuple_(c.search, c.id) > tuple_(literal(name, Str()), literal(user_id, Str()))
            )
        async with self._engine.read() as conn:
            rows = list((await conn.execute(query.limit(limit + 1))).mappings())
            page = await _with_numbers(conn, rows[:limit])
        if len(rows) <= limit or not page:
            return page, None
        return page, encode_name_cursor(rows[limit - 1]["search"], page[-1].user.id)

    async def get(self, user_id: str) -> Account | None:
        async with self._engine.read() as conn:
            query = select(users, _LINK_UNTIL).where(users.c.id == user_id)
            rows = list((await conn.execute(query)).mappings())
            found = await _with_numbers(conn, rows)
        return found[0] if found else None

    async def seats(self) -> tuple[int, Sequence[tuple[datetime, int]]]:
        """See `domain.seats`; told by the audit log, which has every coming and going."""
        change = case((audit.c.action == "person.left", -1), else_=1)
        came_or_went = ("person.invited", "person.left", "person.returned")
        told = (
            select(audit.c.at, change)
            .where(audit.c.kind == "person", audit.c.action.in_(came_or_went))
            .order_by(audit.c.id)
        )
        there = select(func.count()).select_from(users).where(users.c.left_at.is_(None))
        async with self._engine.read() as conn:
            now = (await conn.execute(there)).scalar_one()
            return now, [(row[0], row[1]) for row in await conn.execute(told)]

    async def invite(
        self, account: Account, token_hash: str, until: datetime, by: str, at: datetime
    ) -> Account:
        """Add an account that is waiting for its person.

        Raises:
            Conflict: `email-taken`; Refused: see `check_change`.
        """
        async with self._engine.write() as conn:
            locked = await lock(conn, by, account.user.id)
            check_change(locked.by, None, account)
            await add_account(self._engine, conn, account, by, at)
            await renew_link(conn, account.user.id, LinkKind.INVITATION, token_hash, at, until)
        return replace(account, link_until=until)

    async def change(self, user_id: str, wish: Wish, by: str, at: datetime) -> Account:
        """Raises `NotFound`, `Conflict` (`email-taken`, `last-superadmin`), `Refused`."""
        async with self._engine.write() as conn:
            locked = await lock(conn, by, user_id)
            before = locked.account
            after = wish.applied(before)
            locked.check(after)
            await write_account(conn, before, after, by, at)
        return after

    async def invited_again(
        self, user_id: str, token_hash: str, until: datetime, by: str, at: datetime
    ) -> Account:
        """A new link for somebody who has not come yet; the old one is over.

        Raises:
            NotFound; Refused: see `check_change`; Conflict: `not-invited`.
        """
        async with self._engine.write() as conn:
            locked = await lock(conn, by, user_id)
            before = locked.account
            locked.check(before)
            if before.state is not AccountState.INVITED:
                raise not_invited()
            await conn.execute(update(users).where(users.c.id == user_id).values(invited_at=at))
            await renew_link(conn, user_id, LinkKind.INVITATION, token_hash, at, until)
            await write_change(
                conn,
                "person.invited-again",
                before.user.email,
                by=by,
                at=at,
                before={"invited_at": before.invited_at},
                after={"invited_at": at},
            )
        return replace(before, invited_at=at, link_until=until)

    async def may_reset(self, user_id: str, by: str) -> Account:
        """The account, where `by` may let its person choose a new password; else raises as
        `change` does."""
        async with self._engine.read() as conn:
            rows = (
                await conn.execute(select(users).where(users.c.id.in_((by, user_id))))
            ).mappings()
            known = {row["id"]: row for row in rows}
        if user_id not in known:
            raise unknown_user()
        account = account_of(known[user_id])
        check_change(user_of(known[by]) if by in known else None, account, account)
        return account


class Locked:
    """Who asks, whose account it is, and all superadmins, locked until the transaction ends."""

    def __init__(self, by: User | None, account: Account | None, superadmins: list[Account]):
        self.by = by
        self._account = account
        self._superadmins = superadmins

    @property
    def account(self) -> Account:
        """Raises `NotFound` (`unknown-user`)."""
        if self._account is None:
            raise unknown_user()
        return self._account

    def check(self, after: Account) -> None:
        """Raises what `check_change` and `check_superadmins` raise."""
        check_change(self.by, self.account, after)
        others = [each for each in self._superadmins if each.user.id != after.user.id]
        check_superadmins(self.account, after, others)


async def lock(conn: AsyncConnection, by: str, user_id: str) -> Locked:
    """By id, so that two that lock the same wait for each other in the same order."""
    c = users.c
    query = (
        select(users)
        .where(or_(c.id.in_((by, user_id)), c.role == Role.SUPERADMIN))
        .order_by(c.id)
        .with_for_update()
    )
    rows = {row["id"]: row for row in (await conn.execute(query)).mappings()}
    found = rows.get(user_id)
    return Locked(
        user_of(rows[by]) if by in rows else None,
        None if found is None else (await _with_numbers(conn, [found]))[0],
        [account_of(row) for row in rows.values() if row["role"] is Role.SUPERADMIN],
    )


async def add_account(
    engine: Engine, conn: AsyncConnection, account: Account, by: str, at: datetime
) -> None:
    """Raises `Conflict` (`email-taken`)."""
    values = {**_columns(account), "id": account.user.id, "active": True, "password_hash": ""}
    values |= {"invited_at": account.invited_at, "status": account.user.status}
    once = engine.insert(users).values(values).on_conflict_do_nothing().returning(users.c.id)
    if (await conn.execute(once)).first() is None:
        raise email_taken()
    email = account.user.email
    await write_change(conn, "person.invited", email, by=by, at=at, after=_told(account))


async def write_account(
    conn: AsyncConnection, before: Account, after: Account, by: str, at: datetime
) -> None:
    """Raises `Conflict` (`email-taken`)."""
    if _told(before) == _told(after):
        return
    statement = update(users).where(users.c.id == after.user.id).values(_columns(after))
    try:
        async with conn.begin_nested():
            await conn.execute(statement)
    except IntegrityError as e:
        raise email_taken() from e
    if email_key(before.user.email) != email_key(after.user.email):
        # What went to the old address must open nothing any more.
        await conn.execute(delete(account_links).where(account_links.c.user_id == after.user.id))
    await write_change(
        conn,
        "person.changed",
        after.user.email,
        by=by,
        at=at,
        before=_told(before),
        after=_told(after),
    )


async def renew_link(
    conn: AsyncConnection,
    user_id: str,
    kind: LinkKind,
    token_hash: str,
    at: datetime,
    until: datetime,
) -> None:
    """The new link takes the place of those of its kind."""
    c = account_links.c
    await conn.execute(
        delete(account_links).where(
            or_(and_(c.user_id == user_id, c.kind == kind), c.expires_at <= at)
        )
    )
    values = {"token_hash": token_hash, "user_id": user_id, "kind": kind}
    await conn.execute(insert(account_links).values(**values, created_at=at, expires_at=until))


def account_of(row: Mapping[Any, Any]) -> Account:
    return Account(
        user=user_of(row),
        position=row["position"],
        responsibility=row["responsibility"],
        invited_at=row["invited_at"],
        link_until=row.get("link_until"),
        left_at=row["left_at"],
    )


async def _with_numbers(conn: AsyncConnection, rows: Sequence[Mapping[Any, Any]]) -> list[Account]:
    ids = [row["id"] for row in rows]
    query = select(numbers.c.user_id, numbers.c.e164).where(numbers.c.user_id.in_(ids))
    theirs: dict[str, list[str]] = {}
    for user_id, e164 in (await conn.execute(query.order_by(numbers.c.e164))).all() if ids else ():
        theirs.setdefault(user_id, []).append(e164)
    return [replace(account_of(r), numbers=tuple(theirs.get(r["id"], ()))) for r in rows]


def _conditions(which: AccountFilter) -> list[ColumnElement[bool]]:
    c = users.c
    found = [c.search.contains(t, autoescape=True) for t in searching.terms(which.query)]
    if which.role is not None:
        found.append(c.role == which.role)
    if which.ids is not None:
        found.append(c.id.in_(sorted(which.ids)))
    match which.state:
        case AccountState.LEFT:
            found.append(~c.active)
        case AccountState.INVITED:
            found += [c.active, c.invited_at.is_not(None)]
        case AccountState.ACTIVE:
            found += [c.active, c.invited_at.is_(None)]
    return found


def _columns(account: Account) -> dict[str, Any]:
    """Of what can be changed by hand."""
    user = account.user
    return {
        "email": user.email,
        "email_key": email_key(user.email),
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "granted": user.granted,
        "denied": user.denied,
        "position": account.position,
        "responsibility": account.responsibility,
        "search": search_text(user.name, user.email, account.position, account.responsibility),
    }


def _told(account: Account) -> dict[str, Any]:
    """What the audit log tells of an account."""
    columns = _columns(account)
    return {name: columns[name] for name in columns if name not in ("email_key", "search")}
