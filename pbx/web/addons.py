"""Prices of add-ons, how orders are watched, links to the form, hand-overs of tasks."""

from datetime import date

from aiohttp import web

from pbx.domain import metering
from pbx.domain.addon_watch import Calendar, WatchRules
from pbx.domain.addons import PRICES, Catalogue, GreetingKind, Option, bad_price, unknown_prices
from pbx.domain.cents import parse
from pbx.domain.handovers import Checklist
from pbx.domain.records import User
from pbx.services.addon_ports import BookingLink, OpenHandover
from pbx.web import addon_schemas as a
from pbx.web import addon_views as views
from pbx.web import handover_schemas as h
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of


async def _prices(api: Api) -> web.Response:
    found, current = await api.office.addons.office.prices()
    return answer(s.Page([views.prices(each, current) for each in found]))


@handles("list_addon_prices")
async def list_addon_prices(api: Api, request: web.Request) -> web.StreamResponse:
    return await _prices(api)


@handles("put_addon_prices")
async def put_addon_prices(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.AddonPriceSet)
    found = {name: parse(getattr(wish, name)) for name in PRICES}
    amounts = {name: value for name, value in found.items() if value is not None}
    if len(amounts) < len(found):
        raise bad_price()
    catalogue = Catalogue(wish.valid_from, **amounts)
    await api.office.addons.office.put_prices(user_of(request), catalogue)
    return await _prices(api)


@handles("remove_addon_prices")
async def remove_addon_prices(api: Api, request: web.Request) -> web.StreamResponse:
    try:
        day = date.fromisoformat(request.match_info["valid_from"])
    except ValueError as e:
        raise unknown_prices() from e
    await api.office.addons.office.remove_prices(user_of(request), day)
    return await _prices(api)


@handles("quote_addon_inside")
async def quote_addon_inside(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.QuoteWish)
    office = api.office.addons.office
    found = await office.quote(Option(wish.option), GreetingKind(wish.greeting))
    return answer(views.quote(found, await office.factors(), language_of(request)))


# ------------------------------------------------------------------ settings


@handles("get_addon_settings")
async def get_addon_settings(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(_settings(await api.office.addons.office.rules()))


@handles("put_addon_settings")
async def put_addon_settings(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.AddonSettings)
    given = {name: getattr(wish, name) for name in wish.__struct_fields__}
    lists = {"to": tuple(wish.to), "cc": tuple(wish.cc), "calendar": Calendar(wish.calendar)}
    rules = WatchRules(**{**given, **lists})
    return answer(_settings(await api.office.addons.office.put_rules(user_of(request), rules)))


def _settings(rules: WatchRules) -> a.AddonSettings:
    return a.AddonSettings(
        reminder_days=rules.reminder_days,
        escalation_days=rules.escalation_days,
        calendar=rules.calendar.value,
        state=rules.state,
        to=list(rules.to),
        cc=list(rules.cc),
        language=rules.language,
        subject=rules.subject,
        text=rules.text,
        owner_backoffice=rules.owner_backoffice,
        owner_sales=rules.owner_sales,
        link_days=rules.link_days,
    )


# ------------------------------------------------------------------ links to the form


@handles("list_booking_links")
async def list_booking_links(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.office.addons.office.booking_links(request.match_info["id"])
    return answer(s.Page([await _link(api, each) for each in found]))


@handles("add_booking_link")
async def add_booking_link(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.BookingLinkPost)
    link = await api.office.addons.office.add_link(
        user_of(request),
        request.match_info["id"],
        wish.email,
        wish.language,
        wish.days,
        send=wish.send,
    )
    return answer(await _link(api, link), 201)


@handles("revoke_booking_link")
async def revoke_booking_link(api: Api, request: web.Request) -> web.StreamResponse:
    info = request.match_info
    office = api.office.addons.office
    return answer(
        await _link(api, await office.revoke_link(user_of(request), info["id"], info["link"]))
    )


async def _link(api: Api, link: BookingLink) -> a.BookingLinkView:
    office = api.office.addons.office
    by = await api.directory.user(link.created_by)
    return a.BookingLinkView(
        id=link.id,
        url=office.url(link),
        email=link.email,
        language="de" if link.language == "de" else "en",
        created_at=link.created_at,
        created_by=by.name if by else "",
        until=link.until,
        revoked_at=link.revoked_at,
        usable=office.usable(link),
    )


# ------------------------------------------------------------------ hand-overs


@handles("list_handovers")
async def list_handovers(api: Api, request: web.Request) -> web.StreamResponse:
    user = user_of(request)
    task = request.query.get("task") or None
    found, following = await api.office.addons.handovers.find(user, task, *paging(request))
    people = {each.id: each for each in await api.directory.users()}
    return answer(s.Page([_handover(user, each, people) for each in found], following))


@handles("confirm_handover")
async def confirm_handover(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, h.HandoverConfirm)
    said = Checklist(wish.right_factor, wish.informed, wish.specialist, wish.facts)
    found = await api.office.addons.handovers.confirm(
        user_of(request), request.match_info["id"], said
    )
    people = {each.id: each for each in await api.directory.users()}
    return answer(_handover(user_of(request), found, people))


def _handover(user: User, found: OpenHandover, people: views.People) -> h.HandoverView:
    factor = None if found.factor is None else metering.factor_text(found.factor)
    mine = found.handover.email.casefold() == user.email.casefold()
    return views.handover(found, people, factor, mine=mine)
