"""For unit tests of services: an exchange on fakes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.exchange import Exchange
from tests.support.live_switch import LiveSwitch


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path).open()
    yield made
    await made.close()


@pytest.fixture
async def live_exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    """On a switch that reports what its commands bring about; Anna and Ben are live."""
    switch = LiveSwitch()
    made = Exchange(tmp_path, switch=switch)
    switch.listener, switch.clock = made.board, made.clock
    await made.open()
    for user in (made.anna, made.ben):
        made.presence.beat(user.id, "tab", phone=True)
    yield made
    await made.close()
