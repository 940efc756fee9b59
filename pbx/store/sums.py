"""Sums of calls: kept by day for what is asked most, from the calls themselves for the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import Direction, Outcome
from pbx.domain.statistics import (
    NOT_TAKEN,
    WEEK,
    Breakdown,
    Dimension,
    Place,
    Sums,
    folded,
    hour_of_week,
    slot,
)
from pbx.services.insight_ports import CallGroup
from pbx.services.ports import CallFilter
from pbx.store.engine import Engine
from pbx.store.history import OURS, conditions
from pbx.store.insight_tables import call_sums
from pbx.store.number_tables import number_group_members, number_groups
from pbx.store.tables import calls, tasks
from pbx.store.uninterrupted import uninterrupted

_FIGURES = tuple(f.name for f in fields(Sums))
_DIMENSIONS: dict[Breakdown, Dimension] = {
    Breakdown.PERSON: Dimension.PERSON,
    Breakdown.TASK: Dimension.TASK,
    Breakdown.CUSTOMER: Dimension.TASK,
    Breakdown.COUNTRY: Dimension.COUNTRY,
    Breakdown.TYPE: Dimension.TYPE,
    Breakdown.NUMBER: Dimension.NUMBER,
    Breakdown.GROUP: Dimension.NUMBER,
    Breakdown.OUTCOME: Dimension.OUTCOME,
}
"""Of what each breakdown tells the values; days and directions are told by all dimensions."""
_COLUMNS: dict[Dimension, ColumnElement[Any]] = {
    Dimension.PERSON: calls.c.user_id,
    Dimension.TASK: calls.c.task,
    Dimension.COUNTRY: calls.c.country,
    Dimension.TYPE: calls.c.number_type,
    Dimension.NUMBER: OURS,
    Dimension.OUTCOME: calls.c.outcome,
}


async def add_up(engine: Engine, conn: AsyncConnection, more: Mapping[Place, Sums]) -> None:
    """Change the days' sums; in order, so that no two transactions wait for each other."""
    if not more:
        return
    rows = [{**asdict(place), **asdict(sums)} for place, sums in more.items()]
    statement = engine.insert(call_sums).values(rows[0])
    added = {n: call_sums.c[n] + statement.excluded[n] for n in _FIGURES}
    keys = [column.name for column in call_sums.primary_key]
    await conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=added), rows)


