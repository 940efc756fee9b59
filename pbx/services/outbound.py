"""Whether a number may be dialled now: gathers what `domain.policy` needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pbx.domain import policy
from pbx.domain.emergency import EmergencyNumbers
from pbx.domain.records import Country, NumberType, User
from pbx.services.ports import Directory


@dataclass(frozen=True, slots=True)
class OutboundRules:
    """The part of the rules that does not change while the process runs."""

    head_office: str
    verified: tuple[str, ...]
    types: frozenset[NumberType]
    denied: policy.DeniedRanges
    emergency: EmergencyNumbers
    emergency_mode: Literal["refuse", "trunk"]
    names: Mapping[str, Mapping[str, str]]


class Outbound:
    """Asks the directory for what may have changed a moment ago, then the policy."""

    def __init__(self, directory: Directory, rules: OutboundRules) -> None:
        self._directory = directory
        self._rules = rules

    async def decide(self, user: User, raw: str, country: str) -> policy.Decision:
        """Raises `Refused`, see `policy.decide`."""
        return policy.decide(raw, country, await self._policy_rules(), await self._callers(user))

    async def examine(self, user: User, raw: str, country: str) -> policy.Check:
        return policy.examine(raw, country, await self._policy_rules(), await self._callers(user))

    async def countries(self) -> Mapping[str, Country]:
        return {country.code: country for country in await self._directory.countries()}

    def country_name(self, code: str, language: str) -> str:
        return self._rules.names.get(code, {}).get(language, code)

    async def _policy_rules(self) -> policy.Rules:
        return policy.Rules(
            countries=await self.countries(),
            types=self._rules.types,
            denied=self._rules.denied,
            emergency=self._rules.emergency,
            emergency_mode=self._rules.emergency_mode,
            names=self._rules.names,
        )

    async def _callers(self, user: User) -> policy.Callers:
        own = [n for n in await self._directory.numbers() if n.user_id == user.id]
        shown = [n for n in own if n.show_as_caller_id and not n.head_office]
        return policy.Callers(
            head_office=self._rules.head_office,
            verified=self._rules.verified,
            vpa_number=shown[0] if shown else None,
        )
