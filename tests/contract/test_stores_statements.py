"""Statements, the factor guard and the table of factors, on SQLite and PostgreSQL."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError

from pbx.domain.audit import ChangeFilter
from pbx.domain.charges import Charge
from pbx.domain.company import Company
from pbx.domain.customers import Customer
from pbx.domain.factor_guard import Closing, Mismatch
from pbx.domain.letterheads import Letterhead, Receiver
from pbx.domain.months import Month
from pbx.domain.records import Area, FactorRow, LedgerKind, Moment, Task
from pbx.errors import Conflict, NotFound
from pbx.services.billing_ports import CloseWish, Document, Told, nobody
from pbx.store import Database
from pbx.store.charges import write_charge
from pbx.store.documents import document_of, packed
from pbx.store.types import Utc
from tests.support.billing_month import AFTER, DEFAULT_RATE, OCTOBER, make
from tests.support.records import at, entry, offered

pytest_plugins = ["tests.support.stores"]

SENDER = Company("Zentrale GmbH", ("Weg 1", "50667 Köln"), ("+49 221 1",), ("USt-IdNr. DE1",))

SECOND_CALCULATION = text(
    """
    WITH talked AS (
        SELECT coalesce(e.task, o.task) AS task, count(*) AS calls, sum(e.talk_ms) AS talk_ms,
            sum(e.platform_ms) AS platform_ms,
            sum(CASE WHEN coalesce(e.zone, o.zone) = 'EU' THEN e.talk_ms ELSE 0 END) AS eu_ms
        FROM ledger e JOIN ledger o ON o.call_id = e.call_id AND o.kind = 'offered'
        WHERE e.kind = 'ended' AND o.at >= :begins AND o.at < :ends
        GROUP BY coalesce(e.task, o.task)
    ), worked AS (
        SELECT task, sum(minutes) AS minutes FROM work_times
        WHERE day >= :first AND day <= :last GROUP BY task
    ), billed AS (
        SELECT t.external_id AS task, c.name, coalesce(w.minutes, 0) AS minutes,
            coalesce(k.calls, 0) AS calls, coalesce(k.talk_ms, 0) AS talk_ms,
            coalesce(k.platform_ms, 0) AS platform_ms, coalesce(k.eu_ms, 0) AS eu_ms,
            coalesce(c.rate_cents, :rate) AS rate,
            CASE t.area WHEN 'backoffice' THEN 10 WHEN 'backoffice_de' THEN 12
                WHEN 'backoffice_eu' THEN 13 WHEN 'sales' THEN 18 WHEN 'sales_de' THEN 20
                ELSE 21 END AS tenths
        FROM tasks t JOIN customers c ON c.id = t.customer_id
        LEFT JOIN talked k ON k.task = t.external_id
        LEFT JOIN worked w ON w.task = t.external_id
        WHERE NOT t.own AND (k.task IS NOT NULL OR w.minutes > 0)
    ), booked AS (
        SELECT billed.*, CAST((minutes * tenths + 49) / 50 AS bigint) * 5 AS booked FROM billed
    )
    SELECT name, count(*) AS tasks, sum(calls) AS calls, sum(talk_ms) AS talk_ms,
        sum(platform_ms) AS platform_ms, sum(eu_ms) AS eu_ms, sum(minutes) AS minutes,
        sum(booked) AS booked, sum((2 * booked * rate + 60) / 120) AS cents
    FROM booked GROUP BY name ORDER BY name
    """
).bindparams(bindparam("begins", type_=Utc), bindparam("ends", type_=Utc))
"""The same month from the ledger's own rows, by nothing but SQL and whole numbers."""


async def test_a_second_calculation_in_plain_sql_says_the_same(database: Database) -> None:
    await make(database)
    asked = {
        "begins": datetime(2026, 9, 30, 22, tzinfo=UTC),
        "ends": datetime(2026, 10, 31, 23, tzinfo=UTC),
        "first": date(2026, 10, 1),
        "last": date(2026, 10, 31),
        "rate": DEFAULT_RATE,
    }
    if database._engine.sqlite:
        asked |= {"first": "2026-10-01", "last": "2026-10-31"}
    async with database._engine.read() as conn:
        expected = [tuple(row) for row in await conn.execute(SECOND_CALCULATION, asked)]
    month = await database.statements.month(OCTOBER)
    found = []
    for draft in month.drafts:
        sums = draft.statement.totals
        assert draft == await database.statements.draft(draft.statement.customer_id, OCTOBER)
        found.append(
            (
                draft.statement.customer,
                sums.tasks,
                sums.calls,
                sums.talk_ms,
                sums.platform_ms,
                sum(line.eu_ms for line in draft.statement.lines),
                sums.work_minutes,
                sums.booked_minutes,
                sums.amount_cents,
            )
        )
    assert len(expected) == 3
    assert found == expected


