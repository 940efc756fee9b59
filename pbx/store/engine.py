"""One engine per process, with transactions for reading and for writing.

SQLite lets one connection write at a time. Writers queue here for their turn (fair, no
polling), and take the write lock at BEGIN, so that no transaction fails half way with
"database is locked"; other processes, such as the command line, wait `busy_timeout`.
PostgreSQL needs none of this and gets plain transactions.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from threading import Thread
from typing import Any
from weakref import WeakSet

import aiosqlite
import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from pbx.errors import Unavailable

BUSY_TIMEOUT_MS = 3_000

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",  # first: the others may have to wait
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL may lose the last commits when power fails
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # INSERT OR REPLACE fires the ledger's delete trigger
)

WRITE = "pbx_write"

THREAD_END_SECONDS = 2.0


class DatabaseAway(Unavailable):
    """The database cannot be reached, is locked or cannot be written."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "database-away",
            "Die Datenbank ist gerade nicht erreichbar. Bitte in einer Minute erneut versuchen.",
            "The database cannot be reached right now. Please try again in a minute.",
        )
        self.reason = reason


class Engine:
    """Transactions on the database at `url` (`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`).

    Raises:
        DatabaseAway: from `read` and `write`, where the database cannot do it now.
    """

    def __init__(self, url: str) -> None:
        self._threads: WeakSet[Thread] = WeakSet()
        self.sql: AsyncEngine = _make_engine(url, self._threads)
        self.sqlite = self.sql.dialect.name == "sqlite"
        self._turn = asyncio.Lock()
        self._writing = self.sql.execution_options(**{WRITE: True})

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        with _reported():
            async with self.sql.begin() as conn:
                yield conn

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed durably when the block ends, undone when it raises."""
        turn: AbstractAsyncContextManager[Any] = self._turn if self.sqlite else nullcontext()
        async with turn:
            with _reported():
                async with self._writing.begin() as conn:
                    yield conn

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, which both databases spell alike."""
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

    def upsert(
        self, table: Table, values: dict[str, Any], keep: Sequence[str] = ()
    ) -> sqlite.Insert | postgresql.Insert:
        """Insert a row, or replace the one with its primary key but for the columns `keep`."""
        return self.upserts(table, values, keep).values(values)

    def upserts(
        self, table: Table, names: Collection[str], keep: Sequence[str] = ()
    ) -> sqlite.Insert | postgresql.Insert:
        """As `upsert`, for many rows of these columns that are given when it is executed."""
        statement = self.insert(table)
        keys = [c.name for c in table.primary_key]
        changed = {k: statement.excluded[k] for k in names if k not in {*keys, *keep}}
        return statement.on_conflict_do_update(index_elements=keys, set_=changed)

    async def close(self) -> None:
        """End all connections, and wait for those that a cancelled task left behind."""
        await self.sql.dispose()
        for thread in list(self._threads):
            await asyncio.to_thread(thread.join, THREAD_END_SECONDS)


RAISED_BY_A_TRIGGER = "P0001"
"""SQLSTATE of the ledger's refusal to be changed: our mistake, not an absence."""


def _is_away(error: BaseException) -> bool:
    """Whether the database could not do it, as opposed to: was asked something wrong.

    An ended session, a server that became read-only after a failover, and a statement that
    took too long all come as plain `DBAPIError`.
    """
    if isinstance(error, IntegrityError | ProgrammingError | DataError | NotSupportedError):
        return False
    if getattr(getattr(error, "orig", None), "sqlstate", None) == RAISED_BY_A_TRIGGER:
        return False
    return isinstance(error, DBAPIError | PoolTimeout | OSError | asyncpg.PostgresError)


class _reported:
    """Turns what a driver says about an unreachable database into `DatabaseAway`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and _is_away(error):
            raise DatabaseAway(reason_of(error)) from error


def reason_of(error: BaseException) -> str:
    """The driver's own words on one line, without the statement and its values."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def _make_engine(url: str, threads: WeakSet[Thread]) -> AsyncEngine:
    """An engine for `url`; opens nothing yet. SQLite's folder is created where missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, threads)
    # Pre-ping: after a restart of the server the first ledger entry must not fail.
    return create_async_engine(
        parsed, pool_pre_ping=True, pool_size=10, connect_args={"timeout": 5, "command_timeout": 5}
    )


def _sqlite_engine(url: URL, threads: WeakSet[Thread]) -> AsyncEngine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)

    async def connect(*args: Any, **options: Any) -> aiosqlite.Connection:
        # aiosqlite 0.22 works in a thread and does not wait for its end where opening fails
        # or a task is cancelled; the thread then answers a loop that may be closed by now.
        connection = aiosqlite.connect(*args, **options)
        thread = connection._thread
        thread.daemon = True
        threads.add(thread)
        return await connection

    engine = create_async_engine(url, connect_args={"async_creator_fn": connect})

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, record: object) -> None:
        # The driver must not begin transactions by itself: it would begin them deferred.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
