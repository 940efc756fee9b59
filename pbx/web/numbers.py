"""Checking a number, our own numbers, countries."""

from datetime import UTC, datetime

from aiohttp import web
from msgspec import UNSET

from pbx.domain import numbers
from pbx.domain.records import Country, Number, Zone
from pbx.domain.rights import Right, may
from pbx.errors import NotFound
from pbx.services.work import no_user
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, user_of

MAX_TYPED = 100


@handles("check_number")
async def check_number(api: Api, request: web.Request) -> web.StreamResponse:
    raw = request.query.get("number", "")[:MAX_TYPED]
    country = request.query.get("country", api.home_region)[:10]
    check = await api.outbound.examine(user_of(request), raw, country)
    dialled, refusal = check.dialled, check.refusal
    return answer(
        s.NumberCheck(
            e164=dialled.e164 if dialled else None,
            national=dialled.national if dialled else None,
            country=dialled.region if dialled else None,
            type=dialled.type.value if dialled else None,
            zone=check.zone.value if check.zone else None,
            allowed=refusal is None,
            error_id=refusal.error_id if refusal else None,
            detail=refusal.text(language_of(request)) if refusal else None,
            caller_id=check.caller_id,
            caller_id_printed=api.printed(check.caller_id) if check.caller_id else None,
        )
    )


@handles("list_numbers")
async def list_numbers(api: Api, request: web.Request) -> web.StreamResponse:
    people = {user.id: user for user in await api.directory.users()}
    return answer(
        s.Page(
            [render.number(n, people.get(n.user_id or "")) for n in await api.directory.numbers()]
        )
    )


@handles("put_number")
async def put_number(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.NumberPut)
    known = await api.directory.number(wish.e164)
    if wish.greeting:
        await api.greetings.prepare(wish.greeting)
    number = Number(
        e164=wish.e164,
        label=wish.label,
        user_id=known.user_id if known else None,
        ring_seconds=wish.ring_seconds,
        language=wish.language,
        greeting=wish.greeting,
        recipients=tuple(wish.recipients),
        show_as_caller_id=wish.show_as_caller_id,
        head_office=wish.e164 == api.head_office,
    )
    new = await api.directory.put_number(number)
    owner = await api.directory.user(number.user_id) if number.user_id else None
    return answer(render.number(number, owner), 201 if new else 200)


@handles("assign_number")
async def assign_number(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.Assign)
    user = await api.directory.user_by_email(wish.user) if wish.user else None
    if wish.user and user is None:
        raise no_user(wish.user)
    e164 = "+" + request.match_info["e164"].strip().lstrip("+")
    number = await api.directory.assign(
        e164, user.id if user else None, user_of(request).id, datetime.now(UTC)
    )
    return answer(render.number(number, user))


@handles("list_countries")
async def list_countries(api: Api, request: web.Request) -> web.StreamResponse:
    language = language_of(request)
    everything = may(user_of(request), Right.COUNTRIES)
    found = [
        _country(api, country, language)
        for country in (await api.outbound.countries()).values()
        if everything or country.allowed
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
    return answer(_country(api, country, language_of(request)))


def _country(api: Api, country: Country, language: str) -> s.CountryView:
    return s.CountryView(
        code=country.code,
        name=api.outbound.country_name(country.code, language),
        calling_code=numbers.calling_code(country.code),
        zone=country.zone.value,
        allowed=country.allowed,
    )
