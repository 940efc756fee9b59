"""Whether a number may be dialled now: gathers what `domain.policy` needs.

Nothing is kept between two questions: what management changes counts for the very next call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pbx.domain import policy, unlocks
from pbx.domain.emergency import EmergencyNumbers
from pbx.domain.moments import BERLIN
from pbx.domain.records import Country, NumberType, User
from pbx.domain.unlocks import Used
from pbx.errors import Refused
from pbx.services.country_ports import LimitStore, UnlockStore
from pbx.services.guard import Guard
from pbx.services.ports import Clock, Directory

NUMBER_TYPES = "number_types"
"""The setting of the policy: which types may be dialled."""
REMEMBER_REFUSED = 1000
"""So many refused numbers of a day are known, to count a number that is looked at once."""


@dataclass(frozen=True, slots=True)
class OutboundRules:
    """The part of the rules that does not change while the process runs."""

    head_office: str
    verified: tuple[str, ...]
    types: frozenset[NumberType]
    """Those that may be dialled until management chooses others."""
    denied: policy.DeniedRanges
    emergency: EmergencyNumbers
    emergency_mode: Literal["refuse", "trunk"]
    names: Mapping[str, Mapping[str, str]]


class Outbound:
    """Asks the stores for what may have changed a moment ago, then the policy."""

    def __init__(
        self,
        directory: Directory,
        rules: OutboundRules,
        *,
        unlocks: UnlockStore,
        limits: LimitStore,
        guard: Guard,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._rules = rules
        self._unlocks = unlocks
        self._limits = limits
        self._guard = guard
        self._clock = clock
        self._counted: dict[tuple[object, ...], None] = {}

    @property
    def emergency_mode(self) -> Literal["refuse", "trunk"]:
        return self._rules.emergency_mode

    def is_emergency(self, raw: str, country: str) -> bool:
        return self._rules.emergency.match(raw, country) is not None

    async def decide(self, user: User, raw: str, country: str, task: str = "") -> policy.Decision:
        """Raises `Refused`, see `policy.decide`."""
        standing, rules = await self._policy_rules(user, task)
        try:
            decision = policy.decide(raw, country, rules, await self._callers(user))
        except Refused as refusal:
            raise self._explained(refusal, standing, user, task) from None
        if decision.dialled.emergency:
            return decision
        used = await self._opening(decision.dialled.region, standing, user, task)
        return replace(decision, unlock_id=used.unlock.id if used else None)

    async def examine(self, user: User, raw: str, country: str, task: str = "") -> policy.Check:
        """What `decide`, and the limits of this person, say; and what they must know."""
        standing, rules = await self._policy_rules(user, task)
        check = policy.examine(raw, country, rules, await self._callers(user))
        if check.refusal is not None:
            return replace(check, refusal=self._explained(check.refusal, standing, user, task))
        if check.dialled is None or check.dialled.emergency:
            return check
        refusal, warnings = await self._guard.look(user)
        used = await self._opening(check.dialled.region, standing, user, task)
        if used and used.nearly_used_up:
            warnings = [*warnings, self._little_left(used)]
        return replace(check, refusal=refusal, warnings=tuple(warnings))

    async def use(self, call_id: str, decision: policy.Decision) -> None:
        """The call is made because of the decision's unlock, if of any."""
        if decision.unlock_id is not None:
            await self._unlocks.use(call_id, decision.unlock_id)

    async def refused(self, user: User, refusal: Refused, looked_at: str = "") -> None:
        """Count that somebody wanted to call a locked country.

        Args:
            looked_at: the number, where it was only typed: looked at again, it is not counted.
        """
        country = refusal.extra.get("country")
        if refusal.error_id != "country-not-allowed" or not country:
            return
        day = self._clock.now().at.astimezone(BERLIN).date()
        if looked_at:
            key = (user.id, looked_at, day)
            if key in self._counted:
                return
            self._counted[key] = None
            if len(self._counted) > REMEMBER_REFUSED:
                del self._counted[next(iter(self._counted))]
        await self._unlocks.count_refusal(user.id, str(country), day)

    async def countries(self) -> Mapping[str, Country]:
        """As management has them: without unlocks."""
        return {country.code: country for country in await self._directory.countries()}

    async def countries_for(self, user: User) -> Mapping[str, Country]:
        """With those that an unlock opens for this person now, on whichever task."""
        now = self._clock.now().at
        standing = await self._unlocks.standing(now)
        return unlocks.opened(await self.countries(), standing, user_id=user.id, task=None, at=now)

    async def types(self) -> frozenset[NumberType]:
        """Number types that may be dialled now."""
        chosen = await self._limits.setting(NUMBER_TYPES)
        return self._rules.types if chosen is None else frozenset(map(NumberType, chosen))

    def country_name(self, code: str, language: str) -> str:
        return self._rules.names.get(code, {}).get(language, code)

    async def _policy_rules(self, user: User, task: str) -> tuple[Sequence[Used], policy.Rules]:
        now = self._clock.now().at
        standing = await self._unlocks.standing(now)
        countries = unlocks.opened(
            await self.countries(), standing, user_id=user.id, task=task, at=now
        )
        rules = policy.Rules(
            countries=countries,
            types=await self.types(),
            denied=self._rules.denied,
            emergency=self._rules.emergency,
            emergency_mode=self._rules.emergency_mode,
            names=self._rules.names,
        )
        return standing, rules

    async def _opening(
        self, region: str, standing: Sequence[Used], user: User, task: str
    ) -> Used | None:
        """The unlock that opens `region`; None where it is open to everybody anyway."""
        now = self._clock.now().at
        found = unlocks.opening(region, standing, user_id=user.id, task=task, at=now)
        country = await self._directory.country(region) if found else None
        return None if country is not None and country.allowed else found

    def _explained(
        self, refusal: Refused, standing: Sequence[Used], user: User, task: str
    ) -> Refused:
        if refusal.error_id != "country-not-allowed":
            return refusal
        names = self._rules.names.get(str(refusal.extra.get("country")), {})
        now = self._clock.now().at
        return unlocks.explained(refusal, standing, user_id=user.id, task=task, at=now, names=names)

    def _little_left(self, used: Used) -> tuple[str, str]:
        left = (used.left_ms or 0) // unlocks.MINUTE_MS
        most = used.unlock.cap_minutes
        country = used.unlock.country
        return (
            f"{self.country_name(country, 'de')}: noch {left} von {most} Minuten frei.",
            f"{self.country_name(country, 'en')}: {left} of {most} minutes left.",
        )

    async def _callers(self, user: User) -> policy.Callers:
        own = [n for n in await self._directory.numbers() if n.user_id == user.id]
        shown = [n for n in own if n.show_as_caller_id and not n.head_office]
        return policy.Callers(
            head_office=self._rules.head_office,
            verified=self._rules.verified,
            vpa_number=shown[0] if shown else None,
        )
