"""Bringing a database to the newest schema.

All steps run in one transaction that holds the database's write lock from its start:
a step that fails or a process that dies leaves the old schema, and of two processes
that start at once the second finds the work done.
"""

import asyncio
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from pbx.store.engine import Engine

MIGRATIONS = Path(__file__).resolve().parent / "migrations"

LOCK = 0x766D6C67
"""PostgreSQL advisory lock that a migration holds: any number nobody else uses."""


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest schema; quick where it has it already.

    For callers without an event loop; within one, await `upgrade`.

    Raises:
        DatabaseAway: it cannot be reached or written.
    """
    asyncio.run(upgrade(url))


async def upgrade(url: str, revision: str = "head") -> None:
    """The same within an event loop; `revision` other than the newest is for tests."""
    engine = Engine(url)
    try:
        async with engine.write() as conn:
            if not engine.sqlite:
                await conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await conn.run_sync(_run, revision)
    finally:
        await engine.close()


def _run(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> Config:
    config = Config()
    # "%" begins an interpolation in the configuration's format.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@cache
def newest_revision() -> str:
    """The revision that this version of the program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations in {MIGRATIONS}")
    return head
