"""Links that let somebody set a password, known by the hash of their token."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.account_links import AccountLink, LinkKind, link_over
from pbx.domain.records import User
from pbx.store.accounts import renew_link
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.people import user_of
from pbx.store.people_tables import account_links
from pbx.store.tables import sessions, users
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlAccountLinks:
    """`AccountLinkStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def renew(
        self, user_id: str, kind: LinkKind, token_hash: str, at: datetime, until: datetime
    ) -> None:
        """Links of the same kind that this person had are over."""
        async with self._engine.write() as conn:
            await renew_link(conn, user_id, kind, token_hash, at, until)

    async def find(self, token_hash: str, now: datetime) -> AccountLink | None:
        """The link, where it can still be used."""
        c = account_links.c
        query = (
            select(users, c.kind, c.expires_at)
            .join(account_links, c.user_id == users.c.id)
            .where(c.token_hash == token_hash, c.expires_at > now, users.c.active)
        )
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else AccountLink(row["kind"], user_of(row), row["expires_at"])

    async def use(
        self, token_hash: str, password_hash: str, at: datetime
    ) -> tuple[AccountLink, Sequence[str]]:
        """Set the password and end every session and link of this person; once only.

        Raises:
            NotFound: `link-over`.
        """
        c = account_links.c
        once = delete(account_links).where(c.token_hash == token_hash, c.expires_at > at)
        async with self._engine.write() as conn:
            taken = (await conn.execute(once.returning(c.user_id, c.kind, c.expires_at))).first()
            if taken is None:
                raise link_over()
            query = select(users).where(users.c.id == taken.user_id).with_for_update()
            row = (await conn.execute(query)).mappings().one()
            if not row["active"]:
                raise link_over()
            kind = LinkKind(taken.kind)
            joined = kind is LinkKind.INVITATION
            action = "person.joined" if joined else "person.password-reset"
            ended = await _new_password(conn, user_of(row), action, password_hash, at)
        user = user_of({**row, "password_at": at})
        return AccountLink(kind, user, taken.expires_at), ended

    async def change(
        self, user: User, password_hash: str, kept: str, at: datetime
    ) -> Sequence[str]:
        async with self._engine.write() as conn:
            action = "person.password-changed"
            return await _new_password(conn, user, action, password_hash, at, kept)


async def _new_password(
    conn: AsyncConnection, user: User, action: str, password_hash: str, at: datetime, kept: str = ""
) -> Sequence[str]:
    values = {"password_hash": password_hash, "password_at": at, "invited_at": None}
    await conn.execute(update(users).where(users.c.id == user.id).values(values))
    await conn.execute(delete(account_links).where(account_links.c.user_id == user.id))
    c = sessions.c
    others = delete(sessions).where(c.user_id == user.id, c.token_hash != kept)
    ended = (await conn.execute(others.returning(c.token_hash))).scalars().all()
    change = {"before": {"password_at": user.password_at}, "after": {"password_at": at}}
    await write_change(conn, action, user.email, by=user.id, at=at, **change)
    return ended
