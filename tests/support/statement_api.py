"""A month with a statement over the API, and what its files say."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pypdfium2

from pbx.domain.charges import Charge
from pbx.domain.records import Direction, LedgerEntry, LedgerKind, Moment, Outcome, Zone
from pbx.store.charges import write_charge
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_boss, get, send

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


async def charge(
    office: Exchange, customer: str, key: str, cents: int, title: str = "Ansage einrichten"
) -> bool:
    told = title, f"{title} (English)", cents, IN_OCTOBER, office.anna.id
    once = Charge(f"id-{key}", customer, date(2026, 10, 5), key, *told)
    async with office.database._engine.write() as conn:
        return await write_charge(conn, once)


def cells(file: bytes) -> dict[str | None, str | None]:
    book = zipfile.ZipFile(io.BytesIO(file))
    root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return {
        cell.get("r"): cell.findtext(f".//{SHEET}t") or cell.findtext(f"{SHEET}v")
        for cell in root.iter(f"{SHEET}c")
    }


def pdf_text(file: bytes) -> list[str]:
    """What stands on each page."""
    document = pypdfium2.PdfDocument(file)
    pages = []
    for page in document:
        text = page.get_textpage()
        pages.append(str(text.get_text_range()).replace("\r\n", "\n"))
        text.close()
        page.close()
    document.close()
    return pages


@dataclass(frozen=True, slots=True)
class Row:
    """A task as it is printed: exact where paper is, whole seconds where it rounds down."""

    task: str
    calls: int
    talk_seconds: int
    included_seconds: int
    work_minutes: int
    factor: Decimal
    exact_minutes: Decimal
    booked_minutes: int
    amount: Decimal


_CELLS = r"(\d+) ([\d:]+) ([\d:]+) ([\d:]+) ([\d,]+) ([\d.,]+) ([\d:]+) ([\d.,]+) €"
_PRINTED = re.compile(_CELLS + r"\n(?:(?!.* · ).*\n)*(\S+) · ")
_SUM = re.compile(r"^(Gesamtbetrag|Zusatzleistungen|Aufgaben) (-?[\d.,]+) €$", re.MULTILINE)


def printed(pages: list[str]) -> list[Row]:
    """The table of tasks in a German letter."""
    rows = []
    for found in _PRINTED.finditer("\n".join(pages)):
        calls, talk, included, work, factor, exact, booked, amount, task = found.groups()
        rows.append(
            Row(
                task,
                int(calls),
                _sixty(talk),
                _sixty(included),
                _sixty(work),
                _decimal(factor),
                _decimal(exact),
                _sixty(booked),
                _decimal(amount),
            )
        )
    return rows


def printed_sums(pages: list[str]) -> dict[str, Decimal]:
    return {name: _decimal(amount) for name, amount in _SUM.findall("\n".join(pages))}


def written(data: str) -> tuple[list[Row], list[Decimal]]:
    """The tasks of a statement's CSV, and the amounts of its charges."""
    rows = list(csv.DictReader(io.StringIO(data)))
    tasks = [
        Row(
            row["task"],
            int(row["calls"]),
            int(Decimal(row["talk_seconds"])),
            int(Decimal(row["included_seconds"])),
            int(row["work_minutes"]),
            Decimal(row["factor"]),
            Decimal(row["exact_minutes"]),
            int(row["booked_minutes"]),
            Decimal(row["amount"]),
        )
        for row in rows
        if row["kind"] == "task"
    ]
    return tasks, [Decimal(row["amount"]) for row in rows if row["kind"] == "charge"]


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def _sixty(text: str) -> int:
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return total
