"""Recordings and announcements: measure, transcode, verify (adapter of `message_ports.Audio`).

pydub converts sound between rates, widths and channels; the MP3 encoder is the ffmpeg
that the package `imageio-ffmpeg` carries. There is no ffprobe in it, so pydub is given
WAV only, and an MP3 is verified by letting ffmpeg decode it again. The encoder is run
here and not by pydub's `export`, which has no timeout and leaves its temporary files
behind when the encoder fails. Everything runs in a worker thread.
"""

import asyncio
import audioop
import functools
import struct
import subprocess
import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import imageio_ffmpeg
from mutagen import MutagenError
from mutagen.id3 import ID3, TALB, TDRC, TIT2, TPE1

from pbx import speech
from pbx.archive import publish
from pbx.errors import ConfigError, Unavailable
from pbx.services.message_ports import Analysis, Waveform

with warnings.catch_warnings():
    # pydub looks for an ffmpeg on PATH while it is imported; none is needed there. Its
    # regular expressions are not raw strings, which Python 3.12 remarks.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

MP3_RATE = 16_000
"""8 kHz would need MPEG-2.5 layer III, which some players do not know."""
MP3_BITRATE = "32k"
GREETING_RATE = 8_000
DURATION_TOLERANCE_MS = 200
FFMPEG_TIMEOUT_SECONDS = 120
_FRAMES_UNKNOWN = (0, 0xFFFFFFFF)


class FileAudio:
    """Reads and writes sound files.

    Raises:
        ConfigError: there is no encoder; the process must not start without one.
    """

    def __init__(self) -> None:
        ensure_encoder()

    async def analyse(self, wav: Path) -> Analysis:
        """Raises: ValueError: the file is no playable WAV."""
        return await asyncio.to_thread(analyse_wav, wav)

    async def waveform(self, wav: Path, parts: int) -> Waveform:
        """Raises: ValueError: the file is no playable WAV, or is not there."""
        return await asyncio.to_thread(waveform_of, wav, parts)

    async def to_mp3(
        self, wav: Path, mp3: Path, *, title: str, artist: str, album: str, date: str
    ) -> int:
        """Transcode to 16 kHz mono 32 kbit/s with ID3 tags; the MP3's milliseconds.

        The file appears under its name only when it is complete, verified and on disk.

        Raises:
            ValueError: `wav` is no playable WAV.
            Unavailable: the encoder failed, or made something of another length.
        """
        tags = {"title": title, "artist": artist, "album": album, "date": date}
        return await asyncio.to_thread(write_mp3, wav, mp3, tags)

    async def to_greeting(self, source: Path, wav: Path) -> int:
        """Any audio file as a greeting that Asterisk plays; its milliseconds.

        Raises:
            ValueError: `source` holds no sound that ffmpeg understands.
        """
        return await asyncio.to_thread(write_greeting, source, wav)


@functools.cache
def ensure_encoder() -> str:
    """The path of an ffmpeg that can write MP3.

    Raises:
        ConfigError: there is none.
    """
    expected = "an ffmpeg with libmp3lame: install the Python package imageio-ffmpeg"
    try:
        found = str(imageio_ffmpeg.get_ffmpeg_exe())
        done = subprocess.run(
            [found, "-hide_banner", "-encoders"], capture_output=True, timeout=30, check=False
        )
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as e:
        raise ConfigError("ffmpeg", "IMAGEIO_FFMPEG_EXE", str(e), expected) from e
    if b"libmp3lame" not in done.stdout:
        raise ConfigError("ffmpeg", "IMAGEIO_FFMPEG_EXE", found, expected)
    return found


def analyse_wav(wav: Path) -> Analysis:
    """Duration and speech of a WAV file.

    Raises:
        ValueError: no WAV, no samples, or a coding that pydub does not read.
    """
    segment = read_wav(wav)
    duration_ms = round(segment.frame_count() * 1000 / segment.frame_rate)
    narrow = segment.set_sample_width(2).set_frame_rate(speech.RATE)
    return Analysis(duration_ms, min(duration_ms, speech.speech_ms(narrow.raw_data)))


def waveform_of(wav: Path, parts: int) -> Waveform:
    """The loudest sample of each of at most `parts` equal parts, 0 to 1.

    A recording of three minutes takes some milliseconds: `audioop` does it in C.

    Raises:
        ValueError: no WAV, no samples, or a coding that pydub does not read.
    """
    segment = read_wav(wav)
    width, sound = segment.sample_width, memoryview(segment.raw_data)
    frames = len(sound) // width
    count = min(parts, frames)
    cuts = [frames * i // count * width for i in range(count + 1)]
    full = float(1 << (8 * width - 1))
    peaks = (audioop.max(sound[a:b], width) / full for a, b in pairwise(cuts))
    duration_ms = round(segment.frame_count() * 1000 / segment.frame_rate)
    return Waveform(duration_ms, tuple(round(min(1.0, peak), 3) for peak in peaks))


def read_wav(wav: Path) -> AudioSegment:
    """The mono sound of a PCM WAV file, also where its header was never completed.

    Asterisk writes the lengths into the header when a recording ends. One that was cut
    short by a crash says 0 there, with the sound behind it: then everything that
    follows is taken.

    Raises:
        ValueError: no WAV, no samples, or another coding than PCM.
    """
    try:
        data = wav.read_bytes()
    except OSError as e:
        raise ValueError(f"{wav.name}: {e.strerror}") from e
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"{wav.name}: no WAV file")
    coding: tuple[int, int, int, int] | None = None
    position = 12
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        position += 8
        if name == b"fmt " and size >= 16 and position + 16 <= len(data):
            tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, position)
            coding = (tag, channels, rate, bits)
        if name == b"data" and coding is not None:
            end = len(data) if size in _FRAMES_UNKNOWN else min(len(data), position + size)
            return _segment(wav, coding, data[position:end])
        position += size + size % 2
    raise ValueError(f"{wav.name}: the WAV file has no sound in it")


