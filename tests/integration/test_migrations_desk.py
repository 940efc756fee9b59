"""The desk's migration on a database that has been in use: nothing lost, what follows filled in."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from pbx.domain.records import (
    Area,
    Direction,
    LedgerKind,
    PhoneSystem,
    Voicemail,
    VoicemailState,
)
from pbx.domain.rights import Role
from pbx.services.ports import CallFilter
from pbx.store import Database, upgrade
from pbx.store.desk_tables import call_participants
from pbx.store.engine import Engine
from pbx.store.tables import tasks, users, voicemails
from tests.support.records import entry, offered

pytest_plugins = ["tests.support.stores"]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Any) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/pbx.sqlite3"
    url: str = request.getfixturevalue("postgres_empty")
    return url


USER = {"role": Role.VPA, "language": "de", "active": True, "password_hash": "h"}
PEOPLE = [
    {**USER, "id": name, "email": f"{name}@x.test", "email_key": f"{name}@x.test", "name": name}
    for name in ("anna", "ben")
]


def _message(message_id: str, call_id: str, user_id: str | None) -> dict[str, Any]:
    return {
        "id": message_id,
        "call_id": call_id,
        "did": "+491",
        "label": "l",
        "caller": None,
        "recorded_at": datetime(2026, 11, 1, tzinfo=UTC),
        "duration_ms": 1,
        "speech_ms": 1,
        "state": VoicemailState.ACCEPTED,
        "reason": "",
        "wav": "w",
        "mp3": "m",
        "user_id": user_id,
    }


async def first_version(url: str) -> None:
    """Rows as the first version wrote them."""
    await upgrade(url, "0001")
    engine = Engine(url)
    async with engine.write() as conn:
        await conn.execute(insert(users), PEOPLE)
        task = {"external_id": "T1", "title": "Büro", "customer": "Möller", "area": Area.SALES}
        plain = {"budget_minutes": 0, "own": False, "search": "t1\nbüro\nmöller"}
        await conn.execute(insert(tasks), [{**task, **plain}])
        await conn.execute(
            insert(voicemails),
            [_message("v1", "c1", None), _message("v2", "c9", "ben"), _message("v3", "c3", None)],
        )
    await engine.close()
    await _calls(url)


async def _calls(url: str) -> None:
    engine = Engine(url)
    async with engine.write() as conn:
        for call, kind, user in (
            ("c1", "offered", "anna"),
            ("c1", "leg_up", "anna"),
            ("c1", "leg_up", "ben"),
            ("c1", "leg_up", "ben"),
            ("c1", "leg_up", None),
            ("c2", "leg_up", "anna"),
            ("c3", "offered", "gone"),
        ):
            await conn.execute(
                text(
                    "INSERT INTO ledger (call_id, kind, at, mono_ms, boot_id, direction, user_id)"
                    " VALUES (:call, :kind, '2026-11-21 09:00:00+00', 1, 'b', 'inbound', :user)"
                ),
                {"call": call, "kind": kind, "user": user},
            )
        for call, user in (("c1", "anna"), ("c3", "gone")):
            await conn.execute(
                text(
                    "INSERT INTO calls (id, direction, user_id, offered_at, offered_mono_ms,"
                    " offered_boot_id, talk_ms, platform_ms)"
                    " VALUES (:call, 'inbound', :user, '2026-11-21 09:00:00.000000', 1, 'b', 0, 0)"
                ),
                {"call": call, "user": user},
            )
    await engine.close()


async def test_a_database_in_use_keeps_what_it_has(empty_url: str) -> None:
    await first_version(empty_url)
    await upgrade(empty_url)
    db = Database.open(empty_url)
    assert await db.check() == "ok"
    joined = await db.calls.participants(["c1", "c2", "c3"])
    assert joined == {"c1": {"anna", "ben"}}
    assert set(await db.voicemails.readers("v1")) == {"anna"}
    assert set(await db.voicemails.readers("v2")) == {"ben"}
    assert set(await db.voicemails.readers("v3")) == set()
    found = await db.directory.tasks("BURO", None)
    assert [task.title for task in found] == ["Büro"]
    # Customers from before the check were not asked, and their calls go on all the same.
    [customer] = await db.customers.all()
    assert (customer.name, customer.phone_system) == ("Möller", PhoneSystem.EARLIER)
    assert await db.directory.check_open("T1") is None
    await db.calls.append(offered("c5", user_id="ben", direction=Direction.INTERNAL))
    calls, _ = await db.calls.find(CallFilter(user_id="ben"), None, 10)
    assert {call.id for call in calls} == {"c1", "c5"}
    await db.close()


async def test_rebuilding_finds_who_took_part(database: Database, database_url: str) -> None:
    log = database.calls
    for call in ("c1", "c2"):
        await log.append(offered(call))
        await log.append(entry(call, LedgerKind.LEG_UP, 1, leg="agent", user_id="anna"))
    await log.append(entry("c2", LedgerKind.LEG_UP, 2, leg="agent", user_id="ben"))
    before = await log.participants(["c1", "c2"])
    engine = Engine(database_url)
    async with engine.write() as conn:
        await conn.execute(call_participants.delete())
        await conn.execute(insert(call_participants).values(call_id="c1", user_id="nobody"))
    assert await log.rebuild_calls() == 2
    await engine.close()
    assert await log.participants(["c1", "c2"]) == before
    assert before == {"c1": {"anna"}, "c2": {"anna", "ben"}}


async def test_a_removed_message_leaves_no_reader(database: Database, database_url: str) -> None:
    anna = await database.directory.add_user("a@x.test", "A", Role.VPA, "de", "h")
    message = Voicemail(**_message("v1", "c1", anna.id))
    assert await database.voicemails.add(message, None, anna.id)
    assert list(await database.voicemails.readers("v1")) == [anna.id]
    engine = Engine(database_url)
    async with engine.write() as conn:
        await conn.execute(voicemails.delete())
    await engine.close()
    assert list(await database.voicemails.readers("v1")) == []


async def test_one_open_request_is_the_databases_own_rule(
    database: Database, database_url: str
) -> None:
    anna = await database.directory.add_user("a@x.test", "A", Role.VPA, "de", "h")
    engine = Engine(database_url)
    row = (
        "INSERT INTO country_requests (id, country, task, reason, state, answer, user_id,"
        " created_at) VALUES (:id, 'ES', '', '', 'open', '', :user, '2026-11-21 09:00:00+00')"
    )
    async with engine.write() as conn:
        await conn.execute(
            text("INSERT INTO countries (code, zone, allowed) VALUES ('ES', 'EU', false)")
        )
        await conn.execute(text(row), {"id": "r1", "user": anna.id})
    with pytest.raises(DBAPIError):
        async with engine.write() as conn:
            await conn.execute(text(row), {"id": "r2", "user": anna.id})
    await engine.close()
