"""A month with 100,000 calls and 2,000 tasks of 400 customers becomes final, and pages stay quick.

Asked is over HTTP, on SQLite and PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
import pytest_asyncio

from pbx.store import Database
from tests.support.exchange import Exchange
from tests.support.large_month import CALLS, CUSTOMERS, TASKS, fill
from tests.support.served import add_people, serving
from tests.support.signing_in import Client, as_boss, get, send

pytest_plugins = ["tests.support.stores"]
pytestmark = pytest.mark.alone

MOST_SECONDS = 60
PAGE_SECONDS = 0.3
LAST = f"/statements/customer-{CUSTOMERS - 1}-2026-10"
"""Of the customer whose turn comes last."""


@pytest_asyncio.fixture
async def client(database_url: str, database: Database, tmp_path: Path) -> AsyncIterator[Client]:
    await fill(database_url)
    exchange = await Exchange(tmp_path, database=database).open()
    await add_people(exchange)
    async with serving(exchange, database, tmp_path) as made:
        await as_boss(made)
        yield made
    await exchange.close()


async def _page(client: Client, path: str) -> float:
    """Seconds until a statement and its calls are there."""
    began = perf_counter()
    await get(client, path)
    calls = await get(client, f"{path}/calls", task=f"T-{CUSTOMERS - 1}", limit="50")
    assert len(calls["items"]) == CALLS // TASKS
    return perf_counter() - began


async def test_a_large_month_becomes_final_while_pages_stay_quick(client: Client) -> None:
    month = {"month": "2026-10"}
    before = await get(client, LAST)
    began = perf_counter()
    run = asyncio.create_task(send(client, "POST", "/statements/month", month))
    told: list[dict[str, int]] = []
    pages: list[float] = []

    async def watch() -> None:
        while not run.done():
            told.append(await get(client, "/statements/month", **month))
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    while not run.done():
        pages.append(await _page(client, LAST))
    status, done = await run
    took = perf_counter() - began
    await watching
    assert status == 200
    ready = [each for each in done["items"] if each["error_id"] is None]
    assert len(ready) == CUSTOMERS
    assert took < MOST_SECONDS

    running = [each["done"] for each in told if each["running"]]
    assert running == sorted(running)
    assert any(0 < each["done"] < each["total"] for each in told)
    assert await get(client, "/statements/month", **month) == {
        "running": False,
        "done": 0,
        "total": 0,
    }
    final = f"/statements/{ready[-1]['id']}"
    assert (await get(client, final))["totals"] == before["totals"]
    after = await _page(client, final)
    middle = median(pages)
    print(f"{took:.1f} s, {len(pages)} pages meanwhile, {middle:.3f} s, after that {after:.3f} s")
    assert middle < PAGE_SECONDS
    numbers = {each["number"] for each in ready}
    assert numbers == {f"2026-{n:04}" for n in range(1, CUSTOMERS + 1)}
