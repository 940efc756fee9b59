"""What must be looked at before callers use a number; who did, and since when it is live (F65)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pbx.domain.going_live import (
    FOUND,
    Check,
    Kept,
    Live,
    LiveState,
    Point,
    PointState,
    Standing,
    changed_meanwhile,
    complete,
    findings_of,
    live_state,
    no_such_point,
    points_open,
    standings,
)
from pbx.domain.inventory import Inventory
from pbx.domain.records import Number, User
from pbx.domain.test_calls import TestCall
from pbx.errors import NotFound
from pbx.services.going_live_ports import GoingLiveStore
from pbx.services.going_live_several import SeveralChecks
from pbx.services.numbers import NumberService
from pbx.services.ports import Clock
from pbx.services.routing import RouteOffice
from pbx.services.test_calls import TestCalls, newest_over


@dataclass(frozen=True, slots=True)
class Checklist:
    """A number with all its points."""

    inventory: Inventory
    kept: Kept
    points: tuple[Standing, ...]
    calls: Sequence[TestCall]
    """Newest first."""

    @property
    def complete(self) -> bool:
        return complete(self.points)

    def standing(self, point: Point) -> Standing | None:
        return next((each for each in self.points if each.point is point), None)


class GoingLive:
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
        self.calls = calls
        self.several = SeveralChecks(
            store=store, numbers=numbers, routing=routing, calls=calls, clock=clock
        )
        self._clock = clock
        calls.confirms = self._passed

    # -------------------------------------------------------------- looking

    async def look(self, e164: str) -> Checklist:
        """Raises `NotFound` (`unknown-number`)."""
        inventory = await self._numbers.get(e164)
        faults = [problem.fault for problem in await self._routing.problems_of(e164)]
        findings = findings_of(self._numbers.cautions(inventory), faults)
        [kept] = await self._store.whole([inventory.number], self._clock.now().at)
        calls = await self.calls.of_number(e164)
        points = standings(kept, findings, newest_over(calls))
        return Checklist(inventory, kept, points, calls)

    async def kept(self, numbers: Sequence[Number]) -> Sequence[Kept]:
        """What is written down about these, in their order."""
        return await self._store.kept(numbers, self._clock.now().at)

    async def states(self, numbers: Sequence[Number]) -> Sequence[LiveState]:
        """How far each of these is, in their order."""
        return [live_state(each) for each in await self.kept(numbers)]

    # -------------------------------------------------------------- changing

    async def confirm(self, by: User, e164: str, point: Point, seen: str) -> Checklist:
        """Somebody has looked at a point; of what the system found: it is meant to be so.

        Args:
            seen: the digest of what they saw, see `Standing`.

        Raises:
            NotFound: `unknown-number`, `no-such-point`; Conflict: `changed-meanwhile`.
        """
        before = await self.look(e164)
        standing = before.standing(point)
        if standing is None or point is Point.TEST_CALL:
            raise no_such_point()
        if standing.seen != seen:
            raise changed_meanwhile()
        if point in FOUND and not standing.findings:
            return before
        check = Check(e164, point, seen, by.id, self._clock.now().at)
        live = _live(before, check)
        await self._store.confirm([check], [live] if live else [])
        return await self.look(e164)

    async def take_back(self, by: User, e164: str, point: Point) -> Checklist:
        """It was not looked at after all.

        Raises:
            NotFound: `unknown-number`, `no-such-point`.
        """
        before = await self.look(e164)
        if before.standing(point) is None or point is Point.TEST_CALL:
            raise no_such_point()
        await self._store.take_back(e164, point, by.id, self._clock.now().at)
        return await self.look(e164)

    async def go_live(self, by: User, e164: str) -> Checklist:
        """Record it where the last open point was mended elsewhere.

        Raises:
            NotFound: `unknown-number`; Conflict: `points-open`.
        """
        if not (await self.look(e164)).complete:
            raise points_open()
        await self._store.go_live(Live(e164, self._clock.now().at, by.id))
        return await self.look(e164)

    # -------------------------------------------------------------- test calls

    async def test(self, by: User, e164: str) -> Checklist:
        """Begin a test call; its result appears among the points.

        Raises:
            NotFound: `unknown-number`; Conflict: `test-call-running`.
        """
        await self._numbers.get(e164)
        await self.calls.start(by, e164)
        return await self.look(e164)

    async def audio(self, e164: str, call_id: str) -> Path:
        """Raises `NotFound` (`no-test-audio`)."""
        return await self.calls.audio(call_id, did=e164)

    async def _passed(self, call: TestCall) -> tuple[Check | None, Live | None]:
        """What a test call that passed confirms, for whoever made it."""
        try:
            before = await self.look(call.did)
        except NotFound:
            return None, None
        standing = before.standing(Point.TEST_CALL)
        if standing is None:
            return None, None
        check = Check(call.did, Point.TEST_CALL, standing.seen, call.by, self._clock.now().at)
        return check, _live(before, check)


def _live(before: Checklist, check: Check) -> Live | None:
    """Where all points are done with this one."""
    after = [
        replace(each, state=PointState.DONE) if each.point is check.point else each
        for each in before.points
    ]
    return Live(check.e164, check.at, check.by) if complete(after) else None
