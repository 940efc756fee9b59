"""Countries asked for, and the answers (N6)."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.desk import CountryRequest, RequestState
from pbx.domain.records import Country
from pbx.domain.unlocks import Unlock
from pbx.store.audit import write_change
from pbx.store.desk_tables import country_requests
from pbx.store.engine import Engine
from pbx.store.numbers import write_country
from pbx.store.paging import newest, page_of
from pbx.store.tables import countries
from pbx.store.uninterrupted import uninterrupted
from pbx.store.unlocks import unknown_country, write_unlock

__all__ = ["SqlCountryRequests", "unknown_country"]

_FIELDS = tuple(f.name for f in fields(CountryRequest))


@uninterrupted
class SqlCountryRequests:
    """`CountryRequestStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def ask(self, request: CountryRequest) -> CountryRequest:
        statement = self._engine.insert(country_requests).values(asdict(request))
        said = statement.excluded
        once = statement.on_conflict_do_update(
            index_elements=["user_id", "country"],
            index_where=text("state = 'open'"),
            set_={name: said[name] for name in ("task", "reason")},
        ).returning(country_requests)
        async with self._engine.write() as conn:
            known = select(countries.c.code).where(countries.c.code == request.country)
            if (await conn.execute(known)).first() is None:
                raise unknown_country(request.country)
            row = (await conn.execute(once)).mappings().one()
        return CountryRequest(**row)

    async def get(self, request_id: str) -> CountryRequest | None:
        found = await self._all(select(country_requests).where(country_requests.c.id == request_id))
        return found[0] if found else None

    async def _all(self, query: Select[Any]) -> list[CountryRequest]:
        async with self._engine.read() as conn:
            return [CountryRequest(**row) for row in (await conn.execute(query)).mappings()]

    async def find(
        self, user_id: str | None, open_only: bool, cursor: str | None, limit: int
    ) -> tuple[Sequence[CountryRequest], str | None]:
        c = country_requests.c
        query = newest(select(country_requests), c.created_at, c.id, cursor)
        if user_id is not None:
            query = query.where(c.user_id == user_id)
        if open_only:
            query = query.where(c.state == RequestState.OPEN)
        found = await self._all(query.limit(limit + 1))
        return page_of(found, limit, lambda asked: (asked.created_at, asked.id))

    async def refuse(self, request_id: str, answer: str, by: str, at: datetime) -> bool:
        c = country_requests.c
        statement = (
            update(country_requests)
            .where(c.id == request_id, c.state == RequestState.OPEN)
            .values(state=RequestState.REFUSED, answer=answer, decided_by=by, decided_at=at)
            .returning(country_requests)
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(statement)).mappings().first()
            if row is None:
                return False
            await _note(conn, CountryRequest(**row))
        return True

    async def approve(
        self, request_id: str, answer: str, by: str, at: datetime, unlock: Unlock | None = None
    ) -> Sequence[CountryRequest]:
        c = country_requests.c
        wanted = (
            select(countries)
            .join(country_requests, c.country == countries.c.code)
            .where(c.id == request_id, c.state == RequestState.OPEN)
            .with_for_update()
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(wanted)).mappings().first()
            if row is None:
                return []
            country = Country(**row)
            if unlock is None:
                await write_country(self._engine, conn, replace(country, allowed=True), by, at)
            else:
                await write_unlock(conn, unlock)
            open_ones = select(country_requests).where(
                c.country == country.code, c.state == RequestState.OPEN
            )
            found = [CountryRequest(**row) for row in (await conn.execute(open_ones)).mappings()]
            answered = [r.id for r in found if r.id == request_id or answers(unlock, r)]
            done = (
                update(country_requests)
                .where(c.id.in_(answered))
                .values(state=RequestState.APPROVED, answer=answer, decided_by=by, decided_at=at)
                .returning(country_requests)
            )
            approved = [CountryRequest(**row) for row in (await conn.execute(done)).mappings()]
            for request in approved:
                await _note(conn, request)
        return sorted(approved, key=lambda request: (request.created_at, request.id))


async def close_open_of(conn: AsyncConnection, user_id: str, by: str, at: datetime) -> None:
    """Whoever has left is answered no more: what they still asked for is refused."""
    c = country_requests.c
    closed = (
        update(country_requests)
        .where(c.user_id == user_id, c.state == RequestState.OPEN)
        .values(state=RequestState.REFUSED, decided_by=by, decided_at=at)
        .returning(country_requests)
    )
    for row in (await conn.execute(closed)).mappings().all():
        await _note(conn, CountryRequest(**row))


def answers(unlock: Unlock | None, request: CountryRequest) -> bool:
    """Whether what was opened for one request is what another one asks for too."""
    return unlock is None or unlock.is_for(request.user_id, request.task)


async def _note(conn: AsyncConnection, request: CountryRequest) -> None:
    about = {"country": request.country, "user_id": request.user_id}
    await write_change(
        conn,
        f"country-request.{request.state}",
        request.id,
        by=request.decided_by or "",
        at=request.decided_at or request.created_at,
        before={"state": RequestState.OPEN, "answer": "", **about},
        after={"state": request.state, "answer": request.answer, **about},
    )
