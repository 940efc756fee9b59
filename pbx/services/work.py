"""Tasks, their work time and how much of it was spent on the phone (D2)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from pbx.domain import metering
from pbx.domain.records import Area, Task, TaskSeconds, User, Zone
from pbx.errors import NotFound
from pbx.services.ports import CallLog, Clock, Directory
from pbx.services.switchboard import Switchboard


class WorkService:
    """Args: `today` gives the business's date (Europe/Berlin)."""

    def __init__(
        self,
        *,
        directory: Directory,
        calls: CallLog,
        board: Switchboard,
        clock: Clock,
        today: Callable[[], date],
    ) -> None:
        self._directory = directory
        self._calls = calls
        self._board = board
        self._clock = clock
        self._today = today

    async def task(self, external_id: str) -> Task:
        task = await self._directory.task(external_id)
        if task is None:
            raise NotFound(
                "unknown-task",
                f"Die Aufgabe {external_id} gibt es nicht.",
                f"There is no task {external_id}.",
            )
        return task

    async def put_task(self, by: User, task: Task, *, undo: bool = False) -> bool:
        """Raises `Conflict`: `nothing-to-undo`."""
        return await self._directory.put_task(task, by.id, self._clock.now().at, undo=undo)

    async def put_work_time(self, by: User, task: str, email: str, day: date, minutes: int) -> None:
        """Set (not add) the minutes that a person worked on a task on a day.

        Raises:
            NotFound: `unknown-task`, `unknown-user`.
        """
        await self.task(task)
        user = await self._directory.user_by_email(email)
        if user is None:
            raise no_user(email)
        now = self._clock.now().at
        await self._directory.put_work_time(task, user.id, day, minutes, by.id, now)

    async def phone_share(self, external_id: str) -> metering.PhoneShareFigures:
        """Ended calls of the task and those under way, against its work time."""
        task = await self.task(external_id)
        phone_ms = 0
        by_zone: dict[Zone, int] = {}
        for sums in await self._calls.task_seconds(external_id):
            phone_ms += sums.talk_ms
            by_zone |= sums.by_zone_ms
        now = self._clock.now()
        for call in self._board.calls():
            if call.facts.task == external_id and call.answered and not call.ended:
                ms = call.talk_ms(now)
                phone_ms += ms
                if call.facts.zone:
                    by_zone[call.facts.zone] = by_zone.get(call.facts.zone, 0) + ms
        work = await self._directory.work_seconds(external_id)
        share = metering.phone_share(phone_ms, work, task.area, by_zone)
        return replace(share, billed=not task.own)

    async def seconds(
        self, task: str | None, since: datetime | None, until: datetime | None
    ) -> list[tuple[Task | None, TaskSeconds]]:
        sums = await self._calls.task_seconds(task, since, until)
        return [(await self._directory.task(row.task), row) for row in sums]

    async def budget(self, effective_minutes: str, area: Area) -> metering.Budget:
        """Effective minutes with the area's factor of today (D1, D3)."""
        row = await self._directory.factors(self._today())
        minutes = metering.parse_minutes(effective_minutes)
        return metering.to_budget(minutes, metering.factors(area, row).customer)


def no_user(email: str) -> NotFound:
    return NotFound(
        "unknown-user",
        f"Es gibt kein Konto {email}.",
        f"There is no account {email}.",
    )
