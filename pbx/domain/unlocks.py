"""Locked countries opened for somebody, for something, for a time (N6, F29, F30).

An unlock opens a country and nothing else: denied ranges, number types and emergency
numbers are decided by `domain.policy` as in any other country. A cap counts the talk time
of the calls that were made because of this unlock. When it is used up new calls are
refused; a call under way may go on, for as long as its longest duration allows.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pbx.domain.moments import berlin
from pbx.domain.records import Country
from pbx.errors import Refused

MINUTE_MS = 60_000


class UnlockState(enum.StrEnum):
    PLANNED = "planned"
    ACTIVE = "active"
    USED_UP = "used_up"
    OVER = "over"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Unlock:
    """One opening; times are UTC, `until` is exclusive."""

    id: str
    country: str
    since: datetime
    by: str
    """User id of who opened it."""
    at: datetime
    """When."""
    user_id: str | None = None
    """For whom; None: everybody."""
    task: str | None = None
    """For which task; None: every one."""
    until: datetime | None = None
    """None: until it is revoked."""
    cap_minutes: int | None = None
    note: str = ""
    request_id: str | None = None
    """The request that it answers."""
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def is_for(self, user_id: str, task: str) -> bool:
        return self.user_id in (None, user_id) and self.task in (None, task)


@dataclass(frozen=True, slots=True)
class Used:
    """An unlock and what was talked under it."""

    unlock: Unlock
    used_ms: int = 0

    @property
    def left_ms(self) -> int | None:
        """What the cap leaves; None without a cap."""
        cap = self.unlock.cap_minutes
        return None if cap is None else max(0, cap * MINUTE_MS - self.used_ms)

    @property
    def nearly_used_up(self) -> bool:
        """Four fifths of the cap are used."""
        cap = self.unlock.cap_minutes
        return cap is not None and self.used_ms * 5 >= cap * MINUTE_MS * 4

    def state(self, at: datetime) -> UnlockState:
        unlock = self.unlock
        if unlock.revoked_at is not None:
            return UnlockState.REVOKED
        if unlock.until is not None and at >= unlock.until:
            return UnlockState.OVER
        if at < unlock.since:
            return UnlockState.PLANNED
        return UnlockState.USED_UP if self.left_ms == 0 else UnlockState.ACTIVE


def opening(
    country: str, unlocks: Iterable[Used], *, user_id: str, task: str, at: datetime
) -> Used | None:
    """The unlock that a call to `country` uses: the narrowest one, so that a cap given to one
    task is used before what is everybody's; among alike ones that which has most left."""
    fitting = [
        used
        for used in unlocks
        if used.unlock.country == country
        and used.unlock.is_for(user_id, task)
        and used.state(at) is UnlockState.ACTIVE
    ]
    return min(fitting, key=_width, default=None)


def _width(used: Used) -> tuple[int, float, str]:
    unlock = used.unlock
    wide = 2 * (unlock.task is None) + (unlock.user_id is None)
    left = float("inf") if used.left_ms is None else used.left_ms
    return wide, -left, unlock.id


def opened(
    countries: Mapping[str, Country],
    unlocks: Sequence[Used],
    *,
    user_id: str,
    task: str | None,
    at: datetime,
) -> Mapping[str, Country]:
    """The countries as they are for this person: with those open that an unlock opens now.

    `task` None: for any of their tasks, as for a list to choose from.
    """
    found = dict(countries)
    for used in unlocks:
        unlock = used.unlock
        fits = unlock.is_for(user_id, (unlock.task or "") if task is None else task)
        if fits and used.state(at) is UnlockState.ACTIVE and unlock.country in found:
            found[unlock.country] = replace(found[unlock.country], allowed=True)
    return found


def explained(
    refusal: Refused,
    unlocks: Iterable[Used],
    *,
    user_id: str,
    task: str,
    at: datetime,
    names: Mapping[str, str],
) -> Refused:
    """`refusal` of a locked country, with why this person's unlock does not open it now.

    Args:
        names: of the country, by language.
    """
    country = str(refusal.extra.get("country", ""))
    concerning = [u for u in unlocks if u.unlock.country == country]
    own = [u for u in concerning if u.unlock.is_for(user_id, task)]
    words = _why(own, at) or _elsewhere([u for u in concerning if u not in own], user_id, at)
    if not country or words is None:
        return refusal
    de, en = (words[n].format(name=names.get(("de", "en")[n], country)) for n in (0, 1))
    return Refused(refusal.error_id, de, en, country=country)


def _why(own: Sequence[Used], at: datetime) -> tuple[str, str] | None:
    states = {used.state(at): used.unlock for used in own}
    if (unlock := states.get(UnlockState.USED_UP)) is not None:
        return (
            f"{{name}}: die {unlock.cap_minutes} Minuten der Freischaltung sind verbraucht. Bitte "
            "das Management um mehr bitten.",
            f"{{name}}: the {unlock.cap_minutes} minutes of the unlock are used up. Please ask the "
            "management for more.",
        )
    if (unlock := states.get(UnlockState.PLANNED)) is not None:
        return (
            f"{{name}} ist ab {berlin(unlock.since, 'de')} freigeschaltet. Bitte dann anrufen.",
            f"{{name}} is unlocked from {berlin(unlock.since, 'en')} on. Please call then.",
        )
    if (unlock := states.get(UnlockState.OVER)) is not None and unlock.until is not None:
        return (
            f"{{name}} war bis {berlin(unlock.until, 'de')} freigeschaltet. Bitte das Management "
            "um eine neue Freischaltung bitten.",
            f"{{name}} was unlocked until {berlin(unlock.until, 'en')}. Please ask the management "
            "to unlock it again.",
        )
    return None


def _elsewhere(others: Sequence[Used], user_id: str, at: datetime) -> tuple[str, str] | None:
    """This person has it, but for other tasks."""
    tasks = sorted(
        used.unlock.task
        for used in others
        if used.unlock.task
        and used.unlock.user_id in (None, user_id)
        and used.state(at) is UnlockState.ACTIVE
    )
    if not tasks:
        return None
    listed = ", ".join(dict.fromkeys(tasks)).replace("{", "{{").replace("}", "}}")
    return (
        f"{{name}} ist nur für andere Aufgaben freigeschaltet ({listed}). Bitte die richtige "
        "Aufgabe wählen oder das Management fragen.",
        f"{{name}} is unlocked for other tasks only ({listed}). Please choose the right task or "
        "ask the management.",
    )
