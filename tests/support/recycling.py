"""Databases that tests have used, made as new: much quicker than a new copy of the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg  # type: ignore[import-untyped]

MOST_GROWTH = 6_000_000
"""Bytes by which a database may have grown; deleted rows go on taking their place."""

SHAPE = """
SELECT concat_ws(' ',
  (SELECT md5(string_agg(concat_ws(' ', c.relname, a.attname, a.atttypid, a.attnotnull), ','
     ORDER BY c.relname, a.attnum)) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped),
  (SELECT md5(string_agg(concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)), ','
     ORDER BY conrelid, conname)) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace),
  (SELECT md5(string_agg(pg_get_indexdef(indexrelid), ',' ORDER BY indexrelid)) FROM pg_index i
     JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace),
  (SELECT md5(string_agg(concat_ws(' ', tgrelid::regclass, tgname, tgenabled), ','
     ORDER BY tgrelid, tgname)) FROM pg_trigger WHERE NOT tgisinternal),
  (SELECT md5(string_agg(proname || prosrc, ',' ORDER BY proname)) FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace))
"""
"""Columns, constraints, indexes, triggers and functions, as one text."""

OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

DELETE = """
DO $$
DECLARE name text; filled boolean;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM public.%I', name); END IF;
  END LOOP;
END $$
"""

COUNTERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


@dataclass(frozen=True, slots=True)
class Pristine:
    """What a migrated database is like before anybody has used it."""

    shape: str
    size: int
    rows: dict[str, Sequence[Any]]
    """By table: what migrations wrote."""
    counters: dict[str, int | None]


async def pristine(conn: asyncpg.Connection) -> Pristine:
    names = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = {name: await conn.fetch(f'SELECT * FROM "{name}"') for (name,) in names}
    return Pristine(
        shape=await conn.fetchval(SHAPE),
        size=await conn.fetchval("SELECT pg_database_size(current_database())"),
        rows={name: found for name, found in rows.items() if found},
        counters=dict(await conn.fetch(COUNTERS)),
    )


async def made_as_new(conn: asyncpg.Connection, before: Pristine) -> bool:
    """Whether it could be: not, where a test changed tables or filled them too much."""
    await conn.execute(OTHERS)
    size = await conn.fetchval("SELECT pg_database_size(current_database())")
    if size > before.size + MOST_GROWTH or await conn.fetchval(SHAPE) != before.shape:
        return False
    async with conn.transaction():
        # No trigger that keeps rows, no foreign key.
        await conn.execute("SET LOCAL session_replication_role = replica")
        await conn.execute(DELETE)
        for name, rows in before.rows.items():
            await conn.copy_records_to_table(name, records=rows)
        for name, last in await conn.fetch(COUNTERS):
            if last != before.counters[name]:
                restart = "SELECT setval($1::text::regclass, coalesce($2, 1), $2 IS NOT NULL)"
                await conn.execute(restart, f'"{name}"', before.counters[name])
    return True
