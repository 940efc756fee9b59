"""Keys that a caller presses (F49). Only on the leg of a call from the network: what people of
ours send, such as a customer's number at a hotline, is nobody else's.
"""

from pbx.domain import messages as m
from pbx.domain.call.core import CallCore
from pbx.domain.records import Direction

PAUSE_SECONDS = 3
"""After which what was typed is a line of the timeline."""
MOST = 40
"""In one line."""


def pressed(call: CallCore, event: m.DigitPressed) -> list[m.Command]:
    if call.facts.direction is not Direction.INBOUND or event.leg is not m.Leg.FAR:
        return []
    call.typed += event.digit
    if len(call.typed) < MOST:
        return [m.StartTimer(m.TimerName.DIGITS, PAUSE_SECONDS)]
    return [m.StopTimer(m.TimerName.DIGITS), *call.note_typed(event.at)]
