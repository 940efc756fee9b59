"""Tasks for management: what they were booked with, their work times, files of both."""

from datetime import datetime

from aiohttp import web

from pbx.domain import customer_files, metering, months
from pbx.domain.audit import ChangeFilter
from pbx.domain.months import Month
from pbx.domain.records import Area, TaskState
from pbx.domain.statistics import BERLIN
from pbx.services.billing_ports import BookedTask, TaskFilter
from pbx.web import billing_schemas as b
from pbx.web import schemas as s
from pbx.web.api import Api, answer, handles, language_of, paging, user_of
from pbx.web.audit import change_view
from pbx.web.customers import csv_answer, file_of, import_answer, is_german


@handles("list_booked_tasks")
async def list_booked_tasks(api: Api, request: web.Request) -> web.StreamResponse:
    query = request.query
    area, state = query.get("area", ""), query.get("state", "")
    which = TaskFilter(
        query=query.get("query", "")[:200],
        customer_id=query.get("customer") or None,
        area=customer_files.one_of(area, {each.value: each for each in Area}) if area else None,
        state=(
            customer_files.one_of(state, {each.value: each for each in TaskState})
            if state
            else None
        ),
    )
    found, following = await api.office.billing.bookings.find(which, *paging(request))
    return answer(s.Page([_view(each) for each in found], following))


@handles("get_booked_task")
async def get_booked_task(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(_view(await api.office.billing.bookings.get(request.match_info["external_id"])))


def _view(booked: BookedTask) -> b.BookedTask:
    task = booked.task
    found = metering.factors(task.area, booked.factors) if booked.factors else None
    zone = metering.zone_of(task.area)
    return b.BookedTask(
        external_id=task.external_id,
        title=task.title,
        customer=task.customer,
        customer_id=booked.customer_id,
        area=task.area.value,
        zone=zone.value if zone else None,
        budget_minutes=task.budget_minutes,
        assignees=list(task.assignees),
        own=task.own,
        state=task.state.value,
        factor=metering.factor_text(found.customer) if found else None,
        pay_factor=metering.factor_text(found.pay) if found else None,
        factors_valid_from=booked.factors.valid_from if booked.factors else None,
    )


@handles("task_history")
async def task_history(api: Api, request: web.Request) -> web.StreamResponse:
    task = await api.office.billing.bookings.get(request.match_info["external_id"])
    which = ChangeFilter(kind="task", subject=task.task.external_id)
    found, following = await api.office.audit.find(which, *paging(request))
    people = {user.id: user for user in await api.directory.users()}
    language = language_of(request)
    return answer(s.Page([change_view(each, people, language) for each in found], following))


def month_of(request: web.Request) -> Month:
    """The month asked for, or the one that is under way in Berlin."""
    text = request.query.get("month", "")
    return months.parse(text) if text else Month.of(datetime.now(BERLIN).date())


@handles("list_work_times")
async def list_work_times(api: Api, request: web.Request) -> web.StreamResponse:
    month = month_of(request)
    found = await api.office.billing.bookings.work_times(
        request.match_info["external_id"], month.first, month.last
    )
    people = {user.id: user for user in await api.directory.users()}
    views = []
    for time in found:
        user = people.get(time.user_id)
        views.append(
            b.WorkTimeView(
                user.email if user else "", user.name if user else "", time.day, time.minutes
            )
        )
    return answer(s.Page(views))


# ------------------------------------------------------------------ files


@handles("import_tasks")
async def import_tasks(api: Api, request: web.Request) -> web.StreamResponse:
    data, dry_run = await file_of(request)
    done = await api.office.billing.bookings.import_tasks(user_of(request), data, dry_run=dry_run)
    return import_answer(request, done, dry_run=dry_run)


@handles("import_work_times")
async def import_work_times(api: Api, request: web.Request) -> web.StreamResponse:
    data, dry_run = await file_of(request)
    done = await api.office.billing.bookings.import_work(user_of(request), data, dry_run=dry_run)
    return import_answer(request, done, dry_run=dry_run)


@handles("export_tasks")
async def export_tasks(api: Api, request: web.Request) -> web.StreamResponse:
    return csv_answer(
        "tasks.csv", await api.office.billing.bookings.export(german=is_german(request))
    )
