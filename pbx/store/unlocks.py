"""Openings of locked countries, what was talked under them, and refused calls."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.unlocks import Unlock, Used
from pbx.errors import NotFound
from pbx.services.country_ports import Refusals, UnlockFilter
from pbx.store.audit import write_change
from pbx.store.country_tables import refused_calls, unlock_calls, unlocks
from pbx.store.engine import Engine
from pbx.store.paging import newest, page_of
from pbx.store.tables import calls, countries
from pbx.store.uninterrupted import uninterrupted

REMEMBERED = timedelta(days=14)
"""For so long a refusal still says that an unlock has ended."""


def unknown_country(code: str) -> NotFound:
    return NotFound(
        "unknown-country",
        f"Das Land {code} gibt es in der Liste nicht. Bitte ein anderes wählen.",
        f"There is no country {code} on the list. Please choose another one.",
    )


async def write_unlock(conn: AsyncConnection, unlock: Unlock) -> None:
    """As `SqlUnlocks.add`, in the transaction of `conn`."""
    known = select(countries.c.code).where(countries.c.code == unlock.country)
    if (await conn.execute(known)).first() is None:
        raise unknown_country(unlock.country)
    await conn.execute(unlocks.insert().values(asdict(unlock)))
    about = {name: value for name, value in asdict(unlock).items() if name not in _NOT_TOLD}
    await write_change(
        conn, "unlock.added", unlock.country, by=unlock.by, at=unlock.at, after=about
    )


_NOT_TOLD = {"by", "at", "revoked_at", "revoked_by", "country"}


@uninterrupted
class SqlUnlocks:
    """`UnlockStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, unlock: Unlock) -> None:
        async with self._engine.write() as conn:
            await write_unlock(conn, unlock)

    async def revoke(self, unlock_id: str, by: str, at: datetime) -> bool:
        return await self._turn(unlock_id, by, at, revoked=True)

    async def restore(self, unlock_id: str, by: str, at: datetime) -> bool:
        return await self._turn(unlock_id, by, at, revoked=False)

    async def _turn(self, unlock_id: str, by: str, at: datetime, *, revoked: bool) -> bool:
        c = unlocks.c
        values = {"revoked_at": at, "revoked_by": by} if revoked else _NOT_REVOKED
        missing = c.revoked_at.is_(None) if revoked else c.revoked_at.is_not(None)
        change = update(unlocks).where(c.id == unlock_id, missing).values(values)
        async with self._engine.write() as conn:
            row = (await conn.execute(change.returning(c.country))).first()
            if row is None:
                return False
            action = "unlock.revoked" if revoked else "unlock.restored"
            was, now = {"id": unlock_id, "revoked": not revoked}, {"revoked": revoked}
            await write_change(
                conn, action, row.country, by=by, at=at, before=was, after={**was, **now}
            )
        return True

    async def get(self, unlock_id: str, now: datetime) -> Used | None:
        found = await self._used(select(unlocks).where(unlocks.c.id == unlock_id), now)
        return found[0] if found else None

    async def of_requests(self, request_ids: Collection[str], now: datetime) -> Mapping[str, Used]:
        query = select(unlocks).where(unlocks.c.request_id.in_(request_ids))
        found = await self._used(query, now) if request_ids else []
        return {used.unlock.request_id or "": used for used in found}

    async def find(
        self, which: UnlockFilter, now: datetime, cursor: str | None, limit: int
    ) -> tuple[Sequence[Used], str | None]:
        c = unlocks.c
        query = newest(select(unlocks), c.at, c.id, cursor).limit(limit + 1)
        if which.country is not None:
            query = query.where(c.country == which.country)
        if which.current_at is not None:
            later = or_(c.until.is_(None), c.until > which.current_at)
            query = query.where(c.revoked_at.is_(None), later)
        found = await self._used(query, now)
        return page_of(found, limit, lambda used: (used.unlock.at, used.unlock.id))

    async def standing(self, now: datetime) -> Sequence[Used]:
        c = unlocks.c
        lately = or_(c.until.is_(None), c.until > now - REMEMBERED)
        return await self._used(select(unlocks).where(c.revoked_at.is_(None), lately), now)

    async def _used(self, query: Select[Any], now: datetime) -> list[Used]:
        async with self._engine.read() as conn:
            found = [Unlock(**row) for row in (await conn.execute(query)).mappings()]
            capped = [unlock.id for unlock in found]
            spent = await _spent(conn, capped, now) if capped else {}
        return [Used(unlock, spent.get(unlock.id, 0)) for unlock in found]

    async def use(self, call_id: str, unlock_id: str) -> None:
        statement = self._engine.insert(unlock_calls)
        statement = statement.values(call_id=call_id, unlock_id=unlock_id)
        async with self._engine.write() as conn:
            await conn.execute(statement.on_conflict_do_nothing())

    async def count_refusal(self, user_id: str, country: str, day: date) -> None:
        values = {"user_id": user_id, "country": country, "day": day, "count": 1}
        statement = self._engine.insert(refused_calls).values(values)
        counted = statement.on_conflict_do_update(
            index_elements=["day", "country", "user_id"],
            set_={"count": refused_calls.c.count + 1},
        )
        async with self._engine.write() as conn:
            await conn.execute(counted)

    async def refusals(self, since: date) -> Sequence[Refusals]:
        c = refused_calls.c
        total = func.sum(c["count"])
        query = (
            select(c.country, c.user_id, total.label("total"), func.max(c.day).label("last_day"))
            .where(c.day >= since)
            .group_by(c.country, c.user_id)
            .order_by(total.desc(), c.country, c.user_id)
        )
        async with self._engine.read() as conn:
            rows = (await conn.execute(query)).all()
        return [Refusals(r.country, r.user_id, int(r.total), r.last_day) for r in rows]


_NOT_REVOKED: dict[str, Any] = {"revoked_at": None, "revoked_by": None}


async def _spent(
    conn: AsyncConnection, unlock_ids: Sequence[str], now: datetime
) -> Mapping[str, int]:
    """Milliseconds talked under each; calls under way count until `now`."""
    query = (
        select(unlock_calls.c.unlock_id, calls.c.talk_ms, calls.c.answered_at, calls.c.ended_at)
        .join(calls, calls.c.id == unlock_calls.c.call_id)
        .where(unlock_calls.c.unlock_id.in_(unlock_ids))
    )
    spent: dict[str, int] = {}
    for row in await conn.execute(query):
        ms = row.talk_ms
        if row.ended_at is None and row.answered_at is not None:
            ms = max(0, round((now - row.answered_at).total_seconds() * 1000))
        spent[row.unlock_id] = spent.get(row.unlock_id, 0) + ms
    return spent
