"""A carrier's call records against ours: over HTTP, and the store on both databases."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pbx.domain.audit import ChangeFilter
from pbx.domain.carrier_files import Mapping
from pbx.domain.reconciling import Kind
from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Moment, NumberType, Outcome
from pbx.services.reconciliation_ports import Carrier, FindingRow, Reconciliation, Summary
from pbx.store import Database
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.records import at, offered
from tests.support.signing_in import Client, as_boss, get, send

pytest_plugins = ["tests.support.served", "tests.support.stores"]

NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)
"""Noon in Berlin."""


async def test_results_are_kept_as_they_were_found(database: Database) -> None:
    store = database.reconciliations
    carrier = Carrier("c", "Netz AG", "sip1", Mapping("Ziel", "Beginn", "", "Dauer", dates="ymd"))
    await store.put_carrier(carrier, "boss", at(0))
    await store.put_carrier(replace(carrier, name="Netz"), "boss", at(1))
    assert list(await store.carriers()) == [replace(carrier, name="Netz")]
    assert await store.remove_carrier("c", "boss", at(2))
    assert not await store.remove_carrier("c", "boss", at(2))
    assert not await store.carriers()
    assert await store.restore_carrier("c", "boss", at(3))
    summary = Summary(5, 6, 4, 61_250, 62_000, -900, 1, 2, 3, 4, {"seconds": 2}, ((7, "d", "e"),))
    made = Reconciliation(
        "r", "c", "a.csv", date(2026, 11, 1), date(2026, 11, 30), at(4), "boss", summary
    )
    both = FindingRow(
        Kind.SECONDS, "id", "T-1", "+49301", at(0), 61_250, 5, 3, "+49301", at(1), 9_000, 6, -52
    )
    theirs = FindingRow(
        Kind.ONLY_THEIRS, None, None, None, None, None, None, 4, "+43", at(2), 9_000, None, 9
    )
    await store.add(made, [both, *[theirs] * 1_500], "Netz")
    assert list(await store.all()) == [made]
    assert list(await store.findings("r", Kind.SECONDS, "", 0, 9)) == [(1, both)]
    assert list(await store.findings("r", None, "030 1", 0, 9)) == [(1, both)]
    assert [p for p, _ in await store.findings("r", Kind.ONLY_THEIRS, "+43", 1_499, 9)] == [
        1_500,
        1_501,
    ]
    assert await store.remove("r", "boss", at(5))
    assert not await store.all()
    assert await store.restore("r", "boss", at(6))
    await database.calls.append(offered("open", number="+491"))
    assert not await store.attempts(at(-9), at(9)), "what has not ended is not compared"
    actions = [c.action for c in (await database.audit.find(ChangeFilter(), None, 50))[0]]
    assert actions == [
        "reconciliation.restored", "reconciliation.removed", "reconciliation.added",
        "carrier.restored", "carrier.removed", "carrier.changed", "carrier.added",
    ]  # fmt: skip


async def call(
    office: Exchange,
    call_id: str,
    second: int,
    talk_ms: int,
    number: str = "+49301234567",
    **facts: Any,
) -> None:
    told = {
        "direction": Direction.OUTBOUND,
        "user_id": office.anna.id,
        "task": "T-1",
        "number": number,
        "country": "DE",
        "number_type": NumberType.FIXED,
        "caller_id": HEAD_OFFICE,
        **facts,
    }
    moment = Moment(NOON + timedelta(seconds=second), 0, "boot")
    log = office.calls_log
    await log.append(LedgerEntry(call_id, LedgerKind.OFFERED, moment, **told))
    if talk_ms:
        await log.append(LedgerEntry(call_id, LedgerKind.ANSWERED, moment))
    outcome = Outcome.ANSWERED if talk_ms else Outcome.NO_ANSWER
    end = LedgerEntry(call_id, LedgerKind.ENDED, moment, outcome=outcome, talk_ms=talk_ms)
    await log.append(end)


FILE = (
    "Netz AG;;;;\nDatum;Uhrzeit;Ziel;Dauer;Betrag\n"
    "27.11.2026;12:00:01;0301234567;0:01:01;0,02\n"  # a, a second later
    "27.11.2026;12:10:00;0301234567;0:01:30;0,02\n"  # longer: b
    "27.11.2026;12:20:00;0301234567;0:00:05;0,02\n"  # nobody answered: none
    "27.11.2026;12:40:00;0043512345;0:00:05;0,02\n"  # theirs only
    "27.11.2026;13:00:00;0301234567;0:01:00;0,50\n"  # dearer: dear
    "28.11.2026;13:00:00;0301234567;0:01:00;0,50\n"  # another day
    "gestern;;;;\n"
)


async def upload(client: Client, path: str, content: str, **query: str) -> tuple[int, Any]:
    answer = await client.post(f"/api/v1{path}", params=query, data=content.encode("cp1252"))
    return answer.status, await answer.json()


async def test_a_file_is_looked_at_mapped_compared_and_exported(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    await call(office, "a", 0, 60_900)
    await call(office, "b", 600, 60_000)
    await call(office, "none", 1_199, 0)
    await call(office, "ours", 1_800, 7_000, number="+4922112345")
    await call(office, "dear", 3_600, 60_000)
    await call(office, "in", 4_000, 5_000, direction=Direction.INBOUND, did=ANNAS)
    await call(office, "next day", 86_400, 5_000)
    status, carrier = await send(office_client, "POST", "/carriers", {"name": "Netz AG"})
    assert status == 201
    path = f"/carriers/{carrier['id']}"
    _, seen = await upload(office_client, f"{path}/look", FILE)
    assert seen["columns"] == ["Datum", "Uhrzeit", "Ziel", "Dauer", "Betrag"]
    mapping = {
        k: v for k, v in seen["mapping"].items() if k in ("number", "begin", "time", "seconds")
    }
    assert mapping == {"number": "Ziel", "begin": "Datum", "time": "Uhrzeit", "seconds": "Dauer"}
    status, problem = await upload(office_client, f"{path}/reconciliations", FILE)
    assert (status, problem["error_id"]) == (400, "bad-mapping")
    wish = {"name": "Netz AG", "mapping": seen["mapping"]}
    assert (await send(office_client, "PUT", path, wish))[0] == 200
    period = {"from": "2026-11-27", "to": "2026-11-27", "file": "november.csv"}
    status, made = await upload(office_client, f"{path}/reconciliations", FILE, **period)
    assert status == 201
    assert (made["records"], made["calls"], made["matched"], made["outside"]) == (5, 4, 3, 1)
    assert (made["faulty"], made["problems"][0]["row"]) == (1, 9)
    assert made["tasks"] == [{"task": "T-1", "seconds": 30 + 5 - 7}]
    result = f"/reconciliations/{made['id']}"
    found = (await get(office_client, f"{result}/findings"))["items"]
    assert [(f["kind"], f["call_id"], f["row"], f["seconds"]) for f in found] == [
        ("seconds", "b", 4, 30),
        ("not_answered", "none", 5, 5),
        ("only_ours", "ours", None, -7),
        ("only_theirs", None, 6, 5),
        ("amount", "dear", 7, 0),
    ]
    assert (found[4]["our_amount"], found[4]["their_amount"]) == ("0.02", "0.50")
    first = await get(office_client, f"{result}/findings", limit="2")
    rest = await get(office_client, f"{result}/findings", cursor=first["next"], kind="only_ours")
    assert [f["call_id"] for f in rest["items"]] == ["ours"]
    answer = await office_client.get(f"/api/v1{result}/findings.csv", params={"format": "excel-de"})
    rows = list(csv.reader(io.StringIO((await answer.text()).lstrip("\ufeff")), delimiter=";"))
    assert rows[1][:8] == [
        "other duration", "+49301234567", "27.11.2026 12:10:00", "60",
        "+49301234567", "27.11.2026 12:10:00", "90", "30",
    ]  # fmt: skip
    assert len(rows) == 6
    answer = await office_client.get(f"/api/v1{result}/findings.xlsx")
    assert (await answer.read())[:2] == b"PK"
    assert (await office_client.get("/api/v1/reconciliations/x/findings.csv")).status == 404
    assert (await send(office_client, "DELETE", result))[0] == 204
    assert not (await get(office_client, "/reconciliations"))["items"]
    assert (await send(office_client, "POST", f"{result}/restore"))[1]["file"] == "november.csv"


async def test_a_wrong_zone_and_a_wrong_period_are_told(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    for n in range(5):
        await call(office, f"c{n}", 600 * n, 60_000)
    mapping = {"number": "to", "begin": "begin", "seconds": "duration", "zone": "UTC"}
    _, carrier = await send(office_client, "POST", "/carriers", {"name": "N", "mapping": mapping})
    times = [f"{NOON + timedelta(hours=1, seconds=600 * n):%Y-%m-%d %H:%M:%S}" for n in range(5)]
    content = "to,begin,duration\n" + "".join(f"49301234567,{each},60\n" for each in times)
    path = f"/carriers/{carrier['id']}/reconciliations"
    _, made = await upload(office_client, path, content)
    assert (made["matched"], made["zone_hint_hours"]) == (0, -1)
    status, problem = await upload(office_client, path, content, **{"from": "2026-11-28"})
    assert (status, problem["error_id"]) == (400, "bad-period")
    wish = {"name": "N", "trunk": "other", "mapping": {**mapping, "zone": "Europe/Berlin"}}
    await send(office_client, "PUT", f"/carriers/{carrier['id']}", wish)
    _, made = await upload(office_client, path, content)
    assert (made["calls"], made["matched"]) == (0, 0), "they bill another trunk"
    _, lists = await send(office_client, "POST", "/price-lists", {"name": "Netz AG"})
    rate = {"destination": "+49", "valid_from": "2026-01-01", "per_minute": "0.01"}
    path_of_rates = f"/price-lists/{lists['id']}/rates"
    await send(office_client, "PUT", path_of_rates, {**rate, "first": 100, "next": 100})
    wish |= {"trunk": "", "mapping": {**mapping, "zone": "Europe/Berlin", "billed": True}}
    await send(office_client, "PUT", f"/carriers/{carrier['id']}", wish)
    _, made = await upload(office_client, path, content.replace(",60\n", ",100\n"))
    assert (made["matched"], made["findings"]) == (5, 0), "their increments are no difference"
