"""Second factors with their recovery codes, and who is who at the company's own sign-in."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import User
from pbx.domain.sign_in import SecondFactor
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.people import user_of
from pbx.store.sign_in_tables import recovery_codes, second_factors, single_sign_ons
from pbx.store.tables import users
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlSecondFactors:
    """`SecondFactors` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, user_id: str) -> SecondFactor | None:
        left = (
            select(func.count())
            .where(recovery_codes.c.user_id == user_id)
            .scalar_subquery()
            .label("recovery_codes")
        )
        c = second_factors.c
        query = select(c.secret, c.last_step, c.since, left).where(c.user_id == user_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else SecondFactor(**row)

    async def secrets(self) -> Mapping[str, bytes]:
        async with self._engine.read() as conn:
            rows = await conn.execute(select(second_factors.c.user_id, second_factors.c.secret))
            return {row.user_id: row.secret for row in rows}

    async def replace_secret(self, user_id: str, old: bytes, new: bytes) -> None:
        c = second_factors.c
        here = (c.user_id == user_id) & (c.secret == old)
        async with self._engine.write() as conn:
            if self._engine.sqlite:
                await conn.exec_driver_sql("PRAGMA secure_delete = ON")
            await conn.execute(update(second_factors).where(here).values(secret=new))

    async def begin(self, user_id: str, secret: bytes) -> bool:
        """Set one up, in the place of an unconfirmed one; False where there is a confirmed one."""
        c = second_factors.c
        async with self._engine.write() as conn:
            unconfirmed = (c.user_id == user_id) & c.since.is_(None)
            await conn.execute(delete(second_factors).where(unconfirmed))
            values = {"user_id": user_id, "secret": secret, "last_step": 0}
            added = (
                self._engine.insert(second_factors)
                .values(values)
                .on_conflict_do_nothing()
                .returning(c.user_id)
            )
            return (await conn.execute(added)).first() is not None

    async def confirm(
        self, user: User, step: int, code_hashes: Collection[str], at: datetime
    ) -> bool:
        """From now on it counts; False where another request was quicker."""
        c = second_factors.c
        waiting = (c.user_id == user.id) & c.since.is_(None)
        statement = update(second_factors).where(waiting).values(since=at, last_step=step)
        async with self._engine.write() as conn:
            if (await conn.execute(statement)).rowcount == 0:
                return False
            await _put_codes(conn, user.id, code_hashes)
            await write_change(
                conn, "second-factor.on", user.email, by=user.id, at=at, after={"on": True}
            )
        return True

    async def use_step(self, user_id: str, step: int) -> bool:
        """Each code once: False where this step, or a later one, was used before."""
        c = second_factors.c
        fresh = (c.user_id == user_id) & (c.last_step < step)
        async with self._engine.write() as conn:
            used = await conn.execute(update(second_factors).where(fresh).values(last_step=step))
        return used.rowcount == 1

    async def use_recovery_code(self, user_id: str, code_hash: str) -> bool:
        c = recovery_codes.c
        here = (c.user_id == user_id) & (c.code_hash == code_hash)
        async with self._engine.write() as conn:
            return (await conn.execute(delete(recovery_codes).where(here))).rowcount == 1

    async def put_recovery_codes(
        self, user: User, code_hashes: Collection[str], at: datetime
    ) -> None:
        async with self._engine.write() as conn:
            await _put_codes(conn, user.id, code_hashes)
            after = {"recovery_codes": len(code_hashes)}
            await write_change(
                conn, "second-factor.new-codes", user.email, by=user.id, at=at, after=after
            )

    async def remove(self, user: User, by: str, at: datetime) -> bool:
        """Turn it off, confirmed or not; False where there was none."""
        async with self._engine.write() as conn:
            await conn.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user.id))
            here = second_factors.c.user_id == user.id
            if (await conn.execute(delete(second_factors).where(here))).rowcount == 0:
                return False
            await write_change(
                conn, "second-factor.off", user.email, by=by, at=at, before={"on": True}
            )
        return True


async def _put_codes(conn: AsyncConnection, user_id: str, code_hashes: Collection[str]) -> None:
    await conn.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    rows = [{"user_id": user_id, "code_hash": each} for each in code_hashes]
    await conn.execute(insert(recovery_codes), rows)


@uninterrupted
class SqlSingleSignOns:
    """`SingleSignOns` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def user_of(self, issuer: str, subject: str) -> User | None:
        """Whose account that is, active or not."""
        c = single_sign_ons.c
        query = (
            select(users)
            .join(single_sign_ons, c.user_id == users.c.id)
            .where(c.issuer == issuer, c.subject == subject)
        )
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else user_of(row)

    async def link(self, issuer: str, subject: str, user: User, at: datetime) -> bool:
        """From now on this subject is this user; False where they have another one there."""
        c = single_sign_ons.c
        values = {"issuer": issuer, "subject": subject, "user_id": user.id, "linked_at": at}
        theirs = select(c.subject).where(c.issuer == issuer, c.user_id == user.id)
        async with self._engine.write() as conn:
            if (await conn.execute(theirs)).first() is not None:
                return False
            added = self._engine.insert(single_sign_ons).values(values).on_conflict_do_nothing()
            if (await conn.execute(added.returning(c.subject))).first() is None:
                return False
            after = {"issuer": issuer, "subject": subject}
            await write_change(
                conn, "single-sign-on.linked", user.email, by=user.id, at=at, after=after
            )
        return True
