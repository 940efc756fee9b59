"""What calls come to, by day, person, task and so on; metadata only (D6)."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from pbx.domain import numbers, texts
from pbx.domain.records import Direction, NumberType, Outcome
from pbx.domain.statistics import Breakdown, Sums, total
from pbx.services.ports import CallFilter
from pbx.web import insight_schemas as i
from pbx.web import schemas as s
from pbx.web.api import Api, answer, handles, language_of
from pbx.web.call_search import call_search, word
from pbx.web.spreadsheets import dialect_of, send_csv

COLUMNS = ("key", "name", "calls", "answered", "missed", "talk_seconds")
IN_ORDER = frozenset({Breakdown.DAY, Breakdown.HOUR})
"""By what comes one after the other; by all else the most calls come first."""


@handles("statistics")
async def statistics(api: Api, request: web.Request) -> web.StreamResponse:
    items = await _items(api, request)
    sums = total(Sums(v.calls, v.answered, v.missed, round(v.talk_seconds * 1000)) for v in items)
    if (await _by(request)) is Breakdown.GROUP:
        # A number in two groups counts in both of them, but only once in all.
        which = await _search(api, request)
        by_day = await api.office.statistics.sums(which, Breakdown.DAY) if which else {}
        sums = total(by_day.values())
    return answer(i.StatisticsView(_view("", "", sums), items))


@handles("statistics_csv")
async def statistics_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect = dialect_of(request)
    items = await _items(api, request)

    async def pages() -> AsyncIterator[Sequence[Sequence[Any]]]:
        yield [tuple(getattr(item, name) for name in COLUMNS) for item in items]

    name = f"statistics-{await _by(request)}.csv"
    return await send_csv(request, name, dialect, COLUMNS, pages())


@handles("list_call_groups")
async def list_call_groups(api: Api, request: web.Request) -> web.StreamResponse:
    groups = await api.office.statistics.groups()
    return answer(s.Page([i.CallGroupView(group.id, group.name) for group in groups]))


async def _search(api: Api, request: web.Request) -> CallFilter | None:
    """Without numbers and words: who may see sums may not see who was called."""
    which = await call_search(api, request)
    return replace(which, number=None, query="") if which else None


async def _by(request: web.Request) -> Breakdown:
    return word(request, "by", Breakdown) or Breakdown.DAY


async def _items(api: Api, request: web.Request) -> list[i.SumsView]:
    by = await _by(request)
    which = await _search(api, request)
    found = await api.office.statistics.sums(which, by) if which else {}
    key_of, name_of = await _names(api, by, language_of(request), found)
    views = [_view(key_of(key), name_of(key), sums) for key, sums in found.items()]
    if by in IN_ORDER:
        return sorted(views, key=lambda view: view.key)
    return sorted(views, key=lambda view: (-view.calls, view.key))


def _view(key: str, name: str, sums: Sums) -> i.SumsView:
    return i.SumsView(key, name, sums.calls, sums.answered, sums.missed, sums.talk_ms / 1000)


Naming = Callable[[str], str]


async def _names(
    api: Api, by: Breakdown, language: str, found: Mapping[str, Sums]
) -> tuple[Naming, Naming]:
    """How keys are given to the outside, and what people call them."""
    if by is Breakdown.PERSON:
        people = {user.id: user for user in await api.directory.users()}
        return (
            lambda key: people[key].email if key in people else "",
            lambda key: people[key].name if key in people else "",
        )
    names: Mapping[str, str] = {}
    if by is Breakdown.TASK:
        names = await api.directory.task_titles(found.keys())
    elif by is Breakdown.GROUP:
        names = {group.id: group.name for group in await api.office.statistics.groups()}
    elif by is Breakdown.NUMBER:
        labels = {number.e164: number.label for number in await api.directory.numbers()}
        names = {key: labels.get(key) or numbers.show(key, api.home_region) for key in found if key}
    elif by is Breakdown.TYPE:
        names = {kind.value: texts.type_text(kind, language) for kind in NumberType}
    elif by is Breakdown.OUTCOME:
        names = {outcome.value: texts.outcome_text(outcome, language) for outcome in Outcome}
    elif by is Breakdown.DIRECTION:
        names = {each.value: texts.direction_text(each, language) for each in Direction}
    return lambda key: key, lambda key: names.get(key, "")
