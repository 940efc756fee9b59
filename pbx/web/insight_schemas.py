"""The JSON of looking back at calls and of what is going on."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from pbx.web.schemas import CallStateName, PresenceName, Request


class SumsView(Struct):
    """What ended calls come to."""

    key: str
    """A day, an hour of the week (`1-09`: Monday from 9), an e-mail address, a task's id, a
    country, a type, a number, a group's id; empty for calls without any."""
    name: str
    """The same for people; empty where the key says it."""
    calls: int
    answered: int
    missed: int
    """Calls in that nobody took."""
    talk_seconds: float


class StatisticsView(Struct):
    total: SumsView
    items: list[SumsView]


class SearchPut(Request):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    search: Annotated[dict[str, Annotated[str, Meta(max_length=300)]], Meta(max_length=30)]
    """Query parameters of the list of calls."""


class SearchView(Struct):
    name: str
    search: dict[str, str]
    saved_at: datetime


class CallGroupView(Struct):
    """A group of our numbers, to search by."""

    id: str
    name: str


class CallCount(Struct):
    calls: int
    more: bool
    """There are more than `calls`; nobody counted on."""


class LiveCall(Struct):
    """A call under way, as those see it who may see everybody's."""

    id: str
    direction: str
    state: CallStateName
    number: str | None
    national: str | None
    did: str | None
    label: str | None
    country: str | None
    user: str | None
    user_name: str | None
    task: str | None
    task_title: str | None
    colleague_name: str | None
    """Whom an internal call is for, or who is to take it over."""
    rings: list[str]
    """Names of those whose browsers ring."""
    since: datetime
    """Of its state; while people talk: of the far party's answer."""


class LivePerson(Struct):
    email: str
    name: str
    presence: PresenceName
    live: bool
    since: datetime | None
    """Since when it is so; None where that was before the exchange started."""
