"""Our numbers: settings, hand-over, history, groups, files, requests (N9, F06, F41)."""

import asyncio
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from aiohttp import web
from msgspec import UNSET

from pbx.domain import number_files, numbers
from pbx.domain.going_live import LiveState, live_state
from pbx.domain.inventory import Held, Inventory, NumberFilter, Owner
from pbx.domain.records import CoolDown, Number, NumberState
from pbx.errors import BadRequest, NotFound
from pbx.services.work import no_user
from pbx.web import number_schemas as n
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.desk_schemas import RowError
from pbx.web.number_views import NumberViews

E = TypeVar("E", bound=StrEnum)
PLAIN = ("cc", "state", "street", "postcode", "city", "address_country", "trunk")
COOLING = ("cool_down_days", "cool_down")


def e164_of(request: web.Request) -> str:
    return "+" + request.match_info["e164"].strip().lstrip("+")


async def _one(api: Api, request: web.Request, found: Inventory, status: int = 200) -> web.Response:
    views = await NumberViews.of(api, language_of(request))
    [state] = await api.office.going_live.states([found.number])
    return answer(views.number(found, state), status)


# ------------------------------------------------------------------ looking


@handles("list_numbers")
async def list_numbers(api: Api, request: web.Request) -> web.StreamResponse:
    views = await NumberViews.of(api, language_of(request))
    user_id = None
    if email := request.query.get("user"):
        user = await api.directory.user_by_email(email)
        if user is None:
            return answer(s.Page([]))
        user_id = user.id
    which = NumberFilter(
        query=request.query.get("query", "")[:200],
        state=_named(request, "state", NumberState),
        group=request.query.get("group") or None,
        user_id=user_id,
        held=_named(request, "held", Held),
        never_live=_named(request, "going_live", LiveState) is LiveState.OPEN,
    )
    cursor, limit = paging(request)
    wanted = limit if cursor or "limit" in request.query else None
    found, following = await api.office.numbers.find(which, cursor, wanted)
    # A whole inventory takes a moment: meanwhile calls must go on.
    kept = await api.office.going_live.kept([one.number for one in found])
    items = await asyncio.to_thread(
        lambda: [views.number(one, live_state(each)) for one, each in zip(found, kept, strict=True)]
    )
    return answer(s.Page(items, following))


def _named(request: web.Request, name: str, names: type[E]) -> E | None:
    raw = request.query.get(name)
    if not raw:
        return None
    try:
        return names(raw)
    except ValueError as e:
        known = ", ".join(names)
        raise BadRequest(
            f"bad-{name}", f"{name}: eines von {known}.", f"{name}: one of {known}."
        ) from e


@handles("get_number")
async def get_number(api: Api, request: web.Request) -> web.StreamResponse:
    story = await api.office.numbers.story(e164_of(request))
    views = await NumberViews.of(api, language_of(request))
    [state] = await api.office.going_live.states([story.inventory.number])
    return answer(views.detail(story, state))


# ------------------------------------------------------------------ changing


@handles("put_number")
async def put_number(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.NumberPut)
    try:
        known = (await api.office.numbers.get(wish.e164)).number
    except NotFound:
        known = Number(wish.e164, wish.label, head_office=wish.e164 == api.head_office)
    number = _wished(known, wish)
    if number.greeting:
        await api.greetings.prepare(number.greeting)
    groups = None if wish.groups is UNSET else wish.groups
    new = await api.office.numbers.put(user_of(request), number, groups)
    found = await api.office.numbers.get(number.e164)
    return await _one(api, request, found, 201 if new else 200)


def _wished(known: Number, wish: n.NumberPut) -> Number:
    said = {
        name: getattr(wish, name) for name in (*PLAIN, *COOLING) if getattr(wish, name) is not UNSET
    }
    if "cc" in said:
        said["cc"] = tuple(said["cc"])
    if "state" in said:
        said["state"] = NumberState(said["state"])
    if "cool_down" in said:
        said["cool_down"] = CoolDown(said["cool_down"])
    if (code := said.get("address_country")) and not numbers.calling_code(code):
        raise BadRequest(
            "unknown-country", f"Das Land {code} gibt es nicht.", f"There is no country {code}."
        )
    return replace(
        known,
        label=wish.label,
        ring_seconds=wish.ring_seconds,
        language=wish.language,
        greeting=wish.greeting,
        recipients=tuple(wish.recipients),
        show_as_caller_id=wish.show_as_caller_id,
        **said,
    )


