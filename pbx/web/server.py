"""The aiohttp application: API, live socket, voice proxy, pages."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from aiohttp import web

# Importing a module binds its handlers to the contract.
from pbx.web import (  # noqa: F401
    account_links,
    addon_form,
    addon_orders,
    addons,
    audit,
    blocked_callers,
    bookings,
    calls,
    contacts,
    costs,
    country_requests,
    customers,
    exports,
    factors,
    going_live,
    greetings,
    health,
    hooks,
    inventory,
    limits,
    message_page,
    network,
    notes,
    number_requests,
    numbers,
    pages,
    pay,
    people,
    presence,
    push,
    quality,
    reconciliations,
    routing,
    searches,
    session,
    sign_in,
    single_sign_on,
    statement_files,
    statement_pdf,
    statements,
    statistics,
    tariffs,
    tasks,
    templates,
    unlocks,
    voice_proxy,
    voicemails,
)
from pbx.web.api import Api, errors, routes
from pbx.web.live import HUB, LiveHub

MAX_BODY_BYTES = 1024 * 1024


def application(
    api: Api, hub: LiveHub, dist: Path, prompts: Path, more: Iterable[web.AbstractRouteDef] = ()
) -> web.Application:
    """Args: `dist`: the built web app; `prompts`: announcements; `more`: routes of the demo."""
    app = web.Application(
        middlewares=[pages.security_headers, errors], client_max_size=MAX_BODY_BYTES
    )
    hub.api = api
    api.accounts.on_ended = partial(session.session_over, api, hub)
    api.office.staff.partings.end = api.accounts.on_ended
    app.on_shutdown.append(lambda _: api.office.staff.close())
    app.on_shutdown.append(lambda _: api.office.going_live.calls.stop())
    app[HUB] = hub
    app[voice_proxy.OPEN] = set()
    app.add_routes(routes(api))
    app.add_routes(more)
    app.add_routes(pages.routes(dist, prompts))
    app.on_shutdown.append(lambda _: hub.close())
    app.on_shutdown.append(voice_proxy.close_all)
    return app
