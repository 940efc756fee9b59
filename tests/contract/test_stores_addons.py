"""Add-ons and hand-overs, on SQLite and PostgreSQL."""

import asyncio
import json
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pbx.domain import addons, task_files
from pbx.domain.addon_orders import (
    LINK,
    Answer,
    Comment,
    Kind,
    Order,
    State,
    Step,
    StepState,
    answered,
    cancelled,
    steps_of,
)
from pbx.domain.addons import FIRST, Catalogue, GreetingKind, Option
from pbx.domain.audit import ChangeFilter
from pbx.domain.charges import Charge
from pbx.domain.handovers import SETTING, Checklist
from pbx.domain.hooks import Endpoint, HookKind
from pbx.domain.letters import Letter
from pbx.domain.months import Month
from pbx.domain.records import Area, OutboxState, Task
from pbx.errors import Conflict, NotFound
from pbx.services.addon_ports import BookingLink, Changed, OrderFile, OrderFilter, Upload
from pbx.store import Database
from tests.support.records import at

pytest_plugins = ["tests.support.stores"]


def order(key: str = "key-1", seconds: int = 0, **more: Any) -> Order:
    quote = addons.quote(FIRST, Option.OWN_NUMBER, GreetingKind.SUPPLIED)
    return Order(
        id=uuid.uuid4().hex,
        kind=Kind.BOOKING,
        customer_id="c1",
        customer="Solaris AG",
        option=quote.option,
        greeting=quote.greeting,
        items=quote.items,
        prices_from=FIRST.valid_from,
        key=key,
        booked_at=at(seconds),
        booked_by=f"{LINK}l1",
        contact="Frau Sommer",
        **more,
    )


def letter(subject: str, when: datetime) -> Letter:
    name = uuid.uuid4().hex
    to, cc = ("it@example.test",), ("chef@example.test",)
    state = OutboxState.WAITING
    return Letter(name, "addon", to, subject, "x", "", name, state, 0, when, "", when, cc)


async def book(database: Database, wish: Order) -> tuple[OrderFile, bool]:
    return await database.addon_orders.book(
        wish, steps_of(wish), lambda made: [letter(made.label, made.booked_at)]
    )


