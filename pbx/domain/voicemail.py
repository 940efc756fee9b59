"""What becomes of a recording (D12, N7, N8): whether it is mailed, how long it is kept."""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pbx.domain.records import Voicemail, VoicemailState

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


# ------------------------------------------------------------------ the clock of deletion


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that recordings are kept; 0: for ever."""

    silent_days: int = 7
    done_days: int = 30
    """After somebody was done with it."""
    accepted_days: int = 90
    """After the call, where the mail arrived, or after somebody took it."""


def kept_until(message: Voicemail, rules: Retention) -> datetime | None:
    """When its recording may be deleted; None: not before somebody takes care of it.

    What was neither accepted by a mail server nor taken by a person is never deleted.
    """
    if message.removed_at is not None:
        return None
    if message.done_at is not None:
        return _after(message.done_at, rules.done_days)
    if message.claimed_at is not None:
        return _after(message.claimed_at, rules.accepted_days)
    if message.state is VoicemailState.SILENT:
        return _after(message.recorded_at, rules.silent_days)
    if message.state is VoicemailState.ACCEPTED:
        return _after(message.recorded_at, rules.accepted_days)
    return None


def _after(at: datetime, days: int) -> datetime | None:
    return at + timedelta(days=days) if days else None


# ------------------------------------------------------------------ room for recordings


class Room(enum.StrEnum):
    """How full the room for recordings is. A full one warns; it never loses a message."""

    ENOUGH = "enough"
    WARNING = "warning"
    CRITICAL = "critical"


WARNING_PERCENT, CRITICAL_PERCENT = 80, 95


@dataclass(frozen=True, slots=True)
class Storage:
    """All sizes in bytes."""

    used: int
    quota: int
    free: int
    """Left on the disk itself."""

    @property
    def percent(self) -> int:
        """Of the quota, or of what the disk can hold where that is less; may exceed 100."""
        most = min(self.quota, self.used + self.free)
        return 100 if most <= 0 else self.used * 100 // most

    @property
    def room(self) -> Room:
        if self.percent >= CRITICAL_PERCENT:
            return Room.CRITICAL
        return Room.WARNING if self.percent >= WARNING_PERCENT else Room.ENOUGH


def crossed(before: Room, now: Room) -> bool:
    """Whether it became worse: that is told once."""
    order: Mapping[Room, int] = {Room.ENOUGH: 0, Room.WARNING: 1, Room.CRITICAL: 2}
    return order[now] > order[before]


# ------------------------------------------------------------------ which messages


class Show(enum.StrEnum):
    """
    OPEN     messages that nobody has done yet
    MINE     those of them that I took, or that were handed to me
    DONE     done
    SILENT   recordings without a message
    BOUNCED  messages whose mail did not arrive and that nobody has done
    """

    OPEN = "open"
    MINE = "mine"
    DONE = "done"
    SILENT = "silent"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class VoicemailFilter:
    """None means any."""

    show: Show | None = None
    did: str | None = None
    caller: str | None = None
    person: str | None = None
    """User id: whose message it is, or who took it; with `Show.MINE`, who asks."""


@dataclass(frozen=True, slots=True)
class SilentCalls:
    """Calls without a message from one number."""

    caller: str | None
    count: int
    last_at: datetime
