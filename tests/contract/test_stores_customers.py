"""Customers and booked tasks, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from pbx.domain import customer_files, task_files
from pbx.domain.audit import ChangeFilter
from pbx.domain.customers import Customer
from pbx.domain.records import Area, FactorRow, PhoneSystem, Task, TaskState
from pbx.domain.rights import Role
from pbx.errors import Conflict, NotFound
from pbx.services.billing_ports import CustomerFilter, Merged, TaskFilter, WorkTime
from pbx.store import Database
from tests.support.records import at

pytest_plugins = ["tests.support.stores"]

TOLD = {"phone_system": PhoneSystem.OURS, "informed_on": date(2026, 11, 2)}


def task(external_id: str, customer: str = "Praxis Sommer") -> Task:
    return Task(external_id, f"Titel {external_id}", customer, Area.BACKOFFICE, 60)


async def the_customer(database: Database) -> Customer:
    [found] = await database.customers.all()
    return found


async def test_a_customer_comes_with_its_first_task_and_keeps_its_tasks(database: Database) -> None:
    names = ("Praxis Sommer", " praxis  SOMMER", "Praxis Sommer")
    await asyncio.gather(
        *(
            database.directory.put_task(task(f"T{n}", name), "app", at(0))
            for n, name in enumerate(names)
        )
    )
    customer = await the_customer(database)
    assert customer.phone_system is PhoneSystem.OPEN
    assert await database.directory.check_open("T0") == customer.name
    await database.directory.put_task(replace(task("T9"), own=True))
    await database.directory.put_task(task("T8", ""))
    assert [await database.directory.check_open(each) for each in ("T9", "T8", "x")] == [None] * 3
    renamed = await database.customers.change(
        customer.id, {"name": "Praxis Dr. Sommer", **TOLD}, "boss", at(1)
    )
    assert await database.directory.check_open("T0") is None
    # The task app goes on with the name that it knows.
    await database.directory.put_task(task("T10", "Praxis Sommer"))
    assert await the_customer(database) == renamed
    found = await database.directory.task("T10")
    assert found is not None
    assert found.customer == "Praxis Dr. Sommer"
    assert [t.external_id for t in await database.directory.tasks("dr. sommer", None)] == [
        *("T0", "T1", "T10", "T2", "T9"),
    ]
    view = await database.customers.get(customer.id)
    assert view is not None
    assert view.tasks == 5
    changes, _ = await database.audit.find(ChangeFilter(subject=customer.id), None, 9)
    assert [change.action for change in changes] == ["customer.changed", "customer.added"]
    assert (changes[0].before or {})["phone_system"] == "open"


async def test_address_and_language_are_kept_with_a_trace(database: Database) -> None:
    await database.customers.add(Customer("c1", "Harbour Ltd"), "boss", at(0))
    place = {"street": "1 High Street", "city": "Leeds LS1 4AP", "country": "United Kingdom"}
    changed = await database.customers.change("c1", {**place, "language": "en"}, "boss", at(1))
    assert await the_customer(database) == changed
    await database.directory.put_task(task("T1", "harbour ltd"), "app", at(2))
    await database.directory.put_task(task("T2", "Andere"), "app", at(2))
    languages = [await database.message_templates.language_of(each) for each in ("T1", "T2", "x")]
    assert languages == ["en", None, None]
    change, _ = (await database.audit.find(ChangeFilter(subject="c1"), None, 9))[0]
    before, after = change.before or {}, change.after or {}
    assert {name: (before[name], after[name]) for name in after} == {
        "street": ("", "1 High Street"),
        "city": ("", "Leeds LS1 4AP"),
        "country": ("", "United Kingdom"),
        "language": (None, "en"),
    }


async def test_names_are_unique_and_pages_end(database: Database) -> None:
    for n, name in enumerate(("Ärzte", "Bauer", "Zeller")):
        await database.customers.add(Customer(f"c{n}", name), "boss", at(n))
    with pytest.raises(Conflict):
        await database.customers.add(Customer("c9", "BAUER"), "boss", at(9))
    with pytest.raises(Conflict):
        await database.customers.change("c0", {"name": "Bauer"}, "boss", at(9))
    with pytest.raises(NotFound):
        await database.customers.change("c8", {}, "boss", at(9))
    first, cursor = await database.customers.find(CustomerFilter(), None, 2)
    rest, end = await database.customers.find(CustomerFilter(), cursor, 2)
    assert [view.customer.name for view in (*first, *rest)] == ["Ärzte", "Bauer", "Zeller"]
    assert end is None
    await database.customers.change("c1", TOLD, "boss", at(9))
    found, _ = await database.customers.find(CustomerFilter("e", check_open=True), None, 9)
    assert [view.customer.id for view in found] == ["c0", "c2"]


async def test_files_are_taken_over_whole_or_not_at_all(database: Database) -> None:
    anna = await database.directory.add_user("anna@x.test", "Anna", Role.VPA, "de", "h")
    await database.directory.put_factors(FactorRow(date(2026, 1, 1)))
    rows, _ = customer_files.read(b"name,phone_system,informed_on\nA,ours,2026-11-01\nB,,\n")
    merge = database.customers.merge
    assert await merge(rows, "boss", at(1), dry_run=True) == Merged(2, 0, 0)
    assert not await database.customers.all()
    assert await merge(rows, "boss", at(2), dry_run=False) == Merged(2, 0, 0)
    assert await merge(rows, "boss", at(3), dry_run=False) == Merged(0, 0, 2)
    bad, _ = customer_files.read(b"name,phone_system\nC,\nB,own\n")
    refused = await merge(bad, "boss", at(4), dry_run=False)
    assert [problem.row for problem in refused.problems] == [3]
    assert len(await database.customers.all()) == 2

    tasks, _ = task_files.read(b"task,title,customer,area\nT1,Eins,A,sales_de\nT2,Zwei,b,\n")
    add = database.bookings.merge_tasks
    assert await add(tasks, "boss", at(5), dry_run=True) == Merged(2, 0, 0)
    assert await add(tasks, "boss", at(5), dry_run=False) == Merged(2, 0, 0)
    tasks, _ = task_files.read(b"task,state\nT1,closed\nT2,\nT3,\n")
    assert [p.row for p in (await add(tasks, "boss", at(6), dry_run=False)).problems] == [4]
    assert await add(tasks[:2], "boss", at(6), dry_run=False) == Merged(0, 1, 1)
    assert len(await database.customers.all()) == 2

    page, cursor = await database.bookings.find(TaskFilter(), None, 1)
    more, end = await database.bookings.find(TaskFilter(), cursor, 1)
    assert [booked.task.external_id for booked in (*page, *more)] == ["T1", "T2"]
    assert end is None
    assert page[0].factors == FactorRow(date(2026, 1, 1))
    closed, _ = await database.bookings.find(TaskFilter("eins", state=TaskState.CLOSED), None, 9)
    assert [booked.task.area for booked in closed] == [Area.SALES_DE]
    assert await database.directory.tasks("", "anna@x.test") == [more[0].task]

    work, _ = task_files.read_work(
        b"task,user,day,minutes\nT1,ANNA@x.test,2026-11-30,90\nT1,anna@x.test,2026-12-01,5\n"
    )
    times = database.bookings.merge_work
    assert await times(work, "boss", at(7), dry_run=True) == Merged(2, 0, 0)
    assert await times(work, "boss", at(7), dry_run=False) == Merged(2, 0, 0)
    assert await times(work, "boss", at(8), dry_run=False) == Merged(0, 0, 2)
    found = await database.bookings.work_times("T1", date(2026, 11, 1), date(2026, 11, 30))
    assert found == [("T1", WorkTime(anna.id, date(2026, 11, 30), 90))]
    wrong, _ = task_files.read_work(
        b"task,user,day,minutes\nT9,anna@x.test,2026-11-30,90\nT1,x@x.test,2026-12-01,5\n"
    )
    assert [p.row for p in (await times(wrong, "b", at(9), dry_run=False)).problems] == [2, 3]
