"""Links that work without signing in: what they are for, for whom, and until when, signed.

A link in a mail stands for its recipient. The signature (HMAC-SHA256) binds purpose, subject,
holder and end, so a link for one message opens no other. Opening a link must change
nothing: mail scanners open all of them. Where a link is good only once, whoever takes it
must see to that.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from pbx.errors import BadRequest

SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    purpose: str
    """What may be done with it, such as `voicemail`."""
    subject: str
    """With which one."""
    holder: str
    """Whom it was sent to: an e-mail address or a user id; may be empty."""
    until: datetime


def sign(secret: bytes, link: Link) -> str:
    """The token that stands for `link` in a URL: letters, digits, `-`, `_`, `.`."""
    fields = [link.purpose, link.subject, link.holder, int(link.until.timestamp())]
    payload = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{_text(payload)}.{_text(_signature(secret, payload))}"


def read(secret: bytes, token: str, purpose: str, now: datetime) -> Link:
    """The link that `token` stands for.

    Raises:
        BadRequest: `bad-link`, where it is not one of ours for this purpose; `link-expired`.
    """
    payload_text, _, signature_text = token.partition(".")
    try:
        payload, signature = _bytes(payload_text), _bytes(signature_text)
    except (ValueError, binascii.Error) as e:
        raise _bad() from e
    if not hmac.compare_digest(_signature(secret, payload), signature):
        raise _bad()
    said, subject, holder, until = json.loads(payload)
    link = Link(said, subject, holder, datetime.fromtimestamp(until, UTC))
    if said != purpose:
        raise _bad()
    if link.until <= now:
        raise BadRequest(
            "link-expired",
            "Dieser Link ist abgelaufen. Bitte anmelden oder um einen neuen bitten.",
            "This link has expired. Please sign in or ask for a new one.",
        )
    return link


def _signature(secret: bytes, payload: bytes) -> bytes:
    return hmac.new(secret, payload, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _bad() -> BadRequest:
    return BadRequest(
        "bad-link",
        "Dieser Link ist nicht gültig. Bitte den ganzen Link aus der Mail öffnen.",
        "This link is not valid. Please open the whole link from the mail.",
    )
