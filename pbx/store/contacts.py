"""Contacts: each person's own and the public ones."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import contacts as rules
from pbx.domain import searching
from pbx.domain.contacts import Merge
from pbx.domain.desk import Contact
from pbx.errors import Conflict
from pbx.store.desk_tables import contacts
from pbx.store.engine import Engine
from pbx.store.paging import decode_name_cursor, encode_name_cursor
from pbx.store.types import Str
from pbx.store.uninterrupted import uninterrupted

_FIELDS = tuple(f.name for f in fields(Contact))
Texts = tuple[str, str, str]
"""What a contact is found by: name, company, number ..."""
FoundBy = tuple[str, str]
"""... and how: its sorting key and its text for searching."""
BATCH = 500
"""Numbers in one query: databases limit how many values a statement may have."""


def contact_exists() -> Conflict:
    return Conflict(
        "contact-exists",
        "Diesen Kontakt mit dieser Nummer gibt es schon. Bitte den vorhandenen ändern.",
        "There is such a contact with this number already. Please change that one.",
    )


def visible_to(user_id: str) -> ColumnElement[bool]:
    return or_(contacts.c.public, contacts.c.owner_id == user_id)


def matches(query: str) -> list[ColumnElement[bool]]:
    """Conditions for contacts with all parts of `query`."""
    return [contacts.c.search.contains(t, autoescape=True) for t in searching.terms(query)]


@uninterrupted
class SqlContacts:
    """`ContactStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, contact: Contact) -> None:
        statement = self._engine.insert(contacts).values(_values(contact))
        once = statement.on_conflict_do_nothing().returning(contacts.c.id)
        async with self._engine.write() as conn:
            if (await conn.execute(once)).first() is None:
                raise contact_exists()

    async def put(self, contact: Contact) -> None:
        try:
            async with self._engine.write() as conn:
                await _replace(conn, contact)
        except IntegrityError as e:
            raise contact_exists() from e

    async def get(self, contact_id: str) -> Contact | None:
        found = await self._all(select(contacts).where(contacts.c.id == contact_id))
        return found[0] if found else None

    async def _all(self, query: Select[Any]) -> list[Contact]:
        async with self._engine.read() as conn:
            return [_contact(row) for row in (await conn.execute(query)).mappings()]

    async def remove(self, contact_id: str) -> None:
        async with self._engine.write() as conn:
            await conn.execute(delete(contacts).where(contacts.c.id == contact_id))

    async def find(
        self, user_id: str, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Contact], str | None]:
        wanted = (
            select(contacts)
            .where(visible_to(user_id), *matches(query))
            .order_by(contacts.c.name_key, contacts.c.id)
        )
        if cursor is not None:
            name, contact_id = decode_name_cursor(cursor)
            wanted = wanted.where(
                tuple_(contacts.c.name_key, contacts.c.id)
                > tuple_(literal(name, Str()), literal(contact_id, Str()))
            )
        found = await self._all(wanted.limit(limit + 1))
        page = found[:limit]
        more = len(found) > limit and page
        return page, encode_name_cursor(
            searching.fold(page[-1].name), page[-1].id
        ) if more else None

    async def by_numbers(self, user_id: str, numbers: Collection[str]) -> Mapping[str, Contact]:
        known: dict[str, Contact] = {}
        for part in _parts(sorted(set(numbers))):
            # Public ones first, so that one's own takes their place.
            query = (
                select(contacts)
                .where(visible_to(user_id), contacts.c.number.in_(part))
                .order_by(contacts.c.public.desc(), contacts.c.name_key.desc(), contacts.c.id)
            )
            known |= {contact.number: contact for contact in await self._all(query)}
        return known

    async def merge(
        self, owner_id: str, public: bool, wanted: Sequence[Contact], *, dry_run: bool
    ) -> Merge:
        scope = contacts.c.public if public else ~contacts.c.public
        mine = [scope] if public else [scope, contacts.c.owner_id == owner_id]
        # Looking at thousands of numbers takes a while; calls must go on, and other writers.
        found_by = {} if dry_run else await asyncio.to_thread(_all_found_by, wanted)
        async with self._engine.read() if dry_run else self._engine.write() as conn:
            if not (self._engine.sqlite or dry_run):
                await conn.execute(  # imports of the same contacts take turns
                    text("SELECT pg_advisory_xact_lock(hashtextextended(:scope, 1))"),
                    {"scope": "" if public else owner_id},
                )
            known: list[Contact] = []
            for part in _parts(sorted({contact.number for contact in wanted})):
                query = select(contacts).where(*mine, contacts.c.number.in_(part))
                known += [_contact(row) for row in (await conn.execute(query)).mappings()]
            plan = await asyncio.to_thread(rules.merge, known, wanted)
            if dry_run:
                return plan
            if plan.created:
                await conn.execute(insert(contacts), [_values(c, found_by) for c in plan.created])
            if plan.updated:
                changed = [_values(c, found_by) for c in plan.updated]
                await conn.execute(
                    _CHANGE, [{f"new_{k}": v for k, v in c.items()} for c in changed]
                )
        return plan


async def _replace(conn: AsyncConnection, contact: Contact) -> None:
    await conn.execute(
        contacts.update().where(contacts.c.id == contact.id).values(_values(contact))
    )


_CHANGE = (
    contacts.update()
    .where(contacts.c.id == bindparam("new_id"))
    .values({column: bindparam(f"new_{column.name}") for column in contacts.c})
)
"""One statement for thousands of changes: others wait for their turn to write meanwhile."""


def _found_by(contact: Contact) -> FoundBy:
    _, name_key = rules.key_of(contact)
    return name_key, rules.search_text(contact)


def _all_found_by(wanted: Iterable[Contact]) -> dict[Texts, FoundBy]:
    return {_texts(contact): _found_by(contact) for contact in wanted}


def _texts(contact: Contact) -> Texts:
    return contact.name, contact.company, contact.number


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[i : i + BATCH] for i in range(0, len(values), BATCH))


def _values(contact: Contact, known: Mapping[Texts, FoundBy] | None = None) -> dict[str, Any]:
    found_by = known.get(_texts(contact)) if known else None
    name_key, search = found_by or _found_by(contact)
    return {**asdict(contact), "name_key": name_key, "search": search}


def _contact(row: Mapping[Any, Any]) -> Contact:
    return Contact(**{name: row[name] for name in _FIELDS})
