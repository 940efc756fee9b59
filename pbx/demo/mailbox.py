"""Reading the mails that the demo's mail server kept."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail taken apart. `to` are the envelope's recipients, `at` is epoch seconds."""

    id: str
    at: float
    sender: str
    to: tuple[str, ...]
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    attachments: tuple[Attachment, ...]


@dataclass(slots=True)
class Mailbox:
    """The folder of the mail server; a mail never changes once it is there."""

    folder: Path
    _known: dict[str, Mail] = field(default_factory=dict)

    def mails(self, limit: int = 100) -> list[Mail]:
        """Newest first."""
        names = sorted((f.stem for f in self.folder.glob("*.eml")), reverse=True)
        return [mail for name in names[:limit] if (mail := self.mail(name))]

    def mail(self, mail_id: str) -> Mail | None:
        if not re.fullmatch(r"[0-9-]{1,40}", mail_id):
            return None
        if mail_id not in self._known:
            try:
                content = (self.folder / f"{mail_id}.eml").read_bytes()
            except FileNotFoundError:
                return None
            self._known[mail_id] = parse(mail_id, content)
        return self._known[mail_id]


def parse(mail_id: str, content: bytes) -> Mail:
    """Take a kept mail apart; its id begins with the time of arrival in milliseconds."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain", "html"))
    return Mail(
        id=mail_id,
        at=int(mail_id.split("-")[0]) / 1000,
        sender=str(message.get("From", "")),
        to=tuple(str(address) for address in message.get_all("Delivered-To", [])),
        subject=str(message.get("Subject", "")),
        headers=tuple((name, str(text)) for name, text in message.items()),
        text=str(body.get_content()) if body is not None else "",
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _attachment(part: EmailMessage) -> Attachment:
    payload = part.get_payload(decode=True)
    return Attachment(
        filename=part.get_filename() or "attachment",
        content_type=part.get_content_type(),
        content=payload if isinstance(payload, bytes) else b"",
    )


def item(mail: Mail) -> dict[str, object]:
    """`mail` as `GET /demo/mails` shows it; sizes in bytes."""
    return {
        "id": mail.id,
        "at": datetime.fromtimestamp(mail.at, UTC).isoformat(timespec="milliseconds"),
        "from": mail.sender,
        "to": list(mail.to),
        "subject": mail.subject,
        "headers": [[name, text] for name, text in mail.headers],
        "text": mail.text,
        "attachments": [
            {
                "filename": a.filename,
                "content_type": a.content_type,
                "size": len(a.content),
                "url": f"/demo/mails/{mail.id}/attachments/{n}",
            }
            for n, a in enumerate(mail.attachments)
        ],
    }
