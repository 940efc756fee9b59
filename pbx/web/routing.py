"""Where calls go: steps of numbers, the simulator, opening hours, groups, absences."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aiohttp import web

from pbx.domain import numbers
from pbx.domain.greetings import GreetingEntry, reference, valid_version
from pbx.domain.records import User
from pbx.domain.routing import (
    BERLIN,
    STATES,
    Absence,
    Action,
    CallerIs,
    Group,
    Hours,
    Interval,
    PlannedStage,
    Problem,
    Schedule,
    Step,
    Strategy,
    holiday_on,
    hours_at,
)
from pbx.domain.routing.telling import final_words, words_of
from pbx.errors import BadRequest, NotFound
from pbx.services.routing import fault_text
from pbx.services.sounds import shipped
from pbx.services.work import no_user
from pbx.web import routing_schemas as r
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, user_of

HOLIDAYS_AHEAD_DAYS = 60


class Names:
    """People by id and by e-mail address; one who is gone is shown by the id."""

    def __init__(self, users: Iterable[User]) -> None:
        self.users = list(users)
        self._by_id = {user.id: user for user in self.users}
        self._by_email = {user.email.casefold(): user for user in self.users}

    def email(self, user_id: str) -> str:
        user = self._by_id.get(user_id)
        return user.email if user else user_id

    def name(self, user_id: str) -> str:
        user = self._by_id.get(user_id)
        return user.name if user else user_id

    def person(self, user_id: str) -> r.RoutePerson:
        return r.RoutePerson(self.email(user_id), self.name(user_id))

    def id(self, email: str) -> str:
        """Raises `NotFound`: `unknown-user`. An id of somebody who is gone stays what it is."""
        user = self._by_email.get(email.strip().casefold())
        if user is None and "@" in email:
            raise no_user(email)
        return user.id if user else email


async def _names(api: Api) -> Names:
    return Names(await api.directory.users())


def _e164(request: web.Request) -> str:
    return "+" + request.match_info["e164"].strip().lstrip("+")


def in_germany(at: datetime) -> datetime:
    """A time without its zone is one of the clock on the wall.

    Raises:
        BadRequest: `bad-time`: centuries away.
    """
    if not 2000 <= at.year <= 2100:
        raise BadRequest(
            "bad-time", "Bitte ein Datum dieses Jahrhunderts.", "Please a date of this century."
        )
    return at if at.tzinfo else at.replace(tzinfo=BERLIN)


# ------------------------------------------------------------------ steps


@handles("get_route")
async def get_route(api: Api, request: web.Request) -> web.StreamResponse:
    e164 = _e164(request)
    await _check_number(api, e164)
    steps = await api.office.routing.steps(e164)
    problems = await api.office.routing.problems_of(e164)
    return answer(_route(e164, steps, problems, await _names(api), language_of(request)))


@handles("put_route")
async def put_route(api: Api, request: web.Request) -> web.StreamResponse:
    e164, wish = _e164(request), await body(request, r.RoutePut)
    await _check_number(api, e164)
    names = await _names(api)
    wanted = [_step(each, names) for each in wish.steps]
    problems = await api.office.routing.put_steps(e164, wanted, user_of(request))
    steps = await api.office.routing.steps(e164)
    return answer(_route(e164, steps, problems, names, language_of(request)))


async def _check_number(api: Api, e164: str) -> None:
    if await api.directory.number(e164) is None:
        raise NotFound(
            "unknown-number",
            "Diese Nummer gehört nicht zu unserer Anlage.",
            "This number is not one of ours.",
        )


def _route(
    e164: str, steps: Iterable[Step], problems: Iterable[Problem], names: Names, language: str
) -> r.RouteView:
    shown = [
        r.RouteStep(
            action=step.action.value,
            target=names.email(step.target) if step.action is Action.PERSON else step.target,
            seconds=step.seconds,
            hours=step.hours.value,
            schedule=step.schedule_id,
            caller=step.caller.value,
            absent=names.email(step.absent_id),
        )
        for step in steps
    ]
    return r.RouteView(e164, shown, [_problem(each, language) for each in problems])


def _problem(problem: Problem, language: str) -> r.RouteProblem:
    return r.RouteProblem(
        problem.e164,
        problem.fault.value,
        problem.position,
        problem.detail,
        fault_text(problem.fault, language),
    )


def _step(wish: r.RouteStep, names: Names) -> Step:
    action, hours = Action(wish.action), Hours(wish.hours)
    target = names.id(wish.target) if action is Action.PERSON else wish.target
    return Step(
        action=action,
        target="" if action in (Action.VOICEMAIL, Action.REJECT) else target,
        seconds=wish.seconds,
        hours=hours,
        schedule_id="" if hours is Hours.ANY else wish.schedule,
        caller=CallerIs(wish.caller),
        absent_id=names.id(wish.absent) if wish.absent else "",
    )


@handles("list_route_problems")
async def list_route_problems(api: Api, request: web.Request) -> web.StreamResponse:
    language = language_of(request)
    return answer(s.Page([_problem(p, language) for p in await api.office.routing.problems()]))


@handles("route_choices")
async def route_choices(api: Api, request: web.Request) -> web.StreamResponse:
    office = api.office.routing
    names = await _names(api)
    library = [(reference(e.greeting.id), e.greeting.name) for e in await _greetings(api)]
    sounds = [*shipped(language_of(request)), *library]
    return answer(
        r.RouteChoices(
            people=[names.person(user.id) for user in names.users if user.active],
            numbers=[
                r.Choice(
                    n.e164, f"{n.label if n.label != n.e164 else ''} {api.printed(n.e164)}".strip()
                )
                for n in await api.directory.numbers()
            ],
            groups=[r.Choice(g.id, g.name) for g in await office.groups()],
            schedules=[r.Choice(each.id, each.name) for each in await office.schedules()],
            sounds=[r.Choice(name, words) for name, words in sounds],
            states=list(STATES),
        )
    )


async def _greetings(api: Api) -> list[GreetingEntry]:
    """Those of the library of which something plays."""
    found = await api.office.greetings.entries()
    now = api.office.greetings.now()
    return [e for e in found if not e.greeting.removed_at and valid_version(e.versions, now)]


# ------------------------------------------------------------------ simulator


@handles("simulate_call")
async def simulate_call(api: Api, request: web.Request) -> web.StreamResponse:
    e164, wish = _e164(request), await body(request, r.SimulationRequest)
    await _check_number(api, e164)
    names = await _names(api)
    at = in_germany(wish.at) if wish.at else datetime.now(BERLIN)
    shown = numbers.e164_from_trunk(wish.caller, api.home_region) if wish.caller else None
    live = None if wish.live is None else [names.id(email) for email in wish.live]
    caller = api.office.routing.caller(shown)
    plan = await api.office.routing.simulate(e164, caller, at, live)
    language = language_of(request)
    stages = [
        r.SimulatedStage(
            kind=_kind(stage),
            people=[names.person(user) for user in stage.user_ids],
            seconds=stage.seconds,
            sound=stage.announcement,
            outside=api.printed(stage.number) if stage.number else "",
            number=stage.place.e164,
            position=None if stage.place.position < 0 else stage.place.position,
            text=words_of(stage.reason, language),
        )
        for stage in plan.stages
    ]
    passed = [
        r.SimulatedSkip(None, p.place.e164, p.place.position, words_of(p.reason, language))
        for p in plan.passed
    ]
    skipped = [
        r.SimulatedSkip(names.name(k.user_id), None, None, words_of(k.reason, language))
        for k in plan.skipped
    ]
    return answer(
        r.Simulation(
            e164=plan.number.e164,
            label=plan.number.label,
            at=at,
            stages=stages,
            skipped=[*passed, *skipped],
            notes=[words_of(note, language) for note in plan.notes],
            final=plan.final.value,
            final_text=final_words(plan, language),
            longest_wait_seconds=plan.longest_wait_seconds,
        )
    )


def _kind(stage: PlannedStage) -> r.StageKind:
    if stage.number:
        return "outside"
    return "ring" if stage.user_ids else "announce"


# ------------------------------------------------------------------ opening hours


@handles("list_schedules")
async def list_schedules(api: Api, request: web.Request) -> web.StreamResponse:
    language = language_of(request)
    found = await api.office.routing.schedules()
    return answer(s.Page([_schedule(each, language) for each in found]))


@handles("put_schedule")
async def put_schedule(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, r.SchedulePut)
    schedule = Schedule(
        _id(request),
        wish.name,
        wish.state,
        tuple(Interval(i.weekday, i.start, i.end) for i in wish.intervals),
    )
    await api.office.routing.put_schedule(schedule, user_of(request))
    return answer(_schedule(schedule, language_of(request)))


@handles("remove_schedule")
async def remove_schedule(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.routing.remove_schedule(_id(request), user_of(request))
    return web.Response(status=204)


def _schedule(schedule: Schedule, language: str) -> r.ScheduleView:
    now = datetime.now(BERLIN)
    ahead = (now.date() + timedelta(days=days) for days in range(HOLIDAYS_AHEAD_DAYS))
    coming = next((day for day in ahead if holiday_on(day, schedule.state)), None)
    return r.ScheduleView(
        id=schedule.id,
        name=schedule.name,
        state=schedule.state,
        intervals=[r.OpenInterval(i.weekday, i.start, i.end) for i in schedule.intervals],
        now=hours_at(schedule, now).value,
        holiday=holiday_on(coming, schedule.state, language) if coming else None,
        holiday_on=coming.isoformat() if coming else None,
    )


def _id(request: web.Request) -> str:
    """The client names what it creates, so that a removal can be undone.

    Raises:
        BadRequest: `bad-id`.
    """
    found = request.match_info["id"]
    if not 1 <= len(found) <= 64 or not found.replace("-", "").isalnum():
        raise BadRequest("bad-id", "Diese Kennung geht nicht.", "This id cannot be used.")
    return found


# ------------------------------------------------------------------ groups and absences


@handles("list_ring_groups")
async def list_ring_groups(api: Api, request: web.Request) -> web.StreamResponse:
    names = await _names(api)
    return answer(s.Page([_group(each, names) for each in await api.office.routing.groups()]))


@handles("put_ring_group")
async def put_ring_group(api: Api, request: web.Request) -> web.StreamResponse:
    wish, names = await body(request, r.RingGroupPut), await _names(api)
    members = tuple(names.id(email) for email in wish.members)
    group = Group(_id(request), wish.name, Strategy(wish.strategy), members)
    await api.office.routing.put_group(group, user_of(request))
    return answer(_group(group, names))


@handles("remove_ring_group")
async def remove_ring_group(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.routing.remove_group(_id(request), user_of(request))
    return web.Response(status=204)


def _group(group: Group, names: Names) -> r.RingGroupView:
    members = [names.email(user_id) for user_id in group.members]
    return r.RingGroupView(group.id, group.name, group.strategy.value, members)


@handles("list_absences")
async def list_absences(api: Api, request: web.Request) -> web.StreamResponse:
    names = await _names(api)
    return answer(s.Page([_absence(each, names) for each in await api.office.routing.absences()]))


@handles("put_absence")
async def put_absence(api: Api, request: web.Request) -> web.StreamResponse:
    wish, names = await body(request, r.AbsencePut), await _names(api)
    absence = Absence(
        id=_id(request),
        user_id=names.id(wish.user),
        begins=in_germany(wish.begins),
        ends=in_germany(wish.ends) if wish.ends else None,
        note=wish.note,
        deputy_id=names.id(wish.deputy) if wish.deputy else "",
        announcement=wish.announcement,
    )
    await api.office.routing.put_absence(absence, user_of(request))
    return answer(_absence(absence, names))


@handles("remove_absence")
async def remove_absence(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.routing.remove_absence(_id(request), user_of(request))
    return web.Response(status=204)


def _absence(absence: Absence, names: Names) -> r.AbsenceView:
    return r.AbsenceView(
        id=absence.id,
        user=names.email(absence.user_id),
        user_name=names.name(absence.user_id),
        begins=absence.begins,
        ends=absence.ends,
        note=absence.note,
        deputy=names.email(absence.deputy_id) if absence.deputy_id else "",
        announcement=absence.announcement,
    )
