"""Webhooks' outbox and endpoints, on SQLite and PostgreSQL."""

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pbx.domain.audit import SYSTEM, ChangeFilter
from pbx.domain.company import Company
from pbx.domain.hooks import Attempt, DeliveryState, Endpoint, HookKind
from pbx.domain.months import Month
from pbx.domain.records import Area, FactorRow, LedgerKind, Outcome, Task, Zone
from pbx.domain.rights import Role
from pbx.domain.task_files import TaskRow
from pbx.errors import Conflict, NotFound
from pbx.services.hook_ports import DeliveryFilter, Due
from pbx.store import Database
from pbx.store import hook_endpoints as endpoints_module
from tests.support.records import at, entry, offered

pytest_plugins = ["tests.support.stores"]

WANTED = frozenset({HookKind.CALL_ENDED, HookKind.FACTOR_CHANGED})
TASK = Task("T1", "Orders", "Meyer GmbH", Area.BACKOFFICE, 60)


def endpoint(name: str = "e1", **values: Any) -> Endpoint:
    made = Endpoint(
        id=name,
        url=f"https://{name}.example.test/hooks",
        kinds=WANTED,
        active=True,
        note="",
        secret=b"sealed",
        old_secret=None,
        old_until=None,
        created_at=at(0),
    )
    return replace(made, **values)


def answer(status: int | None, seconds: float = 10) -> Attempt:
    return Attempt(at(seconds), status, 12, "" if status else "timeout", "thanks")


async def call(database: Database, call_id: str, seconds: float = 0) -> None:
    await database.calls.append(offered(call_id, seconds, number="+4930123456"))
    await database.calls.append(
        entry(call_id, LedgerKind.ENDED, seconds + 5, talk_ms=4_250, outcome=Outcome.ANSWERED)
    )


async def due(database: Database, seconds: float = 100, besides: tuple[str, ...] = ()) -> list[Due]:
    return list(await database.hooks.due(at(seconds), besides, 50))


async def test_a_calls_end_is_told_once_to_whoever_wants_it(database: Database) -> None:
    await database.hook_endpoints.add(endpoint("e1"), "boss")
    await database.hook_endpoints.add(endpoint("off", active=False), "boss")
    other = endpoint("other", kinds=frozenset({HookKind.STATEMENT_READY}))
    await database.hook_endpoints.add(other, "boss")
    await call(database, "c1")
    again = entry("c1", LedgerKind.ENDED, 9, talk_ms=9)
    assert not await database.calls.append(again)

    [found] = await due(database)
    body = json.loads(found.event.body)
    assert (found.endpoint.id, found.event.kind, found.event.subject) == (
        "e1",
        HookKind.CALL_ENDED,
        "c1",
    )
    assert body["type"] == "call.ended"
    assert body["data"]["talk_seconds"] == 4.25
    assert body["data"]["number"] == "+4930123456"
    assert await due(database, besides=("e1",)) == []


async def test_nothing_is_kept_that_nobody_wants(database: Database) -> None:
    await call(database, "c1")
    await database.hook_endpoints.add(endpoint(), "boss")
    assert await database.hook_endpoints.replay_span("e1", at(-9), at(99), "boss", at(100)) == 0


async def test_attempts_are_logged_and_a_late_result_changes_nothing(database: Database) -> None:
    hooks, log = database.hooks, database.hook_endpoints
    await log.add(endpoint(), "boss")
    await call(database, "c1")
    [first] = await due(database)
    later = DeliveryState.WAITING
    now = await hooks.put_attempt(first.delivery, answer(500), later, at(40))
    assert now is not None
    assert (now.failures, now.failing_since) == (1, at(10))
    assert await due(database, 39) == []
    # The same attempt told twice, as after a lost answer of the database.
    assert await hooks.put_attempt(first.delivery, answer(500), later, at(40)) is None
    [second] = await due(database, 40)
    assert second.event.id == first.event.id
    assert second.event.body == first.event.body
    now = await hooks.put_attempt(second.delivery, answer(204, 41), DeliveryState.DELIVERED, at(42))
    assert now is not None
    assert (now.failures, now.failing_since, now.last_success_at) == (0, None, at(41))
    assert await due(database) == []
    told = await log.delivery(first.delivery.id)
    assert [a.status for a in told.attempts] == [500, 204]
    assert told.delivery.settled_at == at(42)


