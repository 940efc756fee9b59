"""Letters: the mails that carry no recording, such as invitations and alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pbx.domain.records import OutboxState
from pbx.domain.texts import pick

SECRET_KINDS = frozenset({"invitation", "password-reset"})
"""Who reads these can sign in: their text is forgotten as soon as it need not be sent again."""
ALARM = "alarm"
"""To administrators; nobody is alarmed about one that does not arrive, so none begets another."""
ABOUT_ACCOUNT = "account:"
"""How the reference of letters about somebody's account begins; the user's id follows."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in plain text that must go out; times are UTC."""

    id: str
    kind: str
    """What it is, such as `invitation`, `alarm`."""
    recipients: tuple[str, ...]
    subject: str
    text: str
    reference: str
    """What it is about, for whoever wants to know what became of it; may be empty."""
    message_id: str
    state: OutboxState
    attempts: int
    next_attempt_at: datetime
    smtp_reply: str
    """The mail server's last word, or the reason it could not be asked."""
    created_at: datetime
    cc: tuple[str, ...] = ()
    """Who gets a copy."""


def page_of(letter: Letter) -> str:
    """The path of the page where one can do something about it; empty where there is none."""
    if letter.reference.startswith(ABOUT_ACCOUNT):
        return f"/manage/people/{letter.reference.removeprefix(ABOUT_ACCOUNT)}"
    return ""


def undelivered(
    letter: Letter, to: Sequence[str], words: str, page: str, language: str
) -> tuple[str, str]:
    """Subject and text of the alarm: this letter did not arrive at `to`, for the reason `words`;
    `page`: the address where one can do something about it, or empty."""
    whom = ", ".join(to or letter.recipients)
    reason = words or letter.smtp_reply
    subject = pick(
        (f"Mail nicht zugestellt: {whom}", f"Mail not delivered: {whom}"),
        language,
    )
    text = pick(
        (
            f"Die Mail „{letter.subject}“ kam bei {whom} nicht an.\n\n"
            f"Der Mailserver sagt: {reason}\n\n"
            "Bitte die Adresse prüfen und die Mail erneut senden.\n",
            f"The mail “{letter.subject}” did not reach {whom}.\n\n"
            f"The mail server says: {reason}\n\n"
            "Please check the address and send the mail again.\n",
        ),
        language,
    )
    return subject, f"{text}{page}\n" if page else text
