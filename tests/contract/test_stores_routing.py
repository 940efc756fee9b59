"""Stores of routing: in memory, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from pbx.domain.audit import ChangeFilter
from pbx.domain.records import Number, User
from pbx.domain.rights import Role
from pbx.domain.routing import (
    Absence,
    Action,
    Caller,
    CallerIs,
    CallerRule,
    Group,
    Hours,
    Interval,
    ListKind,
    Schedule,
    Step,
    Strategy,
)
from pbx.errors import NotFound
from pbx.services.ports import Directory
from pbx.services.routing_ports import CallerLists, Routes
from pbx.store import Database
from tests.fakes.routing import FakeCallerLists, FakeRoutes
from tests.fakes.stores import FakeDirectory

pytest_plugins = ["tests.support.stores"]

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
A, B, C = "+4930111111", "+4930222222", "+4930333333"
OFFICE = Schedule("office", "Büro", "NW", (Interval(0, 540, 1080), Interval(6, 1200, 120)))
TEAM = Group("team", "Team", Strategy.IDLE, ("x", "y"))


@dataclass
class Kept:
    routes: Routes
    callers: CallerLists
    directory: Directory
    database: Database | None


@pytest_asyncio.fixture
async def kept(stores_url: str | None) -> AsyncIterator[Kept]:
    if stores_url is None:
        directory = FakeDirectory()
        yield Kept(FakeRoutes(directory), FakeCallerLists(), directory, None)
        return
    db = Database.open(stores_url)
    yield Kept(db.routes, db.callers, db.directory, db)
    await db.close()


async def anna(kept: Kept) -> User:
    return await kept.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "h")


async def actions(kept: Kept) -> list[str]:
    """Of the audit log, oldest first; the fakes keep none."""
    if kept.database is None:
        return []
    changes, _ = await kept.database.audit.find(ChangeFilter(), None, 50)
    return [change.action for change in reversed(changes)]


async def test_steps_come_back_as_they_were(kept: Kept) -> None:
    steps = (
        Step(Action.PERSON, "x", 30, Hours.OPEN, "office", CallerIs.VIP, "y"),
        Step(Action.ANNOUNCE, "de/goodbye"),
        Step(Action.REJECT),
    )
    assert await kept.routes.steps(A) == ()
    await kept.routes.put_steps(A, steps, by="boss", at=NOON)
    assert await kept.routes.steps(A) == steps
    await kept.routes.put_steps(A, steps[1:], by="boss", at=NOON)
    assert await kept.routes.steps(A) == steps[1:]
    await kept.routes.put_steps(A, (), by="boss", at=NOON)
    assert await kept.routes.steps(A) == ()
    assert await actions(kept) in ([], ["route.changed"] * 3)


async def test_a_call_gets_all_that_it_may_need(kept: Kept) -> None:
    user = await anna(kept)
    for e164 in (A, B, C):
        await kept.directory.put_number(Number(e164, e164), "boss", NOON)
    await kept.routes.put_group(TEAM, by="boss", at=NOON)
    await kept.routes.put_schedule(OFFICE, by="boss", at=NOON)
    to_b = Step(Action.NUMBER, B, hours=Hours.CLOSED, schedule_id="office")
    to_a = (Step(Action.GROUP, "team"), Step(Action.NUMBER, A))
    await kept.routes.put_steps(A, [to_b], by="boss", at=NOON)
    await kept.routes.put_steps(B, to_a, by="boss", at=NOON)
    now = Absence("1", user.id, NOON, NOON + timedelta(hours=1))
    for absence in (now, Absence("2", user.id, NOON + timedelta(hours=1))):
        await kept.routes.put_absence(absence, by="boss", at=NOON)
    parts = await kept.routes.parts(A, NOON)
    assert dict(parts.steps) == {A: (to_b,), B: to_a}
    assert set(parts.numbers) == {A, B}
    assert parts.groups["team"] == TEAM
    assert parts.schedules["office"] == OFFICE
    assert parts.absences == (now,)
    assert (await kept.routes.parts(A, NOON - timedelta(seconds=1))).absences == ()
    everything = await kept.routes.everything()
    assert set(everything.numbers) == {A, B, C}
    assert set(everything.steps) == {A, B}


async def test_groups_schedules_and_absences(kept: Kept) -> None:
    user = await anna(kept)
    await kept.routes.put_group(TEAM, by="boss", at=NOON)
    await kept.routes.put_group(replace(TEAM, name="Zweite"), by="boss", at=NOON)
    await kept.routes.put_group(replace(TEAM, id="a", name="Alpha"), by="boss", at=NOON)
    assert [g.name for g in await kept.routes.groups()] == ["Alpha", "Zweite"]
    await kept.routes.remove_group("a", by="boss", at=NOON)
    with pytest.raises(NotFound, match="unknown-group"):
        await kept.routes.remove_group("a", by="boss", at=NOON)
    await kept.routes.put_schedule(OFFICE, by="boss", at=NOON)
    assert await kept.routes.schedules() == [OFFICE]
    await kept.routes.remove_schedule("office", by="boss", at=NOON)
    with pytest.raises(NotFound, match="unknown-schedule"):
        await kept.routes.remove_schedule("office", by="boss", at=NOON)
    over = Absence("1", user.id, NOON - timedelta(days=1), NOON)
    for_good = Absence("2", user.id, NOON, None, "Elternzeit", "y", "a.wav")
    for absence in (over, for_good):
        await kept.routes.put_absence(absence, by="boss", at=NOON)
    assert list(await kept.routes.absences(NOON)) == [for_good]
    await kept.routes.remove_absence("2", by="boss", at=NOON)
    with pytest.raises(NotFound, match="unknown-absence"):
        await kept.routes.remove_absence("2", by="boss", at=NOON)
    with pytest.raises(NotFound, match="unknown-user"):
        await kept.routes.put_absence(Absence("3", "nobody", NOON), by="boss", at=NOON)
    assert await actions(kept) in (
        [],
        [
            *("group.added", "group.changed", "group.added", "group.removed"),
            *("schedule.added", "schedule.removed"),
            *("absence.added", "absence.added", "absence.removed"),
        ],
    )


async def put(kept: Kept, rule: CallerRule, minutes: int = 0) -> CallerRule:
    return await kept.callers.put(rule, by="boss", at=NOON + timedelta(minutes=minutes))


async def test_only_what_is_about_a_caller_is_found(kept: Kept) -> None:
    for rule_id, pattern, prefix in (
        ("exact", "+49301234", False),
        ("shorter", "+4930123", False),
        ("beginning", "+4930", True),
        ("other", "+4931", True),
        ("longer", "+493012345", True),
    ):
        await put(kept, CallerRule(rule_id, ListKind.BLOCK, pattern, prefix))
    await put(kept, CallerRule("hidden", ListKind.VIP, hidden="hash"))
    found = [r.id for r in await kept.callers.about(Caller("+49301234"))]
    assert found == ["beginning", "exact"]
    assert [r.id for r in await kept.callers.about(Caller(hidden="hash"))] == ["hidden"]
    assert await kept.callers.about(Caller(hidden="other")) == []
    assert await kept.callers.about(Caller()) == []


async def test_the_same_again_changes_the_entry_and_hits_count(kept: Kept) -> None:
    first = await put(kept, CallerRule("1", ListKind.BLOCK, "+4930", True, note="Werbung"))
    assert (first.by, first.at) == ("boss", NOON)
    await kept.callers.hit("1", NOON)
    await kept.callers.hit("1", NOON + timedelta(seconds=5))
    await kept.callers.hit("gone", NOON)
    until = NOON + timedelta(days=1)
    again = await put(kept, CallerRule("2", ListKind.BLOCK, "+4930", True, until=until), 1)
    assert (again.id, again.hits, again.until, again.note) == ("1", 2, until, "")
    assert again.last_hit == NOON + timedelta(seconds=5)
    assert await kept.callers.about(Caller("+49301")) == [again]
    await kept.callers.remove("1", by="boss", at=NOON + timedelta(minutes=2))
    with pytest.raises(NotFound, match="unknown-caller-rule"):
        await kept.callers.remove("1", by="boss", at=NOON + timedelta(minutes=2))
    assert await actions(kept) in ([], ["caller.added", "caller.changed", "caller.removed"])


async def test_pages_of_a_list(kept: Kept) -> None:
    for n in range(5):
        await put(kept, CallerRule(f"r{n}", ListKind.BLOCK, f"+4930{n}"), n // 2)
    await put(kept, CallerRule("vip", ListKind.VIP, "+49"))
    first, cursor = await kept.callers.find(ListKind.BLOCK, None, 3)
    rest, none = await kept.callers.find(ListKind.BLOCK, cursor, 3)
    assert [r.id for r in (*first, *rest)] == ["r4", "r3", "r2", "r1", "r0"]
    assert none is None


async def test_hidden_callers_are_remembered_for_a_while(kept: Kept) -> None:
    await kept.callers.keep_hidden("old", "hash", NOON)
    await kept.callers.keep_hidden("new", "hash", NOON + timedelta(days=1))
    assert await kept.callers.hidden_of("old") == "hash"
    assert await kept.callers.forget_hidden(NOON + timedelta(days=1)) == 1
    assert await kept.callers.hidden_of("old") is None
    assert await kept.callers.hidden_of("new") == "hash"


async def test_the_audit_log_does_not_tell_who_is_hidden(database: Database) -> None:
    rule = CallerRule("1", ListKind.BLOCK, hidden="the hash")
    await database.callers.put(rule, by="boss", at=NOON)
    [change], _ = await database.audit.find(ChangeFilter(), None, 5)
    assert change.after is not None
    assert change.after["hidden"] == "***"
