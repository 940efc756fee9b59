"""Notes on calls and tasks, favourites among the tasks."""

from collections.abc import Sequence

from pbx.domain import policy
from pbx.domain.desk import CallNote, TaskNote, UsersTask
from pbx.domain.records import Task, User
from pbx.domain.rights import Right, may
from pbx.errors import NotFound
from pbx.services.desk_ports import NoteStore, TaskShelf
from pbx.services.ports import Clock, Directory


class Notes:
    def __init__(
        self, *, store: NoteStore, shelf: TaskShelf, directory: Directory, clock: Clock
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._directory = directory
        self._clock = clock

    # -------------------------------------------------------------- calls

    async def note_call(self, user: User, call_id: str, text: str) -> CallNote:
        """Write this user's note on a call that they may see; an empty one removes it."""
        note = CallNote(text.strip(), self._clock.now().at)
        await self._store.put_call_note(user.id, call_id, note)
        return note

    # -------------------------------------------------------------- tasks

    async def task_note(self, user: User, task: str) -> TaskNote | None:
        """The note that all who may use the task share.

        Raises:
            NotFound: `unknown-task`; Refused: `task-not-yours`.
        """
        return await self._store.task_note((await self._usable(user, task)).external_id)

    async def note_task(self, user: User, task: str, text: str) -> TaskNote:
        """Raises as `task_note`."""
        note = TaskNote(text.strip(), user.id, self._clock.now().at)
        await self._store.put_task_note((await self._usable(user, task)).external_id, note)
        return note

    async def tasks(self, user: User, query: str) -> Sequence[UsersTask]:
        """Those that this user may use: favourites, then the last used, then the rest."""
        email = None if may(user, Right.TASKS) else user.email
        return await self._shelf.tasks(user.id, query, email)

    async def mark(self, user: User, task: str) -> None:
        """Raises as `task_note`."""
        await self._shelf.mark(user.id, (await self._usable(user, task)).external_id)

    async def unmark(self, user: User, task: str) -> None:
        await self._shelf.unmark(user.id, task)

    async def _usable(self, user: User, external_id: str) -> Task:
        task = await self._directory.task(external_id)
        if task is None:
            raise NotFound(
                "unknown-task",
                f"Die Aufgabe {external_id} gibt es nicht.",
                f"There is no task {external_id}.",
            )
        if not may(user, Right.TASKS):
            policy.check_task(external_id, task, user.email)
        return task
