"""Tasks for management: what they were booked with, work times, files of both."""

import asyncio
from collections.abc import Sequence
from datetime import date

from pbx.domain import task_files
from pbx.domain.records import Task, User
from pbx.errors import NotFound
from pbx.services.billing_ports import BookedTask, BookingStore, Merged, TaskFilter, WorkTime
from pbx.services.ports import Clock

EXPORT_PAGE = 500


class BookingOffice:
    def __init__(self, *, store: BookingStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def find(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[BookedTask], str | None]:
        return await self._store.find(which, cursor, limit)

    async def get(self, external_id: str) -> BookedTask:
        """Raises `NotFound` (`unknown-task`)."""
        found = await self._store.get(external_id)
        if found is None:
            raise NotFound(
                "unknown-task",
                f"Die Aufgabe {external_id} gibt es nicht.",
                f"There is no task {external_id}.",
            )
        return found

    async def work_times(self, task: str, since: date, until: date) -> Sequence[WorkTime]:
        """By day, both days included."""
        await self.get(task)
        return [time for _, time in await self._store.work_times(task, since, until)]

    async def import_tasks(self, by: User, data: bytes, *, dry_run: bool) -> Merged:
        """Take over a CSV file: all of it, or nothing where one row is wrong.

        Raises:
            BadRequest: the file cannot be read at all (`bad-file`).
        """
        rows, problems = await asyncio.to_thread(task_files.read, data)
        if problems:
            return Merged(problems=problems)
        return await self._store.merge_tasks(rows, by.id, self._clock.now().at, dry_run=dry_run)

    async def import_work(self, by: User, data: bytes, *, dry_run: bool) -> Merged:
        """The same for work times."""
        rows, problems = await asyncio.to_thread(task_files.read_work, data)
        if problems:
            return Merged(problems=problems)
        return await self._store.merge_work(rows, by.id, self._clock.now().at, dry_run=dry_run)

    async def export(self, *, german: bool) -> bytes:
        """All tasks, by title."""
        found: list[Task] = []
        cursor: str | None = None
        while True:
            page, cursor = await self._store.find(TaskFilter(), cursor, EXPORT_PAGE)
            found += (booked.task for booked in page)
            if cursor is None:
                return await asyncio.to_thread(task_files.write, found, german=german)
