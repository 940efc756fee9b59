"""The found calls as files."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from pbx.domain import texts
from pbx.domain.records import CallRecord, Task, User
from pbx.domain.statistics import BERLIN
from pbx.errors import BadRequest
from pbx.services.ports import CallFilter
from pbx.web import insight_schemas as i
from pbx.web.api import Api, answer, handles, language_of
from pbx.web.call_search import call_search
from pbx.web.spreadsheets import dialect_of, send_csv, send_xlsx

MOST = 100_000
"""Rows of a file."""
PAGE = 250
"""Rows at once: between two pages calls go on being handled."""

COLUMNS: dict[str, tuple[texts.Words, int]] = {
    "begin": (("Beginn", "Begin"), 19),
    "direction": (("Richtung", "Direction"), 12),
    "number": (("Rufnummer", "Number"), 18),
    "person": (("Person", "Person"), 22),
    "task": (("Aufgabe", "Task"), 12),
    "title": (("Titel", "Title"), 34),
    "customer": (("Kunde", "Customer"), 24),
    "country": (("Land", "Country"), 8),
    "type": (("Art", "Type"), 14),
    "our_number": (("Unsere Nummer", "Our number"), 18),
    "outcome": (("Ergebnis", "Outcome"), 20),
    "answered": (("Abgenommen", "Answered"), 19),
    "end": (("Ende", "End"), 19),
    "talk_seconds": (("Gespräch s", "Talk s"), 12),
    "platform_seconds": (("Anlage s", "Platform s"), 12),
    "cause": (("Ursache", "Cause"), 20),
    "id": (("Kennung", "Id"), 34),
}
"""Names in German and English, and widths in letters."""


@handles("count_calls")
async def count_calls(api: Api, request: web.Request) -> web.StreamResponse:
    which = await call_search(api, request)
    found = await api.calls.count(which, MOST) if which else 0
    return answer(i.CallCount(min(found, MOST), found > MOST))


@handles("calls_csv")
async def calls_csv(api: Api, request: web.Request) -> web.StreamResponse:
    dialect = dialect_of(request)
    pages = await _pages(api, request)
    # Programs read the names of the columns, a German Excel's people read words.
    head = _heads(request) if dialect.local_times else list(COLUMNS)
    return await send_csv(request, _name("csv"), dialect, head, pages)


@handles("calls_xlsx")
async def calls_xlsx(api: Api, request: web.Request) -> web.StreamResponse:
    pages = await _pages(api, request)
    widths = [width for _, width in COLUMNS.values()]
    return await send_xlsx(request, _name("xlsx"), _heads(request), widths, pages)


def _heads(request: web.Request) -> list[str]:
    return [texts.pick(words, language_of(request)) for words, _ in COLUMNS.values()]


def _name(suffix: str) -> str:
    return f"calls-{datetime.now(BERLIN):%Y-%m-%d-%H%M}.{suffix}"


async def _pages(api: Api, request: web.Request) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """The rows of the file, a page at a time.

    Raises:
        BadRequest: `too-many-calls`, before anything is sent.
    """
    which = await call_search(api, request)
    if which and await api.calls.count(which, MOST) > MOST:
        raise BadRequest(
            "too-many-calls",
            "Das sind mehr als 100.000 Anrufe. Bitte einen kürzeren Zeitraum oder mehr Filter "
            "wählen und in Teilen laden.",
            "These are more than 100,000 calls. Please choose a shorter period or more filters, "
            "and download it in parts.",
        )
    people = {user.id: user for user in await api.directory.users()}
    return _rows(api, which, people, language_of(request))


async def _rows(
    api: Api, which: CallFilter | None, people: dict[str, User], language: str
) -> AsyncIterator[Sequence[Sequence[Any]]]:
    cursor: str | None = None
    tasks: dict[str, Task | None] = {}
    while which is not None:
        found, cursor = await api.calls.find(which, cursor, PAGE)
        for name in {record.task for record in found if record.task} - tasks.keys():
            tasks[name] = await api.directory.task(name)
        yield [_row(api, record, people, tasks, language) for record in found]
        if cursor is None:
            return


def _row(
    api: Api,
    record: CallRecord,
    people: dict[str, User],
    tasks: dict[str, Task | None],
    language: str,
) -> Sequence[Any]:
    person, task = people.get(record.user_id or ""), tasks.get(record.task or "")
    kind, outcome = record.number_type, record.outcome
    return (
        _second(record.offered.at),
        texts.direction_text(record.direction, language),
        record.number or "",
        person.name if person else "",
        record.task or "",
        task.title if task else "",
        task.customer if task else "",
        record.country or "",
        texts.type_text(kind, language) if kind else "",
        record.did or record.caller_id or "",
        texts.outcome_text(outcome, language) if outcome else "",
        _second(record.answered.at) if record.answered else None,
        _second(record.ended.at) if record.ended else None,
        api.board.talk_ms(record) / 1000,
        record.platform_ms / 1000,
        record.cause or "",
        record.id,
    )


def _second(at: datetime) -> datetime:
    """A file for people needs no microseconds."""
    return at.replace(microsecond=0)