async def test_all_months_and_customers_together_are_the_ledger(database: Database) -> None:
    await make(database)
    months = [Month(2026, n) for n in (8, 9, 10, 11, 12)]
    views = [await database.statements.month(month) for month in months]
    sums = [s for v in views for s in (*(d.statement.totals for d in v.drafts), v.rest)]
    query = text("SELECT count(*), sum(talk_ms), sum(platform_ms) FROM ledger WHERE kind = 'ended'")
    async with database._engine.read() as conn:
        calls, talk_ms, platform_ms = (await conn.execute(query)).one()
        minutes = (await conn.execute(text("SELECT sum(minutes) FROM work_times"))).scalar_one()
    assert sum(s.calls for s in sums) == calls == 400
    assert sum(s.talk_ms for s in sums) == talk_ms
    assert sum(s.platform_ms for s in sums) == platform_ms
    assert sum(s.work_minutes for s in sums) == minutes
    assert all(s.talk_ms for s in (views[1].rest, views[2].rest))


# ------------------------------------------------------------------ final ones


async def settle(database: Database, month: Month = OCTOBER) -> None:
    """Nothing is open in the guard any more."""
    for view in await database.factor_guard.month(month):
        wish = CloseWish(
            view.finding.task, month, view.finding.right_area, Closing.ACCEPTED, "Kulanz"
        )
        await database.factor_guard.close(wish, "boss", AFTER)


async def finalise(
    database: Database,
    customer_id: str | None = None,
    reason: str | None = None,
    told: Told = nobody,
    sender: Company = SENDER,
) -> list[Any]:
    done = await database.statements.finalise(
        OCTOBER,
        customer_id,
        reason=reason,
        by="boss",
        at=AFTER,
        year=2026,
        sender=sender,
        told=told,
    )
    return [each.document.number if each.document else each.refusal for each in done]


async def test_final_ones_are_numbered_and_nothing_open_becomes_final(database: Database) -> None:
    made = await make(database)
    open_findings = {v.customer for v in await database.factor_guard.month(OCTOBER)}
    # All of Celle's tasks are booked with the dearest zone.
    assert open_findings == {"Adler", "Berg"}
    *refused, first = await finalise(database)
    assert [each.error_id for each in refused] == ["guard-open"] * 2
    assert first == "2026-0001"
    await settle(database)
    await database.calls.append(
        replace(offered("late", task="T0"), moment=Moment(AFTER.replace(month=10), 0, "b"))
    )
    [refusal] = await finalise(database, made.customers["Adler"])
    assert refusal.error_id == "calls-open"
    await database.calls.append(entry("late", LedgerKind.ENDED, talk_ms=1))
    both = await asyncio.gather(finalise(database), finalise(database))
    numbers = sorted(n for each in both for n in each if isinstance(n, str))
    assert numbers == ["2026-0002", "2026-0003"]
    [again] = await finalise(database, made.customers["Adler"])
    assert again.error_id == "statement-exists"
    assert await finalise(database) == []
    changes, _ = await database.audit.find(ChangeFilter(kind="statement"), None, 9)
    assert [change.action for change in changes] == ["statement.final"] * 3


async def test_a_correction_is_a_new_document(database: Database) -> None:
    made = await make(database)
    await settle(database)
    await finalise(database)
    adler, berg = made.customers["Adler"], made.customers["Berg"]
    [same] = await finalise(database, adler, reason="nichts")
    assert same.error_id == "nothing-to-correct"
    first = await _holding(database, adler)
    await database.directory.put_work_time("T0", made.people[0].id, date(2026, 10, 31), 120)
    # Billed to Adler already: it is not billed again to whom it belongs now.
    await database.directory.put_task(replace(made.tasks[3], customer="Berg"))
    draft = await database.statements.draft(berg, OCTOBER)
    assert draft is not None
    assert "T3" not in [line.task for line in draft.statement.lines]
    await settle(database)
    assert await finalise(database, adler, reason="Arbeitszeit fehlte") == ["2026-0004"]
    second = await _holding(database, adler)
    assert (second.corrects, second.corrects_number) == (first.id, first.number)
    assert second.before_cents == first.statement.totals.amount_cents
    assert second.statement != first.statement
    old = await database.statements.document(first.id)
    assert old == replace(first, corrected_by=second.id)
    [refused] = await finalise(database, adler, reason="noch einmal")
    assert refused.error_id == "nothing-to-correct"
    # Given back by the correction, it is its new customer's.
    await settle(database)
    assert await finalise(database, berg, reason="T3 kam dazu") == ["2026-0005"]
    now = await _holding(database, berg)
    assert "T3" in [line.task for line in now.statement.lines]
    assert len(await database.statements.documents(None, berg)) == 2


