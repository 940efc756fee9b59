"""What messages need from the outside: their store, files, sound, and the mail server.

Adapters: `pbx.store` (VoicemailStore), `pbx.archive` (Archive), `pbx.audio` (Audio),
`pbx.mail` (Mailer).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pbx.domain.records import OutboxMail, OutboxState, Voicemail, VoicemailState


class VoicemailStore(Protocol):
    async def add(
        self, voicemail: Voicemail, mail: OutboxMail | None, owner_id: str | None = None
    ) -> bool:
        """Keep message and mail in one transaction; False where the call has one already.

        `owner_id`: whose number it was; they may hear it, as may everybody to whom the
        message belongs at some time.
        """
        ...

    async def readers(self, voicemail_id: str) -> Collection[str]:
        """User ids of those who may hear the message beside management."""
        ...

    async def get(self, voicemail_id: str) -> Voicemail | None: ...

    async def by_call(self, call_id: str) -> Voicemail | None: ...

    async def find(
        self, cursor: str | None, limit: int, reader_id: str | None = None
    ) -> tuple[Sequence[Voicemail], str | None]:
        """Newest first; of all, or those that this user may hear."""
        ...

    async def mails(self, voicemail_id: str) -> Sequence[OutboxMail]: ...

    async def add_mail(self, mail: OutboxMail, user_id: str | None) -> None:
        """Queue a further mail; `user_id`: whom the message now belongs to."""
        ...

    async def due(self, now: datetime, limit: int = 10) -> Sequence[OutboxMail]: ...

    async def next_due(self) -> datetime | None: ...

    async def mail_result(
        self,
        mail_id: str,
        state: OutboxState,
        attempts: int,
        next_attempt_at: datetime,
        smtp_reply: str,
    ) -> None:
        """Write what became of an attempt; the message's own state follows its first mail."""
        ...

    async def expired(self, before: datetime) -> Sequence[Voicemail]:
        """Silent recordings older than `before`, to be deleted."""
        ...

    async def remove(self, voicemail_id: str) -> None: ...

    async def counts(self) -> dict[VoicemailState, int]: ...


# ------------------------------------------------------------------ audio and mail


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is in a recording, measured by decoding it."""

    duration_ms: int
    speech_ms: int
    """Milliseconds in which somebody speaks; steady tones and silence do not count."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """A recording as a picture."""

    duration_ms: int
    peaks: tuple[float, ...]
    """The loudest moment of each part, 0 to 1."""


class Audio(Protocol):
    async def analyse(self, wav: Path) -> Analysis:
        """Raises `ValueError` where the file is no playable WAV."""
        ...

    async def to_mp3(
        self, wav: Path, mp3: Path, *, title: str, artist: str, album: str, date: str
    ) -> int:
        """Transcode, tag, verify by decoding; the MP3's milliseconds."""
        ...

    async def waveform(self, wav: Path, parts: int) -> Waveform:
        """Its loudness over at most `parts` equal parts.

        Raises `ValueError` where the file is no playable WAV, or is not there.
        """
        ...

    async def to_greeting(self, source: Path, wav: Path) -> int:
        """Any audio file as a greeting that Asterisk plays; its milliseconds.

        Raises `ValueError` where `source` holds no sound.
        """
        ...


class Archive(Protocol):
    """Recordings on the disk; names are relative, such as `voicemail/<id>.wav`."""

    def path(self, name: str) -> Path: ...

    async def keep(self, name: str, data: bytes) -> None:
        """Returns when the file is safely on the disk; raises `OSError` where it is not."""
        ...

    async def remove(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    accepted: bool
    permanent: bool
    """A 5xx answer: asking again will not help."""
    reply: str


class Mailer(Protocol):
    async def send(self, voicemail: Voicemail, mail: OutboxMail, mp3: Path) -> Delivery:
        """Never raises for what a mail server or network may do; that is in the result."""
        ...

    async def state(self) -> str:
        """`ok` or why the mail server cannot be reached; never raises."""
        ...
