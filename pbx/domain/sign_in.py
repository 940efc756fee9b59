"""What proves who somebody is: sessions, API tokens and what these may do, second factors."""

import enum
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from pbx.domain.records import User
from pbx.domain.rights import EVERYTHING, Right, Role, rights_of

ID_LENGTH = 24
OWN = "own"
"""The area of everybody: own calls, messages, contacts, tasks, status."""


class Scope(enum.StrEnum):
    """What an API token may do: an area, reading or writing; who may write may read.

    An area is a `Right` of management, or `own`.
    """

    OWN_READ = "own:read"
    OWN_WRITE = "own:write"
    NUMBERS_READ = "numbers:read"
    NUMBERS_WRITE = "numbers:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    COUNTRIES_READ = "countries:read"
    COUNTRIES_WRITE = "countries:write"
    VOICEMAILS_READ = "voicemails:read"
    VOICEMAILS_WRITE = "voicemails:write"
    CALLS_READ = "calls:read"
    CALLS_WRITE = "calls:write"
    STATISTICS_READ = "statistics:read"
    STATISTICS_WRITE = "statistics:write"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    STATEMENTS_READ = "statements:read"
    STATEMENTS_WRITE = "statements:write"
    AUDIT_READ = "audit:read"
    AUDIT_WRITE = "audit:write"
    INTEGRATION_READ = "integration:read"
    INTEGRATION_WRITE = "integration:write"

    @property
    def area(self) -> str:
        return self.value.partition(":")[0]


Scopes = frozenset[Scope]


def covers(scopes: Scopes | None, area: str, *, write: bool) -> bool:
    """Whether a token with these scopes may act in `area`; None: in all of them."""
    if scopes is None or Scope(f"{area}:write") in scopes:
        return True
    return not write and Scope(f"{area}:read") in scopes


def narrowed(user: User, scopes: Scopes | None, *, write: bool) -> User:
    """The owner as their token acts: never with more than the owner may now."""
    if scopes is None:
        return user
    left = {right for right in Right if covers(scopes, right.value, write=write)}
    return replace(user, denied=user.denied | (EVERYTHING - left))


def beyond(user: User, scopes: Collection[Scope]) -> list[Scope]:
    """Those of `scopes` whose area this person may not manage."""
    areas = {OWN, *(right.value for right in rights_of(user))}
    return sorted(scope for scope in scopes if scope.area not in areas)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that somebody is signed in with."""

    token_hash: str
    user_id: str
    expires_at: datetime
    opened_at: datetime | None = None
    used_at: datetime | None = None
    """To the minute."""
    agent: str = ""
    """What the browser says it is (its User-Agent)."""
    proven: bool = False
    """By a second factor, or by the company's own sign-in."""

    @property
    def id(self) -> str:
        return self.token_hash[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What a machine signs in with, in the name of its owner."""

    token_hash: str
    user_id: str
    name: str
    scopes: Scopes | None = None
    """None: whatever the owner may."""
    created_at: datetime | None = None
    expires_at: datetime | None = None
    used_at: datetime | None = None
    """To the minute."""

    @property
    def id(self) -> str:
        return self.token_hash[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A person's app for one-time codes."""

    secret: bytes
    """Sealed in the database."""
    last_step: int = 0
    """The newest time step whose code was used."""
    since: datetime | None = None
    """None: being set up; it counts once a code has confirmed it."""
    recovery_codes: int = 0
    """How many are left."""


class FactorRule(enum.StrEnum):
    """Who must have a second factor."""

    OPTIONAL = "optional"
    ADMINS = "admins"
    ALL = "all"

    def demands(self, user: User) -> bool:
        if self is FactorRule.ADMINS:
            return user.role in (Role.ADMIN, Role.SUPERADMIN)
        return self is FactorRule.ALL
