"""The migration to going live on a database that has been in use."""

from pathlib import Path

import pytest
from sqlalchemy import text

from pbx.domain import test_calls
from pbx.domain.going_live import Live, LiveState, live_state
from pbx.domain.inventory import NumberFilter
from pbx.domain.records import Number
from pbx.store import Database, upgrade
from pbx.store.engine import Engine
from tests.support.records import at

pytest_plugins = ["tests.support.stores"]

OLD = "+4922182829981"
COLUMNS = 'id, order_id, did, "by", at, state, answered, reason, heard'


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/pbx.sqlite3"
    url: str = request.getfixturevalue("postgres_empty")
    return url


async def test_numbers_of_before_count_as_live_and_test_calls_stay(empty_url: str) -> None:
    await upgrade(empty_url, "0021")
    before = Database.open(empty_url)
    await before.inventory.put(Number(OLD, "Alt"), None, "boss", at(0))
    await before.close()
    engine = Engine(empty_url)
    when = "2026-11-21 09:00:00.000000" if engine.sqlite else at(0)
    rows = [
        {"id": name, "state": state, "at": when}
        for name, state in (("t1", "passed"), ("t2", "running"), ("t3", "running"))
    ]
    insert = text(
        f"INSERT INTO addon_test_calls ({COLUMNS})"
        f" VALUES (:id, 'o1', '{OLD}', 'boss', :at, :state, false, '', false)"
    )
    async with engine.write() as conn:
        await conn.execute(insert, rows)
    await engine.close()
    await upgrade(empty_url)
    database = Database.open(empty_url)
    await database.inventory.put(Number("+4922182829982", "Neu"), None, "boss", at(1))
    found, _ = await database.inventory.find(NumberFilter(), None, None)
    old, new = await database.going_live.kept([each.number for each in found], at(2))
    assert old.live == Live(OLD, None, "system")
    assert [live_state(each) for each in (old, new)] == [LiveState.LIVE, LiveState.OPEN]
    calls = await database.test_calls.of_number(OLD, 9)
    assert {each.id: (each.state, each.reason) for each in calls} == {
        "t1": (test_calls.TestState.PASSED, ""),
        **dict.fromkeys(("t2", "t3"), (test_calls.TestState.FAILED, "interrupted")),
    }
    await database.close()
