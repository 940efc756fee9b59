"""Our numbers as management sees them: found, changed, handed over, undone (N9)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.audit import Change, ChangeFilter
from pbx.domain.inventory import (
    Assignment,
    Held,
    Inventory,
    NumberFilter,
    NumberRow,
    Owner,
    PlannedChange,
    PlannedState,
    Taken,
    with_settings,
)
from pbx.domain.records import Number
from pbx.errors import Conflict
from pbx.store.audit import SqlAuditLog
from pbx.store.audit_tables import audit
from pbx.store.engine import Engine
from pbx.store.going_live_tables import number_lives
from pbx.store.number_imports import take_rows
from pbx.store.number_tables import number_group_members, number_groups, planned_changes
from pbx.store.numbers import (
    locked_number,
    number_of,
    write_assignment,
    write_number,
)
from pbx.store.paging import decode_name_cursor, encode_name_cursor
from pbx.store.route_tables import routes
from pbx.store.tables import number_assignments, numbers, users
from pbx.store.types import Str
from pbx.store.uninterrupted import uninterrupted

SETTINGS_ACTIONS = ("number.added", "number.changed")
ASSIGNED = "number.assigned"
MOST_PEOPLE = 200
"""Whose names fit a query; more of them mean that it says too little."""


def newer_change() -> Conflict:
    return Conflict(
        "newer-change",
        "Seitdem wurde diese Nummer noch einmal geändert. Bitte die Seite neu laden und den"
        " neuesten Stand ansehen.",
        "This number was changed again since then. Please reload the page and look at its"
        " latest state.",
    )


def nothing_to_undo() -> Conflict:
    return Conflict(
        "nothing-to-undo",
        "Vorher gab es diese Nummer hier noch nicht: dorthin führt kein Weg zurück.",
        "Before that this number was not here: there is no way back to it.",
    )


@uninterrupted
class SqlInventory:
    """`InventoryStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._audit = SqlAuditLog(engine)

    # -------------------------------------------------------------- looking

    async def find(
        self, which: NumberFilter, cursor: str | None, limit: int | None
    ) -> tuple[Sequence[Inventory], str | None]:
        query = select(numbers).order_by(numbers.c.e164)
        if cursor is not None:
            query = query.where(numbers.c.e164 > literal(decode_name_cursor(cursor)[0], Str()))
        if limit is not None:
            query = query.limit(limit + 1)
        async with self._engine.read() as conn:
            query = query.where(*await _conditions(conn, which))
            rows = [number_of(row) for row in (await conn.execute(query)).mappings()]
            page = rows if limit is None else rows[:limit]
            found = await _with_surroundings(conn, page)
        more = len(rows) > len(page) and page
        return found, encode_name_cursor(page[-1].e164, page[-1].e164) if more else None

    async def get(self, e164: str) -> Inventory | None:
        async with self._engine.read() as conn:
            query = select(numbers).where(numbers.c.e164 == e164)
            rows = [number_of(row) for row in (await conn.execute(query)).mappings()]
            found = await _with_surroundings(conn, rows)
        return found[0] if found else None

    async def assignments(self, e164: str, limit: int) -> Sequence[Assignment]:
        """Newest first."""
        c = number_assignments.c
        query = select(number_assignments).where(c.e164 == e164)
        async with self._engine.read() as conn:
            rows = await conn.execute(query.order_by(c.at.desc(), c.id.desc()).limit(limit))
            return [
                Assignment(e164, Owner(row["user_id"], row["at_head_office"]), row["by"], row["at"])
                for row in rows.mappings()
            ]

    async def changes(self, e164: str, limit: int) -> Sequence[Change]:
        """What the audit log tells of the number, newest first."""
        found, _ = await self._audit.find(ChangeFilter(kind="number", subject=e164), None, limit)
        return found

    # -------------------------------------------------------------- changing

    async def put(
        self, number: Number, groups: Sequence[str] | None, by: str, at: datetime
    ) -> bool:
        async with self._engine.write() as conn:
            return await write_number(self._engine, conn, number, by, at, groups)

    async def assign(self, e164: str, owner: Owner, by: str, at: datetime) -> Number:
        async with self._engine.write() as conn:
            return await write_assignment(conn, e164, owner, by, at)

    async def undo(self, e164: str, change_id: str, by: str, at: datetime) -> Number:
        """Take back the newest reassignment, or the newest change of settings.

        Raises:
            NotFound: `unknown-number`; Conflict: `newer-change`, `nothing-to-undo`.
        """
        async with self._engine.write() as conn:
            number = await locked_number(conn, e164)
            change = await _newest(conn, e164, change_id)
            if change["before"] is None:
                raise nothing_to_undo()
            before: dict[str, Any] = json.loads(change["before"])
            if change["action"] == ASSIGNED:
                return await self._give_back(conn, number, before, by, at)
            groups = before.pop("groups", None)
            if groups is not None:  # those that were removed meanwhile stay so
                there = number_groups.c
                known = select(there.name).where(there.name.in_(groups))
                groups = list((await conn.execute(known)).scalars())
            restored = with_settings(number, before)
            await write_number(self._engine, conn, restored, by, at, groups)
        return restored

    @staticmethod
    async def _give_back(
        conn: AsyncConnection, number: Number, before: dict[str, Any], by: str, at: datetime
    ) -> Number:
        owner = Owner(
            before.get("user_id", number.user_id),
            before.get("at_head_office", number.at_head_office),
        )
        until = number.cool_until
        if "cool_until" in before:
            kept = before["cool_until"]
            until = None if kept is None else datetime.fromisoformat(kept)
        return await write_assignment(conn, number.e164, owner, by, at, cool_until=until, undo=True)

    async def take(
        self, rows: Sequence[NumberRow], by: str, at: datetime, *, dry_run: bool
    ) -> Taken:
        """Put and assign what the rows say, all of it or, where one of them fails, nothing.

        Raises:
            NotFound: `unknown-group`, `unknown-user`; Conflict: `user-inactive`.
        """
        async with self._engine.read() if dry_run else self._engine.write() as conn:
            return await take_rows(self._engine, conn, rows, by, at, dry_run=dry_run)


async def _newest(conn: AsyncConnection, e164: str, change_id: str) -> Mapping[Any, Any]:
    """The audit row `change_id`, where it is the newest of its sort about this number.

    Raises:
        Conflict: `newer-change`.
    """
    c = audit.c
    about = (c.kind == "number", c.subject == e164)
    for actions in ((ASSIGNED,), SETTINGS_ACTIONS):
        query = select(audit).where(*about, c.action.in_(actions)).order_by(c.id.desc()).limit(1)
        row = (await conn.execute(query)).mappings().first()
        if row is not None and str(row["id"]) == change_id:
            return row
    raise newer_change()


async def _conditions(conn: AsyncConnection, which: NumberFilter) -> list[ColumnElement[bool]]:
    c = numbers.c
    found: list[ColumnElement[bool]] = []
    if terms := searching.terms(which.query):
        people = await _people_called(conn, which.query)
        text = and_(*(c.search.contains(term, autoescape=True) for term in terms))
        found.append(or_(text, c.user_id.in_(people)) if people else text)
    if which.state is not None:
        found.append(c.state == which.state)
    if which.user_id is not None:
        found.append(c.user_id == which.user_id)
    if which.group is not None:
        members = number_group_members.c
        inside = select(members.e164).where(members.group_id == which.group)
        found.append(c.e164.in_(inside))
    if which.never_live:
        found.append(c.e164.not_in(select(number_lives.c.e164)))
    if which.e164s is not None:
        found.append(c.e164.in_(which.e164s))
    match which.held:
        case Held.PERSON:
            found.append(c.user_id.is_not(None))
        case Held.HEAD_OFFICE:
            found.append(or_(c.at_head_office, c.head_office))
        case Held.NOBODY:
            nobodys = (c.user_id.is_(None), ~c.at_head_office, ~c.head_office)
            found.append(and_(*nobodys))
    return found


async def _people_called(conn: AsyncConnection, query: str) -> list[str]:
    """Ids of those whose name or address has the words of `query` in it."""
    words = searching.fold(query)
    rows = await conn.execute(select(users.c.id, users.c.name, users.c.email))
    found = [row.id for row in rows if words in searching.search_text((row.name, row.email))]
    return found if len(found) <= MOST_PEOPLE else []


async def _with_surroundings(conn: AsyncConnection, found: Sequence[Number]) -> list[Inventory]:
    """With groups and plans, in three queries for all of them."""
    wanted = [number.e164 for number in found]
    if not wanted:
        return []
    every = len(wanted) > MOST_PEOPLE  # a whole inventory: quicker than a list of its numbers
    groups: dict[str, list[str]] = {}
    members = number_group_members.c
    query = (
        select(members.e164, number_groups.c.name)
        .join(number_groups, number_groups.c.id == members.group_id)
        .order_by(number_groups.c.name_key)
    )
    for e164, name in await conn.execute(query if every else query.where(members.e164.in_(wanted))):
        groups.setdefault(e164, []).append(name)
    plans: dict[str, list[PlannedChange]] = {}
    p = planned_changes.c
    planned = select(planned_changes).where(p.state == PlannedState.PLANNED)
    planned = planned.order_by(p.due_at, p.id)
    rows = await conn.execute(planned if every else planned.where(p.e164.in_(wanted)))
    for row in rows.mappings():
        plans.setdefault(row["e164"], []).append(planned_of(row))
    own = select(routes.c.e164)
    routed = set(
        (await conn.execute(own if every else own.where(routes.c.e164.in_(wanted)))).scalars()
    )
    return [
        Inventory(n, tuple(groups.get(n.e164, ())), tuple(plans.get(n.e164, ())), n.e164 in routed)
        for n in found
    ]


def planned_of(row: Mapping[Any, Any]) -> PlannedChange:
    return PlannedChange(
        id=row["id"],
        e164=row["e164"],
        owner=Owner(row["user_id"], row["head_office"]),
        due_at=row["due_at"],
        by=row["by"],
        created_at=row["created_at"],
        state=row["state"],
        settled_at=row["settled_at"],
    )
