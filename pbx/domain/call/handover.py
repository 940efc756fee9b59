"""Handing the far party over: to another far party (two calls, one bridge), or to a colleague
(one call, another user).

Until somebody has answered, the user's own leg waits, parked, and the call can come back.
"""

from pbx.domain import messages as m
from pbx.domain.call.conference import refuse_to_link
from pbx.domain.call.core import IN_CONVERSATION, CallCore, CallState
from pbx.domain.call.outbound import dial
from pbx.domain.records import Moment, Outcome

TAKEN_BACK = "transfer-taken-back"

# ------------------------------------------------------------------ to another far party


def transfer_begun(call: CallCore, event: m.TransferBegun) -> list[m.Command]:
    """The far party waits in this call's bridge for the other one, and hears it ring."""
    if not _can_be_handed_over(call, event.other):
        return []
    commands = _away_from_agent(call)
    call.guests = ()
    call.linked, call.linked_as = event.other, m.LinkedAs.TRANSFER
    return [
        *commands,
        *call.music(),
        call.note(event.at, "transfer-begun"),
        m.TellCall(event.other, m.HostReady(event.at, call.id)),
    ]


def host_ready(call: CallCore, event: m.HostReady) -> list[m.Command]:
    """This call's far party is wanted in the bridge of `event.host`."""
    ready = (
        call.state in IN_CONVERSATION
        or call.state in _BEFORE_FAR_ANSWERS
        or _is_guest(call, event.host)
    )
    if call.internal or not ready or call.guests:
        return refuse_to_link(call, event.at, event.host)
    there = call.far_bridge == event.host
    call.linked, call.linked_as = event.host, m.LinkedAs.TRANSFER
    call.far_bridge, call.parked = event.host, True
    if call.state is CallState.WAITING:
        return [m.StopTimer(m.TimerName.JOIN), *dial(call)]
    commands: list[m.Command] = []
    if call.state not in _BEFORE_FAR_ANSWERS:
        call.state = CallState.TRANSFERRED
        commands += call.music()
    if call.far and not there:
        commands.append(m.Join(call.far, event.host))
    commands += call.drop_agent()
    if call.state is CallState.TRANSFERRED:
        told = m.TellCall(event.host, m.PartnerAnswered(event.at, call.id))
        commands += [told, call.note(event.at, "transfer-done")]
    return commands


_BEFORE_FAR_ANSWERS = frozenset({CallState.WAITING, CallState.DIALLING, CallState.RINGING})


def _is_guest(call: CallCore, host: str) -> bool:
    return call.state is CallState.JOINED and call.linked == host


def partner_answered(call: CallCore, event: m.PartnerAnswered) -> list[m.Command]:
    if call.linked != event.other:
        return []
    call.state = CallState.TRANSFERRED
    return [*call.drop_agent(), call.note(event.at, "transfer-done")]


def partner_of_transfer_gone(call: CallCore, event: m.PartnerGone) -> list[m.Command]:
    """Before the answer the one who waits gets its user back and the other one ends; after it
    nobody is left to talk to."""
    if call.state is CallState.TRANSFERRING:
        call.unlink()
        return [call.note(event.at, "transfer-back"), *_back(call, event.at, event.cause)]
    call.unlink()
    cause = event.cause if event.cause == TAKEN_BACK else "party-left"
    return call.end(event.at, Outcome.ANSWERED if call.answered else Outcome.CANCELLED, cause)


# ------------------------------------------------------------------ to a colleague


def colleague_chosen(call: CallCore, event: m.ColleagueChosen) -> list[m.Command]:
    """Their browsers ring; the far party hears music meanwhile."""
    if not _can_be_handed_over(call):
        return []
    commands = _away_from_agent(call)
    call.handing_to = event.colleague_id
    return [
        *commands,
        *call.music(),
        call.note(event.at, "transfer-begun"),
        call.note(event.at, "colleague-rings", event.colleague_id),
        *call.offer((event.colleague_id,), call.limits.colleague_seconds),
    ]


def colleague_took_over(call: CallCore, event: m.AnswerRequested) -> list[m.Command]:
    if event.user_id not in call.offered_to:
        return []
    call.offered_to = ()
    return [*call.stop_offer("answered-elsewhere"), *_hand_over(call, event.at, event.user_id)]


def handed_to(call: CallCore, event: m.HandedTo) -> list[m.Command]:
    """After a consultation: the colleague has said yes already."""
    if not _can_be_handed_over(call):
        return []
    return _hand_over(call, event.at, event.colleague_id)


def not_taken(call: CallCore, event: m.Event, reason: str) -> list[m.Command]:
    call.handing_to = None
    return [
        *call.stop_offer(reason),
        call.note(event.at, "transfer-back"),
        *_back(call, event.at, f"colleague-{reason}"),
    ]


def _hand_over(call: CallCore, at: Moment, colleague: str) -> list[m.Command]:
    """The call is the colleague's; their page brings up its leg by itself. If it does not,
    the call goes back to whoever had it. A colleague who is busy with another call finds it
    on hold."""
    before = call.facts.user_id
    drop = call.drop_agent()
    call.belong_to(colleague)
    call.handing_to, call.returns_to = None, before
    call.former = _without(colleague, (*call.former, before))
    call.state, call.parked = CallState.HELD, True
    return [
        *drop,
        *call.music(),
        m.StartTimer(m.TimerName.JOIN, call.limits.join_seconds),
        call.note(at, "handed-over", colleague),
        m.ReturnToAgent(),
    ]


def colleague_never_came(call: CallCore, event: m.TimerFired) -> list[m.Command]:
    before, absent = call.returns_to, call.facts.user_id
    if before is None:
        return []
    call.belong_to(before)
    call.returns_to = None
    call.former = _without(before, (*call.former, absent))
    note = call.note(event.at, "transfer-back")
    return [note, *_back(call, event.at, "colleague-not-live")]


# ------------------------------------------------------------------ both


def taken_back(call: CallCore, event: m.TakeBackRequested) -> list[m.Command]:
    """Its user wants it again, before anybody answered."""
    commands: list[m.Command] = [call.note(event.at, TAKEN_BACK)]
    if call.handing_to:
        call.handing_to = None
        commands += call.stop_offer("answered-elsewhere")
    elif call.linked:
        gone = m.PartnerGone(event.at, call.id, TAKEN_BACK)
        commands.append(m.TellCall(call.linked, gone))
        call.unlink()
    return [*commands, *_back(call, event.at, None)]


def _without(user_id: str, users: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(user for user in users if user and user != user_id))


def _can_be_handed_over(call: CallCore, other: str = "") -> bool:
    """A conversation with the network, without guests but for the one that it is handed to."""
    alone = not call.guests or call.guests == (other,)
    return call.state in IN_CONVERSATION and call.far is not None and not call.internal and alone


def _away_from_agent(call: CallCore) -> list[m.Command]:
    commands = call.leave()
    call.state = CallState.TRANSFERRING
    call.notice = None
    return [*commands, m.StopTimer(m.TimerName.REATTACH)]


def _back(call: CallCore, at: Moment, notice: str | None) -> list[m.Command]:
    """To its user, who may be on another call by now: then it waits, on hold."""
    call.state, call.parked, call.notice = CallState.HELD, True, notice
    commands = call.music()
    if call.agent is None:
        commands.append(m.StartTimer(m.TimerName.REATTACH, call.limits.reattach_seconds))
    return [*commands, m.ReturnToAgent()]
