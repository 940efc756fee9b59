"""Tasks that have used up the included quarter of their work time: told of once.

Once means: once for what was known to be worked. Work time that is added makes room; a task that
fills that as well is told of again, because somebody has decided on the new figure. Work time
that is taken back tells nothing that was not told before. As long as no work time is known,
there is no limit to cross.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.hook_events import share_over_limit
from pbx.domain.hooks import HookKind
from pbx.domain.metering import PhoneShareFigures, phone_share
from pbx.domain.records import Task, Zone
from pbx.services.share_watch import Basis, Spoken
from pbx.store.engine import Engine
from pbx.store.hook_tables import share_limits
from pbx.store.hooks import Happened, write_events
from pbx.store.tables import calls, tasks, work_times
from pbx.store.uninterrupted import uninterrupted

PART = 500
"""Tasks in one query; SQLite takes only so many parameters."""


@dataclass(frozen=True, slots=True)
class _Share:
    task: Task
    figures: PhoneShareFigures


@dataclass(slots=True)
class _Sums:
    ms: int = 0
    by_zone: Counter[Zone] = field(default_factory=Counter)

    def add(self, zone: Zone | None, ms: int) -> None:
        self.ms += ms
        if zone:
            self.by_zone[zone] += ms


async def note_limits(
    engine: Engine,
    conn: AsyncConnection,
    some: Collection[str],
    at: datetime,
    live: Mapping[str, Spoken] | None = None,
) -> None:
    """Tell of those tasks that are over the limit, in the transaction of `conn`.

    Args:
        live: what calls under way add, by task.
    """
    ids = sorted(set(some))
    for begin in range(0, len(ids), PART):
        over = await _over(conn, ids[begin : begin + PART], live or {})
        for share in await _untold(conn, over):
            values = {"task": share.task.external_id, "work_seconds": share.figures.work_seconds}
            told = engine.insert(share_limits).values(**values, at=at).on_conflict_do_nothing()
            if (await conn.execute(told.returning(share_limits.c.task))).first() is not None:
                data = share_over_limit(share.task, share.figures)
                kind = HookKind.SHARE_OVER_LIMIT
                await write_events(conn, [Happened(kind, share.task.external_id, data, at)])


async def _over(
    conn: AsyncConnection, ids: Collection[str], live: Mapping[str, Spoken]
) -> list[_Share]:
    bases = await _bases(conn, ids)
    billed = [b for b in bases.values() if b.work_seconds > 0 and not b.own]
    sums = await _talked(conn, [b.task for b in billed])
    found = []
    for basis in billed:
        talked = sums.get(basis.task, _Sums())
        for zone, ms in live.get(basis.task, ()):
            talked.add(zone, ms)
        figures = phone_share(talked.ms, basis.work_seconds, basis.area, talked.by_zone)
        if figures.over:
            task = Task(basis.task, basis.title, basis.customer, basis.area, 0)
            found.append(_Share(task, figures))
    return found


async def _untold(conn: AsyncConnection, over: Collection[_Share]) -> list[_Share]:
    if not over:
        return []
    c = share_limits.c
    query = select(c.task, func.max(c.work_seconds).label("most")).group_by(c.task)
    ids = [share.task.external_id for share in over]
    told = {row.task: row.most for row in await conn.execute(query.where(c.task.in_(ids)))}
    return [s for s in over if told.get(s.task.external_id, -1) < s.figures.work_seconds]


async def _bases(conn: AsyncConnection, ids: Collection[str]) -> dict[str, Basis]:
    t, w = tasks.c, work_times.c
    worked = select(w.task, func.sum(w.minutes).label("minutes")).where(w.task.in_(ids))
    minutes = {r.task: int(r.minutes) for r in await conn.execute(worked.group_by(w.task))}
    known = select(t.external_id, t.title, t.customer, t.area, t.own).where(t.external_id.in_(ids))
    return {
        row.external_id: Basis(
            row.external_id,
            row.title,
            row.customer,
            row.area,
            row.own,
            minutes.get(row.external_id, 0) * 60,
        )
        for row in await conn.execute(known)
    }


async def _talked(conn: AsyncConnection, ids: Collection[str]) -> dict[str, _Sums]:
    c = calls.c
    query = (
        select(c.task, c.zone, func.sum(c.talk_ms).label("ms"))
        .where(c.task.in_(ids), c.ended_at.is_not(None))
        .group_by(c.task, c.zone)
    )
    found: dict[str, _Sums] = {}
    for row in await conn.execute(query) if ids else ():
        found.setdefault(row.task, _Sums()).add(row.zone, int(row.ms))
    return found


@uninterrupted
class SqlShareLimits:
    """`ShareLimits` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def bases(self, some: Collection[str]) -> Mapping[str, Basis]:
        found: dict[str, Basis] = {}
        ids = sorted(set(some))
        async with self._engine.read() as conn:
            for begin in range(0, len(ids), PART):
                found |= await _bases(conn, ids[begin : begin + PART])
        return found

    async def talked_ms(self, some: Collection[str]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        ids = sorted(set(some))
        async with self._engine.read() as conn:
            for begin in range(0, len(ids), PART):
                part = await _talked(conn, ids[begin : begin + PART])
                found |= {task: sums.ms for task, sums in part.items()}
        return found

    async def crossed(self, task: str, live: Spoken, at: datetime) -> None:
        async with self._engine.write() as conn:
            await note_limits(self._engine, conn, [task], at, {task: live})
