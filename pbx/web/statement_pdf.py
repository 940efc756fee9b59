"""Statements as letters (DIN 5008, form B): a window for the receiver, a table, totals.

A final statement is drawn from its own row alone: its letterhead was kept when it became final,
and neither today's settings nor the customer's file change its look. Drafts follow both.

What became final before letterheads were kept has none, and nobody can know what stood on its
paper. It shows today's settings as its sender and the customer's name without an address, as it
always did, until a correction takes its place; drawing it writes nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from pbx.domain import cents, metering
from pbx.domain.charges import ChargeLine
from pbx.domain.company import Company
from pbx.domain.letterheads import NOBODY, Letterhead
from pbx.domain.statements import Line, Totals
from pbx.domain.statistics import BERLIN
from pbx.domain.texts import pick
from pbx.errors import BadRequest
from pbx.services.billing_ports import Document, Draft
from pbx.web.api import Api, handles, language_of
from pbx.web.paper import LEFT, RIGHT, Page, Rule, Shown, Text, pdf, width, wrapped
from pbx.web.statement_words import (
    AREAS,
    WORDS,
    clock,
    day_text,
    decimal_text,
    money_text,
    month_name,
)
from pbx.web.statements import statement_of

BOTTOM = 263.0
"""Where a page's text ends, above the footer."""
WINDOW = 85.0
"""Room for text in the window of an envelope."""
WINDOW_LINES = 7
SIZES = (11.0, 10.0, 9.0, 8.0)
"""Points."""
TITLES = 45.5
COLUMNS = {
    "calls": (81.0, ""),
    "talk": (97.5, "h:mm:ss"),
    "included": (115.5, "h:mm:ss"),
    "work": (131.0, "h:mm"),
    "factor": (142.0, ""),
    "exact": (157.5, "min"),
    "booked": (173.0, "h:mm"),
    "amount": (RIGHT, ""),
}
"""Right ends in millimetres, and units."""
LINE, SMALL = 4.1, 3.6
"""Heights of lines with 9 and with 7.5 points."""


@handles("statement_pdf")
async def statement_pdf(api: Api, request: web.Request) -> web.StreamResponse:
    wanted = request.query.get("language", "")
    if wanted not in ("", "de", "en"):
        raise BadRequest("bad-language", "language: de oder en.", "language: de or en.")
    found = await statement_of(api, request)
    head = _letterhead(api, found)
    language = wanted or head.receiver.language or language_of(request)
    letter = Letter(found, head, language, api.office.billing.statements.now())
    data = await asyncio.to_thread(letter.pdf)
    name = found.number if isinstance(found, Document) else f"draft-{found.statement.month}"
    headers = {"Content-Disposition": f'inline; filename="statement-{name}.pdf"'}
    return web.Response(body=data, content_type="application/pdf", headers=headers)


def _letterhead(api: Api, found: Draft | Document) -> Letterhead:
    sender = api.office.billing.statements.sender
    if isinstance(found, Draft):
        return Letterhead(sender, found.receiver)
    return found.letterhead or Letterhead(sender, NOBODY)


