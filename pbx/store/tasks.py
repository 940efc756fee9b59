"""Tasks, work times and factors, in the directory. A task's customer comes with its name."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.audit import SYSTEM
from pbx.domain.customers import Customer, name_key
from pbx.domain.records import FactorRow, PhoneSystem, Task, TaskState
from pbx.errors import Conflict, NotFound
from pbx.store.audit import change_row, write_changes
from pbx.store.audit_tables import audit
from pbx.store.billing_tables import customers
from pbx.store.customers import customer_named
from pbx.store.engine import Engine
from pbx.store.handover_notes import handover_open, note_handovers
from pbx.store.people import email_key, unknown_user
from pbx.store.share_limits import note_limits
from pbx.store.tables import factors, task_assignees, tasks, users, work_times
from pbx.store.task_changes import frozen_before, task_change
from pbx.store.task_hooks import Rebooked, tell_rebooked
from pbx.store.uninterrupted import uninterrupted

_FIELDS = tuple(f.name for f in fields(Task) if f.name != "assignees")
_FACTOR_FIELDS = tuple(f.name for f in fields(FactorRow))


def today_in_berlin() -> date:
    """The company's day, from which factors are valid."""
    return datetime.now(ZoneInfo("Europe/Berlin")).date()


def unknown_task() -> NotFound:
    return NotFound("unknown-task", "Diese Aufgabe gibt es nicht.", "There is no such task.")


def no_factors() -> NotFound:
    return NotFound(
        "no-factors",
        "Für diesen Tag ist keine Faktorentabelle hinterlegt.",
        "There is no table of factors for this day.",
    )


def factors_in_use() -> Conflict:
    return Conflict(
        "factors-in-use",
        "Diese Faktoren sind schon gebucht. Bitte neue Faktoren ab einem späteren Tag anlegen.",
        "These factors are booked already. Please add new factors from a later day on.",
    )


