"""What brings a call to its end: people, time, a command that failed; and what follows it."""

from pbx.domain import messages as m
from pbx.domain.call import conference, handover, hold, inbound, outside, voicemail
from pbx.domain.call.core import CallCore, CallState
from pbx.domain.records import Direction, Outcome

ESSENTIAL = m.Dial | m.Join | m.CreateBridge | m.Record | m.Play | m.Answer
"""Commands that a call cannot do without."""
ANSWERED_STATES = frozenset(
    {
        CallState.TALKING,
        CallState.DETACHED,
        CallState.HELD,
        CallState.TRANSFERRING,
        CallState.TRANSFERRED,
        CallState.JOINED,
    }
)


def asked_to_hang_up(call: CallCore, event: m.HangUpRequested) -> list[m.Command]:
    by_colleague = call.is_colleague(event.user_id)
    if call.answered:
        cause = "hangup-far" if by_colleague else "hangup-agent"
        return call.end(event.at, Outcome.ANSWERED, cause)
    if by_colleague:
        return call.end(event.at, Outcome.REJECTED, "colleague-declined")
    if call.facts.direction is Direction.INBOUND:
        return call.end(event.at, Outcome.MISSED, "hangup-agent")
    return call.end(event.at, Outcome.CANCELLED, "cancelled")


def superseded(call: CallCore, event: m.Superseded) -> list[m.Command]:
    outcome = Outcome.ANSWERED if call.answered else Outcome.CANCELLED
    return call.end(event.at, outcome, "transferred")


def timer_fired(call: CallCore, event: m.TimerFired) -> list[m.Command]:
    match event.name:
        case m.TimerName.JOIN:
            return _leg_never_came(call, event)
        case m.TimerName.RING:
            return inbound.ring_time_over(call, event)
        case m.TimerName.PROOF:
            return inbound.proof_time_over(call, event)
        case m.TimerName.DIAL if call.state in (CallState.DIALLING, CallState.RINGING):
            return call.end(event.at, Outcome.NO_ANSWER, "dial-timeout", 19)
        case m.TimerName.REATTACH if call.agent is None:
            return _agent_never_came_back(call, event)
        case m.TimerName.COLLEAGUE if call.far is None:
            return call.end(event.at, Outcome.ANSWERED, "reattach-timeout")
        case m.TimerName.DURATION if call.state in ANSWERED_STATES:
            return call.end(event.at, Outcome.ANSWERED, "limit-duration")
        case m.TimerName.DIGITS:
            return call.note_typed(event.at)
        case m.TimerName.SILENCE if call.state is CallState.RECORDING:
            return [m.StopRecording()]
    return []


def _leg_never_came(call: CallCore, event: m.TimerFired) -> list[m.Command]:
    match call.state:
        case CallState.WAITING:
            return call.end(event.at, Outcome.FAILED, "agent-never-came")
        case CallState.ANSWERING if call.internal:
            return call.end(event.at, Outcome.NO_ANSWER, "colleague-not-live")
        case CallState.ANSWERING:
            return inbound.next_stage(call, event.at)
        case CallState.DETACHED | CallState.HELD:
            return handover.colleague_never_came(call, event)
    return []


def _agent_never_came_back(call: CallCore, event: m.TimerFired) -> list[m.Command]:
    if call.state in (CallState.DETACHED, CallState.HELD):
        return call.end(event.at, Outcome.ANSWERED, "reattach-timeout")
    if call.state in (CallState.DIALLING, CallState.RINGING, CallState.ANSWERING):
        return call.end(event.at, Outcome.CANCELLED, "reattach-timeout")
    return []


def command_failed(call: CallCore, event: m.CommandFailed) -> list[m.Command]:
    """Only what the call cannot do without ends it; a lost socket ends nothing (resync).
    A recording that cannot be stopped is over already, or never began."""
    command = event.command
    if isinstance(command, m.Leave):
        return hold.park_failed(call, event, command.channel)
    if not event.refused:
        return []
    if isinstance(command, m.StopRecording):
        return voicemail.recorded(call, m.RecordingDone(event.at, call.id))
    if not isinstance(command, ESSENTIAL):
        return []
    if isinstance(command, m.Join) and call.state is CallState.JOINED and command.bridge:
        return conference.split(call, event)  # the host's bridge went away meanwhile
    if isinstance(command, m.Answer | m.Join) and (call.internal or command.channel != call.far):
        return []  # a browser leg that went away in the meantime; its LegGone follows
    call.recording = call.recording and not isinstance(command, m.Record)
    return call.end(event.at, _outcome_of_failure(call), "network-error")


def _outcome_of_failure(call: CallCore) -> Outcome:
    if call.answered:
        return Outcome.ANSWERED
    inbound_call = call.facts.direction is Direction.INBOUND
    return Outcome.MISSED if inbound_call else Outcome.FAILED


def partner_gone(call: CallCore, event: m.PartnerGone) -> list[m.Command]:
    """A call that this one is linked to ended, or left."""
    if event.other in call.guests:
        return conference.guest_gone(call, event)
    if event.other != call.linked:
        return []
    if call.state is CallState.OUTSIDE:
        return outside.not_taken(call, event)
    if call.linked_as is m.LinkedAs.GUEST:
        return conference.host_gone(call, event)
    if call.linked_as is m.LinkedAs.TRANSFER:
        return handover.partner_of_transfer_gone(call, event)
    return []


def forget(call: CallCore, event: m.TimerFired) -> list[m.Command]:
    if event.name is not m.TimerName.LINGER:
        return []
    call.agent = call.far = None
    recording, call.recording = call.recording, False
    return [m.KeepVoicemail()] if recording else []
