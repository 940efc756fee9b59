"""Choosing a password: one's own, by invitation, and after it was forgotten."""

from collections.abc import Sequence

from aiohttp import web

from pbx.domain.account_links import LinkKind
from pbx.domain.password_rules import LEVELS
from pbx.web import people_schemas as p
from pbx.web.api import Api, answer, body, caller_of, check_origin, handles
from pbx.web.session import give_cookie


def _rules(api: Api) -> p.PasswordRulesView:
    rules = api.office.staff.passwords.rules
    level = LEVELS[rules.level]
    return p.PasswordRulesView(rules.level, level.least, level.kinds, level.free_from, rules.days)


@handles("password_rules")
async def password_rules(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(_rules(api))


@handles("change_password")
async def change_password(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, p.PasswordChange)
    caller = caller_of(request)
    passwords = api.office.staff.passwords
    await api.accounts.check_password(caller.user, wish.old)
    ended = await passwords.change(caller.user, wish.old, wish.new, caller.secret)
    await _end(api, ended)
    user = await api.directory.user(caller.user.id)
    return answer(api.me(user or caller.user, factor_due=caller.factor_due))


async def _end(api: Api, sessions: Sequence[str]) -> None:
    for token_hash in sessions:
        await api.accounts.on_ended(token_hash)


@handles("forgot_password")
async def forgot_password(api: Api, request: web.Request) -> web.StreamResponse:
    check_origin(request)
    wish = await body(request, p.Forgot)
    api.office.staff.links.forgot(wish.email)
    return web.Response(status=204)


@handles("look_at_link")
async def look_at_link(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, p.LinkToken)
    link = await api.office.staff.links.look(wish.token)
    return answer(
        p.LinkView(
            kind=link.kind.value,
            email=link.user.email,
            name=link.user.name,
            language="de" if link.user.language == "de" else "en",
            expires_at=link.expires_at,
            rules=_rules(api),
        )
    )


@handles("use_link")
async def use_link(api: Api, request: web.Request) -> web.StreamResponse:
    check_origin(request)
    wish = await body(request, p.LinkUse)
    link, ended = await api.office.staff.links.use(wish.token, wish.password)
    await _end(api, ended)
    if link.kind is LinkKind.RESET:
        # There may be a second factor, which the mailbox does not replace.
        return answer(p.LinkUsed("reset"))
    due = api.accounts.factors.rule.demands(link.user)
    agent = request.headers.get("User-Agent", "")
    secret = await api.accounts.open_session(link.user, agent, proven=False)
    response = answer(p.LinkUsed("invitation", api.me(link.user, factor_due=due)))
    give_cookie(api, response, secret)
    return response
