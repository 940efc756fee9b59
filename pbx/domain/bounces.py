"""Delivery status notifications: mails that tell that a mail did not arrive (RFC 3464)."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message

MAX_WORDS = 500
_IDS = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a notification says."""

    message_ids: tuple[str, ...]
    """Of the mail that it is about, most certain first."""
    recipients: tuple[str, ...]
    """Addresses that it did not reach."""
    words: str
    """Why, as the other server said it."""


def parse(raw: bytes) -> Bounce | None:
    """What a mail says about another one; None where it tells of no failure for good.

    A notification of a delay (`Action: delayed`) or of success is none. The mail may be cut
    off anywhere behind its second part: the recording that comes back with it is of no use.
    """
    mail = email.message_from_bytes(raw, policy=policy.compat32)
    failed = [block for block in _status_blocks(mail) if _word(block, "Action") == "failed"]
    if not failed:
        return None
    recipients = tuple(address for block in failed if (address := _address(block)))
    words = [_words(block) for block in failed]
    return Bounce(
        message_ids=tuple(dict.fromkeys(_message_ids(mail))),
        recipients=tuple(dict.fromkeys(recipients)),
        words="; ".join(dict.fromkeys(each for each in words if each))[:MAX_WORDS],
    )


def _status_blocks(mail: Message) -> Iterator[Message]:
    """The groups of fields of `message/delivery-status`."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        if isinstance(blocks, list):
            yield from (block for block in blocks if isinstance(block, Message))


def _message_ids(mail: Message) -> Iterator[str]:
    """Of the returned mail or its headers; else what the notification itself refers to."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                headers = email.message_from_bytes(payload, policy=policy.compat32)
                yield from _IDS.findall(str(headers.get("Message-ID", "")))
        elif kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                yield from _IDS.findall(str(inner[0].get("Message-ID", "")))
    for name in ("In-Reply-To", "References"):
        yield from _IDS.findall(str(mail.get(name, "")))


def _address(block: Message) -> str:
    """`rfc822; who@example.test` without its type."""
    for name in ("Original-Recipient", "Final-Recipient"):
        address = str(block.get(name, "")).partition(";")[2].strip()
        if address:
            return address[:320]
    return ""


def _words(block: Message) -> str:
    said = str(block.get("Diagnostic-Code", "")).partition(";")[2] or str(block.get("Status", ""))
    return " ".join(said.split())


def _word(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip().lower()
