"""Lists of calls on a real database: how many questions a page asks."""

from typing import Any

from sqlalchemy import event

from pbx.domain.desk import CallNote, Contact, Quality
from pbx.domain.records import Area, Direction, LedgerKind, Number, Task
from pbx.domain.rights import Role
from pbx.services.contacts import Contacts
from pbx.services.history import Details, History
from pbx.services.ports import CallFilter
from pbx.store import Database
from tests.support.records import at, entry, offered

pytest_plugins = ["tests.support.stores"]

CALLS = 50
MOST = 8
"""Queries of a page, however many calls are on it."""


class NothingUnderWay:
    """A switchboard without calls."""

    def find_actor(self, call_id: str) -> None:
        return None


def questions(database: Database) -> list[str]:
    """The queries asked from now on."""
    asked: list[str] = []

    @event.listens_for(database._engine.sql.sync_engine, "before_cursor_execute")
    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append(statement)

    return asked


async def test_the_questions_of_a_page_do_not_grow_with_its_calls(database: Database) -> None:
    anna = await database.directory.add_user("a@x.test", "A", Role.VPA, "de", "h")
    await database.directory.put_number(Number("+491", "Zentrale"), "boss", at(0))
    for i in range(CALLS):
        await database.directory.put_task(Task(f"T{i}", f"Titel {i}", "", Area.SALES, 0))
        call = offered(f"c{i}", i, user_id=anna.id, task=f"T{i}", did="+491", number=f"+4930{i}")
        await database.calls.append(call)
        await database.calls.append(entry(f"c{i}", LedgerKind.ENDED, i + 1))
    internal = offered("inside", 300, user_id=anna.id, direction=Direction.INTERNAL, task=None)
    await database.calls.append(internal)
    rings = entry("inside", LedgerKind.NOTE, 301, user_id="ben", cause="colleague-rings")
    await database.calls.append(rings)
    await database.calls.append(entry("inside", LedgerKind.ENDED, 302))
    last = f"c{CALLS - 1}"
    await database.contacts.add(Contact("k", anna.id, False, "Eva", f"+4930{CALLS - 1}"))
    await database.notes.put_call_note(anna.id, last, CallNote("Rückruf", at(1)))
    await database.quality.put(Quality(last, anna.id, at(CALLS), 60, 4.2, 4, 3))
    history = History(
        calls=database.calls,
        board=NothingUnderWay(),  # type: ignore[arg-type]
        directory=database.directory,
        contacts=Contacts(database.contacts, "DE"),
        notes=database.notes,
        quality=database.quality,
    )

    asked = questions(database)
    views, following = await history.find(CallFilter(user_id=anna.id), None, CALLS)
    details = await history.details(anna, [view.record for view in views])

    assert 0 < len(asked) <= MOST, asked
    assert (len(views), following is None) == (CALLS, False)
    assert (views[0].record.id, views[0].colleague_id) == ("inside", "ben")
    assert (views[1].task_title, views[1].label) == (f"Titel {CALLS - 1}", "Zentrale")
    assert details[last] == Details("Rückruf", 4.2, "Eva")
    assert details[f"c{CALLS - 2}"] == Details()
