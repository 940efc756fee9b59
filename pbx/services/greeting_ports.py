"""What the library of greetings needs from the outside: its store, sound, a voice.

Adapters: `pbx.store.greetings` (GreetingStore), `pbx.greeting_audio` (GreetingSound),
`pbx.speaking` (Voice).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pbx.domain.greetings import Greeting, GreetingEntry, GreetingVersion


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sound that Asterisk can play, as it was measured in the file."""

    duration_ms: int
    loudness_lufs: float
    size: int
    """Bytes."""


class GreetingSound(Protocol):
    async def prepare(self, source: bytes, wav: Path) -> Prepared:
        """Any audio file as a greeting: 8 kHz, mono, trimmed, as loud as all others.

        `wav` appears whole, verified and safely on the disk, or not at all.

        Raises:
            BadRequest: `greeting-unreadable`, `greeting-too-long`, `greeting-too-short`,
                `greeting-silent`, with words for people.
            OSError: it cannot be written.
        """
        ...

    async def measure(self, wav: Path) -> Prepared:
        """Raises: ValueError: it cannot be played."""
        ...


class Voice(Protocol):
    async def speak(self, text: str, language: str, pace: str) -> bytes:
        """The text, spoken, as a WAV file.

        Raises:
            Unavailable: `no-voice`: the program for it is not installed, or failed.
        """
        ...


class GreetingStore(Protocol):
    """The library; whatever changes it writes the audit log in the same transaction.

    Raises:
        NotFound: `unknown-greeting`, also of what is in the bin.
        Conflict: `greeting-exists`: the name is taken; `greeting-in-use`: something plays it,
            and nothing would be left to be played.
    """

    async def entries(self, at: datetime) -> Sequence[GreetingEntry]:
        """All that are not in the bin, by name; in use by absences that are not over at `at`."""
        ...

    async def entry(self, greeting_id: str, at: datetime) -> GreetingEntry: ...

    async def version(self, version_id: str) -> GreetingVersion: ...

    async def playable(self, greeting_id: str) -> Sequence[GreetingVersion]:
        """Its versions; none where it is in the bin or unknown."""
        ...

    async def add(self, greeting: Greeting, version: GreetingVersion) -> None: ...

    async def add_version(self, version: GreetingVersion) -> GreetingVersion:
        """With the number that it was given."""
        ...

    async def rename(self, greeting_id: str, name: str, by: str, at: datetime) -> None: ...

    async def plan(
        self, version_id: str, valid_from: datetime | None, by: str, at: datetime
    ) -> None:
        """From when on it plays; None: it becomes a draft."""
        ...

    async def remove(self, greeting_id: str, by: str, at: datetime) -> None:
        """Into the bin."""
        ...

    async def restore(self, greeting_id: str, by: str, at: datetime) -> None: ...

    async def remove_version(self, version_id: str, by: str, at: datetime) -> None: ...

    async def restore_version(self, version_id: str, by: str, at: datetime) -> None: ...

    async def purge(self, before: datetime, at: datetime) -> Sequence[str]:
        """Forget what was put into the bin earlier than `before`; the versions' ids."""
        ...

    async def version_ids(self) -> Collection[str]:
        """Of all versions, also of those in the bin."""
        ...

    async def storage(self) -> int:
        """Bytes on the disk, with the bin."""
        ...
