"""Who is reachable (D13), and what others see of it.

A browser counts as alive only for a few seconds after its last heartbeat, and not at all
once its connection has closed. Whether somebody wants to be called is their own word, kept
in the directory; only who is alive and available is rung.

    off, busy, away   as set by hand
    on_call           in a call of ours
    available         a browser of theirs is alive
    offline           none is
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from pbx.domain.records import Status, User
from pbx.services.ports import Clock

ON_CALL = "on_call"
OFFLINE = "offline"


class Presence:
    """Heartbeats of browsers, and the statuses that people set.

    Args:
        clock: for the age of a heartbeat.
        alive_seconds: how long one counts.
        changed: called with user id and liveness on every change of what others see; must
            return at once.
    """

    def __init__(
        self, clock: Clock, alive_seconds: float, changed: Callable[[str, bool], None]
    ) -> None:
        self._clock = clock
        self._alive_ms = round(alive_seconds * 1000)
        self.changed = changed
        self.on_lost: Callable[[str], None] = lambda _: None
        """Also told when somebody can no longer be rung; set by the composition root."""
        self.on_found: Callable[[str], None] = lambda _: None
        """Also told when somebody can be rung (again); set by the composition root."""
        self.on_call: Callable[[str], bool] = lambda _: False
        """Whether this user is in a call; set by the composition root."""
        self._beats: dict[str, dict[object, int]] = {}
        self._statuses: dict[str, Status] = {}
        self._ringable: set[str] = set()
        self._told: dict[str, tuple[bool, str]] = {}
        """What everybody was told last, by user."""
        self._since: dict[str, datetime] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def restore(self, users: Iterable[User]) -> None:
        """What people had set before a restart."""
        for user in users:
            self._statuses[user.id] = user.status
            self._told[user.id] = False, self.of(user.id)

    # -------------------------------------------------------------- what is said

    def beat(self, user_id: str, connection: object, phone: bool) -> None:
        """A browser said that it lives; `phone`: that it can take calls."""
        if phone:
            self._beats.setdefault(user_id, {})[connection] = self._clock.now().mono_ms
        else:
            self._beats.get(user_id, {}).pop(connection, None)
        self.look(user_id)

    def gone(self, user_id: str, connection: object) -> None:
        """The browser's connection closed."""
        self._beats.get(user_id, {}).pop(connection, None)
        self.look(user_id)

    def turn(self, user_id: str) -> asyncio.Lock:
        """Held while a status is kept and then set: of two that come at once, one is both."""
        return self._turns[user_id]

    def set_status(self, user_id: str, status: Status) -> None:
        """They set it by hand (it is kept by the directory); what rings there stops at once
        unless it is `available`."""
        self._statuses[user_id] = status
        self.look(user_id)

    # -------------------------------------------------------------- what is so

    def status(self, user_id: str) -> Status:
        return self._statuses.get(user_id, Status.AVAILABLE)

    def live(self, user_id: str) -> bool:
        """Whether a browser of theirs can take calls right now."""
        oldest = self._clock.now().mono_ms - self._alive_ms
        return any(at >= oldest for at in self._beats.get(user_id, {}).values())

    def ringable(self, user_id: str) -> bool:
        """Alive and willing."""
        return self.status(user_id) is Status.AVAILABLE and self.live(user_id)

    def live_users(self) -> frozenset[str]:
        return frozenset(user_id for user_id in self._beats if self.live(user_id))

    def ringable_users(self) -> frozenset[str]:
        return frozenset(user_id for user_id in self._beats if self.ringable(user_id))

    def of(self, user_id: str) -> str:
        """What others see: a `Status`, `on_call` or `offline`."""
        status = self.status(user_id)
        if status is not Status.AVAILABLE:
            return status.value
        if self.on_call(user_id):
            return ON_CALL
        return status.value if self.live(user_id) else OFFLINE

    def since(self, user_id: str) -> datetime | None:
        """Since when others see what they see; None where that was so before the start."""
        return self._since.get(user_id)

    # -------------------------------------------------------------- changes

    async def run(self) -> None:
        """Notice browsers that fell silent without closing, and calls that ended."""
        while True:
            await self._clock.sleep(1)
            for user_id in list(self._told):
                self.look(user_id)

    def look(self, user_id: str) -> None:
        """Tell what has changed for this user, if anything has."""
        live, ringable = self.live(user_id), self.ringable(user_id)
        if not live:
            self._beats.pop(user_id, None)
        before = user_id in self._ringable
        (self._ringable.add if ringable else self._ringable.discard)(user_id)
        if before and not ringable:
            self.on_lost(user_id)
        if ringable and not before:
            self.on_found(user_id)
        seen = live, self.of(user_id)
        if seen != self._told.get(user_id, (False, OFFLINE)):
            self._told[user_id] = seen
            self._since[user_id] = self._clock.now().at
            self.changed(user_id, live)
