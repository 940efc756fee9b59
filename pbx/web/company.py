"""The cookie of who signed in with the company's account: they sign out there too."""

from aiohttp import web

from pbx.web.api import Api, language_of

COMPANY = "pbx_company"
PATH = "/api/v1/session"
MOST_LETTERS = 3_800
"""Of a token: browsers keep no cookie of more than 4,096 bytes. Without it the provider may ask
who it is that signs out."""
NO_TOKEN = "-"


def keep_company(api: Api, response: web.Response, token: str) -> None:
    response.set_cookie(
        COMPANY,
        token if len(token) <= MOST_LETTERS else NO_TOKEN,
        max_age=api.session_seconds,
        httponly=True,
        samesite="Lax",
        secure=api.secure_cookie,
        path=PATH,
    )


def forget_company(request: web.Request, response: web.Response) -> None:
    if COMPANY in request.cookies:
        response.del_cookie(COMPANY, path=PATH)


async def way_out(api: Api, request: web.Request) -> str | None:
    """Where the browser goes to sign out at the company too; None: nowhere."""
    kept = request.cookies.get(COMPANY)
    if kept is None or api.single_sign_on is None:
        return None
    return await api.single_sign_on.leave(kept.removeprefix(NO_TOKEN), language_of(request))
