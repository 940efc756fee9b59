"""Makes the demo's sounds and the hold music: `python -m pbx.demo.sounds.make`.

The results are kept with the source, so this runs only after a change here. Needs
`espeak-ng` and `ffmpeg`. All files: WAV, 16 bit, 8 kHz, mono.
"""

import array
import math
import random
import subprocess
import tempfile
import wave
from collections.abc import Iterable
from pathlib import Path

from pbx.settings import ROOT

RATE = 8000
HERE = Path(__file__).resolve().parent

SPEECH = (
    "Guten Tag, hier spricht Erika Mustermann von der Beispiel Gesellschaft in Köln, ich rufe an "
    "wegen unseres Termins am Donnerstag um zehn Uhr, den ich leider um eine Stunde verschieben "
    "muss, weil der Zug aus Hamburg erst um halb elf ankommt, und ich möchte gern wissen, ob elf "
    "Uhr für Sie auch noch passt, Sie erreichen mich den ganzen Tag unter meiner Büronummer, und "
    "die Unterlagen, um die Sie gebeten hatten, schicke ich Ihnen heute Nachmittag noch zu, dann "
    "können wir am Donnerstag alles in Ruhe besprechen, vielen Dank und bis bald"
)
UNKNOWN_NUMBER = (
    ("de", "Die von Ihnen gewählte Rufnummer ist uns nicht bekannt."),
    ("en-gb", "The number you have dialled is not in service."),
)


def save(file: Path, samples: Iterable[int]) -> None:
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(array.array("h", samples).tobytes())


def spoken(voice: str, text: str) -> list[int]:
    """`text` by espeak-ng, without the silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        raw, wav = f"{folder}/raw.wav", f"{folder}/8k.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "155", "-w", raw, text], check=True)
        limit = "silenceremove=start_periods=1:start_threshold=-45dB,areverse"
        command = ["ffmpeg", "-v", "error", "-y", "-i", raw, "-af", f"{limit},{limit}"]
        subprocess.run([*command, "-ar", str(RATE), "-ac", "1", wav], check=True)
        with wave.open(wav, "rb") as made:
            return list(array.array("h", made.readframes(made.getnframes())))


def pause(seconds: float) -> list[int]:
    return [0] * round(seconds * RATE)


def tone(hertz: float, seconds: float, level: int) -> list[int]:
    return [
        round(level * math.sin(2 * math.pi * hertz * i / RATE))
        for i in range(round(seconds * RATE))
    ]


def faint_noise(seconds: float) -> list[int]:
    """A quiet room on a quiet line: far below any speech, but not digital nothing."""
    dice = random.Random(1)
    return [dice.randint(-4, 4) for _ in range(round(seconds * RATE))]


def unknown_number() -> list[int]:
    """The special information tone (ITU-T E.180), then the text in two languages."""
    samples = [*tone(950, 0.33, 5000), *tone(1400, 0.33, 5000), *tone(1800, 0.33, 5000)]
    for voice, text in UNKNOWN_NUMBER:
        samples += [*pause(0.4), *spoken(voice, text)]
    return samples


def hold_music() -> list[int]:
    """Sixteen seconds of slow plucked chords that join at the end; no work of anybody else."""
    beat, beats = 0.5, 32
    chords = ((57, 60, 64, 69), (53, 57, 60, 65), (48, 52, 55, 64), (55, 59, 62, 67))
    order = (0, 1, 2, 3, 2, 1, 3, 2)
    total = round(beat * beats * RATE)
    mix = [0.0] * total
    for n in range(beats):
        chord = chords[n // 8]
        notes = [(chord[order[n % 8]] + 12, 0.5), *([(chord[0], 0.6)] if n % 4 == 0 else [])]
        for key, level in notes:
            _pluck(mix, round(n * beat * RATE), 440 * 2 ** ((key - 69) / 12), level)
    loudest = max(abs(x) for x in mix)
    return [round(6500 * x / loudest) for x in mix]


def _pluck(mix: list[float], start: int, hertz: float, level: float) -> None:
    """Add one soft note with three harmonics; what is left at the end rings on at the start."""
    for i in range(round(2.5 * RATE)):
        t = i / RATE
        swell = min(1.0, t / 0.012) * math.exp(-2.2 * t)
        wave_form = sum(
            math.sin(2 * math.pi * hertz * k * t) * math.exp(-1.5 * (k - 1) * t) / k**2
            for k in (1, 2, 3)
        )
        mix[(start + i) % len(mix)] += level * swell * wave_form


def main() -> None:
    save(HERE / "speech.wav", spoken("de", SPEECH))
    save(HERE / "silence.wav", faint_noise(10))
    save(HERE / "unknown-number.wav", unknown_number())
    save(ROOT / "recordings" / "prompts" / "moh.wav", hold_music())


if __name__ == "__main__":
    main()