def _segment(wav: Path, coding: tuple[int, int, int, int], sound: bytes) -> AudioSegment:
    tag, channels, rate, bits = coding
    if tag not in (1, 0xFFFE) or bits not in (8, 16, 24, 32) or not channels or not rate:
        raise ValueError(f"{wav.name}: coding {tag} with {bits} bits is not supported")
    frame = channels * bits // 8
    sound = sound[: len(sound) // frame * frame]
    if not sound:
        raise ValueError(f"{wav.name}: the WAV file has no sound in it")
    if bits == 8:
        # 8-bit WAV is unsigned, pydub's arithmetic is signed.
        return AudioSegment(
            data=bytes(b ^ 0x80 for b in sound),
            sample_width=1,
            frame_rate=rate,
            channels=channels,
        ).set_channels(1)
    return AudioSegment(
        data=sound, sample_width=bits // 8, frame_rate=rate, channels=channels
    ).set_channels(1)


def write_mp3(wav: Path, mp3: Path, tags: dict[str, str]) -> int:
    """See `FileAudio.to_mp3`."""
    ensure_encoder()
    segment = read_wav(wav)
    wanted_ms = round(segment.frame_count() * 1000 / segment.frame_rate)
    mp3.parent.mkdir(parents=True, exist_ok=True)
    part = mp3.with_name(f".{mp3.name}.part")
    try:
        _encode(segment.set_sample_width(2).set_frame_rate(MP3_RATE).raw_data, part)
        try:
            _tag(part, tags)
        except (MutagenError, OSError) as e:
            raise _failed(f"{mp3.name}: tags could not be written") from e
        found_ms = decoded_ms(part)
        if abs(found_ms - wanted_ms) > DURATION_TOLERANCE_MS:
            raise _failed(f"{mp3.name} has {found_ms} ms instead of {wanted_ms} ms")
        publish(part, mp3)
    finally:
        part.unlink(missing_ok=True)
    return found_ms


def decoded_ms(file: Path) -> int:
    """Milliseconds of sound in any audio file, by decoding all of it.

    Raises:
        Unavailable: ffmpeg cannot decode it.
    """
    try:
        sound = _decode(file, GREETING_RATE)
    except ValueError as e:
        raise _failed(str(e)) from e
    return round(len(sound) * 1000 / (2 * GREETING_RATE))


def write_greeting(source: Path, wav: Path) -> int:
    """See `FileAudio.to_greeting`."""
    sound = _decode(source, GREETING_RATE)
    if not sound:
        raise ValueError(f"{source.name}: there is no sound in it")
    wav.parent.mkdir(parents=True, exist_ok=True)
    part = wav.with_name(f".{wav.name}.part")
    try:
        segment = AudioSegment(data=sound, sample_width=2, frame_rate=GREETING_RATE, channels=1)
        segment.export(str(part), format="wav").close()
        publish(part, wav)
    finally:
        part.unlink(missing_ok=True)
    return round(len(sound) * 1000 / (2 * GREETING_RATE))


# ------------------------------------------------------------------ inner parts


def _decode(file: Path, rate: int) -> bytes:
    """The sound as 16-bit mono samples.

    Raises:
        ValueError: ffmpeg finds no sound in it.
    """
    # Only local files: a playlist must not make ffmpeg fetch something.
    arguments = ["-protocol_whitelist", "file,pipe", "-i", f"file:{file}", "-map", "0:a:0"]
    arguments += ["-ac", "1", "-ar", str(rate), "-f", "s16le", "pipe:1"]
    sound = _ffmpeg(arguments, b"", file.name)
    return sound[: len(sound) // 2 * 2]


def _encode(sound: bytes, mp3: Path) -> None:
    """16-bit mono samples at `MP3_RATE` as an MP3 file."""
    arguments = ["-f", "s16le", "-ar", str(MP3_RATE), "-ac", "1", "-i", "pipe:0"]
    arguments += ["-c:a", "libmp3lame", "-b:a", MP3_BITRATE, "-f", "mp3", "-y", f"file:{mp3}"]
    try:
        _ffmpeg(arguments, sound, mp3.name)
    except ValueError as e:
        raise _failed(str(e)) from e


def _ffmpeg(arguments: list[str], fed: bytes, name: str) -> bytes:
    """Run the encoder; what it wrote to its standard output.

    Raises:
        ValueError: it refused or took too long; with its last words.
    """
    try:
        done = subprocess.run(
            [ensure_encoder(), "-v", "error", *arguments],
            input=fed,
            capture_output=True,
            timeout=FFMPEG_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as e:
        raise ValueError(f"{name}: {e}") from e
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ValueError(f"{name}: {words[-1] if words else f'ffmpeg ended {done.returncode}'}")
    return done.stdout


def _tag(mp3: Path, tags: dict[str, str]) -> None:
    id3: Any = ID3()  # type: ignore[no-untyped-call]
    for kind, key in ((TIT2, "title"), (TPE1, "artist"), (TALB, "album"), (TDRC, "date")):
        id3.add(kind(encoding=3, text=[tags[key]]))
    id3.save(str(mp3), v2_version=3)


def _failed(reason: str) -> Unavailable:
    return Unavailable(
        "audio-failed",
        f"Die Aufnahme konnte nicht umgewandelt werden ({reason}). Bitte die Administration "
        "informieren.",
        f"The recording could not be converted ({reason}). Please tell the administrator.",
    )
