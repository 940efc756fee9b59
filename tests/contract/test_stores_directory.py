"""The directory: one suite on the fake, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date

import pytest

from pbx.domain.records import Area, Country, FactorRow, Number, Task, User, Zone
from pbx.domain.rights import Role
from pbx.errors import Conflict, NotFound
from tests.support.records import Stores, at

pytest_plugins = ["tests.support.stores"]

HEAD_OFFICE = Number("+4922182829980", "Zentrale", head_office=True, ring_seconds=15)
OWN = Number(
    "+4922182829981",
    "Vertrieb",
    language="en",
    greeting="vertrieb.wav",
    recipients=("a@example.test", "ü@example.test"),
    show_as_caller_id=True,
)


async def add(stores: Stores, name: str, role: Role = Role.VPA) -> User:
    return await stores.directory.add_user(f"{name}@example.test", name.title(), role, "de", "hash")


def task(external_id: str, title: str = "", customer: str = "", **values: object) -> Task:
    plain = Task(external_id, title or f"Task {external_id}", customer, Area.BACKOFFICE, 60)
    return replace(plain, **values)  # type: ignore[arg-type]


# ------------------------------------------------------------------ people


async def test_a_user_is_found_by_id_and_by_any_spelling_of_the_address(stores: Stores) -> None:
    people = stores.directory
    user = await people.add_user(" Änne@Example.Test", "Änne", Role.MANAGER, "en", "hash")
    assert user == User(user.id, "Änne@Example.Test", "Änne", Role.MANAGER, "en", True)
    assert await people.user(user.id) == user
    assert await people.user_by_email("äNNE@example.TEST ") == user
    assert await people.user("nobody") is None
    assert await people.user_by_email("anne@example.test") is None


async def test_an_address_is_used_once_in_any_spelling(stores: Stores) -> None:
    await stores.directory.add_user("ÄNNE@example.test", "A", Role.VPA, "de", "first")
    with pytest.raises(Conflict) as refused:
        await stores.directory.add_user("änne@EXAMPLE.test", "B", Role.ADMIN, "de", "second")
    assert refused.value.error_id == "email-taken"
    assert [u.name for u in await stores.directory.users()] == ["A"]


async def test_users_are_listed_by_address(stores: Stores) -> None:
    for name in ("carl", "Bert", "anna"):
        await add(stores, name)
    assert [u.name for u in await stores.directory.users()] == ["Anna", "Bert", "Carl"]


async def test_password_and_language_change(stores: Stores) -> None:
    anna = await add(stores, "anna")
    assert await stores.directory.password_hash(anna.id) == "hash"
    await stores.directory.set_password(anna.id, "other")
    await stores.directory.set_language(anna.id, "en")
    assert await stores.directory.password_hash(anna.id) == "other"
    assert await stores.directory.user(anna.id) == replace(anna, language="en")


async def test_nobody_has_neither_password_nor_language(stores: Stores) -> None:
    for attempt in (
        stores.directory.password_hash("nobody"),
        stores.directory.set_password("nobody", "x"),
        stores.directory.set_language("nobody", "de"),
    ):
        with pytest.raises(NotFound) as refused:
            await attempt
        assert refused.value.error_id == "unknown-user"


# ------------------------------------------------------------------ tasks


async def test_a_task_is_created_and_replaced(stores: Stores) -> None:
    first = task("T1", "Buchhaltung", "Müller", assignees=("b@x.test", "a@x.test"), own=True)
    assert await stores.directory.put_task(first) is True
    assert await stores.directory.task("T1") == first
    second = task("T1", "Vertrieb", area=Area.SALES_EU, budget_minutes=5, assignees=("c@x.test",))
    assert await stores.directory.put_task(second) is False
    assert await stores.directory.task("T1") == second
    assert await stores.directory.task("T2") is None


async def test_tasks_are_found_in_id_title_and_customer(stores: Stores) -> None:
    await stores.directory.put_task(task("ABC-1", "Äpfel zählen", "Obst GmbH"))
    await stores.directory.put_task(task("X-2", "Birnen 100% wiegen", "Weiß & Söhne"))
    await stores.directory.put_task(task("X_3", r"Pfad c:\tmp", ""))

    async def found(query: str) -> list[str]:
        return [t.external_id for t in await stores.directory.tasks(query, None)]

    assert await found("abc") == ["ABC-1"]
    assert await found("äPFEL") == ["ABC-1"]
    assert await found("WEISS") == ["X-2"]
    assert await found(" gmbh ") == ["ABC-1"]
    assert await found("") == ["X-2", "X_3", "ABC-1"]  # by title, code point order
    assert await found("nothing") == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [("%", ["X-2"]), ("_", ["X_3"]), ("\\", ["X_3"]), ("/", []), ("x_2", []), ("100%", ["X-2"])],
)
async def test_wildcards_mean_themselves(stores: Stores, query: str, ids: list[str]) -> None:
    await stores.directory.put_task(task("X-2", "Birnen 100% wiegen"))
    await stores.directory.put_task(task("X_3", r"Pfad c:\tmp"))
    assert [t.external_id for t in await stores.directory.tasks(query, None)] == ids


async def test_everybody_sees_own_tasks_open_tasks_and_theirs(stores: Stores) -> None:
    await stores.directory.put_task(task("1", own=True, assignees=("bert@example.test",)))
    await stores.directory.put_task(task("2"))
    await stores.directory.put_task(task("3", assignees=("Bert@Example.test", "c@example.test")))
    await stores.directory.put_task(task("4", assignees=("anna@example.test",)))

    async def usable(email: str | None) -> list[str]:
        return [t.external_id for t in await stores.directory.tasks("task", email)]

    assert await usable("anna@example.test") == ["1", "2", "4"]
    assert await usable("BERT@example.test") == ["1", "2", "3"]
    assert await usable(None) == ["1", "2", "3", "4"]
    limited = await stores.directory.tasks("", None, limit=2)
    assert [t.external_id for t in limited] == ["1", "2"]


async def test_work_time_is_set_per_user_and_day(stores: Stores) -> None:
    anna, bert = await add(stores, "anna"), await add(stores, "bert")
    await stores.directory.put_task(task("T1"))
    await stores.directory.put_task(task("T2"))
    await stores.directory.put_work_time("T1", anna.id, date(2026, 11, 20), 60)
    await stores.directory.put_work_time("T1", anna.id, date(2026, 11, 20), 45)
    await stores.directory.put_work_time("T1", anna.id, date(2026, 11, 21), 10)
    await stores.directory.put_work_time("T1", bert.id, date(2026, 11, 20), 5)
    await stores.directory.put_work_time("T2", bert.id, date(2026, 11, 20), 1)
    await stores.directory.put_task(task("T1", "renamed"))
    assert await stores.directory.work_seconds("T1") == 3600
    assert await stores.directory.work_seconds("T2") == 60
    assert await stores.directory.work_seconds("T3") == 0


async def test_work_time_needs_a_task_and_a_person(stores: Stores) -> None:
    anna = await add(stores, "anna")
    await stores.directory.put_task(task("T1"))
    with pytest.raises(NotFound) as refused:
        await stores.directory.put_work_time("T9", anna.id, date(2026, 11, 20), 60)
    assert refused.value.error_id == "unknown-task"
    with pytest.raises(NotFound) as refused:
        await stores.directory.put_work_time("T1", "nobody", date(2026, 11, 20), 60)
    assert refused.value.error_id == "unknown-user"


# ------------------------------------------------------------------ factors


async def test_the_factors_of_a_day_are_the_latest_that_began(stores: Stores) -> None:
    first, second = FactorRow(date(2026, 1, 1)), FactorRow(date(2026, 7, 1), base_sales=1900)
    await stores.directory.put_factors(second)
    await stores.directory.put_factors(first)
    await stores.directory.put_factors(first)
    assert await stores.directory.factors(date(2026, 6, 30)) == first
    assert await stores.directory.factors(date(2026, 7, 1)) == second
    assert await stores.directory.factors(date(2027, 1, 1)) == second
    with pytest.raises(NotFound) as refused:
        await stores.directory.factors(date(2025, 12, 31))
    assert refused.value.error_id == "no-factors"


async def test_factors_that_a_task_froze_do_not_change(stores: Stores) -> None:
    old, new = FactorRow(date(2026, 1, 1)), FactorRow(date(2026, 12, 1))
    await stores.directory.put_factors(old)
    await stores.directory.put_factors(new)
    await stores.directory.put_task(task("T1"))
    corrected = replace(new, surcharge_de=250)
    await stores.directory.put_factors(corrected)
    assert await stores.directory.factors(date(2026, 12, 1)) == corrected
    with pytest.raises(Conflict) as refused:
        await stores.directory.put_factors(replace(old, surcharge_de=250))
    assert refused.value.error_id == "factors-in-use"
    await stores.directory.put_factors(old)
    assert await stores.directory.factors(date(2026, 1, 1)) == old


# ------------------------------------------------------------------ numbers


async def test_a_number_is_created_and_replaced(stores: Stores) -> None:
    assert await stores.directory.put_number(OWN, "boss", at(0)) is True
    assert await stores.directory.put_number(HEAD_OFFICE, "boss", at(0)) is True
    assert list(await stores.directory.numbers()) == [HEAD_OFFICE, OWN]
    changed = replace(OWN, label="Neu", greeting=None, recipients=())
    assert await stores.directory.put_number(changed, "boss", at(0)) is False
    assert await stores.directory.number(OWN.e164) == changed
    assert await stores.directory.number("+4930") is None


async def test_a_number_goes_from_one_to_the_next(stores: Stores) -> None:
    anna, bert = await add(stores, "anna"), await add(stores, "bert")
    await stores.directory.put_number(replace(OWN, user_id=anna.id), "boss", at(0))
    assigned = await stores.directory.assign(OWN.e164, bert.id, "boss", at(1))
    assert assigned == replace(OWN, user_id=bert.id)
    assert await stores.directory.number(OWN.e164) == assigned
    freed = await stores.directory.assign(OWN.e164, None, "boss", at(2))
    assert freed == await stores.directory.number(OWN.e164) == OWN


async def test_a_form_opened_before_a_reassignment_does_not_undo_it(stores: Stores) -> None:
    anna, bert = await add(stores, "anna"), await add(stores, "bert")
    in_the_form = replace(OWN, user_id=anna.id)
    await stores.directory.put_number(in_the_form, "boss", at(0))
    await stores.directory.assign(OWN.e164, bert.id, "boss", at(1))
    await stores.directory.put_number(replace(in_the_form, label="Neu"), "boss", at(0))
    number = await stores.directory.number(OWN.e164)
    assert number == replace(OWN, label="Neu", user_id=bert.id)


async def test_only_our_numbers_go_to_our_people(stores: Stores) -> None:
    with pytest.raises(NotFound) as refused:
        await stores.directory.assign("+4930", None, "boss", at(1))
    assert refused.value.error_id == "unknown-number"
    await stores.directory.put_number(OWN, "boss", at(0))
    with pytest.raises(NotFound) as refused:
        await stores.directory.assign(OWN.e164, "nobody", "boss", at(1))
    assert refused.value.error_id == "unknown-user"
    assert await stores.directory.number(OWN.e164) == OWN


# ------------------------------------------------------------------ countries


async def test_countries_are_switched(stores: Stores) -> None:
    poland, germany = Country("PL", Zone.EU, True), Country("DE", Zone.DE, True)
    await stores.directory.put_country(poland, "boss", at(0))
    await stores.directory.put_country(germany, "boss", at(0))
    assert list(await stores.directory.countries()) == [germany, poland]
    locked = replace(poland, allowed=False)
    await stores.directory.put_country(locked, "boss", at(1))
    assert await stores.directory.country("PL") == locked
    assert await stores.directory.country("ES") is None
    spain = Country("ES", Zone.EU, False)
    await stores.directory.add_countries([poland, spain], "system", at(2))
    assert list(await stores.directory.countries()) == [germany, spain, locked]
