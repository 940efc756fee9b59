"""What going live needs from the outside; see `ports` for the rest.

Every change is in the audit log, in the same transaction.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from pbx.domain.going_live import Check, Kept, Live, Point
from pbx.domain.records import Number
from pbx.domain.test_calls import Heard, TestCall
from pbx.services.addon_ports import Decide


class GoingLiveStore(Protocol):
    async def kept(self, numbers: Sequence[Number], at: datetime) -> Sequence[Kept]:
        """Of each number, in their order; facts beside the number only where something was
        confirmed."""
        ...

    async def whole(self, numbers: Sequence[Number], at: datetime) -> Sequence[Kept]:
        """Of each number, in their order, with all facts."""
        ...

    async def confirm(self, checks: Sequence[Check], lives: Sequence[Live]) -> None:
        """All of it or nothing; those of one number are by one person, at one time.

        `lives`: numbers of which all points are done with them; one that is live already stays so.
        """
        ...

    async def take_back(self, e164: str, point: Point, by: str, at: datetime) -> None:
        """Where it was the last point that was missing, the number is not live any more."""
        ...

    async def take_back_all(self, by: str, then: datetime, at: datetime) -> None:
        """All that `by` confirmed at just that time, of every number; see `take_back`."""
        ...

    async def go_live(self, live: Live) -> None:
        """A number that is live already stays so."""
        ...


class TestCallStore(Protocol):
    async def add(self, call: TestCall) -> bool:
        """False: one to this number is running."""
        ...

    async def settle(
        self,
        call: TestCall,
        at: datetime,
        *,
        decide: Decide | None = None,
        check: Check | None = None,
        live: Live | None = None,
    ) -> None:
        """Write its result, with what follows from it.

        Args:
            decide: what becomes of its order, see `AddonOrders.change`.
            check, live: of its number, see `GoingLiveStore.confirm`.
        """
        ...

    async def get(self, call_id: str) -> TestCall | None: ...

    async def of_number(self, e164: str, limit: int) -> Sequence[TestCall]:
        """Newest first."""
        ...

    async def interrupted(self, at: datetime, at_work: Collection[str] = ()) -> None:
        """Settle test calls that run by what is written down, but that nobody is at work on.

        Args:
            at_work: ids of those that somebody is.
        """
        ...


class TestCaller(Protocol):
    async def listen(self, e164: str, seconds: float) -> Heard:
        """Call a number of ours from inside, and listen from the answer to the end of the call,
        so long at most.

        Raises:
            SwitchUnreachable, SwitchRefused: see `pbx.errors`.
        """
        ...
