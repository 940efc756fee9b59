"""What must be looked at before a number is used: done, open, changed since."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pbx.domain import going_live_words as words
from pbx.domain import test_calls
from pbx.domain.going_live import (
    FOUND,
    Check,
    Facts,
    Finding,
    Kept,
    Live,
    LiveState,
    Point,
    PointState,
    complete,
    findings_of,
    live_state,
    points_of,
    seen_of,
    standings,
    undoes,
)
from pbx.domain.going_live_several import Verdict, row_of
from pbx.domain.inventory import Caution
from pbx.domain.records import Number
from pbx.domain.routing import Action, Fault, Hours, Interval, Schedule, Step

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
NUMBER = Number(
    "+4922182829983",
    "Praxis",
    recipients=("a@example.test",),
    street="Domkloster 4",
    postcode="50667",
    city="Köln",
    address_country="DE",
    greeting="library:g1",
)
OFFICE = Schedule("office", "Office", "NW", (Interval(0, 540, 1080),))
RINGS = Step(Action.PERSON, "anna", hours=Hours.OPEN, schedule_id="office")
FACTS = Facts(NUMBER, (RINGS,), (OFFICE,), "v1")
PASSED = replace(
    test_calls.TestCall("t1", None, NUMBER.e164, "boss", NOON),
    state=test_calls.TestState.PASSED,
    answered=True,
)


def checked(facts: Facts, points: Iterable[Point]) -> dict[Point, Check]:
    seen = {point: seen_of(point, facts) for point in points}
    return {p: Check(facts.number.e164, p, digest, "boss", NOON) for p, digest in seen.items()}


def states(
    facts: Facts,
    checks: dict[Point, Check],
    findings: dict[Point, tuple[Finding, ...]] | None = None,
    last: test_calls.TestCall | None = PASSED,
) -> dict[Point, PointState]:
    found = standings(Kept(facts, checks), findings or {}, last)
    return {each.point: each.state for each in found}


ALL = checked(FACTS, set(points_of(NUMBER)) - FOUND)


def test_what_the_system_knows_is_done_by_itself_the_rest_by_people_and_a_call() -> None:
    fresh = states(FACTS, {}, last=None)
    assert {point for point, state in fresh.items() if state is PointState.DONE} == {
        *(Point.RINGS, Point.ROUTE),
    }
    assert PointState.CHANGED not in fresh.values()
    assert set(states(FACTS, ALL).values()) == {PointState.DONE}
    assert complete(standings(Kept(FACTS, ALL), {}, PASSED))


@pytest.mark.parametrize(
    ("facts", "reopened"),
    [
        (replace(FACTS, number=replace(NUMBER, label="Neu")), {Point.LABEL}),
        (replace(FACTS, number=replace(NUMBER, city="Bonn")), {Point.ADDRESS}),
        (replace(FACTS, number=replace(NUMBER, cc=("b@example.test",))), {Point.RECIPIENTS}),
        (replace(FACTS, version="v2"), {Point.GREETING, Point.TEST_CALL}),
        (
            replace(FACTS, number=replace(NUMBER, language="en")),
            {Point.GREETING, Point.TEST_CALL},
        ),
        (replace(FACTS, steps=(RINGS, RINGS)), {Point.HOURS}),
        (replace(FACTS, schedules=(replace(OFFICE, state="BY"),)), {Point.HOURS}),
        (replace(FACTS, number=replace(NUMBER, user_id="ben", ring_seconds=9)), set()),
    ],
)
def test_a_change_opens_just_what_it_is_about(facts: Facts, reopened: set[Point]) -> None:
    found = states(facts, ALL)
    assert {point for point, state in found.items() if state is not PointState.DONE} == reopened
    assert {found[point] for point in reopened} <= {PointState.CHANGED}
    wanted = LiveState.CHANGED if reopened else LiveState.LIVE
    assert live_state(Kept(facts, ALL, Live(NUMBER.e164, NOON, "boss"))) is wanted


def test_what_was_found_may_be_meant_to_be_so() -> None:
    findings = findings_of([Caution.NOBODY_RINGS], [Fault.NOBODY, Fault.NO_GROUP, Fault.NO_GROUP])
    assert findings == {Point.RINGS: (Caution.NOBODY_RINGS,), Point.ROUTE: (Fault.NO_GROUP,)}
    assert states(FACTS, ALL, findings)[Point.RINGS] is PointState.OPEN
    rings = seen_of(Point.RINGS, FACTS, findings[Point.RINGS])
    meant = {**ALL, Point.RINGS: Check(NUMBER.e164, Point.RINGS, rings, "boss", NOON)}
    assert states(FACTS, meant, findings)[Point.RINGS] is PointState.DONE
    other: dict[Point, tuple[Finding, ...]] = {Point.RINGS: (Fault.NOBODY,)}
    assert states(FACTS, meant, other)[Point.RINGS] is PointState.CHANGED
    # In the list it is a hint of its own: here only what people have confirmed counts.
    assert live_state(Kept(FACTS, meant, Live(NUMBER.e164, None, "system"))) is LiveState.LIVE


def test_every_check_of_the_system_belongs_to_a_point() -> None:
    found = findings_of(Caution, ())
    assert {each for findings in found.values() for each in findings} == set(Caution)
    found = findings_of((), Fault)
    assert {each for findings in found.values() for each in findings} == set(Fault)


def test_a_later_test_call_that_fails_opens_its_point_unless_it_says_nothing() -> None:
    later = replace(PASSED, id="t2", state=test_calls.TestState.RUNNING)
    for why, state in (
        (test_calls.Why.SILENT, PointState.OPEN),
        (test_calls.Why.EXCHANGE_AWAY, PointState.DONE),
        (test_calls.Why.INTERRUPTED, PointState.DONE),
    ):
        assert states(FACTS, ALL, last=test_calls.failed(later, why))[Point.TEST_CALL] is state


def test_points_are_left_out_where_there_is_nothing_to_look_at() -> None:
    assert Point.CALLER_ID not in points_of(NUMBER)
    assert Point.CALLER_ID in points_of(replace(NUMBER, show_as_caller_id=True))
    mobile = Number("+491511234567", "Mobil")
    assert Point.ADDRESS not in points_of(mobile)
    assert Point.ADDRESS in points_of(replace(mobile, city="Köln"))
    assert live_state(Kept(Facts(mobile))) is LiveState.OPEN


def test_taking_back_the_last_confirmation_takes_the_start_back() -> None:
    check = ALL[Point.LABEL]
    assert undoes(check, Live(NUMBER.e164, check.at, check.by))
    assert not undoes(check, Live(NUMBER.e164, None, "system"))
    assert not undoes(check, None)


def test_digests_stay_what_they_are() -> None:
    """They are kept in the database: another way to make them would open every number."""
    told = "".join(seen_of(point, FACTS) for point in Point)
    assert hashlib.sha256(told.encode()).hexdigest()[:12] == "6893264f7d3a"


def test_everything_has_its_words() -> None:
    assert set(words.POINTS) == set(words.HINTS) == set(Point)
    assert set(words.WHY) == set(test_calls.Why)
    for finding in (*Caution, *Fault):
        assert words.finding_text(finding, NUMBER, "de") != words.finding_text(
            finding, NUMBER, "en"
        )
    assert [words.steps_text(count, "de") for count in (1, 3)] == ["Ein Schritt", "3 Schritte"]
    assert words.recipients_text((), "en") == "The central mailbox"
    assert words.why_text("", "de") == ""


def test_several_are_confirmed_where_nothing_wrong_is_found() -> None:
    fresh = row_of(Kept(FACTS), {})
    assert (fresh.verdict, fresh.findings) == (Verdict.READY, ())
    assert {each.point for each in fresh.open} == set(ALL) - {Point.TEST_CALL}
    done = row_of(Kept(FACTS, ALL), {})
    assert (done.verdict, done.open) == (Verdict.NOTHING, ())
    wrong = findings_of([Caution.NO_ADDRESS], [Fault.NO_GROUP])
    assert row_of(Kept(FACTS), wrong).verdict is Verdict.WRONG
    assert row_of(Kept(FACTS), wrong).findings == (Caution.NO_ADDRESS, Fault.NO_GROUP)
    # Also where all else was confirmed; until somebody says that it is meant to be so.
    nobody = findings_of([Caution.NOBODY_RINGS], ())
    assert row_of(Kept(FACTS, ALL), nobody).verdict is Verdict.WRONG
    rings = seen_of(Point.RINGS, FACTS, nobody[Point.RINGS])
    meant = {Point.RINGS: Check(NUMBER.e164, Point.RINGS, rings, "boss", NOON)}
    assert row_of(Kept(FACTS, meant), nobody).verdict is Verdict.READY


def test_several_are_confirmed_as_they_were_seen() -> None:
    seen = row_of(Kept(FACTS), {}).seen
    moved = replace(FACTS, number=replace(NUMBER, city="Bonn"))
    others = {Point.LABEL: ALL[Point.LABEL]}
    for kept in (Kept(moved), Kept(FACTS, others)):
        assert row_of(kept, {}).against(seen).verdict is Verdict.CHANGED
    assert row_of(Kept(FACTS), {}).against(seen).verdict is Verdict.READY
    assert row_of(Kept(FACTS, ALL), {}).against(seen).verdict is Verdict.NOTHING
