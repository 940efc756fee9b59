"""Searches for calls that people saved for themselves."""

from datetime import UTC, datetime

from aiohttp import web

from pbx.errors import Refused
from pbx.services.insight_ports import SavedSearch
from pbx.web import insight_schemas as i
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, user_of

MOST = 50


@handles("list_searches")
async def list_searches(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.office.searches.of_user(user_of(request).id)
    return answer(s.Page([_view(each) for each in found]))


@handles("save_search")
async def save_search(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, i.SearchPut)
    user_id = user_of(request).id
    known = {each.name for each in await api.office.searches.of_user(user_id)}
    if len(known) >= MOST and wish.name not in known:
        raise Refused(
            "too-many-searches",
            f"Sie haben schon {MOST} gespeicherte Suchen. Bitte zuerst eine löschen.",
            f"You have {MOST} saved searches already. Please delete one first.",
        )
    saved = SavedSearch(wish.name, wish.search, datetime.now(UTC))
    await api.office.searches.put(user_id, saved)
    return answer(_view(saved))


@handles("remove_search")
async def remove_search(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.searches.remove(user_of(request).id, request.match_info["name"])
    return web.Response(status=204)


def _view(search: SavedSearch) -> i.SearchView:
    return i.SearchView(search.name, dict(search.search), search.saved_at)
