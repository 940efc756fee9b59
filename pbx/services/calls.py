"""What people do with calls: place, answer, decline, send digits, hang up, look."""

import asyncio
import uuid
from dataclasses import dataclass

from pbx.domain import messages as m
from pbx.domain import policy
from pbx.domain.call import Call, CallState
from pbx.domain.records import CallRecord, Direction, LedgerEntry, Role, User
from pbx.errors import Conflict, SwitchUnreachable
from pbx.services.outbound import Outbound
from pbx.services.ports import CallFilter, CallLog, CallView, Clock, Directory, Switch
from pbx.services.switchboard import Switchboard, no_call


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """A wish to call: `number` as typed, `country` chosen, `key` made once per wish."""

    number: str
    country: str
    task: str
    key: str


class CallService:
    def __init__(
        self,
        *,
        board: Switchboard,
        switch: Switch,
        calls: CallLog,
        directory: Directory,
        outbound: Outbound,
        clock: Clock,
    ) -> None:
        self._board = board
        self._switch = switch
        self._calls = calls
        self._directory = directory
        self._outbound = outbound
        self._clock = clock
        self._placing = asyncio.Lock()

    async def place(self, user: User, wish: PlaceRequest) -> tuple[CallView, bool]:
        """Authorise a call; the browser then brings up its leg.

        Returns:
            The call, and whether it is new: the same `key` gives the same call (N14).

        Raises:
            Refused: see `policy.decide`, `policy.check_task`, `policy.check_limit`.
            Unavailable: it cannot be booked now, so it is not made.
        """
        async with self._placing:
            if wish.key and (known := await self._calls.by_key(user.id, wish.key)):
                return await self._board.view(known), False
            actor = self._board.open(await self._authorised(user, wish))
            try:
                await actor.handle(m.CallPlaced(self._clock.now()))
            except BaseException:
                self._board.close(actor.call.id)
                raise
            self._board.run(actor)
        return await self._board.view_of(actor.call.id), True

    async def _authorised(self, user: User, wish: PlaceRequest) -> Call:
        decision = await self._emergency(user, wish)
        if decision is None:
            task = await self._directory.task(wish.task) if wish.task else None
            policy.check_task(wish.task, task, user.email)
            decision = await self._outbound.decide(user, wish.number, wish.country)
        dialled = decision.dialled
        policy.check_limit(
            len(self._board.of_user(user.id)),
            self._board.rules.calls_per_user,
            emergency=dialled.emergency,
        )
        facts = m.Facts(
            direction=Direction.OUTBOUND,
            user_id=user.id,
            task=wish.task or self._board.rules.inbound_task,
            number=dialled.e164,
            caller_id=decision.caller_id,
            country=dialled.region,
            number_type=dialled.type,
            zone=decision.zone,
            key=wish.key or uuid.uuid4().hex,
        )
        return Call(uuid.uuid4().hex, facts, limits=self._board.rules.limits)

    async def _emergency(self, user: User, wish: PlaceRequest) -> policy.Decision | None:
        """Emergency numbers come before everything else (D8): whoever dials 112 must read
        "use your own phone", not "choose a task first"."""
        check = await self._outbound.examine(user, wish.number, wish.country)
        if check.refusal is not None and check.refusal.error_id == "emergency-number":
            raise check.refusal
        if check.dialled is not None and check.dialled.emergency:
            return await self._outbound.decide(user, wish.number, wish.country)
        return None

    async def answer(self, user: User, call_id: str, task: str | None) -> CallView:
        """Take a ringing call; the browser then brings up its leg.

        Raises:
            NotFound, Conflict: it does not ring here (any more); Refused: the task.
        """
        if task:
            policy.check_task(task, await self._directory.task(task), user.email)
        actor = self._board.actor(call_id)
        await actor.ask(m.AnswerRequested(self._clock.now(), user.id, task))
        if actor.call.facts.user_id != user.id or actor.call.state is CallState.ENDED:
            raise _not_ringing()
        return await self._board.view_of(call_id)

    async def decline(self, user: User, call_id: str) -> CallView:
        """Not here: the caller goes on to the next target or to voicemail.

        Raises:
            NotFound, Conflict: it does not ring here (any more).
        """
        actor = self._board.actor(call_id)
        if user.id not in actor.call.offered_to:
            raise _not_ringing()
        await actor.ask(m.DeclineRequested(self._clock.now(), user.id))
        return await self._board.view_of(call_id)

    async def hang_up(self, user: User, call_id: str) -> CallView:
        """End it; ending what has ended is no error.

        Raises:
            NotFound: no such call, or not this user's; SwitchUnreachable: not under control.
        """
        record = await self._record(user, call_id)
        actor = self._board.find_actor(call_id)
        if actor:
            await actor.ask(m.HangUpRequested(self._clock.now(), user.id))
        elif record.ended is None:
            raise SwitchUnreachable("the call is not under control yet")
        return await self._board.view_of(call_id)

    async def send_digits(self, user: User, call_id: str, digits: str) -> None:
        """Send DTMF to the far party."""
        await self._record(user, call_id)
        call = self._board.actor(call_id).call
        if call.far is None or call.state is not CallState.TALKING:
            raise Conflict(
                "not-talking",
                "Töne können erst im Gespräch gesendet werden.",
                "Tones can be sent only during a conversation.",
            )
        await self._switch.execute(call_id, m.SendDigits(call.far, digits))

    async def _record(self, user: User, call_id: str) -> CallRecord:
        """The call, if it is this user's or the user is management."""
        record = await self._calls.get(call_id)
        if record is None:
            raise no_call()
        mine = record.user_id == user.id or user.id in [
            call.facts.user_id for call in self._board.calls() if call.id == call_id
        ]
        if not mine and user.role is Role.VPA:
            raise no_call()
        return record

    async def get(self, user: User, call_id: str) -> tuple[CallView, list[LedgerEntry]]:
        """The call with its ledger entries, oldest first."""
        record = await self._record(user, call_id)
        return await self._board.view(record), list(await self._calls.entries(call_id))

    async def find(
        self, which: CallFilter, cursor: str | None, limit: int
    ) -> tuple[list[CallView], str | None]:
        records, following = await self._calls.find(which, cursor, limit)
        return [await self._board.view(record) for record in records], following

    async def open_of(self, user: User) -> list[CallView]:
        """The user's calls under way."""
        return [await self._board.view_of(call.id) for call in self._board.of_user(user.id)]

    async def ringing_for(self, user: User) -> list[CallView]:
        return [await self._board.view_of(call.id) for call in self._board.ringing_for(user.id)]


def _not_ringing() -> Conflict:
    return Conflict(
        "not-ringing",
        "Dieser Anruf klingelt nicht mehr: jemand hat ihn angenommen, oder der Anrufer"
        " hat aufgelegt.",
        "This call no longer rings: somebody took it, or the caller hung up.",
    )