@dataclass(slots=True)
class Letter:
    found: Draft | Document
    head: Letterhead
    language: str
    now: datetime
    """Only a draft shows it."""
    pages: list[Page] = field(default_factory=list)
    y: float = 0.0

    def pdf(self) -> bytes:
        self._head()
        self._opening()
        lines = self.found.statement.lines
        if lines:
            self._tasks(lines)
        if self.found.statement.charges:
            self._charges(self.found.statement.charges)
        if not lines and not self.found.statement.charges:
            self._paragraph(self.say("nothing"))
        self._totals(self.found.statement.totals)
        self._feet()
        mark = "" if self.document else self.say("mark")
        return pdf(self.pages, Shown(self.title, self.company.name, self.language, mark))

    @property
    def company(self) -> Company:
        return self.head.sender

    @property
    def document(self) -> Document | None:
        return self.found if isinstance(self.found, Document) else None

    @property
    def title(self) -> str:
        name = self.document.number if self.document else f"({self.say('draft')})"
        return f"{self.say('statement')} {name}"

    def say(self, word: str, **values: object) -> str:
        return pick(WORDS[word], self.language).format(**values)

    def euros(self, amount: int | None) -> str:
        return "–" if amount is None else money_text(cents.euros(amount), self.language)

    def put(self, x: float, text: str, **how: object) -> None:
        self.pages[-1].texts.append(Text(x, self.y, text, **how))  # type: ignore[arg-type]

    def rule(self, points: float = 0.4) -> None:
        self.pages[-1].rules.append(Rule(self.y, points=points))

    # -------------------------------------------------------------- the first page's head

    def _head(self) -> None:
        self.pages.append(Page())
        company = self.company
        self.y = 22
        self.put(LEFT, wrapped(company.name, 100, 15, bold=True, most=1)[0], size=15, bold=True)
        for line in company.contact[:6]:
            self.put(RIGHT, line, size=8, grey=True, side="right")
            self.y += SMALL
        self._window()
        self.y = 56
        for name, value in self._facts():
            self.put(125, name, size=8.5, grey=True)
            self.put(RIGHT, value, size=8.5, side="right")
            self.y += 4.8

    def _window(self) -> None:
        """Small enough for the longest line, and few enough that an envelope shows them all."""
        self.y = 48
        back = " · ".join((self.company.name, *self.company.address))
        self.put(LEFT, wrapped(back, WINDOW, 6.5, most=1)[0], size=6.5, grey=True)
        self.y = 56
        address = self.head.receiver.address
        size = next((s for s in SIZES if all(width(a, s) <= WINDOW for a in address)), SIZES[-1])
        lines = wrapped(self.found.statement.customer, WINDOW, size, most=2 if address else 4)
        for each in address:
            lines += wrapped(each, WINDOW, size, most=2)
        for line in lines[:WINDOW_LINES]:
            self.put(LEFT, line, size=size)
            self.y += 5

    def _facts(self) -> list[tuple[str, str]]:
        statement, document = self.found.statement, self.document
        at = (document.at if document else self.now).astimezone(BERLIN)
        day = day_text(at.date(), self.language)
        facts = [(self.say("month"), month_name(statement.month.first, self.language))]
        if document:
            facts = [(self.say("number"), document.number), *facts, (self.say("date"), day)]
        else:
            facts.append((self.say("as_of"), f"{day}, {at:%H:%M}"))
        if document and document.corrects_number:
            facts.append((self.say("replaces"), document.corrects_number))
        facts.append((self.say("rate"), self.euros(statement.rate_cents)))
        return facts

    def _opening(self) -> None:
        statement, document = self.found.statement, self.document
        self.y = 98
        month = month_name(statement.month.first, self.language)
        parts = [self.title, month]
        if document and document.corrects_number:
            parts.append(self.say("correction"))
        self.put(LEFT, " · ".join(parts), size=14, bold=True)
        self.y += 8
        if document is None:
            self._paragraph(self.say("is_draft"))
        elif document.corrects_number:
            reason = document.reason
            told = self.say("corrects", number=document.corrects_number, reason=reason)
            self._paragraph(told, most=8)
            self._paragraph(self._difference(document))
        if statement.lines and statement.rate_cents is None:
            self._paragraph(self.say("no_rate"), bold=True)

    def _difference(self, document: Document) -> str:
        before, now = document.before_cents, document.statement.totals.amount_cents
        difference = None if before is None or now is None else now - before
        amounts = {"before": before, "now": now, "difference": difference}
        return self.say("difference", **{k: self.euros(v) for k, v in amounts.items()})

    def _paragraph(
        self, text: str, *, size: float = 9, most: int = 4, bold: bool = False, grey: bool = False
    ) -> None:
        for line in wrapped(text, RIGHT - LEFT, size, bold=bold, most=most):
            self._room(LINE)
            self.put(LEFT, line, size=size, bold=bold, grey=grey)
            self.y += LINE
        self.y += 1.6

    # -------------------------------------------------------------- tables

    def _room(self, height: float) -> bool:
        """Go on with a new page where `height` does not fit; whether it did."""
        if self.y + height <= BOTTOM:
            return False
        self.pages.append(Page())
        self.y = 20
        statement = self.found.statement
        month = month_name(statement.month.first, self.language)
        [name] = wrapped(f"{self.company.name} · {statement.customer}", 100, 8, most=1)
        self.put(LEFT, name, size=8, grey=True)
        self.put(RIGHT, f"{self.title} · {month}", size=8, grey=True, side="right")
        self.y = 30
        return True

    def _tasks(self, lines: Sequence[Line]) -> None:
        self.y += 3
        self._task_heads()
        for line in lines:
            title = wrapped(line.title or line.task, TITLES, 9)
            about = [line.task, pick(AREAS[line.area], self.language)]
            if line.over:
                about.append(self.say("over"))
            small = wrapped(" · ".join(about), TITLES, 7.5, most=3)
            height = len(title) * LINE + len(small) * SMALL + 2.4
            if self._room(height):
                self._task_heads()
            self._task(line, title, small)
        self._task_sums(self.found.statement.totals)

    def _task_heads(self) -> None:
        self.put(LEFT, self.say("task"), size=8, bold=True)
        for name, (right, unit) in COLUMNS.items():
            self.put(right, self.say(name), size=8, bold=True, side="right")
            if unit:
                unit_y = self.y + 3.3
                text = Text(right, unit_y, unit, size=7, grey=True, side="right")
                self.pages[-1].texts.append(text)
        self.y += 5.2
        self.rule(0.8)
        self.y += 4.4

    def _task(self, line: Line, title: Sequence[str], small: Sequence[str]) -> None:
        cells = {
            "calls": str(line.calls),
            "talk": clock(line.talk_ms),
            "included": clock(line.included_ms),
            "work": metering.hours(line.work_minutes),
            "factor": decimal_text(metering.factor_text(line.factor), self.language),
            "exact": decimal_text(metering.thousandths_text(line.exact_thousandths), self.language),
            "booked": metering.hours(line.booked_minutes),
            "amount": self.euros(line.amount_cents),
        }
        self.put(LEFT, title[0])
        self._cells(cells)
        self.y += LINE
        for text in title[1:]:
            self.put(LEFT, text)
            self.y += LINE
        self.y -= 0.4
        for text in small:
            self.put(LEFT, text, size=7.5, grey=True)
            self.y += SMALL
        self.y -= 1.8
        self.rule(0.2)
        self.y += 4.6

    def _cells(self, cells: dict[str, str], *, bold: bool = False) -> None:
        for name, text in cells.items():
            self.put(COLUMNS[name][0], text, side="right", size=8.5, bold=bold)

    def _task_sums(self, sums: Totals) -> None:
        if self._room(8):
            self._task_heads()
        self.put(LEFT, self.say("total"), bold=True)
        cells = {
            "calls": str(sums.calls),
            "talk": clock(sums.talk_ms),
            "included": clock(sums.included_ms),
            "work": metering.hours(sums.work_minutes),
            "booked": metering.hours(sums.booked_minutes),
            "amount": self.euros(_of_tasks(self.found)),
        }
        self._cells(cells, bold=True)
        self.y += 8

    def _charges(self, charges: Sequence[ChargeLine]) -> None:
        self.y += 2
        self._room(24)
        self.put(LEFT, self.say("charges"), size=11, bold=True)
        self.y += 6
        self._charge_heads()
        for charge in charges:
            titles = wrapped(charge.title(self.language), 110, 9)
            if self._room(len(titles) * LINE + 2.4):
                self._charge_heads()
            self.put(LEFT, day_text(charge.day, self.language), size=8.5)
            self.put(56, titles[0])
            self.put(RIGHT, self.euros(charge.amount_cents), size=8.5, side="right")
            self.y += LINE
            for text in titles[1:]:
                self.put(56, text)
                self.y += LINE
            self.y -= 2.2
            self.rule(0.2)
            self.y += 4.6
        self.y += 2

    def _charge_heads(self) -> None:
        self.put(LEFT, self.say("day"), size=8, bold=True)
        self.put(56, self.say("what"), size=8, bold=True)
        self.put(RIGHT, self.say("amount"), size=8, bold=True, side="right")
        self.y += 2
        self.rule(0.8)
        self.y += 4.4

    # -------------------------------------------------------------- the end

    def _totals(self, sums: Totals) -> None:
        self._room(34)
        if self.found.statement.charges:
            of_tasks = _of_tasks(self.found)
            for name, amount in (("tasks_sum", of_tasks), ("charges", sums.charges_cents)):
                self.put(125, self.say(name))
                self.put(RIGHT, self.euros(amount), side="right")
                self.y += 5
        self.pages[-1].rules.append(Rule(self.y - 2.4, 125, RIGHT, 0.8))
        self.y += 2.6
        self.put(125, self.say("grand_total"), size=11, bold=True)
        self.put(RIGHT, self.euros(sums.amount_cents), size=11, bold=True, side="right")
        self.y += 10
        self._paragraph(f"{self.say('platform')}: {clock(sums.platform_ms)}", size=8)
        self._paragraph(self.say("rules"), size=8, grey=True)

    def _feet(self) -> None:
        count = len(self.pages)
        for number, page in enumerate(self.pages, 1):
            page.rules.append(Rule(269, points=0.2))
            at = self.say("page", page=number, pages=count)
            page.texts.append(Text(RIGHT, 273, at, size=7.5, side="right"))
            for n, line in enumerate(self.company.footer[:4]):
                page.texts.append(Text(LEFT, 273 + n * 3.4, line, size=7, grey=True))


def _of_tasks(found: Draft | Document) -> int | None:
    """Cents; None where no rate is known."""
    statement = found.statement
    amounts = [each.amount_cents for each in statement.lines if each.amount_cents is not None]
    return sum(amounts) if amounts or not statement.lines else None
