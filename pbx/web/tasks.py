"""Tasks, work time, phone share, metered seconds, budget."""

import csv
import io

from aiohttp import web

from pbx.domain import metering
from pbx.domain.records import Area, Task, TaskSeconds, Zone
from pbx.errors import BadRequest
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, is_management, user_of, when

MAX_ID = 100


@handles("list_tasks")
async def list_tasks(api: Api, request: web.Request) -> web.StreamResponse:
    query = request.query.get("query", "")
    user = user_of(request)
    found = await (
        api.work.all_tasks(query) if is_management(user) else api.work.tasks(user, query)
    )
    return answer(s.Page([render.task(task) for task in found]))


@handles("put_task")
async def put_task(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.TaskPut)
    external_id = request.match_info["external_id"]
    if len(external_id) > MAX_ID:
        raise BadRequest(
            "bad-task-id",
            f"Die Kennung einer Aufgabe hat höchstens {MAX_ID} Zeichen.",
            f"A task's id has at most {MAX_ID} characters.",
        )
    task = Task(
        external_id=external_id,
        title=wish.title,
        customer=wish.customer,
        area=Area(wish.area),
        budget_minutes=wish.budget_minutes,
        assignees=tuple(wish.assignees),
    )
    new = await api.work.put_task(task)
    return answer(render.task(await api.work.task(external_id)), 201 if new else 200)


@handles("put_work_time")
async def put_work_time(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.WorkTimePut)
    task = request.match_info["external_id"]
    await api.work.put_work_time(task, wish.user, wish.day, wish.minutes)
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


@handles("task_seconds_csv")
async def task_seconds_csv(api: Api, request: web.Request) -> web.StreamResponse:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            "task",
            "title",
            "customer",
            "area",
            "calls",
            "talk_seconds",
            "platform_seconds",
            "talk_seconds_de",
            "talk_seconds_eu",
        ]
    )
    for task, sums in await _seconds(api, request):
        row = [
            sums.task,
            task.title if task else "",
            task.customer if task else "",
            task.area.value if task else "",
        ]
        writer.writerow(
            [
                *(_cell(text) for text in row),
                sums.calls,
                metering.seconds_text(sums.talk_ms),
                metering.seconds_text(sums.platform_ms),
                metering.seconds_text(sums.by_zone_ms.get(Zone.DE, 0)),
                metering.seconds_text(sums.by_zone_ms.get(Zone.EU, 0)),
            ]
        )
    return web.Response(
        # The mark lets spreadsheet programs see that it is UTF-8.
        body=b"\xef\xbb\xbf" + text.getvalue().encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="task-seconds.csv"'},
    )


def _cell(text: str) -> str:
    """A spreadsheet would run a text that begins like a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


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
