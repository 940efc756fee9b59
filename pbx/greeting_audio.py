"""Any audio file as a greeting: as Asterisk plays it, trimmed, as loud as all the others.

Adapter of `greeting_ports.GreetingSound`. What people upload is hostile until decoded: ffmpeg
gets a fixed list of formats (no playlists, which could name other files), one local file, one
thread, little memory and little time, and what it makes is decoded again before it is kept.
"""

import asyncio
import math
import re
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

from pbx.archive import publish
from pbx.audio import GREETING_RATE, ensure_encoder, read_wav
from pbx.errors import BadRequest
from pbx.services.greeting_ports import Prepared

TARGET_LUFS = -18.0
"""Of all greetings: clearly audible on a telephone, with room for the peaks of speech."""
PEAK_DBFS = -1.5
TOLERANCE_LU = 0.4
"""A second pass makes up for what the first one missed by more than that."""
SILENT_LUFS = -60.0
"""Quieter than that nobody spoke."""
SILENCE_BELOW_LU = 32.0
"""What is so much quieter than the whole is silence, and is cut off at both ends."""
EDGE_SECONDS = 0.15
"""Silence that is left at the ends."""
LEAST_MS = 500
FORMATS = "wav,w64,mp3,ogg,flac,mov,matroska,aac,aiff,caf,amr,asf,au"
"""ffmpeg's demuxers; m4a and mp4 are `mov`, webm is `matroska`, opus is in `ogg`."""
NOTHING_LUFS = -70.0
"""What ebur128 says of digital silence."""
_SUMMARY = (
    r"I:\s+(-?[\d.]+|-inf) LUFS",
    r"Peak:\s+(-?[\d.]+|-inf) dBFS",
    r"LRA:\s+(-?[\d.]+) LU\b",
    r"Threshold:\s+(-?[\d.]+|-inf) LUFS",
)
"""Of `_Loudness`, in its order."""
MOST_MEMORY = 256 * 1024 * 1024
"""Bytes of one allocation by ffmpeg."""
FFMPEG_SECONDS = 60


@dataclass(frozen=True, slots=True)
class _Loudness:
    """In LUFS, dB, LU and LUFS."""

    integrated: float
    peak: float
    range: float
    threshold: float


class GreetingFiles:
    """`GreetingSound` with ffmpeg; one file at a time, so that calls keep their processor.

    Args:
        max_seconds: longer ones are refused.
    """

    def __init__(self, max_seconds: int) -> None:
        self._max_seconds = max_seconds
        self._turn = asyncio.Lock()

    async def prepare(self, source: bytes, wav: Path) -> Prepared:
        async with self._turn:
            return await asyncio.to_thread(prepare, source, wav, self._max_seconds)

    async def measure(self, wav: Path) -> Prepared:
        async with self._turn:
            return await asyncio.to_thread(measure, wav)


