"""A step that rings a number outside: a second call is dialled into the caller's bridge.

The caller hears the ringing tone meanwhile, and is billed from the moment at which somebody
answers there; then both far parties are connected as after a transfer. Whoever does not answer
gives way to the next step.
"""

from pbx.domain import messages as m
from pbx.domain.call import inbound
from pbx.domain.call.core import CallCore, CallState
from pbx.domain.call.legs import note_gone
from pbx.domain.call.outbound import begin_talking
from pbx.domain.records import Moment, Outcome

RINGS = "outside-rings"
NOT_TAKEN = {"busy": "outside-busy", "no-answer": "outside-no-answer"}
NOT_TAKEN |= {"dial-timeout": "outside-no-answer"}
FAILED = "outside-failed"
"""Why the next step follows, by the cause of the other call's end; else it failed."""


def ring(call: CallCore, stage: m.Stage, at: Moment) -> list[m.Command]:
    """Ask for the call to that number; policy and limits are looked at once more for it."""
    call.state = CallState.OUTSIDE
    call.belong_to(None)
    call.ringing = call.ringing or at  # rung, if not in a browser: whoever is lost is missed
    drop: list[m.Command] = [m.HangUp(call.agent)] if call.agent else []
    return [
        *drop,
        *call.start_ringback(),
        m.CreateBridge(),
        m.RingOutside(stage.number, stage.seconds),
    ]


def rings(call: CallCore, event: m.TransferBegun) -> list[m.Command]:
    """The other call is there, and dials as soon as it is told that the bridge is ready."""
    if call.linked:
        return []
    call.linked, call.linked_as = event.other, m.LinkedAs.TRANSFER
    return [
        call.note(event.at, RINGS),
        m.TellCall(event.other, m.HostReady(event.at, call.id)),
    ]


def refused(call: CallCore, event: m.OutsideRefused) -> list[m.Command]:
    return [call.note(event.at, event.reason), *inbound.next_stage(call, event.at)]


def not_taken(call: CallCore, event: m.PartnerGone) -> list[m.Command]:
    """Also where somebody answered, but was gone before the caller's leg was up."""
    leave: list[m.Command] = [m.Leave(call.far)] if call.partner_up and call.far else []
    call.unlink()
    reason = NOT_TAKEN.get(event.cause or "", FAILED)
    return [*leave, call.note(event.at, reason), *inbound.next_stage(call, event.at)]


def answered(call: CallCore, event: m.PartnerAnswered) -> list[m.Command]:
    """Said twice, it is done twice: what was lost on the way to Asterisk is made up for."""
    if event.other != call.linked or call.far is None:
        return []
    commands = call.stop_ringback()
    if not call.far_up:
        call.partner_up = True
        return [*commands, m.Answer(call.far), m.Join(call.far)]
    return [*commands, m.Join(call.far), *_connected(call, event.at)]


def caller_up(call: CallCore, event: m.LegAnswered) -> list[m.Command]:
    if event.channel != call.far or call.far_up:
        return []
    return _connected(call, event.at) if call.partner_up else up_alone(call, event)


def up_alone(call: CallCore, event: m.LegAnswered) -> list[m.Command]:
    """The next step goes on, and no network rings for the caller any more."""
    if event.channel != call.far or call.far_up:
        return []
    call.far_up, call.platform_since = True, event.at
    return call.start_ringback()


def _connected(call: CallCore, at: Moment) -> list[m.Command]:
    commands = begin_talking(call, at, call.far or "")
    call.state, call.parked = CallState.TRANSFERRED, True
    return [*commands, call.note(at, "transfer-done")]


def leg_gone(call: CallCore, event: m.LegGone) -> list[m.Command]:
    if event.channel != call.far:
        return note_gone(call, event)
    call.far = None
    return call.end(event.at, Outcome.MISSED, "caller-gave-up", event.cause)
