"""Letters: the mails that carry no recording, such as invitations and alarms."""

from dataclasses import dataclass
from datetime import datetime

from pbx.domain.records import OutboxState

SECRET_KINDS = frozenset({"invitation", "password-reset"})
"""Who reads these can sign in: their text is forgotten as soon as it need not be sent again."""


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
