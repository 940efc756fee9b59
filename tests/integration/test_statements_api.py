"""The factor guard, statements and the table of factors over real HTTP."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pbx.domain.charges import Charge
from pbx.store.charges import write_charge
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_boss, get, send
from tests.support.statement_api import IN_OCTOBER, cells, october

pytest_plugins = ["tests.support.served"]


async def error(client: Client, method: str, path: str, body: object) -> tuple[int, str]:
    status, problem = await send(client, method, path, body)
    return status, problem["error_id"]


async def test_from_a_wrong_factor_to_a_corrected_statement(
    office: Exchange, office_client: Client
) -> None:
    customer = await october(office, office_client)
    month = {"month": "2026-10"}
    guard = await get(office_client, "/factor-guard", **month)
    assert (guard["open"], guard["risk"]) == (1, "12.00")
    [found] = guard["items"]
    assert (found["booked_factor"], found["right_factor"], found["risk"]) == ("1.2", "1.3", "12.00")
    assert (found["mismatch"], found["wrong_ms"], found["customer"]) == (
        *("zone", 61_250, "Solaris AG"),
    )
    post = {"customer": customer, **month}
    assert await error(office_client, "POST", "/statements", post) == (409, "guard-open")
    close = {"task": "T-7", "right_area": "backoffice_eu", "how": "accepted", **month}
    assert await error(office_client, "POST", "/factor-guard", close) == (400, "reason-missing")
    wrong = {**close, "right_area": "sales_eu", "reason": "x"}
    assert await error(office_client, "POST", "/factor-guard", wrong) == (409, "nothing-to-close")
    status, left = await send(office_client, "POST", "/factor-guard", {**close, "how": "corrected"})
    assert (status, left) == (200, {"items": [], "open": 0, "risk": "0.00", "next": None})

    listed = await get(office_client, "/statements", **month)
    [row] = listed["items"]
    assert (row["state"], row["documents"], row["open_findings"]) == ("draft", [], 0)
    assert listed["rest"]["calls"] == 0
    status, final = await send(office_client, "POST", "/statements", post)
    assert (status, final["number"], final["state"]) == (201, "2026-0001", "final")
    [line] = final["lines"]
    assert (line["factor"], line["exact_minutes"], line["booked"]) == ("1.3", "234", "3:55")
    assert (line["talk_ms"], line["eu_ms"], line["included_ms"]) == (61_250, 61_250, 2_700_000)
    assert (line["amount"], final["totals"]["amount"]) == ("156.67", "156.67")
    assert await error(office_client, "POST", "/statements", post) == (409, "statement-exists")

    work = {"user": "ben@example.test", "day": "2026-10-01", "minutes": 60}
    await send(office_client, "PUT", "/tasks/T-7/work-time", work)
    assert len((await get(office_client, "/statements", state="changed", **month))["items"]) == 1
    assert (await get(office_client, f"/statements/{final['id']}"))["totals"] == final["totals"]
    path = f"/statements/{final['id']}/correct"
    assert await error(office_client, "POST", path, {"reason": " "}) == (400, "reason-missing")
    status, second = await send(office_client, "POST", path, {"reason": "Eine Stunde fehlte"})
    assert (status, second["number"], second["corrects_number"]) == (201, "2026-0002", "2026-0001")
    assert (second["before"], second["difference"], second["by"]) == ("156.67", "53.33", "Boss")
    assert (await get(office_client, f"/statements/{final['id']}"))["state"] == "corrected"
    [row] = (await get(office_client, "/statements", **month))["items"]
    assert [document["number"] for document in row["documents"]] == ["2026-0002", "2026-0001"]


async def test_no_route_changes_a_final_statement(office: Exchange, office_client: Client) -> None:
    customer = await october(office, office_client)
    close = {"task": "T-7", "right_area": "backoffice_eu", "how": "informed", "month": "2026-10"}
    assert (await send(office_client, "POST", "/factor-guard", close))[0] == 200
    [told] = (await get(office_client, "/customers", query="solaris"))["items"]
    assert (told["booked_area"], told["informed_on"] is not None) == ("backoffice_eu", True)
    done = await send(office_client, "POST", "/statements/month", {"month": "2026-10"})
    [final] = done[1]["items"]
    assert (final["number"], final["error_id"]) == ("2026-0001", None)
    assert (await send(office_client, "POST", "/statements/month", {"month": "2026-10"}))[1] == {
        "items": [],
        "next": None,
    }
    path = f"/statements/{final['id']}"
    before = await get(office_client, path)
    await send(
        office_client, "PATCH", f"/customers/{customer}", {"name": "N", "rate_per_hour": "9"}
    )
    await send(office_client, "PUT", "/billing-settings", {"rate_per_hour": None})
    put = {"title": "Neu", "customer": "Kunde", "area": "sales_eu", "state": "closed"}
    await send(office_client, "PUT", "/tasks/T-7", put)
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await office_client.request(method, f"/api/v1{path}", json={"number": "1"})
        assert answer.status == 405
    assert await get(office_client, path) == before
    status, problem = await send(
        office_client, "POST", "/statements", {"customer": "x", "month": "2026-10"}
    )
    assert (status, problem["error_id"]) == (404, "unknown-customer")
    early = {"customer": customer, "month": "2026-11"}
    assert await error(office_client, "POST", "/statements", early) == (409, "month-not-over")
    assert await error(office_client, "POST", "/statements", {**early, "month": "11"}) == (
        *(400, "bad-month"),
    )
    assert (await office_client.get("/api/v1/statements/none")).status == 404


async def test_what_vpas_are_paid(office: Exchange, office_client: Client) -> None:
    await october(office, office_client)
    await send(
        office_client, "PUT", "/tasks/T-8", {"title": "Verkauf", "customer": "", "area": "sales_eu"}
    )
    work = {"user": "anna@example.test", "day": "2026-10-02", "minutes": 61}
    await send(office_client, "PUT", "/tasks/T-8/work-time", work)
    paid = (await get(office_client, "/pay", month="2026-10", user="anna@example.test"))["items"]
    assert [(p["name"], p["task"], p["factor"], p["paid_minutes"]) for p in paid] == [
        ("Anna", "T-7", "1.0", "180"),
        ("Anna", "T-8", "1.5", "91.5"),
    ]
    page = await get(office_client, "/pay", month="2026-10")
    assert page["people"] == [
        {
            "user": "anna@example.test",
            "name": "Anna",
            "tasks": 2,
            "work_minutes": 241,
            "paid_minutes": "271.5",
        }
    ]
    answer = await office_client.get(
        "/api/v1/pay.csv", params={"month": "2026-10", "format": "excel-de"}
    )
    assert (await answer.read()).decode("utf-8-sig").splitlines()[2] == (
        "2026-10;anna@example.test;Anna;T-8;Verkauf;sales_eu;61;1,500;91,500"
    )
    nobody = await get(office_client, "/pay", month="2026-10", user="ben@example.test")
    assert nobody["items"] == []


async def test_a_statement_as_files_and_the_calls_behind_it(
    office: Exchange, office_client: Client
) -> None:
    customer = await october(office, office_client)
    draft = f"/statements/{customer}-2026-10"
    shown = await get(office_client, draft)
    assert (shown["state"], shown["number"], shown["open_findings"]) == ("draft", None, 1)
    answer = await office_client.get(f"/api/v1{draft}.csv")
    assert answer.content_type == "text/csv"
    [row] = list(csv.DictReader(io.StringIO(await answer.text())))
    assert (row["title"], row["factor"], row["talk_seconds"]) == ("'=Akquise", "1.200", "61.250")
    assert Decimal(row["amount"]) == Decimal(shown["totals"]["amount"]) == Decimal("146.67")
    german = await office_client.get(f"/api/v1{draft}.csv", params={"format": "excel-de"})
    text = (await german.read()).decode("utf-8-sig")
    assert ";61,250;" in text
    assert text.splitlines()[-1].startswith("Draft;Solaris AG;2026-10;Total;")
    assert text.splitlines()[-1].endswith(";146,67")
    found = cells(await (await office_client.get(f"/api/v1{draft}.xlsx")).read())
    assert [found["A1"], found["F2"], found["K2"], found["T2"], found["T3"]] == [
        *("Statement", "T-7", "2700.000", "146.67", "146.67"),
    ]
    [behind] = (await get(office_client, f"{draft}/calls", task="T-7"))["items"]
    assert (behind["id"], behind["talk_ms"], behind["user_name"]) == ("poland", 61_250, "Anna")
    assert behind["number"] == "+4822123····"
    assert (await office_client.get("/api/v1/statements/none-2026-10")).status == 404


async def test_charges_stand_on_statements_and_in_their_files(
    office: Exchange, office_client: Client
) -> None:
    customer = await october(office, office_client)
    told = "Ansage einrichten", "Setting up a greeting", 49_90, IN_OCTOBER, office.anna.id
    once = Charge("c1", customer, date(2026, 10, 5), "addon:1", *told)
    async with office.database._engine.write() as conn:
        assert await write_charge(conn, once)
    draft = f"/statements/{customer}-2026-10"
    shown = await get(office_client, draft)
    assert shown["charges"] == [
        {
            "day": "2026-10-05",
            "key": "addon:1",
            "title": "Setting up a greeting",
            "amount": "49.90",
        }
    ]
    assert (shown["totals"]["charges"], shown["totals"]["amount"]) == ("49.90", "196.57")
    listed = await get(office_client, "/statements", month="2026-10")
    assert listed["total"]["amount"] == "196.57"
    answer = await office_client.get(f"/api/v1{draft}.csv")
    rows = list(csv.DictReader(io.StringIO(await answer.text())))
    assert [(r["kind"], r["day"], r["amount"]) for r in rows] == [
        ("task", "", "146.67"),
        ("charge", "2026-10-05", "49.90"),
    ]
    credit = {"customer": customer, "day": "2026-10-31", "amount": "-9,90", "title": "Kulanz"}
    status, made = await send(office_client, "POST", "/charges", {**credit, "key": "k"})
    assert (status, made["title"], made["amount"], made["key"]) == (
        201,
        "Kulanz",
        "-9.90",
        "hand:k",
    )
    for wrong, refused in (
        ({"key": "k"}, (409, "charge-exists")),
        ({"customer": "x"}, (404, "unknown-customer")),
        ({"amount": "0"}, (400, "bad-amount")),
        ({"amount": "1,999"}, (400, "bad-amount")),
        ({"title": "  "}, (400, "bad-title")),
    ):
        assert await error(office_client, "POST", "/charges", {**credit, **wrong}) == refused
    assert (await get(office_client, draft))["totals"]["amount"] == "186.67"
    german = await office_client.get(
        f"/api/v1{draft}.csv",
        params={"format": "excel-de"},
        headers={"Accept-Language": "de"},
    )
    assert ";05.10.2026;" in (await german.read()).decode("utf-8-sig")
    found = cells(await (await office_client.get(f"/api/v1{draft}.xlsx")).read())
    assert [found["E3"], found["G3"], found["T3"], found["T5"]] == [
        *("46300", "Setting up a greeting", "49.90", "186.67"),
    ]


async def test_factors_are_planned_and_taken_back(office_client: Client) -> None:
    await as_boss(office_client)
    row = {
        "valid_from": "2099-01-01",
        "base_backoffice": "1",
        "base_sales": "1,9",
        "surcharge_de": "0.2",
        "surcharge_eu": "0.35",
        "pay_backoffice": "1.0",
        "pay_sales": "1.5",
    }

    def states(page: Any) -> Sequence[tuple[str, str]]:
        return [(each["valid_from"], each["state"]) for each in page["items"]]

    status, page = await send(office_client, "PUT", "/factors", row)
    assert status == 200
    assert states(page) == [("2099-01-01", "planned"), ("2020-01-01", "current")]
    areas = {each["area"]: (each["customer"], each["pay"]) for each in page["items"][0]["areas"]}
    assert areas["sales_eu"] == ("2.25", "1.5")
    assert page["items"][1]["tasks"] == 0
    past = {**row, "valid_from": "2026-01-01"}
    assert await error(office_client, "PUT", "/factors", past) == (400, "factors-in-the-past")
    bad = {**row, "surcharge_eu": "-1"}
    assert await error(office_client, "PUT", "/factors", bad) == (400, "bad-factor")
    assert await error(office_client, "PUT", "/factors", {**row, "base_sales": "0"}) == (
        *(400, "bad-factor"),
    )
    status, page = await send(office_client, "DELETE", "/factors/2099-01-01")
    assert states(page) == [("2020-01-01", "current")]
    assert await error(office_client, "DELETE", "/factors/2020-01-01", None) == (
        *(400, "factors-in-the-past"),
    )


async def test_whoever_books_tasks_may_not_touch_money(
    office: Exchange, office_client: Client
) -> None:
    customer = await october(office, office_client)
    wish = {"name": "Aufgaben-App", "scopes": ["tasks:write"]}
    status, made = await send(office_client, "POST", "/account/tokens", wish)
    assert status == 201
    task_app = {"Authorization": f"Bearer {made['secret']}"}

    async def tried(method: str, path: str, **body: object) -> tuple[int, str]:
        answer = await office_client.request(
            method, f"/api/v1{path}", headers={**task_app, "Cookie": ""}, **body
        )
        text = await answer.json()
        return answer.status, text.get("error_id", "")

    missing = (403, "token-scope-missing")
    month = {"month": "2026-10"}
    assert await tried("POST", "/statements/month", json=month) == missing
    assert await tried("GET", f"/statements/{customer}-2026-10") == missing
    assert await tried("PUT", "/billing-settings", json={"rate_per_hour": "1"}) == missing
    path, refused = f"/customers/{customer}", (403, "rate-not-allowed")
    assert await tried("PATCH", path, json={"rate_per_hour": "1"}) == refused
    assert await tried("POST", "/customers", json={"name": "X", "rate_per_hour": "1"}) == refused
    file = b"name,rate_per_hour\nSolaris AG,1\n"
    assert await tried("POST", "/customers/import", data=file) == refused
    assert await tried("PATCH", path, json={"note": "ruft gern an"}) == (200, "")
    assert await tried("POST", "/customers/import", data=b"name,note\nSolaris AG,n\n") == (200, "")
    assert await tried("GET", "/factor-guard") == (200, "")
