"""The call log: an append-only ledger and the calls that follow from it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.records import CallRecord, LedgerEntry, LedgerKind, Moment, TaskSeconds, Zone
from pbx.domain.statistics import changed, slot
from pbx.services.ports import CallFilter
from pbx.store.call_hooks import tell_ended
from pbx.store.desk_tables import call_participants
from pbx.store.engine import Engine
from pbx.store.history import conditions, promising
from pbx.store.insight_tables import call_sums
from pbx.store.paging import decode_cursor, encode_cursor
from pbx.store.projection import participants, project
from pbx.store.sums import add_up
from pbx.store.tables import call_beats, calls, ledger
from pbx.store.types import Utc
from pbx.store.uninterrupted import uninterrupted

REBUILD_BATCH = 500
"""Calls per step of a rebuild."""

_ENTRY_FIELDS = tuple(f.name for f in fields(LedgerEntry) if f.name != "moment")
_MOMENTS = ("offered", "ringing", "answered", "ended")
_CALL_FIELDS = tuple(f.name for f in fields(CallRecord) if f.name not in _MOMENTS)


@uninterrupted
class SqlCallLog:
    """`CallLog` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def append(self, entry: LedgerEntry) -> bool:
        """Durably add `entry` and what follows from it for the call.

        False, and nothing is changed, where the call has such a one-time entry already or
        where an `offered` entry repeats a user's one-time key (N14).
        """
        if entry.kind is LedgerKind.OFFERED and entry.direction is None:
            raise ValueError(f"call {entry.call_id} offered without a direction")
        async with self._engine.write() as conn:
            await self._take_turn(conn, entry.call_id)
            statement = self._engine.insert(ledger).values(_entry_values(entry))
            added = await conn.execute(statement.on_conflict_do_nothing().returning(ledger.c.id))
            if added.first() is None:
                return False
            told = await _entries(conn, entry.call_id)
            record = project(told)
            if record is not None:
                await conn.execute(self._engine.upsert(calls, _call_values(record)))
            await add_up(self._engine, conn, changed(project(told[:-1]), record))
            for user_id in participants(told) if entry.user_id else ():
                values = {"call_id": entry.call_id, "user_id": user_id}
                joined = self._engine.insert(call_participants).values(values)
                await conn.execute(joined.on_conflict_do_nothing())
            if record is not None and entry.kind is LedgerKind.ENDED:
                await tell_ended(self._engine, conn, record)
            return True

    async def _take_turn(self, conn: AsyncConnection, call_id: str) -> None:
        """Entries of one call are written one after the other, so that none is overlooked."""
        if not self._engine.sqlite:
            await conn.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:call_id, 0))"),
                {"call_id": call_id},
            )

    async def get(self, call_id: str) -> CallRecord | None:
        return await self._one(select(calls).where(calls.c.id == call_id))

    async def by_key(self, user_id: str, key: str) -> CallRecord | None:
        offered = select(ledger.c.call_id).where(
            ledger.c.kind == LedgerKind.OFFERED, ledger.c.user_id == user_id, ledger.c.key == key
        )
        return await self._one(select(calls).where(calls.c.id.in_(offered)))

    async def _one(self, query: Select[Any]) -> CallRecord | None:
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else _call(row)

    async def entries(self, call_id: str) -> Sequence[LedgerEntry]:
        async with self._engine.read() as conn:
            return await _entries(conn, call_id)

    async def took_part(self, user_id: str, call_id: str) -> bool:
        query = select(call_participants.c.call_id).where(
            call_participants.c.call_id == call_id, call_participants.c.user_id == user_id
        )
        async with self._engine.read() as conn:
            return (await conn.execute(query)).first() is not None

    async def participants(self, call_ids: Collection[str]) -> Mapping[str, Collection[str]]:
        c = call_participants.c
        query = select(c.call_id, c.user_id).where(c.call_id.in_(call_ids))
        found: dict[str, set[str]] = {}
        async with self._engine.read() as conn:
            for row in await conn.execute(query):
                found.setdefault(row.call_id, set()).add(row.user_id)
        return found

    async def find(
        self, which: CallFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallRecord], str | None]:
        """What is asked for is found in the index `ix_calls_search` alone; only the rows of the
        page itself are read from the table."""
        order = (calls.c.offered_at.desc(), calls.c.id.desc())
        found_by = select(calls.c.id)
        if cursor is not None:
            at, call_id = decode_cursor(cursor)
            found_by = found_by.where(
                tuple_(calls.c.offered_at, calls.c.id)
                < tuple_(literal(at, Utc()), literal(call_id))
            )
        async with self._engine.read() as conn:
            found_by = found_by.where(*await promising(conn, which))
            page = found_by.order_by(*order).limit(limit + 1).subquery()
            query = select(calls).join(page, page.c.id == calls.c.id).order_by(*order)
            rows = (await conn.execute(query)).mappings().all()
        found = [_call(row) for row in rows[:limit]]
        more = len(rows) > limit and found
        return found, encode_cursor(found[-1].offered.at, found[-1].id) if more else None

    async def count(self, which: CallFilter, most: int) -> int:
        async with self._engine.read() as conn:
            found_by = select(calls.c.id).where(*await promising(conn, which))
            found = found_by.limit(most + 1).subquery()
            return (await conn.execute(select(func.count()).select_from(found))).scalar_one()

    async def beat(self, call_ids: Sequence[str], moment: Moment) -> None:
        # In order, so that two controllers never wait for each other crosswise.
        rows = [{"call_id": c, **_moment_values("", moment)} for c in sorted(set(call_ids))]
        if not rows:
            return
        statement = self._engine.upsert(call_beats, rows[0])
        async with self._engine.write() as conn:
            await conn.execute(statement, rows)

    async def last_beat(self, call_id: str) -> Moment | None:
        query = select(call_beats).where(call_beats.c.call_id == call_id)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else _moment(row, "")

    async def task_seconds(
        self, task: str | None, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[TaskSeconds]:
        """Sums of ended calls offered from `since` to before `until`, by task id.

        `by_zone_ms` holds the talk time of each zone that was talked to.
        """
        query = (
            select(
                calls.c.task,
                calls.c.zone,
                func.count().label("calls"),
                func.sum(calls.c.talk_ms).label("talk_ms"),
                func.sum(calls.c.platform_ms).label("platform_ms"),
            )
            .where(
                calls.c.ended_at.is_not(None),
                calls.c.task.is_not(None),
                *conditions(CallFilter(since, until, task=task)),
            )
            .group_by(calls.c.task, calls.c.zone)
            .order_by(calls.c.task)
        )
        async with self._engine.read() as conn:
            rows = (await conn.execute(query)).mappings().all()
        return [_sums(name, list(zones)) for name, zones in groupby(rows, lambda r: r["task"])]

    async def rebuild_calls(self) -> int:
        """Write all calls anew from the ledger; how many there are.

        One transaction: readers see the old calls or the new ones, and nothing is appended
        meanwhile.
        """
        count, last = 0, ""
        async with self._engine.write() as conn:
            if not self._engine.sqlite:
                await conn.execute(text("LOCK TABLE ledger IN SHARE ROW EXCLUSIVE MODE"))
            await conn.execute(delete(calls))
            await conn.execute(delete(call_participants))
            await conn.execute(delete(call_sums))
            while batch := await _batch(conn, last):
                last = batch[-1][0]
                records = [r for _, entries in batch if (r := project(entries)) is not None]
                if records:
                    await conn.execute(insert(calls), [_call_values(r) for r in records])
                for record in records:
                    await add_up(self._engine, conn, changed(None, record))
                joined = [
                    {"call_id": call_id, "user_id": user_id}
                    for call_id, entries in batch
                    for user_id in participants(entries)
                ]
                if joined:
                    await conn.execute(insert(call_participants), joined)
                count += len(records)
        return count


# ------------------------------------------------------------------ queries


async def _entries(conn: AsyncConnection, call_id: str) -> list[LedgerEntry]:
    query = select(ledger).where(ledger.c.call_id == call_id).order_by(ledger.c.id)
    return [_entry(row) for row in (await conn.execute(query)).mappings()]


async def _batch(conn: AsyncConnection, after: str) -> list[tuple[str, list[LedgerEntry]]]:
    """The entries of the next calls by id, grouped."""
    ids = (
        select(ledger.c.call_id)
        .where(ledger.c.call_id > after)
        .distinct()
        .order_by(ledger.c.call_id)
        .limit(REBUILD_BATCH)
    )
    query = select(ledger).where(ledger.c.call_id.in_(ids)).order_by(ledger.c.call_id, ledger.c.id)
    entries: Iterable[LedgerEntry] = map(_entry, (await conn.execute(query)).mappings())
    return [(call_id, list(group)) for call_id, group in groupby(entries, lambda e: e.call_id)]


# ------------------------------------------------------------------ rows and records


def _moment_values(prefix: str, moment: Moment | None) -> dict[str, Any]:
    return {
        f"{prefix}at": moment.at if moment else None,
        f"{prefix}mono_ms": moment.mono_ms if moment else None,
        f"{prefix}boot_id": moment.boot_id if moment else None,
    }


def _moment(row: Mapping[Any, Any], prefix: str) -> Moment | None:
    at = row[f"{prefix}at"]
    if at is None:
        return None
    return Moment(at, row[f"{prefix}mono_ms"], row[f"{prefix}boot_id"])


def _entry_values(entry: LedgerEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    return {**values, **_moment_values("", entry.moment)}


def _entry(row: Mapping[Any, Any]) -> LedgerEntry:
    moment = Moment(row["at"], row["mono_ms"], row["boot_id"])
    return LedgerEntry(moment=moment, **{name: row[name] for name in _ENTRY_FIELDS})


def _call_values(record: CallRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in _CALL_FIELDS}
    for name in _MOMENTS:
        values |= _moment_values(f"{name}_", getattr(record, name))
    values["day"], values["hour"] = slot(record.offered.at)
    return values


def _call(row: Mapping[Any, Any]) -> CallRecord:
    moments: dict[str, Any] = {name: _moment(row, f"{name}_") for name in _MOMENTS}
    return CallRecord(**{name: row[name] for name in _CALL_FIELDS}, **moments)


def _sums(task: str, zones: Sequence[Mapping[Any, Any]]) -> TaskSeconds:
    by_zone: dict[Zone, int] = {
        row["zone"]: int(row["talk_ms"]) for row in zones if row["zone"] and row["talk_ms"]
    }
    return TaskSeconds(
        task=task,
        calls=sum(row["calls"] for row in zones),
        # PostgreSQL sums bigint as numeric, which arrives as Decimal.
        talk_ms=int(sum(row["talk_ms"] for row in zones)),
        platform_ms=int(sum(row["platform_ms"] for row in zones)),
        by_zone_ms=by_zone,
    )
