"""A greeting recorded by telephone, as the pure machine sees it."""

from datetime import UTC, datetime

from pbx.domain import messages as m
from pbx.domain.dictation import Dictation, Keep, Kept, Step, Wanted
from pbx.domain.records import Moment

NOW = Moment(datetime(2026, 11, 27, 12, tzinfo=UTC), 0, "boot")
GONE = m.LegGone(NOW, m.Leg.FAR, "chan", 16)


def begun() -> Dictation:
    dictation = Dictation("chan", 180)
    assert dictation.begin()[-1] == m.Play("chan", "dictation", ("beep",))
    return dictation


def at(step: Step) -> Dictation:
    """One that has come so far."""
    dictation = begun()
    for event in (
        m.PlaybackDone(NOW, "dictation"),
        m.RecordingDone(NOW, "call"),
        Kept(NOW, "/g/v.wav"),
    ):
        if dictation.step is step:
            break
        dictation.handle(event)
    assert dictation.step is step
    return dictation


def test_beep_speak_hash_and_hear_it_once() -> None:
    dictation = begun()
    assert dictation.handle(m.PlaybackDone(NOW, "greeting")) == []
    assert dictation.handle(m.PlaybackDone(NOW, "dictation")) == [m.Record("chan", 180)]
    assert dictation.handle(m.DigitPressed(NOW, m.Leg.FAR, "5")) == []
    assert dictation.handle(m.DigitPressed(NOW, m.Leg.FAR, "#")) == [m.StopRecording()]
    assert dictation.handle(m.RecordingDone(NOW, "call")) == [Keep()]
    assert dictation.handle(m.RecordingDone(NOW, "call")) == []
    again: list[Wanted] = [m.Play("chan", "again", ("/g/v.wav", "beep"))]
    assert dictation.handle(Kept(NOW, "/g/v.wav")) == again
    assert dictation.handle(m.PlaybackDone(NOW, "again")) == [m.HangUp("chan", 16)]
    assert dictation.step is Step.OVER
    assert dictation.handle(GONE) == []


def test_what_cannot_be_kept_ends_with_two_beeps() -> None:
    assert at(Step.KEEPING).handle(Kept(NOW, "")) == [m.Play("chan", "again", ("beep", "beep"))]


def test_hanging_up_keeps_what_was_said() -> None:
    dictation = at(Step.RECORDING)
    assert dictation.handle(GONE) == []
    assert dictation.handle(m.RecordingDone(NOW, "call")) == [Keep()]
    assert dictation.handle(Kept(NOW, "/g/v.wav")) == []
    assert dictation.step is Step.OVER
    for step in (Step.PROMPT, Step.AGAIN):
        dictation = at(step)
        assert dictation.handle(GONE) == []
        assert dictation.step is Step.OVER


def test_a_command_that_fails_ends_it_but_for_stopping() -> None:
    def failed(command: m.Command) -> m.CommandFailed:
        return m.CommandFailed(NOW, command, True, "no")

    dictation = at(Step.RECORDING)
    assert dictation.handle(failed(m.StopPlay("greeting"))) == []
    assert dictation.step is Step.RECORDING
    assert dictation.handle(failed(m.Record("chan", 180))) == [m.HangUp("chan", 16)]
    assert dictation.step is Step.OVER
    assert dictation.handle(failed(m.HangUp("chan", 16))) == []
