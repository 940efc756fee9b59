"""What is looked at before a number goes live."""

from collections.abc import Sequence
from typing import Literal

from aiohttp import web

from pbx.domain.going_live import FOUND, Point, PointState, Standing, live_state, no_such_point
from pbx.domain.going_live_several import Row
from pbx.domain.going_live_words import (
    HINTS,
    POINTS,
    finding_text,
    recipients_text,
    steps_text,
)
from pbx.domain.greetings import referred
from pbx.domain.inventory import nature_of
from pbx.domain.records import User
from pbx.domain.texts import pick
from pbx.errors import NotFound
from pbx.services.going_live import Checklist
from pbx.services.sounds import SHIPPED
from pbx.web import going_live_schemas as g
from pbx.web import schemas as s
from pbx.web.addon_form import AUDIO
from pbx.web.api import Api, answer, body, handles, language_of, user_of
from pbx.web.inventory import e164_of
from pbx.web.operation import V1
from pbx.web.test_call_views import test_call_view

_PLACES: dict[Point, Literal["owner", "settings", "route"]] = {
    Point.RINGS: "owner",
    Point.ROUTE: "route",
    Point.HOURS: "route",
}
"""All others are settings."""


@handles("get_going_live")
async def get_going_live(api: Api, request: web.Request) -> web.StreamResponse:
    return await _shown(api, request, await api.office.going_live.look(e164_of(request)))


@handles("go_live")
async def go_live(api: Api, request: web.Request) -> web.StreamResponse:
    done = await api.office.going_live.go_live(user_of(request), e164_of(request))
    return await _shown(api, request, done)


@handles("confirm_point")
async def confirm_point(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.PointPut)
    service = api.office.going_live
    done = await service.confirm(user_of(request), e164_of(request), _point(request), wish.seen)
    return await _shown(api, request, done)


@handles("take_point_back")
async def take_point_back(api: Api, request: web.Request) -> web.StreamResponse:
    service = api.office.going_live
    done = await service.take_back(user_of(request), e164_of(request), _point(request))
    return await _shown(api, request, done)


def _point(request: web.Request) -> Point:
    """Raises `NotFound` (`no-such-point`)."""
    raw = request.match_info["point"]
    if raw not in set(Point):
        raise no_such_point()
    return Point(raw)


@handles("look_at_numbers")
async def look_at_numbers(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.ChecksLook)
    rows = await api.office.going_live.several.look(wish.numbers)
    return answer(s.Page(_checkups(rows, language_of(request))))


@handles("confirm_numbers")
async def confirm_numbers(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.ChecksPost)
    seen = {each.e164: each.seen for each in wish.numbers}
    at, rows = await api.office.going_live.several.confirm(user_of(request), seen)
    return answer(g.ChecksDone(at, _checkups(rows, language_of(request))))


@handles("take_numbers_back")
async def take_numbers_back(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, g.ChecksTakeBack)
    await api.office.going_live.several.take_back(user_of(request), wish.at)
    return web.Response(status=204)


@handles("test_number")
async def test_number(api: Api, request: web.Request) -> web.StreamResponse:
    begun = await api.office.going_live.test(user_of(request), e164_of(request))
    return await _shown(api, request, begun, 202)


@handles("number_test_call_audio")
async def number_test_call_audio(api: Api, request: web.Request) -> web.StreamResponse:
    call_id = request.match_info["call"]
    path = await api.office.going_live.audio(e164_of(request), call_id)
    return web.FileResponse(path, headers=AUDIO)


# ------------------------------------------------------------------ rendering


def _checkups(rows: Sequence[Row], language: str) -> list[g.NumberCheckup]:
    found = []
    for row in rows:
        number = row.kept.facts.number
        view = g.NumberCheckup(
            e164=number.e164,
            national=nature_of(number.e164).national,
            label=number.label,
            verdict=row.verdict.value,
            points=[pick(POINTS[each.point], language) for each in row.open],
            findings=[finding_text(each, number, language) for each in row.findings],
            seen=row.seen,
        )
        found.append(view)
    return found


async def _shown(
    api: Api, request: web.Request, found: Checklist, status: int = 200
) -> web.Response:
    language = language_of(request)
    people = {user.id: user for user in await api.directory.users()}
    greeting = await _greeting(api, found, language)
    live, number = found.kept.live, found.inventory.number
    path = f"{V1}/numbers/{number.e164}"
    view = g.GoingLiveView(
        state=live_state(found.kept).value,
        since=live.since if live else None,
        by=_name(live.by, people) if live else None,
        complete=found.complete,
        points=[_point_view(each, found, people, greeting, language) for each in found.points],
        test_calls=[
            test_call_view(each, _name(each.by, people) or each.by, path, language)
            for each in found.calls
        ],
    )
    return answer(view, status)


def _name(user_id: str, people: dict[str, User]) -> str | None:
    user = people.get(user_id)
    return user.name if user else None


def _point_view(
    standing: Standing,
    found: Checklist,
    people: dict[str, User],
    greeting: tuple[str, str | None],
    language: str,
) -> g.PointView:
    point, check = standing.point, standing.check
    by_hand = point is not Point.TEST_CALL and standing.state is not PointState.DONE
    shown = check if standing.findings or point not in FOUND else None
    return g.PointView(
        point=point.value,
        state=standing.state.value,
        text=pick(POINTS[point], language),
        hint=pick(HINTS[point], language),
        value=_value(point, found, greeting[0], language),
        findings=[
            finding_text(each, found.inventory.number, language) for each in standing.findings
        ],
        place=_PLACES.get(point, "settings"),
        by_hand=by_hand,
        seen=standing.seen,
        by=_name(shown.by, people) if shown else None,
        at=shown.at if shown else None,
        audio=greeting[1] if point is Point.GREETING else None,
    )


def _value(point: Point, found: Checklist, greeting: str, language: str) -> str:
    number = found.inventory.number
    match point:
        case Point.LABEL:
            return "" if number.label == number.e164 else number.label
        case Point.ADDRESS:
            town = f"{number.postcode} {number.city}".strip()
            return ", ".join(each for each in (number.street, town, number.address_country) if each)
        case Point.RECIPIENTS:
            return recipients_text((*number.recipients, *number.cc), language)
        case Point.HOURS:
            return steps_text(len(found.kept.facts.steps), language)
        case Point.GREETING:
            return greeting
    return ""


async def _greeting(api: Api, found: Checklist, language: str) -> tuple[str, str | None]:
    """What callers hear now: its name, and where it can be heard; None: only by calling."""
    number, version = found.inventory.number, found.kept.facts.version
    if version:
        try:
            entry = await api.office.greetings.entry(referred(number.greeting) or "")
        except NotFound:  # put into the bin just now
            return "", None
        return entry.greeting.name, f"{V1}/greeting-versions/{version}/audio"
    if number.greeting and referred(number.greeting) is None:
        return number.greeting, None
    return pick(SHIPPED["greeting"], language), f"/prompts/{number.language}/greeting.wav"
