"""Calls as their reader sees them: with names, notes and quality; what is known of a caller.

Everything for a page of calls is looked up at once, never call by call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pbx.domain.call import CallState
from pbx.domain.desk import CallNote, Contact
from pbx.domain.records import CallRecord, Direction, Task, User
from pbx.domain.rights import Right, may
from pbx.services.contacts import Contacts
from pbx.services.desk_ports import NoteStore, QualityStore
from pbx.services.ports import CallFilter, CallLog, CallView, Directory
from pbx.services.switchboard import Switchboard

CALLER_CALLS = 5


@dataclass(frozen=True, slots=True)
class Details:
    """What this reader has on a call."""

    note: str | None = None
    mos: float | None = None
    party_name: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of a far party."""

    number: str
    contact: Contact | None
    task: Task | None
    calls: Sequence[CallView]
    """Newest first."""


class History:
    def __init__(
        self,
        *,
        calls: CallLog,
        board: Switchboard,
        directory: Directory,
        contacts: Contacts,
        notes: NoteStore,
        quality: QualityStore,
    ) -> None:
        self._calls = calls
        self._board = board
        self._directory = directory
        self._contacts = contacts
        self._notes = notes
        self._quality = quality

    async def find(
        self, which: CallFilter, cursor: str | None, limit: int
    ) -> tuple[list[CallView], str | None]:
        """Raises `BadRequest` (`bad-cursor`)."""
        records, following = await self._calls.find(which, cursor, limit)
        return await self._views(records), following

    async def _views(self, records: Sequence[CallRecord]) -> list[CallView]:
        """As `Switchboard.view`; what is over needs no look-up of its own."""
        titles = await self._directory.task_titles({r.task for r in records if r.task})
        labels = {number.e164: number.label for number in await self._directory.numbers()}
        internal = [r.id for r in records if r.direction is Direction.INTERNAL]
        joined = await self._calls.participants(internal) if internal else {}
        views = []
        for record in records:
            if record.ended is None or self._board.find_actor(record.id):
                views.append(await self._board.view(record))
                continue
            others = set(joined.get(record.id, ())) - {record.user_id}
            view = CallView(
                record,
                CallState.ENDED.value,
                titles.get(record.task or ""),
                labels.get(record.did or ""),
                colleague_id=min(others, default=None),
            )
            views.append(view)
        return views

    async def details(self, reader: User, records: Sequence[CallRecord]) -> Mapping[str, Details]:
        """By call id. The quality is what the reader's browser measured, or else the owner's."""
        ids = [record.id for record in records]
        if not ids:
            return {}
        notes: Mapping[str, CallNote] = await self._notes.call_notes(reader.id, ids)
        mos = await self._quality.mos(ids)
        numbers = {record.number for record in records if record.number}
        known = await self._contacts.known(reader.id, numbers)
        found = {}
        for record in records:
            contact = known.get(record.number or "")
            note = notes.get(record.id)
            own = mos.get((record.id, reader.id))
            found[record.id] = Details(
                note=note.text if note else None,
                mos=own if own is not None else mos.get((record.id, record.user_id or "")),
                party_name=contact.name if contact else None,
            )
        return found

    async def caller(self, reader: User, number: str) -> Caller:
        """The contact, the task and the last calls with a number, as far as the reader may see."""
        user_id = None if may(reader, Right.CALLS) else reader.id
        views, _ = await self.find(CallFilter(user_id=user_id, number=number), None, CALLER_CALLS)
        contact = (await self._contacts.known(reader.id, [number])).get(number)
        ids = [contact.task] if contact and contact.task else []
        # Not the call that rings just now: its task is our number's, nobody has chosen it.
        ids += [view.record.task for view in views if view.record.task and view.record.ended]
        return Caller(number, contact, await self._first_usable(reader, ids), views)

    async def _first_usable(self, reader: User, ids: Sequence[str]) -> Task | None:
        for external_id in dict.fromkeys(ids):
            task = await self._directory.task(external_id)
            mine = task and (
                task.own
                or not task.assignees
                or may(reader, Right.TASKS)
                or reader.email.casefold() in {a.casefold() for a in task.assignees}
            )
            if mine:
                return task
        return None
