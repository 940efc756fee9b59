"""What messages need from the outside: their store, files, sound, and the mail server.

Adapters: `pbx.store` (VoicemailStore), `pbx.archive` (Archive), `pbx.audio` (Audio),
`pbx.mail` (Mailer).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pbx.domain.claims import Care
from pbx.domain.records import OutboxMail, OutboxState, Voicemail, VoicemailState
from pbx.domain.voicemail import Retention, Room, SilentCalls, VoicemailFilter

ANY = VoicemailFilter()


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
        self,
        cursor: str | None,
        limit: int,
        reader_id: str | None = None,
        which: VoicemailFilter = ANY,
    ) -> tuple[Sequence[Voicemail], str | None]:
        """Newest first; of all, or those that this user may hear."""
        ...

    async def counts(self) -> dict[VoicemailState, int]: ...

    async def silent_calls(self, since: datetime) -> Sequence[SilentCalls]:
        """Recordings without a message, by who called; the latest caller first."""
        ...

    # -- who takes care

    async def take_care(
        self, message: Voicemail, care: Care, *, action: str, by: str, at: datetime
    ) -> bool:
        """Write who has it, audited; False where that changed since `message` was read."""
        ...

    async def unclaimed(self, before: datetime) -> Sequence[Voicemail]:
        """Older than `before`, taken by nobody, and nobody was reminded; oldest first."""
        ...

    # -- what was said

    async def untold(self, since: datetime) -> Sequence[Voicemail]:
        """Messages of that time without a transcript, oldest first."""
        ...

    async def put_transcript(self, voicemail_id: str, text: str, now: datetime) -> None:
        """Keep what was said (empty: it cannot be told); the first mail waits no longer."""
        ...

    # -- the clock of deletion

    async def retire(self, now: datetime, rules: Retention) -> Sequence[Voicemail]:
        """End the time of all whose days are over (`kept_until`) and that no waiting mail
        needs, audited; they, oldest first."""
        ...

    async def to_delete(self) -> Sequence[Voicemail]:
        """Those whose time is over and whose files may still be there."""
        ...

    async def deleted(self, voicemail_id: str) -> None:
        """Its files are gone; the fact that somebody called stays."""
        ...

    async def room(self) -> Room:
        """How full the room for recordings was said to be the last time."""
        ...

    async def put_room(self, before: Room, now: Room, at: datetime) -> None:
        """Audited."""
        ...

    # -- mails

    async def mails(self, voicemail_id: str) -> Sequence[OutboxMail]:
        """Oldest first."""
        ...

    async def mails_of(self, voicemail_ids: Collection[str]) -> Sequence[OutboxMail]:
        """The mails of some messages, oldest first."""
        ...

    async def add_mail(
        self, mail: OutboxMail, user_id: str | None, task: str | None = None
    ) -> None:
        """Queue a forwarded mail, audited.

        `user_id`: whom the message now belongs to; `task`: what it belongs to; None: as before.
        """
        ...

    async def send_again(self, mail: OutboxMail, by: str) -> bool:
        """Queue the recipients' mail once more, audited; False where one waits already, or
        the message was never mailed."""
        ...

    async def release(self, mail: OutboxMail, mp3: str, by: str) -> bool:
        """Mail a silent recording, audited; False where somebody did so already."""
        ...

    async def remind(self, mail: OutboxMail, reader: str | None = None) -> bool:
        """Queue a reminder, audited; False where it needs none any more. `reader`: a user id
        that may hear the message from now on."""
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
        """Write what became of an attempt; the message's own state follows the newest mail to
        its recipients."""
        ...

    async def bounced(
        self, message_ids: Sequence[str], words: str, *, by: str, at: datetime
    ) -> OutboxMail | None:
        """The mail with one of these Message-IDs came back, audited; None where there is no
        such mail, or it is known to have come back."""
        ...


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

    async def sizes(self) -> tuple[int, int]:
        """Bytes that all files of the folder take, and bytes that are free on its disk."""
        ...


class Transcriber(Protocol):
    async def transcribe(self, sound: Path) -> str:
        """What is said in a recording; may be empty.

        Raises `Unavailable` (`transcription-failed`).
        """
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    accepted: bool
    permanent: bool
    """A 5xx answer: asking again will not help."""
    reply: str
    left_out: tuple[str, ...] = ()
    """Of an accepted mail: addresses that were refused for good."""


class Mailer(Protocol):
    async def send(
        self, voicemail: Voicemail, mail: OutboxMail, mp3: Path, link: str = ""
    ) -> Delivery:
        """Never raises for what a mail server or network may do; that is in the result.

        `link`: to a page where the reader says that they take care of it; may be empty.
        """
        ...

    async def state(self) -> str:
        """`ok` or why the mail server cannot be reached; never raises."""
        ...
