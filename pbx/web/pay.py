"""What VPAs worked in a month, with the factors that they are paid by; as a list and as CSV."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web

from pbx.domain import metering, texts
from pbx.domain.statements import PayLine
from pbx.web import statement_schemas as t
from pbx.web.api import Api, answer, handles, language_of
from pbx.web.bookings import month_of
from pbx.web.spreadsheets import dialect_of, send_csv

COLUMNS: dict[str, texts.Words] = {
    "month": ("Monat", "Month"),
    "user": ("E-Mail-Adresse", "E-mail address"),
    "name": ("Person", "Person"),
    "task": ("Aufgabe", "Task"),
    "title": ("Titel", "Title"),
    "area": ("Bereich", "Area"),
    "work_minutes": ("Arbeit min", "Work min"),
    "factor": ("Faktor", "Factor"),
    "paid_minutes": ("Vergütet min", "Paid min"),
}


@handles("pay")
async def pay(api: Api, request: web.Request) -> web.StreamResponse:
    lines = await _lines(api, request)
    of: dict[str, list[tuple[t.PayLineView, PayLine]]] = {}
    for view, line in lines:
        of.setdefault(line.user_id, []).append((view, line))
    people = [
        t.PayPerson(
            user=theirs[0][0].user,
            name=theirs[0][0].name,
            tasks=len(theirs),
            work_minutes=sum(line.work_minutes for _, line in theirs),
            paid_minutes=metering.thousandths_text(
                sum(line.paid_thousandths for _, line in theirs)
            ),
        )
        for theirs in of.values()
    ]
    return answer(t.PayPage([view for view, _ in lines], sorted(people, key=lambda p: p.name)))


@handles("pay_csv")
async def pay_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect, month, language = dialect_of(request), month_of(request), language_of(request)
    lines = await _lines(api, request)
    heads = [texts.pick(words, language) for words in COLUMNS.values()]

    async def pages() -> AsyncIterator[Sequence[Sequence[Any]]]:
        yield [_cells(str(month), view, line) for view, line in lines]

    # Programs read the names of the columns, people read words.
    head = heads if dialect.local_times else list(COLUMNS)
    return await send_csv(request, f"pay-{month}.csv", dialect, head, pages())


async def _lines(api: Api, request: web.Request) -> list[tuple[t.PayLineView, PayLine]]:
    """By person and task; of one person with `user`."""
    people = {user.id: user for user in await api.directory.users()}
    found = []
    for line in await api.office.billing.statements.pay(month_of(request)):
        user = people.get(line.user_id)
        email = user.email if user else ""
        if request.query.get("user", email) == email:
            found.append((_view(line, email, user.name if user else ""), line))
    return found


def _view(line: PayLine, email: str, name: str) -> t.PayLineView:
    return t.PayLineView(
        user=email,
        name=name,
        task=line.task,
        title=line.title,
        area=line.area.value,
        work_minutes=line.work_minutes,
        factor=metering.factor_text(line.factor),
        paid_minutes=metering.thousandths_text(line.paid_thousandths),
    )


def _cells(month: str, view: t.PayLineView, line: PayLine) -> Sequence[Any]:
    factor, paid = (Decimal(each).scaleb(-3) for each in (line.factor, line.paid_thousandths))
    about = month, view.user, view.name, view.task, view.title, view.area
    return (*about, view.work_minutes, factor, paid)
