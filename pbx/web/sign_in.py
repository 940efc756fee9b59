"""Second factors, sessions and API tokens: one's own, and other people's for management."""

from datetime import UTC, datetime
from typing import get_args

from aiohttp import web

from pbx.domain.people import check_may_change
from pbx.domain.records import User
from pbx.domain.sign_in import ApiToken, Scope, Session, beyond
from pbx.errors import BadRequest, Conflict, NotFound, Refused
from pbx.services.hashing import hash_of
from pbx.web import schemas as s
from pbx.web import sign_in_schemas as i
from pbx.web.api import Api, answer, body, caller_of, handles, user_of

# ------------------------------------------------------------------ second factor


@handles("second_factor")
async def second_factor(api: Api, request: web.Request) -> web.StreamResponse:
    user = user_of(request)
    found = await api.accounts.factors.of(user.id)
    return answer(
        i.SecondFactorView(
            on=found is not None,
            since=found.since if found else None,
            recovery_codes_left=found.recovery_codes if found else 0,
            required=api.accounts.factors.rule.demands(user),
        )
    )


@handles("begin_second_factor")
async def begin_second_factor(api: Api, request: web.Request) -> web.StreamResponse:
    user = user_of(request)
    if not await api.accounts.has_password(user):
        raise Conflict(
            "no-password",
            "Sie melden sich über die Firma an: ein zweiter Faktor gehört dort eingerichtet.",
            "You sign in through the company: a second factor is to be set up there.",
        )
    made = await api.accounts.factors.begin(user)
    return answer(i.SecondFactorSetUp(made.secret, made.uri), 201)


@handles("confirm_second_factor")
async def confirm_second_factor(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, i.SecondFactorCode)
    caller = caller_of(request)
    codes = await api.accounts.turn_on_factor(caller.user, caller.secret, wish.code)
    return answer(i.RecoveryCodes(list(codes)))


@handles("end_second_factor")
async def end_second_factor(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, i.SecondFactorOff)
    await api.accounts.turn_off_factor(user_of(request), wish.password, wish.code)
    return web.Response(status=204)


@handles("new_recovery_codes")
async def new_recovery_codes(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, i.SecondFactorCode)
    codes = await api.accounts.factors.new_recovery_codes(user_of(request), wish.code)
    return answer(i.RecoveryCodes(list(codes)))


@handles("reset_second_factor")
async def reset_second_factor(api: Api, request: web.Request) -> web.StreamResponse:
    await api.accounts.reset_factor(await _other(api, request), user_of(request))
    return web.Response(status=204)


# ------------------------------------------------------------------ sessions


async def _other(api: Api, request: web.Request) -> User:
    """The person in the path, whom the caller may manage.

    Raises:
        NotFound: `unknown-user`; Refused: `role-above-yours`.
    """
    found = await api.directory.user(request.match_info["id"])
    if found is None:
        raise NotFound(
            "unknown-user", "Diese Person gibt es hier nicht.", "There is no such person here."
        )
    check_may_change(user_of(request), found)
    return found


async def _sessions(api: Api, request: web.Request, of: User) -> web.StreamResponse:
    mine = hash_of(caller_of(request).secret)
    found = await api.accounts.sessions_of(of.id)
    return answer(s.Page([_session(each, current=each.token_hash == mine) for each in found]))


def _session(session: Session, *, current: bool) -> i.SessionView:
    return i.SessionView(
        session.id,
        session.agent,
        session.opened_at,
        session.used_at,
        session.expires_at,
        current,
    )


async def _end_sessions(api: Api, request: web.Request, of: User) -> web.StreamResponse:
    caller = caller_of(request)
    await api.accounts.end_sessions(of, caller.user, but=caller.secret)
    return web.Response(status=204)


async def _end_session(api: Api, request: web.Request, of: User) -> web.StreamResponse:
    await api.accounts.end_session(of, request.match_info["session"], user_of(request))
    return web.Response(status=204)


@handles("my_sessions")
async def my_sessions(api: Api, request: web.Request) -> web.StreamResponse:
    return await _sessions(api, request, user_of(request))


