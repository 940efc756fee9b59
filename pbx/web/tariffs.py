"""Price lists and prices."""

from aiohttp import web

from pbx.domain import numbers, price_files
from pbx.domain.tariffs import PREFIX, ChangeKind, Dialled, PriceList, Rate, RateChange, amount
from pbx.errors import BadRequest
from pbx.services.tariff_office import PricesTaken, WantedRate
from pbx.services.tariff_ports import KeptList, RateVersions
from pbx.web import schemas as s
from pbx.web import tariff_schemas as t
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of
from pbx.web.spreadsheets import attachment
from pbx.web.uploads import day_of_query, uploaded

MOST_SHOWN = 500
"""Changes of an import; the counts tell of all."""
MAX_TYPED = 100


@handles("list_price_lists")
async def list_price_lists(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(s.Page([_list(each) for each in await api.office.tariffs.lists()]))


@handles("add_price_list")
async def add_price_list(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.PriceListPut)
    made = await api.office.tariffs.add(
        user_of(request), wish.name, wish.trunk, wish.currency, wish.euro
    )
    return answer(_list(KeptList(made, 1)), 201)


@handles("put_price_list")
async def put_price_list(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.PriceListPut)
    list_id = request.match_info["id"]
    await api.office.tariffs.change(
        user_of(request), list_id, wish.name, wish.trunk, wish.currency, wish.euro
    )
    return await _one(api, list_id)


@handles("remove_price_list")
async def remove_price_list(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.tariffs.remove(user_of(request), request.match_info["id"])
    return web.Response(status=204)


@handles("restore_price_list")
async def restore_price_list(api: Api, request: web.Request) -> web.StreamResponse:
    made = await api.office.tariffs.restore(user_of(request), request.match_info["id"])
    return await _one(api, made.id)


async def _one(api: Api, list_id: str) -> web.Response:
    found = await api.office.tariffs.lists()
    return answer(next(_list(each) for each in found if each.price_list.id == list_id))


def _list(kept: KeptList) -> t.PriceListView:
    each: PriceList = kept.price_list
    return t.PriceListView(
        id=each.id,
        name=each.name,
        trunk=each.trunk,
        currency=each.currency,
        euro=amount(each.euro),
        destinations=kept.prefixes,
        newest=kept.newest,
    )


# ------------------------------------------------------------------ rates


@handles("list_rates")
async def list_rates(api: Api, request: web.Request) -> web.StreamResponse:
    cursor, limit = paging(request)
    found, following = await api.office.tariffs.rates(
        request.match_info["id"],
        day_of_query(request, "day"),
        request.query.get("query", "")[:MAX_TYPED],
        None if cursor is None else cursor.removeprefix("."),
        limit,
    )
    language = language_of(request)
    items = [_destination(api, each, language) for each in found]
    # A destination may be empty, which no cursor can be.
    return answer(s.Page(items, None if following is None else f".{following}"))


def _destination(api: Api, each: RateVersions, language: str) -> t.DestinationView:
    return t.DestinationView(
        destination=each.destination,
        country=_country(api, each.destination, language),
        now=rate_view(each.now) if each.now else None,
        coming=[rate_view(rate) for rate in each.coming],
    )


def _country(api: Api, destination: str, language: str) -> str:
    if PREFIX.fullmatch(destination):
        region = numbers.region_of_prefix(destination)
    else:
        region = destination.partition(":")[0]
    return api.outbound.country_name(region, language) if region else ""


def rate_view(rate: Rate) -> t.RateView:
    return t.RateView(
        valid_from=rate.valid_from,
        per_minute=None if rate.per_minute is None else amount(rate.per_minute),
        connection=amount(rate.connection),
        first=rate.increments.first,
        next=rate.increments.following,
        label=rate.label,
    )


@handles("put_rate")
async def put_rate(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.RatePut)
    wanted = WantedRate(
        destination=wish.destination,
        valid_from=wish.valid_from,
        per_minute=wish.per_minute,
        connection=wish.connection,
        first=wish.first,
        following=wish.next,
        label=wish.label,
    )
    rate, before = await api.office.tariffs.put_rate(
        user_of(request), request.match_info["id"], wanted
    )
    shown = rate_view(before) if before else None
    return answer(t.RateDone(rate.destination, rate_view(rate), shown))


@handles("remove_rate")
async def remove_rate(api: Api, request: web.Request) -> web.StreamResponse:
    day = day_of_query(request, "valid_from")
    if day is None:
        raise BadRequest(
            "bad-day",
            "valid_from: bitte als Tag wie 2026-12-01 angeben.",
            "valid_from: please give a day such as 2026-12-01.",
        )
    destination = request.query.get("destination", "").replace(" ", "+", 1)
    await api.office.tariffs.remove_rate(
        user_of(request), request.match_info["id"], destination, day
    )
    return web.Response(status=204)


@handles("find_price")
async def find_price(api: Api, request: web.Request) -> web.StreamResponse:
    raw = request.query.get("number", "")[:MAX_TYPED]
    known = numbers.parse_dialled(raw, api.home_region)
    dialled = Dialled(
        known.e164, known.region, known.type.value, request.query.get("trunk", "")[:MAX_TYPED]
    )
    day = day_of_query(request, "day") or api.office.tariffs.today()
    found = await api.office.tariffs.find(dialled, day)
    if found is None:
        return answer(t.PriceFound(known.e164, None))
    price_list, rate = found
    return answer(
        t.PriceFound(
            known.e164, rate.destination, price_list.name, price_list.currency, rate_view(rate)
        )
    )


# ------------------------------------------------------------------ files


@handles("rates_csv")
async def rates_csv(api: Api, request: web.Request) -> web.StreamResponse:
    german = request.query.get("format") == "excel-de"
    found = await api.office.tariffs.valid_rates(request.match_info["id"])
    text = price_files.write(found, ";" if german else ",")
    return web.Response(
        body=(b"\xef\xbb\xbf" if german else b"") + text.encode(),
        content_type="text/csv",
        charset="utf-8",
        headers=attachment("prices.csv"),
    )


@handles("import_rates")
async def import_rates(api: Api, request: web.Request) -> web.StreamResponse:
    valid_from = day_of_query(request, "valid_from") or api.office.tariffs.today()
    dry_run = request.query.get("dry_run") == "1"
    done = await api.office.tariffs.take_file(
        user_of(request),
        request.match_info["id"],
        await uploaded(request, price_files.FORM.most_bytes, price_files.FORM.too_large()),
        valid_from,
        request.query.get("file", ""),
        dry_run=dry_run,
    )
    language = language_of(request)
    problems = [t.PriceProblem(each.row, each.text(language)) for each in done.problems]
    count = _counter(done)
    return answer(
        t.PriceImport(
            dry_run=dry_run,
            valid_from=valid_from,
            added=count[ChangeKind.ADDED],
            changed=count[ChangeKind.CHANGED],
            gone=count[ChangeKind.GONE],
            unchanged=done.changes.unchanged,
            changes=[_change(each) for each in done.changes.changes[:MOST_SHOWN]],
            errors=problems,
            revision=done.revision,
        )
    )


@handles("undo_import")
async def undo_import(api: Api, request: web.Request) -> web.StreamResponse:
    wish = await body(request, t.ImportUndo)
    list_id = request.match_info["id"]
    await api.office.tariffs.take_back(user_of(request), list_id, wish.revision)
    return web.Response(status=204)


def _counter(done: PricesTaken) -> dict[ChangeKind, int]:
    count = dict.fromkeys(ChangeKind, 0)
    for each in done.changes.changes:
        count[each.kind] += 1
    return count


def _change(change: RateChange) -> t.PriceChange:
    gone = change.kind is ChangeKind.GONE
    return t.PriceChange(
        kind=change.kind.value,
        destination=change.after.destination,
        label=change.after.label,
        before=rate_view(change.before) if change.before else None,
        after=None if gone else rate_view(change.after),
    )
