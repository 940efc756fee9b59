"""Asking for a number of one's own, and answering (F06)."""

from aiohttp import web

from pbx.domain.inventory import NumberRequest
from pbx.web import number_schemas as n
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.number_views import NumberViews


@handles("list_number_requests")
async def list_number_requests(api: Api, request: web.Request) -> web.StreamResponse:
    open_only = request.query.get("open") == "1"
    found, following = await api.office.number_requests.find(
        user_of(request), open_only, *paging(request), mine=request.query.get("mine") == "1"
    )
    views = await NumberViews.of(api, language_of(request))
    return answer(s.Page([views.request(asked) for asked in found], following))


@handles("request_number")
async def request_number(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.NumberRequestPost)
    asked, new = await api.office.number_requests.ask(user_of(request), wish.reason)
    return await _one(api, request, asked, 201 if new else 200)


@handles("approve_number_request")
async def approve_number_request(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.NumberRequestApproval)
    which = request.match_info["id"]
    decided = await api.office.number_requests.approve(
        user_of(request), which, wish.e164, wish.text
    )
    return await _one(api, request, decided)


@handles("refuse_number_request")
async def refuse_number_request(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.NumberRequestRefusal)
    which = request.match_info["id"]
    decided = await api.office.number_requests.refuse(user_of(request), which, wish.text)
    return await _one(api, request, decided)


async def _one(
    api: Api, request: web.Request, asked: NumberRequest, status: int = 200
) -> web.Response:
    return answer((await NumberViews.of(api, language_of(request))).request(asked), status)
