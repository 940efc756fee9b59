"""Add-ons: prices, steps, the clock of reminders, hand-overs, and what a test call hears."""

import math
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import addon_letters, addons, metering, test_calls
from pbx.domain.addon_orders import (
    NEEDS,
    Answer,
    Kind,
    Order,
    State,
    Step,
    StepRow,
    StepState,
    answered,
    can_answer,
    check_activation,
    next_step,
    steps_of,
    touched,
)
from pbx.domain.addon_watch import (
    BERLIN,
    Calendar,
    Due,
    WatchRules,
    checked,
    due_at,
    due_now,
    filled,
    marked,
)
from pbx.domain.addons import FIRST, GREETINGS, PRICES, Catalogue, GreetingKind, Option
from pbx.domain.handovers import Checklist, Handover, confirmed, receivers
from pbx.domain.message_templates import Language
from pbx.domain.records import Area, FactorRow
from pbx.domain.routing.hours import holiday_on
from pbx.domain.test_calls import Heard, Why, judged
from pbx.errors import PbxError
from tests.support.addons import speech, wav

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
"""A Friday, 14:00 in Berlin."""
PAIRS = [(option, kind) for option, kinds in GREETINGS.items() for kind in kinds]
CENTS = st.integers(0, addons.HIGHEST_PRICE)


def order(option: Option = Option.MAILBOX, greeting: GreetingKind = GreetingKind.VPA) -> Order:
    return Order(
        id="o1",
        kind=Kind.BOOKING,
        customer_id="c1",
        customer="Solaris",
        option=option,
        greeting=greeting,
        items=addons.quote(FIRST, option, greeting).items,
        prices_from=FIRST.valid_from,
        key="key",
        booked_at=NOW,
        booked_by="boss",
    )


# ------------------------------------------------------------------ prices


@pytest.mark.parametrize(
    ("option", "greeting", "cents"),
    [
        ("extension", "none", 0),
        ("mailbox", "supplied", 49_90),
        ("mailbox", "vpa", 99_90),
        ("mailbox", "professional", 249_00),
        ("own-number", "none", 99_00),
        ("own-number", "supplied", 148_90),
        ("country-number", "none", 99_00),
        ("country-number", "professional", 348_00),
    ],
)
def test_the_companys_own_prices(option: str, greeting: str, cents: int) -> None:
    assert addons.quote(FIRST, Option(option), GreetingKind(greeting)).total == cents


@given(st.lists(CENTS, min_size=len(PRICES), max_size=len(PRICES)), st.sampled_from(PAIRS))
def test_a_price_is_the_sum_of_its_lines(
    cents: list[int], pair: tuple[Option, GreetingKind]
) -> None:
    catalogue = Catalogue(DAY, **dict(zip(PRICES, cents, strict=True)))
    addons.check_prices(catalogue)
    found = addons.quote(catalogue, *pair)
    assert found.total == sum(item.cents for item in found.items)
    assert all(type(item.cents) is int for item in found.items)
    assert len(found.items) == (1 if pair[1] is GreetingKind.NONE else 2)


@given(
    st.lists(st.sampled_from(PAIRS)),
    st.sampled_from(list(Area)),
    st.builds(FactorRow, st.just(DAY), *(st.integers(0, 9999) for _ in range(6))),
)
def test_no_add_on_takes_the_factor_away(
    pairs: list[tuple[Option, GreetingKind]], area: Area, row: FactorRow
) -> None:
    booked = [addons.quote(FIRST, *pair) for pair in pairs]
    assert addons.factor_with(booked, row, area) == metering.factors(area, row).customer
    assert addons.factor_with(booked, row, area) == addons.factor_with([], row, area)


@given(st.sets(st.dates(date(2021, 1, 1), date(2030, 1, 1))), st.dates(date(2020, 1, 1)))
def test_prices_hold_from_their_day_on(days: set[date], day: date) -> None:
    found = addons.valid_on([Catalogue(each) for each in days], day)
    begun = [each for each in days if each <= day]
    assert found.valid_from == max(begun, default=FIRST.valid_from)


@pytest.mark.parametrize(("option", "greeting"), [("extension", "vpa"), ("mailbox", "none")])
def test_greetings_that_do_not_go_with_an_option(option: str, greeting: str) -> None:
    with pytest.raises(PbxError, match="greeting-"):
        addons.quote(FIRST, Option(option), GreetingKind(greeting))


# ------------------------------------------------------------------ steps


def done(found: tuple[Order, tuple[StepRow, ...]], step: Step) -> tuple[Order, tuple[StepRow, ...]]:
    return answered(*found, Answer(step, StepState.DONE, "boss", NOW))


