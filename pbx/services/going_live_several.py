"""Several numbers are confirmed at once, after an import or in a new installation (F65)."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pbx.domain.going_live import (
    Check,
    Live,
    Point,
    PointState,
    complete,
    findings_of,
    standings,
)
from pbx.domain.going_live_several import Row, Verdict, row_of
from pbx.domain.inventory import NumberFilter
from pbx.domain.records import User
from pbx.domain.routing import Fault
from pbx.services.going_live_ports import GoingLiveStore
from pbx.services.numbers import NumberService
from pbx.services.ports import Clock
from pbx.services.routing import RouteOffice
from pbx.services.test_calls import TestCalls


class SeveralChecks:
    def __init__(
        self,
        *,
        store: GoingLiveStore,
        numbers: NumberService,
        routing: RouteOffice,
        calls: TestCalls,
        clock: Clock,
    ) -> None:
        self._store = store
        self._numbers = numbers
        self._routing = routing
        self._calls = calls
        self._clock = clock

    async def look(self, e164s: Collection[str]) -> Sequence[Row]:
        """How it stands with those of these numbers that are ours, in their order."""
        found, _ = await self._numbers.find(NumberFilter(e164s=frozenset(e164s)), None, None)
        faults: dict[str, list[Fault]] = {}
        for problem in await self._routing.problems():
            faults.setdefault(problem.e164, []).append(problem.fault)
        kept = await self._store.whole([each.number for each in found], self._clock.now().at)

        def rows() -> list[Row]:
            return [
                row_of(
                    each,
                    findings_of(
                        self._numbers.cautions(inventory), faults.get(inventory.number.e164, ())
                    ),
                )
                for inventory, each in zip(found, kept, strict=True)
            ]

        # A whole inventory takes a moment: meanwhile calls must go on.
        return await asyncio.to_thread(rows)

    async def confirm(self, by: User, seen: Mapping[str, str]) -> tuple[datetime, Sequence[Row]]:
        """Confirm what a person looks at, of each number where nothing wrong is found.

        Args:
            seen: by number, the digest of what was seen, see `Row`.

        Returns:
            When, which `take_back` needs; and what became of each number.
        """
        rows = [row.against(seen[row.kept.facts.number.e164]) for row in await self.look(seen)]
        now = self._clock.now().at
        checks: list[Check] = []
        lives: list[Live] = []
        for index, row in enumerate(rows):
            if row.verdict is not Verdict.READY:
                continue
            e164 = row.kept.facts.number.e164
            checks += [Check(e164, each.point, each.seen, by.id, now) for each in row.open]
            if await self._completes(row):
                lives.append(Live(e164, now, by.id))
            rows[index] = replace(row, verdict=Verdict.CONFIRMED)
        await self._store.confirm(checks, lives)
        return now, rows

    async def _completes(self, row: Row) -> bool:
        """Whether all points are done once this one is confirmed, its test call among them."""
        if row.kept.live is not None or Point.TEST_CALL not in row.kept.checks:
            return False
        findings = {each.point: each.findings for each in row.points}
        over = await self._calls.last_over(row.kept.facts.number.e164)
        confirmed = {each.point for each in row.open}
        return complete(
            replace(each, state=PointState.DONE) if each.point in confirmed else each
            for each in standings(row.kept, findings, over)
        )

    async def take_back(self, by: User, at: datetime) -> None:
        """Take back what this person confirmed then, where nobody has confirmed it since."""
        await self._store.take_back_all(by.id, at, self._clock.now().at)
