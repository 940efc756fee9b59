"""Who is reachable (D13): a browser counts as alive only for a few seconds after its last
heartbeat, and not at all once its connection has closed."""

from collections.abc import Callable

from pbx.services.ports import Clock


class Presence:
    """Heartbeats of browsers.

    Args:
        clock: for the age of a heartbeat.
        alive_seconds: how long one counts.
        changed: called with user id and liveness on every change; must return at once.
    """

    def __init__(
        self, clock: Clock, alive_seconds: float, changed: Callable[[str, bool], None]
    ) -> None:
        self._clock = clock
        self._alive_ms = round(alive_seconds * 1000)
        self._changed = changed
        self.on_lost: Callable[[str], None] = lambda _: None
        """Also told when somebody is no longer reachable; set by the composition root."""
        self._beats: dict[str, dict[object, int]] = {}
        self._live: set[str] = set()

    def beat(self, user_id: str, connection: object, phone: bool) -> None:
        """A browser said that it lives; `phone`: that it can take calls."""
        if phone:
            self._beats.setdefault(user_id, {})[connection] = self._clock.now().mono_ms
        else:
            self._beats.get(user_id, {}).pop(connection, None)
        self._update(user_id)

    def gone(self, user_id: str, connection: object) -> None:
        """The browser's connection closed."""
        self._beats.get(user_id, {}).pop(connection, None)
        self._update(user_id)

    def live(self, user_id: str) -> bool:
        oldest = self._clock.now().mono_ms - self._alive_ms
        return any(at >= oldest for at in self._beats.get(user_id, {}).values())

    def live_users(self) -> frozenset[str]:
        return frozenset(user_id for user_id in self._beats if self.live(user_id))

    async def run(self) -> None:
        """Notice browsers that fell silent without closing."""
        while True:
            await self._clock.sleep(1)
            for user_id in list(self._live):
                self._update(user_id)

    def _update(self, user_id: str) -> None:
        live = self.live(user_id)
        if live == (user_id in self._live):
            return
        (self._live.add if live else self._live.discard)(user_id)
        if not live:
            self._beats.pop(user_id, None)
            self.on_lost(user_id)
        self._changed(user_id, live)
