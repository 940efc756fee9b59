"""A call whose caller records a greeting: its leg does what `domain.dictation` wants, and here
is known only how long."""

from pbx.domain import messages as m
from pbx.domain.call.core import CallCore, CallState
from pbx.domain.call.legs import note_gone
from pbx.domain.records import Outcome

BEGUN, DONE = "dictation-begun", "dictation-done"


def begun(call: CallCore, event: m.DictationBegun) -> list[m.Command]:
    call.state = CallState.DICTATING
    call.announcing = ""
    return [*call.stop_offer("no-answer"), call.note(event.at, BEGUN)]


def leg_gone(call: CallCore, event: m.LegGone) -> list[m.Command]:
    if event.channel != call.far:
        return note_gone(call, event)
    call.far = None
    return call.end(event.at, Outcome.DICTATED, DONE, event.cause)


def ended(call: CallCore, event: m.HangUpRequested) -> list[m.Command]:
    return call.end(event.at, Outcome.DICTATED, DONE)
