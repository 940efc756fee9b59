"""How much of a recording is speech: energy above the noise, minus whatever is a tone.

Pure: bytes in, milliseconds out. Made for telephone sound (8 kHz) without numpy; the
work is done by `audioop` in C, one minute takes some tens of milliseconds.

A frame counts as speech when it

1. is louder than the recording's own noise floor (and than an absolute least level),
2. is not part of a steady stretch: speech never keeps its level for 300 ms, while
   tones, hums, hisses and comfort noise do,
3. is not a pure or dual tone (busy, congestion, DTMF, fax), which is recognised within
   some frames, so that the short bursts of a busy signal do not add up to a message,
4. belongs to a run long enough for a syllable: clicks and knocks are not.
"""

import audioop

RATE = 8000
"""Samples a second that the thresholds are made for."""
FRAME_MS = 30
_FRAME = RATE * FRAME_MS // 1000 * 2  # bytes
LEAST_LEVEL = 50
"""RMS of the quietest speech, about -56 dBFS. A lost message is worse than an empty one."""
OVER_NOISE = 2.0
"""Speech is this much louder than the noise floor (6 dB)."""
STEADY_FRAMES = 10
STEADY_RATIO = 1.3
"""Loudest to quietest frame of a steady stretch (2.3 dB)."""
TONE_FRAMES = 2
TONE_RESIDUE = 0.1
"""What two sinusoids may leave unexplained: -20 dB."""
TONE_LAG = 3
"""Samples between the taps of the tone test; 1 would take any low sound for a tone."""
BRIDGED_FRAMES = 5
"""Gaps up to 150 ms lie within words: closures of p, t, k."""
LEAST_FRAMES = 3
"""Shortest run that can be a syllable: 90 ms."""


def speech_ms(samples: bytes) -> int:
    """Milliseconds of speech.

    Args:
        samples: 16-bit mono PCM, native byte order, 8000 samples a second.
    """
    frames = [samples[i : i + _FRAME] for i in range(0, len(samples) - _FRAME + 1, _FRAME)]
    levels = [audioop.rms(frame, 2) for frame in frames]
    if not levels:
        return 0
    threshold = max(LEAST_LEVEL, OVER_NOISE * noise_floor(levels))
    not_speech = _steady(levels) | _tonal(samples, levels, threshold)
    active = [level > threshold and i not in not_speech for i, level in enumerate(levels)]
    return sum(length for _, length in _runs(active)) * FRAME_MS


def noise_floor(levels: list[int]) -> int:
    """The level that the quietest tenth of all frames stays below."""
    return sorted(levels)[len(levels) // 10]


def _steady(levels: list[int]) -> set[int]:
    """Frames within stretches whose level does not move."""
    found: set[int] = set()
    for i in range(len(levels) - STEADY_FRAMES + 1):
        window = levels[i : i + STEADY_FRAMES]
        if max(window) <= min(window) * STEADY_RATIO:
            found.update(range(i, i + STEADY_FRAMES))
    return found


def _tonal(samples: bytes, levels: list[int], threshold: float) -> set[int]:
    """Frames within one or two steady sinusoids, and the frames of their edges."""
    found: set[int] = set()
    for i in range(len(levels) - TONE_FRAMES + 1):
        if min(levels[i : i + TONE_FRAMES]) <= threshold:
            continue
        window = samples[i * _FRAME : (i + TONE_FRAMES) * _FRAME]
        if tone_residue(window) < TONE_RESIDUE:
            found.update(range(i - 2, i + TONE_FRAMES + 2))
    return found


def tone_residue(window: bytes) -> float:
    """What is left of `window` after the best fit of two sinusoids, as a share of its level.

    A sum of two sinusoids satisfies x[n+2L] + x[n-2L] = a (x[n+L] + x[n-L]) + b x[n] for
    some a and b that depend on the frequencies only. Both are fitted one after the other
    (Gram-Schmidt), all with C functions on the whole window.
    """
    lag = TONE_LAG * 2
    quiet = audioop.mul(window, 2, 0.125)  # headroom for sums and products
    middle = quiet[2 * lag : -2 * lag]
    near = audioop.add(quiet[3 * lag : -lag], quiet[lag : -3 * lag], 2)
    far = audioop.add(quiet[4 * lag :], quiet[: -4 * lag], 2)
    level = audioop.rms(far, 2) + audioop.rms(middle, 2)
    if level == 0:
        return 0.0
    near = _without(near, middle)
    far = _without(_without(far, middle), near)
    return audioop.rms(far, 2) / level


def _without(sound: bytes, part: bytes) -> bytes:
    """`sound` minus its projection on `part`."""
    if not audioop.rms(part, 2):
        return sound
    factor = audioop.findfactor(sound, part)
    return audioop.add(sound, audioop.mul(part, 2, -factor), 2)


def _runs(active: list[bool]) -> list[tuple[int, int]]:
    """Start and length, in frames, of what is spoken; short gaps bridged, clicks dropped."""
    raw: list[tuple[int, int]] = []
    start = None
    for i, on in enumerate([*active, False]):
        if on and start is None:
            start = i
        elif not on and start is not None:
            raw.append((start, i - start))
            start = None
    joined: list[tuple[int, int]] = []
    for begin, length in (run for run in raw if run[1] >= LEAST_FRAMES):
        if joined and begin - sum(joined[-1]) <= BRIDGED_FRAMES:
            joined[-1] = (joined[-1][0], begin + length - joined[-1][0])
        else:
            joined.append((begin, length))
    return joined
