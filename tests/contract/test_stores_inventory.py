"""Numbers with past and future, groups and requests, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.desk import RequestState
from pbx.domain.inventory import (
    NOBODY,
    Assignment,
    Held,
    NumberFilter,
    NumberGroup,
    NumberRequest,
    NumberRow,
    Owner,
    PlannedChange,
    PlannedState,
    Taken,
)
from pbx.domain.records import CoolDown, Number, NumberState
from pbx.domain.rights import Role
from pbx.errors import Conflict, NotFound, PbxError
from pbx.store import Database
from pbx.store.engine import Engine
from pbx.store.tables import users
from tests.support.records import at

pytest_plugins = ["tests.support.stores"]

A, B, C = (
    Number("+4922182829981", "Praxis Müller", city="Köln"),
    Number("+4922182829982", "Frei", state=NumberState.PORTING),
    Number("+4922182829983", "Auch frei"),
)


async def person(database: Database, name: str) -> Owner:
    add = database.directory.add_user
    return Owner((await add(f"{name}@example.test", name, Role.VPA, "de", "h")).id)


async def filled(database: Database) -> None:
    for number in (A, B, C):
        await database.inventory.put(number, None, "boss", at(0))


async def error_of(work: object) -> str:
    with pytest.raises(PbxError) as refused:
        await work  # type: ignore[misc]
    return refused.value.error_id


async def found(database: Database, **which: object) -> list[str]:
    numbers, _ = await database.inventory.find(NumberFilter(**which), None, None)  # type: ignore[arg-type]
    return [one.number.e164[-1] for one in numbers]


async def test_numbers_are_found_by_all_that_they_have(database: Database) -> None:
    await filled(database)
    anna = await person(database, "Anna Adler")
    await database.inventory.assign(A.e164, anna, "boss", at(1))
    await database.inventory.assign(B.e164, Owner(head_office=True), "boss", at(1))
    await database.number_groups.add(NumberGroup("g", "Praxen"), [C.e164, "+491"], "boss", at(1))
    assert await found(database) == ["1", "2", "3"]
    assert await found(database, query="mueller") == ["1"]
    assert await found(database, query="koln") == ["1"]
    assert await found(database, query="adler") == ["1"]
    assert await found(database, query="0221 82829-982") == ["2"]
    assert await found(database, state=NumberState.PORTING) == ["2"]
    assert await found(database, group="g") == ["3"]
    assert await found(database, user_id=anna.user_id) == ["1"]
    assert [await found(database, held=held) for held in Held] == [["1"], ["2"], ["3"]]
    first, cursor = await database.inventory.find(NumberFilter(), None, 2)
    second, end = await database.inventory.find(NumberFilter(), cursor, 2)
    assert [one.number.e164 for one in (*first, *second)] == [A.e164, B.e164, C.e164]
    assert (second[0].groups, end) == (("Praxen",), None)


async def test_history_tells_who_had_it(database: Database) -> None:
    await filled(database)
    anna, ben = await person(database, "anna"), await person(database, "ben")
    await database.inventory.assign(A.e164, anna, "boss", at(1))
    await database.inventory.assign(A.e164, anna, "boss", at(2))
    await database.inventory.assign(A.e164, ben, "deputy", at(3))
    assert list(await database.inventory.assignments(A.e164, 10)) == [
        Assignment(A.e164, ben, "deputy", at(3)),
        Assignment(A.e164, anna, "boss", at(1)),
    ]
    changes = await database.inventory.changes(A.e164, 10)
    assert [change.action for change in changes] == ["number.assigned"] * 2 + ["number.added"]


async def test_a_hand_over_is_undone_with_its_cool_down(database: Database) -> None:
    await filled(database)
    anna, ben = await person(database, "anna"), await person(database, "ben")
    cooled = replace(A, cool_down_days=2, cool_down=CoolDown.VOICEMAIL)
    await database.inventory.put(cooled, None, "boss", at(0))
    await database.inventory.assign(A.e164, anna, "boss", at(1))
    number = await database.inventory.assign(A.e164, ben, "boss", at(2))
    assert number.cool_until == at(2) + timedelta(days=2)
    last, before, *_ = await database.inventory.changes(A.e164, 10)
    undo = database.inventory.undo
    assert await error_of(undo(A.e164, before.id, "boss", at(3))) == "newer-change"
    back = await undo(A.e164, last.id, "boss", at(3))
    assert back == await database.directory.number(A.e164)
    assert back == replace(cooled, user_id=anna.user_id)
    assert await error_of(undo(A.e164, last.id, "boss", at(4))) == "newer-change"
    assert await error_of(undo("+491", last.id, "boss", at(4))) == "unknown-number"


async def test_settings_are_undone_whoever_has_the_number_now(database: Database) -> None:
    await filled(database)
    await database.number_groups.add(NumberGroup("g", "Praxen"), [], "boss", at(0))
    anna = await person(database, "anna")
    changed = replace(A, label="Neu", recipients=("x@example.test",), state=NumberState.PORTED)
    await database.inventory.put(changed, ["praxen"], "boss", at(1))
    await database.inventory.assign(A.e164, anna, "boss", at(2))
    assigned, change, added = await database.inventory.changes(A.e164, 10)
    assert change.before is not None
    assert change.after is not None
    assert (change.before["groups"], change.after["groups"]) == ([], ["Praxen"])
    undo = database.inventory.undo
    assert await error_of(undo(A.e164, added.id, "boss", at(3))) == "newer-change"
    assert await undo(A.e164, change.id, "boss", at(3)) == replace(A, user_id=anna.user_id)
    inventory = await database.inventory.get(A.e164)
    assert inventory is not None
    assert inventory.groups == ()
    newest, *_ = await database.inventory.changes(A.e164, 1)
    assert (newest.action, newest.id != assigned.id) == ("number.changed", True)
    [creation] = await database.inventory.changes(B.e164, 10)
    assert await error_of(undo(B.e164, creation.id, "boss", at(3))) == "nothing-to-undo"


def plan(change_id: str, owner: Owner, seconds: float, e164: str = A.e164) -> PlannedChange:
    return PlannedChange(change_id, e164, owner, at(seconds), "boss", at(0))


async def test_what_is_planned_is_done_in_its_order_and_once(database: Database) -> None:
    await filled(database)
    anna, ben = await person(database, "anna"), await person(database, "ben")
    for change in (plan("2", ben, 20), plan("1", anna, 10), plan("3", NOBODY, 30)):
        await database.planned_changes.add(change)
    assert await database.planned_changes.next_due() == at(10)
    assert [c.id for c in await database.planned_changes.find(True, 9)] == ["1", "2", "3"]
    assert list(await database.planned_changes.carry_out(at(5))) == []
    done = await database.planned_changes.carry_out(at(20))
    assert [(c.id, c.state, c.settled_at) for c in done] == [
        ("1", PlannedState.DONE, at(20)),
        ("2", PlannedState.DONE, at(20)),
    ]
    assert list(await database.planned_changes.carry_out(at(20))) == []
    number = await database.directory.number(A.e164)
    assert number is not None
    assert number.user_id == ben.user_id
    history = await database.inventory.assignments(A.e164, 1)
    assert history == [Assignment(A.e164, ben, "boss", at(20))]
    audited, _ = await database.audit.find(ChangeFilter(kind="number", by=SYSTEM), None, 5)
    assert [c.after["planned_by"] for c in audited if c.after] == ["boss", "boss"]
    inventory = await database.inventory.get(A.e164)
    assert inventory is not None
    assert [c.id for c in inventory.planned] == ["3"]


async def test_a_plan_is_cancelled_or_fails(database: Database, database_url: str) -> None:
    await filled(database)
    anna = await person(database, "anna")
    planned = database.planned_changes
    await planned.add(plan("1", anna, 10))
    await planned.add(plan("2", anna, 20))
    assert (await planned.cancel("1", "boss", at(1))).state is PlannedState.CANCELLED
    assert await error_of(planned.cancel("1", "boss", at(2))) == "planned-change-over"
    assert await error_of(planned.cancel("9", "boss", at(2))) == "unknown-planned-change"
    assert await error_of(planned.add(plan("4", Owner("nobody"), 9))) == "unknown-user"
    assert await error_of(planned.add(plan("4", anna, 9, "+491"))) == "unknown-number"
    engine = Engine(database_url)
    async with engine.write() as conn:
        await conn.execute(update(users).values(active=False))
    await engine.close()
    [failed] = await planned.carry_out(at(30))
    assert (failed.id, failed.state) == ("2", PlannedState.FAILED)
    number = await database.directory.number(A.e164)
    assert number is not None
    assert number.user_id is None
    assert await planned.next_due() is None
    assert await error_of(database.inventory.assign(A.e164, anna, "b", at(31))) == "user-inactive"


async def test_groups_are_named_and_removed(database: Database) -> None:
    await filled(database)
    groups = database.number_groups
    assert await groups.add(NumberGroup("g", "Praxen"), [A.e164, B.e164], "boss", at(1)) == 2
    assert await error_of(groups.add(NumberGroup("h", "PRAXEN"), [], "boss", at(1))) == (
        "group-exists"
    )
    await groups.add(NumberGroup("h", "Ärzte"), [A.e164], "boss", at(1))
    assert await error_of(groups.rename("h", "praxen", "boss", at(2))) == "group-exists"
    await groups.rename("h", "Zahnärzte", "boss", at(2))
    assert list(await groups.all()) == [
        NumberGroup("g", "Praxen", 2),
        NumberGroup("h", "Zahnärzte", 1),
    ]
    await groups.remove("g", "boss", at(3))
    assert await error_of(groups.remove("g", "boss", at(3))) == "unknown-group"
    inventory = await database.inventory.get(A.e164)
    assert inventory is not None
    assert inventory.groups == ("Zahnärzte",)
    assert await error_of(database.inventory.put(A, ["Praxen"], "b", at(4))) == "unknown-group"
    [removed, *_], _ = await database.audit.find(ChangeFilter(kind="number-group"), None, 5)
    assert removed.before == {"name": "Praxen", "numbers": [A.e164, B.e164]}


async def test_a_file_is_taken_over_as_a_whole_and_once(database: Database) -> None:
    await filled(database)
    anna = await person(database, "anna")
    await database.number_groups.add(NumberGroup("g", "Praxen"), [], "boss", at(0))
    new = Number("+4922182829984", "Neu")
    label = frozenset({"label"})
    rows = [
        NumberRow(2, Number(A.e164, "Anders"), label, anna, ("Praxen",)),
        NumberRow(3, new, label, NOBODY, None),
        NumberRow(4, Number(B.e164, "Frei"), label, None, None),
    ]
    take = database.inventory.take
    assert await take(rows, "boss", at(1), dry_run=True) == Taken(1, 1, 1)
    assert await database.directory.number(new.e164) is None
    assert await take(rows, "boss", at(1), dry_run=False) == Taken(1, 1, 1)
    number = await database.directory.number(A.e164)
    assert number == replace(A, label="Anders", user_id=anna.user_id)
    assert await take(rows, "boss", at(2), dry_run=False) == Taken(0, 0, 3)
    audited, _ = await database.audit.find(ChangeFilter(since=at(2)), None, 5)
    assert list(audited) == []
    broken = [NumberRow(2, Number(A.e164, "Halb"), label, Owner("nobody"), None)]
    with pytest.raises(NotFound):
        await take(broken, "boss", at(3), dry_run=False)
    assert await database.directory.number(A.e164) == number


async def test_a_large_file_is_written_in_few_statements(database: Database) -> None:
    """On SQLite all other writers wait meanwhile, calls among them."""
    await filled(database)
    anna, ben = await person(database, "anna"), await person(database, "ben")
    await database.number_groups.add(NumberGroup("g", "Praxen"), [B.e164], "boss", at(0))
    await database.inventory.assign(A.e164, ben, "boss", at(0))
    label = frozenset({"label"})

    def rows(text: str, owner: Owner, groups: tuple[str, ...]) -> list[NumberRow]:
        e164s = [A.e164, B.e164, *(f"+49221555{i:04}" for i in range(600))]
        return [NumberRow(i, Number(e, text), label, owner, groups) for i, e in enumerate(e164s, 2)]

    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    engine = database.inventory._engine.sql.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    take = database.inventory.take
    assert await take(rows("Neu", anna, ("PRAXEN",)), "boss", at(1), dry_run=False) == Taken(
        600, 2, 0
    )
    assert await take(rows("Neuer", NOBODY, ()), "boss", at(2), dry_run=False) == Taken(0, 602, 0)
    event.remove(engine, "before_cursor_execute", count)
    assert counted < 50, "however many rows there are"

    new = await database.inventory.get("+492215550007")
    assert new is not None
    assert (new.number.label, new.number.user_id, new.groups) == ("Neuer", None, ())
    assert list(await database.inventory.assignments(new.number.e164, 5)) == [
        Assignment(new.number.e164, NOBODY, "boss", at(2)),
        Assignment(new.number.e164, anna, "boss", at(1)),
    ]
    told = [
        (change.action, change.before, change.after)
        for change in await database.inventory.changes(new.number.e164, 9)
    ]
    assert [action for action, _, _ in told] == [
        "number.assigned",
        "number.changed",
        "number.assigned",
        "number.added",
    ]
    assert told[1][1:] == (
        {"label": "Neu", "groups": ["Praxen"]},
        {"label": "Neuer", "groups": []},
    )
    owners = [each.owner for each in await database.inventory.assignments(A.e164, 9)]
    assert owners == [NOBODY, anna, ben]
    assert await found(database, query="Neuer 5550007") == ["7"]
    assert await found(database, group="g") == []
    missing = rows("Neu", anna, ("Nirgends",))
    assert await error_of(take(missing, "boss", at(3), dry_run=False)) == "unknown-group"


async def test_who_asks_for_a_number_gets_a_free_one(database: Database) -> None:
    await filled(database)
    anna, ben = await person(database, "anna"), await person(database, "ben")
    requests = database.number_requests

    def wish(request_id: str, owner: Owner, reason: str, seconds: float) -> NumberRequest:
        return NumberRequest(request_id, owner.user_id or "", reason, at(seconds))

    await requests.ask(wish("1", anna, "Vertrieb", 1))
    again = await requests.ask(wish("2", anna, "Viele Rückrufe", 2))
    assert (again.id, again.reason) == ("1", "Viele Rückrufe")
    await requests.ask(wish("3", ben, "Auch", 3))
    await database.inventory.assign(A.e164, ben, "boss", at(3))
    with pytest.raises(Conflict) as refused:
        await requests.approve("1", A.e164, "", "boss", at(4))
    assert refused.value.error_id == "number-taken"
    given = await requests.approve("1", B.e164, "Gern", "boss", at(5))
    assert (given.state, given.e164) == (RequestState.APPROVED, B.e164)
    assert await found(database, user_id=anna.user_id) == ["2"]
    assert await error_of(requests.refuse("1", "", "boss", at(6))) == "request-decided"
    page, cursor = await requests.find(None, False, None, 1)
    assert ([r.id for r in page], cursor is not None) == (["3"], True)
    assert [r.id for r in (await requests.find(anna.user_id, False, None, 9))[0]] == ["1"]
    assert (await requests.refuse("3", "Nein", "boss", at(7))).state is RequestState.REFUSED
    assert (await requests.find(None, True, None, 9))[0] == []
    assert await error_of(requests.get("9")) == "unknown-request"
