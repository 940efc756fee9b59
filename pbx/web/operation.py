"""One operation of the API, and the words that its tables share."""

from dataclasses import dataclass
from typing import Any

from pbx.domain.records import Role

ANYONE: frozenset[Role] | None = None
SIGNED_IN = frozenset(Role)
MANAGEMENT = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    roles: frozenset[Role] | None
    """None: no sign-in needed."""
    request: Any = None
    """msgspec struct of the JSON body, or None."""
    response: Any = None
    """msgspec struct of the JSON answer; None: no body, or not JSON (then `content`)."""
    status: int = 200
    query: tuple[tuple[str, str], ...] = ()
    """Names and descriptions of query parameters, all optional text."""
    content: str = "application/json"


V1 = "/api/v1"
PAGED = (("cursor", "`next` of the page before"), ("limit", "items a page, 1 to 200"))
PERIOD = (("from", "ISO 8601, inclusive"), ("to", "ISO 8601, exclusive"))