def prepare(source: bytes, wav: Path, max_seconds: int) -> Prepared:
    """See `GreetingSound.prepare`."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "given"
        given.write_bytes(source)
        sound = _decoded(given, max_seconds)
    before = _loudness(sound)
    if not before.integrated > SILENT_LUFS:
        raise _silent()
    sound = _trimmed(sound, before.integrated - SILENCE_BELOW_LU)
    if _ms(sound) < LEAST_MS:
        raise _too_short()
    sound = _levelled(sound)
    wav.parent.mkdir(parents=True, exist_ok=True)
    part = wav.with_name(f".{wav.name}.part")
    try:
        _write(sound, part)
        prepared = measure(part)
        publish(part, wav)
    finally:
        part.unlink(missing_ok=True)
    return prepared


def measure(wav: Path) -> Prepared:
    """See `GreetingSound.measure`; decodes all of it."""
    segment = read_wav(wav)
    narrow = segment.set_sample_width(2).set_frame_rate(GREETING_RATE)
    sound = _ffmpeg([*_raw("s16le"), *_to_raw()], bytes(narrow.raw_data))
    loudness = _loudness(sound).integrated
    return Prepared(_ms(sound), round(loudness, 2), wav.stat().st_size)


# ------------------------------------------------------------------ steps
# Between them the sound is mono, 8 kHz, as 32 bit floats: nothing is clipped or rounded.


def _decoded(given: Path, max_seconds: int) -> bytes:
    # One second more than allowed tells that there is more.
    options = ["-max_alloc", str(MOST_MEMORY), "-threads", "1"]
    options += ["-protocol_whitelist", "file", "-format_whitelist", FORMATS]
    options += ["-i", f"file:{given}", "-map", "0:a:0", "-t", str(max_seconds + 1)]
    try:
        sound = _ffmpeg([*options, *_to_raw()], b"")
    except ValueError as e:
        raise BadRequest(
            "greeting-unreadable",
            "Diese Datei enthält keinen Ton, der sich lesen lässt. Geeignet sind zum Beispiel "
            "MP3, WAV, M4A, OGG, FLAC und WebM.",
            "There is no sound in this file that can be read. MP3, WAV, M4A, OGG, FLAC and "
            "WebM are fine, for example.",
        ) from e
    if _ms(sound) > max_seconds * 1000:
        raise BadRequest(
            "greeting-too-long",
            f"Die Ansage ist länger als {max_seconds} Sekunden. Bitte vorher kürzen.",
            f"The greeting is longer than {max_seconds} seconds. Please shorten it first.",
        )
    if not sound:
        raise _silent()
    return sound


def _trimmed(sound: bytes, threshold: float) -> bytes:
    """Without silence at both ends."""
    level = f"{max(-80.0, threshold):.1f}dB"
    cut = f"silenceremove=start_periods=1:start_threshold={level}:start_silence={EDGE_SECONDS}"
    return _filtered(sound, f"{cut},areverse,{cut},areverse")


def _levelled(sound: bytes) -> bytes:
    """At `TARGET_LUFS`: two passes of loudnorm, and a limiter for what it misses.

    loudnorm measures in windows of three seconds, so it is off by some LU with a short or
    uneven sound; then the rest is plain gain with a limiter behind it.
    """
    found = _loudness(sound)
    sound = _filtered(
        sound,
        f"loudnorm=I={TARGET_LUFS}:TP={PEAK_DBFS}:LRA=11:linear=true"
        f":measured_I={found.integrated:.2f}:measured_TP={found.peak:.2f}"
        f":measured_LRA={found.range:.2f}:measured_thresh={found.threshold:.2f}",
    )
    for _ in range(3):
        missing = TARGET_LUFS - _loudness(sound).integrated
        if abs(missing) <= TOLERANCE_LU:
            break
        peak = 10 ** (PEAK_DBFS / 20)
        sound = _filtered(sound, f"volume={missing:.2f}dB,alimiter=limit={peak:.3f}:level=false")
    return sound


def _loudness(sound: bytes) -> _Loudness:
    """Integrated loudness and what else loudnorm wants to know; -inf where it is silent.

    By ebur128, which is ten times as fast as loudnorm's own measurement.
    """
    meter = "ebur128=peak=true:framelog=quiet"
    said = _run([*_raw("f32le"), "-af", meter, "-f", "null", "-"], sound, "info").stderr
    summary = said.decode("utf-8", "replace").rpartition("Summary:")[2]
    read = [re.search(pattern, summary) for pattern in _SUMMARY]
    values = [float(found.group(1)) if found else -math.inf for found in read]
    if not values[0] > NOTHING_LUFS:
        values[0] = -math.inf
    return _Loudness(*values)


def _write(sound: bytes, wav: Path) -> None:
    samples = _ffmpeg([*_raw("f32le"), *_to_raw("s16le")], sound)
    with wave.open(str(wav), "wb") as out:
        out.setparams((1, 2, GREETING_RATE, 0, "NONE", ""))
        out.writeframes(samples)


# ------------------------------------------------------------------ ffmpeg


def _filtered(sound: bytes, filters: str) -> bytes:
    return _ffmpeg([*_raw("f32le"), "-af", filters, *_to_raw()], sound)


def _raw(coding: str) -> list[str]:
    """Options for sound that is fed in."""
    return ["-f", coding, "-ar", str(GREETING_RATE), "-ac", "1", "-i", "pipe:0"]


def _to_raw(coding: str = "f32le") -> list[str]:
    return ["-ac", "1", "-ar", str(GREETING_RATE), "-f", coding, "pipe:1"]


def _ffmpeg(arguments: list[str], fed: bytes) -> bytes:
    """What ffmpeg wrote to its standard output.

    Raises:
        ValueError: it refused or took too long; with its last words.
    """
    done = _run(arguments, fed, "error")
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ValueError(words[-1] if words else f"ffmpeg ended {done.returncode}")
    return done.stdout


def _run(arguments: list[str], fed: bytes, level: str) -> "subprocess.CompletedProcess[bytes]":
    command = [ensure_encoder(), "-hide_banner", "-nostats", "-v", level, *arguments]
    try:
        return subprocess.run(
            command, input=fed, capture_output=True, timeout=FFMPEG_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as e:
        raise ValueError(str(e)) from e


def _ms(sound: bytes) -> int:
    return round(len(sound) / 4 * 1000 / GREETING_RATE)


def _silent() -> BadRequest:
    return BadRequest(
        "greeting-silent",
        "In dieser Aufnahme ist nichts zu hören. Bitte das Mikrofon prüfen und noch einmal "
        "aufnehmen.",
        "Nothing can be heard in this recording. Please check the microphone and record again.",
    )


def _too_short() -> BadRequest:
    return BadRequest(
        "greeting-too-short",
        "Die Ansage ist kürzer als eine halbe Sekunde. Bitte noch einmal aufnehmen.",
        "The greeting is shorter than half a second. Please record it again.",
    )
