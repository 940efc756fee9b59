"""Which browsers are pushed to when a call rings (Web Push)."""

from aiohttp import web

from pbx.services.hashing import hash_of
from pbx.web import desk_schemas as d
from pbx.web.api import Api, answer, body, caller_of, handles, user_of


@handles("push_key")
async def push_key(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(d.PushKey(api.push.public_key))


@handles("subscribe_push")
async def subscribe_push(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.PushSubscription)
    caller = caller_of(request)
    await api.push.subscribe(
        caller.user.id, hash_of(caller.secret), wish.endpoint, wish.keys.p256dh, wish.keys.auth
    )
    return web.Response(status=204)


@handles("unsubscribe_push")
async def unsubscribe_push(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, d.PushEnd)
    await api.push.unsubscribe(user_of(request).id, wish.endpoint)
    return web.Response(status=204)
