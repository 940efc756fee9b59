"""Calls from the telephone network: who rings, who takes it, and who does not."""

from dataclasses import replace

from pbx.domain import ending
from pbx.domain import messages as m
from pbx.domain.call import handover, internal, legs, outside
from pbx.domain.call.core import CallCore, CallState
from pbx.domain.call.outbound import begin_talking
from pbx.domain.call.voicemail import (
    ANNOUNCEMENT_NAME,
    GREETING_NAME,
    announce,
    greeted,
    take_message,
)
from pbx.domain.records import LedgerKind, Moment, Outcome


def arrived(call: CallCore, event: m.CallArrived) -> list[m.Command]:
    call.far = event.channel
    offered = m.WriteLedger(LedgerKind.OFFERED, event.at, m.Leg.FAR, event.channel)
    if call.reject_cause and not call.stages:  # nobody rings, so the network is not told so
        return [offered, *next_stage(call, event.at)]
    return [m.Ring(event.channel), offered, *next_stage(call, event.at)]


def next_stage(call: CallCore, at: Moment) -> list[m.Command]:
    """Ring the next stage, here or outside, or play it; after the last one take a message, or
    end."""
    if not call.stages:
        return _reject(call, at) if call.reject_cause else take_message(call)
    stage, call.stages = call.stages[0], call.stages[1:]
    if stage.announcement:
        return announce(call, stage.announcement)
    if stage.number:
        return outside.ring(call, stage, at)
    call.state = CallState.OFFERED
    call.belong_to(None)
    commands = call.start_ringback()
    if call.ringing is None:
        call.ringing = at
        commands.append(m.WriteLedger(LedgerKind.RINGING, at))
    return [*commands, *call.offer(stage.user_ids, stage.seconds)]


def _reject(call: CallCore, at: Moment) -> list[m.Command]:
    """The steps end here. Whoever was rung, or has heard us, is somebody to call back."""
    if call.far_up:
        return call.end(at, Outcome.MISSED, "announced")
    return call.end(at, Outcome.MISSED if call.ringing else Outcome.REJECTED, call.reject_cause)


def announced(call: CallCore, event: m.PlaybackDone) -> list[m.Command]:
    """What plays has ended: an announcement, after which it goes on, or the greeting."""
    if not call.announcing:
        return greeted(call, event)
    if event.name != ANNOUNCEMENT_NAME:
        return []
    call.announcing = ""
    return next_stage(call, event.at)


def taken(call: CallCore, event: m.AnswerRequested) -> list[m.Command]:
    if not call.may_answer(event.user_id):
        return []
    stop: list[m.Command] = []
    if call.state is CallState.GREETING:
        stop.append(m.StopPlay(ANNOUNCEMENT_NAME if call.announcing else GREETING_NAME))
        call.announcing = ""
    call.offered_to = tuple(u for u in call.offered_to if u != event.user_id)
    call.state, call.parked = CallState.ANSWERING, False
    call.facts = replace(call.facts, user_id=event.user_id, task=event.task or call.facts.task)
    return [
        *stop,
        *call.stop_offer("answered-elsewhere"),
        m.StartTimer(m.TimerName.JOIN, call.limits.join_seconds),
    ]


def came_live(call: CallCore, event: m.CameLive | m.RingProved) -> list[m.Command]:
    """Late, but the caller is still there: after those who ring now, or during the greeting."""
    if event.user_id not in call.absent:
        return []
    call.absent = tuple(user for user in call.absent if user != event.user_id)
    if call.state in (CallState.OFFERED, CallState.OUTSIDE) or call.announcing:
        call.stages = (*call.stages, m.Stage((event.user_id,), call.limits.colleague_seconds))
        return []
    call.offered_to = (*call.offered_to, event.user_id)
    return [
        m.Offer((event.user_id,)),
        m.StartTimer(m.TimerName.PROOF, call.limits.send_seconds),
        call.note(event.at, "came-live", event.user_id),
    ]


def ring_sent(call: CallCore, event: m.RingSent) -> list[m.Command]:
    """Only now does it count how quick the browser is; before, it was us."""
    if event.user_id not in call.offered_to or event.user_id in call.proved:
        return []
    return [m.StartTimer(m.TimerName.PROOF, call.limits.proof_seconds)]


