"""What was metered and worked in a month, by task: two sums, whatever the number of calls.

A call counts in the month in which Berlin saw it begin, and only once it has ended.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.customers import Customer
from pbx.domain.metering import factors as factors_of_area
from pbx.domain.months import Month
from pbx.domain.records import FactorRow, Zone
from pbx.domain.statements import PayLine, TaskMonth
from pbx.services.billing_ports import DEFAULT_RATE
from pbx.store.billing_tables import customers
from pbx.store.country_tables import policy_settings
from pbx.store.customers import customer_of
from pbx.store.tables import calls, factors, tasks, work_times
from pbx.store.tasks import no_factors


@dataclass(frozen=True, slots=True)
class Figures:
    """A month as the database has it."""

    month: Month
    tasks: Sequence[TaskMonth]
    """Every task with a call or work time; by id. `""`: calls on no task."""
    customers: dict[str, Customer] = field(default_factory=dict)
    default_rate: int | None = None
    fallback: FactorRow | None = None
    """For tasks that were booked before there were any factors."""

    def rate_of(self, customer_id: str | None) -> int | None:
        """Cents for an hour of budget."""
        customer = self.customers.get(customer_id or "")
        rate = customer.rate_cents if customer else None
        return self.default_rate if rate is None else rate

    def factors_of(self, task: TaskMonth) -> FactorRow:
        """Raises `NotFound` (`no-factors`)."""
        found = task.factors or self.fallback
        if found is None:
            raise no_factors()
        return found


async def month_figures(
    conn: AsyncConnection, month: Month, customer_id: str | None = None, task: str | None = None
) -> Figures:
    """All of a month, or what belongs to one customer or one task."""
    c = tasks.c
    which: list[ColumnElement[bool]] = []
    if customer_id is not None:
        which.append(c.customer_id == customer_id)
    if task is not None:
        which.append(c.external_id == task)
    found = await _talked(conn, month, which)
    await _add_work(conn, month, which, found)
    rows = await _factor_rows(conn)
    known = select(c.external_id, c.title, c.customer_id, c.area, c.own, c.factors_valid_from)
    for row in await conn.execute(known.where(*which)):
        if row.external_id in found:
            found[row.external_id] = replace(
                found[row.external_id],
                title=row.title,
                customer_id=row.customer_id,
                area=row.area,
                own=row.own,
                factors=rows.get(row.factors_valid_from),
            )
    wanted = select(customers)
    if customer_id is not None:
        wanted = wanted.where(customers.c.id == customer_id)
    people = (await conn.execute(wanted)).mappings()
    return Figures(
        month=month,
        tasks=[found[name] for name in sorted(found)],
        customers={row["id"]: customer_of(row) for row in people},
        default_rate=await _default_rate(conn),
        fallback=_fallback(rows, month),
    )


async def pay_lines(conn: AsyncConnection, month: Month) -> list[PayLine]:
    """Work times of a month by person and task, with the pay factor of the task."""
    c, rows = work_times.c, await _factor_rows(conn)
    sums = (
        select(c.user_id, c.task, func.sum(c.minutes).label("minutes"))
        .where(c.day >= month.first, c.day <= month.last)
        .group_by(c.user_id, c.task)
        .subquery()
    )
    query = (
        select(sums, tasks.c.title, tasks.c.area, tasks.c.factors_valid_from)
        .join(tasks, tasks.c.external_id == sums.c.task)
        .where(sums.c.minutes > 0)
        .order_by(sums.c.user_id, sums.c.task)
    )
    found = []
    for row in await conn.execute(query):
        frozen = rows.get(row.factors_valid_from) or _fallback(rows, month)
        if frozen is None:
            raise no_factors()
        factor = factors_of_area(row.area, frozen).pay
        minutes = int(row.minutes)
        found.append(PayLine(row.user_id, row.task, row.title, row.area, minutes, factor))
    return found


async def _factor_rows(conn: AsyncConnection) -> dict[date, FactorRow]:
    found = (await conn.execute(select(factors))).mappings()
    return {row["valid_from"]: FactorRow(**row) for row in found}


def _fallback(rows: Mapping[date, FactorRow], month: Month) -> FactorRow | None:
    """For what was booked before there were any factors."""
    valid = [day for day in rows if day <= month.last]
    return rows[max(valid) if valid else min(rows)] if rows else None


async def _talked(
    conn: AsyncConnection, month: Month, which: Sequence[ColumnElement[bool]]
) -> dict[str, TaskMonth]:
    c = calls.c
    query = select(
        c.task,
        c.zone,
        func.count().label("calls"),
        func.sum(c.talk_ms).label("talk_ms"),
        func.sum(c.platform_ms).label("platform_ms"),
    ).where(c.ended_at.is_not(None))
    if which:
        # By name and by time, so that no database reads the whole month for a few tasks.
        names = (await conn.execute(select(tasks.c.external_id).where(*which))).scalars()
        query = query.where(
            c.task.in_(list(names)), c.offered_at >= month.begins, c.offered_at < month.ends
        )
    else:
        days = c.day.between(month.first.toordinal(), month.last.toordinal())
        query = query.where(days)
    found: dict[str, TaskMonth] = {}
    for row in await conn.execute(query.group_by(c.task, c.zone)):
        name = row.task or ""
        before = found.get(name, TaskMonth(name))
        # PostgreSQL sums bigint as numeric, which arrives as Decimal.
        talk_ms = int(row.talk_ms)
        zones = dict(before.by_zone_ms)
        if row.zone and talk_ms:
            zones[Zone(row.zone)] = zones.get(Zone(row.zone), 0) + talk_ms
        found[name] = replace(
            before,
            calls=before.calls + row.calls,
            talk_ms=before.talk_ms + talk_ms,
            platform_ms=before.platform_ms + int(row.platform_ms),
            by_zone_ms=zones,
        )
    return found


async def _add_work(
    conn: AsyncConnection,
    month: Month,
    which: Sequence[ColumnElement[bool]],
    found: dict[str, TaskMonth],
) -> None:
    c = work_times.c
    query = select(c.task, func.sum(c.minutes).label("minutes")).where(
        c.day >= month.first, c.day <= month.last
    )
    if which:
        query = query.where(c.task.in_(select(tasks.c.external_id).where(*which)))
    for row in await conn.execute(query.group_by(c.task)):
        minutes = int(row.minutes)
        if minutes:
            known = found.get(row.task, TaskMonth(row.task))
            found[row.task] = replace(known, work_minutes=minutes)


async def _default_rate(conn: AsyncConnection) -> int | None:
    c = policy_settings.c
    found: Any = (await conn.execute(select(c.value).where(c.name == DEFAULT_RATE))).scalar()
    value = None if found is None else json.loads(found)
    return None if value is None else int(value)
