"""The audit log, written in the transaction of what it tells about."""

import enum
import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.audit import Change, ChangeFilter, Fields, difference
from pbx.store.audit_tables import audit
from pbx.store.engine import Engine
from pbx.store.paging import bad_cursor, decode_cursor, encode_cursor
from pbx.store.types import Utc
from pbx.store.uninterrupted import uninterrupted


async def write_change(
    conn: AsyncConnection,
    action: str,
    subject: str,
    *,
    by: str,
    at: datetime,
    before: Any = None,
    after: Any = None,
) -> None:
    """Note a change in the transaction of `conn`; where nothing differs, nothing is noted.

    Args:
        action: `kind.verb`, such as `number.assigned`.
        before, after: a record or its fields; None where it is new, or gone.
    """
    row = change_row(action, subject, by=by, at=at, before=before, after=after)
    if row is not None:
        await conn.execute(insert(audit).values(**row))


def change_row(
    action: str, subject: str, *, by: str, at: datetime, before: Any = None, after: Any = None
) -> dict[str, Any] | None:
    """What `write_change` writes; None where nothing differs. For many at once, in one INSERT."""
    was, now = difference(_fields(before), _fields(after))
    if not was and not now:
        return None
    values = {"at": at, "by": by, "kind": action.partition(".")[0], "action": action}
    return {**values, "subject": subject, "before": _json(was), "after": _json(now)}


async def write_changes(conn: AsyncConnection, rows: Sequence[dict[str, Any] | None]) -> None:
    """Note many changes, as `change_row` has them."""
    told = [row for row in rows if row is not None]
    if told:
        await conn.execute(insert(audit), told)


def _fields(thing: Any) -> Fields | None:
    if thing is None:
        return None
    fields = asdict(thing) if is_dataclass(thing) and not isinstance(thing, type) else dict(thing)
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(_plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _json(fields: Fields | None) -> str | None:
    return None if fields is None else json.dumps(fields, ensure_ascii=False)


@uninterrupted
class SqlAuditLog:
    """`AuditLog` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def note(
        self,
        action: str,
        subject: str,
        *,
        by: str,
        at: datetime,
        before: Fields | None = None,
        after: Fields | None = None,
    ) -> None:
        async with self._engine.write() as conn:
            await write_change(conn, action, subject, by=by, at=at, before=before, after=after)

    async def find(
        self, which: ChangeFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Change], str | None]:
        c = audit.c
        query = select(audit).order_by(c.at.desc(), c.id.desc()).limit(limit + 1)
        for column, value in ((c.by, which.by), (c.kind, which.kind), (c.subject, which.subject)):
            if value is not None:
                query = query.where(column == value)
        if which.since is not None:
            query = query.where(c.at >= which.since)
        if which.until is not None:
            query = query.where(c.at < which.until)
        if cursor is not None:
            at, row_id = decode_cursor(cursor)
            if not row_id.isdecimal():
                raise bad_cursor()
            behind = tuple_(literal(at, Utc()), literal(int(row_id)))
            query = query.where(tuple_(c.at, c.id) < behind)
        async with self._engine.read() as conn:
            rows = [_change(row) for row in (await conn.execute(query)).mappings()]
        page = rows[:limit]
        more = len(rows) > limit and page
        return page, encode_cursor(page[-1].at, page[-1].id) if more else None

    async def kinds(self) -> Sequence[str]:
        query = select(audit.c.kind).distinct().order_by(audit.c.kind)
        async with self._engine.read() as conn:
            return list((await conn.execute(query)).scalars())


def _change(row: Any) -> Change:
    before, after = (None if row[n] is None else json.loads(row[n]) for n in ("before", "after"))
    return Change(
        str(row["id"]), row["at"], row["by"], row["action"], row["subject"], before, after
    )