@uninterrupted
class SqlStatistics:
    """`Statistics` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def sums(self, which: CallFilter, by: Breakdown) -> Mapping[str, Sums]:
        async with self._engine.read() as conn:
            rows = (await conn.execute(sums_query(which, by))).all()
            customers: dict[str, str] = {}
            if by is Breakdown.CUSTOMER:
                named = select(tasks.c.external_id, tasks.c.customer)
                customers = {row.external_id: row.customer for row in await conn.execute(named)}
        found: dict[str, Sums] = {}
        for row in rows:
            key = customers.get(row.key, "") if customers else _key(row, by)
            sums = Sums(*(int(getattr(row, name)) for name in _FIGURES))
            found[key] = found.get(key, Sums()) + sums
        if by is Breakdown.GROUP:
            groups_of: dict[str, list[str]] = {}
            for group in await self.groups():
                for number in group.numbers:
                    groups_of.setdefault(number, []).append(group.id)
            found = folded(found, groups_of)
        return {key: sums for key, sums in found.items() if sums != Sums()}

    async def groups(self) -> Sequence[CallGroup]:
        g, m = number_groups.c, number_group_members.c
        query = (
            select(g.id, g.name, m.e164)
            .join_from(number_groups, number_group_members, m.group_id == g.id, isouter=True)
            .order_by(g.name_key, g.id)
        )
        names: dict[str, str] = {}
        members: dict[str, set[str]] = {}
        async with self._engine.read() as conn:
            for row in await conn.execute(query):
                names[row.id] = row.name
                members.setdefault(row.id, set()).update({row.e164} - {None})
        return [CallGroup(i, name, frozenset(members[i])) for i, name in names.items()]


def sums_query(which: CallFilter, by: Breakdown) -> Select[Any]:
    """Whole days only: the times of `which` say which days.

    The days' sums know one dimension at a time; a filter by another one has to look at
    the calls.
    """
    asked = _values(which)
    told = _DIMENSIONS.get(by, Dimension.HOUR if by is Breakdown.HOUR else None)
    dimensions = {*asked, *([told] if told else ())}
    if len(dimensions) > 1 or which.query or which.number:
        return _from_calls(which, by)
    dimension = next(iter(dimensions), Dimension.HOUR)
    c = call_sums.c
    where = [c.dimension == dimension, *_days(which, c.day)]
    if which.direction is not None:
        where.append(c.direction == which.direction)
    if dimension in asked:
        where.append(c.value.in_(asked[dimension]))
    figures = [func.sum(c[name]).label(name) for name in _FIGURES]
    keys = {Breakdown.DAY: c.day, Breakdown.DIRECTION: c.direction}
    return _grouped(by, keys.get(by, c.value), c.day, c.value, figures).where(*where)


def _values(which: CallFilter) -> dict[Dimension, Any]:
    """What the filter asks for in each dimension."""
    single = {
        Dimension.PERSON: which.user_id,
        Dimension.COUNTRY: which.country,
        Dimension.TYPE: which.number_type,
    }
    asked: dict[Dimension, Any] = {d: [value] for d, value in single.items() if value is not None}
    if which.customer is not None:
        asked[Dimension.TASK] = select(tasks.c.external_id).where(
            tasks.c.customer == which.customer,
            *([] if which.task is None else [tasks.c.external_id == which.task]),
        )
    elif which.task is not None:
        asked[Dimension.TASK] = [which.task]
    if which.ours is not None:
        asked[Dimension.NUMBER] = which.ours
    if which.outcomes:
        asked[Dimension.OUTCOME] = which.outcomes
    return asked


def _days(which: CallFilter, day: ColumnElement[int]) -> list[ColumnElement[bool]]:
    found = []
    if which.since is not None:
        found.append(day >= slot(which.since)[0])
    if which.until is not None:
        last, hour = slot(which.until)
        begins = hour == 0 and which.until.minute == 0
        found.append(day < last if begins else day <= last)
    return found


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _from_calls(which: CallFilter, by: Breakdown) -> Select[Any]:
    """Reads nothing but the index `ix_calls_sums`, unless numbers or words are asked for."""
    c = calls.c
    missed = and_(c.direction == Direction.INBOUND, c.outcome.in_(sorted(NOT_TAKEN)))
    figures = [
        func.count().label("calls"),
        _count(c.outcome == Outcome.ANSWERED).label("answered"),
        _count(missed).label("missed"),
        func.sum(c.talk_ms).label("talk_ms"),
    ]
    others = {n: getattr(which, n) for n in CallFilter.__slots__}
    rest = CallFilter(**{**others, "since": None, "until": None, "user_id": None})
    where = [c.ended_at.is_not(None), *_days(which, c.day), *conditions(rest)]
    if which.user_id is not None:
        where.append(c.user_id == which.user_id)
    keys = {Breakdown.DAY: c.day, Breakdown.DIRECTION: c.direction}
    key = keys.get(by, _COLUMNS[_DIMENSIONS[by]] if by in _DIMENSIONS else c.day)
    return _grouped(by, key, c.day, c.hour, figures).where(*where)


def _grouped(
    by: Breakdown,
    key: ColumnElement[Any],
    day: ColumnElement[int],
    hour: ColumnElement[Any],
    figures: Sequence[ColumnElement[int]],
) -> Select[Any]:
    if by is Breakdown.HOUR:
        weekday = (day % WEEK).label("weekday")
        return select(weekday, hour.label("hour"), *figures).group_by(weekday, hour)
    return select(key.label("key"), *figures).group_by(key)


def _key(row: Any, by: Breakdown) -> str:
    if by is Breakdown.HOUR:
        # Day 7 is a Sunday, and so is every day that 7 divides.
        return hour_of_week(row.weekday or WEEK, int(row.hour))
    if by is Breakdown.DAY:
        return date.fromordinal(row.key).isoformat() if row.key else ""
    return str(row.key or "")
