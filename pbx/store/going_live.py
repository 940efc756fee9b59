"""What was looked at before a number went live (F65)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.going_live import Check, Facts, Kept, Live, Point, undoes
from pbx.domain.greetings import referred
from pbx.domain.records import Number
from pbx.domain.routing import Hours, Step
from pbx.store.audit import write_change
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

    async def whole(self, number: Number, at: datetime) -> Kept:
        async with self._engine.read() as conn:
            wanted = {number.e164}
            checks, lives = await _checks(conn, wanted), await _lives(conn, wanted)
            facts = await _facts(conn, [number], at)
        return Kept(facts[number.e164], checks.get(number.e164, {}), lives.get(number.e164))

    async def confirm(self, check: Check, live: Live | None) -> None:
        async with self._engine.write() as conn:
            await write_check(self._engine, conn, check, live)

    async def take_back(self, e164: str, point: Point, by: str, at: datetime) -> None:
        c = number_checks.c
        gone = delete(number_checks).where(c.e164 == e164, c.point == point)
        async with self._engine.write() as conn:
            row = (await conn.execute(gone.returning(*c))).mappings().first()
            if row is None:
                return
            await write_change(
                conn, "number.unchecked", e164, by=by, at=at, before={"point": point}
            )
            live = (await _lives(conn, {e164})).get(e164)
            if live is not None and undoes(Check(**row), live):
                await conn.execute(delete(number_lives).where(number_lives.c.e164 == e164))
                told = {"since": live.since}
                await write_change(conn, "number.live-undone", e164, by=by, at=at, before=told)

    async def go_live(self, live: Live) -> None:
        async with self._engine.write() as conn:
            await _write_live(self._engine, conn, live)


async def write_check(
    engine: Engine, conn: AsyncConnection, check: Check, live: Live | None
) -> None:
    """As `GoingLiveStore.confirm`, in the transaction of `conn`."""
    await conn.execute(engine.upsert(number_checks, asdict(check)))
    told = {"point": check.point}
    await write_change(conn, "number.checked", check.e164, by=check.by, at=check.at, after=told)
    if live is not None:
        await _write_live(engine, conn, live)


async def _write_live(engine: Engine, conn: AsyncConnection, live: Live) -> None:
    row = engine.insert(number_lives).values(asdict(live))
    once = row.on_conflict_do_nothing(index_elements=["e164"])
    done = (await conn.execute(once.returning(number_lives.c.e164))).first()
    if done is not None and live.since is not None:
        told = {"since": live.since}
        await write_change(conn, "number.live", live.e164, by=live.by, at=live.since, after=told)


# ------------------------------------------------------------------ reading


async def _checks(
    conn: AsyncConnection, wanted: Collection[str]
) -> Mapping[str, dict[Point, Check]]:
    found: dict[str, dict[Point, Check]] = {}
    for row in (await conn.execute(_of(number_checks, wanted))).mappings():
        check = Check(**row)
        found.setdefault(check.e164, {})[check.point] = check
    return found


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
