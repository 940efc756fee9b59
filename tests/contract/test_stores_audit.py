"""The audit log, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.records import Country, Number, Zone
from pbx.domain.rights import Role
from pbx.errors import BadRequest
from pbx.store import Database
from pbx.store.engine import Engine

pytest_plugins = ["tests.support.stores"]

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
EVERYTHING = ChangeFilter()


async def test_a_change_is_kept_with_what_differs(database: Database) -> None:
    before, after = {"label": "Alt", "ring_seconds": 20}, {"label": "Neü", "ring_seconds": 20}
    await database.audit.note(
        "number.changed", "+4930", by="anna", at=NOON, before=before, after=after
    )
    await database.audit.note("number.changed", "+4930", by="anna", at=NOON, before={}, after={})
    [change], following = await database.audit.find(EVERYTHING, None, 50)
    assert (change.kind, change.action, change.subject) == ("number", "number.changed", "+4930")
    assert (change.by, change.at) == ("anna", NOON)
    assert (change.before, change.after) == ({"label": "Alt"}, {"label": "Neü"})
    assert following is None


async def test_what_is_new_has_no_before_and_what_is_gone_no_after(database: Database) -> None:
    await database.audit.note("group.added", "a", by=SYSTEM, at=NOON, after={"name": "A"})
    await database.audit.note("group.removed", "a", by=SYSTEM, at=NOON, before={"name": "A"})
    [gone, new], _ = await database.audit.find(EVERYTHING, None, 50)
    assert (new.before, new.after) == (None, {"name": "A"})
    assert (gone.before, gone.after) == ({"name": "A"}, None)


async def test_pages_and_filters(database: Database) -> None:
    for n in range(5):
        await database.audit.note(
            f"{'country' if n % 2 else 'number'}.changed",
            f"s{n}",
            by="anna" if n < 3 else "ben",
            at=NOON + timedelta(minutes=n),
            after={"n": n},
        )
    first, cursor = await database.audit.find(EVERYTHING, None, 2)
    second, cursor = await database.audit.find(EVERYTHING, cursor, 2)
    last, cursor = await database.audit.find(EVERYTHING, cursor, 2)
    assert [c.subject for c in (*first, *second, *last)] == ["s4", "s3", "s2", "s1", "s0"]
    assert cursor is None

    async def found(**which: object) -> list[str]:
        changes, _ = await database.audit.find(ChangeFilter(**which), None, 50)  # type: ignore[arg-type]
        return [c.subject for c in changes]

    assert await found(by="ben") == ["s4", "s3"]
    assert await found(kind="country") == ["s3", "s1"]
    assert await found(subject="s2") == ["s2"]
    assert await found(since=NOON + timedelta(minutes=3)) == ["s4", "s3"]
    assert await found(until=NOON + timedelta(minutes=1)) == ["s0"]
    with pytest.raises(BadRequest):
        await database.audit.find(EVERYTHING, "nonsense", 2)


async def test_nothing_in_it_can_be_changed(database: Database, database_url: str) -> None:
    await database.audit.note("group.added", "a", by="anna", at=NOON, after={"name": "A"})
    engine = Engine(database_url)
    for statement in ("UPDATE audit SET subject = 'b'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with engine.write() as conn:
                await conn.execute(text(statement))
    await engine.close()
    [kept], _ = await database.audit.find(EVERYTHING, None, 50)
    assert kept.subject == "a"


async def test_the_directory_tells_of_its_changes(database: Database) -> None:
    anna = await database.directory.add_user("a@example.test", "A", Role.VPA, "de", "h")
    await database.directory.put_number(Number("+4922182829981", "Anna"), SYSTEM, NOON)
    await database.directory.assign("+4922182829981", anna.id, "boss", NOON)
    await database.directory.add_countries([Country("ES", Zone.EU, False)], SYSTEM, NOON)
    await database.directory.put_country(Country("ES", Zone.EU, True), "boss", NOON)
    [unlocked], _ = await database.audit.find(ChangeFilter(kind="country", by="boss"), None, 5)
    assert (unlocked.before, unlocked.after) == ({"allowed": False}, {"allowed": True})
    [assigned, added], _ = await database.audit.find(ChangeFilter(kind="number"), None, 5)
    assert (added.action, added.by, added.before) == ("number.added", SYSTEM, None)
    assert added.after is not None
    assert (added.after["label"], added.after["groups"]) == ("Anna", [])
    assert (assigned.before, assigned.after) == ({"user_id": None}, {"user_id": anna.id})
