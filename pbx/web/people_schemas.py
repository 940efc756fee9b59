"""JSON of people, their accounts, and links that let them set a password."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from pbx.web.schemas import (
    Email,
    Language,
    Me,
    PresenceName,
    Request,
    RightName,
    RoleName,
)

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Line = Annotated[str, Meta(max_length=200)]
Password = Annotated[str, Meta(max_length=1000)]
Token = Annotated[str, Meta(min_length=1, max_length=200)]
AccountStateName = Literal["invited", "active", "left"]
MailStateName = Literal["waiting", "accepted", "failed", "bounced"]
"""`bounced`: refused for good, at once or by a mail that came back; `failed`: all attempts used."""
LinkKindName = Literal["invitation", "reset"]


class MailOf(Struct):
    """What became of a mail to a person."""

    kind: str
    sent_at: datetime
    state: MailStateName
    attempts: int
    smtp_reply: str
    """The mail server's last word, or why it could not be asked."""


class Person(Struct):
    id: str
    email: str
    name: str
    role: RoleName
    language: Language
    position: str
    responsibility: str
    state: AccountStateName
    live: bool
    presence: PresenceName
    granted: list[RightName]
    """Rights beyond the role's."""
    denied: list[RightName]
    """Rights of the role that this person does not have."""
    rights: list[RightName]
    """All that this person may manage."""
    numbers: list[str]
    invited_at: datetime | None
    link_until: datetime | None
    """Until when the link of the invitation can be used."""
    left_at: datetime | None
    password_at: datetime | None
    editable: bool
    """Whether the asker may change this account."""
    second_factor_since: datetime | None = None
    """Told of one person, not in lists; None: they have none."""
    mail: MailOf | None = None
    """The newest invitation, or mail about a forgotten password."""


class PersonPost(Request):
    email: Email
    name: Name
    role: RoleName = "vpa"
    language: Language = "de"
    position: Line = ""
    responsibility: Line = ""
    granted: list[RightName] = msgspec.field(default_factory=list)


class PersonPatch(Request):
    """What is left out stays as it is."""

    email: Email | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    role: RoleName | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    position: Line | UnsetType = UNSET
    responsibility: Line | UnsetType = UNSET
    granted: list[RightName] | UnsetType = UNSET
    denied: list[RightName] | UnsetType = UNSET


class Leave(Request):
    successor: str | None = None
    """Id of who takes all of it over; None: numbers are free, steps, places in groups and
    planned changes are removed, messages stay with management."""


class BelongingsView(Struct):
    """What depends on somebody; numbers in E.164."""

    numbers: list[str]
    """That are theirs."""
    recipients_of: list[str]
    """Whose messages are mailed to them."""
    steps_of: list[str]
    """With a step that rings them, or that waits for their absence."""
    planned: list[str]
    """That will be theirs at a planned time."""
    groups: list[str]
    """Names of groups that ring them."""
    absences: int
    """Of their own that are not over."""
    deputy_for: list[str]
    """Names of those whose deputy they are."""
    messages: int
    """In their list."""


class LeftView(Struct):
    person: Person
    successor: str | None
    """Name of who took over."""
    had: BelongingsView
    """What is the successor's now; without one: nobody's, removed, and messages management's."""
    sessions: int
    tokens: int
    talking: bool
    """Whether a call of theirs goes on; their session ends with it."""


class PeopleImport(Struct):
    dry_run: bool
    created: int
    updated: int
    unchanged: int
    errors: list["PeopleRowError"]
    """With one of them nothing was changed."""


class PeopleRowError(Struct):
    row: int
    detail: str


class PasswordRulesView(Struct):
    level: int
    least: int
    """Characters."""
    kinds: int
    """So many of capitals, small letters, digits, signs…"""
    free_from: int
    """…unless it has so many characters."""
    days: int
    """After so many it must be changed; 0: never."""


class PasswordChange(Request):
    old: Password
    new: Password


class Forgot(Request):
    email: Email


class LinkToken(Request):
    token: Token


class LinkView(Struct):
    kind: LinkKindName
    email: str
    name: str
    language: Language
    expires_at: datetime
    rules: PasswordRulesView


class LinkUse(Request):
    token: Token
    password: Password


class LinkUsed(Struct):
    kind: LinkKindName
    me: Me | None = None
    """Who is signed in now: after an invitation; after a reset people sign in themselves."""


class SeatPeak(Struct):
    at: datetime | None
    """When it was first reached; None: before the records begin."""
    seats: int
    added: int
    """More than the highest number before."""


class Seats(Struct):
    """Accounts that have not left."""

    now: int
    peaks: list[SeatPeak]
    """The highest number comes last."""
