"""Signing in and out; people."""

from dataclasses import replace

from aiohttp import web

from pbx.errors import Refused
from pbx.services.accounts import hash_of
from pbx.web import render
from pbx.web import schemas as s
from pbx.web.api import (
    COOKIE,
    Api,
    answer,
    body,
    caller_of,
    check_origin,
    handles,
    user_of,
)
from pbx.web.live import HUB


@handles("sign_in")
async def sign_in(api: Api, request: web.Request) -> web.StreamResponse:
    check_origin(request)
    wish = await body(request, s.SignIn)
    user, secret = await api.accounts.sign_in(wish.email, wish.password)
    response = answer(render.me(user), 201)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=api.session_seconds,
        httponly=True,
        samesite="Lax",
        secure=api.secure_cookie,
        path="/",
    )
    return response


@handles("who_am_i")
async def who_am_i(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(render.me(user_of(request)))


@handles("set_language")
async def set_language(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.LanguageChange)
    user = user_of(request)
    await api.directory.set_language(user.id, wish.language)
    return answer(render.me(replace(user, language=wish.language)))


@handles("sign_out")
async def sign_out(api: Api, request: web.Request) -> web.StreamResponse:
    caller = caller_of(request)
    if not caller.by_cookie:
        raise Refused(
            "not-a-session",
            "Ein API-Token wird nicht abgemeldet, sondern gelöscht.",
            "An API token is not signed out but deleted.",
        )
    await api.accounts.sign_out(caller.secret)
    await request.app[HUB].sign_out(caller.secret)
    await api.push.signed_out(hash_of(caller.secret))
    await api.voice.forget(caller.secret)
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/")
    return response


@handles("list_users")
async def list_users(api: Api, request: web.Request) -> web.StreamResponse:
    live = api.presence.live_users()
    return answer(
        s.Page(
            [
                s.UserView(
                    u.id,
                    u.email,
                    u.name,
                    u.role.value,
                    u.id in live,
                    render.presence(api.presence.of(u.id)),
                )
                for u in await api.directory.users()
            ]
        )
    )
