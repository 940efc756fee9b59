"""A year of calls for tests of speed, written in bulk beside the stores.

Spread as a company's calls are: work days and office hours, people with few tasks each,
most calls within Germany.
"""

import importlib
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from pbx.domain.statistics import slot

LAST_DAY = date(2026, 11, 20)
DAYS = 365
PEOPLE = tuple(f"{n:032x}" for n in range(0xA0, 0xA0 + 60))
TASKS = tuple(f"T-{n}" for n in range(1001, 1201))
OURS = ("+4922182829980", *(f"+49221828299{n}" for n in range(81, 99)))
COUNTRIES = ("DE",) * 16 + ("AT", "AT", "CH", "FR", "PL")
CODES = {"DE": "+49221", "AT": "+431", "CH": "+4144", "FR": "+331", "PL": "+4822"}
COLUMNS = (
    "id",
    "direction",
    "offered_at",
    "offered_mono_ms",
    "offered_boot_id",
    "user_id",
    "task",
    "number",
    "did",
    "caller_id",
    "country",
    "number_type",
    "zone",
    "answered_at",
    "ended_at",
    "outcome",
    "cause",
    "talk_ms",
    "platform_ms",
    "day",
    "hour",
)
HOURS = (7, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 14, 15, 15, 16, 17, 18)


def rows(count: int, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """`count` calls as tuples of `COLUMNS`, in any order; times are UTC."""
    chance = random.Random(seed)
    days = [LAST_DAY - timedelta(days=n) for n in range(DAYS)]
    workdays = [day for day in days if day.weekday() < 5 or chance.random() < 0.1]
    slots: dict[datetime, tuple[int, int]] = {}
    for n in range(count):
        day = chance.choice(workdays)
        hour = datetime(day.year, day.month, day.day, chance.choice(HOURS) - 1, tzinfo=UTC)
        at = hour + timedelta(seconds=chance.randrange(3600))
        if hour not in slots:
            slots[hour] = slot(hour)
        yield _row(chance, f"{chance.getrandbits(128):032x}", n, at, slots[hour])


def _row(
    chance: random.Random, call_id: str, n: int, at: datetime, of_day: tuple[int, int]
) -> tuple[Any, ...]:
    person = min(int(chance.expovariate(1 / 20)), len(PEOPLE) - 1)
    task = TASKS[(person * 3 + min(int(chance.expovariate(1 / 2)), 9)) % len(TASKS)]
    country = chance.choice(COUNTRIES)
    inbound = chance.random() < 0.35
    answered = chance.random() < (0.6 if inbound else 0.7)
    other = chance.choice(("missed", "voicemail") if inbound else ("no_answer", "busy", "failed"))
    talk_ms = int(chance.expovariate(1 / 150_000)) if answered else 0
    ours = OURS[0] if chance.random() < 0.6 else OURS[1 + person % (len(OURS) - 1)]
    return (
        call_id,
        "inbound" if inbound else "outbound",
        at,
        n,
        "boot",
        PEOPLE[person] if answered or not inbound else None,
        task,
        f"{CODES[country]}{chance.randrange(2_000_000, 9_999_999)}",
        ours if inbound else None,
        None if inbound else ours,
        country,
        "mobile" if chance.random() < 0.4 else "fixed",
        "DE" if country == "DE" else "EU",
        at + timedelta(seconds=9) if answered else None,
        at + timedelta(seconds=20, milliseconds=talk_ms),
        "answered" if answered else other,
        "hangup-far",
        talk_ms,
        0,
        *of_day,
    )


def sums() -> Iterator[str]:
    """What fills the days' sums from calls that are there: the migration does it once."""
    migration = importlib.import_module("pbx.store.migrations.versions.0012_insight")
    for dimension, value in migration.VALUES.items():
        yield migration.SUM_UP.format(dimension=dimension, value=value)


async def fill(url: str, count: int) -> None:
    """Put `count` calls into the migrated database at `url`, and tell it what is there."""
    if url.startswith("sqlite"):
        _fill_sqlite(url.partition("///")[2], count)
    else:
        await _fill_postgres(url.replace("+asyncpg", ""), count)


def _fill_sqlite(file: str, count: int) -> None:
    times = [i for i, name in enumerate(COLUMNS) if name.endswith("_at")]

    def as_text(row: tuple[Any, ...]) -> list[Any]:
        told = list(row)
        for i in times:
            if told[i] is not None:
                told[i] = told[i].replace(tzinfo=None).isoformat(" ", "microseconds")
        return told

    db = sqlite3.connect(file)
    for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "cache_size = -400000"):
        db.execute(f"PRAGMA {pragma}")
    # Indexes are made at the end, sorted: keeping each in order row by row takes far longer.
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'calls' AND sql LIKE 'CREATE INDEX%'"
    ).fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    places = ", ".join("?" * len(COLUMNS))
    db.executemany(
        f"INSERT INTO calls ({', '.join(COLUMNS)}) VALUES ({places})",
        map(as_text, sorted(rows(count), key=lambda row: row[2])),
    )
    for _, sql in indexes:
        db.execute(sql)
    for statement in sums():
        db.execute(statement)
    db.commit()
    db.close()


async def _fill_postgres(url: str, count: int) -> None:
    conn = await asyncpg.connect(url)
    indexes = await conn.fetch(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE tablename = 'calls' AND indexname LIKE 'ix%'"
    )
    for name, _ in indexes:
        await conn.execute(f"DROP INDEX {name}")
    await conn.copy_records_to_table(
        "calls", records=sorted(rows(count), key=lambda row: row[2]), columns=COLUMNS
    )
    for _, statement in indexes:
        await conn.execute(statement)
    for statement in sums():
        await conn.execute(statement)
    for table in ("calls", "call_sums"):
        await conn.execute(f"VACUUM ANALYZE {table}")
    await conn.close()
