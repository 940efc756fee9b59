"""What people do with a conversation: hold it, hand it over, make a conference of two.

Who has the user's ear is decided here, before anything is asked of a call: the others are
put on hold first, and where that fails, nothing else happens.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from pbx.domain import messages as m
from pbx.domain.call import BEFORE_ANSWER, IN_CONVERSATION, Call, CallState
from pbx.domain.records import CallRecord, User
from pbx.domain.rights import Right, may
from pbx.errors import Conflict, SwitchUnreachable
from pbx.services.actor import CallActor
from pbx.services.placing import Placing, TransferWish
from pbx.services.ports import CallLog, CallView, Clock
from pbx.services.switchboard import Switchboard
from pbx.services.views import no_call


class Handling:
    """One user's wishes are carried out one after the other."""

    def __init__(
        self, *, board: Switchboard, calls: CallLog, clock: Clock, placing: Placing
    ) -> None:
        self._board = board
        self._calls = calls
        self._clock = clock
        self._placing = placing
        self._wishes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    # -------------------------------------------------------------- hold and resume

    async def hold(self, user: User, call_id: str) -> CallView:
        """The far party hears music; a guest leaves its conference. Done twice is done.

        Raises:
            NotFound; Conflict: `not-talking`.
        """
        async with self._wishes[user.id]:
            actor = self._mine(user, call_id)
            if actor.call.state not in BEFORE_ANSWER | IN_CONVERSATION | {CallState.JOINED}:
                raise _not_talking()
            self._board.ears.free(user.id, call_id)
            await self._ask(actor, m.HoldRequested(self._clock.now(), user.id))
            if actor.call.claims(user.id):
                self._board.ears.take(user.id, call_id)
                raise SwitchUnreachable("the leg could not be taken out of its bridge")
        return await self._board.view_of(call_id)

    async def resume(self, user: User, call_id: str) -> CallView:
        """Talk again; the user's other call is put on hold first (swap).

        Raises:
            NotFound; Conflict: `not-held`; SwitchUnreachable: the other cannot be held.
        """
        async with self._wishes[user.id]:
            actor = self._mine(user, call_id)
            if actor.call.state is CallState.TRANSFERRING:
                return await self._take_back(user, actor)
            if actor.call.state not in BEFORE_ANSWER | IN_CONVERSATION | {CallState.JOINED}:
                raise _not_held()
            if actor.call.state is CallState.JOINED and not actor.call.is_colleague(user.id):
                await self._ask(actor, m.HoldRequested(self._clock.now(), user.id))
            held = await self._take_ear(user, call_id)
            await self._ask(actor, m.ResumeRequested(self._clock.now(), user.id))
            if actor.ended:
                await self._give_ear_back(user, call_id, held)
                raise _not_held()
        return await self._board.view_of(call_id)

    # -------------------------------------------------------------- handing over

    async def transfer(self, user: User, call_id: str, wish: TransferWish) -> CallView:
        """Hand the far party over without asking first (blind).

        Raises:
            NotFound: `unknown-call`, `no-such-colleague`; Conflict: `cannot-transfer`,
            `colleague-unreachable`; Refused: the number, see `Placing.outbound`.
        """
        user = await self._whose(user, call_id, wish)
        async with self._wishes[user.id]:
            if wish.key and await self._calls.by_key(user.id, wish.key):  # said twice
                return await self._board.view(await self._record(user, call_id, to_see=True))
            actor = self._mine(user, call_id)
            if not _transferable(actor.call):
                raise _cannot_transfer()
            if wish.colleague:
                colleague = await self._placing.colleague(user, wish.colleague)
                chosen = m.ColleagueChosen(self._clock.now(), colleague.id)
                await self._hand_over(user, actor, chosen)
            else:
                await self._transfer_to_number(user, actor, wish)
        return await self._board.view_of(call_id)

    async def _whose(self, user: User, call_id: str, wish: TransferWish) -> User:
        """Who hands it over: management may give somebody's call to a colleague, in the name
        of who has it."""
        call = self._board.actor(call_id).call
        if user.id in call.members or not wish.colleague or not may(user, Right.CALLS):
            return user
        owner = await self._placing.person(call.facts.user_id or "")
        if owner is None or owner.id not in call.members:
            raise _cannot_transfer()
        return owner

    async def _transfer_to_number(self, user: User, actor: CallActor, wish: TransferWish) -> None:
        other = await self._placing.begin(await self._placing.for_transfer(user, wish, actor.call))
        try:
            begun = m.TransferBegun(self._clock.now(), other.call.id)
            await self._hand_over(user, actor, begun)
            await self._ask(other)
        except BaseException:
            other.post(m.HangUpRequested(self._clock.now(), user.id))
            raise

    async def _hand_over(self, user: User, actor: CallActor, wish: m.Event) -> None:
        """Raises `Conflict`: it ended, or changed, at the last moment."""
        await self._ask(actor, wish)
        if actor.call.state in IN_CONVERSATION and actor.call.facts.user_id == user.id:
            if actor.call.notice is None:
                raise _cannot_transfer()
        elif actor.ended:
            raise _cannot_transfer()
        else:
            self._board.ears.free(user.id, actor.call.id)

    async def take_back(self, user: User, call_id: str) -> CallView:
        """End a transfer that nobody has answered yet, and talk again.

        Raises:
            NotFound; Conflict: `not-transferring`.
        """
        async with self._wishes[user.id]:
            return await self._take_back(user, self._mine(user, call_id))

    async def _take_back(self, user: User, actor: CallActor) -> CallView:
        call = actor.call
        if call.state is not CallState.TRANSFERRING:
            raise _not_transferring()
        held = await self._take_ear(user, call.id)
        await self._ask(actor, m.TakeBackRequested(self._clock.now(), user.id))
        await self._ask(actor)  # its leg comes back
        if call.state not in IN_CONVERSATION or call.facts.user_id != user.id:
            await self._give_ear_back(user, call.id, held)
            raise _not_transferring()
        return await self._board.view_of(call.id)

    async def complete(self, user: User, call_id: str, other_id: str) -> CallView:
        """Connect this call's far party with that of the other one, and leave both. Where the
        other one is not answered yet, this is a transfer that may come back.

        Raises:
            NotFound; Conflict: `cannot-transfer`; Refused: `limit-reached`.
        """
        async with self._wishes[user.id]:
            actor, other = self._mine(user, call_id), self._mine(user, other_id)
            if actor.call.internal or _is_guest_of(actor.call, other_id):
                actor, other = other, actor
            if actor is other or actor.call.internal:
                raise _cannot_transfer()
            if other.call.internal:
                await self._give_to_colleague(user, actor, other)
            else:
                await self._connect(user, actor, other)
        return await self._board.view_of(actor.call.id)

    async def _connect(self, user: User, actor: CallActor, other: CallActor) -> None:
        known = _transferable(actor.call, other.call.id) and _connectable(other.call, actor.call)
        if not known:
            raise _cannot_transfer()
        self._placing.check_transfers(user)
        begun = m.TransferBegun(self._clock.now(), other.call.id)
        await self._hand_over(user, actor, begun)
        await self._ask(other)
        await self._ask(actor)
        self._board.ears.free(user.id, other.call.id)

    async def _give_to_colleague(
        self, user: User, actor: CallActor, consultation: CallActor
    ) -> None:
        """Who was asked takes the call over; one who has not answered yet is asked blindly."""
        call, asked = actor.call, consultation.call
        if not _transferable(call, asked.id) and not _is_guest_of(call, asked.id):
            raise _cannot_transfer()
        colleague = (
            asked.facts.colleague_id if asked.facts.user_id == user.id else (asked.facts.user_id)
        )
        agreed = asked.answered is not None
        await self._ask(consultation, m.Superseded(self._clock.now()))
        await self._ask(actor)
        now, to = self._clock.now(), colleague or ""
        await self._hand_over(
            user, actor, m.HandedTo(now, to) if agreed else m.ColleagueChosen(now, to)
        )

    # -------------------------------------------------------------- conference

    async def join(self, user: User, host_id: str, other_id: str) -> CallView:
        """The other call's far party takes part in this one.

        Raises:
            NotFound; Conflict: `cannot-join`; SwitchUnreachable.
        """
        async with self._wishes[user.id]:
            host, other = self._mine(user, host_id), self._mine(user, other_id)
            if _is_guest_of(other.call, host_id):
                return await self._board.view_of(host_id)
            calls = (host.call, other.call)
            if host is other or not all(_can_meet(call, user.id) for call in calls):
                raise _cannot_join()
            held = await self._take_ear(user, host_id)
            now = self._clock.now()
            await self._ask(host, m.GuestInvited(now, other_id))
            if other_id in host.call.guests:
                await self._ask(other, m.BecameGuest(now, host_id))
                await self._ask(host)
            if not _is_guest_of(other.call, host_id):
                host.post(m.PartnerGone(now, other_id))
                if host.call.state is not CallState.TALKING:
                    await self._give_ear_back(user, host_id, held)
                raise _cannot_join()
        return await self._board.view_of(host_id)

    # -------------------------------------------------------------- one ear

    async def _take_ear(self, user: User, call_id: str) -> list[CallActor]:
        """This call gets the user's ear; those that had it are on hold, and given back.

        Raises:
            SwitchUnreachable: one of them could not be put on hold.
        """
        self._board.ears.take(user.id, call_id)
        held: list[CallActor] = []
        for call in self._board.of_user(user.id):
            actor = self._board.find_actor(call.id)
            if actor is None or call.id == call_id or not call.claims(user.id):
                continue
            await self._ask(actor, m.HoldRequested(self._clock.now(), user.id))
            if call.claims(user.id):
                self._board.ears.take(user.id, call.id)
                raise SwitchUnreachable("the other call could not be put on hold")
            held.append(actor)
        return held

    async def _give_ear_back(self, user: User, call_id: str, held: Sequence[CallActor]) -> None:
        """What it was taken for did not come about."""
        self._board.ears.free(user.id, call_id)
        for actor in held[:1]:
            if self._board.ears.take_if_free(user.id, actor.call.id):
                await self._ask(actor, m.ResumeRequested(self._clock.now(), user.id))

    async def _ask(self, actor: CallActor, event: m.Event | None = None) -> None:
        """Until the event has been dealt with, and what failed of its commands as well;
        without an event: until the call has dealt with everything it was told so far."""
        if event is not None:
            await actor.ask(event)
        await actor.ask(m.CaughtUp(self._clock.now()))

    # -------------------------------------------------------------- whose

    def _mine(self, user: User, call_id: str) -> CallActor:
        """The call under way that this user takes part in.

        Raises:
            NotFound: `unknown-call`.
        """
        actor = self._board.actor(call_id)
        if user.id not in actor.call.members:
            raise no_call()
        return actor

    async def _record(self, user: User, call_id: str, *, to_see: bool = False) -> CallRecord:
        """The call, if it is this user's or the user is management. `to_see`: it is enough
        to have been in it once.

        Raises:
            NotFound: `unknown-call`.
        """
        record = await self._calls.get(call_id)
        if record is None:
            raise no_call()
        if may(user, Right.CALLS):
            return record
        mine = user.id == record.user_id
        actor = self._board.find_actor(call_id)
        if actor and not actor.ended:
            call = actor.call
            with_it = (call.facts.user_id or record.user_id, *call.members)
            mine = user.id in with_it or (to_see and user.id in call.offered_to)
        if not mine and (to_see or record.ended):
            mine = await self._calls.took_part(user.id, call_id)
        if not mine:
            raise no_call()
        return record


