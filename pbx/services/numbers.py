"""The life of our numbers: settings, hand-over now or at a time, undo, groups, files (N9)."""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pbx.domain import number_files, searching
from pbx.domain.audit import Change
from pbx.domain.csv_lines import RowProblem
from pbx.domain.inventory import (
    NOBODY,
    Assignment,
    Caution,
    Inventory,
    NumberFilter,
    NumberGroup,
    NumberRow,
    Owner,
    PlannedChange,
    Surroundings,
    Taken,
    cautions_of,
)
from pbx.domain.number_files import FileRow
from pbx.domain.records import Number, User
from pbx.errors import BadRequest, NotFound, Unavailable
from pbx.services.number_ports import InventoryStore, NumberGroupStore, PlannedStore
from pbx.services.ports import Clock, Directory

log = logging.getLogger(__name__)

HISTORY = 50
"""Assignments and changes that a number's page shows."""
LOOK_SECONDS = 20.0
"""How often the database is asked what is due: another controller may have planned it."""
STUMBLED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class NumberStory:
    """A number with its past and its future."""

    inventory: Inventory
    assignments: Sequence[Assignment]
    """Newest first."""
    changes: Sequence[Change]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class NumbersTaken:
    """With any problem nothing was taken over, and `taken` counts nothing."""

    taken: Taken
    problems: Sequence[RowProblem]


def unknown_number() -> NotFound:
    return NotFound(
        "unknown-number",
        "Diese Nummer gehört nicht zu unserer Anlage.",
        "This number is not one of ours.",
    )


