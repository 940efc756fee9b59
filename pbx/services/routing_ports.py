"""What routing needs from the outside: where calls go, and who may call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pbx.domain.records import Number
from pbx.domain.routing import (
    Absence,
    Caller,
    CallerRule,
    Group,
    ListKind,
    Schedule,
    Step,
)


@dataclass(frozen=True, slots=True)
class RouteParts:
    """What is written down about where calls go."""

    numbers: Mapping[str, Number] = field(default_factory=dict)
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()


class Routes(Protocol):
    """Steps of numbers, groups, opening hours, absences; every change leaves its audit row."""

    async def parts(self, e164: str, at: datetime) -> RouteParts:
        """What a call to this number may need at `at`: the steps of the numbers to which it can
        go on, what those name, and the absences that cover `at`."""
        ...

    async def everything(self) -> RouteParts:
        """All there is, but for absences that are over."""
        ...

    async def steps(self, e164: str) -> tuple[Step, ...]: ...

    async def put_steps(self, e164: str, steps: Sequence[Step], *, by: str, at: datetime) -> None:
        """Replace a number's list; an empty one: as if it had none."""
        ...

    async def groups(self) -> Sequence[Group]:
        """By name."""
        ...

    async def put_group(self, group: Group, *, by: str, at: datetime) -> None: ...

    async def remove_group(self, group_id: str, *, by: str, at: datetime) -> None:
        """Raises `NotFound`: `unknown-group`."""
        ...

    async def schedules(self) -> Sequence[Schedule]:
        """By name."""
        ...

    async def put_schedule(self, schedule: Schedule, *, by: str, at: datetime) -> None: ...

    async def remove_schedule(self, schedule_id: str, *, by: str, at: datetime) -> None:
        """Raises `NotFound`: `unknown-schedule`."""
        ...

    async def absences(self, since: datetime) -> Sequence[Absence]:
        """Those that are not over at `since`, by their beginning."""
        ...

    async def put_absence(self, absence: Absence, *, by: str, at: datetime) -> None: ...

    async def remove_absence(self, absence_id: str, *, by: str, at: datetime) -> None:
        """Raises `NotFound`: `unknown-absence`."""
        ...


class CallerLists(Protocol):
    """Block, allow and VIP list; every change by a person leaves its audit row."""

    async def about(self, caller: Caller) -> Sequence[CallerRule]:
        """The entries whose number, beginning or hidden number is this caller's, also those
        that are over."""
        ...

    async def find(
        self, kind: ListKind, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallerRule], str | None]:
        """Newest first; the second value is the next page's cursor or None.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        ...

    async def put(self, rule: CallerRule, *, by: str, at: datetime) -> CallerRule:
        """Add; where that list has an entry for the same already, that one gets its `until` and
        `note` and is given back."""
        ...

    async def remove(self, rule_id: str, *, by: str, at: datetime) -> None:
        """Raises `NotFound`: `unknown-caller-rule`."""
        ...

    async def hit(self, rule_id: str, at: datetime) -> None:
        """Count a call; an entry that is gone is as good."""
        ...

    async def keep_hidden(self, call_id: str, hidden: str, at: datetime) -> None:
        """Remember the keyed hash of who withheld their number in this call."""
        ...

    async def hidden_of(self, call_id: str) -> str | None: ...

    async def forget_hidden(self, before: datetime) -> int:
        """Forget those of calls before; how many."""
        ...
