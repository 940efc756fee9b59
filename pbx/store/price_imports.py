"""What a carrier's price file replaced, so that the newest one can be taken back."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pbx.domain.tariffs import newer_prices
from pbx.store.tariff_tables import price_imports, price_lists, rates

BATCH = 500


async def keep_replaced(
    conn: AsyncConnection, list_id: str, valid_from: date, destinations: Sequence[str]
) -> int:
    """Before the file's rows are written; the revision that takes it back."""
    r = rates.c
    there = select(rates).where(r.list_id == list_id, r.valid_from == valid_from)
    names = set(destinations)
    before = [
        {name: value for name, value in row.items() if name not in ("list_id", "valid_from")}
        for row in (await conn.execute(there)).mappings()
        if row["destination"] in names
    ]
    revision = int((await conn.execute(_revision(list_id))).scalar_one())
    await conn.execute(delete(price_imports).where(price_imports.c.list_id == list_id))
    values = {
        "list_id": list_id,
        "revision": revision,
        "valid_from": valid_from,
        "replaced": json.dumps({"destinations": sorted(names), "before": before}),
    }
    await conn.execute(insert(price_imports).values(values))
    return revision


async def put_back(conn: AsyncConnection, list_id: str, revision: int) -> date:
    """Prices as they were before the file of that revision; from which day it held.

    Raises:
        Conflict: `newer-prices`: it is not the newest change of the list.
    """
    i, r = price_imports.c, rates.c
    query = select(price_imports).where(i.list_id == list_id, i.revision == revision)
    kept = (await conn.execute(query)).mappings().first()
    now = (await conn.execute(_revision(list_id))).scalar()
    if kept is None or now != revision:
        raise newer_prices()
    content, valid_from = json.loads(kept["replaced"]), kept["valid_from"]
    names = content["destinations"]
    for start in range(0, len(names), BATCH):
        some = r.destination.in_(names[start : start + BATCH])
        await conn.execute(
            delete(rates).where(r.list_id == list_id, r.valid_from == valid_from, some)
        )
    if content["before"]:
        own: dict[str, Any] = {"list_id": list_id, "valid_from": valid_from}
        await conn.execute(insert(rates), [{**own, **row} for row in content["before"]])
    await conn.execute(delete(price_imports).where(i.list_id == list_id))
    return date.fromisoformat(str(valid_from))


def _revision(list_id: str) -> Any:
    return select(price_lists.c.revision).where(price_lists.c.id == list_id).with_for_update()
