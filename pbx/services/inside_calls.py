"""Calls from inside to numbers of ours, to hear what a caller hears: test calls of add-ons.

Their other half is an inbound call like any other, known as a test by its channel's name. Ours
belongs to nobody's call: it is recorded from the answer on, and hung up.
"""

import asyncio
import contextlib
import logging
import uuid

from pbx.domain import messages as m
from pbx.domain.records import Moment
from pbx.domain.test_calls import TEST_CALL, Heard, is_test
from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.ports import Clock, Switch, SwitchListener

log = logging.getLogger(__name__)

ANSWER_SECONDS = 20
"""Nobody rings first."""
GRACE_SECONDS = 5.0
"""That the end of a recording may take."""


class InsideCalls:
    """`ports.SwitchListener`: takes the legs of calls from inside, hands everything else on; and
    `addon_ports.TestCaller`.

    Args:
        caller_id: our number that such a call shows.
    """

    def __init__(
        self, *, switch: Switch, clock: Clock, caller_id: str, then: SwitchListener
    ) -> None:
        self._switch = switch
        self._clock = clock
        self._caller_id = caller_id
        self._then = then
        self._running: dict[str, asyncio.Queue[m.Event]] = {}

    async def listen(self, e164: str, seconds: float) -> Heard:
        """See `addon_ports.TestCaller`."""
        call_id = f"{TEST_CALL}{uuid.uuid4().hex}"
        channel = f"{call_id}.inside"
        events = self._running[call_id] = asyncio.Queue()
        begun = self._clock.now()
        try:
            arrives_as = f"{call_id}.called"
            call = m.CallInside(channel, arrives_as, e164, self._caller_id, ANSWER_SECONDS)
            await self._switch.execute(call_id, call)
            answered = await self._until(events, m.LegAnswered, ANSWER_SECONDS + GRACE_SECONDS)
            if not answered:
                return Heard(False, b"", begun.ms_until(self._clock.now()))
            await self._switch.execute(call_id, m.Record(channel, max(1, round(seconds))))
            await self._until(events, m.RecordingDone, seconds + GRACE_SECONDS)
            return Heard(True, await self._heard(call_id), begun.ms_until(self._clock.now()))
        finally:
            del self._running[call_id]
            with contextlib.suppress(SwitchRefused, SwitchUnreachable):
                await self._switch.execute(call_id, m.HangUp(channel))
            with contextlib.suppress(SwitchRefused, SwitchUnreachable):
                await self._switch.drop_recording(call_id)

    async def _until(
        self, events: "asyncio.Queue[m.Event]", kind: type[m.Event], seconds: float
    ) -> bool:
        """Whether it came before the leg was gone, in time. A recording ends with its leg too."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    event = await events.get()
                    if isinstance(event, kind):
                        return True
                    if isinstance(event, m.LegGone) and kind is not m.RecordingDone:
                        return False
        return False

    async def _heard(self, call_id: str) -> bytes:
        try:
            return await self._switch.fetch_recording(call_id)
        except SwitchRefused as e:
            log.warning("call=%s nothing was recorded: %s", call_id, e.reason)
            return b""

    # -------------------------------------------------------------- reports of the switch

    def event(self, call_id: str, event: m.Event) -> None:
        if events := self._running.get(call_id):
            events.put_nowait(event)
        elif not is_test(call_id):
            self._then.event(call_id, event)

    def call_arrived(self, call_id: str, channel: str, did: str, caller: str, at: Moment) -> None:
        self._then.call_arrived(call_id, channel, did, caller, at)

    def agent_joined(self, call_id: str, endpoint: str, channel: str, at: Moment) -> None:
        self._then.agent_joined(call_id, endpoint, channel, at)

    def connected(self) -> None:
        self._then.connected()
