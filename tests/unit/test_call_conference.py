"""Conferences: host and guest, together and apart."""

import pytest

from pbx.domain import messages as m
from pbx.domain.call import Call, CallState
from pbx.domain.records import Direction, LedgerKind, Outcome
from tests.support.pure_calls import (
    BROWSER,
    FAR,
    SECOND_BROWSER,
    at,
    colleagues_talking,
    dialling,
    held,
    kinds,
    notes,
    of,
    talking,
    told,
    written,
)

INVITED, BECAME = m.GuestInvited(at(20), "c9"), m.BecameGuest(at(20), "c1")


def second() -> Call:
    """Anna's other call, in conversation."""
    facts = m.Facts(Direction.OUTBOUND, user_id="anna", number="+4989", caller_id="+49")
    call = Call("c9", facts)
    call.handle(m.CallPlaced(at(11)))
    call.handle(m.LegJoined(at(12), m.Leg.AGENT, "browser-9"))
    call.handle(m.LegAnswered(at(15), m.Leg.FAR, "c9.far"))
    return call


def conference(host: Call | None = None) -> tuple[Call, Call]:
    host, guest = host or held(), second()
    host.handle(INVITED)
    guest.handle(BECAME)
    assert (host.state, guest.state) == (CallState.TALKING, CallState.JOINED)
    return host, guest


def test_a_held_host_comes_back_without_music() -> None:
    call = held()
    commands = call.handle(INVITED)
    assert kinds(commands)[:2] == ["StopHold", "Join"]
    assert (call.guests, call.linked, call.linked_as) == (("c9",), "c9", m.LinkedAs.HOST)


def test_the_guests_party_moves_and_its_browser_waits() -> None:
    call = second()
    commands = call.handle(BECAME)
    assert of(commands, m.Leave) == [m.Leave("browser-9")]
    assert of(commands, m.Join) == [m.Join("c9.far", "c1")]
    assert not of(commands, m.HangUp)
    assert not call.claims("anna")
    assert call.linked_as is m.LinkedAs.GUEST


def test_the_conference_on_hold_talks_on_without_music() -> None:
    host, _ = conference()
    commands = host.handle(m.HoldRequested(at(30), "anna"))
    assert host.state is CallState.HELD
    assert of(commands, m.Leave) == [m.Leave(BROWSER)]
    assert not of(commands, m.StartHold)


def test_the_guest_is_taken_out_again() -> None:
    host, guest = conference()
    commands = guest.handle(m.HoldRequested(at(30), "anna"))
    assert guest.state is CallState.HELD
    assert of(commands, m.Join) == [m.Join("c9.far")]
    assert of(commands, m.StartHold)
    assert notes(commands) == ["split"]
    host.handle(told(commands)["c1"])
    assert (host.guests, host.linked, host.state) == ((), None, CallState.TALKING)


def test_the_last_guest_leaves_a_conference_on_hold() -> None:
    host, guest = conference()
    host.handle(m.HoldRequested(at(30), "anna"))
    gone = guest.handle(m.LegGone(at(31), m.Leg.FAR, "c9.far", 16))
    assert of(host.handle(told(gone)["c1"]), m.StartHold), "now the other one is alone"


def test_hanging_up_the_host_ends_all() -> None:
    host, guest = conference()
    commands = host.handle(m.HangUpRequested(at(65), "anna"))
    ended = guest.handle(told(commands)["c9"])
    assert written(ended, LedgerKind.ENDED).talk_ms == 50_000
    assert {c.channel for c in of(ended, m.HangUp)} == {"browser-9", "c9.far"}
    assert not told(ended)


def test_the_hosts_party_leaves_and_the_guest_goes_on_alone() -> None:
    host, guest = conference()
    commands = host.handle(m.LegGone(at(30), m.Leg.FAR, FAR, 16))
    names = kinds(commands)
    assert names.index("TellCall") < names.index("DestroyBridge")
    back = guest.handle(told(commands)["c9"])
    assert of(back, m.Join) == [m.Join("c9.far")]
    assert kinds(back)[-1] == "ReturnToAgent"
    guest.handle(m.ResumeRequested(at(30), "anna"))
    assert guest.state is CallState.TALKING


def test_the_hosts_party_leaves_a_conference_on_hold() -> None:
    host, guest = conference()
    host.handle(m.HoldRequested(at(25), "anna"))
    commands = host.handle(m.LegGone(at(30), m.Leg.FAR, FAR, 16))
    back = guest.handle(told(commands)["c9"])
    assert guest.state is CallState.HELD
    assert of(back, m.StartHold)
    assert not of(back, m.ReturnToAgent)


def test_the_guests_browser_is_away_when_it_is_needed_again() -> None:
    host, guest = conference()
    gone = guest.handle(m.LegGone(at(25), m.Leg.AGENT, "browser-9", 16))
    assert not of(gone, m.StartTimer), "nobody waits for it"
    back = guest.handle(told(host.handle(m.LegGone(at(30), m.Leg.FAR, FAR, 16)))["c9"])
    assert m.StartTimer(m.TimerName.REATTACH, 45) in back


