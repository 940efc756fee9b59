"""Notes on calls and tasks, and each person's favourites among the tasks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import delete, func, select

from pbx.domain import searching
from pbx.domain.desk import CallNote, TaskNote, UsersTask
from pbx.store.desk_tables import call_notes, task_favourites, task_notes
from pbx.store.engine import Engine
from pbx.store.tables import calls, tasks
from pbx.store.tasks import found_by, with_assignees
from pbx.store.uninterrupted import uninterrupted


@uninterrupted
class SqlNotes:
    """`NoteStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def call_notes(self, user_id: str, call_ids: Collection[str]) -> Mapping[str, CallNote]:
        c = call_notes.c
        query = select(c.call_id, c.text, c.at).where(c.user_id == user_id, c.call_id.in_(call_ids))
        async with self._engine.read() as conn:
            return {row.call_id: CallNote(row.text, row.at) for row in await conn.execute(query)}

    async def put_call_note(self, user_id: str, call_id: str, note: CallNote) -> None:
        which = (call_notes.c.user_id == user_id) & (call_notes.c.call_id == call_id)
        values = {
            **asdict(note),
            "user_id": user_id,
            "call_id": call_id,
            "search": searching.search_text((note.text,)),
        }
        async with self._engine.write() as conn:
            if note.text:
                await conn.execute(self._engine.upsert(call_notes, values))
            else:
                await conn.execute(delete(call_notes).where(which))

    async def task_note(self, task: str) -> TaskNote | None:
        query = select(task_notes).where(task_notes.c.task == task)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).first()
        return None if row is None else TaskNote(row.text, row.by, row.at)

    async def put_task_note(self, task: str, note: TaskNote) -> None:
        async with self._engine.write() as conn:
            if note.text:
                values = {**asdict(note), "task": task}
                await conn.execute(self._engine.upsert(task_notes, values))
            else:
                await conn.execute(delete(task_notes).where(task_notes.c.task == task))


@uninterrupted
class SqlTaskShelf:
    """`TaskShelf` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def mark(self, user_id: str, task: str) -> None:
        statement = self._engine.insert(task_favourites).values(user_id=user_id, task=task)
        async with self._engine.write() as conn:
            await conn.execute(statement.on_conflict_do_nothing())

    async def unmark(self, user_id: str, task: str) -> None:
        c = task_favourites.c
        async with self._engine.write() as conn:
            await conn.execute(delete(task_favourites).where(c.user_id == user_id, c.task == task))

    async def tasks(
        self, user_id: str, query: str, email: str | None, limit: int = 50
    ) -> Sequence[UsersTask]:
        used = (
            select(calls.c.task, func.max(calls.c.offered_at).label("last_used_at"))
            .where(calls.c.user_id == user_id, calls.c.task.is_not(None))
            .group_by(calls.c.task)
            .subquery()
        )
        marked = select(task_favourites.c.task).where(task_favourites.c.user_id == user_id)
        favourite = tasks.c.external_id.in_(marked)
        wanted = (
            select(tasks, favourite.label("favourite"), used.c.last_used_at)
            .outerjoin(used, used.c.task == tasks.c.external_id)
            .where(*found_by(query, email))
            .order_by(
                favourite.desc(),
                used.c.last_used_at.desc().nulls_last(),
                tasks.c.title,
                tasks.c.external_id,
            )
            .limit(limit)
        )
        async with self._engine.read() as conn:
            rows = (await conn.execute(wanted)).mappings().all()
            found = await with_assignees(conn, rows)
        return [
            UsersTask(task, bool(row["favourite"]), row["last_used_at"])
            for task, row in zip(found, rows, strict=True)
        ]
