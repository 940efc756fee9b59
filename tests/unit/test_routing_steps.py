"""What becomes of a call at a number with steps of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pbx.domain.records import Number
from pbx.domain.routing import (
    MOST_HOPS,
    Absence,
    Action,
    Book,
    Caller,
    CallerIs,
    CallerRule,
    Final,
    Group,
    Hours,
    Interval,
    ListKind,
    Plan,
    Presence,
    Reason,
    Schedule,
    Skipped,
    Step,
    Strategy,
    hidden_hash,
    plan_inbound,
)
from pbx.domain.routing.telling import described

FRIDAY = datetime(2026, 11, 27, 11, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 19, tzinfo=UTC)
HEAD = Number("+49221", "Zentrale", head_office=True, ring_seconds=15)
A = Number("+49301", "A", user_id="anna")
B = Number("+49302", "B", user_id="ben")
OFFICE = Schedule("office", "Office", "NW", tuple(Interval(d, 540, 1080) for d in range(5)))
TEAM = Group("team", "Team", Strategy.ALL, ("anna", "ben", "cleo"))
CALLER = Caller("+4917112345678")
ALL = frozenset({"anna", "ben", "cleo", "dora"})


def person(user: str, seconds: int = 20, **conditions: object) -> Step:
    return Step(Action.PERSON, user, seconds, **conditions)  # type: ignore[arg-type]


def plan(
    *steps: Step,
    at: datetime = FRIDAY,
    caller: Caller = CALLER,
    live: frozenset[str] = ALL,
    calls: dict[str, int] | None = None,
    idle: dict[str, datetime] | None = None,
    group: Group = TEAM,
    more: dict[str, tuple[Step, ...]] | None = None,
    absences: tuple[Absence, ...] = (),
    rules: tuple[CallerRule, ...] = (),
) -> Plan:
    book = Book(
        HEAD,
        ("dora",),
        {n.e164: n for n in (A, B, HEAD)},
        {A.e164: steps, **(more or {})},
        {group.id: group},
        {OFFICE.id: OFFICE},
        absences,
        rules,
    )
    presence = Presence(live, calls=calls or {}, idle_since=idle or {})
    return plan_inbound(did=A, caller=caller, at=at, book=book, presence=presence)


def test_steps_take_the_place_of_the_assigned_person() -> None:
    result = plan(person("ben", 30), person("cleo", 10))
    assert result.rings == ("ben", "cleo")
    assert result.longest_wait_seconds == 40
    assert (result.final, result.notes) == (Final.VOICEMAIL, (Reason.STEPS_DONE,))


def test_a_group_rings_all_at_once_the_free_before_the_waiting() -> None:
    result = plan(
        Step(Action.GROUP, "team", 20), live=frozenset({"anna", "ben"}), calls={"anna": 1}
    )
    assert [(s.user_ids, s.reason) for s in result.stages] == [
        (("ben",), Reason.GROUP),
        (("anna",), Reason.WAITING),
    ]
    assert result.skipped == (Skipped("cleo", Reason.NOT_LIVE),)
    assert plan(Step(Action.GROUP, "team", 20)).stages[0].user_ids == ("anna", "ben", "cleo")


def test_a_group_in_turn_and_by_idle_time() -> None:
    step = Step(Action.GROUP, "team", 20)
    turn = plan(step, group=replace(TEAM, strategy=Strategy.TURN))
    assert [s.user_ids for s in turn.stages] == [("anna",), ("ben",), ("cleo",)]
    idle = {"anna": FRIDAY, "ben": FRIDAY - timedelta(hours=1)}
    longest = plan(step, group=replace(TEAM, strategy=Strategy.IDLE), idle=idle)
    assert longest.rings == ("cleo", "ben", "anna")


def test_hours_choose_the_steps() -> None:
    steps = (
        person("ben", hours=Hours.OPEN, schedule_id="office"),
        Step(Action.ANNOUNCE, "de/not-reachable", hours=Hours.CLOSED, schedule_id="office"),
        Step(Action.REJECT, hours=Hours.HOLIDAY, schedule_id="office"),
    )
    assert plan(*steps).rings == ("ben",)
    closed = plan(*steps, at=SUNDAY)
    assert [s.announcement for s in closed.stages] == ["de/not-reachable"]
    assert [p.reason for p in closed.passed] == [Reason.OPEN_ONLY, Reason.HOLIDAY_ONLY]
    christmas = plan(*steps, at=datetime(2026, 12, 25, 11, tzinfo=UTC))
    assert (christmas.final, christmas.notes) == (Final.REJECT, (Reason.STEP_REJECT,))


def test_nothing_comes_after_voicemail_or_reject() -> None:
    for action, final in ((Action.VOICEMAIL, Final.VOICEMAIL), (Action.REJECT, Final.REJECT)):
        result = plan(Step(action), person("ben"))
        assert (result.stages, result.final) == ((), final)


def test_what_is_gone_is_passed_by() -> None:
    result = plan(
        Step(Action.GROUP, "gone"),
        Step(Action.NUMBER, "+49999"),
        person("ben", hours=Hours.OPEN, schedule_id="gone"),
        person("cleo"),
    )
    assert result.rings == ("cleo",)
    reasons = [Reason.NO_GROUP, Reason.NO_NUMBER, Reason.NO_SCHEDULE]
    assert [p.reason for p in result.passed] == reasons


def test_it_goes_on_with_the_steps_of_another_number() -> None:
    result = plan(Step(Action.NUMBER, B.e164), more={B.e164: (person("cleo"),)})
    assert (result.rings, result.number) == (("cleo",), A)
    assert plan(Step(Action.NUMBER, B.e164)).rings == ("ben",)
    assert plan(Step(Action.NUMBER, HEAD.e164)).rings == ("dora",)


def test_a_loop_ends_in_voicemail_after_five_hops() -> None:
    there, back = Step(Action.NUMBER, B.e164), Step(Action.NUMBER, A.e164)
    result = plan(person("ben"), there, more={B.e164: (person("cleo"), back)})
    assert len(result.stages) == MOST_HOPS + 1
    assert (result.final, result.notes) == (Final.VOICEMAIL, (Reason.TOO_MANY_HOPS,))


def test_whoever_is_away_is_skipped_and_the_deputy_rings() -> None:
    away = Absence("1", "anna", FRIDAY, FRIDAY + timedelta(days=1), deputy_id="ben")
    result = plan(absences=(away,))
    assert [(s.user_ids, s.reason) for s in result.stages] == [(("ben",), Reason.DEPUTY)]
    assert result.skipped == (Skipped("anna", Reason.AWAY),)
    assert plan(absences=(away,), at=FRIDAY + timedelta(days=1)).rings == ("anna",)


def test_deputies_of_each_other_do_not_go_round() -> None:
    pair = (
        Absence("1", "anna", FRIDAY, deputy_id="ben"),
        Absence("2", "ben", FRIDAY, deputy_id="anna"),
    )
    result = plan(absences=pair)
    assert result.voicemail_at_once
    assert {s.user_id for s in result.skipped} == {"anna", "ben"}


def test_an_absence_may_bring_its_own_greeting_and_steps() -> None:
    away = Absence("1", "anna", FRIDAY, announcement="holiday.wav")
    assert plan(absences=(away,)).greeting == "holiday.wav"
    assert plan().greeting == ""
    only_then = person("cleo", absent_id="anna")
    assert plan(only_then, absences=(away,)).rings == ("cleo",)
    assert plan(only_then).passed[0].reason is Reason.PRESENT


def rule(kind: ListKind, pattern: str = "", **more: object) -> CallerRule:
    return CallerRule(f"{kind}{pattern}", kind, pattern, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "blocked"),
    [
        ((rule(ListKind.BLOCK, "+4917112345678"),), True),
        ((rule(ListKind.BLOCK, "+4917112345679"),), False),
        ((rule(ListKind.BLOCK, "+4917"),), False),
        ((rule(ListKind.BLOCK, "+4917", prefix=True),), True),
        ((rule(ListKind.BLOCK, "+4917", prefix=True, until=FRIDAY),), False),
        ((rule(ListKind.BLOCK, "+4917", prefix=True, until=SUNDAY),), True),
        (
            (rule(ListKind.BLOCK, "+4917", prefix=True), rule(ListKind.ALLOW, "+4917112345678")),
            False,
        ),
        (
            (rule(ListKind.BLOCK, "+4917112345678"), rule(ListKind.VIP, "+491711", prefix=True)),
            False,
        ),
    ],
)
def test_who_is_kept_out(rules: tuple[CallerRule, ...], blocked: bool) -> None:
    result = plan(person("ben"), rules=rules)
    assert (result.final is Final.REJECT) is blocked
    assert (result.rings == ()) is blocked
    assert (Reason.BLOCKED in result.notes) is blocked
    assert (result.rule is not None) is (blocked or len(rules) == 2)


def test_hidden_callers_are_known_by_a_hash_alone() -> None:
    hidden = hidden_hash(b"secret", "+4917112345678")
    assert "4917112345678" not in hidden
    assert hidden != hidden_hash(b"other", "+4917112345678")
    rules = (CallerRule("1", ListKind.BLOCK, hidden=hidden),)
    assert plan(caller=Caller(hidden=hidden), rules=rules).final is Final.REJECT
    assert plan(caller=Caller(), rules=rules).rings == ("anna",)
    assert plan(rules=rules).rings == ("anna",)


def test_steps_for_some_callers() -> None:
    steps = (
        person("dora", caller=CallerIs.VIP),
        person("cleo", caller=CallerIs.HIDDEN),
        person("ben", caller=CallerIs.OTHER),
    )
    vip = (rule(ListKind.VIP, "+4917112345678"),)
    assert plan(*steps, rules=vip).rings == ("dora",)
    assert plan(*steps, caller=Caller()).rings == ("cleo",)
    assert plan(*steps).rings == ("ben",)


def test_a_test_call_rings_nobody_here_or_outside_and_hears_what_callers_hear() -> None:
    test = Caller("+49221", test=True)
    steps = (person("ben"), Step(Action.OUTSIDE, "+43123"), Step(Action.ANNOUNCE, "de/goodbye"))
    for listed in (steps, (Step(Action.GROUP, "team"), *steps)):
        result = plan(*listed, caller=test)
        assert [stage.announcement for stage in result.stages] == ["de/goodbye"]
        assert (result.rings, result.skipped, result.final) == ((), (), Final.VOICEMAIL)
        assert result.notes[0] is Reason.TEST_CALL
        assert result.test
    rings_by_itself = plan(caller=test)
    assert (rings_by_itself.stages, rings_by_itself.number) == ((), A)
    assert plan(Step(Action.REJECT), caller=test).final is Final.REJECT
    assert not plan(*steps).test


@pytest.mark.parametrize("language", ["de", "en"])
def test_everything_is_said_in_words(language: str) -> None:
    away = Absence("1", "cleo", FRIDAY)
    result = plan(
        person("ben", hours=Hours.CLOSED, schedule_id="office"),
        Step(Action.GROUP, "team", 20),
        Step(Action.ANNOUNCE, "de/goodbye"),
        absences=(away,),
    )
    lines = described(result, {"anna": "Anna", "ben": "Ben", "cleo": "Cleo"}, language)
    assert len(lines) == 7
    assert "2. Anna, Ben, 20 s: " in lines[3]
    assert ("Anrufbeantworter" in lines[-1]) is (language == "de")