async def _holding(database: Database, customer_id: str) -> Document:
    draft = await database.statements.draft(customer_id, OCTOBER)
    assert draft is not None
    assert draft.document is not None
    return draft.document


@pytest.mark.parametrize("table", ["statements", "guard_closings", "charges"])
async def test_nobody_changes_or_deletes_what_is_final(database: Database, table: str) -> None:
    made = await make(database, calls=60)
    await charge(database, made.customers["Adler"])
    await settle(database)
    await finalise(database)
    before = await _holding(database, made.customers["Adler"])
    column = "key" if table == "charges" else "reason"
    for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database._engine.write() as conn:
                await conn.execute(text(statement))
    # Whatever happens to the customer, the task or the table of factors, the document stays.
    await database.customers.change(made.customers["Adler"], {"name": "Neu"}, "boss", AFTER)
    await database.directory.put_task(replace(made.tasks[0], title="Neu", area=Area.SALES_EU))
    assert await database.statements.document(before.id) == before


async def test_a_final_one_keeps_who_writes_to_whom(database: Database) -> None:
    made = await make(database, calls=60)
    await settle(database)
    adler, change = made.customers["Adler"], database.customers.change
    await change(adler, {"street": "Weg 1", "city": "Köln", "language": "en"}, "boss", AFTER)
    draft = await database.statements.draft(adler, OCTOBER)
    assert draft is not None
    assert await finalise(database, adler) == ["2026-0001"]
    final = await _holding(database, adler)
    assert final.letterhead == Letterhead(SENDER, Receiver(("Weg 1", "Köln"), "en"))
    assert final.receiver == draft.receiver
    [same] = await finalise(database, adler, reason="nichts")
    assert same.error_id == "nothing-to-correct"
    # A wrong address is corrected by a new document, and so is a wrong sender.
    await change(adler, {"street": "Weg 2", "language": None}, "boss", AFTER)
    assert await finalise(database, adler, reason="umgezogen") == ["2026-0002"]
    other = replace(SENDER, footer=("USt-IdNr. DE2",))
    assert await finalise(database, adler, reason="Nummer", sender=other) == ["2026-0003"]
    assert await database.statements.document(final.id) == replace(
        final, corrected_by=(await database.statements.documents(OCTOBER, adler))[1].id
    )
    # What became final before letterheads were kept has none.
    row = packed(final)
    content = {k: v for k, v in json.loads(row["document"]).items() if k != "letterhead"}
    old = document_of({**row, "document": json.dumps(content)})
    assert old == replace(final, letterhead=None)


# ------------------------------------------------------------------ charges


async def charge(
    database: Database, customer_id: str, key: str = "addon:1", day: int = 31, cents: int = 49_90
) -> bool:
    told = "Ansage einrichten", "Setting up a greeting", cents, AFTER, "boss"
    once = Charge(f"id-{key}", customer_id, date(2026, 10, day), key, *told)
    async with database._engine.write() as conn:
        return await write_charge(conn, once)


async def test_charges_are_billed_once_in_their_month_and_stay(database: Database) -> None:
    made = await make(database)
    await settle(database)
    adler = made.customers["Adler"]
    before = await database.statements.draft(adler, OCTOBER)
    assert await charge(database, adler)
    assert not await charge(database, adler, cents=1)
    # One with nothing else in the month has a statement as well.
    alone = Customer("c9", "Zeisig")
    await database.customers.add(alone, "boss", AFTER)
    assert await charge(database, alone.id, "addon:2", day=1, cents=99_00)
    month = await database.statements.month(OCTOBER)
    assert [d.statement.totals.charges_cents for d in month.drafts] == [49_90, 0, 0, 99_00]
    now = await database.statements.draft(adler, OCTOBER)
    assert before is not None
    assert now == month.drafts[0]
    assert now.statement.totals == replace(
        before.statement.totals,
        charges_cents=49_90,
        amount_cents=(before.statement.totals.amount_cents or 0) + 49_90,
    )
    assert not (await database.statements.month(OCTOBER.following)).drafts[0].statement.charges
    assert await finalise(database, adler) == ["2026-0001"]
    final = await _holding(database, adler)
    assert final.statement == now.statement
    # A credit after that needs a correction.
    assert await charge(database, adler, "addon:1:back", cents=-49_90)
    assert await database.statements.document(final.id) == final
    assert await finalise(database, adler, reason="Gutschrift") == ["2026-0002"]
    told, _ = await database.audit.find(ChangeFilter(kind="charge"), None, 9)
    assert [(c.action, c.subject) for c in told] == [
        ("charge.added", adler),
        ("charge.added", alone.id),
        ("charge.added", adler),
    ]


