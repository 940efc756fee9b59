"""The migration to days' sums on a database that has been in use."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pbx.domain.statistics import BERLIN, Breakdown, Place, Sums, places
from pbx.services.ports import CallFilter
from pbx.store import Database, upgrade
from pbx.store.engine import Engine

pytest_plugins = ["tests.support.stores"]

BATCH = 5_000
"""Calls that the migration fills in at once; here are a few more."""
FIRST = datetime(2025, 10, 25, 21, 59, 30, tzinfo=UTC)
"""Berlin's clocks go back that night: 3 o'clock comes twice."""
OUTCOMES = ("answered", "missed", "voicemail", "busy", None)
COLUMNS = (
    "id, direction, offered_at, offered_mono_ms, offered_boot_id, user_id, task, country,"
    " number_type, did, caller_id, ended_at, ended_mono_ms, ended_boot_id, outcome, talk_ms,"
    " platform_ms"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/pbx.sqlite3"
    url: str = request.getfixturevalue("postgres_empty")
    return url


def _call(n: int, sqlite: bool) -> dict[str, Any]:
    """Every fifth has not ended; some have no person, task, country or number of ours."""
    at, outcome = FIRST + timedelta(minutes=10 * n, microseconds=n), OUTCOMES[n % len(OUTCOMES)]
    inbound = n % 3 != 0

    def kept(moment: datetime) -> Any:
        return moment.replace(tzinfo=None).isoformat(" ", "microseconds") if sqlite else moment

    return {
        "id": f"{n * 7919 % 10_007:05}",
        "direction": "inbound" if inbound else "outbound",
        "at": kept(at),
        "user": f"u{n % 4}" if n % 4 else None,
        "task": f"T{n % 6}" if n % 6 else None,
        "country": ("DE", "AT", None)[n % 3],
        "type": ("fixed", "mobile", None)[n % 3],
        "did": "+49221" if inbound else None,
        "caller_id": None if inbound or n % 2 else "+49222",
        "ended": kept(at + timedelta(seconds=30)) if outcome else None,
        "ended_ms": 1 if outcome else None,
        "ended_boot": "b" if outcome else None,
        "outcome": outcome,
        "talk_ms": n if outcome == "answered" else 0,
    }


async def test_calls_of_before_get_their_day_and_their_place_in_the_sums(empty_url: str) -> None:
    await upgrade(empty_url, "0011")
    engine = Engine(empty_url)
    rows = [_call(n, engine.sqlite) for n in range(BATCH + 3)]
    insert = text(
        f"INSERT INTO calls ({COLUMNS}) VALUES (:id, :direction, :at, 1, 'b', :user, :task,"
        " :country, :type, :did, :caller_id, :ended, :ended_ms, :ended_boot, :outcome, :talk_ms, 0)"
    )
    async with engine.write() as conn:
        await conn.execute(insert, rows)
    await upgrade(empty_url)
    db = Database.open(empty_url)
    records, _ = await db.calls.find(CallFilter(), None, len(rows))
    assert len(records) == len(rows)
    async with engine.read() as conn:
        told = await conn.execute(text("SELECT id, day, hour FROM calls"))
        slots = {call_id: (day, hour) for call_id, day, hour in told}
        told = await conn.execute(
            text(
                "SELECT dimension, day, value, direction, calls, answered, missed, talk_ms"
                " FROM call_sums"
            )
        )
        kept = {tuple(row[:4]): Sums(*map(int, row[4:])) for row in told}
    await engine.close()
    expected: dict[Place, Sums] = {}
    for record in records:
        local = record.offered.at.astimezone(BERLIN)
        assert slots[record.id] == (local.toordinal(), local.hour)
        for place, sums in places(record).items():
            expected[place] = expected.get(place, Sums()) + sums
    assert kept == {(p.dimension, p.day, p.value, p.direction): s for p, s in expected.items()}
    by_day = await db.statistics.sums(CallFilter(), Breakdown.DAY)
    assert sum(each.calls for each in by_day.values()) == sum(1 for row in rows if row["outcome"])
    assert by_day["2025-10-25"].calls == 1, "21:59 UTC; ten minutes later it is the 26th in Berlin"
    await db.close()
