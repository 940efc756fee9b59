"""Taking over a call that went on while nobody watched.

After a restart, or a lost connection to Asterisk, events are missing and never come
again. What the ledger says and which legs Asterisk still has, and in which bridge, are put
together here; the result is a `Call` and the first commands for it.
"""

from dataclasses import dataclass, replace

from pbx.domain.call import GREETING_NAME, IN_CONVERSATION, Call, CallState
from pbx.domain.messages import (
    CallArrived,
    CallLimits,
    Command,
    CreateBridge,
    Facts,
    Join,
    KeepVoicemail,
    Leg,
    LegAnswered,
    LegGone,
    LinkedAs,
    PartnerAnswered,
    Play,
    ReturnToAgent,
    Stage,
    StartTimer,
    StopHold,
    StopTone,
    TimerName,
    VoicemailPlan,
)
from pbx.domain.records import CallRecord, Direction, Moment, Outcome
from pbx.domain.retelling import Told

AWAY = "controller-was-away"
UNKNOWN_SILENCE_SECONDS = 30
"""Nobody tells whether the caller of an adopted recording is speaking right now. It cannot
be asked: while a channel is recorded, Asterisk 22.10 answers no request that sets one of its
variables, nor any other on the same socket. So nobody is cut off who draws a breath by then.
"""
_GONE = "gone"
"""Stands for a browser's leg that is no longer there."""


@dataclass(frozen=True, slots=True)
class Partner:
    """Another call whose far leg shares a bridge with this one's.

    `linked_as` is what the call whose leg is the guest is to the bridge's owner, GUEST or
    TRANSFER; `answered`: whether the guest's far party is known to be up.
    """

    call_id: str
    linked_as: LinkedAs
    answered: bool = True


@dataclass(frozen=True, slots=True)
class FoundLegs:
    """Which channels of a call Asterisk has now.

    `answered` is when the far leg was answered by Asterisk's own record, where the ledger
    has not seen it; `seen` the last moment at which the call is known to have been alive.
    `recording`: a message is being recorded; `recorded`: one was finished.
    `agent_in`, `far_in`: in the bridge in which they belong when nobody is on hold.
    `host`: the call in whose bridge the far leg is, if not its own; `guests`: those whose far
    legs are in this call's bridge.
    """

    far: str | None
    far_up: bool
    agent: str | None
    recording: bool
    recorded: bool
    answered: Moment | None
    seen: Moment
    agent_in: bool = True
    far_in: bool = True
    host: Partner | None = None
    guests: tuple[Partner, ...] = ()


def facts_of(record: CallRecord, told: Told) -> Facts:
    """Where none of our people took part, it is only somebody's number that was called."""
    nobodys = record.did is not None and told.user_id is None and not told.agents
    return Facts(
        direction=record.direction,
        user_id=None if nobodys else told.user_id or record.user_id,
        owner_id=record.user_id if nobodys else None,
        task=record.task,
        number=record.number,
        did=record.did,
        caller_id=record.caller_id,
        country=record.country,
        number_type=record.number_type,
        zone=record.zone,
        key=record.key,
        colleague_id=told.colleague_id,
    )


def adopt(
    record: CallRecord,
    found: FoundLegs,
    now: Moment,
    *,
    limits: CallLimits,
    stages: tuple[Stage, ...] = (),
    voicemail: VoicemailPlan | None = None,
    reject_cause: str = "",
    told: Told | None = None,
) -> tuple[Call, list[Command]]:
    """The call as it must be now, and what to do first.

    Args:
        record: an open call of the ledger.
        found: what Asterisk has of it.
        now: the moment of taking over.
        limits, stages, voicemail, reject_cause: as for a new call; `stages` only for one that
            still rings.
        told: what its entries tell beyond the record.
    """
    told = told or Told()
    stages = _still_to_come(stages, told.outside)
    call = Call(
        record.id,
        facts_of(record, told),
        limits=limits,
        stages=stages,
        voicemail=voicemail or VoicemailPlan(),
        reject_cause=reject_cause,
        far=found.far,
        far_up=found.far_up,
        agent=found.agent,
        ringing=record.ringing,
        answered=record.answered,
    )
    _link(call, found)
    if call.internal:
        return call, _internal(call, found, told, now)
    if found.far is None:
        return call, _vanished(call, found, told)
    if record.answered:
        return call, _talking(call, found, told, now)
    if record.direction is Direction.OUTBOUND:
        return call, _dialling(call, found, now)
    return call, _inbound(call, found, told, now)


