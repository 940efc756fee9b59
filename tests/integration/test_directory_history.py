"""What the directory writes down beside its present state, and users who were switched off."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select, text, update

from pbx.domain.audit import SYSTEM
from pbx.domain.desk import CountryRequest
from pbx.domain.records import Area, Country, FactorRow, Number, Task, Zone
from pbx.domain.rights import Role
from pbx.domain.sign_in import ApiToken, Session
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
