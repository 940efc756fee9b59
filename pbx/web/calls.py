"""Placing, answering, ending, listing calls."""

from aiohttp import web
from msgspec import UNSET

from pbx.services.calls import PlaceRequest
from pbx.services.ports import CallFilter, CallView
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import (
    Api,
    answer,
    body,
    caller_of,
    handles,
    is_management,
    paging,
    user_of,
    when,
)
from pbx.web.live import render_call


async def _view(api: Api, request: web.Request, view: CallView, status: int = 200) -> web.Response:
    return answer(await render_call(api, view, caller_of(request)), status)


@handles("place_call")
async def place_call(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.CallRequest)
    caller = caller_of(request)
    view, new = await api.calls.place(
        caller.user, PlaceRequest(wish.number, wish.country, wish.task, wish.key)
    )
    await api.voice.ensure(caller.user.id, caller.secret)
    return await _view(api, request, view, 201 if new else 200)


@handles("list_calls")
async def list_calls(api: Api, request: web.Request) -> web.StreamResponse:
    cursor, limit = paging(request)
    user = user_of(request)
    user_id: str | None = user.id
    if is_management(user):
        email = request.query.get("user")
        wanted = await api.directory.user_by_email(email) if email else None
        if email and wanted is None:
            return answer(s.Page([]))
        user_id = wanted.id if wanted else None
    which = CallFilter(
        since=when(request, "from"),
        until=when(request, "to"),
        user_id=user_id,
        task=request.query.get("task") or None,
        number=_number(request),
        open_only=request.query.get("open") == "1",
    )
    views, following = await api.calls.find(which, cursor, limit)
    items = [await render_call(api, view, caller_of(request)) for view in views]
    return answer(s.Page(items, following))


def _number(request: web.Request) -> str | None:
    """The number filter; in a query string a plus may have become a space."""
    raw = request.query.get("number", "").strip()
    return "+" + raw.lstrip("+") if raw else None


@handles("get_call")
async def get_call(api: Api, request: web.Request) -> web.StreamResponse:
    caller = caller_of(request)
    view, entries = await api.calls.get(caller.user, request.match_info["id"])
    people = {user.id: user for user in await api.directory.users()}
    return answer(
        s.CallWithTimeline(
            call=await render_call(api, view, caller),
            timeline=render.timeline(entries, people, caller.user.language),
        )
    )


@handles("answer_call")
async def answer_call(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.AnswerRequest) if request.can_read_body else s.AnswerRequest()
    caller = caller_of(request)
    task = None if wish.task is UNSET else wish.task
    await api.voice.ensure(caller.user.id, caller.secret)
    view = await api.calls.answer(caller.user, request.match_info["id"], task)
    return await _view(api, request, view)


@handles("decline_call")
async def decline_call(api: Api, request: web.Request) -> web.StreamResponse:
    view = await api.calls.decline(user_of(request), request.match_info["id"])
    return await _view(api, request, view)


@handles("hang_up_call")
async def hang_up_call(api: Api, request: web.Request) -> web.StreamResponse:
    view = await api.calls.hang_up(user_of(request), request.match_info["id"])
    return await _view(api, request, view)


@handles("dtmf")
async def dtmf(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.DtmfRequest)
    await api.calls.send_digits(user_of(request), request.match_info["id"], wish.digits)
    return web.Response(status=204)
