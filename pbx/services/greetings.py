"""Numbers' own greetings: one of the library, or an audio file that lies in their folder."""

from pathlib import Path

from pbx.domain.greetings import referred, valid_version
from pbx.errors import BadRequest, NotFound
from pbx.services.greeting_library import GreetingLibrary
from pbx.services.message_ports import Audio

READY = "ready"
"""Folder of the converted ones, below the greetings."""


class Greetings:
    """Args: `folder` holds the audio files that were put there for numbers."""

    def __init__(self, folder: Path, audio: Audio, library: GreetingLibrary) -> None:
        self._folder = folder
        self._audio = audio
        self._library = library

    async def prepare(self, name: str) -> None:
        """Make sure that the very next call can hear the greeting `name`.

        Raises:
            BadRequest: `bad-greeting`: not in the library, or nothing in it plays yet; or no
                plain file name, no such file, or no sound in it.
        """
        if greeting_id := referred(name):
            await self._in_library(greeting_id)
            return
        source = self._folder / name
        if "/" in name or name.startswith(".") or not source.is_file():
            raise BadRequest(
                "bad-greeting",
                f"Die Ansage {name} liegt nicht im Ordner {self._folder}.",
                f"The greeting {name} is not in the folder {self._folder}.",
            )
        try:
            await self._audio.to_greeting(source, self._folder / ready_name(name))
        except ValueError as e:
            raise BadRequest(
                "bad-greeting",
                f"Die Datei {name} enthält keinen Ton, der sich lesen lässt (WAV oder MP3).",
                f"The file {name} holds no sound that can be read (WAV or MP3).",
            ) from e

    async def _in_library(self, greeting_id: str) -> None:
        try:
            entry = await self._library.entry(greeting_id)
        except NotFound as e:
            raise BadRequest("bad-greeting", e.de, e.en) from e
        if valid_version(entry.versions, self._library.now()) is None:
            name = entry.greeting.name
            raise BadRequest(
                "bad-greeting",
                f"Von „{name}“ gilt noch keine Fassung. Bitte unter Ansagen eine in Kraft setzen.",
                f"No version of “{name}” is valid yet. Please activate one under greetings.",
            )


def ready_name(name: str) -> str:
    """Where the converted greeting lies, relative to the greetings folder."""
    return f"{READY}/{name}.wav"