@pytest.mark.parametrize("pair", PAIRS)
def test_all_steps_in_their_order_end_an_order(pair: tuple[Option, GreetingKind]) -> None:
    found = order(*pair), steps_of(order(*pair))
    walked = []
    while (step := next_step(found[1])) is not None:
        assert found[0].state is State.OPEN
        too_early = [each for each in NEEDS if step in NEEDS[each] and each is not step]
        for later in too_early:
            if later in {row.step for row in found[1]}:
                assert not can_answer(found[1], later)
        found = done(found, step)
        walked.append(step)
    assert found[0].state is State.DONE
    assert walked == [row.step for row in found[1]]
    assert (Step.FEASIBLE in walked) == (pair[0] in (Option.OWN_NUMBER, Option.COUNTRY_NUMBER))
    assert (Step.GREETING in walked) == (pair[1] is not GreetingKind.NONE)
    assert all(list(Step).index(a) < list(Step).index(b) for a, b in pairwise(walked))


def test_what_is_not_feasible_ends_the_order_and_reopening_goes_backwards() -> None:
    made = order(Option.OWN_NUMBER)
    found = made, steps_of(made)
    with pytest.raises(PbxError, match="step-too-early"):
        done(found, Step.NUMBER)
    with pytest.raises(PbxError, match="reason-missing"):
        answered(*found, Answer(Step.FEASIBLE, StepState.REFUSED, "boss", NOW))
    ended, _ = answered(*found, Answer(Step.FEASIBLE, StepState.REFUSED, "boss", NOW, "zu alt"))
    assert (ended.state, ended.reason) == (State.REFUSED, "zu alt")
    found = done(done(found, Step.FEASIBLE), Step.NUMBER)
    with pytest.raises(PbxError, match="step-built-upon"):
        answered(*found, Answer(Step.FEASIBLE, StepState.OPEN, "boss", NOW))
    again = answered(*found, Answer(Step.NUMBER, StepState.OPEN, "boss", NOW))
    assert next_step(again[1]) is Step.NUMBER
    with pytest.raises(PbxError, match="step-too-early"):
        check_activation(*found)
    ready = done(found, Step.GREETING)
    for missing, wish in (("did-missing", {}), ("greeting-missing", {"did": "+491"})):
        with pytest.raises(PbxError, match=missing):
            check_activation(replace(ready[0], **wish), ready[1])
    check_activation(replace(ready[0], did="+491", greeting_id="g"), ready[1])


# ------------------------------------------------------------------ the clock


def berlin(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("booked", "days", "calendar", "due"),
    [
        ((20, 14, 11), 2, "calendar", (22, 14, 11)),
        ((20, 14, 11), 2, "working", (24, 14, 11)),  # Friday to Tuesday
        ((21, 14, 11), 2, "working", (25, 0, 11)),  # Saturday counts from Monday
        ((23, 9, 12), 2, "working", (28, 9, 12)),  # Christmas Day and a weekend between
        ((25, 9, 12), 1, "working", (29, 0, 12)),  # a holiday, Friday
        ((24, 9, 10), 3, "calendar", (27, 9, 10)),  # over the change of the clock
    ],
)
def test_days_of_silence(
    booked: tuple[int, int, int], days: int, calendar: str, due: tuple[int, int, int]
) -> None:
    rules = WatchRules(calendar=Calendar(calendar))
    assert due_at(berlin(*booked), days, rules) == berlin(*due)


def test_holidays_are_those_of_the_state() -> None:
    """Corpus Christi is one in North Rhine-Westphalia, not in Berlin."""
    wednesday = berlin(3, 10, 6)
    assert due_at(wednesday, 1, WatchRules(state="NW")) == berlin(5, 10, 6)
    assert due_at(wednesday, 1, WatchRules(state="BE")) == berlin(4, 10, 6)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(1, 9))
def test_working_days_end_on_working_days_and_never_early(naive: datetime, days: int) -> None:
    since, rules = naive.replace(tzinfo=UTC), WatchRules()
    due = due_at(since, days, rules)
    local = due.astimezone(BERLIN)
    assert local.weekday() < 5
    assert holiday_on(local.date(), "NW") is None
    assert due >= due_at(since, days, replace(rules, calendar=Calendar.CALENDAR)) - timedelta(
        days=1
    )
    assert due_at(since, days + 1, rules) > due


