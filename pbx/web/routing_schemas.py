"""The JSON of routing: steps, groups, opening hours, absences, simulator, caller lists."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from pbx.web.schemas import Email, Request

ActionName = Literal["person", "group", "number", "outside", "announce", "voicemail", "reject"]
StageKind = Literal["ring", "outside", "announce"]
HoursName = Literal["any", "open", "closed", "holiday"]
CallerName = Literal["any", "vip", "allowed", "hidden", "other"]
StrategyName = Literal["all", "turn", "idle"]
ListName = Literal["block", "allow", "vip"]
Note = Annotated[str, Meta(max_length=500)]
Minute = Annotated[int, Meta(ge=0, le=1440)]


class RouteStep(Request):
    """One step: what is done where all its conditions hold."""

    action: ActionName
    target: Annotated[str, Meta(max_length=300)] = ""
    """E-mail address of a person, id of a group, number of ours, number outside (as it would be
    dialled), or sound, as the action needs it."""
    seconds: Annotated[int, Meta(ge=5, le=120)] = 20
    hours: HoursName = "any"
    schedule: str = ""
    """Id of the opening hours; with `hours` only."""
    caller: CallerName = "any"
    absent: str = ""
    """E-mail address: only while this person is away."""


class RouteProblem(Struct):
    e164: str
    fault: str
    position: int | None
    """The step's, counted from 0; None: the number as a whole."""
    detail: str
    text: str


class RouteView(Struct):
    e164: str
    steps: list[RouteStep]
    """Empty: rings its person or the head office's list, then voicemail."""
    problems: list[RouteProblem]


class RoutePut(Request):
    steps: list[RouteStep]


class OpenInterval(Request):
    """Minutes after midnight; an end that is not after the start is on the next day."""

    weekday: Annotated[int, Meta(ge=0, le=6)]
    """0 is Monday."""
    start: Minute
    end: Minute


class ScheduleView(Struct):
    id: str
    name: str
    state: str
    intervals: list[OpenInterval]
    now: HoursName
    """What they say right now."""
    holiday: str | None
    """The next public holiday's name, as far as one is within 60 days."""
    holiday_on: str | None


class SchedulePut(Request):
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    state: str = ""
    """Federal state whose public holidays are closed, such as `NW`; empty: none are."""
    intervals: list[OpenInterval] = field(default_factory=list)


class RingGroupView(Struct):
    id: str
    name: str
    strategy: StrategyName
    members: list[str]
    """E-mail addresses, in order."""


class RingGroupPut(Request):
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    strategy: StrategyName = "all"
    members: list[Email] = field(default_factory=list)


class AbsenceView(Struct):
    id: str
    user: str
    user_name: str
    begins: datetime
    ends: datetime | None
    note: str
    deputy: str
    announcement: str


class AbsencePut(Request):
    user: Email
    begins: datetime
    """Without a zone: by the clock on the wall in Germany."""
    ends: datetime | None = None
    """Exclusive; None: until further notice."""
    note: Note = ""
    deputy: str = ""
    announcement: str = ""


class RoutePerson(Struct):
    user: str
    name: str


class Choice(Struct):
    id: str
    name: str


class RouteChoices(Struct):
    """What steps can name."""

    people: list[RoutePerson]
    numbers: list[Choice]
    groups: list[Choice]
    schedules: list[Choice]
    sounds: list[Choice]
    """Shipped ones, and those of the library."""
    states: list[str]


class SimulationRequest(Request):
    caller: Annotated[str, Meta(max_length=40)] = ""
    """Empty: the number is withheld."""
    at: datetime | None = None
    """None: now. Without a zone: by the clock on the wall in Germany."""
    live: list[Email] | None = None
    """Who is free to be rung; None: as everybody is right now."""


class SimulatedStage(Struct):
    kind: StageKind
    people: list[RoutePerson]
    seconds: int
    sound: str
    number: str
    """Of whose steps this is one."""
    position: int | None
    text: str
    outside: str = ""
    """The number outside that rings, printed."""


class SimulatedSkip(Struct):
    """Somebody who does not ring, or a step that is passed."""

    who: str | None
    number: str | None
    position: int | None
    text: str


class Simulation(Struct):
    e164: str
    label: str
    at: datetime
    stages: list[SimulatedStage]
    skipped: list[SimulatedSkip]
    notes: list[str]
    final: Literal["voicemail", "reject"]
    final_text: str
    longest_wait_seconds: int


class BlockedCallerPut(Request):
    """One of `number` and `call_id`."""

    number: Annotated[str, Meta(max_length=40)] = ""
    """With `*` at its end: all numbers that begin like it."""
    call_id: str = ""
    until: datetime | None = None
    note: Note = ""
    kind: ListName = "block"


class BlockedCaller(Struct):
    id: str
    kind: ListName
    number: str | None
    """None: a hidden caller, who is known by a keyed hash only."""
    printed: str | None
    prefix: bool
    until: datetime | None
    note: str
    hits: int
    last_hit: datetime | None
    by: str
    """E-mail address of who put it there."""
    at: datetime
