"""The library of greetings, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.greetings import Greeting, GreetingVersion, Source, reference, valid_version
from pbx.domain.records import Number
from pbx.domain.rights import Role
from pbx.domain.routing import Absence, Action, Step
from pbx.errors import Conflict, NotFound
from pbx.store import Database

pytest_plugins = ["tests.support.stores"]

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
OURS = "+4922182829983"
EASTER = Greeting("e", "Ostern", NOON, "boss")
FIRST = GreetingVersion(
    id="v1",
    greeting_id="e",
    number=1,
    valid_from=NOON,
    source=Source.UPLOAD,
    origin="ostern.mp3",
    duration_ms=4200,
    loudness_lufs=-18.1,
    size=67_000,
    created_at=NOON,
    created_by="boss",
)


def version(version_id: str, valid_from: datetime | None) -> GreetingVersion:
    return replace(FIRST, id=version_id, valid_from=valid_from)


async def played_on(database: Database, greeting: str | None) -> None:
    await database.directory.put_number(Number(OURS, "Frei", greeting=greeting), "boss", NOON)


async def test_a_greeting_is_kept_with_its_versions_and_numbers(database: Database) -> None:
    store = database.greetings
    assert (await store.entries(NOON), await store.storage()) == ([], 0)
    await store.add(EASTER, FIRST)
    added = await store.add_version(version("v2", None))
    assert added.number == 2
    await played_on(database, reference("e"))
    [entry] = await store.entries(NOON)
    assert entry.greeting == EASTER
    assert entry.versions == (added, FIRST)
    assert entry.numbers == (OURS,)
    assert await store.entry("e", NOON) == entry
    assert await store.version("v1") == FIRST
    assert await store.storage() == 134_000
    assert await store.version_ids() == {"v1", "v2"}
    assert await store.playable("e") == entry.versions
    assert await store.playable("x") == ()
    with pytest.raises(NotFound, match="unknown-greeting"):
        await store.entry("x", NOON)
    with pytest.raises(NotFound, match="unknown-greeting"):
        await store.add_version(replace(version("v3", None), greeting_id="x"))


async def test_a_name_is_there_once_whatever_its_capitals(database: Database) -> None:
    store = database.greetings
    await store.add(EASTER, FIRST)
    other = replace(EASTER, id="o", name="OSTERN")
    with pytest.raises(Conflict, match="greeting-exists"):
        await store.add(other, replace(version("v2", None), greeting_id="o"))
    await store.add(replace(other, name="Urlaub"), replace(version("v2", None), greeting_id="o"))
    with pytest.raises(Conflict, match="greeting-exists"):
        await store.rename("o", "ostern", "boss", NOON)
    await store.rename("o", "Abend", "boss", NOON)
    assert [each.greeting.name for each in await store.entries(NOON)] == ["Abend", "Ostern"]
    # In the bin it is in nobody's way, until it comes back.
    await store.remove("e", "boss", NOON)
    await store.rename("o", "Ostern", "boss", NOON)
    with pytest.raises(Conflict, match="greeting-exists"):
        await store.restore("e", "boss", NOON)


async def test_what_a_step_or_an_absence_plays_stays(database: Database) -> None:
    store, played = database.greetings, reference("e")
    await store.add(EASTER, FIRST)
    await played_on(database, None)
    anna = await database.directory.add_user("a@example.test", "Anna", Role.VPA, "de", "")
    day = timedelta(days=1)

    async def announce(*steps: Step) -> None:
        await database.routes.put_steps(OURS, steps, by="boss", at=NOON)

    await announce(Step(Action.ANNOUNCE, played))
    with pytest.raises(Conflict, match=r"greeting-in-use.*\+49"):
        await store.remove("e", "boss", NOON)
    await announce()
    away = Absence("a", anna.id, NOON + day, NOON + 2 * day, announcement=played)
    await database.routes.put_absence(away, by="boss", at=NOON)
    entry = await store.entry("e", NOON)
    assert (entry.numbers, entry.absent, entry.in_use) == ((), (anna.id,), True)
    with pytest.raises(Conflict, match=r"greeting-in-use.*Anna"):
        await store.remove_version("v1", "boss", NOON)
    over = NOON + 2 * day
    assert not (await store.entry("e", over)).in_use
    await store.remove("e", "boss", over)


async def test_what_a_number_plays_stays(database: Database) -> None:
    store = database.greetings
    await store.add(EASTER, FIRST)
    await played_on(database, reference("e"))
    for refused in (
        store.remove("e", "boss", NOON),
        store.remove_version("v1", "boss", NOON),
        store.plan("v1", None, "boss", NOON),
        store.plan("v1", NOON + timedelta(days=1), "boss", NOON),
    ):
        with pytest.raises(Conflict, match="greeting-in-use"):
            await refused
    [entry] = await store.entries(NOON)
    assert entry.versions == (FIRST,)
    await store.add_version(version("v2", NOON))
    await store.remove_version("v2", "boss", NOON)
    await store.restore_version("v2", "boss", NOON)
    # With another one to be played, the older may go; with no number, all may.
    await store.plan("v1", None, "boss", NOON)
    found = valid_version(await store.playable("e"), NOON)
    assert found is not None
    assert found.id == "v2"
    await played_on(database, None)
    await store.remove("e", "boss", NOON)
    assert await store.entries(NOON) == []
    assert await store.playable("e") == ()


async def test_the_bin_is_emptied_after_its_time(database: Database) -> None:
    store = database.greetings
    await store.add(EASTER, FIRST)
    await store.add_version(version("v2", None))
    await store.remove_version("v2", "boss", NOON)
    with pytest.raises(NotFound):
        await store.version("v2")
    assert await store.purge(NOON, NOON) == []
    assert await store.purge(NOON + timedelta(seconds=1), NOON) == ["v2"]
    with pytest.raises(NotFound):
        await store.restore_version("v2", "boss", NOON)
    await store.remove("e", "boss", NOON)
    await store.restore("e", "boss", NOON)
    assert (await store.entry("e", NOON)).versions == (FIRST,)
    await store.remove("e", "boss", NOON)
    assert await store.storage() == 67_000
    assert await store.purge(NOON + timedelta(days=1), NOON) == ["v1"]
    assert (await store.storage(), await store.version_ids()) == (0, set())
    with pytest.raises(NotFound):
        await store.restore("e", "boss", NOON)


async def test_every_change_is_in_the_audit_log(database: Database) -> None:
    store, later = database.greetings, NOON + timedelta(days=30)
    await store.add(EASTER, FIRST)
    await store.add_version(version("v2", None))
    await store.rename("e", "Fest", "ben", NOON)
    await store.rename("e", "Fest", "ben", NOON)
    await store.plan("v2", later, "ben", NOON)
    await store.remove_version("v2", "ben", NOON)
    await store.restore_version("v2", "ben", NOON)
    await store.remove("e", "ben", NOON)
    await store.restore("e", "ben", NOON)
    await store.remove("e", "ben", NOON)
    await store.purge(later, later)
    changes, _ = await database.audit.find(ChangeFilter(kind="greeting", subject="e"), None, 50)
    found = [(c.action.partition(".")[2], c.by) for c in reversed(changes)]
    assert found == [
        ("added", "boss"),
        ("version-added", "boss"),
        ("version-added", "boss"),
        ("renamed", "ben"),
        ("planned", "ben"),
        ("version-removed", "ben"),
        ("version-restored", "ben"),
        ("removed", "ben"),
        ("restored", "ben"),
        ("removed", "ben"),
        ("purged", SYSTEM),
    ]
    planned = next(c for c in changes if c.action == "greeting.planned")
    assert planned.before == {"valid_from": None}
    assert planned.after == {"valid_from": later.isoformat()}
