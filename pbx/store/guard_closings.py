"""The factor guard: months of tasks that do not fit, and what was said to them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.customers import changed
from pbx.domain.factor_guard import Closed, Closing, Finding, covers, finding, nothing_to_close
from pbx.domain.months import Month, parse
from pbx.services.billing_ports import CloseWish, GuardView, Today
from pbx.store.audit import write_change
from pbx.store.billing_tables import customers, guard_closings
from pbx.store.customers import customer_of, write_customer
from pbx.store.engine import Engine
from pbx.store.message_templates import send_message
from pbx.store.month_figures import Figures, month_figures
from pbx.store.tasks import locked_task, write_task
from pbx.store.uninterrupted import uninterrupted

_FIELDS = ("task", "right_area", "how", "reason", "risk_cents", "by", "at")


@uninterrupted
class SqlFactorGuard:
    """`FactorGuardStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, today: Today) -> None:
        self._engine = engine
        self._today = today

    async def month(self, month: Month) -> Sequence[GuardView]:
        async with self._engine.read() as conn:
            return await guard_of(conn, await month_figures(conn, month))

    async def of_task(self, task: str, month: Month) -> GuardView | None:
        async with self._engine.read() as conn:
            found = await guard_of(conn, await month_figures(conn, month, task=task))
        return found[0] if found else None

    async def close(self, wish: CloseWish, by: str, at: datetime) -> None:
        async with self._engine.write() as conn:
            # First the task, so that two who close the same wait for each other.
            task = await locked_task(conn, wish.task)
            figures = await month_figures(conn, wish.month, task=wish.task)
            views = await guard_of(conn, figures)
            if task is None or not views or views[0].finding.right_area is not wish.right_area:
                raise nothing_to_close()
            found = views[0].finding
            after = task
            if wish.how is Closing.CORRECTED:
                after = replace(task, area=found.right_area)
                today = self._today()
                await write_task(self._engine, conn, task, after, today=today, by=by, at=at)
            elif wish.how is Closing.INFORMED and found.customer_id:
                await self._tell_file(conn, found, by, at)
            if wish.message is not None:
                await send_message(conn, after, wish.message, by=by, at=at)
            await _note(conn, Closed(**_said(wish), risk_cents=found.risk_cents, by=by, at=at))

    async def _tell_file(
        self, conn: AsyncConnection, found: Finding, by: str, at: datetime
    ) -> None:
        """The customer knows the factor now: that stands in their file (F16)."""
        query = select(customers).where(customers.c.id == found.customer_id).with_for_update()
        row = (await conn.execute(query)).mappings().first()
        if row is not None:
            before = customer_of(row)
            wish = {"informed_on": self._today(), "booked_area": found.right_area}
            await write_customer(self._engine, conn, before, changed(before, wish), by, at)


def _said(wish: CloseWish) -> dict[str, Any]:
    return {n: getattr(wish, n) for n in ("task", "month", "right_area", "how", "reason")}


async def _note(conn: AsyncConnection, closed: Closed) -> None:
    values = {**asdict(closed), "month": str(closed.month)}
    await conn.execute(insert(guard_closings).values(values))
    told = {
        "month": str(closed.month),
        "right_area": closed.right_area,
        "how": closed.how,
        "reason": closed.reason,
        "risk_cents": closed.risk_cents,
    }
    action, subject = f"factor.{closed.how.value}", closed.task
    await write_change(conn, action, subject, by=closed.by, at=closed.at, after=told)


async def guard_of(conn: AsyncConnection, figures: Figures) -> list[GuardView]:
    """What does not fit in these figures, with the last thing that was said to it."""
    query = select(guard_closings).where(guard_closings.c.month == str(figures.month))
    said: dict[str, list[Closed]] = {}
    for row in (await conn.execute(query.order_by(guard_closings.c.id))).mappings():
        said.setdefault(row["task"], []).append(_closed(row))
    views = []
    for task in filter(lambda each: each.billed, figures.tasks):
        rate = figures.rate_of(task.customer_id)
        found = finding(figures.month, task, figures.factors_of(task), rate)
        if found is None:
            continue
        holding = [closed for closed in said.get(task.task, ()) if covers(closed, found)]
        customer = figures.customers.get(found.customer_id or "")
        name = customer.name if customer else ""
        views.append(GuardView(found, name, holding[-1] if holding else None))
    return views


def _closed(row: Mapping[Any, Any]) -> Closed:
    return Closed(month=parse(row["month"]), **{name: row[name] for name in _FIELDS})
