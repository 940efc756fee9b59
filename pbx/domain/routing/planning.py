"""What happens with a call to one of our numbers, and why.

One pure function serves live calls, `pbx simulate` and the simulator in management, so that
what was shown is what happens. Whoever is not reachable is left out at once, with a reason,
instead of ringing into the void (D13).
"""

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pbx.domain.records import CoolDown, Number
from pbx.domain.routing.callers import blocked_by, kind_of, rule_for
from pbx.domain.routing.hours import absence_at, holds, hours_at
from pbx.domain.routing.terms import (
    FINAL,
    MOST_CALLS,
    MOST_HOPS,
    Absence,
    Action,
    Caller,
    CallerIs,
    CallerRule,
    Group,
    Hours,
    ListKind,
    Reason,
    Schedule,
    Step,
    Strategy,
)

NEVER = datetime.min.replace(tzinfo=UTC)


class Final(enum.StrEnum):
    """What becomes of a call that nobody took."""

    VOICEMAIL = "voicemail"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Book:
    """What is written down about numbers and people, as far as this call may need it."""

    head_office: Number
    head_office_ring: tuple[str, ...] = ()
    """User ids that the head office rings without steps of its own, in this order."""
    numbers: Mapping[str, Number] = field(default_factory=dict)
    steps: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    """By number; one without rings its person, or the head office's list."""
    groups: Mapping[str, Group] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    absences: Sequence[Absence] = ()
    rules: Sequence[CallerRule] = ()
    """At least those that are about the caller."""
    outside: Mapping[str, Reason] = field(default_factory=dict)
    """Of the numbers outside that steps name those that are not to be called, and why."""

    def keeps_from(self, target: str) -> Reason | None:
        """Why this number is not rung outside; None: it is."""
        ours = target in self.numbers or target == self.head_office.e164
        return Reason.OUTSIDE_OURS if ours else self.outside.get(target)


@dataclass(frozen=True, slots=True)
class Presence:
    """Who can be rung."""

    live: Collection[str]
    """User ids with a browser that has just proved itself alive."""
    unavailable: Collection[str] = ()
    """User ids that do not want to be rung now, by their own status."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """How many calls a user has. With one, a further call waits there after everybody who is
    free; with more, it does not ring there."""
    idle_since: Mapping[str, datetime] = field(default_factory=dict)
    """When a user's last call ended; unknown is longest ago."""


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a number's list, counted from 0; -1: the number has no list of its own."""

    e164: str
    position: int = -1


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """These people at once, or a number outside, for so many seconds; or an announcement."""

    place: Place
    reason: Reason
    user_ids: tuple[str, ...] = ()
    seconds: int = 0
    announcement: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    user_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Passed:
    """A step at which nothing was done, or that led elsewhere."""

    place: Place
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens with a call: stages one after the other, then the end."""

    number: Number
    """Ours whose label, greeting, language and recipients apply: the one that was called."""
    stages: tuple[PlannedStage, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    passed: tuple[Passed, ...] = ()
    notes: tuple[Reason, ...] = ()
    """What holds for the whole call: `unknown-did`, `blocked`, `steps-done`…"""
    final: Final = Final.VOICEMAIL
    greeting: str = ""
    """In the place of the number's own: its person is away and says so."""
    rule: CallerRule | None = None
    """The entry of a caller list that counted."""

    @property
    def test(self) -> bool:
        """A test call: it hears what callers hear when nobody answers, and leaves nothing."""
        return Reason.TEST_CALL in self.notes

    @property
    def voicemail_at_once(self) -> bool:
        return not self.stages and self.final is Final.VOICEMAIL

    @property
    def rings(self) -> tuple[str, ...]:
        """User ids that ring, in order."""
        return tuple(user for stage in self.stages for user in stage.user_ids)

    @property
    def longest_wait_seconds(self) -> int:
        """Of ringing, if nobody answers."""
        return sum(stage.seconds for stage in self.stages)


