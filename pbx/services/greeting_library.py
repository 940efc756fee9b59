"""The library of greetings: taking sounds in, planning versions, and which one plays (F21, F37)."""

import asyncio
import logging
import tempfile
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pbx.domain.greetings import (
    Greeting,
    GreetingEntry,
    GreetingVersion,
    Source,
    valid_version,
)
from pbx.domain.records import User
from pbx.errors import BadRequest, Unavailable
from pbx.services.greeting_ports import GreetingSound, GreetingStore, Prepared, Voice
from pbx.services.ports import Clock

log = logging.getLogger(__name__)

FOLDER = "library"
"""Below the greetings; holds one WAV a version, named like it."""
MOST_NAME = 100
MOST_ORIGIN = 2000
"""A text that was spoken is kept whole, to be changed and spoken again."""
SWEEP_SECONDS = 24 * 3600.0
ORPHAN_SECONDS = 3600
"""A file that no version knows for so long was left by a crash."""


@dataclass(frozen=True, slots=True)
class GreetingRules:
    max_bytes: int
    """Of a file that somebody brings."""
    max_seconds: int
    keep_removed_days: int


@dataclass(frozen=True, slots=True)
class Standard:
    """An announcement that is shipped; nobody changes it."""

    name: str
    language: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Take:
    """A sound that somebody brings, and from when on it is to play (None: not yet)."""

    data: bytes
    source: Source
    origin: str
    valid_from: datetime | None


