"""Our numbers and the countries that may be called, in the directory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.inventory import (
    ASSIGNMENT,
    NOBODY,
    Owner,
    given,
    owner_of,
    settings_of,
)
from pbx.domain.records import Country, Number
from pbx.errors import Conflict, NotFound
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.number_tables import number_group_members, number_groups
from pbx.store.people import unknown_user
from pbx.store.tables import (
    countries,
    country_changes,
    number_assignments,
    numbers,
    users,
)
from pbx.store.uninterrupted import uninterrupted

_FIELDS = tuple(f.name for f in fields(Number))


def unknown_number() -> NotFound:
    return NotFound(
        "unknown-number",
        "Diese Nummer gehört nicht zu unserer Anlage.",
        "This number is not one of ours.",
    )


def unknown_group(name: str) -> NotFound:
    return NotFound(
        "unknown-group",
        f"Die Gruppe „{name}“ gibt es nicht. Bitte zuerst anlegen.",
        f'There is no group "{name}". Please create it first.',
    )


def inactive_user() -> Conflict:
    return Conflict(
        "user-inactive",
        "Das Konto dieser Person ist gesperrt. Bitte eine andere Person wählen.",
        "This person's account is locked. Please choose somebody else.",
    )


def number_of(row: Mapping[Any, Any]) -> Number:
    return Number(**{name: row[name] for name in _FIELDS})


@uninterrupted
class Numbers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def numbers(self) -> Sequence[Number]:
        """All of ours, by number."""
        async with self._engine.read() as conn:
            rows = await conn.execute(select(numbers).order_by(numbers.c.e164))
            return [number_of(row) for row in rows.mappings()]

    async def number(self, e164: str) -> Number | None:
        async with self._engine.read() as conn:
            rows = await conn.execute(select(numbers).where(numbers.c.e164 == e164))
            row = rows.mappings().first()
        return None if row is None else number_of(row)

    async def put_number(self, number: Number, by: str, at: datetime) -> bool:
        """Create or replace; True where it is new.

        Whose number it is counts only when it is new: later on only `assign` changes that,
        so that a form opened before a reassignment does not undo it.
        """
        async with self._engine.write() as conn:
            return await write_number(self._engine, conn, number, by, at)

    async def assign(self, e164: str, user_id: str | None, by: str, at: datetime) -> Number:
        """Give the number to a user or to nobody, and write that down.

        Raises:
            NotFound: `unknown-number`, `unknown-user`; Conflict: `user-inactive`.
        """
        async with self._engine.write() as conn:
            return await write_assignment(conn, e164, Owner(user_id), by, at)

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

    async def add_countries(self, new: Collection[Country], by: str, at: datetime) -> None:
        """Add those that there are not, all at once; no change of management's."""
        async with self._engine.write() as conn:
            known = set((await conn.execute(select(countries.c.code))).scalars())
            rows = [asdict(country) for country in new if country.code not in known]
            if rows:
                await conn.execute(insert(countries), rows)
                changes = [{**row, "by": by, "at": at} for row in rows]
                await conn.execute(insert(country_changes), changes)


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


async def locked_number(conn: AsyncConnection, e164: str) -> Number:
    """The number, kept from others until the end of the transaction.

    Raises:
        NotFound: `unknown-number`.
    """
    query = select(numbers).where(numbers.c.e164 == e164).with_for_update()
    row = (await conn.execute(query)).mappings().first()
    if row is None:
        raise unknown_number()
    return number_of(row)


async def group_names(conn: AsyncConnection, e164: str) -> list[str]:
    query = (
        select(number_groups.c.name)
        .join(number_group_members, number_group_members.c.group_id == number_groups.c.id)
        .where(number_group_members.c.e164 == e164)
        .order_by(number_groups.c.name)
    )
    return list((await conn.execute(query)).scalars())


def searched(number: Number) -> dict[str, Any]:
    """Its row in the table, with what searches look at."""
    search = searching.search_text((number.label, number.city, number.street), number.e164)
    return {**asdict(number), "search": search}


