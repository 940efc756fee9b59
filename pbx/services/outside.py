"""Calls to numbers outside that steps ring: policy and limits are asked again for every one."""

import logging
import uuid
from dataclasses import replace

from pbx.domain import messages as m
from pbx.domain.call import Call
from pbx.domain.call.outside import FAILED
from pbx.domain.limits import longest_seconds
from pbx.domain.records import Direction, User
from pbx.errors import BadRequest, PbxError, Refused
from pbx.services.actor import CallActor
from pbx.services.destinations import Destinations
from pbx.services.outside_numbers import OutsideNumbers, reason_of
from pbx.services.placing import Placing
from pbx.services.ports import Clock, Directory
from pbx.services.switchboard import Switchboard

log = logging.getLogger(__name__)

MOST_OUTSIDE = 6
"""Calls to numbers outside that may be under way for one number of ours."""


class OutsideCalls:
    """Carries out `RingOutside`."""

    def __init__(
        self,
        *,
        board: Switchboard,
        directory: Directory,
        numbers: OutsideNumbers,
        destinations: Destinations,
        clock: Clock,
    ) -> None:
        self._board = board
        self._directory = directory
        self._numbers = numbers
        self._guard = destinations.guard
        self._outbound = destinations.outbound
        self._clock = clock
        self._placing = Placing(
            board=board,
            directory=directory,
            outbound=destinations.outbound,
            guard=destinations.guard,
            clock=clock,
        )

    async def ring(self, actor: CallActor, command: m.RingOutside) -> None:
        """The caller's call hears of it either way: it waits for that."""
        try:
            other = await self._begin(actor.call, command)
        except PbxError as refusal:
            log.warning("call=%s rings nobody outside: %s", actor.call.id, refusal.error_id)
            actor.post(m.OutsideRefused(self._clock.now(), _note_of(refusal)))
            return
        except Exception:
            log.exception("call=%s cannot ring outside", actor.call.id)
            actor.post(m.OutsideRefused(self._clock.now(), FAILED))
            return
        await actor.ask(m.TransferBegun(self._clock.now(), other.call.id))
        if actor.call.linked != other.call.id:  # the caller left meanwhile
            other.post(m.HangUpRequested(self._clock.now(), ""))

    async def _begin(self, call: Call, command: m.RingOutside) -> CallActor:
        """Raises `Refused`, `BadRequest`: it is not to be called; Unavailable: cannot be booked."""
        decision = await self._numbers.decide(command.number)
        did, owner = call.facts.did or "", await self._owner(call)
        dialled = decision.dialled
        longest = longest_seconds(await self._guard.check_outside(did, owner, dialled))
        limits = self._board.rules.limits.no_longer_than(longest)
        limits = replace(limits, dial_seconds=command.seconds)
        facts = m.Facts(
            direction=Direction.OUTBOUND,
            task=call.facts.task,
            number=dialled.e164,
            did=did or None,
            caller_id=decision.caller_id,
            country=dialled.region,
            number_type=dialled.type,
            zone=decision.zone,
            owner_id=owner.id if owner else None,
        )
        other = Call(uuid.uuid4().hex, facts, limits=limits)
        other.linked, other.linked_as = call.id, m.LinkedAs.TRANSFER
        other.far_bridge, other.parked = call.id, True
        await self._outbound.use(other.id, decision)
        self._check_at_once(did)
        return await self._placing.begin(other)

    async def _owner(self, call: Call) -> User | None:
        owner = await self._directory.user(call.facts.owner_id or "")
        return owner if owner and owner.active else None

    def _check_at_once(self, did: str) -> None:
        """Raises `Refused`: `limit-reached`."""
        under_way = [
            other
            for other in self._board.calls()
            if other.facts.did == did
            and other.facts.direction is Direction.OUTBOUND
            and other.ended is None
        ]
        if len(under_way) >= MOST_OUTSIDE:
            raise Refused("limit-reached", "Zu viele Anrufe zugleich.", "Too many calls at once.")


def _note_of(refusal: PbxError) -> str:
    return reason_of(refusal) if isinstance(refusal, Refused | BadRequest) else FAILED
