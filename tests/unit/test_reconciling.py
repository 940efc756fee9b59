"""Our calls against a carrier's records: the best pairs, planted errors, wrong clocks."""

import itertools
import random
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.domain.reconciling import Comparison, Kind, OurCall, TheirRecord, compare

BEGIN = 1_790_000_000_000
SECOND = 1_000
PLANTED = (
    Kind.ONLY_OURS,
    Kind.ONLY_THEIRS,
    Kind.SECONDS,
    Kind.TWICE,
    Kind.NOT_ANSWERED,
    Kind.BEGIN,
    Kind.NUMBER,
)


def call(name: str, begin: int, talk: int, number: str = "+49301") -> OurCall:
    return OurCall(name, number, begin, talk)


def record(row: int, begin: int, seconds: int, number: str = "+49301") -> TheirRecord:
    return TheirRecord(row, number, (begin,), seconds)


def told(found: Comparison) -> list[tuple[str, str | None, int | None, int]]:
    return [
        (f.kind.value, f.ours and f.ours.id, f.theirs and f.theirs.row, f.seconds)  # type: ignore[misc]
        for f in found.findings
    ]


def test_calls_close_together_are_not_taken_greedily() -> None:
    """The nearest record of the first call is the only one that the second can have."""
    ours = [call("a", 0, 60_000), call("b", 1_900, 60_000)]
    theirs = [record(1, -2_000, 60_000), record(2, 1_000, 60_000)]
    exact = [replace(each, step_ms=1) for each in theirs]
    assert compare(ours, exact) == replace(compare(ours, exact), matched=2, findings=[])


def test_calls_at_the_same_second_are_told_apart_by_their_length() -> None:
    ours = [call("a", 100, 100_000), call("b", 600, 10_000)]
    theirs = [record(1, 0, 10_000), record(2, 0, 100_000)]
    found = compare(ours, theirs)
    assert (found.matched, told(found)) == (2, [])
    found = compare(ours, [record(1, 0, 10_000), record(2, 0, 90_000)])
    assert told(found) == [("seconds", "a", 2, -10)]


def test_whole_seconds_are_no_difference_however_they_are_rounded() -> None:
    ours = [call("a", 0, 61_250)]
    for seconds, difference in ((61, 0), (62, 0), (60, -1), (63, 1), (0, -61)):
        found = compare(ours, [record(1, 0, seconds * SECOND)])
        assert sum(f.seconds for f in found.findings) == difference


def test_an_hour_that_occurs_twice_and_begins_without_seconds() -> None:
    hour = 3_600_000
    ours = [call("a", 5_000, 9_000), call("b", hour + 5_000, 9_000)]
    theirs = [TheirRecord(n, "+49301", (5_000, hour + 5_000), 9_000) for n in (1, 2)]
    assert compare(ours, theirs).matched == 2
    minutes = TheirRecord(1, "+49301", (0,), 9_000, step_ms=60_000)
    assert compare([call("a", 59_999, 9_000)], [minutes]).matched == 1


def test_a_cost_that_differs() -> None:
    ours = [replace(call("a", 0, 60_000), micros=30_000)]
    for micros, findings in ((30_000, 0), (40_000, 0), (40_001, 1)):
        theirs = [replace(record(1, 0, 60_000), micros=micros)]
        assert len(compare(ours, theirs).findings) == findings


def test_thousands_of_calls_to_one_number_end_in_time() -> None:
    ours = [call(f"{n:04}", n * 1_000, 30_000 + n) for n in range(700)]
    theirs = [record(n, n * 1_000, 30_000 + n) for n in range(700)]
    found = compare(ours, theirs[:-1])
    assert (found.matched, told(found)) == (699, [("only_ours", "0699", None, -30)])


small = st.lists(st.tuples(st.integers(0, 6_000), st.integers(1, 9_000)), max_size=5)


