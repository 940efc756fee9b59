"""The stores in memory, hand-written; they pass the same contract tests as the SQL ones.

    directory = FakeDirectory()
    sessions = FakeSessions(directory)
    calls = FakeCallLog()

What they keep is in plain attributes, for tests to read.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import uuid4

from pbx.domain import searching
from pbx.domain.audit import SYSTEM
from pbx.domain.inventory import ASSIGNMENT, Owner, given
from pbx.domain.records import (
    Area,
    CallRecord,
    Country,
    FactorRow,
    LedgerEntry,
    LedgerKind,
    Moment,
    Number,
    PushSubscription,
    Status,
    Task,
    TaskSeconds,
    TaskState,
    User,
    Zone,
)
from pbx.domain.rights import Role
from pbx.services.ports import CallFilter
from pbx.store.numbers import inactive_user, unknown_number
from pbx.store.paging import decode_cursor, encode_cursor
from pbx.store.people import email_key, email_taken, unknown_user
from pbx.store.projection import participants, project
from pbx.store.task_changes import nothing_to_undo
from pbx.store.tasks import factors_in_use, no_factors, unknown_task

T = TypeVar("T")

ONCE = {LedgerKind.OFFERED, LedgerKind.RINGING, LedgerKind.ANSWERED, LedgerKind.ENDED}


def page(
    items: Sequence[T], place: Callable[[T], tuple[datetime, str]], cursor: str | None, limit: int
) -> tuple[Sequence[T], str | None]:
    newest_first = sorted(items, key=place, reverse=True)
    if cursor is not None:
        behind = decode_cursor(cursor)
        newest_first = [i for i in newest_first if place(i) < behind]
    shown = newest_first[:limit]
    more = len(newest_first) > limit and shown
    return shown, encode_cursor(*place(shown[-1])) if more else None


class FakeCallLog:
    def __init__(self) -> None:
        self.ledger: list[LedgerEntry] = []
        self.beats: dict[str, Moment] = {}
        self.says: Callable[[CallRecord, str, str], bool] = lambda call, reader_id, term: False
        """Whether what a reader has on a call holds a term; `FakeDesk` knows."""
        self.customer_of: Callable[[str | None], str | None] = lambda task: None
        """Whose task it is; `FakeDesk` knows."""

    async def append(self, entry: LedgerEntry) -> bool:
        if entry.kind is LedgerKind.OFFERED and entry.direction is None:
            raise ValueError(f"call {entry.call_id} offered without a direction")
        if any(self._repeats(entry, old) for old in self.ledger):
            return False
        utc = replace(entry.moment, at=entry.moment.at.astimezone(UTC))
        self.ledger.append(replace(entry, moment=utc))
        return True

    @staticmethod
    def _repeats(new: LedgerEntry, old: LedgerEntry) -> bool:
        if new.kind is not old.kind or new.kind not in ONCE:
            return False
        if new.call_id == old.call_id:
            return True
        keyed = new.kind is LedgerKind.OFFERED and None not in (new.user_id, new.key)
        return keyed and (new.user_id, new.key) == (old.user_id, old.key)

    @property
    def calls(self) -> list[CallRecord]:
        ids = dict.fromkeys(e.call_id for e in self.ledger)
        records = (project(e for e in self.ledger if e.call_id == c) for c in ids)
        return [r for r in records if r is not None]

    async def get(self, call_id: str) -> CallRecord | None:
        return next((c for c in self.calls if c.id == call_id), None)

    async def by_key(self, user_id: str, key: str) -> CallRecord | None:
        for entry in self.ledger:
            if entry.kind is LedgerKind.OFFERED and (entry.user_id, entry.key) == (user_id, key):
                return await self.get(entry.call_id)
        return None

    async def entries(self, call_id: str) -> Sequence[LedgerEntry]:
        return [e for e in self.ledger if e.call_id == call_id]

    def _matching(self, which: CallFilter) -> list[CallRecord]:
        return [
            c
            for c in self.calls
            if (which.since is None or c.offered.at >= which.since)
            and (which.until is None or c.offered.at < which.until)
            and (which.user_id in (None, c.user_id) or which.user_id in self._joined(c.id))
            and which.task in (None, c.task)
            and which.number in (None, c.number)
            and not (which.open_only and c.ended)
            and not (which.ended_only and c.ended is None)
            and which.country in (None, c.country)
            and which.number_type in (None, c.number_type)
            and (which.ours is None or (c.did or c.caller_id) in which.ours)
            and (which.customer is None or self.customer_of(c.task) == which.customer)
            and which.direction in (None, c.direction)
            and (not which.outcomes or c.outcome in which.outcomes)
            and all(self._found(c, which.reader_id, t) for t in searching.terms(which.query))
        ]

    def _joined(self, call_id: str) -> list[str]:
        return participants(e for e in self.ledger if e.call_id == call_id)

    def _found(self, call: CallRecord, reader_id: str, term: str) -> bool:
        part = searching.number_part(term)
        if part is not None and part in (call.number or ""):
            return True
        return self.says(call, reader_id, term)

    async def took_part(self, user_id: str, call_id: str) -> bool:
        return user_id in self._joined(call_id)

    async def participants(self, call_ids: Collection[str]) -> Mapping[str, Collection[str]]:
        found = {call_id: set(self._joined(call_id)) for call_id in call_ids}
        return {call_id: users for call_id, users in found.items() if users}

    async def find(
        self, which: CallFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallRecord], str | None]:
        return page(self._matching(which), lambda c: (c.offered.at, c.id), cursor, limit)

    async def count(self, which: CallFilter, most: int) -> int:
        return min(len(self._matching(which)), most + 1)

    async def beat(self, call_ids: Sequence[str], moment: Moment) -> None:
        self.beats |= dict.fromkeys(call_ids, moment)

    async def last_beat(self, call_id: str) -> Moment | None:
        return self.beats.get(call_id)

    async def task_seconds(
        self, task: str | None, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[TaskSeconds]:
        ended = [c for c in self._matching(CallFilter(since, until, task=task)) if c.ended]
        sums = []
        for name in sorted({c.task for c in ended if c.task is not None}):
            of_task = [c for c in ended if c.task == name]
            by_zone: Counter[Zone] = Counter()
            for call in of_task:
                if call.zone and call.talk_ms:
                    by_zone[call.zone] += call.talk_ms
            talk, platform = (
                sum(c.talk_ms for c in of_task),
                sum(c.platform_ms for c in of_task),
            )
            sums.append(TaskSeconds(name, len(of_task), talk, platform, dict(by_zone)))
        return sums


class FakeDirectory:
    def __init__(self, today: Callable[[], date] = lambda: date(2026, 11, 21)) -> None:
        self.people: dict[str, User] = {}
        self.hashes: dict[str, str] = {}
        self.all_tasks: dict[str, Task] = {}
        self.open_checks: set[str] = set()
        """Names of customers for whom nobody has answered the new-customer check."""
        self.open_handovers: set[tuple[str, str]] = set()
        """Task and address of who has to confirm that it was handed to them."""
        self.frozen: dict[str, date | None] = {}
        self.before_rebooking: dict[str, tuple[Area, date | None]] = {}
        self.minutes: dict[tuple[str, str, date], int] = {}
        self.all_numbers: dict[str, Number] = {}
        self.assignments: list[tuple[str, str | None, str, datetime]] = []
        self.all_countries: dict[str, Country] = {}
        self.country_changes: list[tuple[Country, str, datetime]] = []
        self.factor_rows: dict[date, FactorRow] = {}
        self._today = today

    # -- people

    async def user(self, user_id: str) -> User | None:
        return self.people.get(user_id)

    async def user_by_email(self, email: str) -> User | None:
        return next(
            (u for u in self.people.values() if email_key(u.email) == email_key(email)), None
        )

    async def users(self) -> Sequence[User]:
        return sorted(self.people.values(), key=lambda u: email_key(u.email))

    async def add_user(
        self, email: str, name: str, role: Role, language: str, password_hash: str
    ) -> User:
        if await self.user_by_email(email):
            raise email_taken()
        user = User(uuid4().hex, email.strip(), name, role, language)
        self.people[user.id], self.hashes[user.id] = user, password_hash
        return user

    async def set_password(self, user_id: str, password_hash: str) -> None:
        await self.password_hash(user_id)
        self.hashes[user_id] = password_hash

    async def set_language(self, user_id: str, language: str) -> None:
        await self.password_hash(user_id)
        self.people[user_id] = replace(self.people[user_id], language=language)

    async def set_status(self, user_id: str, status: Status) -> None:
        await self.password_hash(user_id)
        self.people[user_id] = replace(self.people[user_id], status=status)

    async def password_hash(self, user_id: str) -> str:
        if user_id not in self.people:
            raise unknown_user()
        return self.hashes[user_id]

    # -- tasks

    async def tasks(self, query: str, email: str | None, limit: int = 50) -> Sequence[Task]:
        wanted = searching.fold(query)
        found = [
            t
            for t in self.all_tasks.values()
            if wanted in searching.search_text((t.external_id, t.title, t.customer))
            and (
                email is None
                or (
                    t.state is TaskState.OPEN
                    and (
                        t.own or not t.assignees or email_key(email) in map(email_key, t.assignees)
                    )
                )
            )
        ]
        return sorted(found, key=lambda t: (t.title, t.external_id))[:limit]

    async def task(self, external_id: str) -> Task | None:
        return self.all_tasks.get(external_id)

    async def task_titles(self, external_ids: Collection[str]) -> Mapping[str, str]:
        return {
            t.external_id: t.title for t in self.all_tasks.values() if t.external_id in external_ids
        }

    async def put_task(
        self, task: Task, by: str = SYSTEM, at: datetime | None = None, *, undo: bool = False
    ) -> bool:
        before = self.all_tasks.get(task.external_id)
        frozen = self.frozen.get(task.external_id)
        moved = before is not None and before.area is not task.area
        if before is None or moved or not frozen:
            valid = [d for d in self.factor_rows if d <= self._today()]
            self.frozen[task.external_id] = max(valid, default=None)
        if before is not None and moved:
            area, day = self.before_rebooking.get(task.external_id, (None, None))
            if undo:
                if area is not task.area:
                    raise nothing_to_undo()
                self.frozen[task.external_id] = day
            self.before_rebooking[task.external_id] = before.area, frozen
        self.all_tasks[task.external_id] = task
        return before is None

    async def check_open(self, task: str) -> str | None:
        found = self.all_tasks.get(task)
        return found.customer if found and found.customer in self.open_checks else None

    async def handover_open(self, task: str, email: str) -> bool:
        return (task, email) in self.open_handovers

    async def put_work_time(
        self,
        task: str,
        user_id: str,
        day: date,
        minutes: int,
        by: str = SYSTEM,
        at: datetime | None = None,
    ) -> None:
        if task not in self.all_tasks:
            raise unknown_task()
        if user_id not in self.people:
            raise unknown_user()
        self.minutes[task, user_id, day] = minutes

    async def work_seconds(self, task: str) -> int:
        return sum(m for (name, _, _), m in self.minutes.items() if name == task) * 60

    # -- numbers and countries

    async def numbers(self) -> Sequence[Number]:
        return sorted(self.all_numbers.values(), key=lambda n: n.e164)

    async def number(self, e164: str) -> Number | None:
        return self.all_numbers.get(e164)

    async def put_number(self, number: Number, by: str, at: datetime) -> bool:
        before = self.all_numbers.get(number.e164)
        if before is not None:
            kept = {name: getattr(before, name) for name in ASSIGNMENT}
            number = replace(number, **kept)
        self.all_numbers[number.e164] = number
        return before is None

    async def assign(self, e164: str, user_id: str | None, by: str, at: datetime) -> Number:
        if e164 not in self.all_numbers:
            raise unknown_number()
        if user_id is not None and user_id not in self.people:
            raise unknown_user()
        if user_id is not None and not self.people[user_id].active:
            raise inactive_user()
        self.all_numbers[e164] = given(self.all_numbers[e164], Owner(user_id), at)
        self.assignments.append((e164, user_id, by, at))
        return self.all_numbers[e164]

    async def countries(self) -> Sequence[Country]:
        return sorted(self.all_countries.values(), key=lambda c: c.code)

    async def country(self, code: str) -> Country | None:
        return self.all_countries.get(code)

    async def put_country(self, country: Country, by: str, at: datetime) -> None:
        if self.all_countries.get(country.code) != country:
            self.all_countries[country.code] = country
            self.country_changes.append((country, by, at))

    async def add_countries(self, new: Collection[Country], by: str, at: datetime) -> None:
        for country in new:
            if country.code not in self.all_countries:
                await self.put_country(country, by, at)

    # -- factors

    async def factors(self, day: date) -> FactorRow:
        valid = [d for d in self.factor_rows if d <= day]
        if not valid:
            raise no_factors()
        return self.factor_rows[max(valid)]

    async def put_factors(self, row: FactorRow) -> None:
        before = self.factor_rows.get(row.valid_from, row)
        if before != row and row.valid_from in self.frozen.values():
            raise factors_in_use()
        self.factor_rows[row.valid_from] = row


class FakePushStore:
    def __init__(self) -> None:
        self.subscriptions: dict[str, PushSubscription] = {}

    async def put(self, subscription: PushSubscription, keep: int) -> None:
        self.subscriptions[subscription.endpoint] = subscription
        for each in (await self.of_user(subscription.user_id))[keep:]:
            del self.subscriptions[each.endpoint]

    async def of_user(self, user_id: str) -> Sequence[PushSubscription]:
        theirs = [s for s in self.subscriptions.values() if s.user_id == user_id]
        by_endpoint = sorted(theirs, key=lambda s: s.endpoint)
        return sorted(by_endpoint, key=lambda s: s.created_at, reverse=True)

    async def users(self) -> Sequence[str]:
        return list({s.user_id for s in self.subscriptions.values()})

    async def remove(self, endpoint: str, user_id: str | None = None) -> None:
        found = self.subscriptions.get(endpoint)
        if found and user_id in (None, found.user_id):
            del self.subscriptions[endpoint]

    async def remove_session(self, session: str) -> None:
        for each in [s for s in self.subscriptions.values() if s.session == session]:
            del self.subscriptions[each.endpoint]
