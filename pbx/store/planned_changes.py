"""Numbers that will change hands at a time; carried out also after a restart (N9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.audit import SYSTEM
from pbx.domain.inventory import PlannedChange, PlannedState
from pbx.errors import Conflict, NotFound
from pbx.store.audit import write_change
from pbx.store.engine import Engine
from pbx.store.inventory import planned_of
from pbx.store.number_tables import planned_changes
from pbx.store.numbers import locked_number, owner_exists, write_assignment
from pbx.store.uninterrupted import uninterrupted

P = planned_changes.c


def unknown_planned() -> NotFound:
    return NotFound(
        "unknown-planned-change",
        "Diese geplante Änderung gibt es nicht.",
        "There is no such planned change.",
    )


def planned_over(change: PlannedChange) -> Conflict:
    done = change.state is not PlannedState.CANCELLED
    return Conflict(
        "planned-change-over",
        "Diese Änderung ist schon ausgeführt. Bitte die Seite neu laden."
        if done
        else "Diese Änderung ist schon abgesagt. Bitte die Seite neu laden.",
        "This change has been carried out already. Please reload the page."
        if done
        else "This change has been cancelled already. Please reload the page.",
    )


@uninterrupted
class SqlPlannedChanges:
    """`PlannedStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def add(self, change: PlannedChange) -> None:
        """Raises `NotFound` (`unknown-number`, `unknown-user`), `Conflict` (`user-inactive`)."""
        async with self._engine.write() as conn:
            await locked_number(conn, change.e164)
            await owner_exists(conn, change.owner)
            values = {
                "id": change.id,
                "e164": change.e164,
                "user_id": change.owner.user_id,
                "head_office": change.owner.head_office,
                "due_at": change.due_at,
                "by": change.by,
                "created_at": change.created_at,
                "state": change.state,
            }
            await conn.execute(insert(planned_changes).values(values))
            await _audit(conn, "number.planned", change, change.by, change.created_at)

    async def find(self, planned_only: bool, limit: int) -> Sequence[PlannedChange]:
        """What will happen, the next first; or all, the latest first."""
        query = select(planned_changes).limit(limit)
        if planned_only:
            query = query.where(P.state == PlannedState.PLANNED).order_by(P.due_at, P.id)
        else:
            query = query.order_by(P.due_at.desc(), P.id.desc())
        return await self._all(query)

    async def _all(self, query: Select[Any]) -> list[PlannedChange]:
        async with self._engine.read() as conn:
            return [planned_of(row) for row in (await conn.execute(query)).mappings()]

    async def cancel(self, change_id: str, by: str, at: datetime) -> PlannedChange:
        """Raises `NotFound` (`unknown-planned-change`), `Conflict` (`planned-change-over`)."""
        query = select(planned_changes).where(P.id == change_id).with_for_update()
        async with self._engine.write() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                raise unknown_planned()
            change = planned_of(row)
            if change.state is not PlannedState.PLANNED:
                raise planned_over(change)
            await write_cancelled(conn, change, by, at)
        return replace(change, state=PlannedState.CANCELLED, settled_at=at)

    async def next_due(self) -> datetime | None:
        query = select(func.min(P.due_at)).where(P.state == PlannedState.PLANNED)
        async with self._engine.read() as conn:
            found: datetime | None = (await conn.execute(query)).scalar()
        return found

    async def carry_out(self, at: datetime) -> Sequence[PlannedChange]:
        """Do everything that is due at `at`, in its order; each on its own, and once."""
        done: list[PlannedChange] = []
        while (change := await self._one_due(at)) is not None:
            done.append(change)
        return done

    async def _one_due(self, at: datetime) -> PlannedChange | None:
        query = (
            select(planned_changes)
            .where(P.state == PlannedState.PLANNED, P.due_at <= at)
            .order_by(P.due_at, P.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._engine.write() as conn:
            row = (await conn.execute(query)).mappings().first()
            if row is None:
                return None
            change = planned_of(row)
            try:
                await write_assignment(
                    conn, change.e164, change.owner, SYSTEM, at, planned_by=change.by
                )
            except (NotFound, Conflict):  # nothing is written by then
                await _settle(conn, change, PlannedState.FAILED, at)
                await _audit(conn, "number.plan-failed", change, SYSTEM, at)
                return replace(change, state=PlannedState.FAILED, settled_at=at)
            await _settle(conn, change, PlannedState.DONE, at)
        return replace(change, state=PlannedState.DONE, settled_at=at)


async def write_cancelled(
    conn: AsyncConnection, change: PlannedChange, by: str, at: datetime
) -> None:
    """Call a planned change off, in the transaction of `conn`."""
    await _settle(conn, change, PlannedState.CANCELLED, at)
    await _audit(conn, "number.unplanned", change, by, at)


async def write_replanned(
    conn: AsyncConnection, change: PlannedChange, user_id: str, by: str, at: datetime
) -> None:
    """The number will go to this person instead, in the transaction of `conn`."""
    await conn.execute(update(planned_changes).where(P.id == change.id).values(user_id=user_id))
    before, after = ({"user_id": each} for each in (change.owner.user_id, user_id))
    await write_change(
        conn, "number.replanned", change.e164, by=by, at=at, before=before, after=after
    )


async def planned_for(conn: AsyncConnection, user_id: str) -> list[PlannedChange]:
    """Which numbers will go to this person, the next first."""
    query = (
        select(planned_changes)
        .where(P.user_id == user_id, P.state == PlannedState.PLANNED)
        .order_by(P.due_at, P.id)
    )
    return [planned_of(row) for row in (await conn.execute(query)).mappings()]


async def _settle(
    conn: AsyncConnection, change: PlannedChange, state: PlannedState, at: datetime
) -> None:
    await conn.execute(
        update(planned_changes).where(P.id == change.id).values(state=state, settled_at=at)
    )


async def _audit(
    conn: AsyncConnection, action: str, change: PlannedChange, by: str, at: datetime
) -> None:
    told = {
        "due_at": change.due_at,
        "user_id": change.owner.user_id,
        "at_head_office": change.owner.head_office,
    }
    new = action == "number.planned"
    await write_change(
        conn,
        action,
        change.e164,
        by=by,
        at=at,
        before=None if new else told,
        after=told if new else None,
    )