class GreetingLibrary:
    """Greetings with versions.

    Args:
        folder: the greetings' folder, as Asterisk sees it too.
        prompts: the shipped announcements, in a folder for each language.
    """

    def __init__(
        self,
        *,
        store: GreetingStore,
        sound: GreetingSound,
        voice: Voice,
        folder: Path,
        prompts: Path,
        clock: Clock,
        rules: GreetingRules,
    ) -> None:
        self.rules = rules
        self._store = store
        self._sound = sound
        self._voice = voice
        self._folder = folder / FOLDER
        self._prompts = prompts
        self._clock = clock
        self._standard: list[Standard] = []

    # -------------------------------------------------------------- what is there

    async def entries(self) -> Sequence[GreetingEntry]:
        return await self._store.entries(self.now())

    async def entry(self, greeting_id: str) -> GreetingEntry:
        """Raises `NotFound`: `unknown-greeting`."""
        return await self._store.entry(greeting_id, self.now())

    async def version(self, version_id: str) -> GreetingVersion:
        """Raises `NotFound`: `unknown-greeting`."""
        return await self._store.version(version_id)

    def path(self, version_id: str) -> Path:
        """The WAV of a version."""
        return self._folder / f"{version_id}.wav"

    async def storage(self) -> int:
        """Bytes that all greetings take on the disk."""
        return await self._store.storage()

    async def standard(self) -> Sequence[Standard]:
        """The announcements that are shipped."""
        if not self._standard:
            for wav in sorted(self._prompts.glob("??/*.wav")):
                found = await self._sound.measure(wav)
                self._standard.append(Standard(wav.stem, wav.parent.name, found.duration_ms))
        return self._standard

    def now(self) -> datetime:
        return self._clock.now().at

    async def playing(self, greeting_id: str) -> Path | None:
        """The WAV that a caller hears at this moment; None: nothing that could be played."""
        try:
            versions = await self._store.playable(greeting_id)
        except Unavailable as e:
            log.warning("greeting=%s cannot be looked up: %s", greeting_id, e)
            return None
        version = valid_version(versions, self.now())
        if version is None or not self.path(version.id).is_file():
            log.warning("greeting=%s has nothing to play; the shipped one plays", greeting_id)
            return None
        return self.path(version.id)

    # -------------------------------------------------------------- taking in

    async def add(self, by: User, name: str, take: Take) -> GreetingEntry:
        """A new greeting with its first version.

        Raises:
            BadRequest: `no-greeting-name`, or what `GreetingSound.prepare` finds.
            Conflict: `greeting-exists`.
        """
        name = named(name)
        now = self.now()
        greeting = Greeting(uuid.uuid4().hex, name, now, by.id)
        version = await self._taken(by, greeting.id, take)
        try:
            await self._store.add(greeting, version)
        except BaseException:
            self.path(version.id).unlink(missing_ok=True)
            raise
        return await self._store.entry(greeting.id, self.now())

    async def add_version(self, by: User, greeting_id: str, take: Take) -> GreetingEntry:
        """Raises as `add`, and `NotFound`: `unknown-greeting`."""
        await self._store.entry(greeting_id, self.now())
        version = await self._taken(by, greeting_id, take)
        try:
            await self._store.add_version(version)
        except BaseException:
            self.path(version.id).unlink(missing_ok=True)
            raise
        return await self._store.entry(greeting_id, self.now())

    async def _taken(self, by: User, greeting_id: str, take: Take) -> GreetingVersion:
        """The version, with its file on the disk."""
        if len(take.data) > self.rules.max_bytes:
            raise too_large(self.rules.max_bytes)
        version_id = uuid.uuid4().hex
        prepared = await self.prepared(take.data, self.path(version_id))
        return GreetingVersion(
            id=version_id,
            greeting_id=greeting_id,
            number=1,
            valid_from=take.valid_from,
            source=take.source,
            origin=take.origin.strip()[:MOST_ORIGIN],
            duration_ms=prepared.duration_ms,
            loudness_lufs=prepared.loudness_lufs,
            size=prepared.size,
            created_at=self.now(),
            created_by=by.id,
        )

    async def prepared(self, data: bytes, wav: Path) -> Prepared:
        """The sound as `wav`, as callers would hear it; raises as `GreetingSound.prepare`, and
        `Unavailable` (`greeting-not-written`)."""
        try:
            return await self._sound.prepare(data, wav)
        except OSError as e:
            log.error("greeting cannot be written: %s", e)
            raise Unavailable(
                "greeting-not-written",
                "Die Ansage konnte nicht gespeichert werden. Bitte die Administration bitten, "
                "den freien Platz zu prüfen.",
                "The greeting could not be stored. Please ask the administrator to check the "
                "free space.",
            ) from e

    async def speak(self, text: str, language: str, pace: str) -> bytes:
        """The text as a WAV file, as callers would hear it.

        Raises:
            BadRequest, Unavailable: see `Voice` and `GreetingSound`.
        """
        spoken = await self._voice.speak(text, language, pace)
        with tempfile.TemporaryDirectory() as folder:
            wav = Path(folder) / "spoken.wav"
            await self.prepared(spoken, wav)
            return await asyncio.to_thread(wav.read_bytes)

    # -------------------------------------------------------------- changing

    async def rename(self, by: User, greeting_id: str, name: str) -> GreetingEntry:
        await self._store.rename(greeting_id, named(name), by.id, self.now())
        return await self._store.entry(greeting_id, self.now())

    async def plan(self, by: User, version_id: str, valid_from: datetime | None) -> GreetingEntry:
        """Let a version play from that moment on; None: not until somebody says so.

        Raises:
            Conflict: `greeting-in-use`: something plays it and nothing would be left.
        """
        version = await self._store.version(version_id)
        await self._store.plan(version_id, valid_from, by.id, self.now())
        return await self._store.entry(version.greeting_id, self.now())

    async def remove(self, by: User, greeting_id: str) -> None:
        await self._store.remove(greeting_id, by.id, self.now())

    async def restore(self, by: User, greeting_id: str) -> GreetingEntry:
        await self._store.restore(greeting_id, by.id, self.now())
        return await self._store.entry(greeting_id, self.now())

    async def remove_version(self, by: User, version_id: str) -> GreetingEntry:
        version = await self._store.version(version_id)
        await self._store.remove_version(version_id, by.id, self.now())
        return await self._store.entry(version.greeting_id, self.now())

    async def restore_version(self, by: User, version_id: str) -> GreetingEntry:
        await self._store.restore_version(version_id, by.id, self.now())
        version = await self._store.version(version_id)
        return await self._store.entry(version.greeting_id, self.now())

    # -------------------------------------------------------------- tidying

    async def sweep(self) -> None:
        """Delete for good what was removed long ago, and files that a crash left."""
        now = self.now()
        before = now - timedelta(days=self.rules.keep_removed_days)
        for version_id in await self._store.purge(before, now):
            self.path(version_id).unlink(missing_ok=True)
        known = await self._store.version_ids()
        await asyncio.to_thread(_drop_orphans, self._folder, known)

    async def run_sweeps(self) -> None:
        """`sweep` once a day, until cancelled."""
        while True:
            try:
                await self.sweep()
            except Unavailable as e:
                log.warning("greetings are not tidied: %s", e)
            await self._clock.sleep(SWEEP_SECONDS)


def _drop_orphans(folder: Path, known: Collection[str]) -> None:
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        old = time.time() - file.stat().st_mtime > ORPHAN_SECONDS
        if old and file.stem not in known:
            log.info("greetings: %s belongs to no version and is deleted", file.name)
            file.unlink(missing_ok=True)


def named(name: str) -> str:
    """Raises `BadRequest`: `no-greeting-name`."""
    name = " ".join(name.split())
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise BadRequest(
            "no-greeting-name",
            f"Bitte der Ansage einen Namen geben (bis {MOST_NAME} Zeichen).",
            f"Please give the greeting a name (up to {MOST_NAME} characters).",
        )
    return name


def too_large(max_bytes: int) -> BadRequest:
    megabytes = max_bytes // 1_000_000
    return BadRequest(
        "greeting-too-large",
        f"Die Datei ist größer als {megabytes} MB. Bitte eine kleinere wählen, z. B. ein MP3.",
        f"The file is larger than {megabytes} MB. Please choose a smaller one, e.g. an MP3.",
    )