def test_the_hosts_browser_goes_and_comes() -> None:
    host, _ = conference()
    gone = host.handle(m.LegGone(at(25), m.Leg.AGENT, BROWSER, 16))
    assert host.state is CallState.DETACHED
    assert not of(gone, m.StartHold), "the others talk on"
    back = host.handle(m.LegJoined(at(26), m.Leg.AGENT, SECOND_BROWSER))
    assert of(back, m.Join) == [m.Join(SECOND_BROWSER)]


def test_nobody_comes_back_to_the_conference() -> None:
    host, guest = conference()
    host.handle(m.LegGone(at(25), m.Leg.AGENT, BROWSER, 16))
    commands = host.handle(m.TimerFired(at(70), m.TimerName.REATTACH))
    guest.handle(told(commands)["c9"])
    assert guest.state is CallState.ENDED


def test_both_parties_leave_at_once() -> None:
    host, guest = conference()
    one = host.handle(m.LegGone(at(30), m.Leg.FAR, FAR, 16))
    two = guest.handle(m.LegGone(at(30), m.Leg.FAR, "c9.far", 16))
    assert host.handle(told(two)["c1"]) == []
    assert guest.handle(told(one)["c9"]) == []


def test_the_guest_is_hung_up_alone() -> None:
    host, guest = conference()
    commands = guest.handle(m.HangUpRequested(at(30), "anna"))
    assert written(commands, LedgerKind.ENDED).outcome is Outcome.ANSWERED
    host.handle(told(commands)["c1"])
    assert (host.state, host.guests) == (CallState.TALKING, ())


@pytest.mark.parametrize("who", ["host", "guest"])
def test_the_longest_conference(who: str) -> None:
    host, guest = conference()
    call, left = (host, guest) if who == "host" else (guest, host)
    commands = call.handle(m.TimerFired(at(20_000), m.TimerName.DURATION))
    assert written(commands, LedgerKind.ENDED).cause == "limit-duration"
    left.handle(told(commands)[left.id])
    assert left.state in (CallState.HELD, CallState.TALKING), "the other one goes on"


def test_a_guest_whose_hosts_bridge_is_gone_goes_home() -> None:
    _, guest = conference()
    failed = m.CommandFailed(at(20.1), m.Join("c9.far", "c1"), refused=True, reason="not found")
    commands = guest.handle(failed)
    assert guest.state is CallState.HELD
    assert of(commands, m.Join) == [m.Join("c9.far")]
    lost = m.CommandFailed(at(20.2), m.Join("c9.far"), refused=True, reason="not found")
    assert written(guest.handle(lost), LedgerKind.ENDED).cause == "network-error"


@pytest.mark.parametrize("make", [dialling, lambda: conference()[1], lambda: conference()[0]])
def test_who_cannot_be_a_guest_says_so(make: object) -> None:
    call = make()  # type: ignore[operator]
    before = call.state
    refusal = call.handle(m.BecameGuest(at(40), "c7"))
    assert list(told(refusal)) == ["c7"]
    assert call.state is before


def test_a_host_whose_guest_refused_is_alone_again() -> None:
    host = talking()
    host.handle(INVITED)
    host.handle(m.PartnerGone(at(20), "c9"))
    assert (host.guests, host.linked_as) == ((), None)


def test_a_colleague_can_take_part() -> None:
    guest = colleagues_talking()
    commands = guest.handle(m.BecameGuest(at(20), "c1"))
    assert of(commands, m.Join) == [m.Join("ben-1", "c1")]
    assert guest.claims("ben")
    gone = guest.handle(m.LegGone(at(21), m.Leg.AGENT, "ben-1", 16))
    assert m.StartTimer(m.TimerName.COLLEAGUE, 45) in gone
    back = guest.handle(m.LegJoined(at(22), m.Leg.FAR, "ben-2"))
    assert of(back, m.Join) == [m.Join("ben-2", "c1")]
    away = guest.handle(m.HoldRequested(at(23), "ben"))
    assert of(away, m.Leave) == [m.Leave("ben-2", "c1")]
    assert guest.state is CallState.JOINED
    assert of(guest.handle(m.ResumeRequested(at(24), "ben")), m.Join) == [m.Join("ben-2", "c1")]


def test_a_conference_is_handed_over_whole() -> None:
    host, guest = conference()
    ready = told(host.handle(m.TransferBegun(at(30), "c9")))["c9"]
    commands = guest.handle(ready)
    assert not of(commands, m.Join), "it is there already"
    host.handle(told(commands)["c1"])
    assert host.state is guest.state is CallState.TRANSFERRED
    assert host.guests == ()
    gone = guest.handle(m.LegGone(at(40), m.Leg.FAR, "c9.far", 16))
    assert written(host.handle(told(gone)["c1"]), LedgerKind.ENDED).cause == "party-left"


def test_a_conference_cannot_be_handed_to_somebody_else() -> None:
    host, _ = conference()
    assert host.handle(m.TransferBegun(at(30), "c7")) == []
    assert host.handle(m.ColleagueChosen(at(30), "ben")) == []
    assert host.state is CallState.TALKING
