"""Asking for a locked country, and answering (N6)."""

from collections.abc import Mapping

from aiohttp import web

from pbx.domain.desk import CountryRequest
from pbx.domain.moments import berlin
from pbx.domain.records import User
from pbx.domain.unlocks import Unlock, Used
from pbx.services.country_requests import Grant, Scope
from pbx.web import country_schemas as c
from pbx.web import desk_schemas as d
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.unlocks import zoned


@handles("list_country_requests")
async def list_country_requests(api: Api, request: web.Request) -> web.StreamResponse:
    open_only = request.query.get("open") == "1"
    found, following = await api.desk.country_requests.find(
        user_of(request), open_only, *paging(request)
    )
    people = {user.id: user for user in await api.directory.users()}
    titles = await api.directory.task_titles({asked.task for asked in found if asked.task})
    language = language_of(request)
    granted = await api.desk.country_requests.granted(found)
    items = [
        render_request(api, asked, people, titles, language, granted.get(asked.id))
        for asked in found
    ]
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
    wish = await body(request, c.CountryAnswer)
    which = request.match_info["id"]
    decided = await api.desk.country_requests.approve(
        user_of(request), which, wish.text, grant_of(wish)
    )
    return await _one(api, request, decided)


@handles("refuse_country")
async def refuse_country(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.CountryRequestAnswer)
    which = request.match_info["id"]
    decided = await api.desk.country_requests.refuse(user_of(request), which, wish.text)
    return await _one(api, request, decided)


def grant_of(wish: c.CountryAnswer | c.LinkedAnswer) -> Grant:
    return Grant(Scope(wish.scope), zoned("until", wish.until), wish.cap_minutes)


async def _one(
    api: Api, request: web.Request, asked: CountryRequest, status: int = 200
) -> web.Response:
    return answer(await country_request_view(api, asked, language_of(request)), status)


async def country_request_view(
    api: Api, asked: CountryRequest, language: str
) -> d.CountryRequestView:
    people = {user.id: user for user in await api.directory.users()}
    titles = await api.directory.task_titles({asked.task} if asked.task else set())
    granted = await api.desk.country_requests.granted([asked])
    return render_request(api, asked, people, titles, language, granted.get(asked.id))


def render_request(
    api: Api,
    asked: CountryRequest,
    people: Mapping[str, User],
    titles: Mapping[str, str],
    language: str,
    granted: Used | None,
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
        granted=granted_text(granted.unlock, asked, titles, language) if granted else None,
    )


def granted_text(
    unlock: Unlock, asked: CountryRequest, titles: Mapping[str, str], language: str
) -> str:
    """For whom and until when, as the person who asked reads it."""
    german = language.startswith("de")
    parts = []
    if unlock.task:
        task = titles.get(unlock.task, unlock.task)
        parts.append(f"nur für die Aufgabe {task}" if german else f"only for the task {task}")
    if unlock.user_id:
        parts.append("nur für Sie" if german else "only for you")
    if unlock.until:
        end = berlin(unlock.until, language)
        parts.append(f"bis {end}" if german else f"until {end}")
    if unlock.cap_minutes is not None:
        cap = unlock.cap_minutes
        parts.append(f"höchstens {cap} Minuten" if german else f"{cap} minutes at most")
    return ", ".join(parts)


# ------------------------------------------------------------------ by a link in a mail


@handles("linked_country_request")
async def linked_country_request(api: Api, request: web.Request) -> web.StreamResponse:
    person, asked = await api.office.countries.linked(request.match_info["token"])
    return answer(await _linked(api, person, asked))


@handles("decide_linked_request")
async def decide_linked_request(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, c.LinkedAnswer)
    person, asked = await api.office.countries.linked(request.match_info["token"])
    requests = api.desk.country_requests
    if wish.decision == "approve":
        decided = await requests.approve(person, asked.id, wish.text, grant_of(wish))
    else:
        decided = await requests.refuse(person, asked.id, wish.text)
    return answer(await _linked(api, person, decided))


async def _linked(api: Api, person: User, asked: CountryRequest) -> c.LinkedRequest:
    view = await country_request_view(api, asked, person.language)
    return c.LinkedRequest(
        id=view.id,
        country=view.country,
        country_name=view.country_name,
        by_name=view.by_name,
        task=view.task,
        task_title=view.task_title,
        reason=view.reason,
        created_at=view.created_at,
        state=view.state,
        answer=view.answer,
        holder_name=person.name,
    )
