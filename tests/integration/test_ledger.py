"""What the ledger promises beyond its contract: durable, rebuildable, alive after faults."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Number, NumberType, Outcome, Zone
from pbx.domain.rights import Role
from pbx.errors import Unavailable
from pbx.services.ports import CallFilter
from pbx.store import Database, DatabaseAway
from pbx.store.engine import Engine
from tests.support.records import at, entry, moment, offered

if TYPE_CHECKING:
    from tests.support.postgres import PostgresServer

pytest_plugins = ["tests.support.stores"]

ROOT = Path(__file__).resolve().parents[2]
ANY = CallFilter()

# ------------------------------------------------------------------ the projection

entries = st.builds(
    LedgerEntry,
    call_id=st.sampled_from(["c1", "c2", "c3"]),
    kind=st.sampled_from(LedgerKind),
    moment=st.integers(0, 3_600_000).map(lambda ms: moment(ms / 1000)),
    direction=st.sampled_from(Direction),
    user_id=st.sampled_from([None, "anna", "bert"]),
    task=st.sampled_from([None, "T1", "T2"]),
    number=st.sampled_from([None, "+4930123456"]),
    number_type=st.sampled_from([None, *NumberType]),
    zone=st.sampled_from([None, *Zone]),
    key=st.sampled_from([None, "k1", "k2"]),
    leg=st.sampled_from([None, "agent", "far"]),
    channel=st.sampled_from([None, "x.agent", "x.far"]),
    cause=st.sampled_from([None, "busy", "hangup-far"]),
    outcome=st.sampled_from([None, *Outcome]),
    talk_ms=st.sampled_from([None, 0, 1, 3_600_000_000]),
    platform_ms=st.sampled_from([None, 0, 250]),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=st.lists(entries, max_size=25))
def test_calls_rebuilt_from_the_ledger_are_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    new_sqlite: Callable[[Path], str],
    told: list[LedgerEntry],
) -> None:
    url = new_sqlite(tmp_path_factory.mktemp("rebuild"))

    async def run() -> None:
        db = Database.open(url)
        for one in told:
            await db.calls.append(one)
        before, _ = await db.calls.find(ANY, None, 10)
        assert await db.calls.rebuild_calls() == len(before)
        after, _ = await db.calls.find(ANY, None, 10)
        await db.close()
        assert after == before

    asyncio.run(run())


async def test_a_damaged_projection_is_made_whole(database: Database, database_url: str) -> None:
    for i in range(30):
        await database.calls.append(offered(f"c{i:02}", i, number="+431", zone=Zone.EU))
        if i % 3:
            await database.calls.append(entry(f"c{i:02}", LedgerKind.ENDED, i + 1, talk_ms=i))
    await database.calls.append(entry("never-offered", LedgerKind.NOTE))
    before, _ = await database.calls.find(ANY, None, 50)
    engine = Engine(database_url)
    async with engine.write() as conn:
        await conn.execute(text("DELETE FROM calls WHERE id < 'c10'"))
        await conn.execute(text("UPDATE calls SET talk_ms = 7, task = NULL"))
    await engine.close()
    assert await database.calls.rebuild_calls() == 30
    after, _ = await database.calls.find(ANY, None, 50)
    assert after == before


async def test_a_rebuild_in_steps_misses_no_call(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pbx.store.calls.REBUILD_BATCH", 3)
    for i in range(10):
        await database.calls.append(offered(f"c{i}", i))
        await database.calls.append(entry(f"c{i}", LedgerKind.RINGING, i))
    before, _ = await database.calls.find(ANY, None, 50)
    assert await database.calls.rebuild_calls() == 10
    assert (await database.calls.find(ANY, None, 50))[0] == before


# ------------------------------------------------------------------ durability


async def test_sqlite_is_set_to_lose_nothing(durable: None, sqlite_url: str) -> None:
    engine = Engine(sqlite_url)
    found = {}
    async with engine.write() as conn:
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            found[name] = (await conn.execute(text(f"PRAGMA {name}"))).scalar()
    await engine.close()
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 3_000,
    }


_APPEND_AND_WAIT = """
import asyncio, sys
from pbx.store import Database
from tests.support.records import offered

async def main():
    db = Database.open(sys.argv[1])
    for number in range(1_000_000):
        await db.calls.append(offered(f"c{number}"))
        print(number, flush=True)

asyncio.run(main())
"""


async def test_what_was_appended_survives_a_killed_process(
    database: Database, database_url: str
) -> None:
    """Killed in the middle of its work, the process leaves every entry it had reported."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _APPEND_AND_WAIT, database_url),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        reported = [int(await process.stdout.readline()) for _ in range(25)]
    finally:
        process.kill()
        rest = await process.stdout.read()
        await process.wait()
    assert process.returncode == -signal.SIGKILL
    reported += [int(line) for line in rest.splitlines() if line.strip()]
    for number in reported:
        assert list(await database.calls.entries(f"c{number}")) == [offered(f"c{number}")]
        assert await database.calls.get(f"c{number}") is not None
    assert await database.calls.append(offered("after", 1)) is True


async def test_two_programs_write_at_the_same_time(database: Database, database_url: str) -> None:
    """Such as the server and the command line: nobody hears of a locked database."""
    other = Database.open(database_url)
    wishes = [(offered(f"c{i}", i), (database, other)[i % 2]) for i in range(60)]
    results = await asyncio.gather(*(db.calls.append(wish) for wish, db in wishes))
    same = await asyncio.gather(
        *(
            db.calls.append(replace(wish, call_id=f"k{i}", key="k"))
            for i, (wish, db) in enumerate(wishes)
        )
    )
    await other.close()
    assert all(results)
    assert same.count(True) == 1


