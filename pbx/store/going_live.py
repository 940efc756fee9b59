"""What was looked at before a number went live (F65)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.going_live import Check, Facts, Kept, Live, Point, undoes
from pbx.domain.greetings import referred
from pbx.domain.records import Number
from pbx.domain.routing import Hours, Step
from pbx.store.audit import change_row, write_changes
from pbx.store.engine import Engine
from pbx.store.going_live_tables import number_checks, number_lives
from pbx.store.greeting_tables import greeting_versions, greetings
from pbx.store.routes import schedules_of, steps_of
from pbx.store.uninterrupted import uninterrupted

MOST_NAMED = 200
"""Numbers that a query names; of more of them it is quicker to read all rows."""


@uninterrupted
class SqlGoingLive:
    """`GoingLiveStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def kept(self, numbers: Sequence[Number], at: datetime) -> Sequence[Kept]:
        async with self._engine.read() as conn:
            wanted = {number.e164 for number in numbers}
            checks, lives = await _checks(conn, wanted), await _lives(conn, wanted)
            facts = await _facts(conn, [n for n in numbers if n.e164 in checks], at)
        return [
            Kept(
                facts.get(number.e164, Facts(number)),
                checks.get(number.e164, {}),
                lives.get(number.e164),
            )
            for number in numbers
        ]

    async def whole(self, numbers: Sequence[Number], at: datetime) -> Sequence[Kept]:
        async with self._engine.read() as conn:
            wanted = {number.e164 for number in numbers}
            checks, lives = await _checks(conn, wanted), await _lives(conn, wanted)
            facts = await _facts(conn, numbers, at)
        return [Kept(facts[e], checks.get(e, {}), lives.get(e)) for e in (n.e164 for n in numbers)]

    async def confirm(self, checks: Sequence[Check], lives: Sequence[Live]) -> None:
        async with self._engine.write() as conn:
            await write_checks(self._engine, conn, checks, lives)

    async def take_back(self, e164: str, point: Point, by: str, at: datetime) -> None:
        c = number_checks.c
        async with self._engine.write() as conn:
            await _take_back(conn, by, at, c.e164 == e164, c.point == point)

    async def take_back_all(self, by: str, then: datetime, at: datetime) -> None:
        c = number_checks.c
        async with self._engine.write() as conn:
            await _take_back(conn, by, at, c.by == by, c.at == then)

    async def go_live(self, live: Live) -> None:
        async with self._engine.write() as conn:
            await _write_lives(self._engine, conn, [live])


async def write_checks(
    engine: Engine, conn: AsyncConnection, checks: Sequence[Check], lives: Sequence[Live]
) -> None:
    """As `GoingLiveStore.confirm`, in the transaction of `conn`."""
    if checks:
        upsert = engine.upserts(number_checks, ("seen", "by", "at"))
        # Always in the same order, so that two writers wait for each other only one way.
        rows = sorted(map(asdict, checks), key=lambda each: (each["e164"], each["point"]))
        await conn.execute(upsert, rows)
        told = [
            change_row("number.checked", e164, by=each[0].by, at=each[0].at, after=_points(each))
            for e164, each in _by_number(checks).items()
        ]
        await write_changes(conn, told)
    if lives:
        await _write_lives(engine, conn, lives)


async def _write_lives(engine: Engine, conn: AsyncConnection, lives: Sequence[Live]) -> None:
    insert = engine.insert(number_lives)
    once = insert.on_conflict_do_nothing(index_elements=["e164"]).returning(number_lives.c.e164)
    rows = sorted(map(asdict, lives), key=lambda each: each["e164"])
    new = set((await conn.execute(once, rows)).scalars())
    told = [
        change_row("number.live", each.e164, by=each.by, at=each.since, after={"since": each.since})
        for each in lives
        if each.e164 in new and each.since is not None
    ]
    await write_changes(conn, told)


async def _take_back(
    conn: AsyncConnection, by: str, at: datetime, *which: ColumnElement[bool]
) -> None:
    gone = delete(number_checks).where(*which).returning(*number_checks.c)
    taken = _by_number([Check(**row) for row in (await conn.execute(gone)).mappings()])
    if not taken:
        return
    lives = await _lives(conn, taken)
    undone = [
        live
        for e164, live in lives.items()
        if any(undoes(check, live) for check in taken.get(e164, ()))
    ]
    ended = delete(number_lives).where(number_lives.c.e164.in_([live.e164 for live in undone]))
    await conn.execute(ended)
    told = [
        change_row("number.unchecked", e164, by=by, at=at, before=_points(checks))
        for e164, checks in taken.items()
    ]
    told += [
        change_row("number.live-undone", live.e164, by=by, at=at, before={"since": live.since})
        for live in undone
    ]
    await write_changes(conn, told)


def _by_number(checks: Sequence[Check]) -> Mapping[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in checks:
        found.setdefault(check.e164, []).append(check)
    return found


def _points(checks: Sequence[Check]) -> dict[str, object]:
    """What the audit log says of those of one number: the point, or all of them in their order."""
    confirmed = {check.point for check in checks}
    points = [point for point in Point if point in confirmed]
    return {"point": points[0]} if len(points) == 1 else {"points": points}


# ------------------------------------------------------------------ reading


async def _checks(
    conn: AsyncConnection, wanted: Collection[str]
) -> Mapping[str, dict[Point, Check]]:
    rows = (await conn.execute(_of(number_checks, wanted))).mappings()
    found = _by_number([Check(**row) for row in rows])
    return {e164: {check.point: check for check in checks} for e164, checks in found.items()}


async def _lives(conn: AsyncConnection, wanted: Collection[str]) -> Mapping[str, Live]:
    rows = (await conn.execute(_of(number_lives, wanted))).mappings()
    return {row["e164"]: Live(**row) for row in rows}


def _of(table: Table, wanted: Collection[str]) -> Select[Any]:
    query = select(table)
    return query if len(wanted) > MOST_NAMED else query.where(table.c.e164.in_(wanted))


async def _facts(
    conn: AsyncConnection, numbers: Sequence[Number], at: datetime
) -> Mapping[str, Facts]:
    wanted = {number.e164 for number in numbers}
    steps = await steps_of(conn, None if len(wanted) > MOST_NAMED else wanted)
    named = {_schedules(steps.get(e164, ())) for e164 in wanted}
    every = await schedules_of(conn, {each for names in named for each in names})
    playing = await _playing(conn, {referred(n.greeting) or "" for n in numbers} - {""}, at)
    return {
        number.e164: Facts(
            number,
            own := steps.get(number.e164, ()),
            tuple(every[each] for each in _schedules(own) if each in every),
            playing.get(referred(number.greeting) or "", ""),
        )
        for number in numbers
    }


def _schedules(steps: Sequence[Step]) -> tuple[str, ...]:
    """Ids of those that the steps name."""
    return tuple(sorted({s.schedule_id for s in steps if s.hours is not Hours.ANY}))


async def _playing(
    conn: AsyncConnection, wanted: Collection[str], at: datetime
) -> Mapping[str, str]:
    """The version of each greeting that plays at `at`; of one in the bin none does."""
    if not wanted:
        return {}
    c = greeting_versions.c
    query = (
        select(c.greeting_id, c.id)
        .join(greetings, greetings.c.id == c.greeting_id)
        .where(c.greeting_id.in_(wanted), c.removed_at.is_(None), c.valid_from <= at)
        .where(greetings.c.removed_at.is_(None))
        .order_by(c.valid_from, c.number)
    )
    return {row.greeting_id: row.id for row in await conn.execute(query)}
