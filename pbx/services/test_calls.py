"""Test calls: a number of ours is called from inside, and what is heard is compared (F65)."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from pbx.domain.going_live import Check, Live
from pbx.domain.records import User
from pbx.domain.test_calls import TestCall, TestState, Why, failed, judged, samples_of
from pbx.errors import Conflict, NotFound, SwitchRefused, SwitchUnreachable, Unavailable
from pbx.services.addon_ports import Decide
from pbx.services.going_live_ports import TestCaller, TestCallStore
from pbx.services.message_ports import Archive
from pbx.services.ports import Clock, Directory
from pbx.services.sounds import Sounds
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

MOST_SECONDS = 40.0
"""Listened to: announcements may come before the greeting."""
LOOK_SECONDS = 20.0
"""How often those are settled that nobody is at work on: the database was away at their end."""
SHOWN = 5
"""Test calls of a number that are looked at."""

Then = Callable[[TestCall, datetime], Decide]
"""What becomes of the order of a test call that passed."""


def heard_name(call_id: str) -> str:
    """The file of what a test call heard, in the archive."""
    return f"addons/calls/{call_id}.wav"


def newest_over(calls: Sequence[TestCall]) -> TestCall | None:
    """The newest that does not run any more, of calls that come newest first."""
    return next((each for each in calls if each.state is not TestState.RUNNING), None)


async def _nothing(_: TestCall) -> tuple[Check | None, Live | None]:
    return None, None


class TestCalls:
    """
    Args:
        prompts: folder of the shipped announcements.
    """

    def __init__(
        self,
        *,
        store: TestCallStore,
        caller: TestCaller,
        directory: Directory,
        sounds: Sounds,
        prompts: Path,
        archive: Archive,
        clock: Clock,
    ) -> None:
        self._store = store
        self._caller = caller
        self._directory = directory
        self._sounds = sounds
        self._prompts = prompts
        self._archive = archive
        self._clock = clock
        self.confirms: Callable[[TestCall], Awaitable[tuple[Check | None, Live | None]]] = _nothing
        """What a test call that passed says about its number (`services.going_live`)."""
        self._tasks = TaskOwner("test calls")
        self._at_work: set[str] = set()

    async def start(
        self, by: User, did: str, order_id: str | None = None, then: Then | None = None
    ) -> TestCall:
        """Begin one; its result appears later.

        Raises:
            Conflict: `test-call-running`.
        """
        call = TestCall(uuid.uuid4().hex, order_id, did, by.id, self._clock.now().at)
        self._at_work.add(call.id)
        begun = False
        try:
            begun = await self._store.add(call)
        finally:
            if not begun:
                self._at_work.discard(call.id)
        if not begun:
            raise Conflict(
                "test-call-running",
                "Ein Testanruf läuft gerade. Bitte sein Ergebnis abwarten.",
                "A test call is under way. Please wait for its result.",
            )
        self._tasks.start(self._work(call, then), call.id)
        return call

    async def of_number(self, e164: str) -> Sequence[TestCall]:
        """The last ones, newest first."""
        return await self._store.of_number(e164, SHOWN)

    async def last_over(self, e164: str) -> TestCall | None:
        return newest_over(await self.of_number(e164))

    async def audio(
        self, call_id: str, *, did: str | None = None, order_id: str | None = None
    ) -> Path:
        """What was heard by a test call of this number, or for this order.

        Raises:
            NotFound: `no-test-audio`.
        """
        call = await self._store.get(call_id)
        mine = call is not None and (call.did == did or call.order_id == (order_id or ""))
        if call is None or not mine or not call.heard:
            raise NotFound(
                "no-test-audio",
                "Von diesem Testanruf gibt es keine Aufnahme.",
                "There is no recording of this test call.",
            )
        return self._archive.path(heard_name(call.id))

    async def run(self) -> None:
        """Settle those that nobody is at work on, until cancelled: a restart interrupted them, or
        their result could not be written."""
        while True:
            try:
                await self._store.interrupted(self._clock.now().at, frozenset(self._at_work))
            except Unavailable as e:
                log.warning("test calls: %s", e)
            await self._clock.sleep(LOOK_SECONDS)

    async def stop(self) -> None:
        await self._tasks.close()

    # -------------------------------------------------------------- at work

    async def _work(self, call: TestCall, then: Then | None) -> None:
        try:
            await self._run(call, then)
        finally:
            self._at_work.discard(call.id)

    async def _run(self, call: TestCall, then: Then | None) -> None:
        try:
            done = await self._result(call)
        except (OSError, Unavailable) as e:
            log.warning("test call of %s: %s", call.did, e)
            done = failed(call, Why.INTERRUPTED)
        passed, now = done.state is TestState.PASSED, self._clock.now().at
        check, live = await self.confirms(done) if passed else (None, None)
        decide = then(done, now) if passed and then else None
        await self._store.settle(done, now, decide=decide, check=check, live=live)
        log.info("test call of %s %s %s", done.did, done.state, done.reason)

    async def _result(self, call: TestCall) -> TestCall:
        file = await self._greeting(call.did)
        if file is None or not file.is_file():
            return failed(call, Why.NO_GREETING)
        greeting = samples_of(await asyncio.to_thread(file.read_bytes))
        try:
            heard = await self._caller.listen(call.did, MOST_SECONDS)
        except (SwitchRefused, SwitchUnreachable) as e:
            log.warning("test call of %s: %s", call.did, e.reason)
            return failed(call, Why.EXCHANGE_AWAY)
        if heard.wav:
            await self._archive.keep(heard_name(call.id), heard.wav)
        return await asyncio.to_thread(judged, call, heard, greeting)

    async def _greeting(self, did: str) -> Path | None:
        """What a caller of this number should hear; None: it is no number of ours."""
        number = await self._directory.number(did)
        if number is None:
            return None
        own = await self._sounds.file(number.greeting or "")
        file = Path(own or f"{number.language}/greeting")
        return file if file.is_absolute() else self._prompts / file.with_suffix(".wav")
