"""People who ask for a number of their own, and the answers (F06)."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.desk import RequestState
from pbx.domain.inventory import NOBODY, NumberRequest, Owner, owner_of
from pbx.errors import Conflict, NotFound
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.number_tables import number_requests
from pbx.store.numbers import locked_number, write_assignment
from pbx.store.paging import newest, page_of
from pbx.store.uninterrupted import uninterrupted

R = number_requests.c


def unknown_request() -> NotFound:
    return NotFound("unknown-request", "Diese Anfrage gibt es nicht.", "There is no such request.")


def request_decided() -> Conflict:
    return Conflict(
        "request-decided",
        "Diese Anfrage ist schon beantwortet. Bitte die Liste neu laden.",
        "This request is answered already. Please reload the list.",
    )


def number_taken() -> Conflict:
    return Conflict(
        "number-taken",
        "Diese Nummer ist nicht mehr frei. Bitte eine andere wählen.",
        "This number is not free any more. Please choose another one.",
    )


@uninterrupted
class SqlNumberRequests:
    """`NumberRequestStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def ask(self, request: NumberRequest) -> NumberRequest:
        """A person has one open request; asking again changes its reason."""
        statement = self._engine.insert(number_requests).values(asdict(request))
        once = statement.on_conflict_do_update(
            index_elements=["user_id"],
            index_where=text("state = 'open'"),
            set_={"reason": statement.excluded.reason},
        ).returning(number_requests)
        async with self._engine.write() as conn:
            return NumberRequest(**(await conn.execute(once)).mappings().one())

    async def get(self, request_id: str) -> NumberRequest:
        """Raises `NotFound` (`unknown-request`)."""
        found = await self._all(select(number_requests).where(R.id == request_id))
        if not found:
            raise unknown_request()
        return found[0]

    async def _all(self, query: Select[Any]) -> list[NumberRequest]:
        async with self._engine.read() as conn:
            return [NumberRequest(**row) for row in (await conn.execute(query)).mappings()]

    async def find(
        self, user_id: str | None, open_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[NumberRequest], str | None]:
        """Newest first; `user_id` None: everybody's."""
        query = newest(select(number_requests), R.created_at, R.id, cursor)
        if user_id is not None:
            query = query.where(R.user_id == user_id)
        if open_only:
            query = query.where(R.state == RequestState.OPEN)
        found = await self._all(query.limit(limit + 1))
        return page_of(found, limit, lambda asked: (asked.created_at, asked.id))

    async def approve(
        self, request_id: str, e164: str, answer: str, by: str, at: datetime
    ) -> NumberRequest:
        """Give a free number to who asks.

        Raises:
            NotFound: `unknown-request`, `unknown-number`;
            Conflict: `request-decided`, `number-taken`, `user-inactive`.
        """
        async with self._engine.write() as conn:
            request = await _open(conn, request_id)
            number = await locked_number(conn, e164)
            if owner_of(number) != NOBODY or number.head_office:
                raise number_taken()
            await write_assignment(conn, e164, Owner(request.user_id), by, at)
            return await _decide(conn, request, RequestState.APPROVED, answer, e164, by, at)

    async def refuse(self, request_id: str, answer: str, by: str, at: datetime) -> NumberRequest:
        """Raises `NotFound` (`unknown-request`), `Conflict` (`request-decided`)."""
        async with self._engine.write() as conn:
            request = await _open(conn, request_id)
            return await _decide(conn, request, RequestState.REFUSED, answer, None, by, at)


async def close_open_of(conn: AsyncConnection, user_id: str, by: str, at: datetime) -> None:
    """Whoever has left is answered no more: what they still asked for is refused."""
    query = select(number_requests).where(R.user_id == user_id, R.state == RequestState.OPEN)
    for row in (await conn.execute(query.with_for_update())).mappings().all():
        await _decide(conn, NumberRequest(**row), RequestState.REFUSED, "", None, by, at)


async def _open(conn: AsyncConnection, request_id: str) -> NumberRequest:
    query = select(number_requests).where(R.id == request_id).with_for_update()
    row = (await conn.execute(query)).mappings().first()
    if row is None:
        raise unknown_request()
    request = NumberRequest(**row)
    if request.state is not RequestState.OPEN:
        raise request_decided()
    return request


async def _decide(
    conn: AsyncConnection,
    request: NumberRequest,
    state: RequestState,
    answer: str,
    e164: str | None,
    by: str,
    at: datetime,
) -> NumberRequest:
    decided = replace(request, state=state, answer=answer, e164=e164, decided_by=by, decided_at=at)
    values = {"state": state, "answer": answer, "e164": e164, "decided_by": by, "decided_at": at}
    await conn.execute(update(number_requests).where(R.id == request.id).values(values))
    action = "approved" if state is RequestState.APPROVED else "refused"
    told = {"user_id": request.user_id, "answer": answer, "e164": e164}
    await write_change(conn, f"number-request.{action}", request.id, by=by, at=at, after=told)
    return decided
