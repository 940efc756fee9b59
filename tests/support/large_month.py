"""A large month for tests of speed: many customers, tasks and calls, written by the database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine

from pbx.domain import searching
from pbx.domain.customers import name_key
from pbx.domain.records import Area, FactorRow, PhoneSystem
from pbx.domain.rights import Role
from pbx.store import Database
from pbx.store.billing_tables import customers
from pbx.store.tables import tasks, work_times
from tests.support.many_calls import (
    _POSTGRES_INDEXES,
    _POSTGRES_SETTINGS,
    _SQLITE_INDEXES,
    _SQLITE_SETTINGS,
)

CUSTOMERS, TASKS, CALLS = 400, 2_000, 100_000
FACTORS = FactorRow(date(2020, 1, 1))
FIRST = date(2026, 10, 1)
BEGINS = int(datetime(2026, 10, 1, 7, tzinfo=UTC).timestamp())
CALLS_SQL = """
INSERT INTO calls (
    id, direction, offered_at, offered_mono_ms, offered_boot_id, user_id, task, number, country,
    number_type, zone, ended_at, ended_mono_ms, ended_boot_id, outcome, cause, talk_ms,
    platform_ms, day, hour)
WITH RECURSIVE
n (n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM n WHERE n < {count}),
drawn AS (
    SELECT n, n * 7919 % 31 AS day, n * 104729 % 30000 AS second, n * 31337 % {tasks} AS task,
        n * 48271 % 240000 AS talk_ms
    FROM n)
SELECT 'call-' || n, 'outbound', {offered}, n, 'boot', '{user}', 'T-' || task, '+492211234567',
    'DE', 'fixed', CASE WHEN task % 2 = 0 THEN 'DE' ELSE 'EU' END, {offered}, n + talk_ms, 'boot',
    'answered', 'hangup-far', talk_ms, n % 5000, {first} + day, 9
FROM drawn
"""


async def fill(url: str) -> None:
    """A month in which nothing is open: whoever calls abroad is booked for it.

    `url`: of a migrated database that nobody has opened.
    """
    database = Database.open(url)
    await database.directory.put_factors(FACTORS)
    anna = await database.directory.add_user("large@x.test", "Anna", Role.VPA, "de", "h")
    await database.close()
    sqlite = url.startswith("sqlite")
    seconds = f"{BEGINS} + day * 86400 + second"
    told = {
        "count": CALLS,
        "tasks": TASKS,
        "user": anna.id,
        "first": FIRST.toordinal(),
        "offered": f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
        if sqlite
        else f"to_timestamp({seconds})",
    }
    # An engine of its own: the program's ends a statement that takes longer than five seconds.
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        for setting in _SQLITE_SETTINGS if sqlite else _POSTGRES_SETTINGS:
            await conn.execute(text(setting))
        found = (await conn.execute(text(_SQLITE_INDEXES if sqlite else _POSTGRES_INDEXES))).all()
        for name, _ in found:
            await conn.execute(text(f"DROP INDEX {name}"))
        await conn.execute(text("BEGIN"))
        await conn.execute(insert(customers), [_customer(n) for n in range(CUSTOMERS)])
        await conn.execute(insert(tasks), [_task(n) for n in range(TASKS)])
        await conn.execute(insert(work_times), [_work(n, anna.id) for n in range(2 * TASKS)])
        await conn.execute(text(CALLS_SQL.format(**told)))
        await conn.execute(text("COMMIT"))
        for statement in (*(made for _, made in found), "ANALYZE"):
            await conn.execute(text(statement))
    await engine.dispose()


def _customer(n: int) -> dict[str, Any]:
    name = f"Kunde {n:03}"
    return {
        "id": f"customer-{n}",
        "name": name,
        "name_key": name_key(name),
        "search": searching.search_text([name]),
        "phone_system": PhoneSystem.OURS,
        "informed_on": FIRST,
        "booked_area": None,
        "rate_cents": 38_50 + n,
        "note": "",
    }


def _task(n: int) -> dict[str, Any]:
    title, owner = f"Aufgabe {n}", n % CUSTOMERS
    return {
        "external_id": f"T-{n}",
        "title": title,
        "customer": f"Kunde {owner:03}",
        "customer_id": f"customer-{owner}",
        "area": Area.BACKOFFICE_EU if n % 2 else Area.BACKOFFICE_DE,
        "budget_minutes": 0,
        "own": False,
        "search": searching.search_text([title]),
        "factors_valid_from": FACTORS.valid_from,
    }


def _work(n: int, user_id: str) -> dict[str, Any]:
    day = FIRST + timedelta(days=n // TASKS * 13 + n % 5)
    return {"task": f"T-{n % TASKS}", "user_id": user_id, "day": day, "minutes": 61 + n % 400}
