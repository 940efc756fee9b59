"""Numbers' own greetings: any audio file in, a WAV that Asterisk plays out."""

from pathlib import Path

from pbx.errors import BadRequest
from pbx.services.message_ports import Audio

READY = "ready"
"""Folder of the converted ones, below the greetings."""


class Greetings:
    """Args: `folder` holds the audio files that were put there for numbers."""

    def __init__(self, folder: Path, audio: Audio) -> None:
        self._folder = folder
        self._audio = audio

    async def prepare(self, name: str) -> None:
        """Convert the file `name`, so that the very next call can hear it.

        Raises:
            BadRequest: `bad-greeting`: no plain file name, no such file, or no sound in it.
        """
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


def ready_name(name: str) -> str:
    """Where the converted greeting lies, relative to the greetings folder."""
    return f"{READY}/{name}.wav"
