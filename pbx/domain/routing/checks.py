"""What is wrong with the lists of steps: found on every save and every night (F64).

Within one number every combination of what its conditions can be is tried, so that a step is
called unreachable only if no caller at any time gets there.
"""

import enum
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from pbx.domain.routing.hours import holds
from pbx.domain.routing.planning import Book
from pbx.domain.routing.terms import FINAL, MOST_HOPS, Action, CallerIs, Hours, Step

MOST_COMBINATIONS = 20_000


class Fault(enum.StrEnum):
    """What can be wrong; words in `pbx.domain.routing.words`."""

    LOOP = "loop"
    LONG = "long"
    """More hops in a row than a call may make."""
    NO_NUMBER = "no-number"
    NO_PERSON = "no-person"
    NO_GROUP = "no-group"
    EMPTY_GROUP = "empty-group"
    OUTSIDE = "outside"
    """A number outside that may not be called, or is one of ours."""
    NO_SCHEDULE = "no-schedule"
    UNREACHABLE = "unreachable"
    NOBODY = "nobody"
    """Nobody ever rings for this number."""
    NO_RECIPIENTS = "no-recipients"
    """Nobody gets its voicemail."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`position` is the step's, counted from 0; None: of the number as a whole."""

    e164: str
    fault: Fault
    position: int | None = None
    detail: str = ""
    """What it is about: a number, an id; of a loop the numbers on it, in order."""


@dataclass(frozen=True, slots=True)
class People:
    """Who there is; `central`: whether voicemail without recipients has somewhere to go."""

    active: frozenset[str]
    central: bool = True


def check_all(book: Book, people: People) -> list[Problem]:
    """Everything that is wrong, by number."""
    hops = hops_of(book)
    return [p for e164 in sorted(book.numbers) for p in check(e164, book, people, hops)]


def check(
    e164: str, book: Book, people: People, hops: Mapping[str, Iterable[str]] | None = None
) -> list[Problem]:
    """What is wrong with one number's list, and with where it leads."""
    hops = hops_of(book) if hops is None else hops
    steps = book.steps.get(e164, ())
    reached = reachable(steps, book.numbers)
    problems = [*_targets(e164, steps, book, people)]
    problems += [
        Problem(e164, Fault.UNREACHABLE, position)
        for position in range(len(steps))
        if position not in reached
    ]
    if loop := find_loop(e164, hops):
        problems.append(Problem(e164, Fault.LOOP, detail=" ".join(loop)))
    elif _longest(e164, hops) > MOST_HOPS:
        problems.append(Problem(e164, Fault.LONG))
    if not _rings(e164, book, people, set()):
        problems.append(Problem(e164, Fault.NOBODY))
    number = book.numbers.get(e164)
    if number is not None and not number.recipients and not people.central:
        problems.append(Problem(e164, Fault.NO_RECIPIENTS))
    return problems


# ------------------------------------------------------------------ one list


def _targets(e164: str, steps: Sequence[Step], book: Book, people: People) -> Iterator[Problem]:
    for position, step in enumerate(steps):
        if step.hours is not Hours.ANY and step.schedule_id not in book.schedules:
            yield Problem(e164, Fault.NO_SCHEDULE, position, step.schedule_id)
        if step.absent_id and step.absent_id not in people.active:
            yield Problem(e164, Fault.NO_PERSON, position, step.absent_id)
        match step.action:
            case Action.PERSON if step.target not in people.active:
                yield Problem(e164, Fault.NO_PERSON, position, step.target)
            case Action.NUMBER if step.target not in book.numbers:
                yield Problem(e164, Fault.NO_NUMBER, position, step.target)
            case Action.OUTSIDE if book.keeps_from(step.target):
                yield Problem(e164, Fault.OUTSIDE, position, step.target)
            case Action.GROUP:
                group = book.groups.get(step.target)
                if group is None:
                    yield Problem(e164, Fault.NO_GROUP, position, step.target)
                elif not people.active.intersection(group.members):
                    yield Problem(e164, Fault.EMPTY_GROUP, position, step.target)


