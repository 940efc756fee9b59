"""How late Asterisk's events are read. Pure.

Asterisk stamps an event when it happens; we read it a millisecond later, or much later where this
machine is busy. Seconds are billed, so what counts is when it happened. Both clocks need not
agree: the least difference of the last minutes is what they differ by.
"""

from datetime import datetime, timedelta

from pbx.domain.records import Moment

WINDOW_MS = 60_000
"""A difference is remembered for one to two of these, so a clock that was set is believed soon."""
MOST_MS = 5_000
"""Nothing is believed to be later; a wrong stamp does no great harm."""
_MS = timedelta(milliseconds=1)


class Lateness:
    def __init__(self) -> None:
        self._window = -1
        self._least = self._before = 0

    def happened(self, read: Moment, stamp: str) -> Moment:
        """When an event happened, by our own clocks.

        Args:
            read: when it was read.
            stamp: Asterisk's, ISO 8601; where it says nothing, `read` counts.
        """
        try:
            behind = (read.at - datetime.fromisoformat(stamp)) // _MS
        except (ValueError, TypeError):
            return read
        late = min(behind - self._usual(read.mono_ms // WINDOW_MS, behind), MOST_MS)
        return Moment(read.at - late * _MS, read.mono_ms - late, read.boot_id)

    def _usual(self, window: int, behind: int) -> int:
        if window != self._window:
            self._before = self._least if window == self._window + 1 else behind
            self._window, self._least = window, behind
        self._least = min(self._least, behind)
        return min(self._least, self._before)
