"""The included quarter of work time, used up while somebody talks: when, and how often told."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from pbx.domain import metering
from pbx.domain.factor_guard import Mismatch, unfit
from pbx.domain.metering import ms_left, phone_share
from pbx.domain.records import Area, Zone
from pbx.errors import Unavailable
from pbx.services.share_watch import Basis, ShareWatch, Spoken
from tests.support.exchange import Exchange


@dataclass
class FakeLimits:
    """Keeps when it was told, in seconds of the clock, and what calls under way added."""

    exchange: Exchange
    work_seconds: int = 0
    area: Area = Area.BACKOFFICE
    own: bool = False
    talked: int = 0
    away: bool = False
    told: list[tuple[float, int, int]] = field(default_factory=list)

    async def bases(self, some: Collection[str]) -> Mapping[str, Basis]:
        if self.away:
            raise Unavailable("database-away", "", "")
        return {t: Basis(t, t, "K", self.area, self.own, self.work_seconds) for t in some}

    async def talked_ms(self, some: Collection[str]) -> Mapping[str, int]:
        return dict.fromkeys(some, self.talked)

    async def crossed(self, task: str, live: Spoken, at: datetime) -> None:
        spoken = sum(ms for _, ms in live)
        self.told.append((self.exchange.clock.seconds, self.work_seconds, spoken))


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path).open()
    yield made
    await made.close()


@pytest.fixture
async def limits(exchange: Exchange) -> AsyncIterator[FakeLimits]:
    store = FakeLimits(exchange)
    watch = ShareWatch(
        store=store, board=exchange.board, notifier=exchange.notifier, clock=exchange.clock
    )
    running = asyncio.create_task(watch.run())
    yield store
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_what_is_left_is_exact_to_the_millisecond() -> None:
    assert ms_left(0, 3600, 1) == 900_001  # exactly 15:00 is still included
    assert ms_left(900_000, 3600, 1) == 1
    assert ms_left(900_001, 3600, 1) == 0
    assert ms_left(0, 3600, 2) == 450_001
    assert ms_left(0, 0, 1) is None
    assert ms_left(0, 3600, 0) is None
    for phone in (0, 899_998, 899_999, 900_000):
        left = ms_left(phone, 3600, 3)
        assert left is not None
        before, after = (
            phone_share(phone + 3 * ms, 3600, Area.SALES, {}).over for ms in (left - 1, left)
        )
        assert (before, after) == (False, True)


async def test_it_is_told_at_the_moment_not_at_the_next_look(
    exchange: Exchange, limits: FakeLimits
) -> None:
    limits.work_seconds, limits.talked = 40, 7_500
    await exchange.talking(exchange.anna)
    began = exchange.clock.seconds
    await exchange.clock.advance(2.5)
    assert limits.told == []
    await exchange.clock.advance(0.001)
    assert limits.told == [(began + 2.501, 40, 2_501)]
    await exchange.clock.advance(60)
    assert len(limits.told) == 1


async def test_two_calls_use_it_up_twice_as_fast(exchange: Exchange, limits: FakeLimits) -> None:
    limits.work_seconds = 40
    for user in (exchange.anna, exchange.ben):
        await exchange.talking(user)
    began = exchange.clock.seconds
    await exchange.clock.advance(5)
    assert limits.told == []
    await exchange.clock.advance(0.001)
    assert limits.told == [(began + 5.001, 40, 10_002)]
    told = set(exchange.notifier.shares)
    assert {(exchange.anna.id, "T-1"), (exchange.ben.id, "T-1")} <= told


async def test_work_time_that_is_added_moves_the_moment(
    exchange: Exchange, limits: FakeLimits
) -> None:
    limits.work_seconds = 40
    await exchange.talking(exchange.anna)
    began = exchange.clock.seconds
    await exchange.clock.advance(9)
    limits.work_seconds = 60
    await exchange.clock.advance(6)
    assert limits.told == []
    await exchange.clock.advance(0.001)
    assert limits.told == [(began + 15.001, 60, 15_001)]
    # And again, for what was added then.
    limits.work_seconds = 80
    pushed = len(exchange.notifier.shares)
    await exchange.clock.advance(1)
    assert len(exchange.notifier.shares) > pushed  # there is room again
    await exchange.clock.advance(5)
    assert [told[1] for told in limits.told] == [60, 80]


async def test_nothing_is_told_without_work_time_or_of_own_tasks(
    exchange: Exchange, limits: FakeLimits
) -> None:
    await exchange.talking(exchange.anna)
    await exchange.clock.advance(5)
    limits.work_seconds, limits.own = 4, True
    await exchange.clock.advance(5)
    assert limits.told == []


async def test_a_database_that_is_away_delays_and_loses_nothing(
    exchange: Exchange, limits: FakeLimits
) -> None:
    limits.work_seconds, limits.away = 40, True
    await exchange.talking(exchange.anna)
    await exchange.clock.advance(30)
    assert limits.told == []
    limits.away = False
    await exchange.clock.advance(1)
    assert len(limits.told) == 1


def test_what_does_not_fit_is_flagged_while_it_happens() -> None:
    def flagged(area: Area, ms: int, *zones: Zone) -> tuple[Mismatch, Area] | None:
        return unfit(metering.phone_share(ms, 40, area, dict.fromkeys(zones, 0)))

    assert flagged(Area.BACKOFFICE_DE, 0, Zone.EU) == (Mismatch.ZONE, Area.BACKOFFICE_EU)
    assert flagged(Area.SALES_DE, 99_000, Zone.DE) is None
    assert flagged(Area.BACKOFFICE_EU, 99_000, Zone.DE, Zone.EU) is None
    assert flagged(Area.BACKOFFICE, 10_000, Zone.EU) is None
    assert flagged(Area.SALES, 10_001, Zone.DE) == (Mismatch.SHARE, Area.SALES_DE)
    assert unfit(metering.phone_share(1, 0, Area.SALES, {})) is None
