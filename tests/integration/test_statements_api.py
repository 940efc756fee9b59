"""The factor guard, statements and the table of factors over real HTTP."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Moment, Outcome, Zone
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_boss, get, send

pytest_plugins = ["tests.support.served"]

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
IN_OCTOBER = datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)
"""The last second of October in Berlin."""


async def call(office: Exchange, call_id: str, at: datetime, talk_ms: int, zone: Zone) -> None:
    moment = Moment(at, 0, "boot")
    facts = {"user_id": office.anna.id, "task": "T-7", "zone": zone, "number": "+48221234567"}
    begin = LedgerEntry(
        call_id, LedgerKind.OFFERED, moment, direction=Direction.OUTBOUND, country="PL", **facts
    )
    await office.calls_log.append(begin)
    end = LedgerEntry(
        call_id, LedgerKind.ENDED, moment, outcome=Outcome.ANSWERED, talk_ms=talk_ms, platform_ms=7
    )
    await office.calls_log.append(end)


async def october(office: Exchange, client: Client) -> str:
    """Three hours for Solaris, booked for Germany, with a call to Poland; the customer's id."""
    await as_boss(client)
    task = {"title": "=Akquise", "customer": "Solaris AG", "area": "backoffice_de"}
    await send(client, "PUT", "/tasks/T-7", task)
    for day, minutes in (("2026-10-31", 180), ("2026-11-01", 60)):
        work = {"user": "anna@example.test", "day": day, "minutes": minutes}
        await send(client, "PUT", "/tasks/T-7/work-time", work)
    await call(office, "poland", IN_OCTOBER, 61_250, Zone.EU)
    await call(office, "november", IN_OCTOBER.replace(hour=23, minute=0), 5_000, Zone.DE)
    await send(client, "PUT", "/billing-settings", {"rate_per_hour": "40"})
    [customer] = (await get(client, "/customers", query="solaris"))["items"]
    return str(customer["id"])


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
    cells = _cells(await (await office_client.get(f"/api/v1{draft}.xlsx")).read())
    assert [cells["A1"], cells["D2"], cells["I2"], cells["R2"], cells["R3"]] == [
        *("Statement", "T-7", "2700.000", "146.67", "146.67"),
    ]
    [behind] = (await get(office_client, f"{draft}/calls", task="T-7"))["items"]
    assert (behind["id"], behind["talk_ms"], behind["user_name"]) == ("poland", 61_250, "Anna")
    assert behind["number"] == "+4822123····"
    assert (await office_client.get("/api/v1/statements/none-2026-10")).status == 404


def _cells(file: bytes) -> dict[str | None, str | None]:
    book = zipfile.ZipFile(io.BytesIO(file))
    root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return {
        cell.get("r"): cell.findtext(f".//{SHEET}t") or cell.findtext(f"{SHEET}v")
        for cell in root.iter(f"{SHEET}c")
    }


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
