"""A database with a year of calls, and the API on it; a plugin after `postgres` and `served`.

`year_url`: once of each kind, filled once a module; tests only read it. `year` opens it,
`year_client` is the API, with somebody signed in who may see all calls.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from pbx.store import Database
from tests.support.exchange import Exchange
from tests.support.many_calls import CALLS, email_of, fill
from tests.support.postgres import PostgresServer
from tests.support.served import serving
from tests.support.signing_in import Client, sign_in


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def year_url(request: pytest.FixtureRequest) -> str:
    """URL of a database with `CALLS` calls in its ledger; tests must only read it."""
    name = "sqlite_year" if request.param == "sqlite" else "postgres_year"
    url: str = request.getfixturevalue(name)
    return url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sqlite_year(
    new_sqlite: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    url = new_sqlite(tmp_path_factory.mktemp("year"))
    await fill(url, CALLS)
    return url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def postgres_year(postgres_server: PostgresServer, postgres_template: str) -> str:
    await postgres_server.sql(f"CREATE DATABASE year TEMPLATE {postgres_template}")
    url = postgres_server.url("year")
    await fill(url, CALLS)
    return url


@pytest.fixture
async def year(year_url: str) -> AsyncIterator[Database]:
    database = Database.open(year_url)
    yield database
    await database.close()


@pytest.fixture
async def year_client(year: Database, tmp_path: Path) -> AsyncIterator[Client]:
    """The API on that database; signed in is somebody who may see all calls."""
    exchange = Exchange(tmp_path, database=year)
    async with serving(exchange, year, tmp_path) as client:
        await sign_in(client, email_of(0), "word")
        yield client
    await exchange.close()
