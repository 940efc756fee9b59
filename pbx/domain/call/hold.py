"""Hold and resume: a leg leaves its bridge and comes back; the leg itself stays up.

In an internal call both sides are users, and each can put the other on hold.
"""

from pbx.domain import messages as m
from pbx.domain.call.conference import split
from pbx.domain.call.core import BEFORE_ANSWER, IN_CONVERSATION, CallCore, CallState


def held(call: CallCore, event: m.HoldRequested) -> list[m.Command]:
    """Before the answer the leg is only parked: the far party hears music once it answers."""
    if call.is_colleague(event.user_id):
        return _colleague_held(call, event)
    if call.state is CallState.JOINED:
        return split(call, event)
    if call.parked:
        return []
    commands = call.leave()
    if call.state in IN_CONVERSATION:
        call.state = CallState.HELD
    call.notice = None
    return [*commands, *call.music(), call.note(event.at, "held")]


def resumed(call: CallCore, event: m.ResumeRequested) -> list[m.Command]:
    if call.is_colleague(event.user_id):
        return _colleague_resumed(call, event)
    if not call.parked or call.for_transfer:
        return []
    call.parked = False
    if call.state is CallState.HELD and not call.far_parked:
        call.state = CallState.TALKING if call.agent else CallState.DETACHED
    return [*call.music(), *_back_in(call.agent), call.note(event.at, "resumed")]


def _back_in(channel: str | None, bridge: str = "") -> list[m.Command]:
    return [m.Join(channel, bridge)] if channel else []


def _colleague_held(call: CallCore, event: m.HoldRequested) -> list[m.Command]:
    if not call.taken or call.far_parked:
        return []
    call.far_parked = True
    leave: list[m.Command] = [m.Leave(call.far, call.far_bridge)] if call.far else []
    if call.state in IN_CONVERSATION:
        call.state = CallState.HELD
    return [*leave, *call.music(), call.note(event.at, "held", event.user_id)]


def _colleague_resumed(call: CallCore, event: m.ResumeRequested) -> list[m.Command]:
    if not call.far_parked:
        return []
    call.far_parked = False
    if call.state is CallState.HELD and not call.parked:
        call.state = CallState.TALKING if call.agent else CallState.DETACHED
    return [
        *call.music(),
        *_back_in(call.far, call.far_bridge),
        call.note(event.at, "resumed", event.user_id),
    ]


def park_failed(call: CallCore, event: m.CommandFailed, channel: str) -> list[m.Command]:
    """A user's leg may be in the bridge still, where nobody believes it to be. Refused: it
    is hung up, for who is on hold must not be overheard; the page brings a new one. Not
    reached: nothing has changed."""
    colleague = call.internal and call.far_parked and channel == call.far
    if not colleague and not (call.parked and channel == call.agent):
        return []
    if event.refused:
        return [m.HangUp(channel)]
    if call.state is CallState.HELD or call.state in BEFORE_ANSWER:
        user = call.facts.colleague_id if colleague else call.facts.user_id
        return resumed(call, m.ResumeRequested(event.at, user or ""))
    return []
