"""Management of limits: defaults, people's own, number types, the brake (C14, D11)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pbx.domain import limits as rules
from pbx.domain.brake import SHIPPED, BrakeMode, Lock, Pattern, Rule
from pbx.domain.limits import Limit, Limits, Usage
from pbx.domain.policy import CHOOSABLE
from pbx.domain.records import NumberType, User
from pbx.errors import BadRequest, NotFound
from pbx.services.country_ports import EVERYBODY, CountryStores
from pbx.services.destinations import Destinations
from pbx.services.outbound import NUMBER_TYPES
from pbx.services.outbound_brake import BRAKE
from pbx.services.ports import Clock

DECIMAL = re.compile(r"[0-9]{1,9}([.,][0-9]{1,6})?", re.ASCII)
WHOLE = frozenset(Limit) - set(rules.COSTLY)
RULE_COUNTS = range(2, 1001)
RULE_MINUTES = range(1, 24 * 60 + 1)


@dataclass(frozen=True, slots=True)
class PersonLimits:
    user: User
    own: Limits
    effective: Limits
    usage: Sequence[Usage]


class LimitOffice:
    def __init__(self, stores: CountryStores, *, destinations: Destinations, clock: Clock) -> None:
        self._store = stores.limits
        self._directory = stores.directory
        self._guard = destinations.guard
        self._brake = destinations.brake
        self._outbound = destinations.outbound
        self._clock = clock

    # -------------------------------------------------------------- limits

    async def defaults(self) -> Limits:
        """What holds for everybody without a value of their own."""
        chosen = (await self._store.limits()).get(EVERYBODY, {})
        return rules.effective(self._guard.shipped, chosen)

    async def people(
        self, query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[PersonLimits], str | None]:
        """Who can telephone, by address, with what they used so far.

        Raises:
            BadRequest: the cursor is not one of ours (`bad-cursor`).
        """
        known, defaults = await self._store.limits(), await self.defaults()
        words = query.casefold().strip()
        found = [
            user
            for user in await self._directory.users()
            if user.active
            and words in f"{user.name} {user.email}".casefold()
            and (cursor is None or user.email.casefold() > cursor)
        ]
        page = [
            await self._person(user, known.get(user.id, {}), defaults) for user in found[:limit]
        ]
        more = len(found) > limit and page
        return page, page[-1].user.email.casefold() if more else None

    async def _person(self, user: User, own: Limits, defaults: Limits) -> PersonLimits:
        holding = rules.effective(defaults, own)
        return PersonLimits(user, own, holding, await self._guard.usage(user))

    async def put(
        self, by: User, email: str, wanted: Mapping[Limit, str | None]
    ) -> PersonLimits | None:
        """Replace what is set for a person, or, with an empty address, for everybody.

        Raises:
            NotFound: `unknown-user`; BadRequest: `bad-limit`, naming it.
        """
        values = {limit: limit_value(limit, text) for limit, text in wanted.items()}
        now = self._clock.now().at
        if not email:
            # An absent default would be the shipped one again: none must be said to be none.
            await self._store.put_limits(EVERYBODY, values, by.id, now)
            return None
        user = await self._directory.user_by_email(email)
        if user is None:
            raise NotFound(
                "unknown-user",
                f"{email} gibt es hier nicht. Bitte eine Person aus der Liste wählen.",
                f"There is no {email} here. Please choose somebody from the list.",
            )
        await self._store.put_limits(user.id, values, by.id, now)
        return await self._person(user, values, await self.defaults())

    # -------------------------------------------------------------- number types

    async def types(self) -> frozenset[NumberType]:
        return await self._outbound.types()

    async def put_types(self, by: User, chosen: frozenset[NumberType]) -> frozenset[NumberType]:
        """Raises `BadRequest` (`bad-types`): none at all, or one that stays closed (D11)."""
        if not chosen or not chosen <= CHOOSABLE:
            raise BadRequest(
                "bad-types",
                "Wählbar sind Festnetz, Mobil, Festnetz oder Mobil und Internet-Rufnummern; "
                "mindestens eine Art muss erlaubt sein.",
                "You can choose fixed, mobile, fixed-or-mobile and internet numbers; at least one "
                "kind has to be allowed.",
            )
        names = sorted(kind.value for kind in chosen)
        await self._store.put_setting(NUMBER_TYPES, names, by.id, self._clock.now().at)
        return chosen

    # -------------------------------------------------------------- the brake

    async def brake(self) -> tuple[BrakeMode, Sequence[Rule]]:
        return await self._brake.settings()

    async def put_brake(self, by: User, mode: BrakeMode, wanted: Sequence[Rule]) -> None:
        """Replace mode and rules; a pattern that is not named gets the shipped rule.

        Raises:
            BadRequest: `bad-rule`.
        """
        for rule in wanted:
            if rule.count not in RULE_COUNTS or rule.minutes not in RULE_MINUTES:
                raise BadRequest(
                    "bad-rule",
                    "Muster: 2 bis 1000 Nummern in 1 bis 1440 Minuten.",
                    "Patterns: 2 to 1000 numbers within 1 to 1440 minutes.",
                )
        chosen: dict[Pattern, Rule] = {rule.pattern: rule for rule in (*SHIPPED, *wanted)}
        rows = [
            {"pattern": r.pattern.value, "count": r.count, "minutes": r.minutes, "on": r.on}
            for r in chosen.values()
        ]
        value = {"mode": mode.value, "rules": rows}
        await self._store.put_setting(BRAKE, value, by.id, self._clock.now().at)

    async def locked(self) -> Sequence[Lock]:
        return await self._store.locked()

    async def release(self, by: User, lock_id: str) -> None:
        """Let somebody call again; said twice, it stays so."""
        await self._store.release(lock_id, by.id, self._clock.now().at)


def decimal_of(text: str) -> Decimal | None:
    """A number that is not negative, with a point or a comma; None where it is none."""
    if not DECIMAL.fullmatch(text.strip()):
        return None
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def limit_value(limit: Limit, text: str | None) -> Decimal | None:
    """Raises `BadRequest` (`bad-limit`)."""
    value = None if text is None else decimal_of(text)
    fine = text is None if value is None else 0 <= value <= rules.MOST[limit]
    if value is None and limit in rules.NEVER_NONE:
        fine = False
    if value is not None and limit in WHOLE and value != value.to_integral_value():
        fine = False
    if value == 0 and limit in (Limit.CALLS_AT_ONCE, Limit.LONGEST_CALL_MINUTES):
        fine = False
    if not fine:
        raise BadRequest(
            "bad-limit",
            f"{limit.value}: bitte eine Zahl bis {rules.MOST[limit]} angeben.",
            f"{limit.value}: please give a number up to {rules.MOST[limit]}.",
        )
    return value
