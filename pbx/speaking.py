"""Text to speech with espeak-ng, offline (adapter of `greeting_ports.Voice`)."""

import asyncio
import shutil
import subprocess
import tempfile
from pathlib import Path

from pbx.errors import Unavailable

VOICES = {
    "de": "de",
    "en": "en-gb",
    "es": "es",
    "fr": "fr-fr",
    "it": "it",
    "nl": "nl",
    "pl": "pl",
    "tr": "tr",
}
"""espeak-ng's voices, by language."""
WORDS_A_MINUTE = {"slow": 120, "normal": 145, "fast": 175}
PITCH = 42
SECONDS = 30


class EspeakVoice:
    """`Voice` with the program espeak-ng, which Debian has."""

    async def speak(self, text: str, language: str, pace: str) -> bytes:
        program = await asyncio.to_thread(shutil.which, "espeak-ng")
        if program is None:
            raise Unavailable(
                "no-voice",
                "Zum Vorlesen fehlt das Programm espeak-ng. Bitte die Administration bitten, das "
                "Debian-Paket espeak-ng zu installieren.",
                "To speak a text, the program espeak-ng is missing. Please ask the administrator "
                "to install the Debian package espeak-ng.",
            )
        return await asyncio.to_thread(_speak, program, text, language, pace)


def _speak(program: str, text: str, language: str, pace: str) -> bytes:
    options = ["-v", VOICES[language], "-s", str(WORDS_A_MINUTE[pace]), "-p", str(PITCH)]
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "spoken.wav"
        # The text comes over standard input: as an argument it could be taken for an option.
        command = [program, *options, "-b", "1", "--stdin", "-w", str(wav)]
        try:
            subprocess.run(
                command, input=text.encode(), capture_output=True, timeout=SECONDS, check=True
            )
            return wav.read_bytes()
        except (OSError, subprocess.SubprocessError) as e:
            raise Unavailable(
                "no-voice",
                "Der Text konnte nicht vorgelesen werden. Bitte einen kürzeren versuchen.",
                "The text could not be spoken. Please try a shorter one.",
            ) from e
