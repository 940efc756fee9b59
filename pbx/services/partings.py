"""Sessions of people who have left: over at once, or, for somebody in a call, with the call.

Whoever has left and still talks may do with that call what can be done with calls, and
nothing else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from pbx.domain.leaving import Left
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.services.ports import Clock
from pbx.services.tasks import TaskOwner

LOOK_SECONDS = 1.0


async def _nobody(token_hash: str) -> None:
    """Nobody is connected: the command line."""


class Partings:
    """
    Args:
        on_call: whether this user is in a call.
    """

    def __init__(self, clock: Clock, on_call: Callable[[str], bool]) -> None:
        self._clock = clock
        self._on_call = on_call
        self._tasks = TaskOwner("partings")
        self._talking: dict[str, User] = {}
        self.end: Callable[[str], Awaitable[None]] = _nobody
        """Ends what hangs on a session or token: sockets, SIP account; set by the web."""

    async def begin(self, left: Left) -> None:
        user = left.account.user
        if not self._on_call(user.id):
            await self._end(left)
            return
        bare = replace(user, role=Role.VPA, granted=frozenset(), denied=frozenset())
        for token_hash in left.sessions:
            self._talking[token_hash] = bare
        self._tasks.start(self._wait(left), user.id)

    async def _wait(self, left: Left) -> None:
        while self._on_call(left.account.user.id):
            await self._clock.sleep(LOOK_SECONDS)
        await self._end(left)

    async def _end(self, left: Left) -> None:
        for token_hash in (*left.sessions, *left.tokens):
            self._talking.pop(token_hash, None)
            await self.end(token_hash)

    def user_of(self, token_hash: str) -> User | None:
        """Whose ended session this was, as long as they are still in a call."""
        user = self._talking.get(token_hash)
        return user if user and self._on_call(user.id) else None

    async def close(self) -> None:
        await self._tasks.close()
