"""Asking for a locked country, and answering (N6)."""

from collections.abc import Mapping

from aiohttp import web

from pbx.domain.desk import CountryRequest
from pbx.domain.records import User
from pbx.web import desk_schemas as d
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of


@handles("list_country_requests")
async def list_country_requests(api: Api, request: web.Request) -> web.StreamResponse:
    open_only = request.query.get("open") == "1"
    found, following = await api.desk.country_requests.find(
        user_of(request), open_only, *paging(request)
    )
    people = {user.id: user for user in await api.directory.users()}
    titles = await api.directory.task_titles({asked.task for asked in found if asked.task})
    language = language_of(request)
    items = [render_request(api, asked, people, titles, language) for asked in found]
    return answer(s.Page(items, following))


@handles("request_country")
async def request_country(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.CountryRequestPut)
    asked, new = await api.desk.country_requests.ask(
        user_of(request), wish.country, wish.task, wish.reason
    )
    return await _one(api, request, asked, 201 if new else 200)


@handles("approve_country")
async def approve_country(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.CountryRequestAnswer)
    which = request.match_info["id"]
    decided = await api.desk.country_requests.approve(user_of(request), which, wish.text)
    return await _one(api, request, decided)


@handles("refuse_country")
async def refuse_country(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.CountryRequestAnswer)
    which = request.match_info["id"]
    decided = await api.desk.country_requests.refuse(user_of(request), which, wish.text)
    return await _one(api, request, decided)


async def _one(
    api: Api, request: web.Request, asked: CountryRequest, status: int = 200
) -> web.Response:
    return answer(await country_request_view(api, asked, language_of(request)), status)


async def country_request_view(
    api: Api, asked: CountryRequest, language: str
) -> d.CountryRequestView:
    people = {user.id: user for user in await api.directory.users()}
    titles = await api.directory.task_titles({asked.task} if asked.task else set())
    return render_request(api, asked, people, titles, language)


def render_request(
    api: Api,
    asked: CountryRequest,
    people: Mapping[str, User],
    titles: Mapping[str, str],
    language: str,
) -> d.CountryRequestView:
    by, decider = people.get(asked.user_id), people.get(asked.decided_by or "")
    return d.CountryRequestView(
        id=asked.id,
        country=asked.country,
        country_name=api.outbound.country_name(asked.country, language),
        task=asked.task,
        task_title=titles.get(asked.task),
        reason=asked.reason,
        state=asked.state.value,
        answer=asked.answer,
        by=by.email if by else "",
        by_name=by.name if by else "",
        created_at=asked.created_at,
        decided_at=asked.decided_at,
        decided_by=decider.name if decider else None,
    )