@handles("end_my_sessions")
async def end_my_sessions(api: Api, request: web.Request) -> web.StreamResponse:
    return await _end_sessions(api, request, user_of(request))


@handles("end_my_session")
async def end_my_session(api: Api, request: web.Request) -> web.StreamResponse:
    return await _end_session(api, request, user_of(request))


@handles("user_sessions")
async def user_sessions(api: Api, request: web.Request) -> web.StreamResponse:
    return await _sessions(api, request, await _other(api, request))


@handles("end_user_sessions")
async def end_user_sessions(api: Api, request: web.Request) -> web.StreamResponse:
    return await _end_sessions(api, request, await _other(api, request))


@handles("end_user_session")
async def end_user_session(api: Api, request: web.Request) -> web.StreamResponse:
    return await _end_session(api, request, await _other(api, request))


# ------------------------------------------------------------------ API tokens


async def _tokens(api: Api, of: User) -> web.StreamResponse:
    return answer(s.Page([_token(each) for each in await api.accounts.tokens_of(of.id)]))


def _token(token: ApiToken) -> i.TokenView:
    names = [name for name in get_args(i.ScopeName) if name in (token.scopes or ())]
    return i.TokenView(
        id=token.id,
        name=token.name,
        scopes=None if token.scopes is None else names,
        created_at=token.created_at,
        expires_at=token.expires_at,
        used_at=token.used_at,
        expired=token.expires_at is not None and token.expires_at <= datetime.now(UTC),
    )


async def _add_token(api: Api, request: web.Request, of: User) -> web.StreamResponse:
    """Nobody makes a token for more than they may themselves, be it for somebody else."""
    caller = caller_of(request)
    if not caller.by_cookie:
        raise Refused(
            "sign-in-needed",
            "Ein API-Token macht keine weiteren: bitte anmelden.",
            "An API token makes no others: please sign in.",
        )
    wish = await body(request, i.TokenPut)
    scopes = frozenset(Scope(name) for name in wish.scopes)
    if too_much := beyond(of, scopes) or beyond(caller.user, scopes):
        raise Refused(
            "scope-beyond-rights",
            f"Dafür fehlt das Recht: {', '.join(too_much)}.",
            f"There is no right to this: {', '.join(too_much)}.",
        )
    if wish.expires_at is not None and (
        wish.expires_at.tzinfo is None or wish.expires_at <= datetime.now(UTC)
    ):
        raise BadRequest(
            "bad-expiry",
            "Der Ablauf muss in der Zukunft liegen, mit Zeitzone.",
            "The expiry has to be in the future, with a time zone.",
        )
    secret = await api.accounts.new_api_token(
        of, wish.name, scopes=scopes, expires_at=wish.expires_at, by=caller.user.id
    )
    made = next(t for t in await api.accounts.tokens_of(of.id) if t.token_hash == hash_of(secret))
    return answer(i.NewToken(_token(made), secret), 201)


async def _revoke_token(api: Api, request: web.Request, of: User) -> web.StreamResponse:
    await api.accounts.revoke_token(of, request.match_info["token"], user_of(request))
    return web.Response(status=204)


@handles("my_tokens")
async def my_tokens(api: Api, request: web.Request) -> web.StreamResponse:
    return await _tokens(api, user_of(request))


@handles("add_my_token")
async def add_my_token(api: Api, request: web.Request) -> web.StreamResponse:
    return await _add_token(api, request, user_of(request))


@handles("revoke_my_token")
async def revoke_my_token(api: Api, request: web.Request) -> web.StreamResponse:
    return await _revoke_token(api, request, user_of(request))


@handles("user_tokens")
async def user_tokens(api: Api, request: web.Request) -> web.StreamResponse:
    return await _tokens(api, await _other(api, request))


@handles("add_user_token")
async def add_user_token(api: Api, request: web.Request) -> web.StreamResponse:
    return await _add_token(api, request, await _other(api, request))


@handles("revoke_user_token")
async def revoke_user_token(api: Api, request: web.Request) -> web.StreamResponse:
    return await _revoke_token(api, request, await _other(api, request))
