"""Links in mails that let somebody set a password: once, and only for a while.

What the link carries is a random token; only its hash is kept.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from pbx.domain.records import User
from pbx.errors import NotFound


class LinkKind(enum.StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


LIFETIME = {LinkKind.INVITATION: timedelta(days=7), LinkKind.RESET: timedelta(hours=1)}
PAGES = {LinkKind.INVITATION: "welcome", LinkKind.RESET: "reset"}


@dataclass(frozen=True, slots=True)
class AccountLink:
    kind: LinkKind
    user: User
    expires_at: datetime


def link_over() -> NotFound:
    return NotFound(
        "link-over",
        "Dieser Link gilt nicht mehr: Er ist abgelaufen, schon benutzt oder durch einen neueren"
        " ersetzt. Bitte einen neuen anfordern.",
        "This link is over: it has expired, was used already, or a newer one took its place."
        " Please ask for a new one.",
    )


# ------------------------------------------------------------------ the mails


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str


def letter(kind: LinkKind, user: User, address: str, by: str = "") -> Letter:
    """The mail with the link.

    Args:
        address: the link.
        by: name of who invites; empty: nobody in particular.
    """
    return _LETTERS[kind, "de" if user.language.startswith("de") else "en"](user.name, address, by)


def _invited_de(name: str, address: str, by: str) -> Letter:
    who = f"{by} hat" if by else "Wir haben"
    return Letter(
        "Ihr Zugang zur Vermittlung",
        f"Guten Tag {name},\n\n"
        f"{who} für Sie ein Konto in der Vermittlung angelegt, mit dem Sie im Browser"
        " telefonieren. Bitte wählen Sie hier Ihr Passwort:\n\n"
        f"{address}\n\n"
        "Der Link gilt sieben Tage und nur einmal. Danach hilft das Management mit einem neuen.\n\n"
        "Sie brauchen Chrome oder Opera und ein Headset, sonst nichts.\n",
    )


def _invited_en(name: str, address: str, by: str) -> Letter:
    who = f"{by} has" if by else "We have"
    return Letter(
        "Your account for Vermittlung",
        f"Hello {name},\n\n"
        f"{who} made you an account for Vermittlung, with which you make telephone calls in your"
        " browser. Please choose your password here:\n\n"
        f"{address}\n\n"
        "The link can be used once, within seven days. After that the management has a new one for"
        " you.\n\n"
        "You need Chrome or Opera and a headset, nothing else.\n",
    )


def _reset_de(name: str, address: str, by: str) -> Letter:
    return Letter(
        "Neues Passwort für die Vermittlung",
        f"Guten Tag {name},\n\n"
        "hier können Sie ein neues Passwort wählen:\n\n"
        f"{address}\n\n"
        "Der Link gilt eine Stunde und nur einmal. Mit dem neuen Passwort enden alle Sitzungen.\n\n"
        "Sie haben das nicht angefordert? Dann ist nichts zu tun: Das alte Passwort gilt weiter.\n",
    )


def _reset_en(name: str, address: str, by: str) -> Letter:
    return Letter(
        "A new password for Vermittlung",
        f"Hello {name},\n\n"
        "you can choose a new password here:\n\n"
        f"{address}\n\n"
        "The link can be used once, within an hour. The new password ends all sessions.\n\n"
        "You did not ask for this? Then there is nothing to do: the old password goes on"
        " working.\n",
    )


_LETTERS = {
    (LinkKind.INVITATION, "de"): _invited_de,
    (LinkKind.INVITATION, "en"): _invited_en,
    (LinkKind.RESET, "de"): _reset_de,
    (LinkKind.RESET, "en"): _reset_en,
}
