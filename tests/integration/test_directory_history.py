"""What the directory writes down beside its present state, and users who were switched off."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text, update

from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.desk import CountryRequest
from pbx.domain.records import Area, Country, FactorRow, Number, Task, Zone
from pbx.domain.rights import Role
from pbx.domain.sign_in import ApiToken, Session
from pbx.errors import Conflict
from pbx.store import Database
from pbx.store.engine import Engine
from pbx.store.tables import country_changes, number_assignments, tasks, users
from tests.support.records import at, token_user, user_of

pytest_plugins = ["tests.support.stores"]

HEAD_OFFICE = Number("+4922182829980", "Zentrale")


async def rows(url: str, query: Any) -> list[tuple[Any, ...]]:
    engine = Engine(url)
    async with engine.read() as conn:
        found = [tuple(row) for row in await conn.execute(query)]
    await engine.close()
    return found


async def test_every_assignment_of_a_number_is_kept(database: Database, database_url: str) -> None:
    anna = await database.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "h")
    await database.directory.put_number(HEAD_OFFICE, "boss", at(0))
    await database.directory.assign(HEAD_OFFICE.e164, anna.id, "boss", at(1))
    await database.directory.assign(HEAD_OFFICE.e164, None, "deputy", at(2))
    kept = number_assignments.c
    query = select(kept.e164, kept.user_id, kept.by, kept.at).order_by(kept.id)
    assert await rows(database_url, query) == [
        (HEAD_OFFICE.e164, anna.id, "boss", at(1)),
        (HEAD_OFFICE.e164, None, "deputy", at(2)),
    ]


async def test_every_change_of_a_country_is_kept_once(
    database: Database, database_url: str
) -> None:
    poland = Country("PL", Zone.EU, True)
    await database.directory.add_countries([poland], "seed", at(0))
    await database.directory.add_countries([poland], "seed", at(1))
    await database.directory.put_country(poland, "seed", at(1))
    await database.directory.put_country(replace(poland, allowed=False), "boss", at(2))
    kept = country_changes.c
    query = select(kept.code, kept.zone, kept.allowed, kept.by, kept.at).order_by(kept.id)
    assert await rows(database_url, query) == [
        ("PL", Zone.EU, True, "seed", at(0)),
        ("PL", Zone.EU, False, "boss", at(2)),
    ]


async def test_approving_a_request_is_a_change_that_is_kept(
    database: Database, database_url: str
) -> None:
    anna = await database.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "h")
    await database.directory.put_country(Country("PL", Zone.EU, False), "seed", at(0))
    await database.country_requests.ask(CountryRequest("r1", "PL", "", "bitte", anna.id, at(1)))
    await database.country_requests.approve("r1", "", "boss", at(2))
    kept = country_changes.c
    query = select(kept.code, kept.allowed, kept.by, kept.at).order_by(kept.id)
    assert await rows(database_url, query) == [
        ("PL", False, "seed", at(0)),
        ("PL", True, "boss", at(2)),
    ]


async def test_a_task_keeps_its_factors_until_its_area_changes(
    database: Database, database_url: str
) -> None:
    async def frozen() -> date | None:
        [(found,)] = await rows(database_url, select(tasks.c.factors_valid_from))
        day: date | None = found
        return day

    old, new = date(2026, 1, 1), date(2026, 11, 1)
    task = Task("T1", "Buchhaltung", "Müller", Area.BACKOFFICE, 60)
    await database.directory.put_task(task)
    assert await frozen() is None
    await database.directory.put_factors(FactorRow(old))
    await database.directory.put_task(task)
    assert await frozen() == old
    await database.directory.put_factors(FactorRow(new))
    await database.directory.put_factors(FactorRow(date(2026, 12, 1)))
    await database.directory.put_task(replace(task, title="Neuer Titel", budget_minutes=90))
    assert await frozen() == old
    await database.directory.put_task(replace(task, area=Area.BACKOFFICE_DE))
    assert await frozen() == new


async def test_who_takes_a_changed_area_back_gets_its_factors_back(
    database: Database, database_url: str
) -> None:
    put = database.directory.put_task

    async def frozen() -> date | None:
        found = await database.bookings.get("T1")
        assert found is not None
        return found.factors.valid_from if found.factors else None

    old, new = FactorRow(date(2026, 1, 1)), FactorRow(date(2026, 11, 1))
    task = Task("T1", "Buchhaltung", "Müller", Area.BACKOFFICE, 60)
    other = replace(task, area=Area.BACKOFFICE_EU, title="Anderes")
    await put(task, "boss", at(0))
    await put(other, "boss", at(1))
    await database.directory.put_factors(old)
    with pytest.raises(Conflict) as refused:
        await put(replace(task, area=Area.SALES), "boss", at(2), undo=True)
    assert refused.value.error_id == "nothing-to-undo"
    await put(task, "boss", at(2), undo=True)
    assert await frozen() is None, "as it was: without any"
    await put(task, "boss", at(3), undo=True)
    assert await frozen() == old.valid_from, "of no other area: as ever"

    await database.directory.put_factors(new)
    await put(other, "boss", at(4))
    assert await frozen() == new.valid_from
    await put(replace(other, title="Buchhaltung", budget_minutes=90), "boss", at(5))
    await put(task, "boss", at(6), undo=True)
    assert await frozen() == old.valid_from
    told, _ = await database.audit.find(ChangeFilter(kind="task", subject="T1"), None, 1)
    assert [(c.by, c.at, c.before, c.after) for c in told] == [
        (
            "boss",
            at(6),
            {"area": "backoffice_eu", "budget_minutes": 90, "factors_valid_from": "2026-11-01"},
            {"area": "backoffice", "budget_minutes": 60, "factors_valid_from": "2026-01-01"},
        )
    ]
    await put(other, "boss", at(7), undo=True)
    assert await frozen() == new.valid_from, "taken back as well"
    with pytest.raises(Conflict):
        await put(replace(task, area=Area.SALES), "boss", at(8), undo=True)
    await put(task, "boss", at(9))
    assert await frozen() == new.valid_from, "anew, and no undo"


async def test_who_was_switched_off_is_signed_out(database: Database, database_url: str) -> None:
    anna = await database.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "h")
    await database.sessions.open(Session("session", anna.id, at(60)))
    await database.sessions.add_api_token(ApiToken("token", anna.id, "app"), SYSTEM, at(0))
    engine = Engine(database_url)
    async with engine.write() as conn:
        await conn.execute(update(users).values(active=False))
    await engine.close()
    assert await user_of(database.sessions, "session", at(0)) is None
    assert await token_user(database.sessions, "token") is None
    assert await database.directory.user(anna.id) == replace(anna, active=False)


async def test_text_that_postgresql_cannot_keep_is_kept_alike(
    database: Database, database_url: str
) -> None:
    task = Task("T1", "a\x00b", "", Area.SALES, 0, assignees=("x\x00@example.test",))
    await database.directory.put_task(task)
    found = await database.directory.task("T1")
    assert found == replace(task, title="a\ufffdb", assignees=("x\ufffd@example.test",))
    assert await rows(database_url, text("SELECT count(*) FROM tasks")) == [(1,)]
