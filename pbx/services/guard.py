"""How much somebody may telephone, asked before every call to the network (C14).

Emergency calls never come here (D8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from pbx.domain import limits as rules
from pbx.domain.brake import BrakeMode
from pbx.domain.limits import Limit, Limits, Usage
from pbx.domain.moments import day_of
from pbx.domain.numbers import Dialled
from pbx.domain.records import CallRecord, Direction, Moment, User
from pbx.errors import Refused
from pbx.services.country_ports import LimitStore
from pbx.services.outbound_brake import OutboundBrake, locked
from pbx.services.ports import CallFilter, CallLog, Clock
from pbx.services.pricing import Pricing, free

MOST_CALLS = 5000
"""Of one person on one day; more are not looked at, and not needed to reach a limit."""
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GuardRules:
    """What holds where management has set nothing."""

    calls_at_once: int = 1
    home_region: str = "DE"
    brake: BrakeMode = BrakeMode.LOCK


class Guard:
    def __init__(
        self,
        *,
        calls: CallLog,
        store: LimitStore,
        brake: OutboundBrake,
        pricing: Pricing,
        clock: Clock,
        rules: GuardRules,
    ) -> None:
        self._calls = calls
        self._store = store
        self._brake = brake
        self._pricing = pricing
        self._clock = clock
        self._rules = rules

    @property
    def shipped(self) -> Limits:
        """The defaults before management sets any."""
        return {Limit.CALLS_AT_ONCE: Decimal(self._rules.calls_at_once), **rules.SHIPPED}

    async def limits_of(self, user_id: str) -> Limits:
        """What holds for this person now."""
        defaults, own = await self._store.limits_of(user_id)
        return rules.effective({**self.shipped, **defaults}, own)

    async def calls_at_once(self, user_id: str) -> int:
        most = (await self.limits_of(user_id)).get(Limit.CALLS_AT_ONCE)
        return int(most) if most is not None else self._rules.calls_at_once

    async def check(self, user: User, dialled: Dialled) -> Limits:
        """May this person make one more call now? Afterwards it counts for the brake.

        Returns:
            Their limits.

        Raises:
            Refused: `outbound-locked`, `limit-reached`.
        """
        last = await self._store.last_lock(user.id)
        if last is not None and last.released_at is None:
            raise locked()
        now, holding = self._clock.now(), await self.limits_of(user.id)
        look_back = await self._brake.look_back()
        calls = await self._calls_of(user, now, look_back)
        rules.check(await self._usage(holding, calls, now))
        released = last.released_at if last else None
        await self._brake.attempt(user, dialled, calls, released)
        return holding

    async def check_outside(self, did: str, owner: User | None, dialled: Dialled) -> Limits:
        """May a step of our number `did` ring a number outside now? It counts as a call of its
        owner; the calls for a number of nobody's are counted by themselves, under the limits
        of everybody. A lock needs a person: without one there is no brake.

        Returns:
            The limits that hold.

        Raises:
            Refused: `outbound-locked`, `limit-reached`.
        """
        if owner is not None:
            return await self.check(owner, dialled)
        now, holding = self._clock.now(), await self.limits_of("")
        which = CallFilter(since=day_of(now.at)[0], ours=(did,), direction=Direction.OUTBOUND)
        found, _ = await self._calls.find(which, None, MOST_CALLS)
        calls = [c for c in found if c.did == did and c.user_id is None]
        rules.check(await self._usage(holding, calls, now))
        return holding

    async def look(self, user: User) -> tuple[Refused | None, list[Words]]:
        """What `check` would refuse now, and of what little is left."""
        last = await self._store.last_lock(user.id)
        if last is not None and last.released_at is None:
            return locked(), []
        found = await self.usage(user)
        try:
            rules.check(found)
        except Refused as refusal:
            return refusal, []
        return None, [rules.warning(usage) for usage in found if usage.near]

    async def usage(self, user: User) -> list[Usage]:
        """What this person has used of each limit that has an hour or a day."""
        now, holding = self._clock.now(), await self.limits_of(user.id)
        if not any(holding.get(limit) is not None for limit in rules.TIMED):
            return []
        return await self._usage(holding, await self._calls_of(user, now, timedelta(0)), now)

    async def _usage(
        self, holding: Limits, calls: Sequence[CallRecord], now: Moment
    ) -> list[Usage]:
        costly = any(holding.get(limit) is not None for limit in rules.COSTLY)
        cost_of = await self._pricing.cost_of() if costly else free
        return rules.usage(holding, calls, cost_of, now)

    async def _calls_of(
        self, user: User, now: Moment, look_back: timedelta
    ) -> Sequence[CallRecord]:
        """Theirs to the network since the day began, or `look_back` ago."""
        since = min(day_of(now.at)[0], now.at - look_back)
        which = CallFilter(since=since, user_id=user.id, direction=Direction.OUTBOUND)
        found, _ = await self._calls.find(which, None, MOST_CALLS)
        return [c for c in found if c.user_id == user.id and (c.number or "").startswith("+")]