def ring_proved(call: CallCore, event: m.RingProved) -> list[m.Command]:
    """Who says so too late was slow, not dead: it rings there again, if the caller still waits."""
    late = came_live(call, event) if event.user_id in call.absent else []
    if event.user_id in call.offered_to:
        call.proved |= {event.user_id}
    return late


def declined(call: CallCore, event: m.DeclineRequested) -> list[m.Command]:
    return _not_taken(call, event, (event.user_id,), "declined")


def lost(call: CallCore, event: m.AgentLost) -> list[m.Command]:
    return _not_taken(call, event, (event.user_id,), "not-live")


def ring_time_over(call: CallCore, event: m.TimerFired) -> list[m.Command]:
    return _not_taken(call, event, call.offered_to, "no-answer")


def proof_time_over(call: CallCore, event: m.TimerFired) -> list[m.Command]:
    """A browser that seemed alive but did not say that it rings is dead or frozen (N5)."""
    silent = tuple(user for user in call.offered_to if user not in call.proved)
    notes: list[m.Command] = [call.note(event.at, "not-live", user) for user in silent]
    return [*notes, *_not_taken(call, event, silent, "not-live")]


def _not_taken(
    call: CallCore, event: m.Event, users: tuple[str, ...], reason: str
) -> list[m.Command]:
    """These do not take it; where nobody is left, the next ones ring or the call goes back."""
    out = tuple(user for user in call.offered_to if user in users)
    if not out:
        return []
    left = tuple(user for user in call.offered_to if user not in out)
    if reason == "not-live":
        call.absent = (*call.absent, *out)
    if left or call.state is CallState.GREETING:
        call.offered_to = left
        return [m.StopOffer(out, reason)]
    if call.state is CallState.TRANSFERRING:
        return handover.not_taken(call, event, reason)
    if call.internal:
        return internal.colleague_not_ringing(call, event, reason)
    return [*call.stop_offer(reason), *next_stage(call, event.at)]


def leg_joined_answering(call: CallCore, event: m.LegJoined) -> list[m.Command]:
    if call.internal:
        return legs.leg_joined(call, event)
    if event.leg is not m.Leg.AGENT or call.far is None or event.channel == call.agent:
        return []
    old, call.agent = call.agent, event.channel
    call.agent_endpoint = event.endpoint
    join: list[m.Command] = [] if call.parked else [m.Join(event.channel)]
    commands: list[m.Command] = [
        m.StopTimer(m.TimerName.JOIN),
        m.Answer(event.channel),
        m.CreateBridge(),
        *join,
    ]
    commands += call.stop_ringback()
    if not call.far_up:
        commands.append(m.Answer(call.far))
    commands.append(m.Join(call.far))
    commands.append(m.WriteLedger(LedgerKind.LEG_UP, event.at, m.Leg.AGENT, event.channel))
    if call.far_up:  # it was listening to the greeting
        commands += [*begin_talking(call, event.at, call.far), *call.music()]
    return [*commands, m.HangUp(old, ending.CAUSE_REPLACED)] if old else commands


def far_up_for_agent(call: CallCore, event: m.LegAnswered) -> list[m.Command]:
    if event.channel != call.far:
        return []
    commands = begin_talking(call, event.at, event.channel)
    if call.agent is None:  # it went away meanwhile; or never came, as the greeting was to be
        reattach = m.StartTimer(m.TimerName.REATTACH, call.limits.reattach_seconds)
        bridge: list[m.Command] = [m.CreateBridge(), m.Join(event.channel)]
        commands += [m.StopTimer(m.TimerName.JOIN), reattach, *bridge]
    return [*commands, *call.music()]


def leg_gone_before_answer(call: CallCore, event: m.LegGone) -> list[m.Command]:
    if call.internal:
        return legs.leg_gone(call, event)
    if event.channel == call.far:
        call.far = None
        return call.end(event.at, Outcome.MISSED, "caller-gave-up", event.cause)
    if event.channel == call.agent:
        call.agent = None
        return [m.StartTimer(m.TimerName.JOIN, call.limits.join_seconds)]
    return []
