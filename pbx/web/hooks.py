"""Webhooks: endpoints, deliveries, sending again."""

from aiohttp import web
from msgspec import UNSET

from pbx.domain.hooks import Attempt, Delivery, DeliveryState, Endpoint, HookKind
from pbx.errors import BadRequest
from pbx.services.hook_ports import DeliveryFilter, DeliveryLog, EndpointCounts
from pbx.web import hook_schemas as h
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, paging, user_of

NO_COUNTS = EndpointCounts()


@handles("list_hook_endpoints")
async def list_hook_endpoints(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.office.integration.hooks.endpoints()
    return answer(s.Page([_endpoint(each, counts) for each, counts in found]))


@handles("add_hook_endpoint")
async def add_hook_endpoint(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, h.EndpointPost)
    endpoint, secret = await api.office.integration.hooks.add(
        user_of(request), wish.url, wish.events, wish.note
    )
    return answer(h.EndpointSecret(_endpoint(endpoint), secret), 201)


@handles("change_hook_endpoint")
async def change_hook_endpoint(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, h.EndpointPatch)
    endpoint_id = request.match_info["id"]
    await api.office.integration.hooks.change(
        user_of(request),
        endpoint_id,
        url=None if wish.url is UNSET else wish.url,
        kinds=None if wish.events is UNSET else wish.events,
        active=None if wish.active is UNSET else wish.active,
        note=None if wish.note is UNSET else wish.note,
    )
    found = await api.office.integration.hooks.endpoints()
    (view,) = [_endpoint(each, counts) for each, counts in found if each.id == endpoint_id]
    return answer(view)


@handles("remove_hook_endpoint")
async def remove_hook_endpoint(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.integration.hooks.remove(user_of(request), request.match_info["id"])
    return web.Response(status=204)


@handles("renew_hook_secret")
async def renew_hook_secret(api: Api, request: web.Request) -> web.StreamResponse:
    endpoint, secret = await api.office.integration.hooks.renew(
        user_of(request), request.match_info["id"]
    )
    return answer(h.EndpointSecret(_endpoint(endpoint), secret))


@handles("test_hook_endpoint")
async def test_hook_endpoint(api: Api, request: web.Request) -> web.StreamResponse:
    queued = await api.office.integration.hooks.test(user_of(request), request.match_info["id"])
    return answer(_detail(queued), 201)


@handles("replay_hooks")
async def replay_hooks(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, h.ReplayPost)
    if wish.since.tzinfo is None or wish.until.tzinfo is None:
        raise BadRequest(
            "bad-time",
            "Zeiten brauchen eine Zeitzone, zum Beispiel 2026-11-27T08:00:00Z.",
            "Times need a time zone, for example 2026-11-27T08:00:00Z.",
        )
    events = await api.office.integration.hooks.replay_span(
        user_of(request), request.match_info["id"], wish.since, wish.until
    )
    return answer(h.Replayed(events))


@handles("list_hook_deliveries")
async def list_hook_deliveries(api: Api, request: web.Request) -> web.StreamResponse:
    cursor, limit = paging(request)
    try:
        state, kind = request.query.get("state"), request.query.get("event")
        which = DeliveryFilter(
            endpoint_id=request.query.get("endpoint") or None,
            state=DeliveryState(state) if state else None,
            kind=HookKind(kind) if kind else None,
        )
    except ValueError as e:
        raise BadRequest(
            "bad-filter",
            "Diesen Stand oder dieses Ereignis gibt es nicht.",
            "There is no such state or event.",
        ) from e
    found, following = await api.office.integration.hooks.deliveries(which, cursor, limit)
    return answer(s.Page([_delivery(each) for each in found], following))


@handles("get_hook_delivery")
async def get_hook_delivery(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(_detail(await api.office.integration.hooks.delivery(request.match_info["id"])))


@handles("replay_hook")
async def replay_hook(api: Api, request: web.Request) -> web.StreamResponse:
    hooks = api.office.integration.hooks
    return answer(_detail(await hooks.replay(user_of(request), request.match_info["id"])))


def _endpoint(endpoint: Endpoint, counts: EndpointCounts = NO_COUNTS) -> h.EndpointView:
    return h.EndpointView(
        id=endpoint.id,
        url=endpoint.url,
        events=sorted(kind.value for kind in endpoint.kinds),
        active=endpoint.active,
        note=endpoint.note,
        created_at=endpoint.created_at,
        old_secret_until=endpoint.old_until,
        failing_since=endpoint.failing_since,
        failures=endpoint.failures,
        last_success_at=endpoint.last_success_at,
        gone_at=endpoint.gone_at,
        waiting=counts.waiting,
        failed=counts.failed,
    )


def _delivery(delivery: Delivery) -> h.DeliveryView:
    waits = delivery.state is DeliveryState.WAITING
    return h.DeliveryView(
        id=delivery.id,
        event_id=delivery.event_id,
        endpoint_id=delivery.endpoint_id,
        event=delivery.kind.value,
        subject=delivery.subject,
        happened_at=delivery.happened_at,
        state=delivery.state.value,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at if waits else None,
        settled_at=delivery.settled_at,
    )


def _detail(log: DeliveryLog) -> h.DeliveryDetail:
    return h.DeliveryDetail(
        _delivery(log.delivery), log.event.body, [_attempt(each) for each in log.attempts]
    )


def _attempt(tried: Attempt) -> h.AttemptView:
    return h.AttemptView(tried.at, tried.status, tried.ms, tried.error, tried.reply)  # type: ignore[arg-type]  # the sender's words are the names
