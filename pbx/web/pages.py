"""The web app's files, and what browsers must not do with our pages."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self'; img-src 'self' data:;"
    " media-src 'self' blob:; connect-src 'self' ws: wss:; worker-src 'self' blob:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FOREVER = "public, max-age=31536000, immutable"
NOT_BUILT = "The web app is not built yet: run `make web` in the project's folder.\n"


def routes(dist: Path, prompts: Path) -> list[web.AbstractRouteDef]:
    """Files of `dist`; every other path is a page of the app, which routes it itself.

    Below `/book/` customers book add-ons, on a page without anything of the softphone.

    The shipped announcements are at `/prompts/<language>/<name>.wav`: a refused emergency
    call must also be heard (D8).
    """

    root = dist.resolve()

    async def page(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if path.startswith(("api/", "demo/")):
            raise web.HTTPNotFound
        file = dist / path.lstrip("/")
        if path and "\0" not in path and file.resolve().is_relative_to(root) and file.is_file():
            cache = FOREVER if path.startswith("assets/") else "no-cache"
            return web.FileResponse(file, headers={"Cache-Control": cache})
        if path.startswith("assets/"):
            raise web.HTTPNotFound
        index = dist / ("book.html" if path.startswith("book/") else "index.html")
        if not index.is_file():
            return web.Response(text=NOT_BUILT, status=503)
        return web.FileResponse(index, headers={"Cache-Control": "no-cache"})

    return [web.static("/prompts", prompts), web.get("/{path:.*}", page)]


@web.middleware
async def security_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
        if not request.path.startswith(("/demo", "/api/docs")):
            headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    return response
