"""What people say of themselves, and who can be reached."""

from dataclasses import replace

from aiohttp import web

from pbx.domain.records import Status
from pbx.web import desk_schemas as d
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, user_of
from pbx.web.live import HUB


@handles("set_status")
async def set_status(api: Api, request: web.Request) -> web.StreamResponse:
    user = user_of(request)
    status = Status((await body(request, d.StatusChange)).status)
    async with api.presence.turn(user.id):
        await api.directory.set_status(user.id, status)
        api.presence.set_status(user.id, status)
        request.app[HUB].status_changed(user.id, status)
    return answer(api.me(replace(user, status=status)))


@handles("list_colleagues")
async def list_colleagues(api: Api, request: web.Request) -> web.StreamResponse:
    me = user_of(request)
    return answer(
        s.Page(
            [
                d.Colleague(user.email, user.name, render.presence(api.presence.of(user.id)))
                for user in await api.directory.users()
                if user.active and user.id != me.id
            ]
        )
    )
