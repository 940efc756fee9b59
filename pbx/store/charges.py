"""One-off amounts: written in the transaction of what causes them, read by statements."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.charges import Charge
from pbx.domain.months import Month
from pbx.store.audit import write_change
from pbx.store.charge_tables import charges

_FIELDS = tuple(f.name for f in fields(Charge))
_TOLD = ("day", "key", "title_de", "title_en", "amount_cents")


async def write_charge(conn: AsyncConnection, charge: Charge) -> bool:
    """Bill a customer, in the transaction of `conn`, with its row of the audit log.

    Returns:
        False where its key was charged before: nothing is written then.
    """
    made = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    values = {name: getattr(charge, name) for name in _FIELDS}
    row = made(charges).values(values).on_conflict_do_nothing(index_elements=["key"])
    if not (await conn.execute(row)).rowcount:
        return False
    told = {name: values[name] for name in _TOLD}
    await write_change(
        conn, "charge.added", charge.customer_id, by=charge.by, at=charge.created_at, after=told
    )
    return True


async def charges_of(
    conn: AsyncConnection, month: Month, customer_id: str | None = None
) -> Sequence[Charge]:
    """A month's charges of one or of all customers, by day."""
    c = charges.c
    query = select(charges).where(c.day >= month.first, c.day <= month.last)
    if customer_id is not None:
        query = query.where(c.customer_id == customer_id)
    rows = (await conn.execute(query.order_by(c.day, c.created_at, c.id))).mappings()
    return [_charge(row) for row in rows]


def _charge(row: Mapping[Any, Any]) -> Charge:
    return Charge(**{name: row[name] for name in _FIELDS})
