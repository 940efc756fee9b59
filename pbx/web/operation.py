"""One operation of the API, and the words that its tables share."""

import enum
from dataclasses import dataclass
from typing import Any

from pbx.domain.records import User
from pbx.domain.rights import Right, rights_of


class Everybody(enum.Enum):
    """Who an operation is for, where it needs no right of its own."""

    ANYONE = "anyone"
    """No sign-in needed."""
    SIGNED_IN = "signed-in"
    IN_PERSON = "in-person"
    """Signed in with a session: what no API token may do, whatever its scopes."""
    MANAGEMENT = "management"
    """Whoever has any right at all."""


Access = Everybody | Right
ANYONE, SIGNED_IN, MANAGEMENT = Everybody.ANYONE, Everybody.SIGNED_IN, Everybody.MANAGEMENT
IN_PERSON = Everybody.IN_PERSON


def admits(access: Access, user: User) -> bool:
    """Whether somebody who is signed in may do what has this access."""
    if isinstance(access, Right):
        return access in rights_of(user)
    return access is not MANAGEMENT or bool(rights_of(user))


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    access: Access
    """Who may call it; a `Right` where it needs one."""
    request: Any = None
    """msgspec struct of the JSON body, or None."""
    response: Any = None
    """msgspec struct of the JSON answer; None: no body, or not JSON (then `content`)."""
    status: int = 200
    query: tuple[tuple[str, str], ...] = ()
    """Names and descriptions of query parameters, all optional text."""
    content: str = "application/json"
    before_factor: bool = False
    """Also for whoever must have a second factor and still has to set it up."""


V1 = "/api/v1"
PAGED = (("cursor", "`next` of the page before"), ("limit", "items a page, 1 to 200"))
PERIOD = (("from", "ISO 8601, inclusive"), ("to", "ISO 8601, exclusive"))
