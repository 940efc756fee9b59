"""A year of calls for tests of speed.

The database itself writes them, in a few statements that SQLite and PostgreSQL share. They
are spread as a company's calls are: work days and office hours, people with few tasks each,
most calls within Germany. Ledger, calls, participants and sums agree, as if each call had
been told entry by entry.
"""

import importlib
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from pbx.domain import searching
from pbx.domain.statistics import slot
from pbx.store.desk_tables import call_notes, contacts
from pbx.store.number_tables import number_group_members, number_groups
from pbx.store.tables import numbers, tasks, users

CALLS = 200_000
LAST_DAY = date(2026, 11, 20)
DAYS = 365
PEOPLE = tuple(f"{n:032x}" for n in range(0xA0, 0xA0 + 60))
TASKS = tuple(f"T-{n}" for n in range(1001, 1201))
CUSTOMERS = 40
OURS = tuple(f"+492218282970{n:02}" for n in range(19))
GROUP = "g" * 32
PLACES = (
    *(("DE", "+49221", "DE"),) * 16,
    *(("AT", "+431", "EU"),) * 2,
    *(("CH", "+4144", "EU"), ("FR", "+331", "EU"), ("PL", "+4822", "EU")),
)
HOURS = (7, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 14, 15, 15, 16, 17, 18)
KNOWN = 3_000
"""Contacts, and as many notes on calls."""
ODDS = 4_096
HOURS_DRAWN = 8_192
"""Rows of the tables from which each call draws who, what, where, and when."""

FACTS = "user_id, task, number, did, caller_id, country, number_type, zone"
CALLS_SQL = f"""
INSERT INTO calls (
    id, direction, offered_at, offered_mono_ms, offered_boot_id, {FACTS}, answered_at,
    answered_mono_ms, answered_boot_id, ended_at, ended_mono_ms, ended_boot_id,
    outcome, cause, talk_ms, platform_ms, day, hour)
WITH RECURSIVE
n (n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM n WHERE n < {{count}}),
dice AS (SELECT n, {{rolls}} FROM n),
drawn AS (
    SELECT dice.n, id1, id2, digits, odds.*, whens.second + sec % 3600 AS begun,
        'T-' || (1001 + (odds.person * 3 + odds.task_step) % {len(TASKS)}) AS task,
        CASE WHEN way % 100 < 35 THEN 1 ELSE 0 END AS inbound,
        CASE WHEN luck % 100 < CASE WHEN way % 100 < 35 THEN 60 ELSE 70 END THEN 1 ELSE 0 END
            AS answered,
        luck % 3 AS failing, whom % 10 < 6 AS head, kind % 10 < 4 AS mobile,
        whens.day, whens.hour
    FROM dice
    JOIN whens ON whens.n = (dice.n - 1) * {HOURS_DRAWN} / {{count}}
    JOIN odds ON odds.row = draw % {ODDS}),
told AS (
    SELECT *, CASE WHEN head THEN '{OURS[0]}' ELSE own END AS ours,
        CASE WHEN answered = 1 THEN talk_ms ELSE 0 END AS talked
    FROM drawn)
SELECT {{id}}, CASE WHEN inbound = 1 THEN 'inbound' ELSE 'outbound' END, {{begun}}, n, 'boot',
    CASE WHEN answered = 1 OR inbound = 0 THEN {{person}} END, task,
    code || (2000000 + digits % 7999999),
    CASE WHEN inbound = 1 THEN ours END, CASE WHEN inbound = 0 THEN ours END,
    country, CASE WHEN mobile THEN 'mobile' ELSE 'fixed' END, zone,
    CASE WHEN answered = 1 THEN {{answered}} END,
    CASE WHEN answered = 1 THEN n + 9000 END, CASE WHEN answered = 1 THEN 'boot' END,
    {{ended}}, n + 9000 + talked, 'boot',
    CASE WHEN answered = 1 THEN 'answered'
        WHEN inbound = 1 THEN CASE WHEN failing = 0 THEN 'voicemail' ELSE 'missed' END
        WHEN failing = 0 THEN 'busy' WHEN failing = 1 THEN 'no_answer' ELSE 'failed' END,
    'hangup-far', talked, 0, day, hour
FROM told
"""
DICE = ("id1", "id2", "draw", "sec", "way", "luck", "whom", "kind", "digits")
LEDGER_SQL = f"""
INSERT INTO ledger (call_id, kind, at, mono_ms, boot_id, direction, {FACTS}, leg, outcome, cause,
    talk_ms, platform_ms)
WITH kinds (kind, step) AS (VALUES ('offered', 1), ('leg_up', 2), ('answered', 3), ('ended', 4))
SELECT id, kind,
    CASE step WHEN 3 THEN answered_at WHEN 4 THEN ended_at ELSE offered_at END,
    CASE step WHEN 3 THEN answered_mono_ms WHEN 4 THEN ended_mono_ms ELSE offered_mono_ms END,
    offered_boot_id,
    CASE WHEN step = 1 THEN direction END,
    CASE WHEN step IN (2, 3) OR step = 1 AND direction = 'outbound' THEN user_id END,
    CASE WHEN step = 1 THEN task END, CASE WHEN step = 1 THEN number END,
    CASE WHEN step = 1 THEN did END, CASE WHEN step = 1 THEN caller_id END,
    CASE WHEN step = 1 THEN country END, CASE WHEN step = 1 THEN number_type END,
    CASE WHEN step = 1 THEN zone END,
    CASE WHEN step = 2 THEN 'agent' END,
    CASE WHEN step = 4 THEN outcome END, CASE WHEN step = 4 THEN cause END,
    CASE WHEN step = 4 THEN talk_ms END, CASE WHEN step = 4 THEN platform_ms END
FROM calls CROSS JOIN kinds
WHERE step IN (1, 4) OR step = 2 AND user_id IS NOT NULL OR step = 3 AND answered_at IS NOT NULL
{{order}}
"""
JOINED_SQL = """
INSERT INTO call_participants (call_id, user_id)
SELECT id, user_id FROM calls WHERE user_id IS NOT NULL ORDER BY id
"""


