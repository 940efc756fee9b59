"""Tasks whose calls use up the included quarter of their work time, watched while it happens.

When it is used up is known beforehand: so many milliseconds are left, and so many calls use
them. A timer waits for that moment; a look each second finds what moves it (work time that is
written, another area, calls that begin or end).
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pbx.domain import metering
from pbx.domain.call import Call
from pbx.domain.records import Area, Moment, Zone
from pbx.errors import Unavailable
from pbx.services.ports import Clock, Notifier

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
FRESH_MS = 3_000
"""So long sums of ended calls are believed: an end is written some milliseconds after it."""

Spoken = Sequence[tuple[Zone | None, int]]
"""Zone and milliseconds of calls under way."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a task's included time follows from."""

    task: str
    title: str
    customer: str
    area: Area
    own: bool
    work_seconds: int


class ShareLimits(Protocol):
    async def bases(self, some: Collection[str]) -> Mapping[str, Basis]: ...

    async def talked_ms(self, some: Collection[str]) -> Mapping[str, int]:
        """Of ended calls."""
        ...

    async def crossed(self, task: str, live: Spoken, at: datetime) -> None:
        """Tell other programs that the task is over the limit, once for its work time.

        Args:
            live: what calls under way add.
        """
        ...


class Board(Protocol):
    def calls(self) -> list[Call]: ...


@dataclass(frozen=True, slots=True)
class _Talked:
    calls: frozenset[str]
    ms: int
    read: Moment


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a task's people were last told of."""

    calls: frozenset[str]
    area: Area
    work_seconds: int
    over: bool


class ShareWatch:
    def __init__(
        self, *, store: ShareLimits, board: Board, notifier: Notifier, clock: Clock
    ) -> None:
        self._store = store
        self._board = board
        self._notifier = notifier
        self._clock = clock
        self._talked: dict[str, _Talked] = {}
        self._seen: dict[str, _Seen] = {}
        self._told: dict[str, int] = {}
        """Work seconds of the last crossing that was written, by task."""

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            try:
                wait = await self.look()
            except Unavailable as e:
                log.warning("phone shares are not watched: %s", e)
                wait = LOOK_SECONDS
            await self._clock.sleep(wait)

    async def look(self) -> float:
        """Tell of what is over the limit by now; seconds until the next look."""
        by_task = self._talking()
        for known in (self._seen, self._talked, self._told):
            for gone in known.keys() - by_task.keys():
                del known[gone]
        if not by_task:
            return LOOK_SECONDS
        bases = await self._store.bases(by_task)
        await self._sum_up(by_task)
        now = self._clock.now()
        wait_ms = LOOK_SECONDS * 1000
        for task, calls in by_task.items():
            basis = bases.get(task)
            if basis is None or basis.own:
                continue
            phone_ms = self._talked[task].ms + sum(call.talk_ms(now) for call in calls)
            left = metering.ms_left(phone_ms, basis.work_seconds, len(calls))
            if left == 0 and self._told.get(task) != basis.work_seconds:
                await self._store.crossed(task, _spoken(calls, now), now.at)
                self._told[task] = basis.work_seconds
            elif left:
                wait_ms = min(wait_ms, left)
            self._tell(calls, basis, over=left == 0)
        return wait_ms / 1000

    def _talking(self) -> dict[str, list[Call]]:
        found: dict[str, list[Call]] = {}
        for call in self._board.calls():
            if call.facts.task and call.answered and not call.ended and not call.internal:
                found.setdefault(call.facts.task, []).append(call)
        return found

    async def _sum_up(self, by_task: Mapping[str, Sequence[Call]]) -> None:
        now = self._clock.now()
        ids = {task: frozenset(call.id for call in calls) for task, calls in by_task.items()}
        stale = [
            task
            for task, calls in ids.items()
            if (known := self._talked.get(task)) is None
            or known.calls != calls
            or known.read.ms_until(now) >= FRESH_MS
        ]
        if stale:
            sums = await self._store.talked_ms(stale)
            for task in stale:
                self._talked[task] = _Talked(ids[task], sums.get(task, 0), now)

    def _tell(self, calls: Sequence[Call], basis: Basis, *, over: bool) -> None:
        """Push the task's share to everybody who talks on it, where it is another one now."""
        ids = frozenset(call.id for call in calls)
        seen = _Seen(ids, basis.area, basis.work_seconds, over)
        if self._seen.get(basis.task) == seen:
            return
        self._seen[basis.task] = seen
        people = {user for call in calls for user in (*call.members, call.facts.user_id)}
        for user_id in sorted(filter(None, people)):
            self._notifier.phone_share_changed(user_id, basis.task)


def _spoken(calls: Sequence[Call], now: Moment) -> Spoken:
    return [(call.facts.zone, call.talk_ms(now)) for call in calls]
