"""Numbers from a file: all rows in one transaction, in a handful of statements however many there
are, because on SQLite every other writer waits for its end, calls among them."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.inventory import (
    ASSIGNMENT,
    NOBODY,
    NumberRow,
    Owner,
    Taken,
    given,
    owner_of,
    settings_of,
    with_settings,
)
from pbx.domain.records import Number
from pbx.store.audit import change_row, write_changes
from pbx.store.engine import Engine
from pbx.store.number_tables import number_group_members, number_groups
from pbx.store.numbers import number_of, owner_exists, searched, unknown_group
from pbx.store.tables import number_assignments, numbers

PART = 500
"""Values in one list of a statement."""


@dataclass
class Known:
    """What there is before.

    Attributes:
        numbers: those of the file, by number.
        inside: names of the groups that they are in.
        groups: id and name of every group, by its folded name.
    """

    numbers: dict[str, Number] = field(default_factory=dict)
    inside: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Plan:
    """What is going to be written."""

    created: int = 0
    updated: int = 0
    settings: list[dict[str, Any]] = field(default_factory=list)
    """Rows of `numbers`, without whose they are."""
    members: dict[str, list[str]] = field(default_factory=dict)
    """Number -> ids of the groups that it is in from now on."""
    owners: dict[str, Owner] = field(default_factory=dict)
    hands: list[dict[str, Any]] = field(default_factory=list)
    """Of each number in other hands: `of`, and the columns that say so."""
    told: list[dict[str, Any] | None] = field(default_factory=list)
    """Rows of the audit log."""


async def take_rows(
    engine: Engine,
    conn: AsyncConnection,
    rows: Sequence[NumberRow],
    by: str,
    at: datetime,
    *,
    dry_run: bool,
) -> Taken:
    """As `SqlInventory.take`, in the transaction of `conn`."""
    known = await _known(conn, [row.number.e164 for row in rows])
    # The loop has calls to attend to meanwhile.
    plan = await asyncio.to_thread(_plan, rows, known, by, at)
    if not dry_run:
        await _write(engine, conn, plan, by, at)
    return Taken(plan.created, plan.updated, len(rows) - plan.created - plan.updated)


async def _known(conn: AsyncConnection, e164s: Sequence[str]) -> Known:
    found = Known()
    g, m = number_groups.c, number_group_members.c
    for row in await conn.execute(select(g.name_key, g.id, g.name)):
        found.groups[row.name_key] = (row.id, row.name)
    for part in _parts(e164s):
        query = select(numbers).where(numbers.c.e164.in_(part)).order_by(numbers.c.e164)
        for each in (await conn.execute(query.with_for_update())).mappings():
            found.numbers[each["e164"]] = number_of(each)
        inside = select(m.e164, g.name).join(number_groups, g.id == m.group_id)
        for e164, name in await conn.execute(inside.where(m.e164.in_(part))):
            found.inside.setdefault(e164, []).append(name)
    return found


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    every = sorted(values)
    return (every[begin : begin + PART] for begin in range(0, len(every), PART))


def _plan(rows: Sequence[NumberRow], known: Known, by: str, at: datetime) -> Plan:
    plan = Plan()
    for row in rows:
        before = known.numbers.get(row.number.e164)
        after = row.number if before is None else _merged(row, before)
        changed = _plan_settings(plan, row, known, before, after, by, at)
        moved = _plan_owner(plan, row, before, after, by, at)
        if before is None:
            plan.created += 1
        elif changed or moved:
            plan.updated += 1
    return plan


def _merged(row: NumberRow, before: Number) -> Number:
    said = settings_of(row.number, ())
    return with_settings(before, {name: said[name] for name in row.given})


def _plan_settings(
    plan: Plan,
    row: NumberRow,
    known: Known,
    before: Number | None,
    after: Number,
    by: str,
    at: datetime,
) -> bool:
    """Whether anything of them changes. Raises `NotFound` (`unknown-group`)."""
    e164 = after.e164
    were = known.inside.get(e164, [])
    names = were
    regrouped = row.groups is not None and _folded(row.groups) != _folded(were)
    if regrouped:
        ids, names = _groups(known, row.groups or ())
        plan.members[e164] = ids
    if before == after and not regrouped:
        return False
    plan.settings.append(searched(after))
    action = "number.added" if before is None else "number.changed"
    was = None if before is None else settings_of(before, were)
    plan.told.append(
        change_row(action, e164, by=by, at=at, before=was, after=settings_of(after, names))
    )
    return True


def _groups(known: Known, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Their ids, and their names as the groups have them."""
    keys = {searching.fold(name): name for name in names}
    for key, name in keys.items():
        if key not in known.groups:
            raise unknown_group(name)
    found = [known.groups[key] for key in keys]
    return [group_id for group_id, _ in found], [name for _, name in found]


def _folded(names: Sequence[str]) -> set[str]:
    return {searching.fold(name) for name in names}


def _plan_owner(
    plan: Plan, row: NumberRow, before: Number | None, after: Number, by: str, at: datetime
) -> bool:
    """Whether it gets into other hands. A new one that belongs to somebody was nobody's."""
    had = NOBODY if before is None else owner_of(before)
    if row.owner is None or row.owner == had:
        return False
    moved = given(after, row.owner, at)
    was: Mapping[str, Any] = {name: getattr(after, name) for name in ASSIGNMENT}
    now: Mapping[str, Any] = {name: getattr(moved, name) for name in ASSIGNMENT}
    plan.owners[after.e164] = row.owner
    plan.hands.append({"of": after.e164, **now})
    plan.told.append(change_row("number.assigned", after.e164, by=by, at=at, before=was, after=now))
    return True


async def _write(engine: Engine, conn: AsyncConnection, plan: Plan, by: str, at: datetime) -> None:
    for owner in set(plan.owners.values()):
        await owner_exists(conn, owner)
    if plan.settings:
        await conn.execute(engine.upserts(numbers, plan.settings[0], ASSIGNMENT), plan.settings)
    members = number_group_members
    for part in _parts(plan.members):
        await conn.execute(delete(members).where(members.c.e164.in_(part)))
    inside = [{"e164": e164, "group_id": one} for e164, ids in plan.members.items() for one in ids]
    if inside:
        await conn.execute(insert(members), inside)
    if plan.hands:
        await conn.execute(update(numbers).where(numbers.c.e164 == bindparam("of")), plan.hands)
        noted = [
            {"e164": e, "user_id": o.user_id, "at_head_office": o.head_office, "by": by, "at": at}
            for e, o in plan.owners.items()
        ]
        await conn.execute(insert(number_assignments), noted)
    await write_changes(conn, plan.told)
