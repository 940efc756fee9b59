"""Unlocks, limits and the brake in memory; they pass the same contract tests as the SQL stores."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from pbx.domain.brake import Lock
from pbx.domain.limits import Limits
from pbx.domain.tariffs import PriceList, Rate
from pbx.domain.unlocks import Unlock, Used
from pbx.services.country_ports import EVERYBODY, Refusals, UnlockFilter
from pbx.services.tariff_ports import KeptList
from pbx.store.unlocks import REMEMBERED, unknown_country
from tests.fakes.stores import FakeCallLog, FakeDirectory, page


class FakeUnlocks:
    def __init__(self, calls: FakeCallLog, directory: FakeDirectory) -> None:
        self._calls = calls
        self._directory = directory
        self.kept: dict[str, Unlock] = {}
        self.used_by: dict[str, str] = {}
        """Unlock id by call id."""
        self.refused: Counter[tuple[str, str, date]] = Counter()

    async def add(self, unlock: Unlock) -> None:
        if await self._directory.country(unlock.country) is None:
            raise unknown_country(unlock.country)
        self.kept[unlock.id] = unlock

    async def revoke(self, unlock_id: str, by: str, at: datetime) -> bool:
        unlock = self.kept.get(unlock_id)
        if unlock is None or unlock.revoked_at is not None:
            return False
        self.kept[unlock_id] = replace(unlock, revoked_at=at, revoked_by=by)
        return True

    async def restore(self, unlock_id: str, by: str, at: datetime) -> bool:
        unlock = self.kept.get(unlock_id)
        if unlock is None or unlock.revoked_at is None:
            return False
        self.kept[unlock_id] = replace(unlock, revoked_at=None, revoked_by=None)
        return True

    def _used(self, unlock: Unlock, now: datetime) -> Used:
        spent = 0
        for call in self._calls.calls:
            if self.used_by.get(call.id) != unlock.id:
                continue
            spent += call.talk_ms
            if call.ended is None and call.answered is not None:
                spent += max(0, round((now - call.answered.at).total_seconds() * 1000))
        return Used(unlock, spent)

    async def get(self, unlock_id: str, now: datetime) -> Used | None:
        unlock = self.kept.get(unlock_id)
        return None if unlock is None else self._used(unlock, now)

    async def of_requests(self, request_ids: Collection[str], now: datetime) -> Mapping[str, Used]:
        found = [u for u in self.kept.values() if u.request_id in request_ids]
        return {unlock.request_id or "": self._used(unlock, now) for unlock in found}

    async def find(
        self, which: UnlockFilter, now: datetime, cursor: str | None, limit: int
    ) -> tuple[Sequence[Used], str | None]:
        found = [
            self._used(u, now)
            for u in self.kept.values()
            if which.country in (None, u.country)
            and (
                which.current_at is None
                or (u.revoked_at is None and (u.until is None or u.until > which.current_at))
            )
        ]
        return page(found, lambda used: (used.unlock.at, used.unlock.id), cursor, limit)

    async def standing(self, now: datetime) -> Sequence[Used]:
        return [
            self._used(u, now)
            for u in self.kept.values()
            if u.revoked_at is None and (u.until is None or u.until > now - REMEMBERED)
        ]

    async def use(self, call_id: str, unlock_id: str) -> None:
        self.used_by.setdefault(call_id, unlock_id)

    async def count_refusal(self, user_id: str, country: str, day: date) -> None:
        self.refused[user_id, country, day] += 1

    async def refusals(self, since: date) -> Sequence[Refusals]:
        sums: dict[tuple[str, str], Refusals] = {}
        for (user_id, country, day), count in self.refused.items():
            if day < since:
                continue
            before = sums.get((user_id, country), Refusals(country, user_id, 0, day))
            sums[user_id, country] = replace(
                before, count=before.count + count, last_day=max(before.last_day, day)
            )
        return sorted(sums.values(), key=lambda r: (-r.count, r.country, r.user_id))


class FakeLimits:
    def __init__(self, calls: FakeCallLog) -> None:
        self._calls = calls
        self.kept: dict[str, Limits] = {}
        self.settings: dict[str, Any] = {}
        self.locks: list[Lock] = []

    async def limits(self) -> Mapping[str, Limits]:
        return {scope: values for scope, values in self.kept.items() if values}

    async def limits_of(self, user_id: str) -> tuple[Limits, Limits]:
        return self.kept.get(EVERYBODY, {}), self.kept.get(user_id, {})

    async def put_limits(self, scope: str, limits: Limits, by: str, at: datetime) -> None:
        self.kept[scope] = dict(limits)

    async def setting(self, name: str) -> Any | None:
        return self.settings.get(name)

    async def put_setting(self, name: str, value: Any, by: str, at: datetime) -> None:
        self.settings[name] = value

    async def lock(self, lock: Lock) -> bool:
        if any(each.user_id == lock.user_id for each in await self.locked()):
            return False
        self.locks.append(lock)
        return True

    async def release(self, lock_id: str, by: str, at: datetime) -> Lock | None:
        for i, lock in enumerate(self.locks):
            if lock.id == lock_id and lock.released_at is None:
                self.locks[i] = replace(lock, released_at=at, released_by=by)
                return self.locks[i]
        return None

    async def locked(self) -> Sequence[Lock]:
        return [lock for lock in reversed(self.locks) if lock.released_at is None]

    async def last_lock(self, user_id: str) -> Lock | None:
        theirs = [lock for lock in self.locks if lock.user_id == user_id]
        return max(theirs, key=lambda lock: lock.at, default=None)

    async def known_numbers(self, numbers: Collection[str], before: datetime) -> set[str]:
        return {
            call.number
            for call in self._calls.calls
            if call.number in numbers and call.number is not None and call.offered.at < before
        }


class FakeTariffs:
    """What prices calls; management of prices is tested on a database."""

    def __init__(self) -> None:
        self.kept: dict[PriceList, Sequence[Rate]] = {}

    async def lists(self) -> Sequence[KeptList]:
        return [KeptList(price_list, len(self.kept)) for price_list in self.kept]

    async def rates(self, list_id: str) -> Sequence[Rate]:
        return next(rates for each, rates in self.kept.items() if each.id == list_id)


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    kind: str
    to: tuple[str, ...]
    subject: str
    text: str
    reference: str


@dataclass
class FakeLetters:
    written: list[WrittenLetter] = field(default_factory=list)

    async def write(
        self, kind: str, to: Sequence[str], subject: str, text: str, *, reference: str = ""
    ) -> None:
        assert to
        self.written.append(WrittenLetter(kind, tuple(to), subject, text, reference))

    async def bounced(
        self, message_ids: Sequence[str], to: Sequence[str], words: str, *, by: str
    ) -> bool:
        return False
