"""The real clock behind `ports.Clock`."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from pbx.domain.records import Moment

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class SystemClock:
    """Wall clock in UTC and CLOCK_MONOTONIC, which on Linux goes on through a restart of
    this process; the boot id says when it began anew."""

    def __init__(self) -> None:
        self._boot_id = BOOT_ID_FILE.read_text(encoding="ascii").strip()

    def now(self) -> Moment:
        return Moment(datetime.now(UTC), time.monotonic_ns() // 1_000_000, self._boot_id)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
