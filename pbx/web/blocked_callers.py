"""Caller lists: who is kept out, let in, or let through first."""

from aiohttp import web

from pbx.domain import numbers
from pbx.domain.routing import CallerRule, ListKind
from pbx.errors import BadRequest
from pbx.web import routing_schemas as r
from pbx.web import schemas as s
from pbx.web.api import NOWHERE, Api, answer, body, handles, paging, user_of
from pbx.web.routing import Names, in_germany


@handles("list_blocked_callers")
async def list_blocked_callers(api: Api, request: web.Request) -> web.StreamResponse:
    kind = request.query.get("kind") or "block"
    if kind not in list(ListKind):
        raise BadRequest("bad-kind", "kind: block, allow, vip.", "kind: block, allow, vip.")
    found, following = await api.office.callers.find(ListKind(kind), *paging(request))
    names = Names(await api.directory.users())
    return answer(s.Page([_view(rule, names) for rule in found], following))


@handles("block_caller")
async def block_caller(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, r.BlockedCallerPut)
    if bool(wish.number) == bool(wish.call_id):
        raise BadRequest(
            "number-or-call",
            "Bitte eine Nummer oder einen Anruf angeben, nicht beides.",
            "Please give a number or a call, not both.",
        )
    office, kind = api.office.callers, ListKind(wish.kind)
    until = in_germany(wish.until) if wish.until else None
    by = user_of(request)
    if wish.number:
        rule = await office.add_number(kind, wish.number, until, wish.note, by)
    else:
        rule = await office.add_caller_of(kind, wish.call_id, until, wish.note, by)
    return answer(_view(rule, Names(await api.directory.users())), 201)


@handles("unblock_caller")
async def unblock_caller(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.callers.remove(request.match_info["id"], user_of(request))
    return web.Response(status=204)


def _view(rule: CallerRule, names: Names) -> r.BlockedCaller:
    assert rule.at is not None
    whole = bool(rule.pattern) and not rule.prefix
    return r.BlockedCaller(
        id=rule.id,
        kind=rule.kind.value,
        number=rule.pattern or None,
        printed=numbers.show(rule.pattern, NOWHERE) if whole else rule.pattern or None,
        prefix=rule.prefix,
        until=rule.until,
        note=rule.note,
        hits=rule.hits,
        last_hit=rule.last_hit,
        by=names.email(rule.by),
        at=rule.at,
    )
