"""Statements: running totals, drafts, final documents, the calls behind them."""

import re

from aiohttp import web

from pbx.domain import cents, charges, metering, months
from pbx.domain.charges import ChargeLine
from pbx.domain.months import Month
from pbx.domain.records import CallRecord, User
from pbx.domain.statements import Line, Statement, Totals, totals
from pbx.services.billing_ports import Document, Draft, Finalised
from pbx.web import schemas as s
from pbx.web import statement_schemas as t
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.bookings import month_of
from pbx.web.customers import rate_text
from pbx.web.slices import slice_of

DRAFT = re.compile(r"(.+)-([0-9]{4}-[0-9]{2})", re.ASCII)


@handles("list_statements")
async def list_statements(api: Api, request: web.Request) -> web.StreamResponse:
    month, query = month_of(request), request.query
    found = await api.office.billing.statements.month(month)
    documents: dict[str, list[Document]] = {}
    for document in await api.office.billing.statements.documents(month, None):
        documents.setdefault(document.statement.customer_id, []).append(document)
    shown = [
        draft
        for draft in found.drafts
        if query.get("customer", "") in ("", draft.statement.customer_id)
        and query.get("state", "") in ("", _state(draft))
    ]
    cursor, limit = paging(request)
    page, following = slice_of(shown, lambda d: draft_id(d.statement), cursor, limit)
    lines = [line for draft in shown for line in draft.statement.lines]
    once = [charge for draft in shown for charge in draft.statement.charges]
    rows = [_row(draft, documents.get(draft.statement.customer_id, [])) for draft in page]
    return answer(
        t.StatementPage(rows, _totals(totals(lines, once)), _totals(found.rest), following)
    )


def draft_id(statement: Statement) -> str:
    return f"{statement.customer_id}-{statement.month}"


def _state(draft: Draft) -> str:
    if draft.document is None:
        return "draft"
    return "final" if draft.document.statement == draft.statement else "changed"


def _row(draft: Draft, documents: list[Document]) -> t.StatementRow:
    statement = draft.statement
    return t.StatementRow(
        id=draft_id(statement),
        customer_id=statement.customer_id,
        customer=statement.customer,
        month=str(statement.month),
        state=_state(draft),  # type: ignore[arg-type]  # the three words above
        totals=_totals(statement.totals),
        open_findings=draft.open_findings,
        open_calls=draft.open_calls,
        documents=[
            t.DocumentRef(
                each.id,
                each.number,
                rate_text(each.statement.totals.amount_cents),
                each.at,
                each.corrects,
                each.corrected_by,
            )
            for each in documents
        ],
    )


async def statement_of(api: Api, request: web.Request) -> Draft | Document:
    """Raises `NotFound`."""
    wanted = request.match_info["id"]
    if found := DRAFT.fullmatch(wanted):
        return await api.office.billing.statements.draft(found[1], months.parse(found[2]))
    return await api.office.billing.statements.document(wanted)


@handles("get_statement")
async def get_statement(api: Api, request: web.Request) -> web.StreamResponse:
    return await _answer(api, request, await statement_of(api, request))


@handles("finalise_statement")
async def finalise_statement(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.StatementPost)
    made = await api.office.billing.statements.finalise(
        user_of(request), months.parse(wish.month), wish.customer
    )
    return await _answer(api, request, made, 201)


@handles("correct_statement")
async def correct_statement(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.CorrectionPost)
    made = await api.office.billing.statements.correct(
        user_of(request), request.match_info["id"], wish.reason
    )
    return await _answer(api, request, made, 201)


@handles("add_charge")
async def add_charge(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.ChargePost)
    titles = charges.titles_of({"title": wish.title, "title_en": wish.title_en})
    amount = charges.amount_of(wish.amount)
    made = await api.office.billing.statements.charge(
        user_of(request), wish.customer, wish.day, titles, amount, wish.key
    )
    return answer(_charge(charges.line_of(made), language_of(request)), 201)


@handles("finalise_month")
async def finalise_month(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.MonthPost)
    done = await api.office.billing.statements.finalise_month(
        user_of(request), months.parse(wish.month)
    )
    return answer(s.Page([_finalised(each, language_of(request)) for each in done]))


@handles("month_progress")
async def month_progress(api: Api, request: web.Request) -> web.StreamResponse:
    now = api.office.billing.statements.progress(month_of(request))
    return answer(t.MonthProgress(now is not None, now.done if now else 0, now.total if now else 0))


