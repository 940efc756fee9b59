"""What was looked at before a number goes live, and test calls; on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace

import pytest

from pbx.domain import test_calls
from pbx.domain.addon_orders import Order
from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.going_live import Check, Kept, Live, LiveState, Point, live_state, seen_of
from pbx.domain.greetings import Greeting, GreetingVersion, Source, reference
from pbx.domain.inventory import NumberFilter
from pbx.domain.records import Number
from pbx.domain.routing import Action, Hours, Interval, Schedule, Step
from pbx.errors import Conflict
from pbx.services.addon_ports import Changed, OrderFile
from pbx.store import Database
from tests.contract.test_stores_addons import book, order
from tests.support.records import at

pytest_plugins = ["tests.support.stores"]

A, B = Number("+4922182829981", "Praxis"), Number("+4922182829982", "Frei")
RINGS = Step(Action.PERSON, "anna", hours=Hours.OPEN, schedule_id="s1")
THEN = 5.123456
OFFICE = Schedule("s1", "Office", "NW", (Interval(0, 540, 1080),))


async def filled(database: Database, *numbers: Number) -> None:
    for number in numbers or (A, B):
        await database.inventory.put(number, None, "boss", at(0))


async def actions(database: Database, kind: str = "number") -> list[tuple[str, str]]:
    """Newest first, without those that made the numbers."""
    found, _ = await database.audit.find(ChangeFilter(kind=kind), None, 50)
    return [(each.action, each.by) for each in found if each.action != "number.added"]


def check(point: Point, seconds: float = 1, e164: str = A.e164) -> Check:
    return Check(e164, point, "seen", "boss", at(seconds))


async def whole(database: Database, number: Number, seconds: float) -> Kept:
    [found] = await database.going_live.whole([number], at(seconds))
    return found


async def test_a_confirmation_is_kept_audited_and_taken_back(database: Database) -> None:
    await filled(database)
    store = database.going_live
    await store.confirm([check(Point.LABEL)], [])
    await store.confirm([check(Point.LABEL, 2)], [])
    kept = await whole(database, A, 3)
    assert kept.checks == {Point.LABEL: check(Point.LABEL, 2)}
    assert (kept.live, live_state(kept)) == (None, LiveState.OPEN)
    await store.take_back(A.e164, Point.LABEL, "anna", at(4))
    await store.take_back(A.e164, Point.LABEL, "anna", at(5))
    assert (await whole(database, A, 6)).checks == {}
    confirmed = ("number.checked", "boss")
    assert await actions(database) == [("number.unchecked", "anna"), confirmed, confirmed]


async def test_the_last_point_makes_it_live_and_only_taking_that_back_ends_it(
    database: Database,
) -> None:
    await filled(database)
    store = database.going_live
    last = check(Point.HOURS, 2)
    await store.confirm([check(Point.LABEL)], [])
    await store.confirm([last], [Live(A.e164, last.at, last.by)])
    await store.go_live(Live(A.e164, at(9), "anna"))
    assert (await whole(database, A, 3)).live == Live(A.e164, at(2), "boss")
    never, _ = await database.inventory.find(NumberFilter(never_live=True), None, None)
    assert [each.number.e164 for each in never] == [B.e164]
    await store.take_back(A.e164, Point.LABEL, "boss", at(4))
    assert (await whole(database, A, 5)).live is not None
    await store.take_back(A.e164, Point.HOURS, "boss", at(6))
    assert (await whole(database, A, 7)).live is None
    assert [action for action, _ in await actions(database)] == [
        *("number.live-undone", "number.unchecked", "number.unchecked"),
        *("number.live", "number.checked", "number.checked"),
    ]


async def test_points_of_several_numbers_are_confirmed_and_taken_back_together(
    database: Database,
) -> None:
    c = Number("+4922182829983", "Dritte")
    await filled(database, A, B, c)
    store = database.going_live
    done = [
        check(point, THEN, number.e164)
        for number in (B, A, c)
        for point in (Point.HOURS, Point.LABEL)
    ]
    await store.confirm([check(Point.ADDRESS, 1)], [])
    await store.confirm(done, [Live(A.e164, at(THEN), "boss"), Live(B.e164, at(THEN), "boss")])
    await store.confirm([], [])
    found, _ = await database.audit.find(ChangeFilter(kind="number", since=at(THEN)), None, 50)
    assert {(each.action, each.subject, str(each.after)) for each in found} == {
        *(("number.checked", n.e164, "{'points': ['label', 'hours']}") for n in (A, B, c)),
        *(("number.live", n.e164, f"{{'since': '{at(THEN).isoformat()}'}}") for n in (A, B)),
    }
    # What somebody else has confirmed since stays, and so does what was confirmed before.
    anew = [replace(check(p, 6, B.e164), by="anna") for p in (Point.HOURS, Point.LABEL)]
    await store.confirm(anew, [])
    await store.confirm([replace(check(Point.LABEL, 6, c.e164), by="anna")], [])
    await store.take_back_all("anna", at(THEN), at(7))
    await store.take_back_all("boss", at(THEN), at(8))
    await store.take_back_all("boss", at(THEN), at(9))
    left = await store.whole([c, B, A], at(9))
    assert [(set(each.checks), each.live is None) for each in left] == [
        ({Point.LABEL}, True),
        ({Point.HOURS, Point.LABEL}, False),
        ({Point.ADDRESS}, True),
    ]
    found, _ = await database.audit.find(ChangeFilter(kind="number", since=at(7)), None, 50)
    assert {(each.action, each.subject, str(each.before)) for each in found} == {
        ("number.unchecked", A.e164, "{'points': ['label', 'hours']}"),
        ("number.unchecked", c.e164, "{'point': 'hours'}"),
        ("number.live-undone", A.e164, f"{{'since': '{at(THEN).isoformat()}'}}"),
    }


async def test_facts_are_steps_hours_and_the_version_that_plays_at_that_time(
    database: Database,
) -> None:
    greeted = replace(A, greeting=reference("g1"))
    await filled(database, greeted, B)
    await database.routes.put_schedule(OFFICE, by="boss", at=at(0))
    await database.routes.put_steps(A.e164, [RINGS], by="boss", at=at(0))
    first = GreetingVersion(
        "v1", "g1", 1, at(0), Source.UPLOAD, "a.wav", 5000, -20.0, 9, at(0), "boss"
    )
    await database.greetings.add(Greeting("g1", "Praxis", at(0), "boss"), first)
    later = replace(first, id="v2", valid_from=at(60))
    await database.greetings.add_version(later)
    store = database.going_live
    facts = (await whole(database, greeted, 1)).facts
    assert (facts.steps, facts.schedules, facts.version) == ((RINGS,), (OFFICE,), "v1")
    seen = seen_of(Point.GREETING, facts)
    await store.confirm([Check(A.e164, Point.GREETING, seen, "boss", at(1))], [])
    await store.go_live(Live(A.e164, at(1), "boss"))

    async def states(seconds: float) -> list[LiveState]:
        return [live_state(each) for each in await store.kept([greeted, B], at(seconds))]

    assert await states(59) == [LiveState.LIVE, LiveState.OPEN]
    assert await states(61) == [LiveState.CHANGED, LiveState.OPEN]
    await database.greetings.remove_version("v2", "boss", at(62))
    assert await states(63) == [LiveState.LIVE, LiveState.OPEN]
    beside = (await store.kept([B], at(1)))[0]
    assert beside == Kept(beside.facts)
    assert await store.kept([], at(1)) == []


def call(name: str, order_id: str | None = None, seconds: float = 0) -> test_calls.TestCall:
    return test_calls.TestCall(name, order_id, A.e164, "boss", at(seconds))


def passed(running: test_calls.TestCall) -> test_calls.TestCall:
    state = test_calls.TestState.PASSED
    return replace(
        running, state=state, answered=True, duration_ms=9000, match_percent=97, heard=True
    )


async def test_one_test_call_at_a_time_to_a_number_and_a_restart_ends_it(
    database: Database,
) -> None:
    store = database.test_calls
    calls = [call("t0"), call("t1", "order-1", 1), call("t2", None, 2)]
    begun = await asyncio.gather(*(store.add(each) for each in calls))
    assert sorted(begun) == [False, False, True]
    assert await store.add(replace(call("b"), did=B.e164))
    await store.interrupted(at(8), {"t0", "t1", "t2"})
    assert (await store.of_number(A.e164, 9))[0].state is test_calls.TestState.RUNNING
    await store.interrupted(at(9))
    [ended] = await store.of_number(A.e164, 9)
    assert (ended.state, ended.reason) == (test_calls.TestState.FAILED, "interrupted")
    assert await store.add(call("t9", None, 10))
    await store.settle(passed(call("t9", None, 10)), at(20))
    assert await store.get("t9") == passed(call("t9", None, 10))
    assert [each.id for each in await store.of_number(A.e164, 1)] == ["t9"]
    assert (await actions(database))[:2] == [
        ("number.tested", SYSTEM),
        ("number.test-call", "boss"),
    ]


async def test_a_result_and_what_follows_from_it_are_written_together_or_not_at_all(
    database: Database,
) -> None:
    await filled(database)
    made = (await book(database, order()))[0].order
    store, running = database.test_calls, call("t1", made.id)
    assert await store.add(running)

    def stumble(_: OrderFile) -> Changed | None:
        raise Conflict("order-closed", "zu", "closed")

    def done(file: OrderFile) -> Changed | None:
        assert file.test_calls[0].state is test_calls.TestState.PASSED
        return Changed(_with_owner(file.order), file.steps, "addon.answered")

    confirmed = check(Point.TEST_CALL)
    live = Live(A.e164, confirmed.at, confirmed.by)
    with pytest.raises(Conflict):
        await store.settle(passed(running), at(9), decide=stumble, check=confirmed, live=live)
    assert await store.get("t1") == running
    assert (await whole(database, A, 9)) == Kept((await whole(database, A, 9)).facts)
    await store.settle(passed(running), at(9), decide=done, check=confirmed, live=live)
    file = await database.addon_orders.get(made.id)
    assert file is not None
    assert (file.order.owner_id, file.test_calls) == ("boss", (passed(running),))
    kept = await whole(database, A, 9)
    assert (kept.checks, kept.live) == ({Point.TEST_CALL: confirmed}, live)
    told = [action for action, _ in await actions(database, "addon")]
    assert told[:3] == ["addon.answered", "addon.tested", "addon.test-call"]


def _with_owner(order: Order) -> Order:
    return replace(order, owner_id="boss")
