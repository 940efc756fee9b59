"""Limits of people, number types, the brake."""

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from typing import get_args

from aiohttp import web

from pbx.domain import limits as rules
from pbx.domain.brake import BrakeMode, Pattern, Rule
from pbx.domain.limits import Limit, Usage, plain
from pbx.domain.records import NumberType
from pbx.services import limit_office as o
from pbx.web import limit_schemas as m
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, paging, user_of

CHOOSABLE = get_args(m.ChoosableType)


@handles("get_limits")
async def get_limits(api: Api, request: web.Request) -> web.StreamResponse:
    return await _defaults(api)


async def _defaults(api: Api) -> web.Response:
    types = await api.office.limits.types()
    return answer(
        m.LimitDefaults(
            values=_values(await api.office.limits.defaults(), every=True),
            number_types=[name for name in CHOOSABLE if NumberType(name) in types],
            emergency_mode=api.outbound.emergency_mode,
        )
    )


@handles("put_limits")
async def put_limits(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, m.LimitsPut)
    wanted = {Limit(each.limit): each.value for each in wish.values}
    await api.office.limits.put(user_of(request), wish.user, wanted)
    return await _defaults(api)


@handles("list_people_limits")
async def list_people_limits(api: Api, request: web.Request) -> web.StreamResponse:
    cursor, limit = paging(request)
    found, following = await api.office.limits.people(
        request.query.get("query", "")[:200], cursor, limit
    )
    return answer(s.Page([_person(each) for each in found], following))


@handles("put_number_types")
async def put_number_types(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, m.NumberTypesPut)
    chosen = frozenset(NumberType(name) for name in wish.types)
    await api.office.limits.put_types(user_of(request), chosen)
    return await _defaults(api)


def _person(person: o.PersonLimits) -> m.PersonLimits:
    return m.PersonLimits(
        user=person.user.email,
        name=person.user.name,
        own=_values(person.own),
        effective=_values(person.effective, every=True),
        usage=[_usage(usage) for usage in person.usage],
    )


def _values(limits: Mapping[Limit, Decimal | None], *, every: bool = False) -> list[m.LimitValue]:
    found = []
    for limit in Limit:
        if every or limit in limits:
            value = limits.get(limit)
            text = None if value is None else plain(value)
            found.append(m.LimitValue(limit=limit.value, value=text))
    return found


def _usage(usage: Usage) -> m.LimitUsage:
    digits = Decimal("0.01") if usage.limit in rules.COSTLY else Decimal("0.1")
    return m.LimitUsage(
        limit=usage.limit.value,
        used=plain(usage.used.quantize(digits, ROUND_UP)),
        most=plain(usage.most),
        until=usage.until,
        near=usage.near,
        reached=usage.reached,
    )


# ------------------------------------------------------------------ the brake


@handles("get_brake")
async def get_brake(api: Api, request: web.Request) -> web.StreamResponse:
    return await _brake(api)


@handles("put_brake")
async def put_brake(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, m.BrakePut)
    wanted = [Rule(Pattern(r.pattern), r.count, r.minutes, r.on) for r in wish.rules]
    await api.office.limits.put_brake(user_of(request), BrakeMode(wish.mode), wanted)
    return await _brake(api)


@handles("release_lock")
async def release_lock(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.limits.release(user_of(request), request.match_info["id"])
    return await _brake(api)


async def _brake(api: Api) -> web.Response:
    mode, found = await api.office.limits.brake()
    people = {user.id: user for user in await api.directory.users()}
    locked = [
        m.LockView(
            id=lock.id,
            user=people[lock.user_id].email,
            name=people[lock.user_id].name,
            at=lock.at,
            pattern=lock.pattern.value,
            numbers=lock.numbers,
            minutes=lock.minutes,
            about=lock.about,
        )
        for lock in await api.office.limits.locked()
        if lock.user_id in people
    ]
    shown = [m.BrakeRule(r.pattern.value, r.count, r.minutes, r.on) for r in found]
    return answer(m.BrakeView(mode=mode.value, rules=shown, locked=locked))
