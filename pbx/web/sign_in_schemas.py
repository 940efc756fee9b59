"""JSON of what proves who somebody is."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import Request

ScopeName = Literal[
    "own:read",
    "own:write",
    "numbers:read",
    "numbers:write",
    "people:read",
    "people:write",
    "countries:read",
    "countries:write",
    "voicemails:read",
    "voicemails:write",
    "calls:read",
    "calls:write",
    "statistics:read",
    "statistics:write",
    "tasks:read",
    "tasks:write",
    "statements:read",
    "statements:write",
    "audit:read",
    "audit:write",
    "integration:read",
    "integration:write",
]
"""An area of management or `own` (own calls, messages, contacts, tasks, status), read or write;
who may write may read."""
Code = Annotated[str, Meta(min_length=1, max_length=50)]


class SignInWays(Struct):
    """What the sign-in page offers beside the password."""

    single_sign_on: str | None
    """The company's sign-in by its name; None: there is none here. The browser goes to
    `/api/v1/session/oidc`."""
    trouble: str | None = None
    """What the `trouble` in the query means, in words."""


class SignedOut(Struct):
    to: str | None
    """Where the browser goes now, to sign out at the company too; None: nowhere."""


# -- second factor


class SecondFactorView(Struct):
    on: bool
    since: datetime | None
    recovery_codes_left: int
    required: bool
    """By the administration: turned off, it has to be set up anew at once."""


class SecondFactorSetUp(Struct):
    """For the app, shown once; it counts when a code has confirmed it."""

    secret: str
    """Base32, to type in."""
    uri: str
    """`otpauth://…`, to show as a QR code."""


class SecondFactorCode(Request):
    code: Code


class SecondFactorOff(Request):
    password: Annotated[str, Meta(max_length=1000)]
    code: Code


class RecoveryCodes(Struct):
    """Each replaces a code of the app once; shown once, only their hashes are kept."""

    codes: list[str]


# -- sessions


class SessionView(Struct):
    id: str
    agent: str
    """What the browser says it is (User-Agent); empty where unknown."""
    opened_at: datetime | None
    used_at: datetime | None
    """To the minute."""
    expires_at: datetime
    current: bool
    """The one that asks."""


# -- API tokens


class TokenView(Struct):
    id: str
    name: str
    scopes: list[ScopeName] | None
    """null: whatever its owner may."""
    created_at: datetime | None
    expires_at: datetime | None
    used_at: datetime | None
    """To the minute; null: never."""
    expired: bool


class TokenPut(Request):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[ScopeName], Meta(min_length=1)]
    expires_at: datetime | None = None
    """null: it does not expire."""


class NewToken(Struct):
    token: TokenView
    secret: str
    """For `Authorization: Bearer …`; shown once."""
