"""Price lists and their rates."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain import searching
from pbx.domain.tariffs import ChangeKind, Changes, Increments, PriceList, Rate, amount
from pbx.services.tariff_ports import KeptList, RateVersions
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.price_imports import keep_replaced, put_back
from pbx.store.tariff_tables import price_lists, rates
from pbx.store.uninterrupted import uninterrupted

BATCH = 1_000
"""Rows of one statement."""


@uninterrupted
class SqlTariffs:
    """`TariffStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -------------------------------------------------------------- lists

    async def lists(self) -> Sequence[KeptList]:
        c = price_lists.c
        query = select(price_lists).where(c.removed_at.is_(None)).order_by(c.name, c.id)
        async with self._engine.read() as conn:
            return [KeptList(_list(row), row.revision) for row in await conn.execute(query)]

    async def summaries(self) -> Sequence[KeptList]:
        c = rates.c
        query = select(
            c.list_id,
            func.count(func.distinct(c.destination)).label("prefixes"),
            func.max(c.valid_from).label("newest"),
        ).group_by(c.list_id)
        async with self._engine.read() as conn:
            counted = {row.list_id: row for row in await conn.execute(query)}
        found = []
        for kept in await self.lists():
            row = counted.get(kept.price_list.id)
            more = (row.prefixes, row.newest) if row else (0, None)
            found.append(KeptList(kept.price_list, kept.revision, *more))
        return found

    async def add_list(self, price_list: PriceList, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            await conn.execute(insert(price_lists).values(**asdict(price_list), revision=1))
            await _note(conn, "added", price_list.name, by, at, after=_told(price_list))

    async def change_list(self, price_list: PriceList, by: str, at: datetime) -> bool:
        async with self._engine.write() as conn:
            before = await self._locked(conn, price_list.id)
            if before is None:
                return False
            await conn.execute(
                update(price_lists)
                .where(price_lists.c.id == price_list.id)
                .values(**asdict(price_list))
            )
            was, now = _told(before), _told(price_list)
            await _note(conn, "changed", price_list.name, by, at, was, now)
        return True

    async def remove_list(self, list_id: str, by: str, at: datetime) -> bool:
        return await self._set_removed(list_id, at, "removed", by, at)

    async def restore_list(self, list_id: str, by: str, at: datetime) -> bool:
        return await self._set_removed(list_id, None, "restored", by, at)

    async def _set_removed(
        self, list_id: str, removed_at: datetime | None, verb: str, by: str, at: datetime
    ) -> bool:
        c = price_lists.c
        is_there = c.removed_at.is_(None) if removed_at else c.removed_at.is_not(None)
        change = (
            update(price_lists)
            .where(c.id == list_id, is_there)
            .values(removed_at=removed_at)
            .returning(price_lists)
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(change)).first()
            if row is None:
                return False
            told = _told(_list(row))
            states = (told, None) if removed_at else (None, told)
            await _note(conn, verb, row.name, by, at, *states)
        return True

    async def _locked(self, conn: AsyncConnection, list_id: str) -> PriceList | None:
        """The list, which nobody else changes until the transaction ends."""
        c = price_lists.c
        change = (
            update(price_lists)
            .where(c.id == list_id, c.removed_at.is_(None))
            .values(revision=c.revision + 1)
            .returning(price_lists)
        )
        row = (await conn.execute(change)).first()
        return _list(row) if row else None

    # -------------------------------------------------------------- rates

    async def rates(self, list_id: str) -> Sequence[Rate]:
        c = rates.c
        query = select(rates).where(c.list_id == list_id).order_by(c.destination, c.valid_from)
        async with self._engine.read() as conn:
            return [_rate(row) for row in await conn.execute(query)]

    async def find_rates(
        self, list_id: str, day: date, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[RateVersions], str | None]:
        c, later = rates.c, rates.alias().c
        is_newest = ~(
            select(later.valid_from)
            .where(
                later.list_id == c.list_id,
                later.destination == c.destination,
                later.valid_from > c.valid_from,
            )
            .exists()
        )
        # The newest version tells whether the destination is gone.
        names = select(c.destination).where(
            c.list_id == list_id,
            is_newest,
            or_(c.per_minute.is_not(None), c.valid_from > day),
        )
        for term in searching.terms(query):
            names = names.where(c.search.contains(term, autoescape=True))
        if cursor is not None:
            names = names.where(c.destination > cursor)
        names = names.order_by(c.destination).limit(limit + 1)
        async with self._engine.read() as conn:
            found = list((await conn.execute(names)).scalars())
            page = found[:limit]
            versions = select(rates).where(c.list_id == list_id, c.destination.in_(page))
            rows = await conn.execute(versions.order_by(c.destination, c.valid_from))
            by_name: dict[str, list[Rate]] = {}
            for row in rows:
                by_name.setdefault(row.destination, []).append(_rate(row))
        items = [_versions(name, by_name[name], day) for name in page]
        return items, page[-1] if len(found) > limit else None

    async def put_rate(self, list_id: str, rate: Rate, by: str, at: datetime) -> Rate | None:
        async with self._engine.write() as conn:
            price_list = await self._locked(conn, list_id)
            before = await self._version(conn, list_id, rate.destination, rate.valid_from)
            await conn.execute(self._engine.upsert(rates, _row(list_id, rate)))
            name = price_list.name if price_list else list_id
            was = told_rate(before) if before else None
            await _note_price(conn, name, rate, by, at, was, told_rate(rate))
        return before

    async def remove_rate(
        self, list_id: str, destination: str, valid_from: date, by: str, at: datetime
    ) -> Rate | None:
        async with self._engine.write() as conn:
            price_list = await self._locked(conn, list_id)
            before = await self._version(conn, list_id, destination, valid_from)
            if before is None:
                return None
            await conn.execute(delete(rates).where(_is(list_id, destination, valid_from)))
            name = price_list.name if price_list else list_id
            await _note_price(conn, name, before, by, at, told_rate(before), None)
        return before

    async def _version(
        self, conn: AsyncConnection, list_id: str, destination: str, valid_from: date
    ) -> Rate | None:
        query = select(rates).where(_is(list_id, destination, valid_from))
        row = (await conn.execute(query)).first()
        return _rate(row) if row else None

    async def take(
        self, list_id: str, changes: Changes, file: str, by: str, at: datetime
    ) -> int | None:
        counts = {kind.value: 0 for kind in ChangeKind}
        for change in changes.changes:
            counts[change.kind] += 1
        rows = [_row(list_id, change.after) for change in changes.changes]
        if not rows:
            return None
        valid_from, names = rows[0]["valid_from"], [row["destination"] for row in rows]
        async with self._engine.write() as conn:
            price_list = await self._locked(conn, list_id)
            revision = await keep_replaced(conn, list_id, valid_from, names)
            statement = self._engine.upsert(rates, rows[0])
            for start in range(0, len(rows), BATCH):
                await conn.execute(statement, rows[start : start + BATCH])
            after = {"file": file, "valid_from": valid_from, **counts}
            name = price_list.name if price_list else list_id
            await _note(conn, "imported", name, by, at, after=after)
        return revision

    async def take_back(self, list_id: str, revision: int, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            valid_from = await put_back(conn, list_id, revision)
            price_list = await self._locked(conn, list_id)
            name = price_list.name if price_list else list_id
            await _note(conn, "import-undone", name, by, at, before={"valid_from": valid_from})


def _is(list_id: str, destination: str, valid_from: date) -> Any:
    c = rates.c
    return and_(c.list_id == list_id, c.destination == destination, c.valid_from == valid_from)


def _list(row: Any) -> PriceList:
    return PriceList(row.id, row.name, row.trunk, row.currency, row.euro)


def _rate(row: Any) -> Rate:
    return Rate(
        row.destination,
        row.valid_from,
        row.per_minute,
        row.connection,
        Increments(row.first, row.following),
        row.label,
    )


def _row(list_id: str, rate: Rate) -> dict[str, Any]:
    return {
        "list_id": list_id,
        "destination": rate.destination,
        "valid_from": rate.valid_from,
        "per_minute": rate.per_minute,
        "connection": rate.connection,
        "first": rate.increments.first,
        "following": rate.increments.following,
        "label": rate.label,
        "search": searching.fold(f"{rate.destination} {rate.label}"),
    }


def _versions(name: str, found: Sequence[Rate], day: date) -> RateVersions:
    past = [rate for rate in found if rate.valid_from <= day]
    now = past[-1] if past and past[-1].per_minute is not None else None
    return RateVersions(name, now, [rate for rate in found if rate.valid_from > day])


def _told(price_list: PriceList) -> dict[str, Any]:
    told = {**asdict(price_list), "euro": amount(price_list.euro)}
    del told["id"]
    return told


def told_rate(rate: Rate) -> dict[str, Any]:
    """As the audit log has it."""
    return {
        "price": None if rate.per_minute is None else amount(rate.per_minute),
        "connection": amount(rate.connection),
        "increments": str(rate.increments),
        "label": rate.label,
        "valid_from": rate.valid_from,
    }


async def _note(
    conn: AsyncConnection,
    verb: str,
    name: str,
    by: str,
    at: datetime,
    before: Any = None,
    after: Any = None,
) -> None:
    await write_change(conn, f"price-list.{verb}", name, by=by, at=at, before=before, after=after)


async def _note_price(
    conn: AsyncConnection,
    name: str,
    rate: Rate,
    by: str,
    at: datetime,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    subject = f"{name}: {rate.destination or '*'}"
    await write_change(conn, "price.changed", subject, by=by, at=at, before=before, after=after)