@handles("assign_number")
async def assign_number(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.Assign)
    if wish.user and wish.head_office:
        raise BadRequest(
            "one-owner",
            "Eine Nummer gehört einer Person oder der Zentrale, nicht beiden.",
            "A number is a person's or the head office's, not both.",
        )
    user = await api.directory.user_by_email(wish.user) if wish.user else None
    if wish.user and user is None:
        raise no_user(wish.user)
    owner = Owner(user.id if user else None, wish.head_office)
    start: datetime | None = wish.from_
    found = await api.office.numbers.assign(user_of(request), e164_of(request), owner, start)
    return await _one(api, request, found)


@handles("undo_number")
async def undo_number(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.NumberUndo)
    found = await api.office.numbers.undo(user_of(request), e164_of(request), wish.change)
    return await _one(api, request, found)


# ------------------------------------------------------------------ planned


@handles("list_planned_changes")
async def list_planned_changes(api: Api, request: web.Request) -> web.StreamResponse:
    views = await NumberViews.of(api, language_of(request))
    labels = {number.e164: number.label for number in await api.directory.numbers()}
    found = await api.office.numbers.planned()
    return answer(s.Page([views.planned(one, labels.get(one.e164, "")) for one in found]))


@handles("cancel_planned_change")
async def cancel_planned_change(api: Api, request: web.Request) -> web.StreamResponse:
    views = await NumberViews.of(api, language_of(request))
    change = await api.office.numbers.cancel(user_of(request), request.match_info["id"])
    label = (await api.office.numbers.get(change.e164)).number.label
    return answer(views.planned(change, label))


# ------------------------------------------------------------------ files


@handles("numbers_csv")
async def numbers_csv(api: Api, request: web.Request) -> web.StreamResponse:
    german = request.query.get("format") == "excel-de"
    found, _ = await api.office.numbers.find(NumberFilter(), None, None)
    people = {user.id: user.email for user in await api.directory.users()}
    rows = [
        (
            one.number,
            number_files.HEAD_OFFICE
            if one.number.at_head_office
            else people.get(one.number.user_id or "", ""),
            one.groups,
        )
        for one in found
    ]
    text = number_files.write(rows, ";" if german else ",")
    return web.Response(
        body=(b"\xef\xbb\xbf" if german else b"") + text.encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="numbers.csv"'},
    )


@handles("import_numbers")
async def import_numbers(api: Api, request: web.Request) -> web.StreamResponse:
    dry_run = request.query.get("dry_run") == "1"
    try:
        data = await request.read()
    except web.HTTPRequestEntityTooLarge as e:
        raise number_files.FORM.too_large() from e
    done = await api.office.numbers.take_file(user_of(request), data, dry_run=dry_run)
    language = language_of(request)
    errors = [RowError(problem.row, problem.text(language)) for problem in done.problems]
    taken = done.taken
    return answer(n.NumberImport(dry_run, taken.created, taken.updated, taken.unchanged, errors))


# ------------------------------------------------------------------ groups


@handles("list_number_groups")
async def list_number_groups(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.office.numbers.groups()
    return answer(s.Page([n.NumberGroupView(g.id, g.name, g.numbers) for g in found]))


@handles("add_number_group")
async def add_number_group(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.NumberGroupPost)
    group = await api.office.numbers.add_group(user_of(request), wish.name, wish.numbers)
    return answer(n.NumberGroupView(group.id, group.name, group.numbers), 201)


@handles("put_number_group")
async def put_number_group(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, n.NumberGroupPut)
    which = request.match_info["id"]
    group = await api.office.numbers.rename_group(user_of(request), which, wish.name)
    return answer(n.NumberGroupView(group.id, group.name, group.numbers))


@handles("delete_number_group")
async def delete_number_group(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.numbers.remove_group(user_of(request), request.match_info["id"])
    return web.Response(status=204)
