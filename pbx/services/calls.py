"""What people do with calls: place, answer, decline, send digits, hang up, look.

What they do with a conversation under way is in `pbx.services.handling`.
"""

from collections.abc import Sequence

from pbx.domain import messages as m
from pbx.domain import policy, routing
from pbx.domain.call import IN_CONVERSATION, Call, CallState
from pbx.domain.records import CallRecord, LedgerEntry, User
from pbx.errors import Conflict, PbxError, SwitchUnreachable
from pbx.services.actor import CallActor
from pbx.services.guard import Guard
from pbx.services.handling import Handling
from pbx.services.outbound import Outbound
from pbx.services.placing import PlaceRequest, Placing, TransferWish
from pbx.services.ports import CallFilter, CallLog, CallView, Clock, Directory, Switch
from pbx.services.switchboard import Switchboard

__all__ = ["CallService", "PlaceRequest", "TransferWish"]


TAKEN_OVER_SECONDS = 3
"""How long a page waits after a start for the calls that went on; then Asterisk is away."""


class CallService(Handling):
    def __init__(
        self,
        *,
        board: Switchboard,
        switch: Switch,
        calls: CallLog,
        directory: Directory,
        outbound: Outbound,
        guard: Guard,
        clock: Clock,
    ) -> None:
        placing = Placing(
            board=board, directory=directory, outbound=outbound, guard=guard, clock=clock
        )
        super().__init__(board=board, calls=calls, clock=clock, placing=placing)
        self._switch = switch
        self._directory = directory

    # -------------------------------------------------------------- place

    async def place(self, user: User, wish: PlaceRequest) -> tuple[CallView, bool]:
        """Authorise a call; the browser then brings up its leg. A consultation puts the call
        that it is about on hold.

        Returns:
            The call, and whether it is new: the same `key` gives the same call (N14).

        Raises:
            Refused: see `Placing.outbound`; NotFound, Conflict: the colleague, or the call that
                it is about; Unavailable: it cannot be booked now, so it is not made.
        """
        async with self._wishes[user.id]:
            if wish.key and (known := await self._calls.by_key(user.id, wish.key)):
                return await self._board.view(known), False
            about = await self._about(user, wish) if wish.consult_of else None
            authorise = self._placing.internal if wish.colleague else self._placing.outbound
            call = await authorise(user, wish, about)
            if about:
                call.linked, call.linked_as = about.id, m.LinkedAs.CONSULTATION
            await self._begin(user, call)
        return await self._board.view_of(call.id), True

    async def _about(self, user: User, wish: PlaceRequest) -> Call | None:
        """The call that somebody is asked about; an emergency call needs none (D8)."""
        try:
            about = self._mine(user, wish.consult_of).call
            if about.state not in IN_CONVERSATION:
                raise _nothing_to_consult_about()
        except PbxError:
            if not wish.colleague and await self._placing.is_emergency(user, wish):
                return None
            raise
        return about

    async def _begin(self, user: User, call: Call) -> None:
        held: list[CallActor] = []

        async def first() -> None:
            held.extend(await self._take_ear(user, call.id))

        try:
            await self._placing.begin(call, first)
        except BaseException:
            await self._give_ear_back(user, call.id, held)
            raise

    # -------------------------------------------------------------- answer and decline

    async def answer(self, user: User, call_id: str, task: str | None) -> CallView:
        """Take a ringing call; the browser then brings up its leg. The user's other call is
        put on hold first.

        Raises:
            NotFound, Conflict: it does not ring here (any more); Refused: the task, or
                `limit-reached`; SwitchUnreachable: the other call cannot be held.
        """
        if task:
            policy.check_task(task, await self._directory.task(task), user.email)
        async with self._wishes[user.id]:
            actor = self._board.actor(call_id)
            if user.id in actor.call.members:  # said twice
                return await self._board.view_of(call_id)
            if not actor.call.may_answer(user.id):
                raise _not_ringing()
            policy.check_limit(len(self._board.of_user(user.id)), routing.MOST_CALLS)
            held = await self._take_ear(user, call_id)
            await self._ask(actor, m.AnswerRequested(self._clock.now(), user.id, task))
            if user.id not in actor.call.members:
                await self._give_ear_back(user, call_id, held)
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

    # -------------------------------------------------------------- end and digits

    async def hang_up(self, user: User, call_id: str) -> CallView:
        """End it, and with a conference's host its guests; ending what has ended is no error.

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
        if call.far is None or call.internal or call.state is not CallState.TALKING:
            raise Conflict(
                "not-talking",
                "Töne können erst im Gespräch gesendet werden.",
                "Tones can be sent only during a conversation.",
            )
        await self._switch.execute(call_id, m.SendDigits(call.far, digits))

    # -------------------------------------------------------------- look

    def leg_of(self, user: User, call_id: str) -> str:
        """The channel of this user's own leg.

        Raises:
            NotFound: not this user's call; Conflict: `no-leg`, the browser is not connected.
        """
        call = self._mine(user, call_id).call
        channel = call.far if call.is_colleague(user.id) else call.agent
        if channel is None:
            raise Conflict(
                "no-leg",
                "Ihr Browser ist mit diesem Gespräch gerade nicht verbunden. Bitte einen Moment "
                "warten oder die Seite neu laden.",
                "Your browser is not connected to this call right now. Please wait a moment or "
                "reload the page.",
            )
        return channel

    async def get(self, user: User, call_id: str) -> tuple[CallView, list[LedgerEntry]]:
        """The call with its ledger entries, oldest first."""
        record = await self._record(user, call_id, to_see=True)
        return await self._board.view(record), list(await self._calls.entries(call_id))

    async def find(
        self, which: CallFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallRecord], str | None]:
        """Everybody's calls, without what a reader has on them; see `History.find`."""
        return await self._calls.find(which, cursor, limit)

    async def count(self, which: CallFilter, most: int) -> int:
        """How many there are; stops counting behind `most`."""
        return await self._calls.count(which, most)

    async def open_of(self, user: User) -> list[CallView]:
        """The user's calls under way, also those that they have connected with each other.

        Right after a start it waits until they are taken over: a page that was told of none
        would give up its leg.
        """
        await self._board.calls_known(TAKEN_OVER_SECONDS)
        return [await self._board.view_of(call.id) for call in self._board.open_of(user.id)]

    async def ringing_for(self, user: User) -> list[CallView]:
        return [await self._board.view_of(call.id) for call in self._board.ringing_for(user.id)]


def _not_ringing() -> Conflict:
    return Conflict(
        "not-ringing",
        "Dieser Anruf klingelt nicht mehr: jemand hat ihn angenommen, oder der Anrufer"
        " hat aufgelegt.",
        "This call no longer rings: somebody took it, or the caller hung up.",
    )


def _nothing_to_consult_about() -> Conflict:
    return Conflict(
        "not-talking",
        "Rückfragen lässt sich nur aus einem laufenden oder gehaltenen Gespräch. Bitte warten, "
        "bis abgenommen wurde.",
        "You can consult somebody only from a call that is talking or on hold. Please wait until "
        "it has been answered.",
    )
