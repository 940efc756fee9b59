"""Test calls of orders: the number is called from inside, and what is heard is compared."""

import asyncio
import logging
import uuid
from pathlib import Path

from pbx.domain.addon_orders import (
    Answer,
    State,
    Step,
    StepState,
    answered,
    can_answer,
    did_missing,
)
from pbx.domain.records import User
from pbx.domain.test_calls import (
    RATE,
    TestCall,
    TestState,
    Why,
    failed,
    judged,
    samples_of,
)
from pbx.errors import Conflict, NotFound, SwitchRefused, SwitchUnreachable
from pbx.services.addon_orders import AddonBoard
from pbx.services.addon_ports import AddonOrders, Changed, OrderFile, TestCaller
from pbx.services.message_ports import Archive
from pbx.services.ports import Clock, Directory
from pbx.services.sounds import Sounds
from pbx.services.tasks import TaskOwner

log = logging.getLogger(__name__)

MORE_SECONDS = 2.0
"""Listened to beyond the greeting's length: it begins a moment after the answer."""
MOST_SECONDS = 40.0


def heard_name(call_id: str) -> str:
    """The file of what a test call heard, in the archive."""
    return f"addons/calls/{call_id}.wav"


class AddonTests:
    """
    Args:
        caller: None: there is no exchange to call with.
        prompts: folder of the shipped announcements.
    """

    def __init__(
        self,
        *,
        board: AddonBoard,
        store: AddonOrders,
        caller: TestCaller,
        directory: Directory,
        sounds: Sounds,
        prompts: Path,
        archive: Archive,
        clock: Clock,
    ) -> None:
        self._board = board
        self._store = store
        self._caller = caller
        self._directory = directory
        self._sounds = sounds
        self._prompts = prompts
        self._archive = archive
        self._clock = clock
        self._tasks = TaskOwner("test calls")

    async def start(self, by: User, order_id: str) -> OrderFile:
        """Begin a test call; its result appears on the order.

        Raises:
            NotFound: `unknown-order`; Conflict: `did-missing`, `test-call-running`,
                `order-closed`.
        """
        file = await self._board.get(order_id)
        if file.order.state not in (State.OPEN, State.DONE):
            raise Conflict(
                "order-closed",
                "Diese Bestellung ist abgeschlossen.",
                "This order is closed.",
            )
        if file.order.did is None:
            raise did_missing()
        call = TestCall(uuid.uuid4().hex, order_id, file.order.did, by.id, self._clock.now().at)
        if not await self._store.add_test_call(call):
            raise Conflict(
                "test-call-running",
                "Ein Testanruf läuft gerade. Bitte sein Ergebnis abwarten.",
                "A test call is under way. Please wait for its result.",
            )
        self._tasks.start(self._run(call), call.id)
        return await self._board.get(order_id)

    async def audio(self, order_id: str, call_id: str) -> Path:
        """Raises `NotFound` (`no-test-audio`)."""
        call = await self._store.test_call(call_id)
        if call is None or call.order_id != order_id or not call.heard:
            raise NotFound(
                "no-test-audio",
                "Von diesem Testanruf gibt es keine Aufnahme.",
                "There is no recording of this test call.",
            )
        return self._archive.path(heard_name(call_id))

    async def stop(self) -> None:
        await self._tasks.close()

    # -------------------------------------------------------------- at work

    async def _run(self, call: TestCall) -> None:
        done = await self._result(call)
        await self._store.settle_test_call(done)
        log.info("order=%s test call %s %s", done.order_id, done.state, done.reason)
        if done.state is TestState.PASSED:
            await self._pass(done)

    async def _result(self, call: TestCall) -> TestCall:
        file = await self._greeting(call.did)
        if file is None or not file.is_file():
            return failed(call, Why.NO_GREETING)
        greeting = samples_of(await asyncio.to_thread(file.read_bytes))
        seconds = min(MOST_SECONDS, len(greeting) / RATE + MORE_SECONDS)
        try:
            heard = await self._caller.listen(call.did, seconds)
        except (SwitchRefused, SwitchUnreachable) as e:
            log.warning("order=%s test call: %s", call.order_id, e.reason)
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

    async def _pass(self, call: TestCall) -> None:
        """The step is done, where it is its turn."""
        now = self._clock.now().at

        def decide(file: OrderFile) -> Changed | None:
            waits = any(
                row.step is Step.TEST_CALL and row.state is not StepState.DONE for row in file.steps
            )
            ready = file.order.state is State.OPEN and can_answer(file.steps, Step.TEST_CALL)
            if not waits or not ready:
                return None
            answer = Answer(Step.TEST_CALL, StepState.DONE, call.by, now)
            return Changed(*answered(file.order, file.steps, answer), "addon.answered")

        await self._store.change(call.order_id, decide, call.by, now)