async def fill(url: str, count: int) -> None:
    """Put `count` calls into the migrated database at `url`, and tell it what is there."""
    sqlite = url.startswith("sqlite")
    engine = create_async_engine(make_url(url), isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        for setting in _SQLITE_SETTINGS if sqlite else _POSTGRES_SETTINGS:
            await conn.execute(text(setting))
        await _directory(conn)
        # Indexes are made at the end, sorted: keeping each in order row by row takes far longer.
        found = (await conn.execute(text(_SQLITE_INDEXES if sqlite else _POSTGRES_INDEXES))).all()
        for name, _ in found:
            await conn.execute(text(f"DROP INDEX {name}"))
        await _odds(conn)
        await conn.execute(text(_calls_sql(count, sqlite)))
        ledger = LEDGER_SQL.format(order="ORDER BY id, step" if sqlite else "")
        for statement in (ledger, JOINED_SQL, *(made for _, made in found), *sums()):
            await conn.execute(text(statement))
        await _notes(conn)
        if not sqlite:
            await conn.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


_SQLITE_SETTINGS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -400000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA threads = 2",
)
_POSTGRES_SETTINGS = (
    "SET maintenance_work_mem = '128MB'",
    "SET work_mem = '64MB'",
    "SET synchronous_commit = off",
)
_SQLITE_INDEXES = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    " AND tbl_name IN ('calls', 'call_participants')"
)
_POSTGRES_INDEXES = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE indexname NOT LIKE 'pk%'"
    " AND tablename IN ('calls', 'call_participants', 'ledger')"
)


def _calls_sql(count: int, sqlite: bool) -> str:
    chance = random.Random(1)
    rolls = [f"n * {chance.randrange(1 << 30, 1 << 31)} % 2147483647 AS {each}" for each in DICE]

    def at(seconds: str) -> str:
        if sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
        return f"to_timestamp({seconds})"

    def hexed(value: str, digits: int) -> str:
        if sqlite:
            return f"printf('%0{digits}x', {value})"
        return f"lpad(to_hex({value}), {digits}, '0')"

    return CALLS_SQL.format(
        count=count,
        rolls=", ".join(rolls),
        id=" || ".join([hexed("id1", 8), hexed("id2", 8), hexed("n", 16)]),
        person=hexed(f"{0xA0} + person", 32),
        begun=at("begun"),
        answered=at("begun + 9"),
        ended=at("begun + 9 + talked / 1000"),
    )


