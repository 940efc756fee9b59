"""Statements as files."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web

from pbx.domain import metering, texts
from pbx.domain.charges import ChargeLine
from pbx.domain.statements import Line, Totals
from pbx.services.billing_ports import Document, Draft
from pbx.web.api import Api, handles, language_of
from pbx.web.spreadsheets import dialect_of, send_csv, send_xlsx
from pbx.web.statements import statement_of

COLUMNS: dict[str, tuple[texts.Words, int]] = {
    "statement": (("Abrechnung", "Statement"), 12),
    "customer": (("Kunde", "Customer"), 28),
    "month": (("Monat", "Month"), 9),
    "kind": (("Art", "Kind"), 16),
    "day": (("Tag", "Day"), 11),
    "task": (("Aufgabe", "Task"), 12),
    "title": (("Titel", "Title"), 34),
    "area": (("Bereich", "Area"), 15),
    "calls": (("Anrufe", "Calls"), 9),
    "talk_seconds": (("Gespräch s", "Talk s"), 13),
    "included_seconds": (("inbegriffen s", "Included s"), 13),
    "over": (("darüber", "Over"), 9),
    "platform_seconds": (("Anlage s", "Platform s"), 12),
    "work_minutes": (("Arbeit min", "Work min"), 12),
    "factor": (("Faktor", "Factor"), 8),
    "exact_minutes": (("Budget genau min", "Exact budget min"), 17),
    "booked_minutes": (("Budget min", "Budget min"), 12),
    "booked": (("Budget", "Budget"), 9),
    "rate_per_hour": (("Stundensatz €", "Rate per hour €"), 14),
    "amount": (("Betrag €", "Amount €"), 12),
}
"""Names in German and English, and widths in letters."""
NOT_OF_CHARGES = (None,) * (len(COLUMNS) - 8)
"""From the area to the rate."""
YES: texts.Words = ("ja", "yes")
NO: texts.Words = ("nein", "no")
KINDS = ("task", "charge")
TASK: texts.Words = ("Aufgabe", "Task")
CHARGE: texts.Words = ("Zusatzleistung", "One-off charge")
TOTAL: texts.Words = ("Summe", "Total")
DRAFT: texts.Words = ("Entwurf", "Draft")


@handles("statement_csv")
async def statement_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect = dialect_of(request)
    found, language = await statement_of(api, request), language_of(request)
    # Programs read the names of the columns and sum up themselves, people read words.
    head = _heads(language) if dialect.local_times else list(COLUMNS)
    pages = _pages(found, language, for_people=dialect.local_times)
    return await send_csv(request, _name(found, "csv"), dialect, head, pages)


@handles("statement_xlsx")
async def statement_xlsx(api: Api, request: web.Request) -> web.StreamResponse:
    found, language = await statement_of(api, request), language_of(request)
    widths = [width for _, width in COLUMNS.values()]
    pages = _pages(found, language, for_people=True)
    return await send_xlsx(request, _name(found, "xlsx"), _heads(language), widths, pages)


def _heads(language: str) -> list[str]:
    return [texts.pick(words, language) for words, _ in COLUMNS.values()]


def _name(found: Draft | Document, suffix: str) -> str:
    number = found.number if isinstance(found, Document) else f"draft-{found.statement.month}"
    return f"statement-{number}.{suffix}"


async def _pages(
    found: Draft | Document, language: str, *, for_people: bool
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    statement = found.statement
    number = found.number if isinstance(found, Document) else texts.pick(DRAFT, language)
    about = number, statement.customer, str(statement.month)
    rate = _euros(statement.rate_cents)
    task, charge = (texts.pick(w, language) for w in (TASK, CHARGE)) if for_people else KINDS
    yield [(*about, task, None, *_cells(line, rate, language)) for line in statement.lines]
    yield [(*about, charge, *_charge(each, language)) for each in statement.charges]
    if for_people:
        yield [(*about, *_total(statement.totals, language))]


def _cells(line: Line, rate: Decimal | None, language: str) -> Sequence[Any]:
    return (
        line.task,
        line.title,
        line.area.value,
        line.calls,
        _thousandths(line.talk_ms),
        _thousandths(line.included_ms),
        texts.pick(YES if line.over else NO, language),
        _thousandths(line.platform_ms),
        line.work_minutes,
        _thousandths(line.factor),
        _thousandths(line.exact_thousandths),
        line.booked_minutes,
        metering.hours(line.booked_minutes),
        rate,
        _euros(line.amount_cents),
    )


def _charge(charge: ChargeLine, language: str) -> Sequence[Any]:
    return (charge.day, "", charge.title(language), *NOT_OF_CHARGES, _euros(charge.amount_cents))


def _total(sums: Totals, language: str) -> Sequence[Any]:
    return (
        texts.pick(TOTAL, language),
        None,
        "",
        "",
        "",
        sums.calls,
        _thousandths(sums.talk_ms),
        _thousandths(sums.included_ms),
        "",
        _thousandths(sums.platform_ms),
        sums.work_minutes,
        None,
        None,
        sums.booked_minutes,
        metering.hours(sums.booked_minutes),
        None,
        _euros(sums.amount_cents),
    )


def _thousandths(value: int) -> Decimal:
    return Decimal(value).scaleb(-3)


def _euros(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-2)
