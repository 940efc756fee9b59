"""Guessing is stopped for a while: so many failures for one name within a time, then no more."""

from collections import deque

from pbx.errors import Refused
from pbx.services.ports import Clock


class Brake:
    """Args: `tries` within `seconds`, then the name is closed until the oldest is that old."""

    def __init__(self, clock: Clock, tries: int, seconds: int) -> None:
        self._clock = clock
        self._tries = tries
        self._seconds = seconds
        self._failures: dict[str, deque[int]] = {}

    def count(self, name: str) -> int:
        """Take one try, before it is checked: many at once must not all slip through.

        Returns:
            the try, for `take_back`.

        Raises:
            Refused: `too-many-attempts`.
        """
        failures = self._recent(name)
        if len(failures) >= self._tries:
            minutes = self._seconds // 60
            raise Refused(
                "too-many-attempts",
                f"Zu viele Fehlversuche. Bitte in {minutes} Minuten erneut versuchen.",
                f"Too many failed attempts. Please try again in {minutes} minutes.",
            )
        tried = self._clock.now().mono_ms
        failures.append(tried)
        return tried

    def take_back(self, name: str, tried: int) -> None:
        """That try was no failure; those before it stay."""
        failures = self._failures.get(name)
        if failures and tried in failures:
            failures.remove(tried)

    def clear(self, name: str) -> None:
        self._failures.pop(name, None)

    def _recent(self, name: str) -> deque[int]:
        """Times of failures within the window; forgets names without any."""
        oldest = self._clock.now().mono_ms - self._seconds * 1000
        for key in [k for k, times in self._failures.items() if times and times[-1] < oldest]:
            del self._failures[key]
        failures = self._failures.setdefault(name, deque())
        while failures and failures[0] < oldest:
            failures.popleft()
        return failures
