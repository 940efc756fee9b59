"""Recordings: what is speech, MP3 with tags, greetings, damaged files."""

import array
import audioop
import math
import random
import struct
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from mutagen.mp3 import MP3

from pbx import audio, speech
from pbx.errors import ConfigError, Unavailable
from pbx.settings import ROOT

PROMPTS = ROOT / "recordings" / "prompts"
SPOKEN = sorted(p for p in PROMPTS.glob("*/*.wav"))
RATE = 8000
TAGS = {"title": "Zentrale 21.11.2026 10:00", "artist": "+49221123456", "album": "Zentrale"}


def pcm(samples: Iterable[float]) -> bytes:
    return array.array("h", (max(-32768, min(32767, round(s))) for s in samples)).tobytes()


def telephone(sound: bytes) -> bytes:
    """As it arrives through G.711."""
    return audioop.alaw2lin(audioop.lin2alaw(sound, 2), 2)


def tone(
    hertz: float, seconds: float, level: float = 6000, on: float = 1, off: float = 0
) -> list[float]:
    period, lit = round((on + off) * RATE), round(on * RATE)
    return [
        level * math.sin(2 * math.pi * hertz * n / RATE) if n % period < lit else 0.0
        for n in range(round(seconds * RATE))
    ]


def noise(level: float, seconds: float) -> list[float]:
    dice = random.Random(7)
    return [dice.gauss(0, level) for _ in range(round(seconds * RATE))]


def mixed(*sounds: list[float]) -> list[float]:
    return [sum(values) for values in zip(*sounds, strict=True)]


def save(file: Path, sound: bytes, rate: int = RATE, channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(file), "wb") as out:
        out.setparams((channels, width, rate, 0, "NONE", ""))
        out.writeframes(sound)
    return file


def spoken(file: Path = PROMPTS / "de" / "emergency.wav") -> bytes:
    with wave.open(str(file)) as opened:
        return opened.readframes(opened.getnframes())


# ------------------------------------------------------------------ speech


