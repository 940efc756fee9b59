"""Makes the shipped announcements: `python recordings/make_prompts.py`.

Needs `espeak-ng` on PATH; the results are committed, so that nobody else does. WAV,
8 kHz, 16 bit, mono, as Asterisk plays it without transcoding more than the codec.
"""

import math
import subprocess
import sys
import tempfile
import wave
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pbx.audio import read_wav, write_greeting

PROMPTS = Path(__file__).resolve().parent / "prompts"
RATE = 8000
PEAK_DBFS = -3.0
VOICES = {"de": ["-v", "de", "-s", "145", "-p", "42"], "en": ["-v", "en-gb", "-s", "150"]}
TEXTS = {
    "greeting": {
        "de": "Guten Tag. Zurzeit ist niemand erreichbar. "
        "Bitte hinterlassen Sie nach dem Ton eine Nachricht.",
        "en": "Hello. Nobody is available right now. Please leave a message after the tone.",
    },
    "controller-away": {
        "de": "Unsere Telefonanlage ist gerade nicht bereit. "
        "Bitte rufen Sie in einigen Minuten noch einmal an.",
        "en": "Our telephone system is not ready right now. Please call again in a few minutes.",
    },
    "emergency": {
        "de": "Achtung! Notruf ist von hier nicht möglich. Bitte wählen Sie den Notruf sofort mit "
        "Ihrem eigenen Telefon. Wir wissen nicht, wo Sie sind.",
        "en": "Attention! Emergency calls are not possible from here. Please use your own phone "
        "at once. We do not know where you are.",
    },
    "not-reachable": {
        "de": "Der Teilnehmer ist zurzeit nicht erreichbar. Bitte versuchen Sie es später.",
        "en": "The person you are calling cannot be reached right now. Please try again later.",
    },
    "one-moment": {
        "de": "Einen Moment bitte. Wir verbinden Sie gleich wieder.",
        "en": "One moment please. We will connect you again shortly.",
    },
    "goodbye": {
        "de": "Vielen Dank für Ihren Anruf. Auf Wiederhören.",
        "en": "Thank you for calling. Goodbye.",
    },
}


def speak(text: str, language: str, wav: Path) -> None:
    """One announcement, as loud as its peak allows."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        subprocess.run(["espeak-ng", *VOICES[language], "-w", str(spoken), text], check=True)
        write_greeting(spoken, wav)
    sound = read_wav(wav)
    sound.apply_gain(PEAK_DBFS - sound.max_dBFS).export(str(wav), format="wav").close()


def beep(wav: Path, hertz: int = 1000, ms: int = 400, dbfs: float = -12.0) -> None:
    """The tone before a recording; its edges are smoothed over 5 ms so that nothing clicks."""
    count, edge = RATE * ms // 1000, RATE * 5 // 1000
    peak = 32767 * 10 ** (dbfs / 20)
    samples = array("h")
    for n in range(count):
        fade = min(1.0, (n + 1) / edge, (count - n) / edge)
        samples.append(round(peak * fade * math.sin(2 * math.pi * hertz * n / RATE)))
    with wave.open(str(wav), "wb") as out:
        out.setparams((1, 2, RATE, count, "NONE", ""))
        out.writeframes(samples.tobytes())


if __name__ == "__main__":
    for name, words in TEXTS.items():
        for language, text in words.items():
            speak(text, language, PROMPTS / language / f"{name}.wav")
    beep(PROMPTS / "beep.wav")