async def write_number(
    engine: Engine,
    conn: AsyncConnection,
    number: Number,
    by: str,
    at: datetime,
    groups: Sequence[str] | None = None,
) -> bool:
    """As `Numbers.put_number`, in the transaction of `conn`.

    Args:
        groups: names of the groups that it is in from now on; None: as before.

    Raises:
        NotFound: `unknown-group`.
    """
    query = select(numbers).where(numbers.c.e164 == number.e164).with_for_update()
    row = (await conn.execute(query)).mappings().first()
    were = await group_names(conn, number.e164)
    await conn.execute(engine.upsert(numbers, searched(number), keep=ASSIGNMENT))
    if groups is not None:
        await _put_groups(conn, number.e164, groups)
    after = settings_of(number, were if groups is None else await group_names(conn, number.e164))
    if row is None:
        if owner_of(number) != NOBODY:
            await _note_owner(conn, number.e164, owner_of(number), by, at)
        await write_change(conn, "number.added", number.e164, by=by, at=at, after=after)
    else:
        before = settings_of(number_of(row), were)
        subject = number.e164
        await write_change(
            conn, "number.changed", subject, by=by, at=at, before=before, after=after
        )
    return row is None


async def _put_groups(conn: AsyncConnection, e164: str, groups: Sequence[str]) -> None:
    keys = {searching.fold(name): name for name in groups}
    query = select(number_groups.c.name_key, number_groups.c.id).where(
        number_groups.c.name_key.in_(sorted(keys))
    )
    known = {row.name_key: row.id for row in await conn.execute(query)}
    for key, name in keys.items():
        if key not in known:
            raise unknown_group(name)
    members = number_group_members
    await conn.execute(delete(members).where(members.c.e164 == e164))
    if known:
        rows = [{"group_id": group_id, "e164": e164} for group_id in known.values()]
        await conn.execute(insert(members), rows)


async def write_assignment(
    conn: AsyncConnection,
    e164: str,
    owner: Owner,
    by: str,
    at: datetime,
    *,
    planned_by: str | None = None,
    cool_until: datetime | None = None,
    undo: bool = False,
) -> Number:
    """Give the number to somebody, in the transaction of `conn`; to who has it: nothing changes.

    Args:
        planned_by: who planned it, where its time has come; that person is in the history.
        undo: back to what was before, together with `cool_until`.

    Raises:
        NotFound: `unknown-number`, `unknown-user`; Conflict: `user-inactive`.
    """
    number = await locked_number(conn, e164)
    await owner_exists(conn, owner)
    if owner_of(number) == owner:
        return number
    after = given(number, owner, at)
    if undo:
        after = replace(after, cool_until=cool_until)
    changed = {name: getattr(after, name) for name in ASSIGNMENT}
    before = {name: getattr(number, name) for name in ASSIGNMENT}
    await conn.execute(update(numbers).where(numbers.c.e164 == e164).values(changed))
    await _note_owner(conn, e164, owner, planned_by or by, at)
    told = changed if planned_by is None else {**changed, "planned_by": planned_by}
    await write_change(conn, "number.assigned", e164, by=by, at=at, before=before, after=told)
    return after


async def owner_exists(conn: AsyncConnection, owner: Owner) -> None:
    """Raises `NotFound` (`unknown-user`), `Conflict` (`user-inactive`)."""
    if owner.user_id is None:
        return
    person = select(users.c.active).where(users.c.id == owner.user_id)
    found = (await conn.execute(person)).first()
    if found is None:
        raise unknown_user()
    if not found.active:
        raise inactive_user()


async def _note_owner(
    conn: AsyncConnection, e164: str, owner: Owner, by: str, at: datetime
) -> None:
    await conn.execute(
        insert(number_assignments).values(
            e164=e164, user_id=owner.user_id, at_head_office=owner.head_office, by=by, at=at
        )
    )
