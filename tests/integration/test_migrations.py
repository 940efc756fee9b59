"""The migrations, on SQLite and on PostgreSQL."""

import asyncio
import contextlib
import io
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from pbx.domain.records import LedgerKind
from pbx.store import Database, DatabaseAway, migrate, upgrade
from pbx.store.engine import Engine
from pbx.store.migrate import newest_revision
from pbx.store.tables import metadata
from tests.support.records import entry, offered

pytest_plugins = ["tests.support.stores"]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/folder 100%/pbx.sqlite3"
    url: str = request.getfixturevalue("postgres_empty")
    return url


async def test_an_empty_database_gets_what_the_program_expects(empty_url: str) -> None:
    await upgrade(empty_url)

    def differences(conn: Connection) -> object:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    def uniques(conn: Connection) -> set[str | None]:
        found = inspect(conn)
        names = (i["name"] for i in found.get_indexes("ledger") if i["unique"])
        return set(names)

    engine = Engine(empty_url)
    async with engine.read() as conn:
        assert await conn.run_sync(differences) == []
        assert await conn.run_sync(uniques) == {"uq_ledger_once", "uq_ledger_key"}
    await engine.close()


async def test_a_second_run_changes_nothing_and_is_quick(empty_url: str) -> None:
    await upgrade(empty_url)
    db = Database.open(empty_url)
    await db.calls.append(offered("c1"))
    began = time.monotonic()
    await upgrade(empty_url)
    took = time.monotonic() - began
    assert await db.calls.get("c1") is not None
    await db.close()
    assert took < 1


async def test_starts_at_the_same_time_do_not_disturb_each_other(empty_url: str) -> None:
    await asyncio.gather(*(upgrade(empty_url) for _ in range(4)))
    db = Database.open(empty_url)
    assert await db.check() == "ok"
    await db.close()


def test_migrate_needs_no_event_loop_and_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        migrate(f"sqlite+aiosqlite:///{tmp_path}/pbx.sqlite3")
    captured = capfd.readouterr()
    assert (said.getvalue(), captured.out, captured.err) == ("", "", "")


async def test_check_names_what_is_missing(empty_url: str) -> None:
    db = Database.open(empty_url)
    assert "alembic_version" in await db.check()
    await upgrade(empty_url)
    assert await db.check() == "ok"
    engine = Engine(empty_url)
    async with engine.write() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    await engine.close()
    reason = await db.check()
    await db.close()
    assert "older" in reason
    assert newest_revision() in reason
    assert "pbx migrate" in reason


async def test_a_failed_migration_leaves_nothing_behind(empty_url: str) -> None:
    engine = Engine(empty_url)
    async with engine.write() as conn:
        await conn.execute(text("CREATE TABLE outbox (id integer)"))  # in the last step's way
    with pytest.raises((DatabaseAway, DBAPIError)):
        await upgrade(empty_url)
    async with engine.read() as conn:
        tables = await conn.run_sync(lambda c: inspect(c).get_table_names())
    await engine.close()
    assert tables == ["outbox"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET talk_ms = 1",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE call_id = 'c1'",
    ],
)
async def test_the_ledger_is_append_only(
    database: Database, database_url: str, statement: str
) -> None:
    await database.calls.append(offered("c1"))
    await database.calls.append(entry("c1", LedgerKind.ENDED, 5, talk_ms=500))
    before = list(await database.calls.entries("c1"))
    engine = Engine(database_url)
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.write() as conn:
            await conn.execute(text(statement))
    await engine.close()
    assert list(await database.calls.entries("c1")) == before


async def test_the_ledger_is_neither_truncated_nor_replaced(
    database: Database, database_url: str
) -> None:
    await database.calls.append(offered("c1"))
    engine = Engine(database_url)
    statement = (
        "INSERT OR REPLACE INTO ledger (id, call_id, kind, at, mono_ms, boot_id)"
        " SELECT id, call_id, kind, at, 0, boot_id FROM ledger"
        if engine.sqlite
        else "TRUNCATE ledger"
    )
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.write() as conn:
            await conn.execute(text(statement))
    await engine.close()
    assert list(await database.calls.entries("c1")) == [offered("c1")]


def test_an_installed_package_brings_its_migrations(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT / "pbx", source / "pbx")
    shutil.copy(ROOT / "pyproject.toml", source)
    (source / "README.md").write_text("named in pyproject.toml")
    built = subprocess.run(
        [sys.executable, "-c", _BUILD, str(tmp_path / "site")],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert built.returncode == 0, built.stderr
    url = f"sqlite+aiosqlite:///{tmp_path}/pbx.sqlite3"
    script = f"import pbx, pbx.store; print(pbx.__file__); pbx.store.migrate({url!r})"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert (tmp_path / "pbx.sqlite3").exists()


_BUILD = """
import sys
from setuptools import Distribution
from setuptools.config.pyprojecttoml import apply_configuration
dist = Distribution({"name": "vermittlung"})
apply_configuration(dist, "pyproject.toml")
dist.script_name, dist.verbose = "setup.py", 0
build = dist.get_command_obj("build_py")
build.build_lib = sys.argv[1]
build.ensure_finalized()
build.run()
"""
