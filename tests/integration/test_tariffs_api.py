"""Price lists, carriers' files and what calls cost, over HTTP and on both databases."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pbx.domain.audit import ChangeFilter
from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Moment, NumberType, Outcome
from pbx.domain.tariffs import Dialled, Increments, PriceList, Rate, compare
from pbx.services.pricing import Pricing
from pbx.store import Database, upgrade
from pbx.store.engine import Engine
from tests.support.exchange import HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_boss, get, send

pytest_plugins = ["tests.support.served", "tests.support.stores"]

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
JAN, DECEMBER = date(2026, 1, 1), date(2026, 12, 1)


async def test_prices_are_kept_by_list_and_day(database: Database) -> None:
    store, carrier = database.tariffs, PriceList("c", "Carrier", "sip1", "USD", 920_000)
    pricing = Pricing(store, database.directory, "trunk")
    for kept in await store.lists():
        assert await store.remove_list(kept.price_list.id, "boss", NOON)
    assert not (await pricing.tariffs()).lists
    await store.add_list(carrier, "boss", NOON)
    wanted = [Rate(f"+49{n}", JAN, n, 5, Increments(60, 1), f"Zone Ö{n}") for n in range(100, 1600)]
    await store.take("c", compare((), wanted, JAN), "list.csv", "boss", NOON)
    wanted.sort(key=lambda rate: rate.destination)
    assert list(await store.rates("c")) == wanted
    other = [Rate(f"+49{n}", JAN, n * 2, 5, Increments(60, 1)) for n in range(800, 1700)]
    taken = await store.take("c", compare(wanted, other, JAN), "second.csv", "boss", NOON)
    assert taken is not None
    assert list(await store.rates("c")) != wanted
    await store.take_back("c", taken, "boss", NOON)
    assert list(await store.rates("c")) == wanted
    rate = Rate("+49100", DECEMBER, None)
    assert await store.put_rate("c", rate, "boss", NOON) is None
    assert await store.put_rate("c", Rate("+49100", DECEMBER, 7), "boss", NOON) == rate
    found, following = await store.find_rates("c", JAN, "", None, 2)
    assert [(f.destination, f.now, list(f.coming)) for f in found] == [
        ("+49100", wanted[0], [Rate("+49100", DECEMBER, 7)]),
        ("+491000", wanted[1], []),
    ]
    assert following == "+491000"
    found, _ = await store.find_rates("c", JAN, "zone ö1599", following, 2)
    assert [f.destination for f in found] == ["+491599"]
    priced = (await pricing.tariffs()).cost(Dialled("+49100", "DE", "", "sip1"), DECEMBER, 1)
    assert priced
    assert priced.rate.per_minute == 7, "what is in memory follows"
    await store.put_rate("c", rate, "boss", NOON)
    gone, _ = await store.find_rates("c", DECEMBER, "", None, 1)
    assert gone[0].destination == "+491000", "what has ended is not shown"
    assert await store.remove_rate("c", "+49100", DECEMBER, "boss", NOON) == rate
    assert await store.remove_rate("c", "+49100", DECEMBER, "boss", NOON) is None
    assert await store.change_list(PriceList("c", "Netz", "sip1"), "boss", NOON)
    assert await store.remove_list("c", "boss", NOON)
    assert not await store.change_list(carrier, "boss", NOON)
    assert await store.restore_list("c", "boss", NOON)
    (kept,) = await store.summaries()
    assert (kept.price_list.name, kept.prefixes, kept.newest) == ("Netz", 1500, JAN)
    changes, _ = await database.audit.find(ChangeFilter(kind="price-list"), None, 50)
    assert [c.action.partition(".")[2] for c in changes][:7] == [
        "restored", "removed", "changed", "import-undone", "imported", "imported", "added"
    ]  # fmt: skip
    assert changes[5].after == {
        "file": "list.csv", "valid_from": "2026-01-01", "added": 1500, "changed": 0, "gone": 0
    }  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/pbx.sqlite3"
    url: str = request.getfixturevalue("postgres_empty")
    return url


async def test_what_people_entered_before_is_kept(empty_url: str) -> None:
    url = empty_url
    await upgrade(url, "0012")
    engine = Engine(url)
    async with engine.write() as conn:
        await conn.execute(text("DELETE FROM prices WHERE country = 'PL'"))
        await conn.execute(text("INSERT INTO prices VALUES ('ES', 'mobile', '0.123456')"))
        await conn.execute(text("UPDATE prices SET per_minute = '0.019' WHERE country = 'DE'"))
    await engine.close()
    await upgrade(url)
    database = Database.open(url)
    (kept,) = await database.tariffs.lists()
    found = {r.destination: r.per_minute for r in await database.tariffs.rates(kept.price_list.id)}
    await database.close()
    assert found == {
        "": 500_000,
        "DE": 19_000,
        "DE:mobile": 19_000,
        "ES:mobile": 123_456,
        **dict.fromkeys(("AT", "CH", "FR"), 30_000),
        **dict.fromkeys(("AT:mobile", "CH:mobile", "FR:mobile"), 200_000),
    }


# ------------------------------------------------------------------ over HTTP

FILE = "Vorwahl;Ziel;Preis;Takt\n4930;Berlin;0,03;60/60\n49;Deutschland;0,02;1/1\n"


async def upload(client: Client, path: str, content: str, **query: str) -> tuple[int, Any]:
    answer = await client.post(f"/api/v1{path}", params=query, data=content.encode())
    return answer.status, await answer.json()


async def new_list(client: Client, **more: str) -> str:
    status, made = await send(client, "POST", "/price-lists", {"name": "Netz AG", **more})
    assert status == 201, made
    return f"/price-lists/{made['id']}"


async def test_a_carriers_file_is_looked_at_first_and_counts_once(office_client: Client) -> None:
    await as_boss(office_client)
    path = await new_list(office_client)
    march = {"valid_from": "2026-03-01"}
    _, seen = await upload(office_client, f"{path}/import", FILE, dry_run="1", **march)
    assert (seen["added"], seen["changed"], seen["gone"], seen["errors"]) == (2, 0, 0, [])
    assert seen["changes"][0]["after"]["per_minute"] == "0.02"
    assert not (await get(office_client, f"{path}/rates"))["items"], "a dry run writes nothing"
    for added, unchanged in ((2, 0), (0, 2)):
        _, done = await upload(office_client, f"{path}/import", FILE, file="a.csv", **march)
        assert (done["added"], done["unchanged"]) == (added, unchanged)
    second = "prefix,label,price\n4930,Berlin,0.04\n43,Austria,0.05\n"
    _, done = await upload(office_client, f"{path}/import", second, valid_from="2026-06-01")
    assert [(c["kind"], c["destination"]) for c in done["changes"]] == [
        ("added", "+43"), ("gone", "+49"), ("changed", "+4930")
    ]  # fmt: skip
    bad = FILE + "x;Nichts;0,01;1/1\n48;Polen;zwei;1/1\n43;Österreich;0,01;1/1\n"
    _, wrong = await upload(office_client, f"{path}/import", bad, valid_from="2026-09-01")
    assert [e["row"] for e in wrong["errors"]] == [4, 5]
    rates = (await get(office_client, f"{path}/rates", day="2026-11-01"))["items"]
    assert [(r["destination"], r["country"], r["now"]["per_minute"]) for r in rates] == [
        ("+43", "Austria", "0.05"), ("+4930", "Germany", "0.04")
    ]  # fmt: skip
    status, problem = await upload(office_client, f"{path}/import", "a;b\n1;2\n")
    assert (status, problem["error_id"]) == (400, "bad-price-file")
    assert (await upload(office_client, "/price-lists/x/import", FILE))[0] == 404
    written = await office_client.get(f"/api/v1{path}/rates.csv", params={"format": "excel-de"})
    assert "4930;Berlin;0,04;0,00;1;1;2026-06-01" in (await written.text())
    imports = (await get(office_client, "/audit", kind="price-list"))["items"]
    assert [i["action"] for i in imports].count("price-list.imported") == 2


async def test_the_newest_file_can_be_taken_back(office_client: Client) -> None:
    await as_boss(office_client)
    path = await new_list(office_client)
    day = {"valid_from": "2026-03-01"}

    async def rates() -> Any:
        return (await get(office_client, f"{path}/rates", day="2026-03-02"))["items"]

    async def undo(revision: int) -> tuple[int, Any]:
        return await send(office_client, "POST", f"{path}/import/undo", {"revision": revision})

    _, first = await upload(office_client, f"{path}/import", FILE, **day)
    before = await rates()
    # For the same day: one price changed, one ended, one more.
    second = "prefix,label,price\n4930,Berlin,0.04\n43,Austria,0.05\n"
    _, done = await upload(office_client, f"{path}/import", second, **day)
    assert await rates() != before
    status, problem = await undo(first["revision"])
    assert (status, problem["error_id"]) == (409, "newer-prices")
    assert await undo(done["revision"]) == (204, None)
    assert await rates() == before
    assert (await undo(done["revision"]))[0] == 409
    _, again = await upload(office_client, f"{path}/import", second, **day)
    rate = {"destination": "DE", "valid_from": "2026-03-01", "per_minute": "1"}
    await send(office_client, "PUT", f"{path}/rates", rate)
    assert (await undo(again["revision"]))[0] == 409
    told = (await get(office_client, "/audit", kind="price-list"))["items"]
    assert [each["action"] for each in told].count("price-list.import-undone") == 1


async def test_prices_by_hand_can_be_taken_back(office_client: Client) -> None:
    await as_boss(office_client)
    path = await new_list(office_client, currency="usd", euro="0,92")
    price = {"destination": "+49 (30)", "valid_from": "2026-03-01", "per_minute": "0,03"}
    _, first = await send(office_client, "PUT", f"{path}/rates", price)
    assert (first["destination"], first["before"]) == ("+4930", None)
    price |= {"per_minute": "0.05", "connection": "0.01", "first": 60, "next": 60}
    _, second = await send(office_client, "PUT", f"{path}/rates", price)
    assert second["before"]["per_minute"] == "0.03"
    found = await get(office_client, "/prices", number="030 1234567", day="2026-03-01")
    assert (found["price_list"], found["currency"]) == ("Netz AG", "USD")
    assert (found["destination"], found["rate"]["connection"]) == ("+4930", "0.01")
    query = "destination=%2B4930&valid_from=2026-03-01"
    for _ in range(2):
        assert (await send(office_client, "DELETE", f"{path}/rates?{query}"))[0] == 204
    for name, value, error in (
        ("per_minute", "x", "bad-price"),
        ("per_minute", "1001", "bad-price"),
        ("destination", "Berlin", "bad-destination"),
    ):
        status, problem = await send(office_client, "PUT", f"{path}/rates", {**price, name: value})
        assert (status, problem["error_id"]) == (400, error)
    assert (await send(office_client, "DELETE", path))[0] == 204
    assert (await send(office_client, "PUT", f"{path}/rates", price))[0] == 404
    _, back = await send(office_client, "POST", f"{path}/restore")
    assert (back["name"], back["currency"], back["euro"]) == ("Netz AG", "USD", "0.92")
    status, problem = await send(office_client, "PUT", path, {"name": "N", "currency": "CHF"})
    assert (status, problem["error_id"]) == (400, "bad-price-list")


async def call(office: Exchange, call_id: str, at: datetime, talk_ms: int, **facts: Any) -> None:
    told = {
        "direction": Direction.OUTBOUND,
        "user_id": office.anna.id,
        "task": "T-1",
        "number": "+49301234567",
        "country": "DE",
        "number_type": NumberType.FIXED,
        "caller_id": HEAD_OFFICE,
        **facts,
    }
    moment = Moment(at, 0, "boot")
    log = office.calls_log
    await log.append(LedgerEntry(call_id, LedgerKind.OFFERED, moment, **told))
    if talk_ms:
        await log.append(LedgerEntry(call_id, LedgerKind.ANSWERED, moment))
    outcome = Outcome.ANSWERED if talk_ms else Outcome.BUSY
    end = LedgerEntry(call_id, LedgerKind.ENDED, moment, outcome=outcome, talk_ms=talk_ms)
    await log.append(end)


def _amounts(item: Any) -> list[str]:
    return [each["amount"] for each in item["amounts"]]


async def test_what_calls_cost(office_client: Client, office: Exchange) -> None:
    await as_boss(office_client)
    path = await new_list(office_client)
    await upload(office_client, f"{path}/import", FILE, valid_from="2026-07-01")
    lists = (await get(office_client, "/price-lists"))["items"]
    for each in lists:
        if each["name"] != "Netz AG":
            await send(office_client, "DELETE", f"/price-lists/{each['id']}")
    july = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    await call(office, "a", july, 61_000)
    await call(office, "b", datetime(2026, 7, 1, 8, tzinfo=UTC), 61_000, number="+4922112345")
    await call(office, "support", datetime(2026, 8, 1, 8, tzinfo=UTC), 1_000, task="support")
    await call(office, "before", datetime(2026, 6, 30, 21, 30, tzinfo=UTC), 9_000)
    await call(office, "busy", july, 0)
    await call(office, "emergency", july, 9_000, number="112")
    await call(office, "in", july, 9_000, direction=Direction.INBOUND)

    async def sums(by: str, **query: str) -> list[tuple[Any, ...]]:
        found = await get(office_client, "/costs", by=by, **query)
        return [
            (i["key"], i["calls"], i["billed_seconds"], i["unpriced"], *_amounts(i))
            for i in (found["total"], *found["items"])
        ]

    exact = ("", 4, 120 + 61 + 60, 1, "0.110333")
    assert await sums("month") == [
        exact,
        ("2026-06", 1, 0, 1),
        ("2026-07", 2, 181, 0, "0.080333"),
        ("2026-08", 1, 60, 0, "0.03"),
    ]
    assert await sums("cost_centre") == [
        exact, ("Kunde", 3, 181, 1, "0.080333"), ("support", 1, 60, 0, "0.03")
    ]  # fmt: skip
    assert (await sums("person", task="support"))[1] == ("anna@example.test", 1, 60, 0, "0.03")
    for by in ("day", "task", "customer", "country", "type", "number", "price_list"):
        assert (await sums(by))[0] == exact
    calls = (await get(office_client, "/call-costs", task="T-1"))["items"]
    assert [(c["call_id"], c["destination"], c["amount"]) for c in calls] == [
        ("before", None, None), ("a", "+4930", "0.06"), ("b", "+49", "0.020333")
    ]  # fmt: skip
    for file, line in (
        ("costs.csv", ";181;0;EUR;0,080333"),
        ("call-costs.csv", ";+4930;Netz AG;EUR;0,06;a"),
    ):
        query = {"by": "month", "format": "excel-de"}
        answer = await office_client.get(f"/api/v1/{file}", params=query)
        assert line in await answer.text()
