"""Databases that tests have used are as new for the next ones, or are not used again."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.recycling import Pristine, made_as_new, pristine

if TYPE_CHECKING:
    from tests.support.postgres import PostgresServer

pytest_plugins = ["tests.support.stores"]

USE = """
INSERT INTO audit (at, by, kind, action, subject)
VALUES (now(), 'me', 'country', 'country.changed', 'ES');
DELETE FROM rates;
"""


async def test_a_used_database_is_as_new(
    postgres_server: "PostgresServer", postgres_database: str, postgres_pristine: Pristine
) -> None:
    async with postgres_server.connection(postgres_database.rpartition("/")[2]) as conn:
        await conn.execute(USE)
        used = await pristine(conn)
        assert (used.rows, used.counters) != (postgres_pristine.rows, postgres_pristine.counters)
        assert await made_as_new(conn, postgres_pristine)
        again = await pristine(conn)
        assert replace(again, size=0) == replace(postgres_pristine, size=0)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE users ADD COLUMN shoe_size integer",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER TABLE audit ALTER COLUMN subject DROP NOT NULL",
        "CREATE INDEX more ON audit (subject)",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ],
)
async def test_a_changed_one_is_not_used_again(
    postgres_server: "PostgresServer",
    postgres_database: str,
    postgres_pristine: Pristine,
    change: str,
) -> None:
    async with postgres_server.connection(postgres_database.rpartition("/")[2]) as conn:
        await conn.execute(change)
        assert not await made_as_new(conn, postgres_pristine)