class NumberService:
    """Args:
    around: what the installation has beside its numbers, for warnings.
    """

    def __init__(
        self,
        *,
        store: InventoryStore,
        planned: PlannedStore,
        groups: NumberGroupStore,
        directory: Directory,
        clock: Clock,
        around: Surroundings,
        home_region: str,
    ) -> None:
        self._store = store
        self._planned = planned
        self._groups = groups
        self._directory = directory
        self._clock = clock
        self._around = around
        self._home_region = home_region
        self._wake = asyncio.Event()

    def now(self) -> datetime:
        return self._clock.now().at

    # -------------------------------------------------------------- looking

    async def find(
        self, which: NumberFilter, cursor: str | None, limit: int | None
    ) -> tuple[Sequence[Inventory], str | None]:
        return await self._store.find(which, cursor, limit)

    async def get(self, e164: str) -> Inventory:
        """Raises `NotFound` (`unknown-number`)."""
        found = await self._store.get(e164)
        if found is None:
            raise unknown_number()
        return found

    async def story(self, e164: str) -> NumberStory:
        """Raises `NotFound` (`unknown-number`)."""
        return NumberStory(
            await self.get(e164),
            await self._store.assignments(e164, HISTORY),
            await self._store.changes(e164, HISTORY),
        )

    def cautions(self, found: Inventory) -> tuple[Caution, ...]:
        return cautions_of(found.number, self._around, routed=found.routed)

    # -------------------------------------------------------------- changing

    async def put(self, user: User, number: Number, groups: Sequence[str] | None) -> bool:
        """Create or change settings; True where it is new.

        Args:
            groups: names; None: as before.

        Raises:
            NotFound: `unknown-group`.
        """
        return await self._store.put(number, groups, user.id, self.now())

    async def assign(self, user: User, e164: str, owner: Owner, at: datetime | None) -> Inventory:
        """Hand the number over: for the very next call, or at a time.

        Raises:
            NotFound: `unknown-number`, `unknown-user`; Conflict: `user-inactive`.
        """
        now = self.now()
        if at is None or at <= now:
            await self._store.assign(e164, owner, user.id, now)
        else:
            change = PlannedChange(uuid.uuid4().hex, e164, owner, at, user.id, now)
            await self._planned.add(change)
            self._wake.set()
        return await self.get(e164)

    async def undo(self, user: User, e164: str, change_id: str) -> Inventory:
        """Raises `NotFound`; `Conflict` (`newer-change`, `nothing-to-undo`)."""
        await self._store.undo(e164, change_id, user.id, self.now())
        return await self.get(e164)

    async def planned(self) -> Sequence[PlannedChange]:
        """What will happen, the next first."""
        return await self._planned.find(True, 500)

    async def cancel(self, user: User, change_id: str) -> PlannedChange:
        """Raises `NotFound` (`unknown-planned-change`), `Conflict` (`planned-change-over`)."""
        return await self._planned.cancel(change_id, user.id, self.now())

    async def run(self) -> None:
        """Carry out what was planned, when its time comes; what was missed at once."""
        while True:
            self._wake.clear()
            try:
                for change in await self._planned.carry_out(self.now()):
                    log.info("number planned change %s: %s", change.id, change.state)
                due = await self._planned.next_due()
            except Unavailable as e:
                log.warning("planned changes: %s", e)
                await self._clock.sleep(STUMBLED_SECONDS)
                continue
            wait = LOOK_SECONDS
            if due is not None:
                wait = min(wait, max(0.0, (due - self.now()).total_seconds()))
            await self._rest(wait)

    async def _rest(self, seconds: float) -> None:
        """Until then, or until something else is planned."""
        waits = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._wake.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    # -------------------------------------------------------------- groups

    async def groups(self) -> Sequence[NumberGroup]:
        return await self._groups.all()

    async def add_group(self, user: User, name: str, numbers: Sequence[str]) -> NumberGroup:
        """Raises `Conflict` (`group-exists`), `BadRequest` (`no-name`)."""
        group = NumberGroup(uuid.uuid4().hex, _name(name))
        inside = await self._groups.add(group, numbers, user.id, self.now())
        return NumberGroup(group.id, group.name, inside)

    async def rename_group(self, user: User, group_id: str, name: str) -> NumberGroup:
        """Raises `NotFound` (`unknown-group`), `Conflict` (`group-exists`)."""
        await self._groups.rename(group_id, _name(name), user.id, self.now())
        return next(group for group in await self._groups.all() if group.id == group_id)

    async def remove_group(self, user: User, group_id: str) -> None:
        """Raises `NotFound` (`unknown-group`)."""
        await self._groups.remove(group_id, user.id, self.now())

    # -------------------------------------------------------------- files

    async def take_file(self, user: User, data: bytes, *, dry_run: bool) -> NumbersTaken:
        """Take over a CSV file: all of it, or nothing where any row has a problem.

        Raises:
            BadRequest: the file cannot be read at all (`bad-number-file`).
        """
        rows, problems = await asyncio.to_thread(number_files.read, data, self._home_region)
        people = {each.email.casefold(): each for each in await self._directory.users()}
        groups = {searching.fold(group.name) for group in await self._groups.all()}
        wanted: list[NumberRow] = []
        for row in rows:
            owner, wrong = _owner(row, people)
            missing = [n for n in row.groups or () if searching.fold(n) not in groups]
            wrong += [_no_group(row.row, name) for name in missing]
            problems += wrong
            wanted.append(NumberRow(row.row, row.number, row.given, owner, row.groups))
        if problems:
            return NumbersTaken(Taken(0, 0, 0), sorted(problems, key=lambda p: p.row))
        taken = await self._store.take(wanted, user.id, self.now(), dry_run=dry_run)
        return NumbersTaken(taken, ())


def _owner(row: FileRow, people: dict[str, User]) -> tuple[Owner | None, list[RowProblem]]:
    match row.assigned_to:
        case None:
            return None, []
        case "":
            return NOBODY, []
        case number_files.HEAD_OFFICE:
            return Owner(head_office=True), []
    person = people.get(row.assigned_to)
    if person is None or not person.active:
        return None, [
            RowProblem(
                row.row,
                f"„{row.assigned_to}“ hat hier kein Konto, das benutzt werden kann.",
                f'"{row.assigned_to}" has no account here that can be used.',
            )
        ]
    return Owner(person.id), []


def _no_group(row: int, name: str) -> RowProblem:
    return RowProblem(
        row,
        f"Die Gruppe „{name}“ gibt es nicht. Bitte zuerst anlegen.",
        f'There is no group "{name}". Please create it first.',
    )


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise BadRequest("no-name", "Bitte einen Namen angeben.", "Please give it a name.")
    return tidy
