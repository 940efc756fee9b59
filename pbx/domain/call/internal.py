"""Calls from one browser to another. The colleague's leg is the far one; both are replaceable."""

from pbx.domain import ending
from pbx.domain import messages as m
from pbx.domain.call.core import CallCore, CallState
from pbx.domain.call.outbound import begin_talking
from pbx.domain.records import LedgerKind, Outcome

NOT_TAKEN = {
    "declined": (Outcome.REJECTED, "colleague-declined"),
    "no-answer": (Outcome.NO_ANSWER, "colleague-no-answer"),
    "not-live": (Outcome.NO_ANSWER, "colleague-not-live"),
}
"""Why a colleague did not take a call, by the reason for which the ringing stopped."""


def colleague_answered(call: CallCore, event: m.AnswerRequested) -> list[m.Command]:
    if event.user_id not in call.offered_to:
        return []
    call.offered_to = ()
    call.taken = True
    call.state = CallState.ANSWERING
    return [
        *call.stop_offer("answered-elsewhere"),
        m.StartTimer(m.TimerName.JOIN, call.limits.join_seconds),
    ]


def colleague_not_ringing(call: CallCore, event: m.Event, reason: str) -> list[m.Command]:
    outcome, cause = NOT_TAKEN[reason]
    return [*call.stop_offer(reason), *call.end(event.at, outcome, cause)]


def colleague_joined_first(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    call.far, call.far_endpoint = event.channel, event.endpoint
    join: list[m.Command] = [] if call.far_parked else [m.Join(event.channel)]
    commands: list[m.Command] = [
        m.StopTimer(m.TimerName.JOIN),
        m.StopTone(),
        m.Answer(event.channel),
        *join,
        *begin_talking(call, event.at, event.channel),
        _leg_up(call, event),
    ]
    if call.far_parked:
        call.state = CallState.HELD
    return [*commands, *call.music()]


def colleague_joined_again(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    """Their newest browser wins, as with the other leg."""
    if event.channel == call.far:
        return []
    old, call.far = call.far, event.channel
    call.far_endpoint = event.endpoint
    commands: list[m.Command] = [
        m.StopTimer(m.TimerName.COLLEAGUE),
        m.Answer(event.channel),
        *call.music(),
    ]
    if not call.far_parked:
        commands.append(m.Join(event.channel, call.far_bridge))
    if old:
        commands.append(m.HangUp(old, ending.CAUSE_REPLACED))
    return [*commands, _leg_up(call, event)]


def colleague_gone(call: CallCore, event: m.LegGone) -> list[m.Command]:
    call.far = None
    return [
        m.WriteLedger(
            LedgerKind.LEG_GONE,
            event.at,
            m.Leg.FAR,
            event.channel,
            cause_code=event.cause,
            user_id=call.facts.colleague_id,
        ),
        m.StartTimer(m.TimerName.COLLEAGUE, call.limits.reattach_seconds),
        *call.music(),
    ]


def _leg_up(call: CallCore, event: m.LegJoined) -> m.WriteLedger:
    return m.WriteLedger(
        LedgerKind.LEG_UP,
        event.at,
        m.Leg.FAR,
        event.channel,
        user_id=call.facts.colleague_id,
    )
