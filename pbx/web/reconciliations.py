"""Carriers, their files, and what a comparison with our calls found."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from aiohttp import web

from pbx.domain import carrier_files, texts
from pbx.domain.reconciling import Kind
from pbx.domain.tariffs import amount
from pbx.services.reconciliation_ports import Carrier, FindingRow, Reconciliation
from pbx.web import reconciliation_schemas as r
from pbx.web import schemas as s
from pbx.web.api import Api, answer, body, handles, language_of, paging, user_of, whole_number
from pbx.web.call_search import word
from pbx.web.spreadsheets import dialect_of, send_csv, send_xlsx
from pbx.web.uploads import day_of_query, uploaded

PAGE = 1_000
MAX_TYPED = 60

COLUMNS: dict[str, tuple[texts.Words, int]] = {
    "kind": (("Abweichung", "Finding"), 30),
    "our_number": (("Unsere Rufnummer", "Our number"), 20),
    "our_begin": (("Unser Beginn", "Our begin"), 19),
    "our_seconds": (("Unsere Sekunden", "Our seconds"), 14),
    "their_number": (("Rufnummer des Betreibers", "Their number"), 20),
    "their_begin": (("Beginn des Betreibers", "Their begin"), 19),
    "their_seconds": (("Sekunden des Betreibers", "Their seconds"), 14),
    "seconds": (("Differenz s", "Difference s"), 12),
    "our_amount": (("Unsere Kosten", "Our cost"), 14),
    "their_amount": (("Kosten des Betreibers", "Their cost"), 14),
    "row": (("Zeile der Datei", "Line of the file"), 14),
    "task": (("Aufgabe", "Task"), 16),
    "call_id": (("Kennung", "Id"), 34),
}
KINDS: dict[Kind, texts.Words] = {
    Kind.ONLY_OURS: ("nur bei uns", "only here"),
    Kind.ONLY_THEIRS: ("nur beim Betreiber", "only at the carrier"),
    Kind.SECONDS: ("andere Dauer", "other duration"),
    Kind.TWICE: ("doppelt berechnet", "billed twice"),
    Kind.NOT_ANSWERED: ("hier nicht angenommen", "not answered here"),
    Kind.BEGIN: ("anderer Beginn", "other begin"),
    Kind.NUMBER: ("andere Rufnummer", "other number"),
    Kind.AMOUNT: ("andere Kosten", "other cost"),
}


# ------------------------------------------------------------------ carriers


def _carrier(carrier: Carrier) -> r.CarrierView:
    mapping = msgspec.convert(asdict(carrier.mapping), r.ColumnMapping)
    return r.CarrierView(carrier.id, carrier.name, carrier.trunk, mapping)


def _mapping(mapping: r.ColumnMapping) -> carrier_files.Mapping:
    return carrier_files.Mapping(**msgspec.structs.asdict(mapping))


@handles("list_carriers")
async def list_carriers(api: Api, request: web.Request) -> web.StreamResponse:
    return answer(s.Page([_carrier(each) for each in await api.office.reconciliations.carriers()]))


@handles("add_carrier")
async def add_carrier(api: Api, request: web.Request) -> web.StreamResponse:
    return await _put(api, request, None, 201)


@handles("put_carrier")
async def put_carrier(api: Api, request: web.Request) -> web.StreamResponse:
    return await _put(api, request, request.match_info["id"], 200)


async def _put(
    api: Api, request: web.Request, carrier_id: str | None, status: int
) -> web.StreamResponse:
    wish = await body(request, r.CarrierPut)
    made = await api.office.reconciliations.put_carrier(
        user_of(request), carrier_id, wish.name, wish.trunk, _mapping(wish.mapping)
    )
    return answer(_carrier(made), status)


@handles("remove_carrier")
async def remove_carrier(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.reconciliations.remove_carrier(user_of(request), request.match_info["id"])
    return web.Response(status=204)


@handles("restore_carrier")
async def restore_carrier(api: Api, request: web.Request) -> web.StreamResponse:
    office = api.office.reconciliations
    return answer(
        _carrier(await office.restore_carrier(user_of(request), request.match_info["id"]))
    )


# ------------------------------------------------------------------ files


async def _file(request: web.Request) -> bytes:
    return await uploaded(request, carrier_files.FORM.most_bytes, carrier_files.FORM.too_large())


@handles("look_at_carrier_file")
async def look_at_carrier_file(api: Api, request: web.Request) -> web.StreamResponse:
    carrier_id = request.match_info["id"]
    found = await api.office.reconciliations.look(carrier_id, await _file(request))
    mapping = msgspec.convert(asdict(found.mapping), r.ColumnMapping)
    samples = [list(cells) for cells in found.samples]
    return answer(r.CarrierFile(list(found.titles), samples, found.rows, mapping))


@handles("reconcile")
async def reconcile(api: Api, request: web.Request) -> web.StreamResponse:
    since, until = day_of_query(request, "from"), day_of_query(request, "to")
    made = await api.office.reconciliations.reconcile(
        user_of(request),
        request.match_info["id"],
        await _file(request),
        request.query.get("file", ""),
        since,
        until,
    )
    return await _one(api, request, made, 201)


# ------------------------------------------------------------------ results


@handles("list_reconciliations")
async def list_reconciliations(api: Api, request: web.Request) -> web.StreamResponse:
    carriers, people = await _names(api)
    found = await api.office.reconciliations.all()
    language = language_of(request)
    return answer(s.Page([_view(each, carriers, people, language) for each in found]))


@handles("get_reconciliation")
async def get_reconciliation(api: Api, request: web.Request) -> web.StreamResponse:
    found = await api.office.reconciliations.get(request.match_info["id"])
    return await _one(api, request, found)


@handles("remove_reconciliation")
async def remove_reconciliation(api: Api, request: web.Request) -> web.StreamResponse:
    await api.office.reconciliations.remove(user_of(request), request.match_info["id"])
    return web.Response(status=204)


@handles("restore_reconciliation")
async def restore_reconciliation(api: Api, request: web.Request) -> web.StreamResponse:
    office = api.office.reconciliations
    return await _one(
        api, request, await office.restore(user_of(request), request.match_info["id"])
    )


async def _one(
    api: Api, request: web.Request, found: Reconciliation, status: int = 200
) -> web.Response:
    carriers, people = await _names(api)
    return answer(_view(found, carriers, people, language_of(request)), status)


async def _names(api: Api) -> tuple[Mapping[str, str], Mapping[str, str]]:
    carriers = {each.id: each.name for each in await api.office.reconciliations.carriers()}
    return carriers, {user.id: user.name for user in await api.directory.users()}


def _view(
    each: Reconciliation, carriers: Mapping[str, str], people: Mapping[str, str], language: str
) -> r.ReconciliationView:
    summary = each.summary
    return r.ReconciliationView(
        id=each.id,
        carrier=carriers.get(each.carrier_id, ""),
        carrier_id=each.carrier_id,
        file=each.file,
        since=each.since,
        until=each.until,
        at=each.at,
        by=people.get(each.by, ""),
        records=summary.records,
        calls=summary.calls,
        matched=summary.matched,
        our_seconds=summary.our_ms / 1000,
        their_seconds=summary.their_ms / 1000,
        clock_seconds=summary.clock_ms / 1000,
        findings=sum(summary.kinds.values()),
        kinds=[
            r.KindCount(kind.value, summary.kinds[kind.value])
            for kind in Kind
            if kind.value in summary.kinds
        ],
        faulty=summary.faulty,
        inbound=summary.inbound,
        silent=summary.silent,
        outside=summary.outside,
        problems=[
            r.FileProblem(row, texts.pick((de, en), language)) for row, de, en in summary.problems
        ],
        tasks=[r.TaskDifference(task, seconds) for task, seconds in summary.tasks.items()],
        zone_hint_hours=summary.zone_hint_hours,
    )


# ------------------------------------------------------------------ findings


@handles("list_findings")
async def list_findings(api: Api, request: web.Request) -> web.StreamResponse:
    cursor, limit = paging(request)
    after = whole_number(cursor or "", 10**9) or 0
    found = await api.office.reconciliations.findings(
        request.match_info["id"],
        word(request, "kind", Kind),
        request.query.get("query", "")[:MAX_TYPED],
        after,
        limit + 1,
    )
    page = found[:limit]
    following = str(page[-1][0]) if len(found) > limit else None
    return answer(s.Page([_finding(position, row) for position, row in page], following))


def _finding(position: int, row: FindingRow) -> r.CarrierFindingView:
    return r.CarrierFindingView(
        position=position,
        kind=row.kind.value,
        call_id=row.call_id,
        task=row.task,
        our_number=row.our_number,
        our_begin=row.our_begin,
        our_seconds=None if row.our_ms is None else row.our_ms / 1000,
        our_amount=None if row.our_micros is None else amount(row.our_micros),
        row=row.row,
        their_number=row.their_number,
        their_begin=row.their_begin,
        their_seconds=None if row.their_ms is None else row.their_ms / 1000,
        their_amount=None if row.their_micros is None else amount(row.their_micros),
        seconds=row.seconds,
    )


@handles("findings_csv")
async def findings_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect = dialect_of(request)
    head = _heads(request) if dialect.local_times else list(COLUMNS)
    pages = _pages(api, request, "." if not dialect.local_times else dialect.decimal)
    first = await anext(pages)
    return await send_csv(request, "findings.csv", dialect, head, _chained(first, pages))


@handles("findings_xlsx")
async def findings_xlsx(api: Api, request: web.Request) -> web.StreamResponse:
    widths = [width for _, width in COLUMNS.values()]
    pages = _pages(api, request, ".")
    first = await anext(pages)
    rest = _chained(first, pages)
    return await send_xlsx(request, "findings.xlsx", _heads(request), widths, rest)


Rows = Sequence[Sequence[Any]]


async def _chained(first: Rows, rest: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    """The first page is made before anything is sent, so that errors can be told."""
    yield first
    async for page in rest:
        yield page


def _heads(request: web.Request) -> list[str]:
    return [texts.pick(words, language_of(request)) for words, _ in COLUMNS.values()]


async def _pages(api: Api, request: web.Request, decimal: str) -> AsyncIterator[Rows]:
    kind, query = word(request, "kind", Kind), request.query.get("query", "")[:MAX_TYPED]
    language, after = language_of(request), 0
    while True:
        found = await api.office.reconciliations.findings(
            request.match_info["id"], kind, query, after, PAGE
        )
        yield [_cells(_finding(*each), language, decimal) for each in found]
        if len(found) < PAGE:
            return
        after = found[-1][0]


def _cells(view: r.CarrierFindingView, language: str, decimal: str) -> Sequence[Any]:
    named = msgspec.structs.asdict(view)
    named["kind"] = texts.pick(KINDS[Kind(view.kind)], language)
    for name in ("our_amount", "their_amount"):
        named[name] = (named[name] or "").replace(".", decimal)
    for name in ("our_begin", "their_begin"):
        named[name] = named[name].replace(microsecond=0) if named[name] else None
    return [named[name] for name in COLUMNS]
