"""A day of three people on five tasks: what is billed, against a second calculation in SQL."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from pbx.demo.subscribers import STEMS
from tests.support.api import MANAGER, PASSWORD, VPA1, VPA2, Api, Json
from tests.support.browser import VoicePage
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

VPA3 = "vpa3@example.test"
AT_A_TIME = 3
"""Calls of one person."""
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Booked:
    """A task, the minutes that were worked on it, and what is called for it: countries and what
    the number does there. `0005` hangs up after 3 s, `0021` rings for 1 s and hangs up after
    5 s, `0001` is busy."""

    task: str
    customer: str
    area: str
    minutes: int
    dialled: Sequence[tuple[str, str]]


DAY = (
    # Fits: only Germany, and far within the quarter.
    Booked("D-1", "Ärztehaus Łódź", "backoffice_de", 480, [("DE", "0005")] * 5 + [("DE", "0001")]),
    # Booked for Germany, two calls leave it.
    Booked(
        "D-2",
        "Ärztehaus Łódź",
        "sales_de",
        95,
        [("DE", "0021"), ("PL", "0005"), ("DE", "0005"), ("AT", "0021"), ("DE", "0005")],
    ),
    # Dearer than needed: no finding, but a suggestion, as the quarter is used up.
    Booked("D-3", "Bäckerei Sœur", "sales_eu", 1, [("DE", "0021")] * 6),
    # Booked without a zone, the quarter is used up, and not in Germany only.
    Booked(
        "D-4",
        "Bäckerei Sœur",
        "backoffice",
        1,
        [
            ("DE", "0021"),
            ("FR", "0021"),
            ("CH", "0005"),
            ("DE", "0021"),
            ("FR", "0005"),
            ("PL", "0001"),
        ],
    ),
    # Nobody's: metered, not billed.
    Booked("D-5", "", "backoffice", 30, [("DE", "0005")] * 4 + [("FR", "0005")] * 3),
)
RATES = {"Ärztehaus Łódź": "41.30", "Bäckerei Sœur": "36.66"}

SECOND_CALCULATION = """
WITH factor (area, plain, right_de, right_eu, zone, thousandths) AS (VALUES
    ('backoffice',    'backoffice', 'backoffice_de', 'backoffice_eu', NULL, 1000),
    ('backoffice_de', 'backoffice', 'backoffice_de', 'backoffice_eu', 'DE', 1200),
    ('backoffice_eu', 'backoffice', 'backoffice_de', 'backoffice_eu', 'EU', 1300),
    ('sales',         'sales',      'sales_de',      'sales_eu',      NULL, 1800),
    ('sales_de',      'sales',      'sales_de',      'sales_eu',      'DE', 2000),
    ('sales_eu',      'sales',      'sales_de',      'sales_eu',      'EU', 2100)
), talked AS (
    SELECT offered.task, count(*) AS calls, sum(ended.talk_ms) AS talk_ms,
        sum(iif(offered.country = 'DE', ended.talk_ms, 0)) AS de_ms,
        sum(iif(offered.country <> 'DE', ended.talk_ms, 0)) AS eu_ms
    FROM ledger AS offered JOIN ledger AS ended USING (call_id)
    WHERE offered.kind = 'offered' AND ended.kind = 'ended' GROUP BY offered.task
), worked AS (
    SELECT task, sum(minutes) AS minutes FROM work_times GROUP BY task
), day AS (
    SELECT tasks.external_id AS task, tasks.area, coalesce(customers.name, '') AS customer,
        customers.rate_cents, calls, talk_ms, de_ms, eu_ms, minutes,
        4 * talk_ms > 60000 * minutes AS over
    FROM tasks JOIN talked ON talked.task = tasks.external_id
        JOIN worked ON worked.task = tasks.external_id
        LEFT JOIN customers ON customers.id = tasks.customer_id
), guarded AS (
    SELECT day.*, booked.thousandths,
        (minutes * booked.thousandths + 4999) / 5000 * 5 AS booked,
        CASE WHEN NOT over THEN day.area WHEN eu_ms > 0 THEN right_eu ELSE right_de END
            AS suggested,
        CASE WHEN customer = '' THEN NULL WHEN zone = 'DE' AND eu_ms > 0 THEN right_eu
            WHEN zone IS NULL AND over AND eu_ms > 0 THEN right_eu
            WHEN zone IS NULL AND over THEN right_de END AS fitting
    FROM day JOIN factor AS booked USING (area)
)
SELECT task, customer, calls, talk_ms, de_ms, eu_ms, minutes, over, suggested, booked,
    fitting, (2 * booked * rate_cents + 60) / 120 AS cents,
    (2 * max(minutes * 60000, talk_ms) * (needed.thousandths - guarded.thousandths) * rate_cents
        + 3600000000) / 7200000000 AS risk