Situation = tuple[Mapping[str, Hours], CallerIs, frozenset[str]]
"""What each schedule says, who calls, who is away."""


def _situations(steps: Sequence[Step]) -> Iterator[Situation]:
    """Every combination that these steps can tell apart."""
    schedules = sorted({s.schedule_id for s in steps if s.hours is not Hours.ANY})
    people = sorted({s.absent_id for s in steps if s.absent_id})
    callers = [c for c in CallerIs if c is not CallerIs.ANY]
    if 3 ** len(schedules) * 2 ** len(people) * len(callers) > MOST_COMBINATIONS:
        return
    said = (Hours.OPEN, Hours.CLOSED, Hours.HOLIDAY)
    for hours in product(said, repeat=len(schedules)):
        for away in product((False, True), repeat=len(people)):
            absent = frozenset(p for p, is_away in zip(people, away, strict=True) if is_away)
            for caller in callers:
                yield dict(zip(schedules, hours, strict=True)), caller, absent


def _applies(step: Step, situation: Situation) -> bool:
    hours, caller, away = situation
    if step.hours is not Hours.ANY and not holds(step.hours, hours[step.schedule_id]):
        return False
    if step.caller not in (CallerIs.ANY, caller):
        return False
    return not step.absent_id or step.absent_id in away


def reachable(steps: Sequence[Step], known: Container[str]) -> frozenset[int]:
    """Positions of the steps that some call at some time gets to do; past a number that is
    not `known` calls go on."""
    found: set[int] = set()
    tried = False
    for situation in _situations(steps):
        tried = True
        for position, step in enumerate(steps):
            if _applies(step, situation):
                found.add(position)
                if step.action in FINAL and (
                    step.action is not Action.NUMBER or step.target in known
                ):
                    break
    return frozenset(found) if tried else frozenset(range(len(steps)))


# ------------------------------------------------------------------ from number to number


def hops_of(book: Book) -> dict[str, tuple[str, ...]]:
    """To which numbers calls may go on from each."""
    return {e164: _hops(steps, book.numbers) for e164, steps in book.steps.items()}


def _hops(steps: Sequence[Step], known: Container[str]) -> tuple[str, ...]:
    reached = reachable(steps, known)
    targets = (
        step.target
        for position, step in enumerate(steps)
        if step.action is Action.NUMBER and position in reached and step.target in known
    )
    return tuple(dict.fromkeys(targets))


def find_loop(e164: str, hops: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The shortest way from a number back to itself, both ends included; empty: none."""
    ways: list[tuple[str, ...]] = [(e164,)]
    seen: set[str] = set()
    for way in ways:
        for following in hops.get(way[-1], ()):
            if following == e164:
                return (*way, e164)
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()


def _longest(e164: str, hops: Mapping[str, Iterable[str]]) -> int:
    """How many hops a call can make from here, at most one more than it may."""
    level = {e164}
    for count in range(MOST_HOPS + 2):
        level = {following for number in level for following in hops.get(number, ())}
        if not level:
            return count
    return MOST_HOPS + 1


def _rings(e164: str, book: Book, people: People, seen: set[str]) -> bool:
    """Whether anybody can ever ring for this number."""
    seen.add(e164)
    steps = book.steps.get(e164, ())
    if not steps:
        return _rings_without_steps(e164, book, people)
    for position in reachable(steps, book.numbers):
        step = steps[position]
        match step.action:
            case Action.PERSON if step.target in people.active:
                return True
            case Action.OUTSIDE if not book.keeps_from(step.target):
                return True
            case Action.GROUP if step.target in book.groups:
                if people.active.intersection(book.groups[step.target].members):
                    return True
            case Action.NUMBER if step.target in book.numbers and step.target not in seen:
                if _rings(step.target, book, people, seen):
                    return True
    return False


def _rings_without_steps(e164: str, book: Book, people: People) -> bool:
    number = book.numbers.get(e164)
    if number is None:
        return False
    wanted = {number.user_id} if number.user_id else set()
    if number.head_office or number.at_head_office or e164 == book.head_office.e164:
        wanted |= set(book.head_office_ring)
    return bool(people.active & wanted)
