"""What becomes of a recording (D12, N8)."""

import uuid

_MAILS = uuid.UUID("7d1de1f1-8f6a-5a0b-9d5c-2c6b6f0a7a55")

SILENCE = "silence"
TOO_SHORT = "too-short"
UNREADABLE = "unreadable"


def reason_not_to_mail(duration_ms: int, speech_ms: int, min_speech_ms: int) -> str:
    """Empty where the recording is a message; otherwise why nobody gets a mail of it.

    Args:
        duration_ms: length of the recording.
        speech_ms: how much of it is speech; tones and noise are none.
        min_speech_ms: the least that counts as a message.
    """
    if speech_ms >= min_speech_ms:
        return ""
    return TOO_SHORT if duration_ms < min_speech_ms else SILENCE


def message_id(mail_id: str, sender: str) -> str:
    """A Message-ID that stays the same however often the mail is sent (RFC 5322 §3.6.4)."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid5(_MAILS, mail_id).hex}@{domain}>"
