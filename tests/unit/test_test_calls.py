"""Test calls whose result cannot be written: somebody must be able to try again."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from pbx.domain import test_calls as calling
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.errors import Unavailable
from pbx.services import test_calls
from pbx.services.test_calls import LOOK_SECONDS
from tests.fakes.addons import FakeTestCaller
from tests.fakes.edges import FakeClock, settle

BOSS = User("boss", "boss@example.test", "Boss", Role.ADMIN)


class Store:
    """Its database goes away when a result is to be written."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.away = False

    async def add(self, call: calling.TestCall) -> bool:
        if self.running:
            return False
        self.running.add(call.id)
        return True

    async def settle(self, call: calling.TestCall, at: datetime, **_: Any) -> None:
        self.away = True
        raise Unavailable("database-away", "", "")

    async def interrupted(self, at: datetime, at_work: frozenset[str] = frozenset()) -> None:
        if self.away:
            raise Unavailable("database-away", "", "")
        self.running &= at_work


class Nobody:
    def __init__(self) -> None:
        self.looked = asyncio.Event()

    async def number(self, e164: str) -> None:
        await self.looked.wait()


async def test_a_test_call_without_a_result_ends_when_the_database_is_back() -> None:
    store, clock, directory = Store(), FakeClock(), Nobody()
    unused = cast(Any, None)
    calls = test_calls.TestCalls(
        store=cast(Any, store),
        caller=FakeTestCaller(),
        directory=cast(Any, directory),
        sounds=unused,
        prompts=Path(),
        archive=unused,
        clock=clock,
    )
    keeper = asyncio.create_task(calls.run())
    begun = await calls.start(BOSS, "+4922182829981")
    await clock.advance(LOOK_SECONDS)
    assert store.running == {begun.id}
    directory.looked.set()
    await settle()
    assert store.away
    await clock.advance(LOOK_SECONDS)
    assert store.running == {begun.id}
    store.away = False
    await clock.advance(LOOK_SECONDS)
    assert store.running == set()
    keeper.cancel()
    await calls.stop()
