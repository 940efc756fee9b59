"""What people may do: a role's rights, and what one person has more or less than it (F36)."""

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pbx.domain.records import User


class Role(enum.StrEnum):
    """From the lowest; SUPERADMIN and ADMIN may do everything, but nobody changes an account of a
    higher role (`people.may_change`)."""

    VPA = "vpa"
    MANAGER = "manager"
    ADMIN = "admin"
    SUPERADMIN = "superadmin"


class Right(enum.StrEnum):
    """One area of management: seeing it and changing it."""

    NUMBERS = "numbers"
    """Our numbers: who has them, where they ring, greetings, caller lists."""
    PEOPLE = "people"
    """Accounts, roles, invitations, sessions of others."""
    COUNTRIES = "countries"
    """Destinations, unlocks, requests, limits of people."""
    VOICEMAILS = "voicemails"
    """Everybody's messages."""
    CALLS = "calls"
    """Everybody's calls: live, past, their quality."""
    STATISTICS = "statistics"
    TASKS = "tasks"
    """Tasks, work time, metered seconds, customers' files, factors and their guard."""
    STATEMENTS = "statements"
    """What customers are billed and VPAs are paid: amounts, rates, final documents."""
    AUDIT = "audit"
    INTEGRATION = "integration"
    """Webhooks to other programs, texts for customers."""


EVERYTHING = frozenset(Right)
RIGHTS_OF: dict[Role, frozenset[Right]] = {
    Role.VPA: frozenset(),
    Role.MANAGER: EVERYTHING - {Right.PEOPLE},
    Role.ADMIN: EVERYTHING,
    Role.SUPERADMIN: EVERYTHING,
}


def rights_of(user: "User") -> frozenset[Right]:
    """The role's rights, with what this person was given, without what was taken."""
    return (RIGHTS_OF[user.role] | user.granted) - user.denied


def may(user: "User", right: Right) -> bool:
    return right in rights_of(user)