def _still_to_come(stages: tuple[Stage, ...], outside: int) -> tuple[Stage, ...]:
    """After those numbers outside that were called already: nobody outside is called twice."""
    called = [position for position, stage in enumerate(stages) if stage.number][:outside]
    return stages[called[-1] + 1 :] if called else stages


def _link(call: Call, found: FoundLegs) -> None:
    """Who is connected with whom, by the bridges."""
    call.guests = tuple(p.call_id for p in found.guests if p.linked_as is LinkedAs.GUEST)
    if call.guests:
        call.linked, call.linked_as = call.guests[-1], LinkedAs.HOST
    if found.host:
        call.linked, call.linked_as = found.host.call_id, found.host.linked_as
        call.far_bridge = found.host.call_id
    if partner := _transfer_partner(found):
        call.linked, call.linked_as = partner.call_id, LinkedAs.TRANSFER


def _transfer_partner(found: FoundLegs) -> Partner | None:
    return next((p for p in found.guests if p.linked_as is LinkedAs.TRANSFER), None)


def _vanished(call: Call, found: FoundLegs, told: Told) -> list[Command]:
    """The far leg ended unseen: billed up to the last moment at which it was there."""
    if call.answered:
        return call.end(found.seen, Outcome.ANSWERED, AWAY)
    if call.facts.direction is not Direction.INBOUND:
        return call.end(found.seen, Outcome.FAILED, AWAY)
    if found.recorded:
        return [*call.end(found.seen, Outcome.VOICEMAIL, AWAY), KeepVoicemail()]
    if told.dictating:
        return call.end(found.seen, Outcome.DICTATED, AWAY)
    return call.end(found.seen, Outcome.MISSED, AWAY)


# ------------------------------------------------------------------ in conversation


def _talking(call: Call, found: FoundLegs, told: Told, now: Moment) -> list[Command]:
    call.far_up = True
    partner = _transfer_partner(found)
    if told.link is LinkedAs.TRANSFER and not partner and not found.host:
        return call.end(now, Outcome.ANSWERED, "party-left")
    commands = _duration(call, now)
    if found.host:
        return [*commands, *_elsewhere(call, found.host)]
    if partner:
        call.state = CallState.TRANSFERRED if partner.answered else CallState.TRANSFERRING
        call.parked = True
        gone = call.drop_agent() if partner.answered else []
        return [*commands, *gone, *_music(call)]
    call.parked = not found.agent_in if found.agent else told.parked
    call.returns_to = told.returns_to if found.agent is None else None
    return [*commands, *_in_conversation(call, found, told, now)]


def _duration(call: Call, now: Moment) -> list[Command]:
    assert call.answered is not None
    left = call.limits.max_call_seconds - call.answered.ms_until(now) / 1000
    return [StartTimer(TimerName.DURATION, max(1.0, left))]


def _elsewhere(call: Call, host: Partner) -> list[Command]:
    """Its far leg is in another call's bridge, as a guest or handed over."""
    call.parked = True
    if host.linked_as is LinkedAs.GUEST:
        call.state = CallState.JOINED
        return []
    call.state = CallState.TRANSFERRED
    return call.drop_agent()


