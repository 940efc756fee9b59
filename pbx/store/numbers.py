"""Our numbers and the countries that may be called, in the directory."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import Country, Number
from pbx.errors import NotFound
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.people import unknown_user
from pbx.store.tables import (
    countries,
    country_changes,
    number_assignments,
    numbers,
    users,
)
from pbx.store.uninterrupted import uninterrupted


def unknown_number() -> NotFound:
    return NotFound(
        "unknown-number",
        "Diese Nummer gehört nicht zu unserer Anlage.",
        "This number is not one of ours.",
    )


@uninterrupted
class Numbers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def numbers(self) -> Sequence[Number]:
        """All of ours, by number."""
        async with self._engine.read() as conn:
            rows = await conn.execute(select(numbers).order_by(numbers.c.e164))
            return [Number(**row) for row in rows.mappings()]

    async def number(self, e164: str) -> Number | None:
        async with self._engine.read() as conn:
            rows = await conn.execute(select(numbers).where(numbers.c.e164 == e164))
            row = rows.mappings().first()
        return None if row is None else Number(**row)

    async def put_number(self, number: Number) -> bool:
        """Create or replace; True where it is new.

        Whose number it is counts only when it is new: later on only `assign` changes that,
        so that a form opened before a reassignment does not undo it.
        """
        statement = self._engine.upsert(numbers, asdict(number), keep=["user_id"])
        async with self._engine.write() as conn:
            known = select(numbers.c.e164).where(numbers.c.e164 == number.e164)
            before = (await conn.execute(known)).first()
            await conn.execute(statement)
        return before is None

    async def assign(self, e164: str, user_id: str | None, by: str, at: datetime) -> Number:
        """Give the number to a user or to nobody, and write that down.

        Raises:
            NotFound: `unknown-number`, `unknown-user`.
        """
        query = select(numbers).where(numbers.c.e164 == e164).with_for_update()
        async with self._engine.write() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                raise unknown_number()
            if user_id is not None:
                person = select(users.c.id).where(users.c.id == user_id)
                if (await conn.execute(person)).first() is None:
                    raise unknown_user()
            await conn.execute(
                update(numbers).where(numbers.c.e164 == e164).values(user_id=user_id)
            )
            await conn.execute(
                insert(number_assignments).values(e164=e164, user_id=user_id, by=by, at=at)
            )
            await write_change(
                conn,
                "number.assigned",
                e164,
                by=by,
                at=at,
                before={"user_id": row["user_id"]},
                after={"user_id": user_id},
            )
        return replace(Number(**row), user_id=user_id)

    async def countries(self) -> Sequence[Country]:
        """All known ones, by code."""
        async with self._engine.read() as conn:
            rows = await conn.execute(select(countries).order_by(countries.c.code))
            return [Country(**row) for row in rows.mappings()]

    async def country(self, code: str) -> Country | None:
        async with self._engine.read() as conn:
            rows = await conn.execute(select(countries).where(countries.c.code == code))
            row = rows.mappings().first()
        return None if row is None else Country(**row)

    async def put_country(self, country: Country, by: str, at: datetime) -> None:
        """Create or replace; a change is written down, a repetition is not."""
        async with self._engine.write() as conn:
            await write_country(self._engine, conn, country, by, at)


async def write_country(
    engine: Engine, conn: AsyncConnection, country: Country, by: str, at: datetime
) -> None:
    """As `Numbers.put_country`, in the transaction of `conn`."""
    query = select(countries).where(countries.c.code == country.code).with_for_update()
    row = (await conn.execute(query)).mappings().first()
    if row is not None and Country(**row) == country:
        return
    await conn.execute(engine.upsert(countries, asdict(country)))
    await conn.execute(insert(country_changes).values(**asdict(country), by=by, at=at))
    await write_change(
        conn,
        "country.changed",
        country.code,
        by=by,
        at=at,
        before=None if row is None else Country(**row),
        after=country,
    )
