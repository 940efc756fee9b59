"""Test calls of orders: one that passes is the order's step."""

from datetime import datetime
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
from pbx.domain.test_calls import TestCall
from pbx.errors import Conflict
from pbx.services.addon_orders import AddonBoard
from pbx.services.addon_ports import Changed, Decide, OrderFile
from pbx.services.test_calls import TestCalls


class AddonTests:
    def __init__(self, *, board: AddonBoard, calls: TestCalls) -> None:
        self._board = board
        self._calls = calls

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
        await self._calls.start(by, file.order.did, order_id, step_passed)
        return await self._board.get(order_id)

    async def audio(self, order_id: str, call_id: str) -> Path:
        """Raises `NotFound` (`no-test-audio`)."""
        return await self._calls.audio(call_id, order_id=order_id)


def step_passed(call: TestCall, at: datetime) -> Decide:
    """The step is done, where it is its turn."""

    def decide(file: OrderFile) -> Changed | None:
        waits = any(
            row.step is Step.TEST_CALL and row.state is not StepState.DONE for row in file.steps
        )
        ready = file.order.state is State.OPEN and can_answer(file.steps, Step.TEST_CALL)
        if not waits or not ready:
            return None
        answer = Answer(Step.TEST_CALL, StepState.DONE, call.by, at)
        return Changed(*answered(file.order, file.steps, answer), "addon.answered")

    return decide