def _finalised(done: Finalised, language: str) -> t.FinalisedView:
    return t.FinalisedView(
        customer_id=done.customer_id,
        customer=done.customer,
        id=done.document.id if done.document else None,
        number=done.document.number if done.document else None,
        error_id=done.refusal.error_id if done.refusal else None,
        detail=done.refusal.text(language) if done.refusal else None,
    )


async def _answer(
    api: Api, request: web.Request, found: Draft | Document, status: int = 200
) -> web.Response:
    document = found if isinstance(found, Document) else None
    draft = found if isinstance(found, Draft) else None
    statement = found.statement
    amount = statement.totals.amount_cents
    before = document.before_cents if document else None
    by = await api.directory.user(document.by) if document else None
    view = t.StatementView(
        id=document.id if document else draft_id(statement),
        number=document.number if document else None,
        state="draft" if document is None else "corrected" if document.corrected_by else "final",
        customer_id=statement.customer_id,
        customer=statement.customer,
        address=list(found.receiver.address),
        language=found.receiver.language,
        month=str(statement.month),
        rate_per_hour=rate_text(statement.rate_cents),
        lines=[_line(line) for line in statement.lines],
        charges=[_charge(charge, language_of(request)) for charge in statement.charges],
        totals=_totals(statement.totals),
        open_findings=draft.open_findings if draft else 0,
        open_calls=draft.open_calls if draft else 0,
        corrects=document.corrects if document else None,
        corrects_number=document.corrects_number if document else None,
        before=rate_text(before),
        difference=None if None in (amount, before) else cents.euros((amount or 0) - (before or 0)),
        corrected_by=document.corrected_by if document else None,
        reason=document.reason if document else "",
        by=by.name if by else None,
        at=document.at if document else None,
    )
    return answer(view, status)


def _line(line: Line) -> t.LineView:
    return t.LineView(
        task=line.task,
        title=line.title,
        area=line.area.value,
        factor=metering.factor_text(line.factor),
        calls=line.calls,
        talk_ms=line.talk_ms,
        platform_ms=line.platform_ms,
        de_ms=line.de_ms,
        eu_ms=line.eu_ms,
        included_ms=line.included_ms,
        over=line.over,
        work_minutes=line.work_minutes,
        exact_minutes=metering.thousandths_text(line.exact_thousandths),
        booked_minutes=line.booked_minutes,
        booked=metering.hours(line.booked_minutes),
        amount=rate_text(line.amount_cents),
    )


def _charge(charge: ChargeLine, language: str) -> t.ChargeView:
    amount = cents.euros(charge.amount_cents)
    return t.ChargeView(charge.day, charge.key, charge.title(language), amount)


def _totals(sums: Totals) -> t.TotalsView:
    return t.TotalsView(
        tasks=sums.tasks,
        calls=sums.calls,
        talk_ms=sums.talk_ms,
        platform_ms=sums.platform_ms,
        included_ms=sums.included_ms,
        work_minutes=sums.work_minutes,
        booked_minutes=sums.booked_minutes,
        booked=metering.hours(sums.booked_minutes),
        charges=cents.euros(sums.charges_cents),
        amount=rate_text(sums.amount_cents),
    )


# ------------------------------------------------------------------ the calls behind a line


@handles("statement_calls")
async def statement_calls(api: Api, request: web.Request) -> web.StreamResponse:
    month: Month = (await statement_of(api, request)).statement.month
    task = request.query.get("task", "")
    found, following = await api.office.billing.statements.calls(task, month, *paging(request))
    people = {user.id: user for user in await api.directory.users()}
    return answer(s.Page([_call(each, people) for each in found], following))


def _call(record: CallRecord, people: dict[str, User]) -> t.StatementCall:
    user = people.get(record.user_id or "")
    return t.StatementCall(
        id=record.id,
        offered_at=record.offered.at,
        direction=record.direction.value,
        user_name=user.name if user else "",
        number=masked(record.number),
        country=record.country,
        zone=record.zone.value if record.zone else None,
        talk_ms=record.talk_ms,
        platform_ms=record.platform_ms,
    )


def masked(number: str | None) -> str | None:
    """Without its last four digits: a bill needs to know where, not whom (D6)."""
    return None if number is None else number[: max(3, len(number) - 4)] + "····"