def _in_conversation(call: Call, found: FoundLegs, told: Told, now: Moment) -> list[Command]:
    """With its user, or waiting for them. A transfer that nobody had answered has come back:
    whoever was rung has not been rung any more."""
    held = call.parked or call.far_parked or told.transferring
    call.state = CallState.HELD if held else CallState.TALKING
    commands: list[Command] = []
    if call.far and not found.far_in and not call.far_parked:
        commands += [CreateBridge(), Join(call.far)]
    if told.transferring:
        call.parked, call.notice = True, AWAY
        commands.append(call.note(now, "transfer-back"))
    if call.returns_to:
        commands.append(StartTimer(TimerName.JOIN, call.limits.join_seconds))
    elif call.agent is None:
        commands += _without_agent(call, now)
    commands += _music(call)
    return [*commands, ReturnToAgent()] if told.transferring else commands


def _without_agent(call: Call, now: Moment) -> list[Command]:
    call.agent = _GONE
    return call.handle(LegGone(now, Leg.AGENT, _GONE, 0))


def _music(call: Call) -> list[Command]:
    """Whether it plays now is not known; to say it again does no harm."""
    return [] if call.on_hold else call.music() or [StopHold()]


# ------------------------------------------------------------------ before the answer


def _dialling(call: Call, found: FoundLegs, now: Moment) -> list[Command]:
    call.state = CallState.RINGING if call.ringing else CallState.DIALLING
    call.parked = call.for_transfer or (found.agent is not None and not found.agent_in)
    commands: list[Command] = [StartTimer(TimerName.DIAL, call.limits.dial_seconds)]
    if call.agent is None and not call.for_transfer:
        commands += _without_agent(call, now)
    if found.far_up and found.far:
        commands += call.handle(LegAnswered(found.answered or now, Leg.FAR, found.far))
    return commands


def _inbound(call: Call, found: FoundLegs, told: Told, now: Moment) -> list[Command]:
    assert found.far is not None
    if not found.agent:  # nobody has taken it: until now it is only somebody's number
        owner = call.facts.user_id or call.facts.owner_id
        call.facts = replace(call.facts, user_id=None, owner_id=owner)
    if partner := _transfer_partner(found):
        return _outside(call, found, partner, now)
    if not found.far_up:
        return call.handle(CallArrived(now, found.far))
    answered = found.answered or now
    if found.agent:  # a conversation whose answer did not reach the ledger
        call.state, call.far_up, call.parked = CallState.ANSWERING, False, not found.agent_in
        return call.handle(LegAnswered(answered, Leg.FAR, found.far))
    call.platform_since = answered
    if told.dictating:
        return call.end(now, Outcome.DICTATED, AWAY)
    if found.recording:
        call.state, call.recording = CallState.RECORDING, True
        return [StartTimer(TimerName.SILENCE, UNKNOWN_SILENCE_SECONDS)]
    call.state = CallState.GREETING
    return [Play(found.far, GREETING_NAME, call.voicemail.files)]


def _outside(call: Call, found: FoundLegs, partner: Partner, now: Moment) -> list[Command]:
    """A number outside rings, or has just answered: then the caller comes to it now."""
    call.state, call.ringback = CallState.OUTSIDE, found.far_up
    call.ringing = call.ringing or now
    call.far_up = found.far_up
    call.platform_since = found.answered if found.far_up else None
    return call.handle(PartnerAnswered(now, partner.call_id)) if partner.answered else []


# ------------------------------------------------------------------ between colleagues


def _internal(call: Call, found: FoundLegs, told: Told, now: Moment) -> list[Command]:
    """One that only rang is over: nobody knows any more whether it does."""
    if call.answered is None or (found.far is None and found.agent is None):
        return _vanished(call, found, told)
    call.taken = call.far_up = True
    call.parked = not found.agent_in if found.agent else told.parked
    call.far_parked = not found.far_in if found.far else told.far_parked
    commands = [StopTone(), *_duration(call, now), *_in_conversation(call, found, told, now)]
    if call.far is None and call.state in IN_CONVERSATION:
        call.far = _GONE
        commands += call.handle(LegGone(now, Leg.FAR, _GONE, 0))
    return commands
