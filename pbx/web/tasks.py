"""Tasks, work time, phone share, metered seconds, budget."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from pbx.domain import metering
from pbx.domain.desk import UsersTask
from pbx.domain.records import Area, Task, TaskSeconds, TaskState, Zone
from pbx.domain.task_files import task_id
from pbx.errors import BadRequest
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, user_of, when
from pbx.web.spreadsheets import attachment, csv_text, dialect_of


@handles("list_tasks")
async def list_tasks(api: Api, request: web.Request) -> web.StreamResponse:
    query = request.query.get("query", "")
    found = await api.desk.notes.tasks(user_of(request), query)
    return answer(s.Page([_users(one) for one in found]))


def _users(one: UsersTask) -> s.TaskView:
    view = render.task(one.task)
    view.favourite, view.last_used_at = one.favourite, one.last_used_at
    return view


@handles("put_task")
async def put_task(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.TaskPut)
    external_id = task_id(request.match_info["external_id"])
    known = await api.directory.task(external_id)
    task = Task(
        external_id=external_id,
        title=wish.title,
        customer=wish.customer,
        area=Area(wish.area),
        budget_minutes=wish.budget_minutes,
        assignees=tuple(wish.assignees),
        own=known.own if known else False,
        state=TaskState(wish.state) if wish.state else known.state if known else TaskState.OPEN,
    )
    new = await api.work.put_task(user_of(request), task, undo=wish.undo)
    return answer(render.task(await api.work.task(external_id)), 201 if new else 200)


@handles("put_work_time")
async def put_work_time(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.WorkTimePut)
    task = request.match_info["external_id"]
    await api.work.put_work_time(user_of(request), task, wish.user, wish.day, wish.minutes)
    return answer(render.phone_share(await api.work.phone_share(task)))


@handles("phone_share")
async def phone_share(api: Api, request: web.Request) -> web.StreamResponse:
    task = request.match_info["external_id"]
    return answer(render.phone_share(await api.work.phone_share(task)))


async def _seconds(api: Api, request: web.Request) -> list[tuple[Task | None, TaskSeconds]]:
    task = request.query.get("task") or None
    return await api.work.seconds(task, when(request, "from"), when(request, "to"))


@handles("task_seconds")
async def task_seconds(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(
        s.Page(
            [
                s.TaskSecondsView(
                    task=sums.task,
                    title=task.title if task else "",
                    calls=sums.calls,
                    talk_seconds=sums.talk_ms / 1000,
                    platform_seconds=sums.platform_ms / 1000,
                    talk_seconds_de=sums.by_zone_ms.get(Zone.DE, 0) / 1000,
                    talk_seconds_eu=sums.by_zone_ms.get(Zone.EU, 0) / 1000,
                )
                for task, sums in await _seconds(api, request)
            ]
        )
    )


COLUMNS = (
    "task",
    "title",
    "customer",
    "area",
    "calls",
    "talk_seconds",
    "platform_seconds",
    "talk_seconds_de",
    "talk_seconds_eu",
)


@handles("task_seconds_csv")
async def task_seconds_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect = dialect_of(request)
    rows: list[Sequence[Any]] = [COLUMNS]
    for task, sums in await _seconds(api, request):
        about = (task.title, task.customer, task.area.value) if task else ("", "", "")
        zones = sums.by_zone_ms
        ms = (sums.talk_ms, sums.platform_ms, zones.get(Zone.DE, 0), zones.get(Zone.EU, 0))
        seconds = [metering.seconds_text(value).replace(".", dialect.decimal) for value in ms]
        rows.append([sums.task, *about, sums.calls, *seconds])
    since = when(request, "from")
    name = f"task-seconds-{since:%Y-%m-%d}.csv" if since else "task-seconds.csv"
    return web.Response(
        body=dialect.mark + csv_text(rows, dialect),
        content_type="text/csv",
        charset="utf-8",
        headers=attachment(name),
    )


@handles("budget")
async def budget(api: Api, request: web.Request) -> web.StreamResponse:
    try:
        area = Area(request.query.get("area", Area.BACKOFFICE))
    except ValueError as e:
        known = ", ".join(Area)
        raise BadRequest(
            "unknown-area", f"Bereich: einer von {known}.", f"Area: one of {known}."
        ) from e
    result = await api.work.budget(request.query.get("effective_minutes", ""), area)
    return answer(
        s.Budget(
            exact_minutes=metering.plain(result.exact),
            booked_minutes=result.booked_minutes,
            booked=result.booked,
            factor=metering.factor_text(result.factor),
        )
    )
