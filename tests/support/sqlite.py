"""Migrated SQLite databases for tests, as a plugin: made once, then copied."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from pbx.store import engine, upgrade

PRAGMAS = engine.PRAGMAS


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables and no rows, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "pbx.sqlite3"
    await upgrade(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def new_sqlite(migrated: Path) -> Callable[[Path], str]:
    """Makes a migrated database without rows in a folder; its URL."""

    def make(folder: Path) -> str:
        shutil.copy(migrated, folder / "pbx.sqlite3")
        return f"sqlite+aiosqlite:///{folder}/pbx.sqlite3"

    return make


@pytest.fixture(autouse=True, scope="session")
def _nobody_waits_for_the_disk() -> None:
    """The databases of tests live as long as they do: no power failure need be survived."""
    engine.PRAGMAS = tuple(each.replace("= FULL", "= OFF") for each in PRAGMAS)


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of just that."""
    monkeypatch.setattr(engine, "PRAGMAS", PRAGMAS)
