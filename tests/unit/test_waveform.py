"""The picture of a recording."""

import array
import math
import time
import wave
from pathlib import Path

import pytest

from pbx.audio import waveform_of


def write(file: Path, samples: list[int], rate: int = 8000) -> Path:
    with wave.open(str(file), "wb") as wav:
        wav.setparams((1, 2, rate, 0, "NONE", ""))
        wav.writeframes(array.array("h", samples).tobytes())
    return file


def test_peaks_follow_the_sound(tmp_path: Path) -> None:
    quiet, loud = [100, -100] * 4000, [16384, -16384] * 4000
    found = waveform_of(write(tmp_path / "a.wav", quiet + loud + [0] * 8000), 3)
    assert found.duration_ms == 3000
    assert found.peaks == (0.003, 0.5, 0.0)
    full = waveform_of(write(tmp_path / "b.wav", [-32768] * 10), 5)
    assert full.peaks == (1.0,) * 5


def test_a_short_recording_has_fewer_parts(tmp_path: Path) -> None:
    found = waveform_of(write(tmp_path / "a.wav", [1000] * 7), 200)
    assert len(found.peaks) == 7
    assert waveform_of(write(tmp_path / "b.wav", [5] * 999), 200).peaks == (0.0,) * 200


def test_what_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"nothing")
    for name in ("x.wav", "none.wav"):
        with pytest.raises(ValueError, match=name):
            waveform_of(tmp_path / name, 200)


def test_three_minutes_are_quick(tmp_path: Path) -> None:
    second = [round(9000 * math.sin(n / 9)) for n in range(8000)]
    file = write(tmp_path / "a.wav", second * 180)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = waveform_of(file, 200)
        took.append(time.perf_counter() - began)
    assert (found.duration_ms, len(found.peaks)) == (180_000, 200)
    assert min(took) < 0.05, took
