"""The legs of a call under way: the browser's is replaceable, the network's is anchored."""

from pbx.domain import ending
from pbx.domain import messages as m
from pbx.domain.call.core import BEFORE_ANSWER, IN_CONVERSATION, CallCore, CallState
from pbx.domain.call.internal import colleague_gone, colleague_joined_again, colleague_joined_first
from pbx.domain.records import LedgerKind, Outcome


def leg_joined(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    """A reload, a crash, another browser: the newest browser leg wins."""
    if event.leg is m.Leg.FAR:
        return _colleague_joined(call, event)
    if event.channel == call.agent:
        return []
    if call.for_transfer:
        return [m.HangUp(event.channel)]
    old, call.agent = call.agent, event.channel
    call.agent_endpoint = event.endpoint
    commands: list[m.Command] = [m.StopTimer(m.TimerName.REATTACH), m.Answer(event.channel)]
    if call.state is CallState.DETACHED:
        call.state = CallState.TALKING
    if call.returns_to:  # whoever took the call over has come
        call.returns_to = None
        commands.append(m.StopTimer(m.TimerName.JOIN))
    commands += call.music()
    if not call.parked:
        commands.append(m.Join(event.channel))
    if old:
        commands.append(m.HangUp(old, ending.CAUSE_REPLACED))
    commands.append(m.WriteLedger(LedgerKind.LEG_UP, event.at, m.Leg.AGENT, event.channel))
    return commands


def _colleague_joined(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    if not call.internal or not call.taken:
        return [m.HangUp(event.channel)]
    if call.state is CallState.ANSWERING:
        return colleague_joined_first(call, event)
    return colleague_joined_again(call, event)


def leg_gone(call: CallCore, event: m.LegGone) -> list[m.Command]:
    if event.channel == call.far:
        return colleague_gone(call, event) if call.internal else far_gone(call, event)
    if event.channel == call.agent:
        return _agent_gone(call, event)
    return []


def _agent_gone(call: CallCore, event: m.LegGone) -> list[m.Command]:
    """Its return is waited for where the far party waits for it; one that is with somebody
    else meanwhile waits for nobody."""
    call.agent = None
    commands: list[m.Command] = [
        m.WriteLedger(
            LedgerKind.LEG_GONE, event.at, m.Leg.AGENT, event.channel, cause_code=event.cause
        )
    ]
    if call.state in IN_CONVERSATION | BEFORE_ANSWER:
        commands.append(m.StartTimer(m.TimerName.REATTACH, call.limits.reattach_seconds))
    if call.state is CallState.TALKING:
        call.state = CallState.DETACHED
    return [*commands, *call.music()]


def far_gone(call: CallCore, event: m.LegGone) -> list[m.Command]:
    call.far = None
    if call.answered:
        outcome, cause = Outcome.ANSWERED, "hangup-far"
    else:
        outcome, cause = ending.of_failed_dial(event.cause, event.sip_status)
    return call.end(event.at, outcome, cause, event.cause, event.sip_status)


def joined_too_late(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    return [m.HangUp(event.channel)]


def note_gone(call: CallCore, event: m.LegGone) -> list[m.Command]:
    if event.channel == call.agent:
        call.agent = None
    if event.channel == call.far:
        call.far = None
    return []
