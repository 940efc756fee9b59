"""Where calls go: steps of numbers, groups, opening hours, absences."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Table, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import Number
from pbx.domain.routing import (
    MOST_HOPS,
    Absence,
    Action,
    Group,
    Hours,
    Interval,
    Schedule,
    Step,
)
from pbx.errors import NotFound
from pbx.services.routing_ports import RouteParts
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.people import unknown_user
from pbx.store.route_tables import absences, ring_groups, routes, schedules
from pbx.store.tables import numbers, users
from pbx.store.uninterrupted import uninterrupted

T = TypeVar("T", Group, Schedule, Absence)


def unknown_group() -> NotFound:
    return NotFound("unknown-group", "Diese Gruppe gibt es nicht mehr.", "This group is gone.")


def unknown_schedule() -> NotFound:
    return NotFound(
        "unknown-schedule",
        "Diese Öffnungszeiten gibt es nicht mehr.",
        "These opening hours are gone.",
    )


def unknown_absence() -> NotFound:
    return NotFound(
        "unknown-absence", "Diese Abwesenheit gibt es nicht mehr.", "This absence is gone."
    )


@uninterrupted
class SqlRoutes:
    """`Routes` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def parts(self, e164: str, at: datetime) -> RouteParts:
        async with self._engine.read() as conn:
            steps: dict[str, tuple[Step, ...]] = {}
            ahead = {e164}
            for _ in range(MOST_HOPS + 1):
                found = await steps_of(conn, ahead - steps.keys())
                steps |= found
                ahead = targets(found.values(), Action.NUMBER)
            listed = [step for own in steps.values() for step in own]
            group_ids = targets(steps.values(), Action.GROUP)
            schedule_ids = {s.schedule_id for s in listed if s.hours is not Hours.ANY}
            return RouteParts(
                await _numbers(conn, targets(steps.values(), Action.NUMBER)),
                steps,
                {g.id: g for g in await _all(conn, ring_groups, group_ids, _group)},
                await schedules_of(conn, schedule_ids),
                await absences_of(conn, at, covering=True),
            )

    async def everything(self) -> RouteParts:
        async with self._engine.read() as conn:
            return RouteParts(
                await _numbers(conn, None),
                await steps_of(conn, None),
                {g.id: g for g in await _all(conn, ring_groups, None, _group)},
                {s.id: s for s in await _all(conn, schedules, None, _schedule)},
            )

    async def steps(self, e164: str) -> tuple[Step, ...]:
        async with self._engine.read() as conn:
            return (await steps_of(conn, {e164})).get(e164, ())

    async def put_steps(self, e164: str, steps: Sequence[Step], *, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            await write_steps(self._engine, conn, e164, steps, by, at)

    async def groups(self) -> Sequence[Group]:
        async with self._engine.read() as conn:
            return await all_groups(conn)

    async def put_group(self, group: Group, *, by: str, at: datetime) -> None:
        await self._put(ring_groups, asdict(group), _group, "group", by, at)

    async def remove_group(self, group_id: str, *, by: str, at: datetime) -> None:
        if not await self._remove(ring_groups, group_id, _group, "group", by, at):
            raise unknown_group()

    async def schedules(self) -> Sequence[Schedule]:
        async with self._engine.read() as conn:
            return await _all(conn, schedules, None, _schedule)

    async def put_schedule(self, schedule: Schedule, *, by: str, at: datetime) -> None:
        row = asdict(schedule) | {"intervals": _text(schedule.intervals)}
        await self._put(schedules, row, _schedule, "schedule", by, at)

    async def remove_schedule(self, schedule_id: str, *, by: str, at: datetime) -> None:
        if not await self._remove(schedules, schedule_id, _schedule, "schedule", by, at):
            raise unknown_schedule()

    async def absences(self, since: datetime) -> Sequence[Absence]:
        async with self._engine.read() as conn:
            return await absences_of(conn, since, covering=False)

    async def put_absence(self, absence: Absence, *, by: str, at: datetime) -> None:
        async with self._engine.read() as conn:
            person = select(users.c.id).where(users.c.id == absence.user_id)
            if (await conn.execute(person)).first() is None:
                raise unknown_user()
        await self._put(absences, asdict(absence), _absence, "absence", by, at)

    async def remove_absence(self, absence_id: str, *, by: str, at: datetime) -> None:
        if not await self._remove(absences, absence_id, _absence, "absence", by, at):
            raise unknown_absence()

    # -------------------------------------------------------------- rows with an id

    async def _put(
        self, table: Table, row: dict[str, Any], read: Any, kind: str, by: str, at: datetime
    ) -> None:
        async with self._engine.write() as conn:
            [*before] = await _all(conn, table, {row["id"]}, read)
            await conn.execute(self._engine.upsert(table, row))
            [after] = await _all(conn, table, {row["id"]}, read)
            was = before[0] if before else None
            action = f"{kind}.changed" if before else f"{kind}.added"
            await write_change(conn, action, row["id"], by=by, at=at, before=was, after=after)

    async def _remove(
        self, table: Table, row_id: str, read: Any, kind: str, by: str, at: datetime
    ) -> bool:
        async with self._engine.write() as conn:
            found = await _all(conn, table, {row_id}, read)
            if not found:
                return False
            await conn.execute(delete(table).where(table.c.id == row_id))
            await write_change(conn, f"{kind}.removed", row_id, by=by, at=at, before=found[0])
        return True


async def write_steps(
    engine: Engine,
    conn: AsyncConnection,
    e164: str,
    steps: Sequence[Step],
    by: str,
    at: datetime,
) -> None:
    """As `Routes.put_steps`, in the transaction of `conn`."""
    before = (await steps_of(conn, {e164})).get(e164, ())
    if steps:
        await conn.execute(engine.upsert(routes, {"e164": e164, "steps": _text(steps)}))
    else:
        await conn.execute(delete(routes).where(routes.c.e164 == e164))
    await write_change(
        conn,
        "route.changed",
        e164,
        by=by,
        at=at,
        before={"steps": [asdict(step) for step in before]},
        after={"steps": [asdict(step) for step in steps]},
    )


async def all_groups(conn: AsyncConnection) -> list[Group]:
    """By name."""
    return await _all(conn, ring_groups, None, _group)


async def schedules_of(conn: AsyncConnection, ids: set[str]) -> dict[str, Schedule]:
    """Those of these ids that there are."""
    return {each.id: each for each in await _all(conn, schedules, ids, _schedule)}


def targets(lists: Iterable[Sequence[Step]], action: Action) -> set[str]:
    """What the steps with this action name."""
    return {step.target for steps in lists for step in steps if step.action is action}


def _text(things: Sequence[Any]) -> str:
    return msgspec.json.encode(list(things)).decode()


async def steps_of(conn: AsyncConnection, wanted: set[str] | None) -> dict[str, tuple[Step, ...]]:
    query = select(routes)
    if wanted is not None:
        if not wanted:
            return {}
        query = query.where(routes.c.e164.in_(wanted))
    return {
        row.e164: msgspec.json.decode(row.steps, type=tuple[Step, ...])
        for row in await conn.execute(query)
    }


async def _numbers(conn: AsyncConnection, wanted: set[str] | None) -> dict[str, Number]:
    query = select(*(numbers.c[name] for name in Number.__dataclass_fields__))
    if wanted is not None:
        query = query.where(numbers.c.e164.in_(wanted))
    return {row["e164"]: Number(**row) for row in (await conn.execute(query)).mappings()}


async def _all(conn: AsyncConnection, table: Table, ids: set[str] | None, read: Any) -> list[Any]:
    """Those with these ids, or all; groups and schedules by name."""
    if ids is not None and not ids:
        return []
    order = [table.c.name] if "name" in table.c else []
    query = select(table).order_by(*order, table.c.id)
    if ids is not None:
        query = query.where(table.c.id.in_(ids))
    return [read(row) for row in (await conn.execute(query)).mappings()]


async def absences_of(
    conn: AsyncConnection, at: datetime, *, covering: bool
) -> tuple[Absence, ...]:
    """Those that are not over at `at`; `covering`: that have begun."""
    c = absences.c
    query = select(absences).where(or_(c.ends.is_(None), c.ends > at)).order_by(c.begins, c.id)
    if covering:
        query = query.where(c.begins <= at)
    return tuple(_absence(row) for row in (await conn.execute(query)).mappings())


def _group(row: Any) -> Group:
    return Group(**row)


def _schedule(row: Any) -> Schedule:
    intervals = msgspec.json.decode(row["intervals"], type=tuple[Interval, ...])
    return Schedule(**dict(row) | {"intervals": intervals})


def _absence(row: Any) -> Absence:
    return Absence(**row)
