"""Calls to the telephone network: nothing is dialled before the browser has joined."""

from pbx.domain import messages as m
from pbx.domain.call.core import CallCore, CallState
from pbx.domain.records import LedgerKind, Moment


def placed(call: CallCore, event: m.CallPlaced) -> list[m.Command]:
    call.state = CallState.WAITING
    return [
        m.WriteLedger(LedgerKind.OFFERED, event.at),
        m.StartTimer(m.TimerName.JOIN, call.limits.join_seconds),
    ]


def agent_joined_first(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    if event.leg is not m.Leg.AGENT or call.for_transfer:
        return [m.HangUp(event.channel)]
    call.agent, call.agent_endpoint = event.channel, event.endpoint
    join: list[m.Command] = [] if call.parked else [m.Join(event.channel)]
    commands: list[m.Command] = [
        m.StopTimer(m.TimerName.JOIN),
        m.Answer(event.channel),
        m.CreateBridge(),
        *join,
    ]
    up = m.WriteLedger(LedgerKind.LEG_UP, event.at, m.Leg.AGENT, event.channel)
    if call.internal:
        return [*commands, *_ring_colleague(call, event), up]
    return [*commands, *dial(call), up]


def dial(call: CallCore) -> list[m.Command]:
    """Call the far party, into the bridge in which its leg belongs."""
    call.state = CallState.DIALLING
    call.far = call.far_channel
    return [
        m.Dial(
            call.far_channel,
            call.facts.number or "",
            call.facts.caller_id or "",
            call.limits.dial_seconds,
            call.far_bridge,
            call.facts.did or "",
        ),
        m.StartTimer(m.TimerName.DIAL, call.limits.dial_seconds + 10),
    ]


def far_rang(call: CallCore, event: m.LegRang) -> list[m.Command]:
    if event.channel != call.far or call.internal:
        return []
    call.state = CallState.RINGING
    if call.ringing:
        return []
    call.ringing = event.at
    return [m.WriteLedger(LedgerKind.RINGING, event.at, m.Leg.FAR, event.channel)]


def far_answered(call: CallCore, event: m.LegAnswered) -> list[m.Command]:
    if event.channel != call.far or call.internal:
        return []
    commands = [m.StopTimer(m.TimerName.DIAL), *begin_talking(call, event.at, event.channel)]
    if call.for_transfer and call.linked:
        call.state = CallState.TRANSFERRED
        told = m.TellCall(call.linked, m.PartnerAnswered(event.at, call.id))
        return [*commands, told, call.note(event.at, "transfer-done")]
    return [*commands, *call.music()]


def begin_talking(call: CallCore, at: Moment, far: str) -> list[m.Command]:
    """The far party is there: it is billed from now on, and talks to whoever is there."""
    call.answered, call.far_up = at, True
    if call.platform_since:
        call.platform_until = at
    call.state = CallState.TALKING
    if call.parked:
        call.state = CallState.HELD
    elif call.agent is None:
        call.state = CallState.DETACHED
    return [
        m.WriteLedger(LedgerKind.ANSWERED, at, m.Leg.FAR, far),
        m.StartTimer(m.TimerName.DURATION, call.limits.max_call_seconds),
    ]


def _ring_colleague(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    """No network rings here, so the caller hears a tone of ours."""
    colleague = call.facts.colleague_id or ""
    call.state = CallState.RINGING
    call.ringing = event.at
    return [
        m.StartTone(),
        m.WriteLedger(LedgerKind.RINGING, event.at),
        call.note(event.at, "colleague-rings", colleague),
        *call.offer((colleague,), call.limits.colleague_seconds),
    ]
