"""The desk's stores in memory; they pass the same contract tests as the SQL ones.

desk = FakeDesk(calls, directory)
desk.contacts, desk.notes, desk.shelf, desk.country_requests, desk.quality
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pbx.domain import contacts as contact_rules
from pbx.domain import searching
from pbx.domain.contacts import Merge
from pbx.domain.desk import (
    CallNote,
    Contact,
    CountryRequest,
    Quality,
    RequestState,
    TaskNote,
    UsersTask,
)
from pbx.domain.records import CallRecord
from pbx.domain.unlocks import Unlock
from pbx.services.country_ports import UnlockStore
from pbx.store.contacts import contact_exists
from pbx.store.country_requests import answers, unknown_country
from pbx.store.paging import decode_name_cursor, encode_name_cursor
from tests.fakes.countries import FakeLimits, FakeTariffs, FakeUnlocks
from tests.fakes.stores import FakeCallLog, FakeDirectory, page


class FakeContacts:
    def __init__(self) -> None:
        self.kept: dict[str, Contact] = {}

    def _same(self, contact: Contact) -> bool:
        return any(
            other.id != contact.id
            and contact_rules.key_of(other) == contact_rules.key_of(contact)
            and other.public == contact.public
            and (other.public or other.owner_id == contact.owner_id)
            for other in self.kept.values()
        )

    async def add(self, contact: Contact) -> None:
        if self._same(contact):
            raise contact_exists()
        self.kept[contact.id] = contact

    async def put(self, contact: Contact) -> None:
        if contact.id in self.kept:
            await self.add(contact)

    async def get(self, contact_id: str) -> Contact | None:
        return self.kept.get(contact_id)

    async def remove(self, contact_id: str) -> None:
        self.kept.pop(contact_id, None)

    def visible(self, user_id: str, query: str = "") -> list[Contact]:
        found = [
            c
            for c in self.kept.values()
            if (c.public or c.owner_id == user_id)
            and all(t in contact_rules.search_text(c) for t in searching.terms(query))
        ]
        return sorted(found, key=_place)

    async def find(
        self, user_id: str, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Contact], str | None]:
        found = self.visible(user_id, query)
        if cursor is not None:
            behind = decode_name_cursor(cursor)
            found = [c for c in found if _place(c) > behind]
        shown = found[:limit]
        more = len(found) > limit and shown
        return shown, encode_name_cursor(*_place(shown[-1])) if more else None

    async def by_numbers(self, user_id: str, numbers: Collection[str]) -> Mapping[str, Contact]:
        found = [c for c in reversed(self.visible(user_id)) if c.number in numbers]
        return {c.number: c for c in sorted(found, key=lambda c: not c.public)}

    async def merge(
        self, owner_id: str, public: bool, wanted: Sequence[Contact], *, dry_run: bool
    ) -> Merge:
        known = [
            c
            for c in self.kept.values()
            if c.public == public and (public or c.owner_id == owner_id)
        ]
        plan = contact_rules.merge(known, wanted)
        if not dry_run:
            self.kept |= {c.id: c for c in (*plan.created, *plan.updated)}
        return plan


def _place(contact: Contact) -> tuple[str, str]:
    return searching.fold(contact.name), contact.id


class FakeNotes:
    def __init__(self) -> None:
        self.of_calls: dict[tuple[str, str], CallNote] = {}
        self.of_tasks: dict[str, TaskNote] = {}

    async def call_notes(self, user_id: str, call_ids: Collection[str]) -> Mapping[str, CallNote]:
        return {
            call_id: note
            for (by, call_id), note in self.of_calls.items()
            if by == user_id and call_id in call_ids
        }

    async def put_call_note(self, user_id: str, call_id: str, note: CallNote) -> None:
        self.of_calls[user_id, call_id] = note
        if not note.text:
            del self.of_calls[user_id, call_id]

    async def task_note(self, task: str) -> TaskNote | None:
        return self.of_tasks.get(task)

    async def put_task_note(self, task: str, note: TaskNote) -> None:
        self.of_tasks[task] = note
        if not note.text:
            del self.of_tasks[task]


class FakeTaskShelf:
    def __init__(self, calls: FakeCallLog, directory: FakeDirectory) -> None:
        self._calls = calls
        self._directory = directory
        self.marked: set[tuple[str, str]] = set()

    async def mark(self, user_id: str, task: str) -> None:
        self.marked.add((user_id, task))

    async def unmark(self, user_id: str, task: str) -> None:
        self.marked.discard((user_id, task))

    async def tasks(
        self, user_id: str, query: str, email: str | None, limit: int = 50
    ) -> Sequence[UsersTask]:
        found = [
            UsersTask(
                task,
                (user_id, task.external_id) in self.marked,
                max(
                    (
                        call.offered.at
                        for call in self._calls.calls
                        if (call.user_id, call.task) == (user_id, task.external_id)
                    ),
                    default=None,
                ),
            )
            for task in await self._directory.tasks(query, email, limit=10_000)
        ]
        return sorted(found, key=_order)[:limit]


def _order(one: UsersTask) -> tuple[bool, float]:
    """The directory has them by title already, and sorting is stable."""
    used = one.last_used_at
    return not one.favourite, -used.timestamp() if used else 0.0


class FakeCountryRequests:
    def __init__(self, directory: FakeDirectory) -> None:
        self._directory = directory
        self.kept: dict[str, CountryRequest] = {}
        self.unlocks: UnlockStore | None = None

    async def ask(self, request: CountryRequest) -> CountryRequest:
        if await self._directory.country(request.country) is None:
            raise unknown_country(request.country)
        for known in self._open():
            if (known.user_id, known.country) == (request.user_id, request.country):
                request = replace(known, task=request.task, reason=request.reason)
        self.kept[request.id] = request
        return request

    def _open(self) -> list[CountryRequest]:
        return [r for r in self.kept.values() if r.state is RequestState.OPEN]

    async def get(self, request_id: str) -> CountryRequest | None:
        return self.kept.get(request_id)

    async def find(
        self, user_id: str | None, open_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[CountryRequest], str | None]:
        found = [
            r
            for r in (self._open() if open_only else self.kept.values())
            if user_id in (None, r.user_id)
        ]
        return page(found, lambda r: (r.created_at, r.id), cursor, limit)

    def _decide(
        self, request: CountryRequest, state: RequestState, answer: str, by: str, at: datetime
    ) -> CountryRequest:
        decided = replace(request, state=state, answer=answer, decided_by=by, decided_at=at)
        self.kept[request.id] = decided
        return decided

    async def refuse(self, request_id: str, answer: str, by: str, at: datetime) -> bool:
        found = [r for r in self._open() if r.id == request_id]
        for request in found:
            self._decide(request, RequestState.REFUSED, answer, by, at)
        return bool(found)

    async def approve(
        self, request_id: str, answer: str, by: str, at: datetime, unlock: Unlock | None = None
    ) -> Sequence[CountryRequest]:
        wanted = next((r for r in self._open() if r.id == request_id), None)
        if wanted is None:
            return []
        country = await self._directory.country(wanted.country)
        assert country is not None
        if unlock is None:
            await self._directory.put_country(replace(country, allowed=True), by, at)
        else:
            assert self.unlocks is not None
            await self.unlocks.add(unlock)
        approved = [
            self._decide(request, RequestState.APPROVED, answer, by, at)
            for request in self._open()
            if request.country == country.code
            and (request.id == request_id or answers(unlock, request))
        ]
        return sorted(approved, key=lambda r: (r.created_at, r.id))


class FakeQuality:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Quality] = {}

    async def of_call(self, call_id: str) -> Sequence[Quality]:
        return [self.kept[key] for key in sorted(self.kept) if key[0] == call_id]

    async def put(self, quality: Quality) -> None:
        self.kept[quality.call_id, quality.user_id] = quality

    async def mos(self, call_ids: Collection[str]) -> Mapping[tuple[str, str], float]:
        return {key: q.mos for key, q in self.kept.items() if q.call_id in call_ids}

    async def since(self, user_id: str, at: datetime) -> Sequence[Quality]:
        found = [q for q in self.kept.values() if q.user_id == user_id and q.at >= at]
        return sorted(found, key=lambda q: (q.at, q.call_id))


class FakeDesk:
    """All of them on one call log and one directory, as one database has them."""

    def __init__(self, calls: FakeCallLog, directory: FakeDirectory) -> None:
        self.calls = calls
        self.directory = directory
        self.contacts = FakeContacts()
        self.notes = FakeNotes()
        self.shelf = FakeTaskShelf(calls, directory)
        self.country_requests = FakeCountryRequests(directory)
        self.quality = FakeQuality()
        self.limits = FakeLimits(calls)
        self.tariffs = FakeTariffs()
        self.unlocks = self.country_requests.unlocks = FakeUnlocks(calls, directory)
        calls.says = self._says

    def _says(self, call: CallRecord, reader_id: str, term: str) -> bool:
        """Whether contacts, task or note of this reader say `term` of the call."""
        task = self.directory.all_tasks.get(call.task or "")
        note = self.notes.of_calls.get((reader_id, call.id))
        texts = [note.text] if note else []
        if task:
            texts += [task.external_id, task.title, task.customer]
        known = [c for c in self.contacts.visible(reader_id) if c.number == call.number]
        return term in searching.search_text(texts) or any(
            term in contact_rules.search_text(c) for c in known
        )
