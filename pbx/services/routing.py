"""Management of where calls go: steps, groups, opening hours, absences; simulator and checks."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from pbx.domain import routing
from pbx.domain.audit import SYSTEM
from pbx.domain.records import User
from pbx.domain.rights import Role
from pbx.domain.routing import (
    BERLIN,
    MOST_STEPS,
    STATES,
    Absence,
    Action,
    Book,
    Caller,
    Fault,
    Group,
    Interval,
    People,
    Plan,
    Presence,
    Problem,
    Schedule,
    Step,
)
from pbx.domain.routing.words import FAULTS
from pbx.domain.texts import pick
from pbx.errors import BadRequest
from pbx.services.greetings import Greetings
from pbx.services.ports import AuditLog, Clock, Directory
from pbx.services.post import Post
from pbx.services.ringing import Planner
from pbx.services.routing_ports import CallerLists, Routes
from pbx.services.sounds import is_shipped

log = logging.getLogger(__name__)

CHECK_AT = time(3, 30)
"""By the clock on the wall in Germany."""
KEEP_HIDDEN_DAYS = 90
"""How long a hidden caller can be put on a list after the call."""
SHORTEST_RING, LONGEST_RING = 5, 120
MAX_NAME, MAX_NOTE, MAX_MEMBERS, MAX_INTERVALS = 60, 500, 100, 50


class RouteOffice:
    """Args: `central`: whether voicemail of numbers without recipients has somewhere to go;
    `presence`: who can be rung right now."""

    def __init__(
        self,
        *,
        planner: Planner,
        routes: Routes,
        callers: CallerLists,
        directory: Directory,
        audit: AuditLog,
        greetings: Greetings,
        post: Post,
        clock: Clock,
        presence: Callable[[], Presence],
        central: bool,
    ) -> None:
        self._planner = planner
        self._routes = routes
        self._callers = callers
        self._directory = directory
        self._audit = audit
        self._greetings = greetings
        self._post = post
        self._clock = clock
        self._presence = presence
        self._central = central
        self._told: frozenset[Problem] = frozenset()
        """What administrators have been told already."""

    # -------------------------------------------------------------- steps

    async def steps(self, e164: str) -> tuple[Step, ...]:
        return await self._routes.steps(e164)

    async def put_steps(self, e164: str, steps: Sequence[Step], by: User) -> list[Problem]:
        """Replace a number's list; what is wrong with it now. Numbers outside may be written as
        people write them.

        Raises:
            BadRequest: `too-many-steps`, `bad-ring-seconds`, `bad-greeting`, `outside-ours`;
            Refused: a number outside that may not be called, see `policy.decide`.
        """
        if len(steps) > MOST_STEPS:
            raise BadRequest(
                "too-many-steps",
                f"Eine Nummer hat höchstens {MOST_STEPS} Schritte.",
                f"A number has at most {MOST_STEPS} steps.",
            )
        listed = list(steps)
        for position, step in enumerate(listed):
            if not SHORTEST_RING <= step.seconds <= LONGEST_RING:
                raise _bad_seconds()
            if step.action is Action.ANNOUNCE:
                await self._prepare(step.target)
            if step.action is Action.OUTSIDE:
                dialled = (await self._planner.outside.decide(step.target)).dialled
                listed[position] = replace(step, target=dialled.e164)
        await self._routes.put_steps(e164, listed, by=by.id, at=self._now())
        return await self.problems_of(e164)

    async def _prepare(self, sound: str) -> None:
        if not is_shipped(sound):
            await self._greetings.prepare(sound)

    # -------------------------------------------------------------- what steps name

    async def groups(self) -> Sequence[Group]:
        return await self._routes.groups()

    async def put_group(self, group: Group, by: User) -> None:
        """Raises `BadRequest`: `bad-name`, `too-many-members`."""
        _check_name(group.name)
        if len(group.members) > MAX_MEMBERS:
            raise BadRequest(
                "too-many-members",
                f"Eine Gruppe hat höchstens {MAX_MEMBERS} Personen.",
                f"A group has at most {MAX_MEMBERS} people.",
            )
        members = tuple(dict.fromkeys(group.members))
        group = replace(group, name=group.name.strip(), members=members)
        await self._routes.put_group(group, by=by.id, at=self._now())

    async def remove_group(self, group_id: str, by: User) -> None:
        await self._routes.remove_group(group_id, by=by.id, at=self._now())

    async def schedules(self) -> Sequence[Schedule]:
        return await self._routes.schedules()

    async def put_schedule(self, schedule: Schedule, by: User) -> None:
        """Raises `BadRequest`: `bad-name`, `bad-state`, `bad-interval`."""
        _check_name(schedule.name)
        if schedule.state and schedule.state not in STATES:
            raise BadRequest(
                "bad-state",
                "Dieses Bundesland gibt es nicht.",
                "There is no such federal state.",
            )
        many = len(schedule.intervals) > MAX_INTERVALS
        if many or not all(_is_interval(each) for each in schedule.intervals):
            raise BadRequest(
                "bad-interval",
                "Bitte Zeiten von 00:00 bis 24:00 an einem Wochentag angeben.",
                "Please give times from 00:00 to 24:00 on a weekday.",
            )
        schedule = replace(schedule, name=schedule.name.strip())
        await self._routes.put_schedule(schedule, by=by.id, at=self._now())

    async def remove_schedule(self, schedule_id: str, by: User) -> None:
        await self._routes.remove_schedule(schedule_id, by=by.id, at=self._now())

    async def absences(self) -> Sequence[Absence]:
        """Those that are not over."""
        return await self._routes.absences(self._now())

    async def put_absence(self, absence: Absence, by: User) -> None:
        """Raises `BadRequest`: `bad-period`, `bad-deputy`, `bad-greeting`."""
        if absence.ends is not None and absence.ends <= absence.begins:
            raise BadRequest(
                "bad-period",
                "Das Ende liegt nicht nach dem Beginn.",
                "The end is not after the beginning.",
            )
        if absence.deputy_id == absence.user_id:
            raise BadRequest(
                "bad-deputy",
                "Niemand vertritt sich selbst. Bitte jemand anderen wählen.",
                "Nobody is their own deputy. Please choose somebody else.",
            )
        if absence.announcement:
            await self._prepare(absence.announcement)
        absence = replace(absence, note=absence.note.strip()[:MAX_NOTE])
        await self._routes.put_absence(absence, by=by.id, at=self._now())

    async def remove_absence(self, absence_id: str, by: User) -> None:
        await self._routes.remove_absence(absence_id, by=by.id, at=self._now())

    # -------------------------------------------------------------- simulator

    def caller(self, number: str | None) -> Caller:
        """Who calls, as a live call would see it."""
        return self._planner.caller(number)

    async def simulate(
        self, did: str, caller: Caller, at: datetime | None, live: Collection[str] | None
    ) -> Plan:
        """What happens if `caller` calls `did` at `at` (None: now), by the very way of a live
        call; `live`: user ids to be taken as free to be rung, None: as everybody is now."""
        presence = self._presence() if live is None else Presence(live=frozenset(live))
        return await self._planner.plan(did, caller, at or self._now(), presence)

    # -------------------------------------------------------------- checks

    async def problems(self) -> list[Problem]:
        """Everything that is wrong, by number."""
        return routing.check_all(await self._book(), await self._people())

    async def problems_of(self, e164: str) -> list[Problem]:
        return routing.check(e164, await self._book(), await self._people())

    async def _book(self) -> Book:
        return await self._planner.book(await self._routes.everything())

    async def _people(self) -> People:
        users = await self._directory.users()
        return People(frozenset(user.id for user in users if user.active), self._central)

    async def run(self) -> None:
        """Check every night, until cancelled."""
        while True:
            await self._clock.sleep(seconds_until(CHECK_AT, self._now()))
            await self.nightly()

    async def nightly(self) -> None:
        """Tell administrators what is wrong, unless they know; forget old hidden callers."""
        await self._callers.forget_hidden(self._now() - timedelta(days=KEEP_HIDDEN_DAYS))
        found = await self.problems()
        if found and not self._told.issuperset(found):
            await self._alarm(found)
        self._told = frozenset(found)

    async def _alarm(self, found: Sequence[Problem]) -> None:
        for problem in found:
            log.warning("routing of %s: %s %s", problem.e164, problem.fault, problem.detail)
        listed = [{"number": p.e164, "fault": p.fault.value, "step": p.position} for p in found]
        await self._audit.note(
            "routing.alarm", "routing", by=SYSTEM, at=self._now(), after={"problems": listed}
        )
        for user in await self._directory.users():
            if user.active and user.role in (Role.ADMIN, Role.SUPERADMIN):
                subject, text = alarm_letter(found, user.language)
                await self._post.write("routing-alarm", [user.email], subject, text)

    def _now(self) -> datetime:
        return self._clock.now().at


def alarm_letter(found: Sequence[Problem], language: str) -> tuple[str, str]:
    """Subject and text of what administrators are told."""
    lines = []
    for problem in found:
        step = "" if problem.position is None else f" ({problem.position + 1})"
        lines.append(f"{problem.e164}{step}: {fault_text(problem.fault, language)}")
    begin = pick(
        (
            "Die nächtliche Prüfung der Nummern hat etwas gefunden. In Klammern steht der Schritt.",
            "The nightly check of the numbers found something. The step is in brackets.",
        ),
        language,
    )
    subject = pick(("Nummern: bitte prüfen", "Numbers: please check"), language)
    return subject, "\n\n".join([begin, *lines])


def fault_text(fault: Fault, language: str) -> str:
    return pick(FAULTS[fault.value], language)


def seconds_until(wall: time, now: datetime) -> float:
    """Until the clock on the wall next shows `wall`; never 0."""
    local = now.astimezone(BERLIN)
    target = datetime.combine(local.date(), wall, BERLIN)
    if target.timestamp() <= now.timestamp():
        target = datetime.combine(local.date() + timedelta(days=1), wall, BERLIN)
    return target.timestamp() - now.timestamp()


def _is_interval(interval: Interval) -> bool:
    minutes = range(24 * 60 + 1)
    return (
        interval.weekday in range(7) and interval.start in minutes[:-1] and interval.end in minutes
    )


def _check_name(name: str) -> None:
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise BadRequest(
            "bad-name",
            f"Bitte einen Namen mit 1 bis {MAX_NAME} Zeichen angeben.",
            f"Please give a name of 1 to {MAX_NAME} characters.",
        )


def _bad_seconds() -> BadRequest:
    return BadRequest(
        "bad-ring-seconds",
        f"Klingeln: {SHORTEST_RING} bis {LONGEST_RING} Sekunden.",
        f"Ringing: {SHORTEST_RING} to {LONGEST_RING} seconds.",
    )
