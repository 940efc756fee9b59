"""A generated month for tests of statements: customers, tasks, work times, calls in the ledger."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from pbx.domain.months import Month
from pbx.domain.records import (
    Area,
    Direction,
    FactorRow,
    LedgerEntry,
    LedgerKind,
    Moment,
    Outcome,
    PhoneSystem,
    Task,
    User,
    Zone,
)
from pbx.domain.rights import Role
from pbx.domain.task_files import TaskRow, WorkRow
from pbx.store import Database
from pbx.store.calls import _entry_values
from pbx.store.tables import ledger

OCTOBER = Month(2026, 10)
"""Its last Sunday has 25 hours."""
AFTER = datetime(2026, 11, 2, 9, tzinfo=UTC)
FACTORS = FactorRow(date(2020, 1, 1))
RATES = {"Adler": 40_00, "Berg": 37_50, "Celle": None}
DEFAULT_RATE = 33_33
AREAS = list(Area)


@dataclass(frozen=True, slots=True)
class Made:
    people: Sequence[User]
    customers: dict[str, str]
    """Ids by name."""
    tasks: Sequence[Task]


async def make(database: Database, calls: int = 400, seed: int = 5) -> Made:
    """Nine tasks of three customers, one of nobody, one of our own; calls that begin around
    the ends of the month and the change of clocks, too."""
    chance = random.Random(seed)
    people = [
        await database.directory.add_user(f"{n}@x.test", n, Role.VPA, "de", "h")
        for n in ("anna", "ben", "cem")
    ]
    await database.directory.put_factors(FACTORS)
    names = [*RATES] * 3 + ["", ""]
    tasks = [
        Task(f"T{n}", f"Titel {n}", name, AREAS[n % len(AREAS)], 60, own=n == 10)
        for n, name in enumerate(names)
    ]
    rows = [TaskRow(n, t.external_id, t.title, t.customer, t.area, 60) for n, t in enumerate(tasks)]
    await database.bookings.merge_tasks(rows, "boss", AFTER, dry_run=False)
    await database.directory.put_task(tasks[10])
    await database.limits.put_setting("rate_per_hour_cents", DEFAULT_RATE, "boss", AFTER)
    customers = {each.name: each.id for each in await database.customers.all()}
    for name, rate in RATES.items():
        told = {"phone_system": PhoneSystem.OURS, "informed_on": date(2026, 9, 1)}
        wish = {**told, "rate_cents": rate}
        await database.customers.change(customers[name], wish, "boss", AFTER)
    days = [date(2026, 9, 28) + timedelta(days=n % 38) for n in range(60)]
    work = [
        WorkRow(n, tasks[n % 11].external_id, people[n % 3].email, day, chance.randrange(0, 240))
        for n, day in enumerate(days)
    ]
    await database.bookings.merge_work(work, "boss", AFTER, dry_run=False)
    ids = [task.external_id for task in tasks]
    await _put_calls(database, chance, [user.id for user in people], ids, calls)
    return Made(people, customers, tasks)


async def _put_calls(
    database: Database, chance: random.Random, people: list[str], tasks: list[str], count: int
) -> None:
    rows: list[dict[str, Any]] = []
    for n in range(count):
        entries = _call(chance, f"call-{n}", chance.choice(people), chance.choice([*tasks, None]))
        rows += [_entry_values(entry) for entry in entries]
    async with database._engine.write() as conn:
        await conn.execute(insert(ledger), rows)
    await database.calls.rebuild_calls()


EDGES = (
    datetime(2026, 9, 30, 22, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 10, 31, 23, tzinfo=UTC),
)


def _call(chance: random.Random, call_id: str, user_id: str, task: str | None) -> list[LedgerEntry]:
    at = EDGES[0] + timedelta(seconds=chance.randrange(-200_000, 31 * 86_400 + 200_000))
    if chance.random() < 0.3:
        at = chance.choice(EDGES) + timedelta(milliseconds=chance.randrange(-7_200_000, 7_200_000))
    zone = Zone.DE if chance.random() < 0.8 else Zone.EU
    talk_ms = chance.choice((0, chance.randrange(1, 900_000)))
    begin = Moment(at, 0, "boot")
    end = Moment(at + timedelta(milliseconds=talk_ms + 9_000), talk_ms + 9_000, "boot")
    outcome = Outcome.ANSWERED if talk_ms else Outcome.NO_ANSWER
    return [
        LedgerEntry(
            call_id,
            LedgerKind.OFFERED,
            begin,
            direction=chance.choice((Direction.OUTBOUND, Direction.INBOUND)),
            user_id=user_id,
            task=task,
            zone=zone,
            number="+4930123456",
            country="DE" if zone is Zone.DE else "PL",
        ),
        LedgerEntry(
            call_id,
            LedgerKind.ENDED,
            end,
            outcome=outcome,
            talk_ms=talk_ms,
            platform_ms=chance.randrange(0, 20_000),
        ),
    ]