async def test_one_wish_is_one_order_however_often_it_comes(database: Database) -> None:
    store = database.addon_orders
    upload = Upload("u1", "c1", 2000, 32_000, at(0))
    assert await database.addon_catalogue.add_upload(upload, 1)
    assert not await database.addon_catalogue.add_upload(replace(upload, id="u2"), 1)
    booked = await asyncio.gather(*(book(database, order(upload_id="u1")) for _ in range(4)))
    assert sorted(new for _, new in booked) == [False, False, False, True]
    assert len({file.order.id for file, _ in booked}) == 1
    [sent] = await database.letters.due(at(1))
    assert (sent.subject, sent.cc) == (booked[0][0].order.label, ("chef@example.test",))
    found = await database.addon_catalogue.upload("u1")
    assert found is not None
    assert found.order_id == booked[0][0].order.id
    assert await database.addon_catalogue.drop_uploads(at(9)) == []
    kept = await store.get(found.order_id)
    assert kept == booked[0][0]
    assert kept is not None
    assert kept.order.items == order().items
    assert [row.step for row in kept.steps] == list(Step)
    # Whether the letters cannot be written or anything else: then nothing is booked.
    wish = order("key-2")
    with pytest.raises(ZeroDivisionError):
        await store.book(wish, steps_of(wish), lambda _: [letter(str(1 // 0), at(0))])
    assert len((await store.find(OrderFilter(), None, 9))[0]) == 1
    other, new = await book(database, replace(order(), customer_id="c2"))
    assert (new, other.order.number > kept.order.number) == (True, True)


async def test_other_programs_are_told_of_bookings_and_of_what_goes_on(database: Database) -> None:
    kinds = frozenset({HookKind.ADDON_BOOKED, HookKind.ADDON_CHANGED})
    url, secret = "https://app.example.test/hooks", b"sealed"
    told = Endpoint("e1", url, kinds, True, "", secret, None, None, at(0))
    await database.hook_endpoints.add(told, "boss")
    for _ in range(2):
        made = (await book(database, order()))[0].order

    def refuse(file: OrderFile) -> Changed:
        answer = Answer(Step.FEASIBLE, StepState.REFUSED, "boss", at(2), "zu alt")
        return Changed(*answered(file.order, file.steps, answer), "addon.answered")

    def say(file: OrderFile) -> Changed:
        note = Comment("n1", made.id, "boss", at(1), "geht uns allein an")
        return Changed(file.order, file.steps, "addon.commented", comment=note)

    await database.addon_orders.change(made.id, say, "boss", at(1))
    await database.addon_orders.change(made.id, refuse, "boss", at(2))
    sent = [due.event for due in await database.hooks.due(at(9), (), 9)]
    assert [(event.kind, event.subject) for event in sorted(sent, key=lambda e: e.at)] == [
        (HookKind.ADDON_BOOKED, made.id),
        (HookKind.ADDON_CHANGED, made.id),
    ]
    data = [json.loads(event.body)["data"] for event in sent]
    assert {(each["total"], each["state"]) for each in data} == {
        *(("148.90", "open"), ("148.90", "refused")),
    }


async def test_a_change_is_decided_on_the_locked_order(database: Database) -> None:
    made = (await book(database, order()))[0].order

    def answering(who: str) -> Any:
        def decide(file: OrderFile) -> Changed | None:
            if file.steps[0].state is StepState.DONE:
                return None
            answer = Answer(Step.FEASIBLE, StepState.DONE, who, at(1))
            return Changed(*answered(file.order, file.steps, answer), "addon.answered")

        return decide

    store = database.addon_orders
    files = await asyncio.gather(
        *(store.change(made.id, answering(who), who, at(1)) for who in ("a", "b", "c"))
    )
    assert len({file.steps[0].by for file in files}) == 1
    [step] = (await store.find(OrderFilter(step=Step.NUMBER), None, 9))[0]
    assert step.order.id == made.id
    note = Comment("n1", made.id, "a", at(2), "läuft")
    charge = Charge("x1", "c1", date(2026, 11, 2), "addon:" + made.id, "Z", "Z", 500, at(2), "a")

    def charging(file: OrderFile) -> Changed:
        after = replace(file.order, did="+4930123456")
        return Changed(after, file.steps, "addon.activated", (letter("x", at(2)),), note, charge)

    for _ in range(2):
        note = replace(note, id=uuid.uuid4().hex)
        file = await store.change(made.id, charging, "a", at(2))
    assert (file.charged, len(file.comments)) == (True, 2)
    month = await database.statements.month(Month(2026, 11))
    assert not month.drafts  # nobody has such a customer; the charge is there once all the same
    [found] = (await store.find(OrderFilter(query="4930123"), None, 9))[0]
    assert found.order.did == "+4930123456"

    def never(file: OrderFile) -> Changed:
        raise Conflict("no", "nein", "no")

    with pytest.raises(Conflict):
        await store.change(made.id, never, "a", at(3))
    with pytest.raises(NotFound):
        await store.change("nobody", never, "a", at(3))
    changes, _ = await database.audit.find(ChangeFilter(kind="addon", subject=made.id), None, 9)
    assert [c.action for c in changes] == [
        *("addon.activated", "addon.activated", "addon.answered", "addon.booked"),
    ]
    assert changes[2].after == {"step_feasible": "done"}


async def test_pages_and_filters(database: Database) -> None:
    store = database.addon_orders
    made = [
        (await book(database, order(f"key-{n}", n, owner_id="o" if n % 2 else None)))[0].order
        for n in range(5)
    ]
    seen, cursor = [], None
    while True:
        page, cursor = await store.find(OrderFilter(by_link=True), cursor, 2)
        seen += [file.order.id for file in page]
        if cursor is None:
            break
    assert seen == [each.id for each in reversed(made)]

    def cancel(file: OrderFile) -> Changed:
        return Changed(cancelled(file.order, at(9), "x"), file.steps, "addon.cancelled")

    await store.change(made[0].id, cancel, "boss", at(9))
    for which, count in (
        (OrderFilter(state=State.CANCELLED), 1),
        (OrderFilter(owner_id="o"), 2),
        (OrderFilter(unowned=True, state=State.OPEN), 2),
        (OrderFilter(step=Step.FEASIBLE), 4),
        (OrderFilter(kind=Kind.CHANGE), 0),
        (OrderFilter(customer_id="c1", query="sommer SOLARIS"), 5),
        (OrderFilter(query="100%"), 0),
    ):
        assert len((await store.find(which, None, 9))[0]) == count, which
    assert [file.order.id for file in await store.open_ones()] == [m.id for m in made[1:]]


async def test_prices_in_use_stay(database: Database) -> None:
    store = database.addon_catalogue
    rows = [Catalogue(date(2026, month, 1), vpa=100 * month) for month in (1, 2, 3)]
    for row in rows:
        await store.put_prices(row, "boss", at(0))
    await store.put_prices(rows[0], "boss", at(0))
    await book(database, replace(order(), prices_from=rows[1].valid_from))
    assert [(each.catalogue, each.orders) for each in await store.prices()] == [
        *((rows[2], 0), (rows[1], 1), (rows[0], 0)),
    ]
    await store.put_prices(rows[1], "boss", at(1))
    with pytest.raises(Conflict):
        await store.put_prices(replace(rows[1], vpa=1), "boss", at(1))
    with pytest.raises(Conflict):
        await store.remove_prices(rows[1].valid_from, "boss", at(1))
    await store.remove_prices(rows[2].valid_from, "boss", at(1))
    with pytest.raises(NotFound):
        await store.remove_prices(rows[2].valid_from, "boss", at(1))
    changes, _ = await database.audit.find(ChangeFilter(kind="addon-prices"), None, 9)
    assert [c.action for c in changes] == ["addon-prices.removed", *["addon-prices.added"] * 3]


async def test_links_are_revoked_once(database: Database) -> None:
    store = database.addon_catalogue
    link = BookingLink("l1", "c1", "a@x.test", "de", "boss", at(0), at(0) + timedelta(days=9))
    await store.add_link(link, [letter("Link", at(0))])
    assert [await store.link("l1"), *(await store.links("c1"))] == [link, link]
    assert await store.revoke("c2", "l1", "boss", at(1)) is None
    for second in (1, 2):
        ended = await store.revoke("c1", "l1", "boss", at(second))
        assert ended == replace(link, revoked_at=at(1))
    assert len((await database.audit.find(ChangeFilter(kind="addon-link"), None, 9))[0]) == 2


async def test_hand_overs_are_noted_only_while_they_are_wanted(database: Database) -> None:
    async def hand(*emails: str) -> None:
        task = Task("T-1", "Termine", "Solaris AG", Area.SALES_DE, 60, emails)
        await database.directory.put_task(task, "app", at(0))

    async def waits(email: str) -> bool:
        return await database.directory.handover_open("T-1", email)

    store = database.handovers
    await hand("a@x.test")
    await hand("b@x.test")
    assert not await waits("b@x.test")
    await database.limits.put_setting(SETTING, True, "boss", at(0))
    await hand("b@x.test", "C@x.test")
    await hand("b@x.test", "C@x.test")
    assert [await waits(each) for each in ("a@x.test", "b@x.test", "c@X.test")] == [
        *(False, False, True),
    ]
    [view], cursor = await store.find("c@x.test", None, None, 9)
    assert (view.handover.email, cursor) == ("C@x.test", None)
    assert view.task is not None
    await database.limits.put_setting(SETTING, False, "boss", at(1))
    assert not await waits("c@x.test")
    await database.limits.put_setting(SETTING, True, "boss", at(1))
    said = Checklist(True, True, specialist=True, facts="Kaltakquise")
    await store.confirm(view.handover.id, said, "c", at(2), [letter("Fall", at(2))])
    with pytest.raises(Conflict):
        await store.confirm(view.handover.id, said, "c", at(3), [letter("Fall", at(3))])
    assert not await waits("c@x.test")
    assert len(await database.letters.due(at(9))) == 1
    assert (await store.find(None, None, None, 9))[0] == []
    [done], _ = await store.find(None, "T-1", None, 9)
    assert (done.handover.facts, done.handover.confirmed_at) == ("Kaltakquise", at(2))
    # A file hands over as the task app does.
    imported = Task("T-1", "Termine", "Solaris AG", Area.SALES_DE, 60, ("b@x.test", "d@x.test"))
    rows, problems = task_files.read(task_files.write([imported], german=False))
    assert not problems
    await database.bookings.merge_tasks(rows, "boss", at(4), dry_run=True)
    assert not await waits("d@x.test")
    await database.bookings.merge_tasks(rows, "boss", at(4), dry_run=False)
    assert await waits("d@x.test")
    assert not await waits("b@x.test")
