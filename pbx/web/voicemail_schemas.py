"""The JSON of messages: what the team's inbox shows and takes."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from pbx.web.schemas import Email, Request


class MailView(Struct):
    recipients: list[str]
    state: Literal["waiting", "accepted", "failed", "bounced"]
    """`bounced`: refused for good, at once or by a bounce; `failed`: all attempts used."""
    attempts: int
    next_attempt_at: datetime | None
    smtp_reply: str
    message_id: str
    forwarded_by: str | None
    kind: Literal["message", "again", "forward", "reminder"]
    created_at: datetime


class VoicemailView(Struct):
    id: str
    call_id: str
    did: str
    label: str
    caller: str | None
    caller_national: str | None
    recorded_at: datetime
    duration_seconds: float
    speech_seconds: float
    state: Literal["waiting", "accepted", "failed", "bounced", "silent"]
    """What became of the mail to the number's recipients."""
    reason: str
    """Empty, or the `reason id` for which there was no mail."""
    detail: str | None
    """The same in words, in the user's language."""
    user: str | None
    """To whom it was forwarded last."""
    mails: list[MailView]
    audio: str
    """Path of the MP3 (or, for a silent one, WAV)."""
    care: Literal["open", "claimed", "done"]
    """Whether somebody takes care of it."""
    claimed_by: str | None
    """E-mail address of who does, or the name that somebody without an account gave."""
    claimed_by_name: str | None
    claimed_at: datetime | None
    done_by_name: str | None
    done_at: datetime | None
    task: str | None
    task_title: str | None
    transcript: str
    """What was said, where something that listens is configured."""
    kept_until: datetime | None
    """When the recording is deleted; null: not before somebody takes care of it."""
    removed: bool
    """The recording is deleted; what remains is that somebody called."""


class Forward(Request):
    to: Email
    note: Annotated[str, Meta(max_length=2000)] = ""
    task: Annotated[str, Meta(max_length=100)] = ""
    """What it belongs to; empty: as before."""


class SilentCallsView(Struct):
    """Calls from one number that left no message."""

    caller: str | None
    count: int
    last_at: datetime
    text: str
    """The same in words, in the user's language."""


class StorageView(Struct):
    used_bytes: int
    """Recordings and greetings."""
    greetings_bytes: int
    """How much of it is greetings."""
    quota_bytes: int
    free_bytes: int
    """Left on the disk itself."""
    percent: int
    room: Literal["enough", "warning", "critical"]
    """`warning` from 80 %, `critical` from 95 %; messages are kept all the same."""
    keep_silent_days: int
    keep_done_days: int
    keep_accepted_days: int
    """0: for ever."""
    min_speech_seconds: float
    """With less speech than that a recording is taken for silent."""


class BounceResult(Struct):
    result: Literal["bounce", "not-ours", "no-bounce"]
