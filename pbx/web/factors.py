"""The table of factors, and the factor guard."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from aiohttp import web

from pbx.domain import cents, csv_tables, metering, months
from pbx.domain.factor_guard import Closing
from pbx.domain.records import Area, FactorRow, User
from pbx.domain.statistics import BERLIN
from pbx.services.billing_ports import CloseWish, FactorsInUse, GuardView
from pbx.web import schemas as s
from pbx.web import statement_schemas as t
from pbx.web.api import Api, answer, body, handles, paging, user_of
from pbx.web.bookings import month_of
from pbx.web.customers import rate_text
from pbx.web.slices import slice_of

NAMES = (
    "base_backoffice",
    "base_sales",
    "surcharge_de",
    "surcharge_eu",
    "pay_backoffice",
    "pay_sales",
)


@handles("list_factors")
async def list_factors(api: Api, request: web.Request) -> web.StreamResponse:
    return _factors(await api.office.billing.factors.all())


@handles("put_factors")
async def put_factors(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.FactorSet)
    values = {name: metering.parse_factor(getattr(wish, name)) for name in NAMES}
    row = FactorRow(wish.valid_from, **values)
    return _factors(await api.office.billing.factors.put(user_of(request), row))


@handles("remove_factors")
async def remove_factors(api: Api, request: web.Request) -> web.StreamResponse:
    day = csv_tables.day_of(request.match_info["valid_from"])
    return _factors(await api.office.billing.factors.remove(user_of(request), day))


def _factors(found: Sequence[FactorsInUse]) -> web.Response:
    today = datetime.now(BERLIN).date()
    valid = [each.row.valid_from for each in found if each.row.valid_from <= today]
    current = max(valid, default=None)
    return answer(s.Page([_factor_set(each, current) for each in found]))


def _factor_set(found: FactorsInUse, current: date | None) -> t.FactorsView:
    row = found.row
    planned = current is None or row.valid_from > current
    areas = [(area, metering.factors(area, row)) for area in Area]
    return t.FactorsView(
        valid_from=row.valid_from,
        state="planned" if planned else "current" if row.valid_from == current else "past",
        tasks=found.tasks,
        areas=[
            t.AreaFactors(area.value, metering.factor_text(f.customer), metering.factor_text(f.pay))
            for area, f in areas
        ],
        **{name: metering.factor_text(getattr(row, name)) for name in NAMES},
    )


# ------------------------------------------------------------------ the factor guard


@handles("factor_guard")
async def factor_guard(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.office.billing.guard.month(
        month_of(request), request.query.get("customer") or None
    )
    shown = [v for v in found if v.closed is None or request.query.get("state") != "open"]
    cursor, limit = paging(request)
    page, following = slice_of(shown, lambda view: view.finding.task, cursor, limit)
    return await _findings(api, page, found, following)


@handles("close_finding")
async def close_finding(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.FindingClose)
    month = months.parse(wish.month)
    left = await api.office.billing.guard.close(
        user_of(request),
        CloseWish(wish.task, month, Area(wish.right_area), Closing(wish.how), wish.reason.strip()),
        wish.tell,
    )
    return await _findings(api, [left] if left else [], await api.office.billing.guard.month(month))


async def _findings(
    api: Api, page: Sequence[GuardView], found: Sequence[GuardView], following: str | None = None
) -> web.Response:
    people = {user.id: user for user in await api.directory.users()}
    opened = [view.finding for view in found if view.closed is None]
    risks = [each.risk_cents for each in opened if each.risk_cents is not None]
    return answer(
        t.FindingPage(
            items=[_finding(view, people) for view in page],
            open=len(opened),
            risk=cents.euros(sum(risks)) if risks or not opened else None,
            next=following,
        )
    )


def _finding(view: GuardView, people: dict[str, User]) -> t.FindingView:
    found, closed = view.finding, view.closed
    user = people.get(closed.by) if closed else None
    return t.FindingView(
        task=found.task,
        title=found.title,
        customer_id=found.customer_id,
        customer=view.customer,
        month=str(found.month),
        mismatch=found.mismatch.value,
        booked_area=found.booked_area.value,
        booked_factor=metering.factor_text(found.booked_factor),
        right_area=found.right_area.value,
        right_factor=metering.factor_text(found.right_factor),
        calls=found.calls,
        talk_ms=found.talk_ms,
        wrong_ms=found.wrong_ms,
        work_minutes=found.work_minutes,
        risk=rate_text(found.risk_cents),
        state=_state(closed.how if closed else None),
        reason=closed.reason if closed else "",
        closed_by=user.name if user else None,
        closed_at=closed.at if closed else None,
    )


def _state(how: Closing | None) -> Literal["open", "informed", "accepted"]:
    """A corrected finding is none any more."""
    match how:
        case Closing.INFORMED:
            return "informed"
        case Closing.ACCEPTED:
            return "accepted"
        case _:
            return "open"
