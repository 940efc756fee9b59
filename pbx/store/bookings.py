"""Tasks for management: with what they were booked, their work times, and files of both."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.csv_lines import RowProblem
from pbx.domain.customers import name_key
from pbx.domain.records import FactorRow, Task
from pbx.domain.task_files import TaskRow, WorkRow
from pbx.errors import PbxError
from pbx.services.billing_ports import BookedTask, Merged, TaskFilter, WorkTime
from pbx.store.audit import write_changes
from pbx.store.customers import customers_named
from pbx.store.engine import Engine
from pbx.store.handover_notes import note_handovers
from pbx.store.paging import decode_name_cursor, encode_name_cursor
from pbx.store.people import email_key, unknown_user
from pbx.store.tables import factors, tasks, users, work_times
from pbx.store.task_changes import task_change
from pbx.store.task_hooks import Rebooked, tell_rebooked
from pbx.store.tasks import (
    WorkKey,
    put_assignees,
    task_values,
    unknown_task,
    valid_from,
    with_assignees,
    with_name_of,
    write_work_times,
)
from pbx.store.types import Str
from pbx.store.uninterrupted import uninterrupted

PART = 500
"""Keys in one query; SQLite takes only so many parameters."""


@uninterrupted
class SqlBookings:
    """`BookingStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, today: Callable[[], date]) -> None:
        self._engine = engine
        self._today = today

    async def find(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[BookedTask], str | None]:
        c = tasks.c
        query = select(tasks).where(*_conditions(which)).order_by(c.title, c.external_id)
        if cursor is not None:
            title, task = decode_name_cursor(cursor)
            behind = tuple_(literal(title, Str()), literal(task, Str()))
            query = query.where(tuple_(c.title, c.external_id) > behind)
        async with self._engine.read() as conn:
            rows = list((await conn.execute(query.limit(limit + 1))).mappings())
            page = await _booked(conn, rows[:limit])
        if len(rows) <= limit or not page:
            return page, None
        last = page[-1].task
        return page, encode_name_cursor(last.title, last.external_id)

    async def get(self, external_id: str) -> BookedTask | None:
        query = select(tasks).where(tasks.c.external_id == external_id)
        async with self._engine.read() as conn:
            found = await _booked(conn, list((await conn.execute(query)).mappings()))
        return found[0] if found else None

    async def work_times(
        self, task: str | None, since: date, until: date
    ) -> Sequence[tuple[str, WorkTime]]:
        c = work_times.c
        query = select(work_times).where(c.day >= since, c.day <= until)
        if task is not None:
            query = query.where(c.task == task)
        async with self._engine.read() as conn:
            rows = await conn.execute(query.order_by(c.day, c.task, c.user_id))
            return [(row.task, WorkTime(row.user_id, row.day, row.minutes)) for row in rows]

    async def merge_tasks(
        self, rows: Sequence[TaskRow], by: str, at: datetime, *, dry_run: bool
    ) -> Merged:
        created = updated = unchanged = 0
        problems: list[RowProblem] = []
        wanted: list[tuple[Task | None, Task]] = []
        async with self._engine.read() if dry_run else self._engine.write() as conn:
            known = await _known(conn, [row.external_id for row in rows])
            for row in rows:
                before = known.get(row.external_id)
                try:
                    after = row.applied(before)
                except PbxError as e:
                    problems.append(RowProblem(row.line, e.de, e.en))
                    continue
                created += before is None
                updated += before is not None and before != after
                unchanged += before == after
                if before != after:
                    wanted.append((before, after))
            if problems:
                return Merged(problems=problems)
            if not dry_run:
                await self._write_tasks(conn, wanted, by, at)
        return Merged(created, updated, unchanged)

    async def _write_tasks(
        self,
        conn: AsyncConnection,
        wanted: Sequence[tuple[Task | None, Task]],
        by: str,
        at: datetime,
    ) -> None:
        """All at once: while it writes, no call can begin on SQLite."""
        names = [task.customer for _, task in wanted]
        customers = await customers_named(self._engine, conn, names, by=by, at=at)
        today = await valid_from(conn, self._today())
        for begin in range(0, len(wanted), PART):
            part = wanted[begin : begin + PART]
            frozen = await _frozen(conn, [task.external_id for _, task in part])
            rows, changes, written, rebooked = [], [], [], []
            for before, wish in part:
                customer = customers[name_key(wish.customer)]
                task = with_name_of(wish, customer)
                kept = before is not None and before.area is task.area
                was = frozen.get(task.external_id)
                now = (was if kept else None) or today
                rows.append(task_values(task, customer, now))
                rebooked.append(Rebooked(before, task, was, now))
                written.append(task)
                changes.append(task_change(rebooked[-1], by=by, at=at))
            await conn.execute(self._engine.upsert(tasks, rows[0]), rows)
            await put_assignees(conn, written)
            await note_handovers(conn, part, by=by, at=at)
            await write_changes(conn, changes)
            await tell_rebooked(conn, rebooked, at)

    async def merge_work(
        self, rows: Sequence[WorkRow], by: str, at: datetime, *, dry_run: bool
    ) -> Merged:
        created = updated = unchanged = 0
        problems: list[RowProblem] = []
        wanted: dict[WorkKey, int] = {}
        async with self._engine.read() if dry_run else self._engine.write() as conn:
            known = await _known(conn, [row.task for row in rows])
            people = {
                row.email_key: row.id
                for row in await conn.execute(select(users.c.email_key, users.c.id))
            }
            minutes = await _minutes(conn, rows)
            for row in rows:
                user_id = people.get(email_key(row.email))
                if row.task not in known or user_id is None:
                    e = unknown_user() if row.task in known else unknown_task()
                    problems.append(RowProblem(row.line, e.de, e.en))
                    continue
                key = row.task, user_id, row.day
                before = minutes.get(key)
                created += before is None
                updated += before not in (None, row.minutes)
                unchanged += before == row.minutes
                if before != row.minutes:
                    wanted[key] = row.minutes
            if problems:
                return Merged(problems=problems)
            if not dry_run:
                await write_work_times(self._engine, conn, wanted, minutes, by=by, at=at)
        return Merged(created, updated, unchanged)


def _conditions(which: TaskFilter) -> list[ColumnElement[bool]]:
    c = tasks.c
    found = [c.search.contains(term, autoescape=True) for term in searching.terms(which.query)]
    for column, value in (
        (c.customer_id, which.customer_id),
        (c.area, which.area),
        (c.state, which.state),
    ):
        if value is not None:
            found.append(column == value)
    return found


async def booked_of(conn: AsyncConnection, ids: Collection[str]) -> dict[str, BookedTask]:
    """By id, of no more tasks than a query can name."""
    query = select(tasks).where(tasks.c.external_id.in_(sorted(ids)))
    found = await _booked(conn, list((await conn.execute(query)).mappings()))
    return {each.task.external_id: each for each in found}


async def _booked(conn: AsyncConnection, rows: Sequence[Mapping[Any, Any]]) -> list[BookedTask]:
    found = await with_assignees(conn, rows)
    known = {
        row["valid_from"]: FactorRow(**row)
        for row in (await conn.execute(select(factors))).mappings()
    }
    return [
        BookedTask(task, row["customer_id"], known.get(row["factors_valid_from"]))
        for task, row in zip(found, rows, strict=True)
    ]


async def _known(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, Task]:
    wanted = sorted(set(ids))
    found: dict[str, Task] = {}
    for begin in range(0, len(wanted), PART):
        some = tasks.c.external_id.in_(wanted[begin : begin + PART])
        rows = (await conn.execute(select(tasks).where(some).with_for_update())).mappings().all()
        found |= {task.external_id: task for task in await with_assignees(conn, rows)}
    return found


async def _frozen(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, date | None]:
    query = select(tasks.c.external_id, tasks.c.factors_valid_from)
    found = await conn.execute(query.where(tasks.c.external_id.in_(ids)))
    return {row.external_id: row.factors_valid_from for row in found}


async def _minutes(conn: AsyncConnection, rows: Sequence[WorkRow]) -> dict[WorkKey, int]:
    if not rows:
        return {}
    days = [row.day for row in rows]
    c = work_times.c
    query = select(work_times).where(c.day >= min(days), c.day <= max(days))
    return {(row.task, row.user_id, row.day): row.minutes for row in await conn.execute(query)}