def plan_inbound(
    *, did: Number | None, caller: Caller, at: datetime, book: Book, presence: Presence
) -> Plan:
    """Plan a call.

    Args:
        did: our number that was called; None where the trunk sent one that we do not know,
            which is then treated like the head office, as is one that has just changed hands.
        caller: who calls.
        at: when (aware); hours are those of the clock on the wall in Germany.
    """
    number = book.head_office if did is None else did
    notes = [Reason.TEST_CALL] if caller.test else []
    if did is None:
        notes.append(Reason.UNKNOWN_DID)
    cooling = did.cooling_at(at) if did else None
    if cooling:
        number = book.head_office
        notes.append(Reason.COOLING_DOWN)
    if rule := blocked_by(book.rules, caller, at):
        return Plan(number, notes=(*notes, Reason.BLOCKED), final=Final.REJECT, rule=rule)
    if cooling is CoolDown.VOICEMAIL:
        return Plan(number, notes=tuple(notes))
    walk = _Walk(caller, at, book, presence)
    walk.go(number)
    away = absence_at(book.absences, number.user_id or "", at)
    final = walk.final
    return Plan(
        number,
        tuple(walk.stages),
        tuple(dict.fromkeys(walk.skipped)),
        tuple(walk.passed),
        (*notes, *walk.notes),
        final,
        greeting=away.announcement if away and final is Final.VOICEMAIL else "",
        rule=_counted(book.rules, caller, at),
    )


def _counted(rules: Sequence[CallerRule], caller: Caller, at: datetime) -> CallerRule | None:
    return rule_for(rules, ListKind.VIP, caller, at) or rule_for(rules, ListKind.ALLOW, caller, at)


