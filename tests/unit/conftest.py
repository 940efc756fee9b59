"""For unit tests of services: an exchange on fakes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.exchange import Exchange


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    made = await Exchange(tmp_path).open()
    yield made
    await made.close()
