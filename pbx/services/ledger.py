"""Writing the ledger: durable first; where the database is away, in order as soon as it is back."""

import asyncio
import logging
from collections import deque

from pbx.domain.records import Direction, LedgerEntry, LedgerKind
from pbx.errors import Unavailable
from pbx.services.ports import CallLog, Clock

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Ledger:
    """One writer for all calls.

    No VPA's call is begun without its first entry on disk. Entries of calls under way must
    not keep a leg from being hung up, nor a caller from being greeted, so they wait here
    while the database is away.
    """

    def __init__(self, calls: CallLog, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._backlog: deque[LedgerEntry] = deque()
        self._lock = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """Entries that are not on disk yet."""
        return len(self._backlog)

    async def write(self, entry: LedgerEntry) -> bool:
        """Add `entry`; False where a once-only entry was there already.

        Raises:
            Unavailable: the database is away and this would begin a VPA's call.
        """
        begins = entry.kind is LedgerKind.OFFERED and entry.direction is not Direction.INBOUND
        if self._backlog and not begins:  # before the lock: `flush` may wait for the database
            self._backlog.append(entry)
            return True
        async with self._lock:
            if self._backlog and not begins:
                self._backlog.append(entry)
                return True
            try:
                return await self._calls.append(entry)
            except Unavailable:
                if begins:
                    raise
                log.error("call=%s ledger entry %s waits", entry.call_id, entry.kind.name)
                self._backlog.append(entry)
                return True

    async def run(self) -> None:
        """Write what waits, until cancelled."""
        while True:
            await self._clock.sleep(RETRY_SECONDS)
            await self.flush()

    async def close(self) -> None:
        """The last try; what is lost after it stands in the log."""
        await self.flush()
        for entry in self._backlog:
            log.critical("ledger entry never written: %s", entry)

    async def flush(self) -> None:
        """Write what waits, as far as the database allows."""
        async with self._lock:
            while self._backlog:
                try:
                    await self._calls.append(self._backlog[0])
                except Unavailable:
                    return
                self._backlog.popleft()
