"""Test calls: what was heard of a number of ours, and whether it is the greeting that it should be.

Compared are not the samples but how loud the sound is over time, in steps of 20 ms: codecs and
jitter change samples, the shape of speech stays. The greeting may begin anywhere in what was heard.
"""

import array
import enum
import math
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

TEST_CALL = "test-"
"""How the ids of test calls begin, and with them the names of their channels and recordings."""
RATE = 8000
STEP = RATE // 50
"""Samples of one look: 20 ms."""
QUIET = 40.0
"""Root mean square of 16 bit samples below which it is silence."""
LEAST_PERCENT = 85
"""From there on it is the greeting; of our own announcements none comes above 75 with another."""
LEAST_STEPS = 20
"""Of a greeting: less than 0.4 s is no sound that can be told from another."""
MOST_STEPS = 750
"""Of a greeting that are compared: its first 15 s tell it from every other."""


def is_test(name: str) -> bool:
    """Whether a call, channel or recording of this name is a test call's."""
    return name.startswith(TEST_CALL)


class TestState(enum.StrEnum):
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


class Why(enum.StrEnum):
    """Why a test call failed."""

    NOT_ANSWERED = "not-answered"
    SILENT = "silent"
    OTHER_SOUND = "other-sound"
    NO_GREETING = "no-greeting"
    """There is no sound that it could be compared with."""
    EXCHANGE_AWAY = "exchange-away"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class TestCall:
    """Of a number of ours; `order_id`: of the add-on order that it was made for."""

    id: str
    order_id: str | None
    did: str
    by: str
    at: datetime
    state: TestState = TestState.RUNNING
    answered: bool = False
    duration_ms: int | None = None
    """From dialling to the end."""
    match_percent: int | None = None
    reason: str = ""
    """A `Why`; empty where it passed, or runs."""
    heard: bool = False
    """What was heard is kept as a file."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a call to a number of ours came to."""

    answered: bool
    wav: bytes
    """From the answer on; empty where nothing was recorded."""
    duration_ms: int


def judged(call: TestCall, heard: Heard, greeting: Sequence[int]) -> TestCall:
    """The test call with its result; `greeting`: the samples that should be heard."""
    after = replace(
        call,
        answered=heard.answered,
        duration_ms=heard.duration_ms,
        heard=bool(heard.wav),
    )
    if not heard.answered:
        return failed(after, Why.NOT_ANSWERED)
    wanted = loudness(greeting)[:MOST_STEPS]
    if len(wanted) < LEAST_STEPS or max(wanted) < QUIET:
        return failed(after, Why.NO_GREETING)
    found = loudness(samples_of(heard.wav))
    if not found or max(found) < QUIET:
        return failed(after, Why.SILENT)
    percent = match(found, wanted)
    after = replace(after, match_percent=percent)
    if percent < LEAST_PERCENT:
        return failed(after, Why.OTHER_SOUND)
    return replace(after, state=TestState.PASSED)


def failed(call: TestCall, why: Why) -> TestCall:
    return replace(call, state=TestState.FAILED, reason=why.value)


def samples_of(wav: bytes) -> Sequence[int]:
    """The samples of a WAV as telephones have it, 16 bit, mono, 8 kHz; none of any other."""
    try:
        with wave.open(BytesIO(wav)) as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                return ()
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        return ()
    samples = array.array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def loudness(samples: Sequence[int]) -> list[float]:
    """The root mean square of every 20 ms."""
    whole = len(samples) - len(samples) % STEP
    data = array.array("d", samples[:whole])
    return [
        math.sqrt(sum(x * x for x in data[start : start + STEP]) / STEP)
        for start in range(0, whole, STEP)
    ]


def match(heard: Sequence[float], wanted: Sequence[float]) -> int:
    """How well `wanted` fits the best place in `heard`: 100 is the same shape, 0 none.

    The correlation of the logarithms of both, each without its mean: how loud the call is as a
    whole does not count.
    """
    if len(heard) < len(wanted):
        return 0
    shape = _centred([_log(x) for x in wanted])
    size = math.sqrt(sum(x * x for x in shape))
    sound = [_log(x) for x in heard]
    if not size:
        return 0
    best, n = 0.0, len(shape)
    total, squares = sum(sound[:n]), sum(x * x for x in sound[:n])
    for start in range(len(sound) - n + 1):
        if start:
            gone, come = sound[start - 1], sound[start + n - 1]
            total += come - gone
            squares += come * come - gone * gone
        spread = squares - total * total / n
        if spread > 1e-9:
            # `shape` has no mean, so that of the sound falls out of the product.
            product = sum(a * b for a, b in zip(shape, sound[start : start + n], strict=True))
            best = max(best, product / (size * math.sqrt(spread)))
    return round(best * 100)


def _log(loud: float) -> float:
    return math.log(max(loud, QUIET / 4))


def _centred(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    return [x - mean for x in values]
