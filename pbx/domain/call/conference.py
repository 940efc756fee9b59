"""Conferences: the far party of one call, the guest, is in the bridge of another, the host.

The guest stays a call of its own, with its own far leg and its own seconds.
"""

from pbx.domain import messages as m
from pbx.domain.call.core import IN_CONVERSATION, CallCore, CallState
from pbx.domain.records import Moment, Outcome


def guest_invited(call: CallCore, event: m.GuestInvited) -> list[m.Command]:
    """This call becomes the host, with its user's leg in the bridge."""
    if call.state not in IN_CONVERSATION or event.other in call.guests or call.far_parked:
        return []
    call.guests = (*call.guests, event.other)
    call.linked, call.linked_as = event.other, m.LinkedAs.HOST
    join: list[m.Command] = [m.Join(call.agent)] if call.parked and call.agent else []
    call.parked = False
    call.state = CallState.TALKING if call.agent else CallState.DETACHED
    return [*call.music(), *join, call.note(event.at, "joined")]


def became_guest(call: CallCore, event: m.BecameGuest) -> list[m.Command]:
    if call.state not in IN_CONVERSATION or call.far is None or call.guests:
        return refuse_to_link(call, event.at, event.host)
    leave = call.leave()
    call.state = CallState.JOINED
    call.linked, call.linked_as = event.host, m.LinkedAs.GUEST
    call.far_bridge = event.host
    enter: list[m.Command] = [] if call.far_parked else [m.Join(call.far, event.host)]
    return [
        *leave,
        m.StopTimer(m.TimerName.REATTACH),
        *call.music(),
        *enter,
        call.note(event.at, "joined"),
    ]


def split(call: CallCore, event: m.Event) -> list[m.Command]:
    """The guest goes back to its own bridge, on hold."""
    host = call.linked or ""
    released = _released(call, event.at)
    return [*released, m.TellCall(host, m.PartnerGone(event.at, call.id))]


def host_gone(call: CallCore, event: m.PartnerGone) -> list[m.Command]:
    """Its user ended the conference: so does the guest's call. Otherwise its party and its
    user go on alone, unless the conference was on hold."""
    if event.ends:
        call.unlink()
        call.far_bridge = ""
        return call.end(event.at, Outcome.ANSWERED, event.cause or "hangup-agent")
    released = _released(call, event.at)
    return released if event.held else [*released, m.ReturnToAgent()]


def _released(call: CallCore, at: Moment) -> list[m.Command]:
    call.unlink()
    call.far_bridge = ""
    call.parked = True
    call.state = CallState.HELD
    home: list[m.Command] = [m.Join(call.far)] if call.far and not call.far_parked else []
    commands: list[m.Command] = [m.CreateBridge(), *home, *call.music()]
    if call.agent is None:
        commands.append(m.StartTimer(m.TimerName.REATTACH, call.limits.reattach_seconds))
    return [*commands, call.note(at, "split")]


def guest_gone(call: CallCore, event: m.PartnerGone) -> list[m.Command]:
    call.guests = tuple(guest for guest in call.guests if guest != event.other)
    if call.linked == event.other:
        call.unlink()
    return [*call.music(), call.note(event.at, "split")]


def refuse_to_link(call: CallCore, at: Moment, other: str) -> list[m.Command]:
    """Whoever counted on this call must know that it cannot be counted on."""
    return [m.TellCall(other, m.PartnerGone(at, call.id, call.cause))]
