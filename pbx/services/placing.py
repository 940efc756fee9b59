"""Beginning a call: everything that is decided before its first entry is written."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pbx.domain import customers, handovers, policy, routing, texts
from pbx.domain import messages as m
from pbx.domain.call import Call
from pbx.domain.limits import longest_seconds
from pbx.domain.numbers import Dialled
from pbx.domain.records import Direction, User
from pbx.errors import Conflict, NotFound, Refused
from pbx.services.actor import CallActor
from pbx.services.guard import Guard
from pbx.services.outbound import Outbound
from pbx.services.ports import Clock, Directory
from pbx.services.switchboard import Switchboard

MOST_TRANSFERRED = 6
"""Calls of one user that may go on without them: three connected pairs."""


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """A wish to call: `number` as typed and `country` chosen, or a `colleague` by e-mail
    address; `key` made once per wish; `consult_of`: the call that is put on hold for it."""

    number: str
    country: str
    task: str
    key: str
    colleague: str = ""
    consult_of: str = ""


@dataclass(frozen=True, slots=True)
class TransferWish:
    """To whom a far party is handed over; the fields are those of `PlaceRequest`."""

    number: str = ""
    country: str = "DE"
    colleague: str = ""
    key: str = ""


class Placing:
    """The same rules for every new call: placed, consulted or transferred to."""

    def __init__(
        self,
        *,
        board: Switchboard,
        directory: Directory,
        outbound: Outbound,
        guard: Guard,
        clock: Clock,
    ) -> None:
        self._board = board
        self._directory = directory
        self._outbound = outbound
        self._guard = guard
        self._clock = clock

    async def outbound(
        self, user: User, wish: PlaceRequest, of: Call | None = None, *, transfer: bool = False
    ) -> Call:
        """A call to the network. `of`: the call that it is about, whose task counts;
        `transfer`: it is not the user who will talk.

        Raises:
            Refused: see `policy.decide`, `policy.check_task`, `policy.check_limit`,
                `Guard.check`; `customer-check-open`, `handover-open`.
        """
        decision = await self._emergency(user, wish)
        emergency = decision is not None
        if decision is None:
            if of is None:
                task = await self._directory.task(wish.task) if wish.task else None
                policy.check_task(wish.task, task, user.email)
                if customer := await self._directory.check_open(wish.task):
                    raise customers.check_open(wish.task, customer)
                if await self._directory.handover_open(wish.task, user.email):
                    raise handovers.still_open(wish.task)
            decision = await self._allowed(user, wish, of)
        dialled = decision.dialled
        if not transfer and not emergency:
            await self._check_at_once(user, of)
        longest = None if emergency else await self._longest(user, dialled)
        facts = m.Facts(
            direction=Direction.OUTBOUND,
            user_id=user.id,
            task=of.facts.task if of else wish.task or self._board.rules.inbound_task,
            number=dialled.e164,
            caller_id=decision.caller_id,
            country=dialled.region,
            number_type=dialled.type,
            zone=decision.zone,
            key=wish.key or uuid.uuid4().hex,
        )
        call = self._call(facts, longest)
        await self._outbound.use(call.id, decision)
        return call

    async def _allowed(self, user: User, wish: PlaceRequest, of: Call | None) -> policy.Decision:
        task = (of.facts.task if of else wish.task) or ""
        try:
            return await self._outbound.decide(user, wish.number, wish.country, task)
        except Refused as refusal:
            await self._outbound.refused(user, refusal)
            raise

    async def _longest(self, user: User, dialled: Dialled) -> int | None:
        """Seconds that this call may last at most, where that is less than for everybody."""
        return longest_seconds(await self._guard.check(user, dialled))

    async def internal(self, user: User, wish: PlaceRequest, of: Call | None = None) -> Call:
        """A call to a colleague's browser.

        Raises:
            NotFound: `no-such-colleague`; Conflict: `colleague-unreachable`; Refused: the task,
                or `limit-reached`.
        """
        if of is None and wish.task:
            policy.check_task(wish.task, await self._directory.task(wish.task), user.email)
        colleague = await self.colleague(user, wish.colleague)
        await self._check_at_once(user, of)
        task = of.facts.task if of else wish.task or self._board.rules.inbound_task
        facts = m.Facts(
            direction=Direction.INTERNAL,
            user_id=user.id,
            task=task,
            key=wish.key or uuid.uuid4().hex,
            colleague_id=colleague.id,
        )
        return self._call(facts)

    async def for_transfer(self, user: User, wish: TransferWish, of: Call) -> Call:
        """A call that dials without a browser, into the bridge of the call `of`.

        Raises:
            Refused: as for any number; `limit-reached` where too many are going on.
        """
        self.check_transfers(user)
        number = PlaceRequest(wish.number, wish.country, "", wish.key)
        call = await self.outbound(user, number, of, transfer=True)
        call.linked, call.linked_as = of.id, m.LinkedAs.TRANSFER
        call.far_bridge, call.parked = of.id, True
        return call

    async def begin(
        self, call: Call, first: Callable[[], Awaitable[None]] | None = None
    ) -> CallActor:
        """Durably, or not at all. `first` is done before, when the call is known already.

        Raises:
            Unavailable: it cannot be booked now, so it is not made; what `first` raises.
        """
        actor = self._board.open(call)
        try:
            if first:
                await first()
            await actor.handle(m.CallPlaced(self._clock.now()))
        except BaseException:
            self._board.close(call.id)
            raise
        self._board.run(actor)
        return actor

    async def person(self, user_id: str) -> User | None:
        return await self._directory.user(user_id)

    async def colleague(self, user: User, email: str) -> User:
        """Somebody else who can be rung right now.

        Raises:
            NotFound: `no-such-colleague`; Conflict: `colleague-unreachable`.
        """
        found = await self._directory.user_by_email(email)
        if found is None or not found.active or found.id == user.id:
            raise NotFound(
                "no-such-colleague",
                f"{email} ist niemand, den Sie hier anrufen können. Bitte eine Person aus der "
                "Liste wählen.",
                f"{email} is nobody whom you can call here. Please choose somebody from the list.",
            )
        presence = self._board.presence
        busy = len(self._board.of_user(found.id)) >= routing.MOST_CALLS
        if busy or not presence.ringable(found.id):
            de, en = texts.PRESENCE["on_call" if busy else presence.of(found.id)]
            raise Conflict(
                "colleague-unreachable",
                f"{found.name} {de}. Bitte später anrufen oder jemand anderen wählen.",
                f"{found.name} {en}. Please call later or choose somebody else.",
                presence="on_call" if busy else presence.of(found.id),
            )
        return found

    def check_transfers(self, user: User) -> None:
        """What runs without a browser costs all the same: it must stay a handful.

        Raises:
            Refused: `limit-reached`.
        """
        alone = [call for call in self._board.open_of(user.id) if call.for_transfer]
        if len(alone) >= MOST_TRANSFERRED:
            raise Refused(
                "limit-reached",
                "Mehrere Gespräche, die Sie weiterverbunden haben, laufen noch. Bitte warten, "
                "bis eines zu Ende ist, oder eines in der Liste beenden.",
                "Several calls that you transferred are still going on. Please wait for one to "
                "end, or end one in the list.",
            )

    def _call(self, facts: m.Facts, longest: int | None = None) -> Call:
        limits = self._board.rules.limits.no_longer_than(longest)
        return Call(uuid.uuid4().hex, facts, limits=limits)

    async def _check_at_once(self, user: User, of: Call | None) -> None:
        """Beside the call that it is about, one more is allowed."""
        others = [call for call in self._board.of_user(user.id) if call is not of]
        if of is not None:
            policy.check_limit(len(others), routing.MOST_CALLS - 1)
        else:
            policy.check_limit(len(others), await self._guard.calls_at_once(user.id))

    async def is_emergency(self, user: User, wish: PlaceRequest) -> bool:
        """Raises `Refused` (`emergency-number`) where such calls must not be made here."""
        return await self._emergency(user, wish) is not None

    async def _emergency(self, user: User, wish: PlaceRequest) -> policy.Decision | None:
        """Emergency numbers come before everything else (D8): whoever dials 112 must read
        "use your own phone", not "choose a task first"."""
        if not self._outbound.is_emergency(wish.number, wish.country):
            return None
        return await self._outbound.decide(user, wish.number, wish.country)
