"""Hand-overs of tasks: listed, and confirmed by who receives (F18)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from pbx.domain.handovers import (
    Checklist,
    Handover,
    confirmed,
    unknown_handover,
)
from pbx.domain.letters import Letter
from pbx.domain.metering import factors
from pbx.services.addon_ports import OpenHandover
from pbx.store.addon_tables import task_handovers
from pbx.store.audit import write_change
from pbx.store.bookings import booked_of
from pbx.store.engine import Engine
from pbx.store.letter_tables import letters as letter_rows
from pbx.store.paging import newest, page_of
from pbx.store.people import email_key
from pbx.store.uninterrupted import uninterrupted

_FIELDS = tuple(f.name for f in fields(Handover))


@uninterrupted
class SqlHandovers:
    """`HandoverStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def find(
        self, email: str | None, task: str | None, cursor: str | None, limit: int
    ) -> tuple[Sequence[OpenHandover], str | None]:
        c = task_handovers.c
        query = newest(select(task_handovers), c.at, c.id, cursor).limit(limit + 1)
        query = query.where(c.confirmed_at.is_(None) if task is None else c.task == task)
        if email is not None:
            query = query.where(c.email_key == email_key(email))
        found = await self._views(query)
        return page_of(found, limit, lambda each: (each.handover.at, each.handover.id))

    async def get(self, handover_id: str) -> OpenHandover | None:
        query = select(task_handovers).where(task_handovers.c.id == handover_id)
        found = await self._views(query)
        return found[0] if found else None

    async def confirm(
        self, handover_id: str, said: Checklist, by: str, at: datetime, letters: Sequence[Letter]
    ) -> None:
        c = task_handovers.c
        query = select(task_handovers).where(c.id == handover_id).with_for_update()
        async with self._engine.write() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                raise unknown_handover()
            before = _handover(row)
            after = confirmed(before, said, by, at)
            change = update(task_handovers).where(c.id == handover_id)
            await conn.execute(change.values(asdict(after)))
            if letters:
                await conn.execute(insert(letter_rows), [asdict(each) for each in letters])
            action = "handover.confirmed"
            await write_change(conn, action, after.id, by=by, at=at, before=before, after=after)

    async def _views(self, query: Select[Any]) -> list[OpenHandover]:
        async with self._engine.read() as conn:
            rows = [_handover(row) for row in (await conn.execute(query)).mappings()]
            booked = await booked_of(conn, {row.task for row in rows})
        views = []
        for row in rows:
            found = booked.get(row.task)
            factor = None
            if found and found.factors:
                factor = factors(found.task.area, found.factors).customer
            views.append(OpenHandover(row, found.task if found else None, factor))
        return views


def _handover(row: Mapping[Any, Any]) -> Handover:
    return Handover(**{name: row[name] for name in _FIELDS})