async def test_two_programs_read_and_then_write(database: Database, database_url: str) -> None:
    """What was read in a transaction that goes on to write is not overtaken by the other."""
    other = Database.open(database_url)
    number = Number("+4922182829980", "Zentrale")
    await database.directory.put_number(number, "boss", at(0))
    people = [
        await database.directory.add_user(f"{i}@example.test", "", Role.VPA, "de", "h")
        for i in range(20)
    ]
    await asyncio.gather(
        *(
            (database, other)[i % 2].directory.assign(number.e164, user.id, "boss", at(i))
            for i, user in enumerate(people)
        )
    )
    await other.close()
    last = await database.directory.number(number.e164)
    assert last is not None
    assert last.user_id in {user.id for user in people}


async def test_a_cancelled_append_leaves_the_log_usable(database: Database) -> None:
    """The end of a call's task may cancel it at any point; the entry is there whole or not.

    Moments from before the first statement to after the commit are tried.
    """
    began = time.monotonic()
    for step in range(40):
        task = asyncio.create_task(database.calls.append(offered(f"c{step}", step)))
        await asyncio.sleep(step * 0.0002)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        written = await database.calls.entries(f"c{step}")
        assert (await database.calls.get(f"c{step}") is not None) == bool(written)
    assert await database.calls.append(offered("last", 99)) is True
    assert time.monotonic() - began < 9  # nobody waited for a lock that was left behind


async def test_an_append_that_fails_for_a_cancelled_caller_is_logged(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    db = Database.open(sqlite_url)
    task = asyncio.create_task(db.calls.append(offered("c1", direction=None)))
    await asyncio.sleep(0)  # it has begun
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await db.close()
    assert "append failed for a cancelled caller" in caplog.text


async def test_sqlite_appends_are_quick_enough(durable: None, sqlite_url: str) -> None:
    db = Database.open(sqlite_url)
    count = 200
    began = time.monotonic()
    for i in range(count):
        await db.calls.append(offered(f"c{i}", i, number="+493012345678", key=f"k{i}"))
    rate = count / (time.monotonic() - began)
    await db.close()
    print(f"\nSQLite: {rate:.0f} durable appends/s")
    assert rate > 20


# ------------------------------------------------------------------ faults


async def test_a_server_that_is_away_is_an_error_with_an_id() -> None:
    db = Database.open("postgresql+asyncpg://pbx:secret@127.0.0.1:1/pbx")
    with pytest.raises(Unavailable) as away:
        await db.calls.append(offered("c1"))
    reason = await db.check()
    await db.close()
    assert away.value.error_id == "database-away"
    assert reason not in {"", "ok"}
    assert "secret" not in reason


async def test_a_locked_sqlite_file_is_waited_for(sqlite_url: str) -> None:
    """Another program holds the write lock for a while, then lets go."""
    db, other = Database.open(sqlite_url), Engine(sqlite_url)
    async with other.write() as conn:
        await conn.execute(text("DELETE FROM calls"))
        waiting = asyncio.create_task(db.calls.append(offered("c1")))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        assert await db.calls.get("c1") is None  # readers do not wait
    assert await waiting is True
    await db.close()
    await other.close()


async def test_a_check_does_not_wait_for_ever(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pbx.store.database.CHECK_SECONDS", 0.2)
    db, other = Database.open(sqlite_url), Engine(sqlite_url)
    async with other.write():
        assert await db.check() == "no answer within 0.2 s"
    assert await db.calls.append(offered("c1")) is True
    await db.close()
    await other.close()


async def test_a_sqlite_file_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    db = Database.open(f"sqlite+aiosqlite:///{tmp_path}/folder")
    reason = await db.check()
    with pytest.raises(DatabaseAway):
        await db.calls.get("c1")
    await db.close()
    assert "open" in reason


async def test_a_restarted_server_is_found_again(
    postgres_server: "PostgresServer", postgres_database: str
) -> None:
    db = Database.open(postgres_database)
    assert await db.calls.append(offered("c1")) is True
    postgres_server.stop()
    postgres_server.start()
    assert await db.calls.append(offered("c2", 1)) is True
    await db.close()


async def test_a_stopped_server_is_reported_until_it_is_back(
    postgres_server: "PostgresServer", postgres_database: str
) -> None:
    db = Database.open(postgres_database)
    assert await db.calls.append(offered("c1")) is True
    postgres_server.stop()
    try:
        assert await db.check() != "ok"
        with pytest.raises(DatabaseAway):
            await db.calls.append(offered("c2"))
    finally:
        postgres_server.start()
    assert await db.calls.append(offered("c3", 1)) is True
    assert await db.check() == "ok"
    await db.close()


@pytest.mark.parametrize(
    "statements",
    [
        ["SELECT pg_terminate_backend(pg_backend_pid())"],
        ["SET LOCAL transaction_read_only = on", "DELETE FROM call_beats"],
        ["SET LOCAL statement_timeout = 50", "SELECT pg_sleep(1)"],
    ],
    ids=["session ended", "read-only after a failover", "statement timeout"],
)
async def test_a_server_that_cannot_is_as_good_as_away(
    postgres_database: str, statements: list[str]
) -> None:
    engine = Engine(postgres_database)

    async def write() -> None:
        async with engine.write() as conn:
            for statement in statements:
                await conn.execute(text(statement))

    with pytest.raises(DatabaseAway):
        await write()
    await engine.close()