@settings(max_examples=60)
@given(small, small)
def test_no_other_way_makes_more_pairs_or_moves_less(
    ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    calls = [call(str(i), *each) for i, each in enumerate(ours)]
    records = [replace(record(i, *each), step_ms=1) for i, each in enumerate(theirs)]

    def cost(i: int, j: int) -> int | None:
        shift = abs(theirs[j][0] - ours[i][0])
        return shift + abs(theirs[j][1] - ours[i][1]) if shift <= 2_000 else None

    best = (0, 0)
    padded = [*range(len(theirs)), *[None] * len(ours)]
    for chosen in set(itertools.permutations(padded, len(ours))) if ours else ():
        pairs = [cost(i, j) for i, j in enumerate(chosen) if j is not None]
        if None not in pairs:
            best = max(best, (len(pairs), -sum(filter(None, pairs))))
    found = compare(calls, records)
    assert found.matched == best[0]
    seen = Counter(f.ours.id for f in found.findings if f.ours and f.kind is not Kind.TWICE)
    assert max(seen.values(), default=0) <= 1


# ------------------------------------------------------------------ a whole month


def month(seed: int, calls: int = 10_000) -> list[OurCall]:
    """Calls of twenty people; some numbers are called again within seconds."""
    rng = random.Random(seed)
    made: list[OurCall] = []
    for n in range(calls):
        begin = BEGIN + rng.randrange(30 * 24 * 3_600_000)
        number = f"+49{rng.randrange(10**9, 10**9 + 2_000)}"
        if made and rng.random() < 0.05:
            begin, number = made[-1].begin_ms + rng.randrange(500, 4_000), made[-1].number
        made.append(OurCall(f"c{n:05}", number, begin, rng.randrange(2_000, 1_200_000)))
    return made


def honest(ours: list[OurCall], clock_ms: int) -> list[TheirRecord]:
    """What a carrier would write whose clock is off: whole seconds."""
    found = []
    for n, each in enumerate(ours):
        begin = each.begin_ms + clock_ms
        found.append(record(n, begin - begin % SECOND, each.talk_ms, each.number))
    return [replace(r, seconds_ms=round(r.seconds_ms / SECOND) * SECOND) for r in found]


@pytest.mark.parametrize(("seed", "clock_ms"), [(2, 1_900), (3, -2_000)])
def test_fifty_planted_errors_in_ten_thousand_rows(seed: int, clock_ms: int) -> None:
    rng = random.Random(seed)
    ours = month(seed)
    theirs = honest(ours, clock_ms)
    count = Counter(each.number for each in ours)
    single = [n for n, each in enumerate(ours) if count[each.number] == 1]
    usual = [n for n, each in enumerate(ours) if count[each.number] > 1]
    rng.shuffle(single)
    rng.shuffle(usual)
    expected: set[tuple[str, str]] = set()
    gone: set[int] = set()
    for n in range(50):
        kind = PLANTED[n % len(PLANTED)]
        # What is planted among calls to a number that is called often must be found as well,
        # where it is not another call's truth by chance.
        index = usual.pop() if kind in (Kind.SECONDS, Kind.TWICE) else single.pop()
        each, own = ours[index], theirs[index]
        expected.add((kind.value, each.id))
        match kind:
            case Kind.ONLY_OURS:
                gone.add(index)
            case Kind.ONLY_THEIRS:
                ours[index] = replace(each, number="+10000", begin_ms=0, talk_ms=0, answered=False)
            case Kind.SECONDS:
                more = rng.choice((2, 3, 60, 3_600)) * SECOND
                theirs[index] = replace(own, seconds_ms=own.seconds_ms + more)
            case Kind.TWICE:
                theirs.append(replace(own, row=100_000 + index))
            case Kind.NOT_ANSWERED:
                end = each.begin_ms + 25_000
                ours[index] = replace(each, answered=False, talk_ms=0, end_ms=end)
            case Kind.BEGIN:
                theirs[index] = replace(own, begins_ms=(own.begins_ms[0] + 47 * SECOND,))
            case Kind.NUMBER:
                theirs[index] = replace(own, number=own.number[:-1] + "x")
    theirs = [each for n, each in enumerate(theirs) if n not in gone]
    results = []
    for shuffled in (False, True):
        if shuffled:
            rng.shuffle(theirs)
            rng.shuffle(ours)
        began = time.process_time()
        found = compare(ours, theirs)
        took = time.process_time() - began
        results.append(
            {
                (
                    f.kind.value,
                    f.ours.id if f.ours else f"c{f.theirs.row:05}" if f.theirs else "",
                )
                for f in found.findings
            }
        )
        assert len(found.findings) == 50
        assert abs(found.clock_ms - clock_ms) <= SECOND
        assert took < 5
    assert results[0] == expected
    assert results[1] == expected


def test_an_honest_month_has_no_findings_and_another_month_ends_in_time() -> None:
    ours = month(7, 4_000)
    found = compare(ours, honest(ours, 700))
    assert (found.matched, list(found.findings)) == (len(ours), [])
    began = time.process_time()
    wrong = compare(ours, honest(ours, 40 * 24 * 3_600_000))
    assert time.process_time() - began < 5
    assert wrong.matched < 100
