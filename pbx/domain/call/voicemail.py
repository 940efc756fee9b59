"""Our own voice: announcements on the way; then, where nobody took the call, a greeting, a
beep, a message."""

from pbx.domain import messages as m
from pbx.domain.call.core import CallCore, CallState
from pbx.domain.call.legs import note_gone
from pbx.domain.records import Outcome

GREETING_NAME = "greeting"
ANNOUNCEMENT_NAME = "announcement"


def announce(call: CallCore, announcement: str) -> list[m.Command]:
    """Play it to the caller, whose leg must be up for that."""
    if call.far is None:
        return []
    call.announcing = announcement
    return _speak(call)


def take_message(call: CallCore) -> list[m.Command]:
    if call.far is None:
        return []
    call.announcing = ""
    return _speak(call)


def _speak(call: CallCore) -> list[m.Command]:
    assert call.far is not None
    call.state = CallState.GREETING
    call.belong_to(None)
    commands: list[m.Command] = [m.Answer(call.far)]
    if call.agent:
        commands.append(m.HangUp(call.agent))
    if not call.far_up:
        return commands
    return [*commands, *call.stop_ringback(), *_greet(call)]


def far_up_for_greeting(call: CallCore, event: m.LegAnswered) -> list[m.Command]:
    if event.leg is not m.Leg.FAR or call.far_up:
        return []
    call.far_up = True
    call.platform_since = event.at
    return _greet(call)


def _greet(call: CallCore) -> list[m.Command]:
    if call.announcing:
        return [m.Play(call.far or "", ANNOUNCEMENT_NAME, (call.announcing,))]
    return [m.Play(call.far or "", GREETING_NAME, call.voicemail.files)]


def greeted(call: CallCore, event: m.PlaybackDone) -> list[m.Command]:
    if event.name != GREETING_NAME:
        return []
    if not call.voicemail.takes_message:
        return call.end(event.at, Outcome.VOICEMAIL, "test-call")
    call.state = CallState.RECORDING
    call.recording = True
    return [
        *call.stop_offer("no-answer"),
        m.Record(call.far or "", call.voicemail.max_seconds),
        m.StartTimer(m.TimerName.SILENCE, call.voicemail.start_silence_seconds),
    ]


def spoke(call: CallCore, event: m.TalkingChanged) -> list[m.Command]:
    if event.talking:
        return [m.StopTimer(m.TimerName.SILENCE)]
    return [m.StartTimer(m.TimerName.SILENCE, call.voicemail.end_silence_seconds)]


def recorded(call: CallCore, event: m.RecordingDone) -> list[m.Command]:
    if not call.recording:
        return []
    call.recording = False
    if call.state is CallState.ENDED:
        return [m.KeepVoicemail()]
    return [*call.end(event.at, Outcome.VOICEMAIL, "voicemail-done"), m.KeepVoicemail()]


def caller_left(call: CallCore, event: m.LegGone) -> list[m.Command]:
    if event.leg is not m.Leg.FAR or event.channel != call.far:
        return note_gone(call, event)
    call.far = None
    if not call.voicemail.takes_message:
        return call.end(event.at, Outcome.VOICEMAIL, "test-call", event.cause)
    if call.state is CallState.GREETING:
        return call.end(event.at, Outcome.MISSED, "caller-left-in-greeting", event.cause)
    return call.end(event.at, Outcome.VOICEMAIL, "voicemail-done", event.cause)