# ------------------------------------------------------------------ the guard


async def test_a_finding_is_closed_by_what_was_done(database: Database) -> None:
    made = await make(database)
    guard = database.factor_guard
    by_zone = [v for v in await guard.month(OCTOBER) if v.finding.mismatch is Mismatch.ZONE]
    first, second = by_zone[0].finding, by_zone[1].finding
    seen = CloseWish(first.task, OCTOBER, first.right_area, Closing.CORRECTED, "")
    with pytest.raises(Conflict):
        await guard.close(replace(seen, right_area=Area.BACKOFFICE), "boss", AFTER)
    await guard.close(seen, "boss", AFTER)
    assert await guard.of_task(first.task, OCTOBER) is None
    task = await database.directory.task(first.task)
    assert task is not None
    assert task.area is first.right_area
    with pytest.raises(Conflict):
        await guard.close(seen, "boss", AFTER)
    await guard.close(
        CloseWish(second.task, OCTOBER, second.right_area, Closing.INFORMED, "Telefonat"),
        "boss",
        AFTER,
    )
    view = await guard.of_task(second.task, OCTOBER)
    assert view is not None
    assert view.closed is not None
    assert (view.closed.how, view.closed.reason) == (Closing.INFORMED, "Telefonat")
    customer = await database.customers.get(second.customer_id or "")
    assert customer is not None
    assert customer.customer.booked_area is second.right_area
    # Accepted is only the loss that was seen.
    share = next(v.finding for v in await guard.month(OCTOBER) if v.closed is None)
    accepted = CloseWish(share.task, OCTOBER, share.right_area, Closing.ACCEPTED, "Kulanz")
    await guard.close(accepted, "boss", AFTER)
    view = await guard.of_task(share.task, OCTOBER)
    assert view is not None
    assert view.closed is not None
    anna = made.people[0].id
    await database.directory.put_work_time(share.task, anna, date(2026, 10, 2), 1440)
    view = await guard.of_task(share.task, OCTOBER)
    assert view is None or view.closed is None
    with pytest.raises(Conflict):
        await guard.close(replace(seen, task="none"), "boss", AFTER)


# ------------------------------------------------------------------ factors


async def test_factors_that_tasks_have_are_never_changed(database: Database) -> None:
    table = database.factor_table
    planned = FactorRow(date(2027, 1, 1), surcharge_eu=350)
    await database.directory.put_factors(FactorRow(date(2020, 1, 1)))
    await database.directory.put_task(Task("T1", "Eins", "", Area.SALES, 0))
    for _ in range(2):
        await table.put(planned, "boss", at(1))
    await table.put(replace(planned, surcharge_eu=400), "boss", at(2))
    assert [(f.row.valid_from.year, f.row.surcharge_eu, f.tasks) for f in await table.all()] == [
        (2027, 400, 0),
        (2020, 300, 1),
    ]
    with pytest.raises(Conflict):
        await table.put(FactorRow(date(2020, 1, 1), surcharge_eu=1), "boss", at(3))
    with pytest.raises(Conflict):
        await table.remove(date(2020, 1, 1), "boss", at(3))
    await table.remove(date(2027, 1, 1), "boss", at(4))
    with pytest.raises(NotFound):
        await table.remove(date(2027, 1, 1), "boss", at(5))
    changes, _ = await database.audit.find(ChangeFilter(kind="factors"), None, 9)
    assert [change.action for change in changes] == [
        "factors.removed",
        "factors.changed",
        "factors.added",
    ]
    assert changes[1].after == {"surcharge_eu": "0.4"}


async def test_what_management_did_to_factors_outlives_a_start(database: Database) -> None:
    """A start brings the rows of `factors.toml` again, as they stand there."""
    table, directory = database.factor_table, database.directory
    changed, removed, kept = (FactorRow(date(year, 1, 1)) for year in (2027, 2028, 2029))
    for row in (changed, removed, kept):
        await directory.put_factors(row)
    await table.put(replace(changed, surcharge_eu=350), "boss", at(1))
    await table.remove(removed.valid_from, "boss", at(2))
    for row in (changed, removed, replace(kept, pay_sales=1600)):
        await directory.put_factors(row)
    assert [each.row for each in await table.all()] == [
        replace(kept, pay_sales=1600),
        replace(changed, surcharge_eu=350),
    ]