def test_each_letter_once_in_one_silence() -> None:
    rules, waiting = WatchRules(calendar=Calendar.CALENDAR), order()
    hours = range(0, 24 * 10, 6)
    sent = []
    for hour in hours:
        now = NOW + timedelta(hours=hour)
        if due := due_now(waiting, rules, now):
            waiting = marked(waiting, due, now)
            sent.append((due, hour))
    assert sent == [(Due.REMINDER, 48), (Due.ESCALATION, 72)]
    # A controller that was away sends only the stronger one, an answer begins a new silence.
    late = NOW + timedelta(days=5)
    assert due_now(order(), rules, late) is Due.ESCALATION
    assert due_now(marked(order(), Due.ESCALATION, late), rules, late) is None
    assert due_now(touched(waiting, late), rules, late + timedelta(days=1)) is None
    assert due_now(touched(waiting, late), rules, late + timedelta(days=2)) is Due.REMINDER
    assert due_now(replace(order(), state=State.DONE), rules, late) is None
    planned = replace(order(), due_on=date(2026, 11, 24))
    assert due_now(planned, rules, late) is None
    assert due_now(planned, rules, late + timedelta(days=2)) is Due.ESCALATION


def test_templates() -> None:
    assert filled("{customer}: {order} {x}", {"customer": "{order}", "order": "Z-1"}) == (
        "{order}: Z-1 {x}"
    )
    for wrong in (
        WatchRules(text="{password}"),
        WatchRules(escalation_days=2),
        WatchRules(state="XX"),
    ):
        with pytest.raises(PbxError):
            checked(wrong)


# ------------------------------------------------------------------ hand-overs


def test_who_receives_a_task() -> None:
    assert receivers([], ["a@x"]) == []
    assert receivers(["a@x"], ["A@X", "b@x"]) == ["b@x"]
    made = Handover("h", "T", "b@x", "boss", NOW)
    with pytest.raises(PbxError, match="checklist-incomplete"):
        confirmed(made, Checklist(True, True, specialist=True), "b", NOW)
    said = Checklist(True, True, True, " 40 Anrufe am Tag ")
    after = confirmed(made, said, "b", NOW)
    assert (after.facts, after.confirmed_by) == ("40 Anrufe am Tag", "b")
    with pytest.raises(PbxError, match="handover-confirmed"):
        confirmed(after, said, "b", NOW)


# ------------------------------------------------------------------ test calls


def through_a_telephone(samples: list[int]) -> list[int]:
    """Later, quieter, with steps as coarse as a codec's, and noise on the line."""
    dice = random.Random(9)
    sound = [0] * 5003 + samples + [0] * 9000
    return [round(s * 0.4 / 64) * 64 + dice.randint(-6, 6) for s in sound]


def result(heard: list[int] | None, greeting: list[int]) -> test_calls.TestCall:
    call = test_calls.TestCall("t", "o", "+49", "boss", NOW)
    told = Heard(heard is not None, wav(heard) if heard else b"", 5000)
    return judged(call, told, greeting)


@pytest.mark.parametrize("seed", range(3))
def test_the_greeting_is_known_again(seed: int) -> None:
    greeting = speech(seed)
    found = result(through_a_telephone(greeting), greeting)
    assert (found.state, found.reason) == (test_calls.TestState.PASSED, "")
    assert found.match_percent is not None
    assert found.match_percent >= 95
    other = result(through_a_telephone(speech(seed + 50, 8)), greeting)
    assert (other.state, other.reason) == (test_calls.TestState.FAILED, Why.OTHER_SOUND.value)
    assert other.match_percent is not None
    assert other.match_percent < 75


def test_why_a_test_call_fails() -> None:
    greeting = speech(1)
    tone = [round(8000 * math.sin(n / 3)) for n in range(40_000)]
    for heard, expected, why in (
        (None, greeting, Why.NOT_ANSWERED),
        ([0] * 40_000, greeting, Why.SILENT),
        (tone, greeting, Why.OTHER_SOUND),
        (greeting[:8000], greeting, Why.OTHER_SOUND),
        (greeting, [], Why.NO_GREETING),
    ):
        found = result(heard, expected)
        assert (found.state, found.reason) == (test_calls.TestState.FAILED, why.value)


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_escalation_is_in_the_language_of_the_rules(language: Language) -> None:
    rules = checked(WatchRules(language=language))
    waiting = replace(order(), number=7)
    subject, text = addon_letters.escalation(waiting, [], rules, "", "https://pbx.example.test/7")
    assert "{" not in subject + text
    said = {"de": ("Zusatz Z-7", "20.11.2026", "niemand"), "en": ("Add-on Z-7", "", "nobody")}
    head, day, owner = said[language]
    assert subject.startswith(head)
    assert day in text
    assert owner in text
    assert checked(rules) == rules
    own = replace(rules, text="{order}: {option}")
    assert checked(replace(own, language="de")).text == own.text
