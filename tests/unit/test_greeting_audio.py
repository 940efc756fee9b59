"""Uploads become greetings: loudness, ends, formats, and what is refused."""

import asyncio
import re
import shutil
import subprocess
import wave
from pathlib import Path

import pytest

from pbx import greeting_audio
from pbx.audio import ensure_encoder, read_wav
from pbx.errors import BadRequest, Unavailable
from pbx.greeting_audio import TARGET_LUFS, GreetingFiles, prepare
from pbx.settings import ROOT
from pbx.speaking import VOICES, EspeakVoice

PROMPT = ROOT / "recordings" / "prompts" / "de" / "goodbye.wav"
LIMIT = 30


def ffmpeg(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [ensure_encoder(), "-hide_banner", "-nostats", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done


def loudness(file: Path) -> float:
    """Integrated loudness in LUFS, by ffmpeg's ebur128 on the file."""
    said = ffmpeg("-i", str(file), "-af", "ebur128=framelog=quiet", "-f", "null", "-").stderr
    found = re.search(r"I:\s+(-[\d.]+) LUFS", said)
    assert found, said
    return float(found.group(1))


def made(file: Path, *options: str) -> bytes:
    """A shipped announcement as another file."""
    ffmpeg("-i", str(PROMPT), *options, str(file))
    return file.read_bytes()


def refused(source: bytes, folder: Path, limit: int = LIMIT) -> str:
    with pytest.raises(BadRequest) as caught:
        prepare(source, folder / "out.wav", limit)
    assert not list(folder.glob("*.wav")), "nothing half-made is left"
    assert caught.value.de
    return caught.value.error_id


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("loud.wav", ["-af", "volume=6dB"]),
        ("quiet.mp3", ["-af", "volume=-25dB", "-ar", "44100", "-ac", "2"]),
        ("phone.m4a", ["-c:a", "aac", "-ar", "48000"]),
        ("browser.webm", ["-c:a", "libopus", "-ar", "48000", "-b:a", "32k"]),
    ],
)
def test_whatever_is_brought_is_as_loud_as_all_others(
    name: str, options: list[str], tmp_path: Path
) -> None:
    source = made(tmp_path / name, *options)
    out = tmp_path / "out.wav"
    prepared = prepare(source, out, LIMIT)
    assert loudness(out) == pytest.approx(TARGET_LUFS, abs=1.5)
    assert prepared.loudness_lufs == pytest.approx(loudness(out), abs=0.2)
    with wave.open(str(out)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, 8000)
        assert wav.getnframes() / 8 == pytest.approx(prepared.duration_ms, abs=1)
    assert prepared.size == out.stat().st_size
    assert prepared.duration_ms == pytest.approx(3600, abs=350)
    assert read_wav(out).max_dBFS < -1.0, "nothing is clipped"
    assert [each.name for each in tmp_path.glob("*out*")] == ["out.wav"]


def test_silence_at_both_ends_is_cut_off_and_pauses_are_kept(tmp_path: Path) -> None:
    ends = "aresample=8000,adelay=3000,apad=pad_dur=4"
    source = made(tmp_path / "long.wav", "-af", ends)
    with_pauses = prepare(source, tmp_path / "a.wav", LIMIT)
    plain = prepare(PROMPT.read_bytes(), tmp_path / "b.wav", LIMIT)
    assert with_pauses.duration_ms == pytest.approx(plain.duration_ms, abs=320)
    assert plain.duration_ms > 3000


def test_what_cannot_be_a_greeting_is_refused(tmp_path: Path) -> None:
    (folder := tmp_path / "out").mkdir()
    assert refused(b"", folder) == "greeting-unreadable"
    assert refused(b"not a sound at all" * 100, folder) == "greeting-unreadable"
    assert refused(PROMPT.read_bytes()[:40], folder) == "greeting-unreadable"
    silence = tmp_path / "silence.wav"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "2", str(silence))
    assert refused(silence.read_bytes(), folder) == "greeting-silent"
    beep = ROOT / "recordings" / "prompts" / "beep.wav"
    assert refused(beep.read_bytes(), folder) == "greeting-too-short"
    assert refused(PROMPT.read_bytes(), folder, 2) == "greeting-too-long"


def test_a_hostile_file_opens_no_other(tmp_path: Path) -> None:
    (folder := tmp_path / "out").mkdir()
    secret = tmp_path / "secret.wav"
    shutil.copy(PROMPT, secret)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    for source in (
        playlist,
        f"ffconcat version 1.0\nfile '{secret}'\n",
        f"file '{secret}'\n",
        f'<?xml version="1.0"?><MPD><BaseURL>file://{secret}</BaseURL></MPD>',
        f"v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\na=control:file://{secret}\n",
    ):
        assert refused(source.encode(), folder) == "greeting-unreadable", source
    video = tmp_path / "video.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1", str(video))
    assert refused(video.read_bytes(), folder) == "greeting-unreadable"


def test_an_encoder_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(greeting_audio, "ensure_encoder", lambda: str(slow))
    monkeypatch.setattr(greeting_audio, "FFMPEG_SECONDS", 0.2)
    (folder := tmp_path / "out").mkdir()
    assert refused(PROMPT.read_bytes(), folder) == "greeting-unreadable"


async def test_a_full_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(part: Path, file: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(greeting_audio, "publish", full)
    with pytest.raises(OSError, match="No space"):
        await GreetingFiles(LIMIT).prepare(PROMPT.read_bytes(), tmp_path / "g" / "out.wav")
    assert list((tmp_path / "g").iterdir()) == []


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_text_is_spoken_and_made_as_loud(language: str, tmp_path: Path) -> None:
    text = "-w /etc/passwd $(id) Guten Tag. Good morning, this is a test; please wait."
    slow, fast = await asyncio.gather(
        *(EspeakVoice().speak(text, language, pace) for pace in ("slow", "fast"))
    )
    assert len(slow) > 1.2 * len(fast)
    prepared = await GreetingFiles(LIMIT).prepare(fast, tmp_path / "out.wav")
    assert loudness(tmp_path / "out.wav") == pytest.approx(TARGET_LUFS, abs=1.5)
    assert prepared.duration_ms > 3000


async def test_every_language_has_a_voice() -> None:
    for language in VOICES:
        assert len(await EspeakVoice().speak("123", language, "normal")) > 5000, language


async def test_without_the_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unavailable, match="no-voice") as caught:
        await EspeakVoice().speak("Hallo", "de", "normal")
    assert "espeak-ng" in caught.value.de
