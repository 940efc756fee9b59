"""Whether a browser's sound works: check calls, and what arrives from a leg.

A check call is a browser's leg that hears itself, before the first call of a shift (N10). It
meets nobody: no bridge, no trunk, no ledger. Its id is good for a minute and for the user who
asked for it.
"""

import logging
import uuid

from pbx.domain import messages as m
from pbx.domain.records import Moment
from pbx.errors import SwitchRefused, SwitchUnreachable
from pbx.services.ports import Clock, Switch, SwitchListener
from pbx.services.tasks import TaskOwner
from pbx.services.voice import VoiceAccounts

log = logging.getLogger(__name__)

GOOD_FOR_MS = 60_000
CAUSE_REJECTED = 21


class CheckCalls:
    """`ports.SwitchListener`: takes the legs of check calls, hands everything else on."""

    def __init__(
        self, *, switch: Switch, voice: VoiceAccounts, clock: Clock, then: SwitchListener
    ) -> None:
        self._switch = switch
        self._voice = voice
        self._clock = clock
        self._then = then
        self._open: dict[str, tuple[str, Moment]] = {}
        self._tasks = TaskOwner("check calls")

    def start(self, user_id: str) -> str:
        """The id that this user's browser may call during the next minute."""
        self._forget_old()
        call_id = uuid.uuid4().hex
        self._open[call_id] = user_id, self._clock.now()
        return call_id

    async def received_packets(self, channel: str) -> int | None:
        """RTP packets that have come from this leg so far; None where it has no sound.

        Raises:
            SwitchUnreachable
        """
        return await self._switch.received_packets(channel)

    def _forget_old(self) -> None:
        now = self._clock.now()
        self._open = {
            call_id: (user_id, begun)
            for call_id, (user_id, begun) in self._open.items()
            if begun.ms_until(now) < GOOD_FOR_MS
        }

    async def stop(self) -> None:
        await self._tasks.close()

    # -------------------------------------------------------------- reports of the switch

    def agent_joined(self, call_id: str, endpoint: str, channel: str, at: Moment) -> None:
        self._forget_old()
        known = self._open.get(call_id)
        if known is None:
            self._then.agent_joined(call_id, endpoint, channel, at)
            return
        mine = self._voice.owner(endpoint) == known[0]
        if not mine:
            log.warning("check=%s leg of endpoint %s refused", call_id, endpoint)
        command = m.Echo(channel) if mine else m.HangUp(channel, CAUSE_REJECTED)
        self._tasks.start(self._execute(call_id, command), call_id)

    async def _execute(self, call_id: str, command: m.Command) -> None:
        try:
            await self._switch.execute(call_id, command)
        except (SwitchRefused, SwitchUnreachable) as e:
            log.warning("check=%s %s: %s", call_id, type(command).__name__, e.reason)

    def event(self, call_id: str, event: m.Event) -> None:
        if call_id not in self._open:
            self._then.event(call_id, event)

    def call_arrived(self, call_id: str, channel: str, did: str, caller: str, at: Moment) -> None:
        self._then.call_arrived(call_id, channel, did, caller, at)

    def connected(self) -> None:
        self._then.connected()