@uninterrupted
class Tasks:
    def __init__(self, engine: Engine, today: Callable[[], date]) -> None:
        self._engine = engine
        self._today = today

    async def tasks(self, query: str, email: str | None, limit: int = 50) -> Sequence[Task]:
        """Tasks that contain `query` in id, title or customer (see `searching.fold`), by title.

        `email` None: all of them. Otherwise those this person may use: own tasks of the
        company, tasks without assignees and tasks assigned to them.
        """
        wanted = (
            select(tasks)
            .where(*found_by(query, email))
            .order_by(tasks.c.title, tasks.c.external_id)
            .limit(limit)
        )
        async with self._engine.read() as conn:
            return await with_assignees(conn, (await conn.execute(wanted)).mappings().all())

    async def task(self, external_id: str) -> Task | None:
        async with self._engine.read() as conn:
            query = select(tasks).where(tasks.c.external_id == external_id)
            found = await with_assignees(conn, (await conn.execute(query)).mappings().all())
        return found[0] if found else None

    async def task_titles(self, external_ids: Collection[str]) -> Mapping[str, str]:
        query = select(tasks.c.external_id, tasks.c.title).where(
            tasks.c.external_id.in_(external_ids)
        )
        async with self._engine.read() as conn:
            return {row.external_id: row.title for row in await conn.execute(query)}

    async def put_task(
        self, task: Task, by: str = SYSTEM, at: datetime | None = None, *, undo: bool = False
    ) -> bool:
        """Create or replace; True where it is new. A customer with a new name is made as well.

        The factors valid today are frozen on it when it is new or its area changes (D3); those
        from before where a change of the area is undone.

        Raises:
            Conflict: `nothing-to-undo`.
        """
        async with self._engine.write() as conn:
            before = await locked_task(conn, task.external_id)
            await write_task(
                self._engine,
                conn,
                before,
                task,
                today=self._today(),
                by=by,
                at=at or datetime.now(UTC),
                undo=undo,
            )
        return before is None

    async def check_open(self, task: str) -> str | None:
        """The task's customer where nobody has answered the new-customer check for them yet."""
        query = (
            select(customers.c.name)
            .join(tasks, tasks.c.customer_id == customers.c.id)
            .where(
                tasks.c.external_id == task,
                ~tasks.c.own,
                customers.c.phone_system == PhoneSystem.OPEN,
            )
        )
        async with self._engine.read() as conn:
            name: str | None = (await conn.execute(query)).scalar()
        return name

    async def handover_open(self, task: str, email: str) -> bool:
        """Whether this person has to confirm first that the task was handed to them (F18)."""
        async with self._engine.read() as conn:
            return await handover_open(conn, task, email)

    async def put_work_time(
        self,
        task: str,
        user_id: str,
        day: date,
        minutes: int,
        by: str = SYSTEM,
        at: datetime | None = None,
    ) -> None:
        """Set the minutes that a user worked on a task on a day.

        Raises:
            NotFound: `unknown-task`, `unknown-user`.
        """
        async with self._engine.write() as conn:
            found = select(tasks.c.external_id).where(tasks.c.external_id == task)
            if (await conn.execute(found)).first() is None:
                raise unknown_task()
            person = select(users.c.id).where(users.c.id == user_id)
            if (await conn.execute(person)).first() is None:
                raise unknown_user()
            c, key = work_times.c, (task, user_id, day)
            query = select(c.minutes).where(c.task == task, c.user_id == user_id, c.day == day)
            known = (await conn.execute(query.with_for_update())).scalar()
            before = {} if known is None else {key: known}
            at = at or datetime.now(UTC)
            await write_work_times(self._engine, conn, {key: minutes}, before, by=by, at=at)

    async def work_seconds(self, task: str) -> int:
        query = select(func.sum(work_times.c.minutes)).where(work_times.c.task == task)
        async with self._engine.read() as conn:
            return int((await conn.execute(query)).scalar() or 0) * 60

    async def factors(self, day: date) -> FactorRow:
        """The factors valid on `day`.

        Raises:
            NotFound: `no-factors`, where the table begins later.
        """
        query = (
            select(factors)
            .where(factors.c.valid_from <= day)
            .order_by(factors.c.valid_from.desc())
            .limit(1)
        )
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        if row is None:
            raise no_factors()
        return FactorRow(**{name: row[name] for name in _FACTOR_FIELDS})

    async def put_factors(self, row: FactorRow) -> None:
        """Add factors valid from a day, or correct them while no task has them.

        Those that management added, changed or removed stay as management left them.

        Raises:
            Conflict: `factors-in-use`, where a task froze other factors of that day.
        """
        day = row.valid_from
        query = select(factors).where(factors.c.valid_from == day)
        in_use = select(exists().where(tasks.c.factors_valid_from == day))
        managed = select(
            exists().where(audit.c.kind == "factors", audit.c.subject == day.isoformat())
        )
        async with self._engine.write() as conn:
            before = (await conn.execute(query.with_for_update())).mappings().first()
            if (await conn.execute(managed)).scalar():
                return
            if before is not None:
                if FactorRow(**before) == row:
                    return
                if (await conn.execute(in_use)).scalar():
                    raise factors_in_use()
            await conn.execute(self._engine.upsert(factors, asdict(row)))


async def locked_task(conn: AsyncConnection, external_id: str) -> Task | None:
    query = select(tasks).where(tasks.c.external_id == external_id).with_for_update()
    found = await with_assignees(conn, (await conn.execute(query)).mappings().all())
    return found[0] if found else None


async def write_task(
    engine: Engine,
    conn: AsyncConnection,
    before: Task | None,
    task: Task,
    *,
    today: date,
    by: str,
    at: datetime,
    undo: bool = False,
) -> None:
    """Put `task` in the place of `before`, which is locked."""
    customer = await customer_named(engine, conn, task.customer, by=by, at=at)
    task = with_name_of(task, customer)
    query = select(tasks.c.factors_valid_from).where(tasks.c.external_id == task.external_id)
    was: date | None = (await conn.execute(query)).scalar()
    if undo and before is not None and before.area is not task.area:
        now = await frozen_before(conn, task, was)
    else:
        kept = was if before is not None and before.area is task.area else None
        now = kept or await valid_from(conn, today)
    values = task_values(task, customer, now)
    await conn.execute(engine.upsert(tasks, values))
    await put_assignees(conn, [task])
    await note_handovers(conn, [(before, task)], by=by, at=at)
    rebooked = Rebooked(before, task, was, now)
    await write_changes(conn, [task_change(rebooked, by=by, at=at)])
    await tell_rebooked(conn, [rebooked], at)


