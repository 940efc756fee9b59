"""Limits of people, settings of the policy, and the brake's locks."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, text, update

from pbx.domain.audit import SYSTEM
from pbx.domain.brake import Lock
from pbx.domain.limits import Limit, Limits, plain
from pbx.services.country_ports import EVERYBODY
from pbx.store.audit import write_change
from pbx.store.country_tables import limits, outbound_locks, policy_settings
from pbx.store.engine import Engine
from pbx.store.tables import calls
from pbx.store.uninterrupted import uninterrupted

BATCH = 500
"""Numbers in one query; SQLite takes only so many parameters."""


@uninterrupted
class SqlLimits:
    """`LimitStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -------------------------------------------------------------- limits

    async def limits(self) -> Mapping[str, Limits]:
        found: dict[str, dict[Limit, Decimal | None]] = {}
        async with self._engine.read() as conn:
            for row in await conn.execute(select(limits)):
                found.setdefault(row.scope, {})[row.limit] = row.value
        return found

    async def limits_of(self, user_id: str) -> tuple[Limits, Limits]:
        query = select(limits).where(limits.c.scope.in_([EVERYBODY, user_id]))
        found: dict[str, dict[Limit, Decimal | None]] = {EVERYBODY: {}, user_id: {}}
        async with self._engine.read() as conn:
            for row in await conn.execute(query):
                found[row.scope][row.limit] = row.value
        return found[EVERYBODY], found[user_id]

    async def put_limits(self, scope: str, wanted: Limits, by: str, at: datetime) -> None:
        rows = [{"scope": scope, "limit": name, "value": wanted[name]} for name in wanted]
        async with self._engine.write() as conn:
            known = await conn.execute(select(limits).where(limits.c.scope == scope))
            before = {row.limit: row.value for row in known}
            await conn.execute(delete(limits).where(limits.c.scope == scope))
            if rows:
                await conn.execute(insert(limits), rows)
            await write_change(
                conn,
                "limits.changed",
                scope or "everybody",
                by=by,
                at=at,
                before=_told(before),
                after=_told(wanted),
            )

    # -------------------------------------------------------------- settings

    async def setting(self, name: str) -> Any | None:
        query = select(policy_settings.c.value).where(policy_settings.c.name == name)
        async with self._engine.read() as conn:
            value = (await conn.execute(query)).scalar()
        return None if value is None else json.loads(value)

    async def put_setting(self, name: str, value: Any, by: str, at: datetime) -> None:
        query = select(policy_settings.c.value).where(policy_settings.c.name == name)
        values = {"name": name, "value": json.dumps(value)}
        async with self._engine.write() as conn:
            before = (await conn.execute(query)).scalar()
            await conn.execute(self._engine.upsert(policy_settings, values))
            await write_change(
                conn,
                "policy.changed",
                name,
                by=by,
                at=at,
                before={"value": None if before is None else json.loads(before)},
                after={"value": value},
            )

    # -------------------------------------------------------------- the brake

    async def lock(self, lock: Lock) -> bool:
        statement = self._engine.insert(outbound_locks).values(asdict(lock))
        once = statement.on_conflict_do_nothing(
            index_elements=["user_id"], index_where=text("released_at IS NULL")
        )
        about = {"pattern": lock.pattern, "numbers": lock.numbers, "about": lock.about}
        async with self._engine.write() as conn:
            if (await conn.execute(once.returning(outbound_locks.c.id))).first() is None:
                return False
            await write_change(
                conn, "outbound.locked", lock.user_id, by=SYSTEM, at=lock.at, after=about
            )
        return True

    async def release(self, lock_id: str, by: str, at: datetime) -> Lock | None:
        c = outbound_locks.c
        change = (
            update(outbound_locks)
            .where(c.id == lock_id, c.released_at.is_(None))
            .values(released_at=at, released_by=by)
            .returning(outbound_locks)
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(change)).mappings().first()
            if row is None:
                return None
            lock = Lock(**row)
            before = {"pattern": lock.pattern, "numbers": lock.numbers, "about": lock.about}
            await write_change(conn, "outbound.released", lock.user_id, by=by, at=at, before=before)
        return replace(lock, released_at=at)

    async def locked(self) -> Sequence[Lock]:
        c = outbound_locks.c
        query = select(outbound_locks).where(c.released_at.is_(None))
        async with self._engine.read() as conn:
            rows = (await conn.execute(query.order_by(c.at.desc(), c.id))).mappings()
            return [Lock(**row) for row in rows]

    async def last_lock(self, user_id: str) -> Lock | None:
        c = outbound_locks.c
        query = select(outbound_locks).where(c.user_id == user_id).order_by(c.at.desc()).limit(1)
        async with self._engine.read() as conn:
            row = (await conn.execute(query)).mappings().first()
        return None if row is None else Lock(**row)

    async def known_numbers(self, numbers: Collection[str], before: datetime) -> set[str]:
        wanted = sorted(numbers)
        found: set[str] = set()
        async with self._engine.read() as conn:
            for start in range(0, len(wanted), BATCH):
                query = select(calls.c.number).where(
                    calls.c.number.in_(wanted[start : start + BATCH]), calls.c.offered_at < before
                )
                found |= {row.number for row in await conn.execute(query.distinct())}
        return found


def _told(values: Limits) -> dict[str, str | None]:
    return {name.value: None if v is None else plain(v) for name, v in values.items()}
