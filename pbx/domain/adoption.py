"""Taking over a call that went on while nobody watched.

After a restart, or a lost connection to Asterisk, events are missing and never come
again. What the ledger says and which legs Asterisk still has are put together here;
the result is a `Call` and the first commands for it.
"""

from dataclasses import dataclass, replace

from pbx.domain.call import GREETING_NAME, Call, CallState
from pbx.domain.messages import (
    CallArrived,
    CallLimits,
    Command,
    Facts,
    KeepVoicemail,
    Leg,
    LegAnswered,
    LegGone,
    Play,
    Stage,
    StartTimer,
    TimerName,
    VoicemailPlan,
)
from pbx.domain.records import CallRecord, Direction, Moment, Outcome

AWAY = "controller-was-away"
UNKNOWN_SILENCE_SECONDS = 30
"""Nobody tells whether the caller of an adopted recording is speaking right now. It cannot
be asked: while a channel is recorded, Asterisk 22.10 answers no request that sets one of its
variables, nor any other on the same socket. So nobody is cut off who draws a breath by then.
"""
_GONE = "gone"
"""Stands for a browser's leg that is no longer there."""


@dataclass(frozen=True, slots=True)
class FoundLegs:
    """Which channels of a call Asterisk has now.

    `answered` is when the far leg was answered by Asterisk's own record, where the ledger
    has not seen it; `seen` the last moment at which the call is known to have been alive.
    `recording`: a message is being recorded; `recorded`: one was finished.
    """

    far: str | None
    far_up: bool
    agent: str | None
    recording: bool
    recorded: bool
    answered: Moment | None
    seen: Moment


def facts_of(record: CallRecord) -> Facts:
    return Facts(
        direction=record.direction,
        user_id=record.user_id,
        task=record.task,
        number=record.number,
        did=record.did,
        caller_id=record.caller_id,
        country=record.country,
        number_type=record.number_type,
        zone=record.zone,
        key=record.key,
    )


def adopt(
    record: CallRecord,
    found: FoundLegs,
    now: Moment,
    *,
    limits: CallLimits,
    stages: tuple[Stage, ...] = (),
    voicemail: VoicemailPlan | None = None,
) -> tuple[Call, list[Command]]:
    """The call as it must be now, and what to do first.

    Args:
        record: an open call of the ledger.
        found: what Asterisk has of it.
        now: the moment of taking over.
        limits, stages, voicemail: as for a new call; `stages` only for one that still rings.
    """
    call = Call(
        record.id,
        facts_of(record),
        limits=limits,
        stages=stages,
        voicemail=voicemail or VoicemailPlan(),
        far=found.far,
        far_up=found.far_up,
        agent=found.agent,
        ringing=record.ringing,
        answered=record.answered,
    )
    if found.far is None:
        return call, _vanished(call, found)
    if record.answered:
        return call, _talking(call, found, now)
    if record.direction is Direction.OUTBOUND:
        return call, _dialling(call, found, now)
    return call, _inbound(call, found, now)


def _vanished(call: Call, found: FoundLegs) -> list[Command]:
    """The far leg ended unseen: billed up to the last moment at which it was there."""
    if call.answered:
        return call.end(found.seen, Outcome.ANSWERED, AWAY)
    if call.facts.direction is Direction.OUTBOUND:
        return call.end(found.seen, Outcome.FAILED, AWAY)
    if found.recorded:
        return [*call.end(found.seen, Outcome.VOICEMAIL, AWAY), KeepVoicemail()]
    return call.end(found.seen, Outcome.MISSED, AWAY)


def _talking(call: Call, found: FoundLegs, now: Moment) -> list[Command]:
    call.state = CallState.TALKING
    call.far_up = True
    assert call.answered is not None
    left = call.limits.max_call_seconds - call.answered.ms_until(now) / 1000
    commands: list[Command] = [StartTimer(TimerName.DURATION, max(1.0, left))]
    return [*commands, *_without_agent(call, found, now)]


def _without_agent(call: Call, found: FoundLegs, now: Moment) -> list[Command]:
    if found.agent:
        return []
    call.agent = _GONE
    return call.handle(LegGone(now, Leg.AGENT, _GONE, 0))


def _dialling(call: Call, found: FoundLegs, now: Moment) -> list[Command]:
    call.state = CallState.RINGING if call.ringing else CallState.DIALLING
    commands: list[Command] = [StartTimer(TimerName.DIAL, call.limits.dial_seconds)]
    commands += _without_agent(call, found, now)
    if found.far_up and found.far:
        commands += call.handle(LegAnswered(found.answered or now, Leg.FAR, found.far))
    return commands


def _inbound(call: Call, found: FoundLegs, now: Moment) -> list[Command]:
    assert found.far is not None
    if not found.agent:  # nobody has taken it: until now it is only somebody's number
        call.facts = replace(call.facts, user_id=None, owner_id=call.facts.user_id)
    if not found.far_up:
        return call.handle(CallArrived(now, found.far))
    answered = found.answered or now
    if found.agent:  # a conversation whose answer did not reach the ledger
        call.state, call.far_up = CallState.ANSWERING, False
        return call.handle(LegAnswered(answered, Leg.FAR, found.far))
    call.platform_since = answered
    if found.recording:
        call.state, call.recording = CallState.RECORDING, True
        return [StartTimer(TimerName.SILENCE, UNKNOWN_SILENCE_SECONDS)]
    call.state = CallState.GREETING
    return [Play(found.far, GREETING_NAME, call.voicemail.files)]
