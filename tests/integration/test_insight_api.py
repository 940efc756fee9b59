"""Looking back at calls over real HTTP: search, files, sums, saved searches."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Moment, NumberType, Outcome
from pbx.domain.rights import Role
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LATE = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
"""Already the first of July in Berlin."""


async def call(
    office: Exchange, call_id: str, at: datetime, talk_ms: int = 0, **facts: Any
) -> None:
    moment = Moment(at, 0, "boot")
    told = {"direction": Direction.OUTBOUND, "user_id": office.anna.id, "task": "T-1", **facts}
    outcome = told.pop("outcome", Outcome.ANSWERED)
    await office.calls_log.append(LedgerEntry(call_id, LedgerKind.OFFERED, moment, **told))
    await office.calls_log.append(
        LedgerEntry(call_id, LedgerKind.ENDED, moment, outcome=outcome, talk_ms=talk_ms)
    )


async def three_calls(office: Exchange) -> None:
    await call(
        office,
        "out",
        LATE,
        61_500,
        number="+43512345",
        country="AT",
        number_type=NumberType.FIXED,
        caller_id=HEAD_OFFICE,
    )
    await call(
        office,
        "missed",
        datetime(2026, 7, 1, 8, tzinfo=UTC),
        direction=Direction.INBOUND,
        outcome=Outcome.MISSED,
        number="+491701",
        country="DE",
        number_type=NumberType.MOBILE,
        did=ANNAS,
        task="support",
    )
    await call(
        office,
        "bens",
        datetime(2026, 7, 2, 8, tzinfo=UTC),
        1_000,
        user_id=office.ben.id,
        country="DE",
    )


async def test_calls_are_found_by_what_is_asked(office: Exchange, office_client: Client) -> None:
    await three_calls(office)
    await as_boss(office_client)

    async def found(**query: str) -> list[str]:
        ids = [c["id"] for c in (await get(office_client, "/calls", **query))["items"]]
        assert (await get(office_client, "/call-count", **query)) == {
            "calls": len(ids),
            "more": False,
        }
        return ids

    assert await found() == ["bens", "missed", "out"]
    assert await found(customer="Kunde") == ["bens", "out"]
    assert await found(customer="Kunde", country="AT") == ["out"]
    assert await found(type="mobile") == ["missed"]
    assert await found(did=HEAD_OFFICE) == ["out"]
    assert await found(did=f"{HEAD_OFFICE},{ANNAS}") == ["missed", "out"]
    assert await found(user="ben@example.test") == ["bens"]
    assert await found(user="nobody@example.test") == []
    answer = await office_client.get("/api/v1/calls", params={"type": "wire"})
    assert (answer.status, (await answer.json())["error_id"]) == (400, "bad-filter")
    await as_anna(office_client)
    assert [c["id"] for c in (await get(office_client, "/calls"))["items"]] == ["missed", "out"]
    for path in ("/calls.csv", "/calls.xlsx", "/call-count", "/statistics", "/saved-searches"):
        assert (await office_client.get(f"/api/v1{path}")).status == 403


async def test_the_found_calls_as_files(office: Exchange, office_client: Client) -> None:
    await three_calls(office)
    await as_boss(office_client)
    answer = await office_client.get("/api/v1/calls.csv", params={"customer": "Kunde"})
    assert answer.content_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO(await answer.text())))
    assert [row["id"] for row in rows] == ["bens", "out"]
    out = rows[1]
    assert (out["begin"], out["number"]) == ("2026-06-30T22:30:00+00:00", "+43512345")
    assert (out["person"], out["title"], out["customer"]) == ("Anna", "Termine", "Kunde")
    assert (out["talk_seconds"], out["outcome"], out["type"]) == ("61.5", "Answered", "Fixed line")
    german = await office_client.get("/api/v1/calls.csv", params={"format": "excel-de"})
    text = (await german.read()).decode("utf-8-sig")
    assert "01.07.2026 00:30:00;outbound;+43512345;Anna" in text
    assert ";61,5;" in text
    sheet = await office_client.get("/api/v1/calls.xlsx", params={"country": "AT"})
    book = zipfile.ZipFile(io.BytesIO(await sheet.read()))
    root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = {
        cell.get("r"): cell.findtext(f".//{SHEET}t") or cell.findtext(f"{SHEET}v")
        for cell in root.iter(f"{SHEET}c")
    }
    assert (cells["C1"], cells["C2"], cells["N2"]) == ("Number", "+43512345", "61.5")
    # 1 July 2026, 0:30 in Berlin, in the days of a spreadsheet.
    assert abs(float(cells["A2"] or 0) - (46204 + 0.5 / 24)) < 1e-6
    assert "A3" not in cells


async def test_what_calls_come_to(office: Exchange, office_client: Client) -> None:
    await three_calls(office)
    await as_boss(office_client)

    async def sums(**query: str) -> dict[str, tuple[int, int, int, float]]:
        found = await get(office_client, "/statistics", **query)
        assert found["total"]["calls"] == sum(i["calls"] for i in found["items"])
        return {
            i["key"]: (i["calls"], i["answered"], i["missed"], i["talk_seconds"])
            for i in found["items"]
        }

    july = {"from": "2026-06-30T22:00:00Z", "to": "2026-07-31T22:00:00Z"}
    first, second = (2, 1, 1, 61.5), (1, 1, 0, 1.0)
    assert await sums(**july) == {"2026-07-01": first, "2026-07-02": second}
    assert await sums(by="hour") == {
        "3-00": (1, 1, 0, 61.5),
        "3-10": (1, 0, 1, 0),
        "4-10": (1, 1, 0, 1.0),
    }
    assert await sums(by="person") == {
        "anna@example.test": first,
        "ben@example.test": second,
    }
    assert await sums(by="task", country="DE") == {
        "T-1": (1, 1, 0, 1.0),
        "support": (1, 0, 1, 0),
    }
    assert await sums(by="customer") == {"Kunde": (2, 2, 0, 62.5), "": (1, 0, 1, 0)}
    assert await sums(by="country") == {"DE": (2, 1, 1, 1.0), "AT": (1, 1, 0, 61.5)}
    assert await sums(by="number") == {
        HEAD_OFFICE: (1, 1, 0, 61.5),
        ANNAS: (1, 0, 1, 0),
        "": (1, 1, 0, 1.0),
    }
    assert await sums(by="direction", user="anna@example.test") == {
        "outbound": (1, 1, 0, 61.5),
        "inbound": (1, 0, 1, 0),
    }
    assert await sums(by="outcome", outcome="missed,voicemail") == {"missed": (1, 0, 1, 0)}
    # Whom somebody called is not for those who may only see sums.
    assert await sums(number="+4999") == await sums(query="nobody") == await sums()
    file = await office_client.get("/api/v1/statistics.csv", params={"by": "person"})
    assert "anna@example.test,Anna,2,1,1,61.5\r\n" in await file.text()


async def test_calls_by_groups_of_our_numbers(office: Exchange, office_client: Client) -> None:
    await three_calls(office)
    await as_boss(office_client)
    for name, inside in (("Vertrieb", [ANNAS, HEAD_OFFICE]), ("Köln", [ANNAS]), ("leer", [])):
        wish = {"name": name, "numbers": inside}
        assert (await send(office_client, "POST", "/number-groups", wish))[0] == 201
    groups = {g["name"]: g["id"] for g in (await get(office_client, "/call-groups"))["items"]}
    assert list(groups) == ["Köln", "leer", "Vertrieb"]
    found = await get(office_client, "/statistics", by="group")
    assert {(i["name"], i["calls"]) for i in found["items"]} == {
        ("Vertrieb", 2),
        ("Köln", 1),
        ("", 1),
    }
    assert found["total"]["calls"] == 3

    async def ids(**query: str) -> list[str]:
        return [c["id"] for c in (await get(office_client, "/calls", **query))["items"]]

    assert await ids(group=groups["Vertrieb"]) == ["missed", "out"]
    assert await ids(group=groups["Vertrieb"], did=HEAD_OFFICE) == ["out"]
    assert await ids(group=groups["leer"]) == []
    assert await ids(group="nonsense") == []
    by_day = await get(office_client, "/statistics", group=groups["Köln"])
    assert by_day["total"]["missed"] == 1


async def test_the_days_sums_are_rebuilt_with_the_calls(
    office: Exchange, office_client: Client
) -> None:
    await three_calls(office)
    await as_boss(office_client)
    before = [await get(office_client, "/statistics", by=by) for by in ("task", "hour", "type")]
    assert await office.calls_log.rebuild_calls() == 3  # type: ignore[attr-defined]
    after = [await get(office_client, "/statistics", by=by) for by in ("task", "hour", "type")]
    assert after == before


async def test_management_sees_what_each_browser_measured(
    office: Exchange, office_client: Client
) -> None:
    await three_calls(office)
    await as_anna(office_client)
    report = {"seconds": 60, "mos": 3.1, "worst_mos": 2.0, "jitter_ms": 30, "network": "wifi"}
    assert (await send(office_client, "POST", "/calls/out/quality", report))[0] == 204
    assert (await get(office_client, "/calls/out"))["quality"] == []
    await as_boss(office_client)
    (seen,) = (await get(office_client, "/calls/out"))["quality"]
    assert (seen["user_name"], seen["mos"], seen["network"]) == ("Anna", 3.1, "wifi")
    assert (await get(office_client, "/calls/missed"))["quality"] == []


async def test_a_saved_search_is_its_owners(office: Exchange, office_client: Client) -> None:
    boss = {"name": "Verpasst/AT", "search": {"outcome": "missed", "country": "AT"}}
    await as_boss(office_client)
    status, saved = await send(office_client, "PUT", "/saved-searches", boss)
    assert (status, saved["search"]) == (200, boss["search"])
    await send(office_client, "PUT", "/saved-searches", {**boss, "search": {"country": "DE"}})
    (found,) = (await get(office_client, "/saved-searches"))["items"]
    assert (found["name"], found["search"]) == ("Verpasst/AT", {"country": "DE"})
    await office.directory.add_user("other@example.test", "O", Role.MANAGER, "de", "hashed:o")
    await office_client.post(
        "/api/v1/session", json={"email": "other@example.test", "password": "o"}
    )
    assert (await get(office_client, "/saved-searches"))["items"] == []
    await send(office_client, "DELETE", "/saved-searches/Verpasst%2FAT")
    await as_boss(office_client)
    assert len((await get(office_client, "/saved-searches"))["items"]) == 1
    await send(office_client, "DELETE", "/saved-searches/Verpasst%2FAT")
    assert (await get(office_client, "/saved-searches"))["items"] == []
    assert (await send(office_client, "PUT", "/saved-searches", {**boss, "name": ""}))[0] == 400
