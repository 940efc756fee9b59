"""Sound in numbers: making a tone, finding one, and the length of a recording."""

import array
import asyncio
import cmath
import math
import struct
import sys
import wave
from io import BytesIO
from pathlib import Path

import imageio_ffmpeg

RATE = 8000
"""Of all samples here: `array("h")`, 16 bit, mono."""
WINDOW = 4096
"""Samples of one look at the spectrum: 0.5 s, bins of 2 Hz."""


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
    strongest = max(range(len(power)), key=power.__getitem__)
    return strongest * RATE / WINDOW


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
