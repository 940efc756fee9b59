"""Stores of routing in memory; they pass the same contract tests as the SQL ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pbx.domain.routing import (
    MOST_HOPS,
    Absence,
    Action,
    Caller,
    CallerRule,
    Group,
    ListKind,
    Schedule,
    Step,
)
from pbx.services.routing_ports import RouteParts
from pbx.store.callers import unknown_caller_rule
from pbx.store.people import unknown_user
from pbx.store.routes import targets, unknown_absence, unknown_group, unknown_schedule
from tests.fakes.stores import FakeDirectory, page


class FakeRoutes:
    def __init__(self, directory: FakeDirectory) -> None:
        self.lists: dict[str, tuple[Step, ...]] = {}
        self.all_groups: dict[str, Group] = {}
        self.all_schedules: dict[str, Schedule] = {}
        self.all_absences: dict[str, Absence] = {}
        self._directory = directory

    async def parts(self, e164: str, at: datetime) -> RouteParts:
        steps: dict[str, tuple[Step, ...]] = {}
        ahead = {e164}
        for _ in range(MOST_HOPS + 1):
            steps |= {n: self.lists[n] for n in ahead if n in self.lists}
            ahead = targets([steps[n] for n in ahead if n in steps], Action.NUMBER)
        everything = await self.everything()
        named = targets(steps.values(), Action.NUMBER)
        return RouteParts(
            {n: number for n, number in everything.numbers.items() if n in named},
            steps,
            everything.groups,
            everything.schedules,
            tuple(a for a in await self.absences(at) if a.begins <= at),
        )

    async def everything(self) -> RouteParts:
        return RouteParts(
            {n.e164: n for n in await self._directory.numbers()},
            dict(self.lists),
            {g.id: g for g in await self.groups()},
            {s.id: s for s in await self.schedules()},
        )

    async def steps(self, e164: str) -> tuple[Step, ...]:
        return self.lists.get(e164, ())

    async def put_steps(self, e164: str, steps: Sequence[Step], *, by: str, at: datetime) -> None:
        self.lists[e164] = tuple(steps)
        if not steps:
            del self.lists[e164]

    async def groups(self) -> Sequence[Group]:
        return sorted(self.all_groups.values(), key=lambda g: (g.name, g.id))

    async def put_group(self, group: Group, *, by: str, at: datetime) -> None:
        self.all_groups[group.id] = group

    async def remove_group(self, group_id: str, *, by: str, at: datetime) -> None:
        if self.all_groups.pop(group_id, None) is None:
            raise unknown_group()

    async def schedules(self) -> Sequence[Schedule]:
        return sorted(self.all_schedules.values(), key=lambda s: (s.name, s.id))

    async def put_schedule(self, schedule: Schedule, *, by: str, at: datetime) -> None:
        self.all_schedules[schedule.id] = schedule

    async def remove_schedule(self, schedule_id: str, *, by: str, at: datetime) -> None:
        if self.all_schedules.pop(schedule_id, None) is None:
            raise unknown_schedule()

    async def absences(self, since: datetime) -> Sequence[Absence]:
        left = [a for a in self.all_absences.values() if a.ends is None or a.ends > since]
        return sorted(left, key=lambda a: (a.begins, a.id))

    async def put_absence(self, absence: Absence, *, by: str, at: datetime) -> None:
        if await self._directory.user(absence.user_id) is None:
            raise unknown_user()
        self.all_absences[absence.id] = absence

    async def remove_absence(self, absence_id: str, *, by: str, at: datetime) -> None:
        if self.all_absences.pop(absence_id, None) is None:
            raise unknown_absence()


class FakeCallerLists:
    def __init__(self) -> None:
        self.rules: dict[str, CallerRule] = {}
        self.hidden: dict[str, tuple[str, datetime]] = {}

    async def about(self, caller: Caller) -> Sequence[CallerRule]:
        return sorted(
            (
                rule
                for rule in self.rules.values()
                if (rule.hidden and rule.hidden == caller.hidden)
                or (rule.pattern and rule.pattern == caller.number)
                or (rule.prefix and caller.number.startswith(rule.pattern))
            ),
            key=lambda rule: rule.id,
        )

    async def find(
        self, kind: ListKind, cursor: str | None, limit: int
    ) -> tuple[Sequence[CallerRule], str | None]:
        mine = [rule for rule in self.rules.values() if rule.kind is kind]
        return page(mine, _place, cursor, limit)

    async def put(self, rule: CallerRule, *, by: str, at: datetime) -> CallerRule:
        def key(each: CallerRule) -> object:
            return each.kind, each.pattern, each.prefix, each.hidden

        known = next((each for each in self.rules.values() if key(each) == key(rule)), rule)
        rule = replace(known, until=rule.until, note=rule.note, by=by, at=at)
        self.rules[rule.id] = rule
        return rule

    async def remove(self, rule_id: str, *, by: str, at: datetime) -> None:
        if self.rules.pop(rule_id, None) is None:
            raise unknown_caller_rule()

    async def hit(self, rule_id: str, at: datetime) -> None:
        if rule := self.rules.get(rule_id):
            self.rules[rule_id] = replace(rule, hits=rule.hits + 1, last_hit=at)

    async def keep_hidden(self, call_id: str, hidden: str, at: datetime) -> None:
        self.hidden[call_id] = (hidden, at)

    async def hidden_of(self, call_id: str) -> str | None:
        return self.hidden[call_id][0] if call_id in self.hidden else None

    async def forget_hidden(self, before: datetime) -> int:
        gone = [call_id for call_id, (_, at) in self.hidden.items() if at < before]
        for call_id in gone:
            del self.hidden[call_id]
        return len(gone)


def _place(rule: CallerRule) -> tuple[datetime, str]:
    assert rule.at is not None
    return rule.at, rule.id
