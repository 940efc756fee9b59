"""Recording a greeting by telephone: what is done for what happens, after the code was right.

    PROMPT --beep is over--> RECORDING --# or time over--> KEEPING --kept--> AGAIN --> OVER
                                 '--hung up--> KEEPING --> OVER

    any other hang-up, any command that failed --> OVER

`AGAIN` plays what was kept, once, as callers will hear it; two beeps where it could not be.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass

from pbx.domain import messages as m

PROMPT_NAME = "dictation"
AGAIN_NAME = "again"
END_KEY = "#"
BEEP = "beep"
PLAYING = ("greeting", "announcement")
"""What may play when the code is entered."""


class Step(enum.Enum):
    PROMPT = "prompt"
    RECORDING = "recording"
    KEEPING = "keeping"
    AGAIN = "again"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Kept(m.Event):
    """The recording is in the library; `file` plays it. Empty: it could not be kept."""

    file: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Take the recording into the library, then report `Kept`."""


Wanted = m.Command | Keep


@dataclass
class Dictation:
    """One of them; `channel` is the caller's."""

    channel: str
    max_seconds: int
    step: Step = Step.PROMPT
    here: bool = True

    def begin(self) -> list[Wanted]:
        stop: list[Wanted] = [m.StopPlay(name) for name in PLAYING]
        return [*stop, m.Play(self.channel, PROMPT_NAME, (BEEP,))]

    def handle(self, event: m.Event) -> list[Wanted]:
        """The only writer of `step`; what is to be done now, in order."""
        action = TRANSITIONS.get((self.step, type(event)))
        return action(self, event) if action else []


def _played(d: Dictation, event: m.PlaybackDone) -> list[Wanted]:
    if d.step is Step.PROMPT and event.name == PROMPT_NAME:
        d.step = Step.RECORDING
        return [m.Record(d.channel, d.max_seconds)]
    if d.step is Step.AGAIN and event.name == AGAIN_NAME:
        d.step = Step.OVER
        return [m.HangUp(d.channel, 16)]
    return []


def _pressed(d: Dictation, event: m.DigitPressed) -> list[Wanted]:
    return [m.StopRecording()] if event.digit == END_KEY else []


def _recorded(d: Dictation, event: m.RecordingDone) -> list[Wanted]:
    d.step = Step.KEEPING
    return [Keep()]


def _kept(d: Dictation, event: Kept) -> list[Wanted]:
    if not d.here:
        d.step = Step.OVER
        return []
    d.step = Step.AGAIN
    files = (event.file, BEEP) if event.file else (BEEP, BEEP)
    return [m.Play(d.channel, AGAIN_NAME, files)]


def _left(d: Dictation, event: m.LegGone) -> list[Wanted]:
    """What was said before is kept; the end of the recording is still reported."""
    d.here = False
    if d.step in (Step.PROMPT, Step.AGAIN):
        d.step = Step.OVER
    return []


def _failed(d: Dictation, event: m.CommandFailed) -> list[Wanted]:
    if isinstance(event.command, m.StopPlay | m.StopRecording) or not d.here:
        return []
    d.step = Step.OVER
    return [] if isinstance(event.command, m.HangUp) else [m.HangUp(d.channel, 16)]


TRANSITIONS: dict[tuple[Step, type[m.Event]], Callable[..., list[Wanted]]] = {
    (Step.PROMPT, m.PlaybackDone): _played,
    (Step.RECORDING, m.DigitPressed): _pressed,
    (Step.RECORDING, m.RecordingDone): _recorded,
    (Step.KEEPING, Kept): _kept,
    (Step.AGAIN, m.PlaybackDone): _played,
}
for _step in Step:
    TRANSITIONS[_step, m.LegGone] = _left
    TRANSITIONS[_step, m.CommandFailed] = _failed
