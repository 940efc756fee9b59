"""What unlocks and limits need from the outside; see `ports` for the rest.

Adapters: `pbx.store`. The fakes in `tests/fakes` pass the same contract tests. Every change
is in the audit log, in the same transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from pbx.domain.brake import Lock
from pbx.domain.limits import Limits
from pbx.domain.unlocks import Unlock, Used
from pbx.services.ports import CallLog, Directory
from pbx.services.tariff_ports import TariffStore

EVERYBODY = ""
"""The scope of the default limits."""


@dataclass(frozen=True, slots=True)
class UnlockFilter:
    """Which unlocks; None means any. `current_at`: not over and not revoked at this time."""

    country: str | None = None
    current_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often somebody wanted to call a locked country."""

    country: str
    user_id: str
    count: int
    last_day: date


class UnlockStore(Protocol):
    async def add(self, unlock: Unlock) -> None:
        """Raises `NotFound` (`unknown-country`)."""
        ...

    async def revoke(self, unlock_id: str, by: str, at: datetime) -> bool:
        """False where it is revoked already, or unknown."""
        ...

    async def restore(self, unlock_id: str, by: str, at: datetime) -> bool:
        """Undo `revoke`; False where it is not revoked, or unknown."""
        ...

    async def get(self, unlock_id: str, now: datetime) -> Used | None: ...

    async def of_requests(
        self, request_ids: Collection[str], now: datetime
    ) -> Mapping[str, Used]: ...

    async def find(
        self, which: UnlockFilter, now: datetime, cursor: str | None, limit: int
    ) -> tuple[Sequence[Used], str | None]:
        """Newest first.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        ...

    async def standing(self, now: datetime) -> Sequence[Used]:
        """All that are not revoked, and end later than two weeks before `now`."""
        ...

    async def use(self, call_id: str, unlock_id: str) -> None:
        """This call is made because of this unlock: its talk time counts for the cap."""
        ...

    async def count_refusal(self, user_id: str, country: str, day: date) -> None: ...

    async def refusals(self, since: date) -> Sequence[Refusals]:
        """Sums by country and person from `since` on, the most first."""
        ...


class LimitStore(Protocol):
    async def limits(self) -> Mapping[str, Limits]:
        """What management set, by user id; those of `EVERYBODY` are the defaults."""
        ...

    async def limits_of(self, user_id: str) -> tuple[Limits, Limits]:
        """The defaults and this person's own."""
        ...

    async def put_limits(self, scope: str, limits: Limits, by: str, at: datetime) -> None:
        """Replace what is set for a user id or for `EVERYBODY`."""
        ...

    async def setting(self, name: str) -> Any | None:
        """What JSON gave `put_setting`; None where management has set nothing."""
        ...

    async def put_setting(self, name: str, value: Any, by: str, at: datetime) -> None: ...

    async def lock(self, lock: Lock) -> bool:
        """False where this person is locked already."""
        ...

    async def release(self, lock_id: str, by: str, at: datetime) -> Lock | None:
        """None where it is released already, or unknown."""
        ...

    async def locked(self) -> Sequence[Lock]:
        """Who is locked now, the last one first."""
        ...

    async def last_lock(self, user_id: str) -> Lock | None: ...

    async def known_numbers(self, numbers: Collection[str], before: datetime) -> set[str]:
        """Those that anybody here had called before."""
        ...


class Letters(Protocol):
    """Durable mail of ours; `pbx.services.post`."""

    async def write(
        self, kind: str, to: Sequence[str], subject: str, text: str, *, reference: str = ""
    ) -> object: ...


class CountryStores(Protocol):
    """A database, or fakes of it."""

    @property
    def calls(self) -> CallLog: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def unlocks(self) -> UnlockStore: ...

    @property
    def limits(self) -> LimitStore: ...

    @property
    def tariffs(self) -> TariffStore: ...