async def test_an_endpoint_that_is_back_gets_what_waits_at_once(database: Database) -> None:
    hooks = database.hooks
    await database.hook_endpoints.add(endpoint(), "boss")
    for n in range(4):
        await call(database, f"c{n}", n)
    found = await due(database)
    for each in found[:3]:
        await hooks.put_attempt(each.delivery, answer(None), DeliveryState.WAITING, at(9000))
    assert await hooks.alarm_once("e1", at(50))
    assert not await hooks.alarm_once("e1", at(51))
    await hooks.put_attempt(found[3].delivery, answer(200), DeliveryState.DELIVERED, at(60))
    assert len(await due(database, 60)) == 3


async def test_an_endpoint_that_is_gone_is_switched_off_with_a_trace(database: Database) -> None:
    hooks, log = database.hooks, database.hook_endpoints
    await log.add(endpoint(), "boss")
    for n in range(2):
        await call(database, f"c{n}", n)
    first, _ = await due(database)
    for _ in range(2):  # told twice, as after a lost answer of the database
        now = await hooks.put_attempt(first.delivery, answer(410), DeliveryState.FAILED, at(20))
    assert now is None
    off = await log.get("e1")
    assert (off.active, off.gone_at, off.failures) == (False, at(10), 1)
    assert await due(database) == []
    await log.replay(first.delivery.id, "boss", at(30))
    assert await due(database) == []  # on as soon as the endpoint is
    on = await log.change("e1", {"active": True, "gone_at": None}, "boss", at(40))
    assert (on.active, on.gone_at) == (True, None)
    assert [each.event.subject for each in await due(database)] == ["c0", "c1"]
    changes, _ = await database.audit.find(ChangeFilter(kind="hook"), None, 50)
    assert [(c.action, c.by) for c in changes] == [
        ("hook.changed", "boss"),
        ("hook.replayed", "boss"),
        ("hook.off", SYSTEM),
        ("hook.added", "boss"),
    ]
    assert (changes[2].after or {})["reason"] == "HTTP 410 Gone"


async def test_replays_keep_the_id_and_reach_what_was_missed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = database.hook_endpoints
    await log.add(endpoint(active=False), "boss")
    await call(database, "missed")
    await log.change("e1", {"active": True}, "boss", at(20))
    await call(database, "got", 30)
    [got] = await due(database)
    await database.hooks.put_attempt(got.delivery, answer(200), DeliveryState.DELIVERED, at(40))

    await log.replay(got.delivery.id, "boss", at(50))
    [again] = await due(database)
    assert (again.event.id, again.delivery.attempts) == (got.event.id, 0)
    # What is delivered while a replay was asked for is delivered once more, with the same id.
    assert await log.replay_span("e1", at(0), at(60), "boss", at(60)) == 2
    assert [each.event.subject for each in await due(database)] == ["missed", "got"]
    assert await log.replay_span("e1", at(30), at(60), "boss", at(60)) == 1
    monkeypatch.setattr(endpoints_module, "REPLAY_MOST", 1)
    with pytest.raises(Conflict, match="replay-too-large"):
        await log.replay_span("e1", at(0), at(60), "boss", at(60))
    with pytest.raises(NotFound):
        await log.replay("nothing", "boss", at(60))


async def test_endpoints_are_changed_with_a_trace_and_without_secrets(database: Database) -> None:
    log = database.hook_endpoints
    await log.add(endpoint(), "boss")
    await log.change("e1", {"note": "task app"}, "boss", at(1))
    renewed = await log.renew("e1", b"newer", at(900), "boss", at(2))
    assert (renewed.secret, renewed.old_secret, renewed.old_until) == (b"newer", b"sealed", at(900))
    delivery = await log.test("e1", {"hello": "world"}, at(3))
    [found] = await due(database)
    assert (found.delivery.id, found.event.kind) == (delivery, HookKind.TEST)
    [(_, counts)] = await log.all()
    assert (counts.waiting, counts.failed) == (1, 0)
    await log.remove("e1", "boss", at(4))
    assert await due(database) == []
    with pytest.raises(NotFound):
        await log.get("e1")
    changes, _ = await database.audit.find(ChangeFilter(kind="hook"), None, 50)
    assert [c.action for c in changes] == [
        "hook.removed",
        "hook.secret-renewed",
        "hook.changed",
        "hook.added",
    ]
    assert "sealed" not in repr(changes)
    assert "newer" not in repr(changes)


