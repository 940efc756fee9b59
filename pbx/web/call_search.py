"""Which calls a request asks for: the query parameters of lists, exports and sums."""

from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from pbx.domain.records import Direction, NumberType, Outcome
from pbx.errors import BadRequest
from pbx.services.ports import CallFilter
from pbx.web.api import Api, user_of, when

MAX_QUERY = 200
W = TypeVar("W", bound=StrEnum)


async def call_search(api: Api, request: web.Request) -> CallFilter | None:
    """None where a person is asked for whom there is not: then nothing is found.

    The numbers of a group are those that are in it now, also for calls of long ago.

    Raises:
        BadRequest: `bad-filter`, `bad-time`.
    """
    user_id: str | None = None
    if email := request.query.get("user"):
        wanted = await api.directory.user_by_email(email)
        if wanted is None:
            return None
        user_id = wanted.id
    ours = numbers_of(request, "did") or None
    if wanted_group := request.query.get("group"):
        known = {group.id: group.numbers for group in await api.office.statistics.groups()}
        members = known.get(wanted_group, frozenset())
        ours = tuple(sorted(members if ours is None else members.intersection(ours)))
    return CallFilter(
        since=when(request, "from"),
        until=when(request, "to"),
        user_id=user_id,
        task=request.query.get("task") or None,
        customer=request.query.get("customer") or None,
        number=number_of(request, "number"),
        ours=ours,
        country=request.query.get("country") or None,
        number_type=word(request, "type", NumberType),
        open_only=request.query.get("open") == "1",
        direction=word(request, "direction", Direction),
        outcomes=_outcomes(request),
        query=request.query.get("query", "")[:MAX_QUERY],
        reader_id=user_of(request).id,
    )


def number_of(request: web.Request, name: str) -> str | None:
    """A number filter; in a query string a plus may have become a space."""
    raw = request.query.get(name, "").strip()
    return "+" + raw.lstrip("+") if raw else None


def numbers_of(request: web.Request, name: str) -> tuple[str, ...]:
    """One, or several with commas between them."""
    parts = (part.strip().lstrip("+") for part in request.query.get(name, "").split(","))
    return tuple("+" + part for part in parts if part)


def _outcomes(request: web.Request) -> tuple[Outcome, ...]:
    """One, or several with commas between them."""
    raw = request.query.get("outcome", "")
    try:
        return tuple(Outcome(part.strip()) for part in raw.split(",") if part.strip())
    except ValueError as e:
        raise _unknown_word("outcome", Outcome) from e


def word(request: web.Request, name: str, words: type[W]) -> W | None:
    """Raises `BadRequest`: it is none of `words`."""
    raw = request.query.get(name, "")
    try:
        return words(raw) if raw else None
    except ValueError as e:
        raise _unknown_word(name, words) from e


def _unknown_word(name: str, words: type[StrEnum]) -> BadRequest:
    known = ", ".join(words)
    return BadRequest("bad-filter", f"{name}: möglich sind {known}.", f"{name}: it may be {known}.")
