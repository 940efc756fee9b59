"""Placing, answering, holding, handing over, ending, listing calls."""

from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web
from msgspec import UNSET

from pbx.domain.records import User
from pbx.domain.rights import Right, may
from pbx.errors import Conflict
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
)
from pbx.web.call_search import call_search
from pbx.web.call_views import render_call, render_calls


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
    which = await call_search(api, request)
    if not may(user, Right.CALLS):
        which = replace(which or CallFilter(), user_id=user.id)
    if which is None:
        return answer(s.Page([]))
    views, following = await api.desk.history.find(which, cursor, limit)
    return answer(s.Page(await render_calls(api, views, caller_of(request)), following))


@handles("get_call")
async def get_call(api: Api, request: web.Request) -> web.StreamResponse:
    caller = caller_of(request)
    view, entries = await api.calls.get(caller.user, request.match_info["id"])
    people = {user.id: user for user in await api.directory.users()}
    watches = may(caller.user, Right.CALLS)
    measured = await api.desk.quality.of_call(view.record.id) if watches else []
    return answer(
        s.CallWithTimeline(
            call=await render_call(api, view, caller),
            timeline=render.timeline(entries, people, caller.user.language),
            quality=[render.call_quality(each, people) for each in measured],
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
    user, call_id = user_of(request), request.match_info["id"]
    about = _somebody_elses(api, user, call_id)
    view = await api.calls.hang_up(user, call_id)
    if about:
        await _note(api, user, "call.hung_up", call_id, about)
    return await _view(api, request, view)


@handles("dtmf")
async def dtmf(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.DtmfRequest)
    await api.calls.send_digits(user_of(request), request.match_info["id"], wish.digits)
    return web.Response(status=204)


def _somebody_elses(api: Api, user: User, call_id: str) -> dict[str, str | None] | None:
    """What the audit log says of a call in which management takes a hand; None of one's own,
    and of one that is over."""
    actor = api.board.find_actor(call_id)
    if actor is None or actor.ended:
        return None
    call = actor.call
    if user.id in (call.facts.user_id, *call.members, *call.offered_to):
        return None
    return {"user_id": call.facts.user_id, "task": call.facts.task, "number": call.facts.number}


async def _note(
    api: Api, user: User, action: str, call_id: str, about: dict[str, str | None]
) -> None:
    now = datetime.now(UTC)
    await api.office.audit.note(action, call_id, by=user.id, at=now, after=about)


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
    user, call_id = user_of(request), request.match_info["id"]
    about = _somebody_elses(api, user, call_id)
    view = await api.calls.transfer(
        user, call_id, TransferWish(wish.number, wish.country, wish.colleague, wish.key)
    )
    if about:
        await _note(api, user, "call.transferred", call_id, {**about, "to": wish.colleague})
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
