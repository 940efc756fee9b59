"""Caller lists, and who withheld their number."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from pbx.domain.audit import SECRET
from pbx.domain.routing import Caller, CallerRule, ListKind, prefixes_of
from pbx.errors import NotFound
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.paging import newest, page_of
from pbx.store.route_tables import caller_rules, hidden_callers
from pbx.store.uninterrupted import uninterrupted


def unknown_caller_rule() -> NotFound:
    return NotFound(
        "unknown-caller-rule",
        "Diesen Eintrag gibt es nicht mehr.",
        "This entry is gone.",
    )


@uninterrupted
class SqlCallerLists:
    """`CallerLists` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def about(self, caller: Caller) -> Sequence[CallerRule]:
        c = caller_rules.c
        same = []
        if caller.number:
            beginnings = c.pattern.in_(prefixes_of(caller.number))
            same.append(and_(beginnings, or_(c.prefix, c.pattern == caller.number)))
        if caller.hidden:
            same.append(c.hidden == caller.hidden)
        if not same:
            return []
        query = select(caller_rules).where(or_(*same)).order_by(c.id)
        async with self._engine.read() as conn:
            return [CallerRule(**row) for row in (await conn.execute(query)).mappings()]

    async def find(
        self, kind: ListKind, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallerRule], str | None]:
        c = caller_rules.c
        query = newest(select(caller_rules).where(c.kind == kind), c.at, c.id, cursor)
        query = query.limit(limit + 1)
        async with self._engine.read() as conn:
            found = [CallerRule(**row) for row in (await conn.execute(query)).mappings()]
        return page_of(found, limit, lambda rule: (_at(rule), rule.id))

    async def put(self, rule: CallerRule, *, by: str, at: datetime) -> CallerRule:
        c = caller_rules.c
        same = select(caller_rules).where(
            c.kind == rule.kind,
            c.pattern == rule.pattern,
            c.prefix == rule.prefix,
            c.hidden == rule.hidden,
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(same)).mappings().first()
            before = CallerRule(**row) if row else None
            rule = replace(
                rule if before is None else before, until=rule.until, note=rule.note, by=by, at=at
            )
            await conn.execute(self._engine.upsert(caller_rules, asdict(rule)))
            await write_change(
                conn,
                "caller.changed" if before else "caller.added",
                rule.id,
                by=by,
                at=at,
                before=fields_of(before),
                after=fields_of(rule),
            )
        return rule

    async def remove(self, rule_id: str, *, by: str, at: datetime) -> None:
        query = select(caller_rules).where(caller_rules.c.id == rule_id)
        async with self._engine.write() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                raise unknown_caller_rule()
            await conn.execute(delete(caller_rules).where(caller_rules.c.id == rule_id))
            before = fields_of(CallerRule(**row))
            await write_change(conn, "caller.removed", rule_id, by=by, at=at, before=before)

    async def hit(self, rule_id: str, at: datetime) -> None:
        c = caller_rules.c
        async with self._engine.write() as conn:
            await conn.execute(
                update(caller_rules).where(c.id == rule_id).values(hits=c.hits + 1, last_hit=at)
            )

    async def keep_hidden(self, call_id: str, hidden: str, at: datetime) -> None:
        row = {"call_id": call_id, "hidden": hidden, "at": at}
        async with self._engine.write() as conn:
            await conn.execute(self._engine.upsert(hidden_callers, row))

    async def hidden_of(self, call_id: str) -> str | None:
        query = select(hidden_callers.c.hidden).where(hidden_callers.c.call_id == call_id)
        async with self._engine.read() as conn:
            return (await conn.execute(query)).scalar()

    async def forget_hidden(self, before: datetime) -> int:
        async with self._engine.write() as conn:
            gone = await conn.execute(delete(hidden_callers).where(hidden_callers.c.at < before))
            return gone.rowcount


def fields_of(rule: CallerRule | None) -> dict[str, Any] | None:
    """What the audit log tells of an entry; a hidden caller stays hidden there too."""
    if rule is None:
        return None
    fields = asdict(rule)
    for name in ("id", "hits", "last_hit", "by", "at"):
        del fields[name]
    return fields | {"hidden": SECRET if rule.hidden else ""}


def _at(rule: CallerRule) -> datetime:
    assert rule.at is not None
    return rule.at
