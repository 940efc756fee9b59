"""What changes of tasks tell to other programs, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.hook_events import factor_changed
from pbx.domain.hooks import HookKind
from pbx.domain.records import FactorRow, Task
from pbx.store.hooks import Happened, write_events
from pbx.store.tables import factors


@dataclass(frozen=True, slots=True)
class Rebooked:
    """A task before and after, each with the day of the factors that are frozen on it."""

    before: Task | None
    after: Task
    was: date | None
    now: date | None


async def tell_rebooked(conn: AsyncConnection, some: Sequence[Rebooked], at: datetime) -> None:
    """Tell of those with another area or other factors; a new task is no change."""
    changed = [
        (each.before, each)
        for each in some
        if each.before and (each.before.area is not each.after.area or each.was != each.now)
    ]
    if not changed:
        return
    known = {
        row["valid_from"]: FactorRow(**row)
        for row in (await conn.execute(select(factors))).mappings()
    }

    def row(day: date | None) -> FactorRow | None:
        return known.get(day) if day else None

    events = [
        Happened(
            HookKind.FACTOR_CHANGED,
            each.after.external_id,
            factor_changed(before, each.after, row(each.was), row(each.now)),
            at,
        )
        for before, each in changed
    ]
    await write_events(conn, events)
