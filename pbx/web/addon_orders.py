"""Orders of add-ons: the board and its cards."""

from enum import StrEnum
from typing import Any, TypeVar

from aiohttp import web
from msgspec import UNSET

from pbx.domain.addon_orders import Kind, State, Step, StepState, no_such_step
from pbx.domain.addons import GreetingKind, Option
from pbx.errors import BadRequest, NotFound
from pbx.services.addon_ports import OrderFile, OrderFilter
from pbx.web import addon_schemas as a
from pbx.web import addon_views as views
from pbx.web import schemas as s
from pbx.web.addon_form import AUDIO
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.audit import change_view

E = TypeVar("E", bound=StrEnum)
NOBODY = "nobody"
MOST_QUERY = 200


@handles("list_addon_orders")
async def list_addon_orders(api: Api, request: web.Request) -> web.StreamResponse:
    query, owner = request.query, request.query.get("owner") or None
    which = OrderFilter(
        state=_named(request, "state", State),
        step=_named(request, "step", Step),
        kind=_named(request, "kind", Kind),
        customer_id=query.get("customer") or None,
        owner_id=None if owner == NOBODY else owner,
        unowned=owner == NOBODY,
        query=query.get("query", "")[:MOST_QUERY],
    )
    found, following = await api.office.addons.board.find(which, *paging(request))
    people = {user.id: user for user in await api.directory.users()}
    today, language = api.office.addons.office.today(), language_of(request)
    cards = [views.card(each, people, today, language) for each in found]
    return answer(s.Page(cards, following))


def _named(request: web.Request, name: str, kind: type[E]) -> E | None:
    """Raises `BadRequest` (`bad-filter`)."""
    raw = request.query.get(name)
    if not raw:
        return None
    if raw not in set(kind):
        known = ", ".join(each.value for each in kind)
        raise BadRequest(
            "bad-filter", f"{name}: bitte {known} angeben.", f"{name}: please give {known}."
        )
    return kind(raw)


@handles("add_addon_order")
async def add_addon_order(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.OrderAdd)
    addons = api.office.addons
    quote = await addons.office.quote(Option(wish.option), GreetingKind(wish.greeting))
    more: dict[str, Any] = {
        "contact": wish.contact.strip(),
        "email": wish.email,
        "greeting_text": wish.greeting_text.strip(),
        "own_number": wish.number,
        "country": wish.country,
        "task": wish.task,
        "user_id": wish.user,
        "wished_on": wish.wished_on,
        "note": wish.note.strip(),
        "language": wish.language,
    }
    kind = Kind(wish.kind)
    booked, new = await addons.board.add(
        user_of(request), kind, quote, wish.customer_id, wish.key, more
    )
    return await _shown(api, request, booked, 201 if new else 200)


async def _shown(
    api: Api, request: web.Request, file: OrderFile, status: int = 200
) -> web.StreamResponse:
    addons = api.office.addons
    people = {user.id: user for user in await api.directory.users()}
    upload = await addons.board.upload(file.order)
    view = views.order_view(
        file,
        people,
        addons.office.today(),
        language_of(request),
        upload_seconds=upload.duration_ms / 1000 if upload else None,
        status_url=await addons.board.status_url(file.order),
    )
    return answer(view, status)


def _id(request: web.Request) -> str:
    return request.match_info["id"]


@handles("get_addon_order")
async def get_addon_order(api: Api, request: web.Request) -> web.StreamResponse:
    return await _shown(api, request, await api.office.addons.board.get(_id(request)))


@handles("change_addon_order")
async def change_addon_order(api: Api, request: web.Request) -> web.StreamResponse:
    wish = _given(await body(request, a.OrderPatch))
    for name in ("owner", "user"):
        if name in wish:
            wish[f"{name}_id"] = wish.pop(name)
    if "contact" in wish:
        wish["contact"] = wish["contact"].strip()
    changed = await api.office.addons.board.change(user_of(request), _id(request), wish)
    return await _shown(api, request, changed)


@handles("put_addon_step")
async def put_addon_step(api: Api, request: web.Request) -> web.StreamResponse:
    wish = _given(await body(request, a.StepPut))
    if "state" in wish:
        wish["state"] = StepState(wish["state"])
    if "owner" in wish:
        wish["owner_id"] = wish.pop("owner")
    raw = request.match_info["step"]
    if raw not in set(Step):
        raise no_such_step()
    changed = await api.office.addons.board.put_step(
        user_of(request), _id(request), Step(raw), wish
    )
    return await _shown(api, request, changed)


def _given(wish: a.OrderPatch | a.StepPut) -> dict[str, Any]:
    found = {name: getattr(wish, name) for name in wish.__struct_fields__}
    return {name: value for name, value in found.items() if value is not UNSET}


@handles("comment_addon_order")
async def comment_addon_order(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.CommentPost)
    board = api.office.addons.board
    changed = await board.comment(user_of(request), _id(request), wish.text)
    return await _shown(api, request, changed, 201)


@handles("cancel_addon_order")
async def cancel_addon_order(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.CancelPost)
    board = api.office.addons.board
    changed = await board.cancel(user_of(request), _id(request), wish.reason)
    return await _shown(api, request, changed)


@handles("addon_order_history")
async def addon_order_history(api: Api, request: web.Request) -> web.StreamResponse:
    board = api.office.addons.board
    found, following = await board.history(_id(request), *paging(request))
    people = {user.id: user for user in await api.directory.users()}
    language = language_of(request)
    return answer(s.Page([change_view(each, people, language) for each in found], following))


@handles("addon_order_greeting")
async def addon_order_greeting(api: Api, request: web.Request) -> web.StreamResponse:
    board = api.office.addons.board
    file = await board.get(_id(request))
    path = board.upload_path(file.order)
    if path is None or not path.is_file():
        raise NotFound(
            "no-recording",
            "Zu dieser Bestellung hat der Kunde keine Aufnahme geschickt.",
            "The customer has sent no recording with this order.",
        )
    return web.FileResponse(path, headers=AUDIO)


@handles("activate_addon_order")
async def activate_addon_order(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, a.ActivationPut)
    if wish.at is not None and wish.at.tzinfo is None:
        raise BadRequest(
            "bad-time",
            "Zeitpunkt: bitte als 2026-12-24T12:00:00Z angeben.",
            "Time: please give it as 2026-12-24T12:00:00Z.",
        )
    activation = api.office.addons.activation
    return await _shown(
        api, request, await activation.plan(user_of(request), _id(request), wish.at)
    )


@handles("cancel_addon_activation")
async def cancel_addon_activation(api: Api, request: web.Request) -> web.StreamResponse:
    activation = api.office.addons.activation
    return await _shown(api, request, await activation.unplan(user_of(request), _id(request)))


@handles("test_addon_order")
async def test_addon_order(api: Api, request: web.Request) -> web.StreamResponse:
    begun = await api.office.addons.tests.start(user_of(request), _id(request))
    return await _shown(api, request, begun, 202)


@handles("addon_test_call_audio")
async def addon_test_call_audio(api: Api, request: web.Request) -> web.StreamResponse:
    info = request.match_info
    path = await api.office.addons.tests.audio(info["id"], info["call"])
    return web.FileResponse(path, headers=AUDIO)
