"""The way between browser and Asterisk: STUN and TURN."""

import time

from aiohttp import web

from pbx.domain import turn
from pbx.web import desk_schemas as d
from pbx.web.api import Api, answer, handles, user_of


@handles("ice_servers")
async def ice_servers(api: Api, request: web.Request) -> web.StreamResponse:
    found = turn.servers(api.turn, user_of(request).id, time.time())
    return answer(
        d.IceServers(
            [d.IceServer(list(each.urls), each.username, each.credential) for each in found],
            api.turn.ttl_seconds,
        )
    )