def with_name_of(task: Task, customer: Customer | None) -> Task:
    """A task that names its customer as they were called before names them as they are now."""
    if customer is None or name_key(task.customer) == name_key(customer.name):
        return task
    return replace(task, customer=customer.name)


def task_values(task: Task, customer: Customer | None, frozen: date | None) -> dict[str, Any]:
    values = {name: getattr(task, name) for name in _FIELDS}
    values["search"] = searching.search_text((task.external_id, task.title, task.customer))
    values["customer_id"] = customer.id if customer else None
    values["factors_valid_from"] = frozen
    return values


WorkKey = tuple[str, str, date]
"""Task, user, day."""


async def write_work_times(
    engine: Engine,
    conn: AsyncConnection,
    minutes: Mapping[WorkKey, int],
    before: Mapping[WorkKey, int],
    *,
    by: str,
    at: datetime,
) -> None:
    """Set minutes of tasks, users and days, which exist."""
    rows = [
        {"task": task, "user_id": user_id, "day": day, "minutes": value}
        for (task, user_id, day), value in minutes.items()
    ]
    if not rows:
        return
    await conn.execute(engine.upsert(work_times, rows[0]), rows)

    def told(key: WorkKey, value: int | None) -> dict[str, Any] | None:
        return None if value is None else {"user_id": key[1], "day": key[2], "minutes": value}

    changes = [
        change_row(
            "task.worked",
            key[0],
            by=by,
            at=at,
            before=told(key, before.get(key)),
            after=told(key, value),
        )
        for key, value in minutes.items()
    ]
    await write_changes(conn, changes)
    await note_limits(engine, conn, {key[0] for key in minutes}, at)


def found_by(query: str, email: str | None) -> list[ColumnElement[bool]]:
    """Conditions for the tasks that `Tasks.tasks` describes."""
    conditions = [] if email is None else [_usable_by(email), tasks.c.state == TaskState.OPEN]
    if folded := searching.fold(query):
        conditions.append(tasks.c.search.contains(folded, autoescape=True))
    return conditions


def _usable_by(email: str) -> ColumnElement[bool]:
    assigned = exists().where(task_assignees.c.task == tasks.c.external_id)
    return or_(
        tasks.c.own,
        ~assigned,
        assigned.where(task_assignees.c.email_key == email_key(email)),
    )


async def with_assignees(conn: AsyncConnection, rows: Sequence[Mapping[Any, Any]]) -> list[Task]:
    """The tasks of `rows`, in their order."""
    ids = [row["external_id"] for row in rows]
    people = await conn.execute(
        select(task_assignees.c.task, task_assignees.c.email)
        .where(task_assignees.c.task.in_(ids))
        .order_by(task_assignees.c.task, task_assignees.c.position)
    )
    emails = {
        task: tuple(p.email for p in group) for task, group in groupby(people, lambda p: p.task)
    }
    return [_task(row, emails.get(row["external_id"], ())) for row in rows]


async def put_assignees(conn: AsyncConnection, some: Sequence[Task]) -> None:
    """Replace those of `some` tasks, which are no more than a query can name."""
    c = task_assignees.c
    await conn.execute(delete(task_assignees).where(c.task.in_([t.external_id for t in some])))
    rows = [
        {"task": task.external_id, "position": i, "email": email, "email_key": email_key(email)}
        for task in some
        for i, email in enumerate(task.assignees)
    ]
    if rows:
        await conn.execute(insert(task_assignees), rows)


async def valid_from(conn: AsyncConnection, day: date) -> date | None:
    """Of the factors that hold on `day`."""
    query = select(func.max(factors.c.valid_from)).where(factors.c.valid_from <= day)
    found: date | None = (await conn.execute(query)).scalar()
    return found


def _task(row: Mapping[Any, Any], assignees: tuple[str, ...]) -> Task:
    return Task(**{name: row[name] for name in _FIELDS}, assignees=assignees)