class _Walk:
    """Goes through the steps and writes down what comes of each."""

    def __init__(self, caller: Caller, at: datetime, book: Book, presence: Presence) -> None:
        self.stages: list[PlannedStage] = []
        self.skipped: list[Skipped] = []
        self.passed: list[Passed] = []
        self.notes: list[Reason] = []
        self.final = Final.VOICEMAIL
        self._at, self._book, self._presence = at, book, presence
        self._kind = kind_of(book.rules, caller, at)
        self._nobody_rings = caller.test

    def go(self, number: Number) -> None:
        for _ in range(MOST_HOPS + 1):
            steps = self._book.steps.get(number.e164, ())
            if not steps:
                self._without_steps(number)
                return
            following = self._through(number.e164, steps)
            if following is None:
                return
            number = following
        self.notes.append(Reason.TOO_MANY_HOPS)

    def _without_steps(self, number: Number) -> None:
        """The assigned person, else the head office's list."""
        wanted: list[tuple[str, Reason]] = []
        if number.user_id is not None:
            wanted.append((number.user_id, Reason.ASSIGNED))
        shared = number.head_office or number.at_head_office
        if shared or number.e164 == self._book.head_office.e164:
            wanted += [(user, Reason.RING_LIST) for user in self._book.head_office_ring]
            if not wanted:
                self.notes.append(Reason.EMPTY_RING_LIST)
        elif not wanted:
            self.notes.append(Reason.UNASSIGNED)
        self._ring(Place(number.e164), wanted, number.ring_seconds, Strategy.TURN)

    def _through(self, e164: str, steps: Sequence[Step]) -> Number | None:
        """The number with whose steps it goes on; None: it ends here."""
        for position, step in enumerate(steps):
            place = Place(e164, position)
            if reason := self._keeps_out(step):
                self.passed.append(Passed(place, reason))
            elif step.action is Action.NUMBER:
                found = self._book.numbers.get(step.target)
                if found and found.cooling_at(self._at):
                    self.notes.append(Reason.COOLING_DOWN)
                    return None
                if found:
                    self.passed.append(Passed(place, Reason.HOP))
                    return found
                self.passed.append(Passed(place, Reason.NO_NUMBER))
            elif step.action in FINAL:
                self._end(step)
                return None
            else:
                self._do(place, step)
        self.notes.append(Reason.STEPS_DONE)
        return None

    def _end(self, step: Step) -> None:
        rejects = step.action is Action.REJECT
        self.final = Final.REJECT if rejects else Final.VOICEMAIL
        self.notes.append(Reason.STEP_REJECT if rejects else Reason.STEP_VOICEMAIL)

    def _keeps_out(self, step: Step) -> Reason | None:
        """Why the step is not for this call, if so."""
        if step.hours is not Hours.ANY:
            schedule = self._book.schedules.get(step.schedule_id)
            if schedule is None:
                return Reason.NO_SCHEDULE
            if not holds(step.hours, hours_at(schedule, self._at)):
                return _ONLY[step.hours]
        if step.caller not in (CallerIs.ANY, self._kind):
            return Reason.CALLER_ONLY
        if step.absent_id and not absence_at(self._book.absences, step.absent_id, self._at):
            return Reason.PRESENT
        return None

    def _do(self, place: Place, step: Step) -> None:
        match step.action:
            case Action.PERSON:
                self._ring(place, [(step.target, Reason.STEP)], step.seconds, Strategy.TURN)
            case Action.GROUP:
                group = self._book.groups.get(step.target)
                if group is None:
                    self.passed.append(Passed(place, Reason.NO_GROUP))
                    return
                wanted = [(user, Reason.GROUP) for user in self._in_order(group)]
                self._ring(place, wanted, step.seconds, group.strategy)
            case Action.OUTSIDE if self._nobody_rings:
                return
            case Action.OUTSIDE:
                if reason := self._book.keeps_from(step.target):
                    self.passed.append(Passed(place, reason))
                    return
                rings = PlannedStage(
                    place, Reason.OUTSIDE, seconds=step.seconds, number=step.target
                )
                self.stages.append(rings)
            case Action.ANNOUNCE:
                self.stages.append(PlannedStage(place, Reason.ANNOUNCED, announcement=step.target))

    def _in_order(self, group: Group) -> Sequence[str]:
        if group.strategy is not Strategy.IDLE:
            return group.members
        return sorted(group.members, key=lambda user: self._presence.idle_since.get(user, NEVER))

    def _ring(
        self, place: Place, wanted: Iterable[tuple[str, Reason]], seconds: int, strategy: Strategy
    ) -> None:
        """Whoever is free first, then whoever has one call already."""
        if self._nobody_rings:
            return
        free: list[tuple[str, Reason]] = []
        waiting: list[tuple[str, Reason]] = []
        for user, reason in self._present(wanted):
            if skip := self._unreachable(user):
                self.skipped.append(Skipped(user, skip))
            elif self._presence.calls.get(user, 0):
                waiting.append((user, Reason.WAITING))
            else:
                free.append((user, reason))
        for people in (free, waiting):
            if people and strategy is Strategy.ALL:
                users = tuple(user for user, _ in people)
                self.stages.append(PlannedStage(place, people[0][1], users, seconds))
            else:
                self.stages += [PlannedStage(place, r, (user,), seconds) for user, r in people]

    def _unreachable(self, user: str) -> Reason | None:
        if user not in self._presence.live:
            return Reason.NOT_LIVE
        if user in self._presence.unavailable:
            return Reason.STATUS
        if self._presence.calls.get(user, 0) >= MOST_CALLS:
            return Reason.ON_A_CALL
        return None

    def _present(self, wanted: Iterable[tuple[str, Reason]]) -> Iterable[tuple[str, Reason]]:
        """Everybody once; for whoever is away the deputy, if there is one."""
        seen: set[str] = set()
        for user, reason in wanted:
            while user and user not in seen:
                seen.add(user)
                away = absence_at(self._book.absences, user, self._at)
                if away is None:
                    yield user, reason
                    break
                self.skipped.append(Skipped(user, Reason.AWAY))
                user, reason = away.deputy_id, Reason.DEPUTY


_ONLY = {
    Hours.OPEN: Reason.OPEN_ONLY,
    Hours.CLOSED: Reason.CLOSED_ONLY,
    Hours.HOLIDAY: Reason.HOLIDAY_ONLY,
}
