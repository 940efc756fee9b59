"""Placing, answering, holding, handing over, ending, listing calls."""

from enum import StrEnum

from aiohttp import web
from msgspec import UNSET

from pbx.domain.records import Direction, Outcome
from pbx.domain.rights import Right, may
from pbx.errors import BadRequest, Conflict
from pbx.services.calls import PlaceRequest, TransferWish
from pbx.services.ports import CallFilter, CallView
from pbx.services.voice import account_of
from pbx.web import desk_schemas as d
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import (
    Api,
    answer,
    body,
    caller_of,
    handles,
    paging,
    user_of,
    when,
)
from pbx.web.call_views import render_call, render_calls

MAX_QUERY = 200


async def _view(api: Api, request: web.Request, view: CallView, status: int = 200) -> web.Response:
    return answer(await render_call(api, view, caller_of(request)), status)


@handles("place_call")
async def place_call(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.CallRequest)
    caller = caller_of(request)
    view, new = await api.calls.place(
        caller.user,
        PlaceRequest(
            wish.number, wish.country, wish.task, wish.key, wish.colleague, wish.consult_of
        ),
    )
    await api.voice.ensure(caller.user.id, caller.secret)
    return await _view(api, request, view, 201 if new else 200)


@handles("list_calls")
async def list_calls(api: Api, request: web.Request) -> web.StreamResponse:
    cursor, limit = paging(request)
    user = user_of(request)
    user_id: str | None = user.id
    if may(user, Right.CALLS):
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
        direction=_direction(request),
        outcomes=_outcomes(request),
        query=request.query.get("query", "")[:MAX_QUERY],
        reader_id=user.id,
    )
    views, following = await api.desk.history.find(which, cursor, limit)
    return answer(s.Page(await render_calls(api, views, caller_of(request)), following))


def _number(request: web.Request) -> str | None:
    """The number filter; in a query string a plus may have become a space."""
    raw = request.query.get("number", "").strip()
    return "+" + raw.lstrip("+") if raw else None


def _outcomes(request: web.Request) -> tuple[Outcome, ...]:
    """One, or several with commas between them."""
    raw = request.query.get("outcome", "")
    try:
        return tuple(Outcome(part.strip()) for part in raw.split(",") if part.strip())
    except ValueError as e:
        raise _unknown_word("outcome", Outcome) from e


def _direction(request: web.Request) -> Direction | None:
    raw = request.query.get("direction", "")
    try:
        return Direction(raw) if raw else None
    except ValueError as e:
        raise _unknown_word("direction", Direction) from e


def _unknown_word(name: str, words: type[StrEnum]) -> BadRequest:
    known = ", ".join(words)
    return BadRequest("bad-filter", f"{name}: möglich sind {known}.", f"{name}: it may be {known}.")


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


# ------------------------------------------------------------------ holding, handing over


@handles("hold_call")
async def hold_call(api: Api, request: web.Request) -> web.StreamResponse:
    view = await api.calls.hold(user_of(request), request.match_info["id"])
    return await _view(api, request, view)


@handles("resume_call")
async def resume_call(api: Api, request: web.Request) -> web.StreamResponse:
    view = await api.calls.resume(user_of(request), request.match_info["id"])
    return await _view(api, request, view)


@handles("transfer_call")
async def transfer_call(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.TransferRequest)
    view = await api.calls.transfer(
        user_of(request),
        request.match_info["id"],
        TransferWish(wish.number, wish.country, wish.colleague, wish.key),
    )
    return await _view(api, request, view)


@handles("take_back_call")
async def take_back_call(api: Api, request: web.Request) -> web.StreamResponse:
    view = await api.calls.take_back(user_of(request), request.match_info["id"])
    return await _view(api, request, view)


@handles("complete_transfer")
async def complete_transfer(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.OtherCall)
    view = await api.calls.complete(user_of(request), request.match_info["id"], wish.other)
    return await _view(api, request, view)


@handles("join_calls")
async def join_calls(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.OtherCall)
    view = await api.calls.join(user_of(request), request.match_info["id"], wish.other)
    return await _view(api, request, view)


# ------------------------------------------------------------------ sound


@handles("call_sound")
async def call_sound(api: Api, request: web.Request) -> web.StreamResponse:
    try:
        leg = api.calls.leg_of(user_of(request), request.match_info["id"])
    except Conflict:  # the leg is not there (yet)
        return answer(d.Sound(None))
    return answer(d.Sound(await api.checks.received_packets(leg)))


@handles("start_check")
async def start_check(api: Api, request: web.Request) -> web.StreamResponse:
    caller = caller_of(request)
    await api.voice.ensure(caller.user.id, caller.secret)
    call_id = api.checks.start(caller.user.id)
    voice = render.voice(call_id, account_of(caller.secret))
    return answer(d.CheckCall(call_id, voice), 201)
