"""Accounts as management sees them, and who may change whose.

INVITED ── the link of the invitation is used ──> ACTIVE ── leaves ──> LEFT
   └──────────────────── leaves ────────────────────────────────────> LEFT
LEFT ── comes back ──> what it was before
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pbx.domain import searching
from pbx.domain.records import User
from pbx.domain.rights import RIGHTS_OF, Right, Role, may, rights_of
from pbx.errors import Conflict, Refused

RANKS = (Role.VPA, Role.MANAGER, Role.ADMIN, Role.SUPERADMIN)
"""From the lowest; nobody changes an account of a higher role, nor makes one."""
WITH_ALL_RIGHTS = frozenset({Role.ADMIN, Role.SUPERADMIN})
"""Roles from which nothing can be taken (F36)."""
LONGEST_NAME = 100


class AccountState(enum.StrEnum):
    INVITED = "invited"
    """Has no password of their own yet."""
    ACTIVE = "active"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Account:
    user: User
    position: str = ""
    responsibility: str = ""
    """What to turn to this person for."""
    invited_at: datetime | None = None
    """When they were invited last; None once they have come."""
    link_until: datetime | None = None
    """Until when the invitation's link can be used."""
    left_at: datetime | None = None
    numbers: tuple[str, ...] = ()
    """Of ours that ring with this person (E.164)."""

    @property
    def state(self) -> AccountState:
        if not self.user.active:
            return AccountState.LEFT
        return AccountState.ACTIVE if self.invited_at is None else AccountState.INVITED


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts; None or empty means any."""

    query: str = ""
    """Parts, each of name, e-mail address, position or responsibility."""
    role: Role | None = None
    state: AccountState | None = None
    ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be different; None: stays as it is."""

    email: str | None = None
    name: str | None = None
    role: Role | None = None
    language: str | None = None
    position: str | None = None
    responsibility: str | None = None
    granted: frozenset[Right] | None = None
    denied: frozenset[Right] | None = None

    def applied(self, to: Account) -> Account:
        """The account as it shall be; rights that the role has anyway are not kept twice."""

        def wanted(name: str, thing: object) -> object:
            value = getattr(self, name)
            return getattr(thing, name) if value is None else value

        names = ("email", "name", "role", "language", "granted", "denied")
        user = replace(to.user, **{name: wanted(name, to.user) for name in names})  # type: ignore[arg-type]
        own = RIGHTS_OF[user.role]
        denied = frozenset() if user.role in WITH_ALL_RIGHTS else user.denied & own
        return replace(
            to,
            user=replace(user, granted=user.granted - own, denied=denied),
            position=self.position if self.position is not None else to.position,
            responsibility=(
                self.responsibility if self.responsibility is not None else to.responsibility
            ),
        )


def search_text(name: str, email: str, position: str = "", responsibility: str = "") -> str:
    """What a query is looked for in; it begins with the name, so it sorts by it."""
    return searching.search_text((name, email, position, responsibility))


# ------------------------------------------------------------------ who may change whose


def rank(role: Role) -> int:
    return RANKS.index(role)


def may_change(by: User, whom: User) -> bool:
    """Whether `by` may touch this account, and what belongs to it (sessions, tokens, factor)."""
    return may(by, Right.PEOPLE) and rank(whom.role) <= rank(by.role)


def check_may_change(by: User, whom: User) -> None:
    """Raises `Refused`: `not-allowed`, `role-above-yours`."""
    if not may(by, Right.PEOPLE):
        raise _not_allowed()
    if not may_change(by, whom):
        raise _role_above()


def check_change(by: User | None, before: Account | None, after: Account) -> None:
    """Whether somebody may make of one account the other.

    Args:
        by: None: the command line, which may do everything.
        before: None where the account is new.

    Raises:
        Refused: `not-allowed`, `role-above-yours`, `right-not-yours`, `not-yourself`.
    """
    if by is None:
        return
    check_may_change(by, after.user)
    if before is not None:
        check_may_change(by, before.user)
    had = rights_of(before.user) if before is not None else frozenset()
    given = rights_of(after.user) - had
    if not given <= rights_of(by):
        raise _right_not_yours(given - rights_of(by))
    if by.id == after.user.id:
        _check_own(by, after)


def _check_own(by: User, after: Account) -> None:
    """Nobody locks themselves out, or makes themselves less by a slip."""
    lost = Right.PEOPLE not in rights_of(after.user) or not after.user.active
    if lost or rank(after.user.role) < rank(by.role):
        raise Refused(
            "not-yourself",
            "Sich selbst kann man Rolle, Personalrecht und Konto nicht nehmen. Bitte lassen Sie"
            " das jemand anderen mit diesem Recht tun.",
            "Nobody can take away their own role, right to manage people, or account. Please have"
            " somebody else with that right do it.",
        )


def check_superadmins(before: Account, after: Account, others: Iterable[Account]) -> None:
    """One superadmin who can sign in always remains.

    Args:
        others: all superadmins but this account.

    Raises:
        Conflict: `last-superadmin`.
    """
    if _rules(before) and not _rules(after) and not any(_rules(other) for other in others):
        raise Conflict(
            "last-superadmin",
            "Das ist das letzte Superadmin-Konto, es muss bleiben. Bitte erst eine andere Person"
            " zum Superadmin machen; sie muss sich schon angemeldet haben.",
            "This is the last superadmin's account, it has to stay. Please make somebody else a"
            " superadmin first; they must have signed in already.",
        )


def _rules(account: Account) -> bool:
    return account.user.role is Role.SUPERADMIN and account.state is AccountState.ACTIVE


def _not_allowed() -> Refused:
    return Refused(
        "not-allowed",
        "Dafür fehlt Ihnen das Recht. Bitte das Management ansprechen.",
        "You have no right to do this. Please ask the management.",
    )


def _role_above() -> Refused:
    return Refused(
        "role-above-yours",
        "Konten mit einer höheren Rolle als Ihrer können Sie weder ändern noch anlegen. Bitte"
        " jemanden mit dieser Rolle ansprechen.",
        "You can neither change nor make accounts with a higher role than yours. Please ask"
        " somebody who has that role.",
    )


def _right_not_yours(rights: frozenset[Right]) -> Refused:
    names = ", ".join(sorted(rights))
    return Refused(
        "right-not-yours",
        f"Geben kann man nur Rechte, die man selbst hat. Ihnen fehlt: {names}.",
        f"You can give only rights that you have yourself. You lack: {names}.",
    )


def not_invited() -> Conflict:
    return Conflict(
        "not-invited",
        "Diese Person ist nicht (mehr) eingeladen: Sie hat schon ein Passwort oder ist"
        " ausgeschieden.",
        "This person is not invited (any more): they have a password already, or have left.",
    )


def has_left() -> Conflict:
    return Conflict(
        "has-left",
        "Diese Person ist ausgeschieden. Bitte das Konto erst wieder aktivieren.",
        "This person has left. Please reactivate the account first.",
    )


def not_left() -> Conflict:
    return Conflict(
        "not-left",
        "Dieses Konto ist schon aktiv.",
        "This account is active already.",
    )
