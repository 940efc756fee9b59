"""The fixture `stores`: all four stores, in memory, on SQLite and on PostgreSQL, as a plugin.

`database` is the same for tests that need a real one, `database_url` its URL.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from pbx.store import Database
from tests.fakes.desk import FakeDesk
from tests.fakes.messages import FakeVoicemailStore
from tests.fakes.sign_in import FakeSecondFactors, FakeSessions
from tests.fakes.stores import (
    FakeCallLog,
    FakeDirectory,
    FakePushStore,
)
from tests.support.records import TODAY, Stores

pytest_plugins = ["tests.support.postgres", "tests.support.sqlite"]


@pytest.fixture
def sqlite_url(new_sqlite: Callable[[Path], str], tmp_path: Path) -> str:
    """URL of a migrated SQLite database without rows."""
    return new_sqlite(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of a migrated database without rows, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_database"
    url: str = request.getfixturevalue(name)
    return url


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    db = Database.open(database_url, today=lambda: TODAY)
    yield db
    await db.close()


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def stores_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "fake":
        return None
    name = "sqlite_url" if request.param == "sqlite" else "postgres_database"
    url: str = request.getfixturevalue(name)
    return url


@pytest_asyncio.fixture
async def stores(stores_url: str | None) -> AsyncIterator[Stores]:
    if stores_url is None:
        directory = FakeDirectory(today=lambda: TODAY)
        calls = FakeCallLog()
        yield Stores(
            calls,
            directory,
            FakeSessions(directory),
            FakeVoicemailStore(),
            FakePushStore(),
            FakeDesk(calls, directory),
            FakeSecondFactors(),
        )
        return
    db = Database.open(stores_url, today=lambda: TODAY)
    yield Stores(db.calls, db.directory, db.sessions, db.voicemails, db.push, db, db.second_factors)
    await db.close()
