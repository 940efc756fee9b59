"""Signing in with the company's own accounts: there and back again."""

from urllib.parse import quote

from aiohttp import web

from pbx.errors import NotFound, PbxError
from pbx.services.single_sign_on import HOME, TROUBLES, Begun, SingleSignOn
from pbx.web import sign_in_schemas as i
from pbx.web.api import Api, answer, handles, language_of
from pbx.web.company import keep_company
from pbx.web.session import give_cookie

BEGUN = "pbx_sign_in"
"""What the browser keeps while it is at the provider; only for the way back."""
BEGUN_SECONDS = 600
PATH = "/api/v1/session/oidc"


@handles("sign_in_ways")
async def sign_in_ways(api: Api, request: web.Request) -> web.StreamResponse:
    told = TROUBLES.get(request.query.get("trouble", ""))
    _, de, en = told or (None, None, None)
    return answer(
        i.SignInWays(
            single_sign_on=api.single_sign_on.label if api.single_sign_on else None,
            trouble=de if language_of(request) == "de" else en,
        )
    )


def _configured(api: Api) -> SingleSignOn:
    if api.single_sign_on is None:
        raise NotFound(
            "sso-off",
            "Die Anmeldung über die Firma ist hier nicht eingerichtet.",
            "Signing in through the company is not set up here.",
        )
    return api.single_sign_on


@handles("single_sign_on")
async def single_sign_on(api: Api, request: web.Request) -> web.StreamResponse:
    way = _configured(api)
    try:
        address, begun = await way.begin(request.query.get("to", HOME), language_of(request))
    except PbxError as e:
        return _back_to_login(e)
    response = _see(address)
    response.set_cookie(
        BEGUN,
        begun.as_text(),
        max_age=BEGUN_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=api.secure_cookie,
        path=PATH,
    )
    return response


@handles("single_sign_on_done")
async def single_sign_on_done(api: Api, request: web.Request) -> web.StreamResponse:
    way = _configured(api)
    begun = Begun.of_text(request.cookies.get(BEGUN, ""))
    try:
        arrived = await way.finish(begun, request.query, language_of(request))
    except PbxError as e:
        response = _back_to_login(e)
    else:
        response = _see(begun.to if begun else HOME)
        agent = request.headers.get("User-Agent", "")
        # The company decides how its people prove themselves: no second factor on top.
        secret = await api.accounts.open_session(arrived.user, agent, proven=True)
        give_cookie(api, response, secret)
        keep_company(api, response, arrived.token)
    response.del_cookie(BEGUN, path=PATH)
    return response


def _back_to_login(error: PbxError) -> web.Response:
    return _see(f"/login?trouble={quote(error.error_id)}")


def _see(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address, "Cache-Control": "no-store"})
