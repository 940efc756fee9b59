"""The tools that tests measure sound with tell apart what they have to tell apart."""

import array
import math
from pathlib import Path

from pbx.demo.carrier import SOUNDS
from tests.support import sound
from tests.support.far import EVERYBODY

MUSIC = Path(__file__).parents[2] / "recordings" / "prompts" / "moh.wav"


def tone(*hertz: float, seconds: float = 1, volume: float = 6000) -> "array.array[int]":
    return array.array(
        "h",
        (
            round(volume * sum(math.sin(math.tau * each * n / sound.RATE) for each in hertz))
            for n in range(round(seconds * sound.RATE))
        ),
    )


def parts(file: Path, seconds: float = 1) -> list["array.array[int]"]:
    whole, size = sound.samples_of(file.read_bytes()), round(seconds * sound.RATE)
    return [whole[begin : begin + size] for begin in range(0, len(whole) - size, size)]


def test_the_tones_in_a_mixture_are_found_and_no_others() -> None:
    assert sound.tones(tone(620, 900), EVERYBODY) == {620, 900}
    assert sound.tones(tone(500, 740, 1000, seconds=0.5), EVERYBODY) == {500, 740, 1000}
    assert sound.tones(tone(620, volume=100), EVERYBODY) == set()


def test_music_has_none_of_the_tones_that_people_make_in_tests() -> None:
    assert [sound.tones(part, EVERYBODY) for part in parts(MUSIC)] == [set()] * len(parts(MUSIC))


def test_music_is_told_from_tones_speech_and_silence() -> None:
    assert sum(map(sound.is_music, parts(MUSIC))) >= len(parts(MUSIC)) - 1
    others = [tone(440), tone(620), tone(620, 900), tone(425), array.array("h", [0] * 8000)]
    assert not any(map(sound.is_music, others))
    speech = parts(SOUNDS / "speech.wav")
    assert sum(map(sound.is_music, speech)) < len(speech) / 4


def test_a_gap_is_measured_in_milliseconds() -> None:
    gap = array.array("h", [0] * 1200)
    assert abs(sound.longest_gap(tone(620) + gap + tone(930)) - 150) <= 5
    assert sound.longest_gap(tone(620)) <= 5