@pytest.mark.parametrize("file", SPOKEN, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_announcements_are_speech(file: Path) -> None:
    analysis = audio.analyse_wav(file)
    assert 0.5 * analysis.duration_ms < analysis.speech_ms <= analysis.duration_ms


@pytest.mark.parametrize("gain", [1.0, 0.3, 0.1, 0.05])
def test_quiet_speech_through_the_telephone_is_speech(gain: float) -> None:
    sound = telephone(audioop.mul(spoken(), 2, gain))
    assert speech.speech_ms(sound) > 4000


@pytest.mark.parametrize("level", [30, 100, 300])
def test_speech_in_noise_is_speech(level: float) -> None:
    voice = [0.4 * s for s in array.array("h", spoken())]
    sound = pcm(mixed(voice, noise(level, len(voice) / RATE)))
    assert speech.speech_ms(telephone(sound)) > 4000


NOT_SPEECH: dict[str, Callable[[], list[float]]] = {
    "silence": lambda: [0.0] * (10 * RATE),
    "comfort noise": lambda: noise(30, 10),
    "line noise": lambda: noise(300, 10),
    "loud noise": lambda: noise(3000, 10),
    "noise that begins late": lambda: [0.0] * (5 * RATE) + noise(300, 5),
    "1000 Hz": lambda: tone(1000, 10),
    "1000 Hz in noise": lambda: mixed(tone(1000, 10), noise(100, 10)),
    "dial tone": lambda: tone(425, 10),
    "busy": lambda: tone(425, 10, on=0.48, off=0.48),
    "congestion": lambda: tone(425, 10, on=0.24, off=0.24),
    "fast busy": lambda: tone(425, 10, on=0.15, off=0.47),
    "busy in noise": lambda: mixed(tone(425, 10, on=0.48, off=0.48), noise(60, 10)),
    "quiet busy": lambda: tone(425, 10, level=300, on=0.48, off=0.48),
    "ringing": lambda: tone(425, 10, on=1, off=4),
    "american busy": lambda: mixed(tone(480, 10, on=0.5, off=0.5), tone(620, 10, on=0.5, off=0.5)),
    "keypad tones": lambda: mixed(tone(697, 10, on=0.1, off=0.1), tone(1209, 10, on=0.1, off=0.1)),
    "fax calling": lambda: tone(1100, 10, on=0.5, off=3),
    "mains hum": lambda: mixed(tone(50, 10, 800), tone(100, 10, 2000), tone(150, 10, 300)),
    "beep, then silence": lambda: tone(1000, 0.4) + [0.0] * (9 * RATE),
    "clicks": lambda: [20000 * math.exp(-(n % RATE) / 80) * (-1) ** n for n in range(10 * RATE)],
}


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_what_is_no_speech(name: str) -> None:
    sound = pcm(NOT_SPEECH[name]())
    assert speech.speech_ms(telephone(sound)) == 0
    assert speech.speech_ms(sound) == 0


def test_speech_after_a_busy_signal_counts_by_itself() -> None:
    busy = telephone(pcm(tone(425, 5, on=0.48, off=0.48)))
    both = speech.speech_ms(busy + telephone(spoken()))
    assert abs(both - speech.speech_ms(telephone(spoken()))) <= 300


def test_too_short_for_a_frame() -> None:
    assert speech.speech_ms(b"") == 0
    assert speech.speech_ms(bytes(100)) == 0


def test_a_minute_is_measured_fast() -> None:
    minute = (telephone(spoken()) * 10)[: 60 * RATE * 2]
    began = time.process_time()
    assert speech.speech_ms(minute) > 40_000
    assert time.process_time() - began < 1.0


# ------------------------------------------------------------------ reading WAV


async def test_duration_is_that_of_the_samples(tmp_path: Path) -> None:
    file = save(tmp_path / "a.wav", pcm(tone(440, 2.5)))
    analysis = await audio.FileAudio().analyse(file)
    assert (analysis.duration_ms, analysis.speech_ms) == (2500, 0)


@pytest.mark.parametrize(("rate", "channels"), [(16000, 1), (44100, 2), (8000, 2)])
def test_other_rates_and_stereo(tmp_path: Path, rate: int, channels: int) -> None:
    sound, _ = audioop.ratecv(spoken(), 2, 1, RATE, rate, None)
    if channels == 2:
        sound = audioop.tostereo(sound, 2, 1, 1)
    analysis = audio.analyse_wav(save(tmp_path / "a.wav", sound, rate, channels))
    reference = audio.analyse_wav(PROMPTS / "de" / "emergency.wav")
    assert abs(analysis.duration_ms - reference.duration_ms) <= 2
    assert abs(analysis.speech_ms - reference.speech_ms) <= 400


def test_eight_bit(tmp_path: Path) -> None:
    unsigned = audioop.bias(audioop.lin2lin(spoken(), 2, 1), 1, 128)
    analysis = audio.analyse_wav(save(tmp_path / "a.wav", unsigned, width=1))
    assert analysis.speech_ms > 4000


@pytest.mark.parametrize("said", [0, 100, 0xFFFFFFFF, 10**9])
def test_a_header_that_was_never_completed(tmp_path: Path, said: int) -> None:
    """The recorder was killed: the header's lengths are wrong, the sound is there."""
    file = save(tmp_path / "a.wav", spoken())
    data = bytearray(file.read_bytes())
    struct.pack_into("<I", data, 4, said if said != 100 else 0)
    struct.pack_into("<I", data, 40, said)
    file.write_bytes(data)
    expected = 6 if said == 100 else len(spoken()) // 16
    assert abs(audio.analyse_wav(file).duration_ms - expected) <= 1


def test_a_cut_off_file(tmp_path: Path) -> None:
    file = save(tmp_path / "a.wav", spoken())
    file.write_bytes(file.read_bytes()[: 44 + RATE * 2 * 3 + 1])
    assert audio.analyse_wav(file).duration_ms == 3000


def test_a_chunk_before_the_sound(tmp_path: Path) -> None:
    file = save(tmp_path / "a.wav", pcm(tone(440, 1)))
    data = file.read_bytes()
    file.write_bytes(data[:36] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + data[36:])
    assert audio.analyse_wav(file).duration_ms == 1000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"not a sound file at all, only text",
        b"RIFF\x24\0\0\0WAVE",
        b"RIFF\x24\0\0\0WAVEdata\x04\0\0\0\1\2\3\4",
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0",
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 6, 1, 8000, 8000, 1, 8),
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0"
        + struct.pack("<HHIIHH", 6, 1, 8000, 8000, 1, 8)
        + b"data\4\0\0\0abcd",
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0"
        + struct.pack("<HHIIHH", 1, 0, 8000, 8000, 1, 16)
        + b"data\4\0\0\0abcd",
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0"
        + struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
        + b"data\0\0\0\0",
    ],
)
async def test_what_is_no_playable_wav(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(data)
    with pytest.raises(ValueError, match=r"a\.wav"):
        await audio.FileAudio().analyse(file)
    with pytest.raises(ValueError, match=r"a\.wav"):
        audio.write_mp3(file, tmp_path / "a.mp3", {**TAGS, "date": ""})
    assert not (tmp_path / "a.mp3").exists()


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        audio.analyse_wav(tmp_path / "a.wav")


# ------------------------------------------------------------------ MP3


async def test_mp3_plays_as_long_as_the_recording_and_is_tagged(tmp_path: Path) -> None:
    wav = save(tmp_path / "a.wav", spoken())
    mp3 = tmp_path / "made" / "a.mp3"
    ms = await audio.FileAudio().to_mp3(wav, mp3, **TAGS, date="2026-11-21")
    assert abs(ms - len(spoken()) / 16) <= 200
    assert audio.decoded_ms(mp3) == ms
    found = MP3(mp3)
    assert (found.info.sample_rate, found.info.channels) == (16000, 1)
    assert found.info.bitrate == 32000
    assert found.tags is not None
    tags = {key: str(found.tags[key]) for key in ("TIT2", "TPE1", "TALB", "TDRC")}
    assert tags == {
        "TIT2": TAGS["title"],
        "TPE1": TAGS["artist"],
        "TALB": TAGS["album"],
        "TDRC": "2026-11-21",
    }
    assert [p.name for p in mp3.parent.iterdir()] == ["a.mp3"]


def test_the_sound_survives(tmp_path: Path) -> None:
    """A 1000 Hz tone is still one after transcoding."""
    wav = save(tmp_path / "a.wav", pcm(tone(1000, 2)))
    audio.write_mp3(wav, tmp_path / "a.mp3", {**TAGS, "date": "2026"})
    audio.write_greeting(tmp_path / "a.mp3", tmp_path / "b.wav")
    sound = spoken(tmp_path / "b.wav")[RATE : RATE * 3]
    assert audioop.rms(sound, 2) == pytest.approx(6000 / math.sqrt(2), rel=0.1)
    assert audioop.cross(sound, 2) == pytest.approx(2000, abs=20)
    assert speech.tone_residue(sound) < speech.TONE_RESIDUE


def test_a_very_short_recording(tmp_path: Path) -> None:
    wav = save(tmp_path / "a.wav", spoken()[: RATE // 5 * 2])
    assert audio.write_mp3(wav, tmp_path / "a.mp3", {**TAGS, "date": "2026"}) > 0


def replace_encoder(monkeypatch: pytest.MonkeyPatch, file: Path, script: str) -> None:
    """Another program in the encoder's place, until the test ends."""
    real = audio.ensure_encoder()
    file.write_text(f'#!/bin/sh\nfor last; do :; done\nreal="{real}"\n{script}\n')
    file.chmod(0o755)
    monkeypatch.setattr(audio, "ensure_encoder", lambda: str(file))


def test_a_failing_encoder_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = 'echo "$last" | cut -c6- | xargs touch; echo "disk full" >&2; exit 1'
    replace_encoder(monkeypatch, tmp_path / "ffmpeg", script)
    wav = save(tmp_path / "a.wav", spoken())
    with pytest.raises(Unavailable, match="disk full") as caught:
        audio.write_mp3(wav, tmp_path / "out" / "a.mp3", {**TAGS, "date": "2026"})
    assert caught.value.error_id == "audio-failed"
    assert not list((tmp_path / "out").iterdir())


def test_an_mp3_of_another_length_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An encoder that stops early makes a file that plays, but is no proof of the message."""
    script = (
        'case "$last" in pipe:1) exec "$real" "$@";; esac\n'
        'exec "$real" -v error -y -f lavfi -i sine=d=1 -f mp3 "$last"'
    )
    replace_encoder(monkeypatch, tmp_path / "ffmpeg", script)
    wav = save(tmp_path / "a.wav", spoken())
    with pytest.raises(Unavailable, match="instead of"):
        audio.write_mp3(wav, tmp_path / "out" / "a.mp3", {**TAGS, "date": "2026"})
    assert not list((tmp_path / "out").iterdir())


def test_an_encoder_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_encoder(monkeypatch, tmp_path / "ffmpeg", "exec sleep 60")
    monkeypatch.setattr(audio, "FFMPEG_TIMEOUT_SECONDS", 0.2)
    wav = save(tmp_path / "a.wav", spoken())
    with pytest.raises(Unavailable, match="timed out"):
        audio.write_mp3(wav, tmp_path / "out" / "a.mp3", {**TAGS, "date": "2026"})


def test_no_start_without_an_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    audio.ensure_encoder.cache_clear()
    try:
        for wrong in ("/nonexistent/ffmpeg", "/bin/true"):
            monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", wrong)
            with pytest.raises(ConfigError, match="libmp3lame"):
                audio.FileAudio()
    finally:
        monkeypatch.delenv("IMAGEIO_FFMPEG_EXE")
        audio.ensure_encoder.cache_clear()


def test_the_encoder_needs_no_ffmpeg_on_path(tmp_path: Path) -> None:
    """Importing pydub warns and reading with it fails where no ffmpeg or ffprobe is installed."""
    code = (
        "from pathlib import Path; from pbx import audio; import sys;"
        "w = Path(sys.argv[1]);"
        "print(audio.write_mp3(w, Path(sys.argv[2]), "
        "dict(title='t', artist='a', album='b', date='2026')))"
    )
    wav, mp3 = save(tmp_path / "a.wav", spoken()), tmp_path / "a.mp3"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", code, wav, mp3],
        env={"PATH": "/nonexistent", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert abs(int(done.stdout) - len(spoken()) / 16) <= 200


# ------------------------------------------------------------------ greetings


async def test_an_mp3_becomes_a_greeting(tmp_path: Path) -> None:
    wav = save(tmp_path / "a.wav", spoken())
    audio.write_mp3(wav, tmp_path / "a.mp3", {**TAGS, "date": "2026"})
    ms = await audio.FileAudio().to_greeting(tmp_path / "a.mp3", tmp_path / "g" / "b.wav")
    with wave.open(str(tmp_path / "g" / "b.wav")) as made:
        assert (made.getframerate(), made.getnchannels(), made.getsampwidth()) == (8000, 1, 2)
        assert abs(made.getnframes() / 8 - ms) < 1
    assert abs(ms - len(spoken()) / 16) <= 200


async def test_a_stereo_wav_becomes_a_greeting(tmp_path: Path) -> None:
    sound, _ = audioop.ratecv(spoken(), 2, 1, RATE, 48000, None)
    source = save(tmp_path / "a.wav", audioop.tostereo(sound, 2, 1, 1), 48000, 2)
    await audio.FileAudio().to_greeting(source, tmp_path / "b.wav")
    assert audio.analyse_wav(tmp_path / "b.wav").speech_ms > 5000


async def test_what_is_no_sound_becomes_no_greeting(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"this is no sound")
    with pytest.raises(ValueError, match=r"a\.mp3"):
        await audio.FileAudio().to_greeting(tmp_path / "a.mp3", tmp_path / "b.wav")
    assert not (tmp_path / "b.wav").exists()


# ------------------------------------------------------------------ shipped prompts


@pytest.mark.parametrize("file", [*SPOKEN, PROMPTS / "beep.wav"], ids=lambda p: p.stem)
def test_prompts_are_what_asterisk_plays(file: Path) -> None:
    with wave.open(str(file)) as prompt:
        assert (prompt.getframerate(), prompt.getnchannels(), prompt.getsampwidth()) == (8000, 1, 2)
        sound = prompt.readframes(prompt.getnframes())
    assert audioop.max(sound, 2) < 32767


def test_every_prompt_exists_in_both_languages() -> None:
    german, english = ({p.name for p in (PROMPTS / x).glob("*.wav")} for x in ("de", "en"))
    assert german == english
    assert {"greeting.wav", "controller-away.wav", "emergency.wav", "one-moment.wav"} <= german
    assert sum(p.stat().st_size for p in SPOKEN) < 2_000_000


def test_the_beep() -> None:
    sound = spoken(PROMPTS / "beep.wav")
    assert len(sound) == 0.4 * RATE * 2
    assert audioop.max(sound, 2) == pytest.approx(32767 * 10 ** (-12 / 20), rel=0.01)
    assert audioop.cross(sound, 2) == pytest.approx(800, abs=4)