FROM guarded LEFT JOIN factor AS needed ON needed.area = fitting ORDER BY task
"""
"""From the ledger's own rows, by whole numbers and what the company's page on factors says."""


async def test_a_day_is_billed_as_a_second_calculation_says(
    own_stack: Callable[..., Stack], browser: Browser
) -> None:
    stack = own_stack(PBX_LIMITS__CALLS_PER_USER=str(AT_A_TIME))
    _add_person(stack)
    people = (VPA1, VPA2, VPA3)
    async with Api(stack.url, MANAGER) as manager:
        await _book(manager, people)
        pages = [await VoicePage.open(browser, stack.url, email) for email in people]
        await _telephone(manager, pages)
        for page in pages:
            await page.close()
        expected = _calculated(stack)
        assert [row["calls"] for row in expected] == [len(each.dialled) for each in DAY]
        assert sum(row["calls"] for row in expected) == 30
        await _shares_agree(manager, expected)
        await _guard_agrees(manager, expected)
        await _statements_agree(manager, expected)


def _add_person(stack: Stack) -> None:
    command = [sys.executable, "-m", "pbx", "user", "add", VPA3, "--name", "Cem Celik"]
    where = ["--config", str(stack.config), "--data", str(stack.data)]
    typed = f"{PASSWORD}\n{PASSWORD}\n".encode()
    subprocess.run([*command, *where], cwd=ROOT, input=typed, check=True, capture_output=True)


async def _book(manager: Api, people: Sequence[str]) -> None:
    for name, rate in RATES.items():
        customer = {
            "name": name,
            "phone_system": "ours",
            "informed_on": "2026-01-02",
            "rate_per_hour": rate,
        }
        (await manager.post("/api/v1/customers", customer)).ok()
    today = datetime.now(BERLIN).date().isoformat()
    for each in DAY:
        task = {
            "title": f"Aufgabe {each.task}",
            "customer": each.customer,
            "area": each.area,
            "budget_minutes": 600,
            "assignees": list(people),
        }
        (await manager.put(f"/api/v1/tasks/{each.task}", task)).ok()
        worked = {"user": people[0], "day": today, "minutes": each.minutes}
        (await manager.put(f"/api/v1/tasks/{each.task}/work-time", worked)).ok()


async def _telephone(manager: Api, pages: Sequence[VoicePage]) -> None:
    """All calls to their ends; each person takes every third one."""
    wishes = [(each.task, country, does) for each in DAY for country, does in each.dialled]
    async with asyncio.TaskGroup() as group:
        for n, page in enumerate(pages):
            turn = asyncio.Semaphore(AT_A_TIME)
            for wish in wishes[n :: len(pages)]:
                group.create_task(_call(manager, page, turn, *wish))


async def _call(
    manager: Api, page: VoicePage, turn: asyncio.Semaphore, task: str, country: str, does: str
) -> None:
    async with turn:
        call = await page.place(STEMS[country] + does, country=country, task=task)
        await page.join(call["voice"], call["id"])
        ended = await manager.ended(call["id"], 30)
        assert ended["outcome"] == ("busy" if does == "0001" else "answered"), ended


def _calculated(stack: Stack) -> list[Json]:
    with closing(sqlite3.connect(stack.data / "pbx.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(SECOND_CALCULATION)]


async def _shares_agree(manager: Api, expected: Sequence[Json]) -> None:
    for row in expected:
        share = await manager.get(f"/api/v1/tasks/{row['task']}/phone-share")
        print(row["task"], share)
        assert Decimal(str(share["phone_seconds"])) * 1000 == row["talk_ms"]
        assert share["work_seconds"] == row["minutes"] * 60
        assert (share["over"], share["suggested_area"]) == (bool(row["over"]), row["suggested"])
    assert {row["suggested"] for row in expected} >= {"sales_de", "backoffice_eu"}


async def _guard_agrees(manager: Api, expected: Sequence[Json]) -> None:
    month = datetime.now(BERLIN).strftime("%Y-%m")
    told = await manager.get("/api/v1/factor-guard", month=month)
    found = {f["task"]: (f["right_area"], f["risk"]) for f in told["items"]}
    assert found == {
        row["task"]: (row["fitting"], _euros(row["risk"])) for row in expected if row["fitting"]
    }
    assert set(found) == {"D-2", "D-4"}
    assert told["risk"] == _euros(sum(row["risk"] for row in expected if row["fitting"]))


async def _statements_agree(manager: Api, expected: Sequence[Json]) -> None:
    month = datetime.now(BERLIN).strftime("%Y-%m")
    page = await manager.get("/api/v1/statements", month=month)
    drafts = {row["customer"]: row for row in page["items"] if row["customer"] in RATES}
    assert set(drafts) == set(RATES)
    names = ("task", "calls", "talk_ms", "de_ms", "eu_ms", "over", "work_minutes", "booked_minutes")
    for customer, draft in drafts.items():
        statement = await manager.get(f"/api/v1/statements/{draft['id']}")
        rows = [row for row in expected if row["customer"] == customer]
        assert [(*(line[n] for n in names), line["amount"]) for line in statement["lines"]] == [
            (
                *(row[n] for n in ("task", "calls", "talk_ms", "de_ms", "eu_ms")),
                bool(row["over"]),
                row["minutes"],
                row["booked"],
                _euros(row["cents"]),
            )
            for row in rows
        ]
        assert statement["totals"]["amount"] == _euros(sum(row["cents"] for row in rows))
        assert statement["totals"]["talk_ms"] == sum(row["talk_ms"] for row in rows)
    unbilled = next(row for row in expected if not row["customer"])
    assert page["rest"]["talk_ms"] == unbilled["talk_ms"]


def _euros(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):.2f}"
