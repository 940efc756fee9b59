"""Countries: which are open, unlocks for somebody, refused calls."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiohttp import web
from msgspec import UNSET

from pbx.domain import numbers
from pbx.domain.records import Country, Zone
from pbx.domain.rights import Right, may
from pbx.domain.unlocks import Used
from pbx.errors import BadRequest, NotFound
from pbx.services.country_office import UnlockWish
from pbx.web import country_schemas as c
from pbx.web import schemas as s
from pbx.web.api import (
    Api,
    answer,
    body,
    handles,
    language_of,
    paging,
    user_of,
    whole_number,
)

MOST_DAYS = 366


@handles("list_countries")
async def list_countries(api: Api, request: web.Request) -> web.StreamResponse:
    user, language = user_of(request), language_of(request)
    known = await api.outbound.countries()
    opened = await api.outbound.countries_for(user)
    everything = may(user, Right.COUNTRIES)
    found = [
        country_view(api, known[code], language, open_to_me=opened[code].allowed)
        for code in known
        if everything or opened[code].allowed
    ]
    return answer(s.Page(sorted(found, key=lambda c: (not c.allowed, c.name))))


@handles("put_country")
async def put_country(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.CountryPut)
    known = await api.directory.country(wish.code)
    if known is None:
        raise NotFound(
            "unknown-country",
            f"Das Land {wish.code} gibt es in der Liste nicht.",
            f"There is no country {wish.code} on the list.",
        )
    zone = known.zone if wish.zone is UNSET else Zone(wish.zone)
    country = Country(wish.code, zone, wish.allowed)
    await api.directory.put_country(country, user_of(request).id, datetime.now(UTC))
    if country.allowed:
        await api.desk.country_requests.unlocked(user_of(request), country.code)
    opened = await api.outbound.countries_for(user_of(request))
    view = country_view(api, country, language_of(request), open_to_me=opened[country.code].allowed)
    return answer(view)


def country_view(api: Api, country: Country, language: str, *, open_to_me: bool) -> s.CountryView:
    return s.CountryView(
        code=country.code,
        name=api.outbound.country_name(country.code, language),
        calling_code=numbers.calling_code(country.code),
        zone=country.zone.value,
        allowed=country.allowed,
        open_to_me=open_to_me,
    )


# ------------------------------------------------------------------ unlocks


@handles("list_unlocks")
async def list_unlocks(api: Api, request: web.Request) -> web.StreamResponse:
    found, following = await api.office.countries.find(
        request.query.get("country") or None,
        request.query.get("current") == "1",
        *paging(request),
    )
    views = await unlock_views(api, found, language_of(request))
    return answer(s.Page(views, following))


@handles("add_unlock")
async def add_unlock(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, c.UnlockPut)
    used = await api.office.countries.add(
        user_of(request),
        UnlockWish(
            country=wish.country,
            user=wish.user,
            task=wish.task,
            since=zoned("since", wish.since),
            until=zoned("until", wish.until),
            cap_minutes=wish.cap_minutes,
            note=wish.note,
        ),
    )
    return await _one(api, request, used, 201)


@handles("revoke_unlock")
async def revoke_unlock(api: Api, request: web.Request) -> web.StreamResponse:
    which = request.match_info["id"]
    return await _one(api, request, await api.office.countries.revoke(user_of(request), which))


@handles("restore_unlock")
async def restore_unlock(api: Api, request: web.Request) -> web.StreamResponse:
    which = request.match_info["id"]
    return await _one(api, request, await api.office.countries.restore(user_of(request), which))


async def _one(api: Api, request: web.Request, used: Used, status: int = 200) -> web.Response:
    (view,) = await unlock_views(api, [used], language_of(request))
    return answer(view, status)


async def unlock_views(api: Api, found: Sequence[Used], language: str) -> list[c.UnlockView]:
    people = {user.id: user for user in await api.directory.users()}
    titles = await api.directory.task_titles({u.unlock.task for u in found if u.unlock.task})
    now = api.office.countries.now

    def name(user_id: str | None) -> str | None:
        user = people.get(user_id or "")
        return user.name if user else None

    views = []
    for used in found:
        unlock = used.unlock
        user = people.get(unlock.user_id or "")
        views.append(
            c.UnlockView(
                id=unlock.id,
                country=unlock.country,
                country_name=api.outbound.country_name(unlock.country, language),
                state=used.state(now).value,
                user=user.email if user else None,
                user_name=user.name if user else None,
                task=unlock.task,
                task_title=titles.get(unlock.task) if unlock.task else None,
                since=unlock.since,
                until=unlock.until,
                cap_minutes=unlock.cap_minutes,
                used_seconds=used.used_ms / 1000,
                note=unlock.note,
                request_id=unlock.request_id,
                by_name=name(unlock.by),
                at=unlock.at,
                revoked_at=unlock.revoked_at,
                revoked_by=name(unlock.revoked_by),
            )
        )
    return views


def zoned(name: str, at: datetime | None) -> datetime | None:
    """Raises `BadRequest` (`bad-time`) for a time without its zone."""
    if at is not None and at.tzinfo is None:
        raise BadRequest(
            "bad-time",
            f"{name}: bitte als 2026-11-28T18:00:00+01:00 angeben.",
            f"{name}: please give it as 2026-11-28T18:00:00+01:00.",
        )
    return at


@handles("list_refused_calls")
async def list_refused_calls(api: Api, request: web.Request) -> web.StreamResponse:
    days = whole_number(request.query.get("days", "7"), MOST_DAYS)
    if days is None:
        raise BadRequest("bad-days", "days: 1 bis 366.", "days: 1 to 366.")
    people = {user.id: user for user in await api.directory.users()}
    language = language_of(request)
    found = await api.office.countries.refusals(days)
    return answer(
        s.Page(
            [
                c.RefusedCalls(
                    country=each.country,
                    country_name=api.outbound.country_name(each.country, language),
                    user=people[each.user_id].email,
                    user_name=people[each.user_id].name,
                    count=each.count,
                    last_day=each.last_day,
                )
                for each in found
                if each.user_id in people
            ]
        )
    )
