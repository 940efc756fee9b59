"""Sound in numbers: making a tone, finding one, and the length of a recording."""

import array
import asyncio
import cmath
import math
import struct
import sys
import wave
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import imageio_ffmpeg

RATE = 8000
"""Of all samples here: `array("h")`, 16 bit, mono."""
WINDOW = 4096
"""Samples of one look at the spectrum: 0.5 s, bins of 2 Hz."""
HEARD_DB = -40.0
"""A tone below this is not there; 0 dB is as loud as 16 bits can be."""
NOTES = (175, 196, 220, 262, 330, 349, 392, 440, 494, 523, 587, 659, 698, 784, 880, 988)
"""Of the hold music (recordings/prompts/moh.wav), as keys of a piano, in Hz."""


def write_tone(file: Path, hertz: float = 440, rate: int = 48_000) -> Path:
    """A WAV that loops without a click: for the browser's fake microphone.

    The tone comes in beats of 0.3 s with pauses of 0.1 s, as speech does: a steady one is
    taken for noise and removed by the browser.
    """
    beat, pause = round(0.3 * rate), round(0.1 * rate)
    fade = rate // 100
    loud = array.array("h")
    for n in range(beat):
        edge = min(1.0, n / fade, (beat - n) / fade)
        loud.append(round(12_000 * edge * math.sin(2 * math.pi * hertz * n / rate)))
    with wave.open(str(file), "wb") as wav:
        wav.setparams((1, 2, rate, 0, "NONE", ""))
        wav.writeframes((loud.tobytes() + bytes(2 * pause)) * 10)
    return file


def samples_of(wav: bytes) -> "array.array[int]":
    """The samples of a 16 bit mono 8 kHz WAV."""
    with wave.open(BytesIO(wav)) as file:
        found = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        assert found == (1, 2, RATE), found
        samples = array.array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def wav_on_disk(file: Path) -> bytes:
    """A WAV that is still being written: its header tells the length of the beginning."""
    data = file.read_bytes()[44:]
    data = data[: len(data) // 2 * 2]
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE"),
        *(b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16),
        *(b"data", len(data)),
    )
    return head + data


def loudness(part: "array.array[int]") -> float:
    """Root of the mean square, 0 to 32768."""
    return math.sqrt(sum(x * x for x in part) / len(part)) if part else 0.0


def main_hertz(part: "array.array[int]") -> float:
    """The frequency that is strongest in all of `part`; 0 where it is silent or too short."""
    power = spectrum(part)
    strongest = max(range(len(power)), key=power.__getitem__)
    return strongest * RATE / WINDOW


def spectrum(part: "array.array[int]") -> list[float]:
    """Power in bins of `RATE / WINDOW` Hz, over all whole windows that are not silent."""
    power = [0.0] * (WINDOW // 2)
    for begin in range(0, len(part) - WINDOW + 1, WINDOW):
        window = part[begin : begin + WINDOW]
        if loudness(window) < 50:
            continue
        shaped = [
            x * (0.5 - 0.5 * math.cos(2 * math.pi * n / WINDOW)) for n, x in enumerate(window)
        ]
        for n, value in enumerate(_fft([complex(x) for x in shaped])[: WINDOW // 2]):
            power[n] += abs(value) ** 2
    return power


def _fft(values: list[complex]) -> list[complex]:
    """Cooley and Tukey's, for lengths that are powers of two."""
    size = len(values)
    if size == 1:
        return values
    even, odd = _fft(values[0::2]), _fft(values[1::2])
    turned = [cmath.exp(-2j * math.pi * n / size) * odd[n] for n in range(size // 2)]
    return [even[n] + turned[n] for n in range(size // 2)] + [
        even[n] - turned[n] for n in range(size // 2)
    ]


def level(part: "array.array[int]", hertz: float) -> float:
    """How loud a tone is in all of `part`, in dB; -200 where there is nothing.

    Half a second tells tones apart that are 8 Hz from each other (Goertzel, Hann window).
    """
    size = len(part)
    if not size:
        return -200.0
    factor = 2 * math.cos(math.tau * hertz / RATE)
    turn = math.tau / size
    s1 = s2 = 0.0
    for n, x in enumerate(part):
        s1, s2 = x * (0.5 - 0.5 * math.cos(turn * n)) + factor * s1 - s2, s1
    power = s1 * s1 + s2 * s2 - factor * s1 * s2
    amplitude = 4 * math.sqrt(max(0.0, power)) / size
    return max(-200.0, 20 * math.log10(amplitude / 32768)) if amplitude else -200.0


def tones(part: "array.array[int]", among: Iterable[float]) -> set[float]:
    """Which of these tones are heard in all of `part`; give it half a second or more."""
    return {hertz for hertz in among if level(part, hertz) > HEARD_DB}


def is_music(part: "array.array[int]") -> bool:
    """Whether `part` (0.5 s or more) is the hold music: two or more of its notes at once,
    and nothing louder that is none of them."""
    power = spectrum(part)
    strongest = sorted(range(20, len(power)), key=power.__getitem__, reverse=True)[:60]
    peaks: list[int] = []
    for each in strongest:
        if power[each] > power[strongest[0]] / 400 and all(abs(each - p) > 8 for p in peaks):
            peaks.append(each)
    found = [RATE * each / WINDOW for each in peaks[:3]]
    notes = [hertz for hertz in found if _is_note(hertz)]
    return loudness(part) > 50 and len(notes) >= 2 and _is_note(found[0])


def _is_note(hertz: float) -> bool:
    """A note of the music or one octave above."""
    return any(abs(hertz - note * octave) < 4 * octave for note in NOTES for octave in (1, 2))


def longest_gap(part: "array.array[int]", below: float = 200) -> float:
    """Milliseconds of the longest silence in `part`, in steps of 5 ms."""
    step = RATE // 200
    run = longest = 0
    for begin in range(0, len(part) - step + 1, step):
        run = run + 1 if loudness(part[begin : begin + step]) < below else 0
        longest = max(longest, run)
    return longest * 5.0


async def decode(audio: bytes) -> "array.array[int]":
    """Any audio file as samples, by playing it through a real decoder.

    Raises:
        AssertionError: it cannot be played.
    """
    process = await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-v", "error", "-i", "pipe:0", "-f", "s16le", "-ac", "1", "-ar", str(RATE), "pipe:1"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    sound, said = await process.communicate(audio)
    assert process.returncode == 0, said.decode(errors="replace")
    assert sound, "no sound in it"
    return array.array("h", sound)


def seconds(part: "array.array[int]") -> float:
    return len(part) / RATE