async def test_old_deliveries_are_swept_and_waiting_ones_never(database: Database) -> None:
    hooks, log = database.hooks, database.hook_endpoints
    await log.add(endpoint(), "boss")
    for n, name in enumerate(("delivered", "failed", "waiting")):
        await call(database, name, n)
    ended = (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.WAITING)
    for each, state in zip(await due(database), ended, strict=True):
        await hooks.put_attempt(each.delivery, answer(200), state, at(60))
    assert await hooks.sweep(at(60), at(60)) == 0
    assert await hooks.sweep(at(61), at(60)) == 2  # the delivery and its event
    page, _ = await log.deliveries(DeliveryFilter(), None, 10)
    assert {d.subject for d in page} == {"failed", "waiting"}
    assert await hooks.sweep(at(9999), at(9999)) == 2
    assert [d.event.subject for d in await due(database, 9999)] == ["waiting"]


async def test_the_log_is_paged_newest_first(database: Database) -> None:
    log = database.hook_endpoints
    await log.add(endpoint(), "boss")
    for n in range(5):
        await call(database, f"c{n}", n)
    seen, cursor = [], None
    while True:
        page, cursor = await log.deliveries(DeliveryFilter(endpoint_id="e1"), cursor, 2)
        seen += [d.subject for d in page]
        if cursor is None:
            break
    assert seen == ["c4", "c3", "c2", "c1", "c0"]
    none, _ = await log.deliveries(DeliveryFilter(state=DeliveryState.FAILED), None, 9)
    assert none == []


async def test_another_area_is_told_with_both_factors(database: Database) -> None:
    await database.hook_endpoints.add(endpoint(), "boss")
    await database.directory.put_factors(FactorRow(date(2020, 1, 1)))
    await database.directory.put_task(TASK, "boss", at(0))
    await database.directory.put_task(replace(TASK, title="Orders and more"), "boss", at(1))
    await database.directory.put_task(replace(TASK, area=Area.BACKOFFICE_EU), "boss", at(2))
    [found] = await due(database)
    assert json.loads(found.event.body)["data"] == {
        "task": "T1",
        "title": "Orders",
        "customer": "Meyer GmbH",
        "area_before": "backoffice",
        "area": "backoffice_eu",
        "factor_before": "1.0",
        "factor": "1.3",
    }
    assert found.event.at - at(2) < timedelta(seconds=1)


async def test_final_statements_and_areas_from_a_file_are_told(database: Database) -> None:
    kinds = frozenset({HookKind.STATEMENT_READY, HookKind.FACTOR_CHANGED})
    await database.hook_endpoints.add(endpoint(kinds=kinds), "boss")
    await database.directory.put_factors(FactorRow(date(2020, 1, 1)))
    await database.directory.put_task(TASK, "boss", at(0))
    anna = await database.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "")
    await database.directory.put_work_time("T1", anna.id, date(2026, 11, 20), 60)
    november = Month(2026, 11)
    for _ in range(2):  # the second time nothing is left to become final
        await database.statements.finalise(
            november,
            None,
            reason=None,
            by="boss",
            at=at(5),
            year=2026,
            sender=Company(),
            told=lambda done, total: None,
        )
    row = TaskRow(2, "T1", area=Area.SALES_EU)
    for dry_run in (True, False):
        await database.bookings.merge_tasks([row], "boss", at(6), dry_run=dry_run)
    statement, factor = (json.loads(d.event.body)["data"] for d in await due(database))
    assert (statement["number"], statement["month"]) == ("2026-0001", "2026-11")
    assert (statement["customer"], statement["corrects"]) == ("Meyer GmbH", None)
    assert (factor["area_before"], factor["factor_before"]) == ("backoffice", "1.0")
    assert (factor["area"], factor["factor"]) == ("sales_eu", "2.1")


async def test_a_limit_that_two_notice_at_once_is_told_once(database: Database) -> None:
    kinds = frozenset({HookKind.SHARE_OVER_LIMIT})
    await database.hook_endpoints.add(endpoint(kinds=kinds), "boss")
    await database.directory.put_task(TASK, "boss", at(0))
    anna = await database.directory.add_user("anna@example.test", "Anna", Role.VPA, "de", "")
    await database.directory.put_work_time("T1", anna.id, date(2026, 11, 20), 1)
    await call(database, "c1")  # 4.25 s
    limits = database.share_limits
    assert await limits.talked_ms(["T1", "T2"]) == {"T1": 4_250}
    assert (await limits.bases(["T1"]))["T1"].work_seconds == 60
    await limits.crossed("T1", [(Zone.DE, 10_750)], at(10))
    assert await due(database) == []  # 15.000 s of 60 s are included
    live = [(Zone.EU, 10_000), (Zone.DE, 751)]
    await asyncio.gather(*(limits.crossed("T1", live, at(n)) for n in range(11, 15)))
    [found] = await due(database)
    data = json.loads(found.event.body)["data"]
    assert (data["phone_seconds"], data["suggested_area"]) == (15.001, "backoffice_eu")
