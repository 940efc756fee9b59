"""Checking a number before dialling."""

from aiohttp import web

from pbx.web import number_schemas as n
from pbx.web.api import Api, answer, handles, language_of, user_of

MAX_TYPED = 100


@handles("check_number")
async def check_number(api: Api, request: web.Request) -> web.StreamResponse:
    raw = request.query.get("number", "")[:MAX_TYPED]
    country = request.query.get("country", api.home_region)[:10]
    user, language = user_of(request), language_of(request)
    task = request.query.get("task", "")[:MAX_TYPED]
    check = await api.outbound.examine(user, raw, country, task)
    dialled, refusal = check.dialled, check.refusal
    if refusal is not None and dialled is not None and task:
        # With a task it is somebody at the phone who wants to call, not a search in a list.
        await api.outbound.refused(user, refusal, dialled.e164)
    return answer(
        n.NumberCheck(
            e164=dialled.e164 if dialled else None,
            national=dialled.national if dialled else None,
            country=dialled.region if dialled else None,
            type=dialled.type.value if dialled else None,
            zone=check.zone.value if check.zone else None,
            allowed=refusal is None,
            error_id=refusal.error_id if refusal else None,
            detail=refusal.text(language) if refusal else None,
            caller_id=check.caller_id,
            caller_id_printed=api.printed(check.caller_id) if check.caller_id else None,
            warnings=[de if language == "de" else en for de, en in check.warnings],
        )
    )
