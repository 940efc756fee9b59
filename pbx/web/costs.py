"""What calls cost: sums by one thing, and call by call."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from pbx.domain import numbers, texts
from pbx.domain.costing import CostBy, CostSums, Rated
from pbx.domain.records import NumberType
from pbx.domain.tariffs import amount
from pbx.errors import BadRequest
from pbx.services.ports import CallFilter
from pbx.web import schemas as s
from pbx.web import tariff_schemas as t
from pbx.web.api import Api, answer, handles, language_of
from pbx.web.call_search import call_search, word
from pbx.web.spreadsheets import dialect_of, send_csv

MOST_SHOWN = 1_000
MOST_WRITTEN = 100_000
SUMS = ("key", "name", "calls", "talk_seconds", "billed_seconds", "unpriced", "currency", "amount")
CALLS = (
    "at",
    "number",
    "user",
    "task",
    "talk_seconds",
    "billed_seconds",
    "destination",
    "price_list",
    "currency",
    "amount",
    "call_id",
)
IN_ORDER = frozenset({CostBy.DAY, CostBy.MONTH})


@handles("costs")
async def costs(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(await _costs(api, request))


@handles("costs_csv")
async def costs_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect = dialect_of(request)
    found = await _costs(api, request)

    async def pages() -> AsyncIterator[Sequence[Sequence[Any]]]:
        rows: list[Sequence[Any]] = []
        for item in found.items:
            first = (
                item.key,
                item.name,
                item.calls,
                item.talk_seconds,
                item.billed_seconds,
                item.unpriced,
            )
            for each in item.amounts or [t.Amount("", "")]:
                rows.append((*first, each.currency, each.amount.replace(".", dialect.decimal)))
        yield rows

    return await send_csv(request, "costs.csv", dialect, SUMS, pages())


@handles("call_costs")
async def call_costs(api: Api, request: web.Request) -> web.StreamResponse:
    which = await call_search(api, request)
    found = (await api.office.tariffs.rated(which, MOST_SHOWN))[:MOST_SHOWN] if which else ()
    people = {user.id: user.email for user in await api.directory.users()}
    return answer(s.Page([_call(each, people) for each in found]))


@handles("call_costs_csv")
async def call_costs_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect = dialect_of(request)
    which = await call_search(api, request)
    found = await api.office.tariffs.rated(which, MOST_WRITTEN) if which else ()
    if len(found) > MOST_WRITTEN:
        raise BadRequest(
            "too-many-calls",
            "Das sind mehr als 100.000 Anrufe. Bitte einen kürzeren Zeitraum wählen.",
            "These are more than 100,000 calls. Please choose a shorter period.",
        )
    people = {user.id: user.email for user in await api.directory.users()}

    async def pages() -> AsyncIterator[Sequence[Sequence[Any]]]:
        for start in range(0, len(found), MOST_SHOWN):
            views = (_call(each, people) for each in found[start : start + MOST_SHOWN])
            yield [
                [
                    (getattr(view, name) or "").replace(".", dialect.decimal)
                    if name == "amount"
                    else getattr(view, name)
                    for name in CALLS
                ]
                for view in views
            ]

    return await send_csv(request, "call-costs.csv", dialect, CALLS, pages())


def _call(rated: Rated, people: Mapping[str, str]) -> t.CallCost:
    call, cost = rated.call, rated.cost
    return t.CallCost(
        call_id=call.id,
        at=call.offered_at.replace(microsecond=0),
        number=call.number,
        user=people.get(call.user_id, ""),
        task=call.task,
        talk_seconds=call.talk_ms / 1000,
        billed_seconds=cost.billed_seconds if cost else None,
        destination=cost.rate.destination if cost else None,
        price_list=cost.price_list.name if cost else "",
        amount=amount(cost.micros) if cost else None,
        currency=cost.price_list.currency if cost else "",
    )


async def _costs(api: Api, request: web.Request) -> t.CostsView:
    by = word(request, "by", CostBy) or CostBy.MONTH
    which = await _search(api, request)
    if which is None:
        return t.CostsView(_view("", "", CostSums()), [])
    found = await api.office.tariffs.costs(which, by)
    key_of, name_of = await _names(api, by, language_of(request))
    items = [_view(key_of(key), name_of(key), sums) for key, sums in found.sums.items()]
    if by in IN_ORDER:
        items.sort(key=lambda item: item.key)
    else:
        worth = {_id(key_of(k), name_of(k)): sum(v.micros.values()) for k, v in found.sums.items()}
        items.sort(key=lambda item: (-worth[_id(item.key, item.name)], item.key))
    return t.CostsView(_view("", "", found.total), items)


def _id(key: str, name: str) -> tuple[str, str]:
    return key, name


async def _search(api: Api, request: web.Request) -> CallFilter | None:
    """Without numbers and words: who may see sums may not see who was called."""
    which = await call_search(api, request)
    return replace(which, number=None, query="") if which else None


def _view(key: str, name: str, sums: CostSums) -> t.CostSumsView:
    return t.CostSumsView(
        key=key,
        name=name,
        calls=sums.calls,
        talk_seconds=sums.talk_ms / 1000,
        billed_seconds=sums.billed_seconds,
        unpriced=sums.unpriced,
        amounts=[t.Amount(c, amount(sums.micros[c])) for c in sorted(sums.micros)],
    )


Naming = Callable[[str], str]


async def _names(api: Api, by: CostBy, language: str) -> tuple[Naming, Naming]:
    """How keys are given to the outside, and what people call them."""
    names: Mapping[str, str] = {}
    match by:
        case CostBy.PERSON:
            people = {user.id: user for user in await api.directory.users()}
            return (
                lambda key: people[key].email if key in people else "",
                lambda key: people[key].name if key in people else "",
            )
        case CostBy.TASK | CostBy.COST_CENTRE:
            names = await api.office.tariffs.titles()
        case CostBy.NUMBER:
            labels = {number.e164: number.label for number in await api.directory.numbers()}
            return (
                lambda key: key,
                lambda key: labels.get(key) or (numbers.show(key, api.home_region) if key else ""),
            )
        case CostBy.TYPE:
            names = {kind.value: texts.type_text(kind, language) for kind in NumberType}
        case CostBy.COUNTRY:
            return (
                lambda key: key,
                lambda key: api.outbound.country_name(key, language) if key else "",
            )
        case CostBy.PRICE_LIST:
            lists = await api.office.tariffs.lists()
            names = {each.price_list.id: each.price_list.name for each in lists}
    return lambda key: key, lambda key: names.get(key, "")
