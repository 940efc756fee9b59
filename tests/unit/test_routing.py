"""Who rings for which number without steps of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pbx.domain.records import CoolDown, Number
from pbx.domain.routing import (
    Book,
    Caller,
    Place,
    Plan,
    PlannedStage,
    Presence,
    Reason,
    Skipped,
    plan_inbound,
)

NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)
HEAD = Number("+4922182829980", "Zentrale", ring_seconds=15, head_office=True)
OWN = Number("+4922182829981", "Customer A", user_id="u1", ring_seconds=25)


def plan(
    did: Number | None,
    live: set[str],
    ring: tuple[str, ...] = (),
    calls: dict[str, int] | None = None,
    head: Number = HEAD,
    unavailable: frozenset[str] = frozenset(),
) -> Plan:
    return plan_inbound(
        did=did,
        caller=Caller("+436641"),
        at=NOON,
        book=Book(head, ring),
        presence=Presence(live, unavailable, calls or {}),
    )


def rings(user: str, seconds: int, reason: Reason, number: Number = OWN) -> PlannedStage:
    return PlannedStage(Place(number.e164), reason, (user,), seconds)


def test_assigned_person_rings_if_live() -> None:
    assert plan(OWN, {"u1", "u2"}) == Plan(OWN, (rings("u1", 25, Reason.ASSIGNED),))


def test_closed_browser_is_skipped_at_once() -> None:
    result = plan(OWN, {"u2"})
    assert result.voicemail_at_once
    assert result.skipped == (Skipped("u1", Reason.NOT_LIVE),)
    assert result.longest_wait_seconds == 0


def test_whoever_has_two_calls_is_skipped() -> None:
    result = plan(OWN, {"u1"}, calls={"u1": 2})
    assert result.skipped == (Skipped("u1", Reason.ON_A_CALL),)
    assert result.voicemail_at_once


def test_whoever_talks_may_let_one_more_wait() -> None:
    assert plan(OWN, {"u1"}, calls={"u1": 1}).stages == (rings("u1", 25, Reason.WAITING),)


def test_whoever_is_free_rings_before_whoever_talks() -> None:
    result = plan(HEAD, {"u1", "u2", "u3"}, ring=("u1", "u2", "u3"), calls={"u1": 1, "u2": 2})
    assert result.stages == (
        rings("u3", 15, Reason.RING_LIST, HEAD),
        rings("u1", 15, Reason.WAITING, HEAD),
    )
    assert result.skipped == (Skipped("u2", Reason.ON_A_CALL),)


def test_whoever_does_not_want_to_be_rung_is_skipped() -> None:
    result = plan(OWN, {"u1"}, unavailable=frozenset({"u1"}))
    assert result.skipped == (Skipped("u1", Reason.STATUS),)
    assert plan(OWN, set(), unavailable=frozenset({"u1"})).skipped == (
        Skipped("u1", Reason.NOT_LIVE),
    )


def test_unassigned_number_goes_to_voicemail() -> None:
    result = plan(replace(OWN, user_id=None), {"u1"}, ring=("u1",))
    assert result.voicemail_at_once
    assert result.notes == (Reason.UNASSIGNED,)


def test_head_office_rings_its_list_in_order() -> None:
    result = plan(HEAD, {"u3", "u1"}, ring=("u3", "u2", "u1", "u3"))
    assert result.rings == ("u3", "u1")
    assert {stage.reason for stage in result.stages} == {Reason.RING_LIST}
    assert result.skipped == (Skipped("u2", Reason.NOT_LIVE),)
    assert result.longest_wait_seconds == 30


def test_head_office_with_empty_list() -> None:
    result = plan(HEAD, {"u1"})
    assert result.voicemail_at_once
    assert result.notes == (Reason.EMPTY_RING_LIST,)


def test_head_office_that_is_assigned_rings_that_person_first() -> None:
    result = plan(replace(HEAD, user_id="u2"), {"u1", "u2"}, ring=("u1", "u2"))
    assert result.stages == (
        rings("u2", 15, Reason.ASSIGNED, HEAD),
        rings("u1", 15, Reason.RING_LIST, HEAD),
    )


@pytest.mark.parametrize("head", [HEAD, replace(HEAD, head_office=False)])
def test_unknown_number_is_treated_like_the_head_office(head: Number) -> None:
    result = plan(None, {"u1"}, ring=("u1",), head=head)
    assert result.number == head
    assert result.notes == (Reason.UNKNOWN_DID,)
    assert result.stages == (rings("u1", 15, Reason.RING_LIST, HEAD),)
    empty = plan(None, set(), head=head)
    assert empty.notes == (Reason.UNKNOWN_DID, Reason.EMPTY_RING_LIST)
    assert empty.voicemail_at_once


def test_a_number_of_the_head_office_rings_who_is_on_its_list() -> None:
    shared = replace(OWN, user_id=None, at_head_office=True)
    assert plan(shared, {"u2"}, ring=("u2",)) == Plan(shared, (rings("u2", 25, Reason.RING_LIST),))
    assert plan(shared, {"u2"}).notes == (Reason.EMPTY_RING_LIST,)


def cooling(kind: CoolDown) -> Plan:
    number = replace(OWN, cool_down=kind, cool_until=NOON + timedelta(days=1))
    return plan(number, {"u1", "u2"}, ring=("u2",))


def test_a_number_that_cools_down_leads_to_the_head_office() -> None:
    assert cooling(CoolDown.HEAD_OFFICE) == Plan(
        HEAD, (rings("u2", 15, Reason.RING_LIST, HEAD),), notes=(Reason.COOLING_DOWN,)
    )
    assert cooling(CoolDown.VOICEMAIL) == Plan(HEAD, notes=(Reason.COOLING_DOWN,))
    assert cooling(CoolDown.RING).number.e164 == OWN.e164
