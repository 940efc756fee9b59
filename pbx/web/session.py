"""Signing in and out."""

from dataclasses import replace

from aiohttp import web

from pbx.errors import Refused
from pbx.web import schemas as s
from pbx.web import sign_in_schemas as i
from pbx.web.api import (
    COOKIE,
    Api,
    answer,
    body,
    caller_of,
    check_origin,
    handles,
)
from pbx.web.company import forget_company, way_out
from pbx.web.live import LiveHub


@handles("sign_in")
async def sign_in(api: Api, request: web.Request) -> web.StreamResponse:
    check_origin(request)
    wish = await body(request, s.SignIn)
    agent = request.headers.get("User-Agent", "")
    user, secret = await api.accounts.sign_in(wish.email, wish.password, wish.code, agent)
    proven = await api.accounts.factors.of(user.id) is not None
    due = not proven and api.accounts.factors.rule.demands(user)
    response = answer(api.me(user, factor_due=due), 201)
    give_cookie(api, response, secret)
    forget_company(request, response)
    return response


def give_cookie(api: Api, response: web.Response, secret: str) -> None:
    """The browser's proof of its session, out of reach for scripts."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=api.session_seconds,
        httponly=True,
        samesite="Lax",
        secure=api.secure_cookie,
        path="/",
    )


@handles("who_am_i")
async def who_am_i(api: Api, request: web.Request) -> web.StreamResponse:
    caller = caller_of(request)
    return answer(api.me(caller.user, factor_due=caller.factor_due))


@handles("set_language")
async def set_language(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, s.LanguageChange)
    caller = caller_of(request)
    await api.directory.set_language(caller.user.id, wish.language)
    spoken = replace(caller.user, language=wish.language)
    return answer(api.me(spoken, factor_due=caller.factor_due))


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
    response = answer(i.SignedOut(await way_out(api, request)))
    response.del_cookie(COOKIE, path="/")
    forget_company(request, response)
    return response


async def session_over(api: Api, hub: LiveHub, token_hash: str) -> None:
    """What hangs on a session or token ends with it: live socket, push, SIP account."""
    await hub.sign_out(token_hash)
    await api.push.signed_out(token_hash)
    await api.voice.forget(token_hash)
