"""Files in a request's body that may be longer than a JSON body."""

from datetime import date

from aiohttp import web

from pbx.errors import BadRequest


async def uploaded(request: web.Request, most: int, too_large: BadRequest) -> bytes:
    """The body, piece by piece; raises `too_large` behind `most` bytes."""
    if (request.content_length or 0) > most:
        raise too_large
    data = bytearray()
    while piece := await request.content.readany():
        data += piece
        if len(data) > most:
            raise too_large
    return bytes(data)


def day_of_query(request: web.Request, name: str) -> date | None:
    """A day such as `2026-12-01`.

    Raises:
        BadRequest: `bad-day`.
    """
    raw = request.query.get(name)
    if not raw:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError as e:
        raise BadRequest(
            "bad-day",
            f"{name}: bitte als Tag wie 2026-12-01 angeben.",
            f"{name}: please give a day such as 2026-12-01.",
        ) from e