def _transferable(call: Call, other: str = "") -> bool:
    alone = not call.guests or call.guests == (other,)
    return call.state in IN_CONVERSATION and not call.internal and alone


def _connectable(other: Call, with_call: Call) -> bool:
    waits = other.state in IN_CONVERSATION or other.state in (
        CallState.WAITING,
        CallState.DIALLING,
        CallState.RINGING,
    )
    return (waits and not other.guests) or _is_guest_of(other, with_call.id)


def _is_guest_of(call: Call, host: str) -> bool:
    return call.state is CallState.JOINED and call.linked == host


def _can_meet(call: Call, user_id: str) -> bool:
    """Two calls of this user, both in conversation; in an internal one, as who called."""
    alone = not call.guests and call.state in IN_CONVERSATION
    return alone and call.far is not None and not call.is_colleague(user_id)


def _not_talking() -> Conflict:
    return Conflict(
        "not-talking",
        "Dieses Gespräch kann gerade nicht gehalten werden: es ist beendet oder noch nicht "
        "bei Ihnen.",
        "This call cannot be put on hold now: it has ended or is not with you yet.",
    )


def _not_held() -> Conflict:
    return Conflict(
        "not-held",
        "Dieses Gespräch wird nicht gehalten: es ist beendet oder schon weiterverbunden. Bitte "
        "bei Bedarf neu anrufen.",
        "This call is not on hold: it has ended or was transferred. Please call again if needed.",
    )


def _not_transferring() -> Conflict:
    return Conflict(
        "not-transferring",
        "Zu spät: das Gespräch ist schon weiterverbunden oder beendet.",
        "Too late: the call has been transferred or has ended already.",
    )


def _cannot_transfer() -> Conflict:
    return Conflict(
        "cannot-transfer",
        "Dieses Gespräch kann jetzt nicht weiterverbunden werden. Weiterverbinden lässt sich ein "
        "laufendes oder gehaltenes Gespräch; eine Konferenz bitte zuerst trennen.",
        "This call cannot be transferred now. A call that is talking or on hold can be; please "
        "split a conference first.",
    )


def _cannot_join() -> Conflict:
    return Conflict(
        "cannot-join",
        "Diese beiden Gespräche können jetzt nicht zusammengelegt werden. Bitte warten, bis beide "
        "abgenommen haben, und es noch einmal versuchen.",
        "These two calls cannot be joined now. Please wait until both have been answered, then "
        "try again.",
    )