async def _odds(conn: AsyncConnection) -> None:
    """What calls draw: each thing as often as it shall occur."""
    chance = random.Random(1)
    days = [LAST_DAY - timedelta(days=n) for n in range(DAYS)]
    workdays = [day for day in days if day.weekday() < 5 or chance.random() < 0.1]
    hours = []
    for _ in range(HOURS_DRAWN):
        day = chance.choice(workdays)
        hours.append(datetime(day.year, day.month, day.day, chance.choice(HOURS) - 1, tzinfo=UTC))
    whens = [
        {"n": n, "second": int(begin.timestamp()), "day": slot(begin)[0], "hour": slot(begin)[1]}
        for n, begin in enumerate(sorted(hours))
    ]
    odds = []
    for n in range(ODDS):
        person = min(int(chance.expovariate(1 / 20)), len(PEOPLE) - 1)
        country, code, zone = chance.choice(PLACES)
        odds.append(
            {
                "row": n,
                "person": person,
                "own": OURS[1 + person % (len(OURS) - 1)],
                "task_step": min(int(chance.expovariate(1 / 2)), 9),
                "talk_ms": int(chance.expovariate(1 / 150_000)),
                "country": country,
                "code": code,
                "zone": zone,
            }
        )
    for name, columns, rows in (("whens", _WHENS, whens), ("odds", _ODDS, odds)):
        await conn.execute(text(f"CREATE TEMPORARY TABLE {name} ({columns})"))
        places = ", ".join(f":{column}" for column in rows[0])
        await conn.execute(text(f"INSERT INTO {name} VALUES ({places})"), rows)


_WHENS = "n integer PRIMARY KEY, second bigint, day integer, hour integer"
_ODDS = (
    "row integer PRIMARY KEY, person integer, own text, task_step integer, talk_ms bigint,"
    " country text, code text, zone text"
)


def sums() -> Iterator[str]:
    """What fills the days' sums from calls that are there: the migration does it once."""
    migration = importlib.import_module("pbx.store.migrations.versions.0012_insight")
    for dimension, value in migration.VALUES.items():
        yield migration.SUM_UP.format(dimension=dimension, value=value)


# ------------------------------------------------------------------ who and what they are of


def email_of(n: int) -> str:
    return f"person-{n}@example.test"


async def _directory(conn: AsyncConnection) -> None:
    people = [
        {
            "id": user_id,
            "email": email_of(n),
            "email_key": email_of(n),
            "name": f"Person {n}",
            "language": "de",
            "active": True,
            "password_hash": "hashed:word",
            "role": "vpa" if n else "manager",
        }
        for n, user_id in enumerate(PEOPLE)
    ]
    await conn.execute(insert(users), people)
    jobs = []
    for n, task in enumerate(TASKS):
        title, customer = f"Aufgabe {n}", f"Kunde {n % CUSTOMERS}"
        found_by = searching.search_text([title, customer, task])
        jobs.append(
            {
                "external_id": task,
                "title": title,
                "customer": customer,
                "area": "backoffice",
                "budget_minutes": 0,
                "own": False,
                "search": found_by,
            }
        )
    await conn.execute(insert(tasks), jobs)
    of_ours: list[dict[str, Any]] = [
        {
            "e164": number,
            "label": f"Nummer {n}",
            "ring_seconds": 20,
            "language": "de",
            "recipients": (),
            "show_as_caller_id": True,
            "head_office": False,
        }
        for n, number in enumerate(OURS)
    ]
    await conn.execute(insert(numbers), of_ours)
    await conn.execute(
        insert(number_groups), [{"id": GROUP, "name": "Vertrieb", "name_key": "vertrieb"}]
    )
    await conn.execute(
        insert(number_group_members), [{"group_id": GROUP, "e164": each} for each in OURS[2:7]]
    )


async def _notes(conn: AsyncConnection) -> None:
    """Contacts for some who called, and notes on some calls."""
    found = await conn.execute(text(f"SELECT id, number FROM calls ORDER BY id LIMIT {KNOWN}"))
    known, noted = [], []
    for n, (call_id, number) in enumerate(found.all()):
        name, note = f"Bekannt {n}", f"Notiz {n}"
        known.append(
            {
                "id": f"{n:032x}",
                "owner_id": PEOPLE[0],
                "public": True,
                "name": name,
                "number": number,
                "company": "",
                "email": "",
                "note": "",
                "task": "",
                "name_key": searching.fold(name),
                "search": searching.search_text([name], number),
            }
        )
        noted.append(
            {
                "user_id": PEOPLE[0],
                "call_id": call_id,
                "text": note,
                "search": note.lower(),
                "at": datetime(2026, 11, 20, tzinfo=UTC),
            }
        )
    await conn.execute(insert(contacts), known)
    await conn.execute(insert(call_notes), noted)
