"""Which calls a list shows: the conditions of a `CallFilter`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

from sqlalchemy import ColumnElement, Select, String, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from pbx.domain import searching
from pbx.services.ports import CallFilter
from pbx.store.contacts import visible_to
from pbx.store.desk_tables import call_notes, call_participants, contacts
from pbx.store.tables import calls, tasks

OURS = func.coalesce(calls.c.did, calls.c.caller_id)
"""Our number: called by a call in, shown by a call out."""


class Walked(FunctionElement[str]):
    """A column for conditions that no index shall be used for.

    Joined with OR they would make SQLite read and sort all calls that any of them finds,
    instead of walking through `ix_calls_search` until a page is full.
    """

    type = String()
    inherit_cache = True


@compiles(Walked)
def _plain(element: Walked, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(Walked, "sqlite")
def _unindexed(element: Walked, compiler: SQLCompiler, **how: Any) -> str:
    return f"+{compiler.process(element.clauses, **how)}"


def conditions(which: CallFilter) -> list[ColumnElement[bool]]:
    """All of them must hold for a row of `calls`."""
    found: list[ColumnElement[bool]] = []
    if which.since is not None:
        found.append(calls.c.offered_at >= which.since)
    if which.until is not None:
        found.append(calls.c.offered_at < which.until)
    if which.user_id is not None:
        found.append(_of(which.user_id))
    for name in ("task", "number", "direction", "country", "number_type"):
        if (value := getattr(which, name)) is not None:
            found.append(calls.c[name] == value)
    if which.outcomes:
        found.append(calls.c.outcome.in_(which.outcomes))
    if which.customer is not None:
        of_customer = select(tasks.c.external_id).where(tasks.c.customer == which.customer)
        found.append(calls.c.task.in_(of_customer))
    if which.ours is not None:
        found.append(OURS.in_(which.ours))
    if which.open_only:
        found.append(calls.c.ended_at.is_(None))
    if which.ended_only:
        found.append(calls.c.ended_at.is_not(None))
    terms = searching.terms(which.query)
    return found + [_says(term, _ways(term, which.reader_id)) for term in terms]


async def promising(conn: AsyncConnection, which: CallFilter) -> list[ColumnElement[bool]]:
    """As `conditions`, without the ways from a word to a call that begin with nothing.

    Each way costs a look at every call; whether it begins with something is told at once.
    """
    found = conditions(replace(which, query=""))
    for term in searching.terms(which.query):
        ways = _ways(term, which.reader_id)
        leads = (await conn.execute(select(*(way.values.exists() for way in ways)))).one()
        found.append(_says(term, compress(ways, leads)))
    return found


def _of(user_id: str) -> ColumnElement[bool]:
    joined = select(call_participants.c.call_id).where(call_participants.c.user_id == user_id)
    return or_(calls.c.user_id == user_id, Walked(calls.c.id).in_(joined))


@dataclass(frozen=True, slots=True)
class _Way:
    """Calls by what is known beside them: those whose `column` is among `values`."""

    column: ColumnElement[str]
    values: Select[Any]


def _ways(term: str, reader_id: str) -> list[_Way]:
    known = select(contacts.c.number).where(
        visible_to(reader_id), contacts.c.search.contains(term, autoescape=True)
    )
    named = select(tasks.c.external_id).where(tasks.c.search.contains(term, autoescape=True))
    noted = select(call_notes.c.call_id).where(
        call_notes.c.user_id == reader_id, call_notes.c.search.contains(term, autoescape=True)
    )
    return [_Way(calls.c.number, known), _Way(calls.c.task, named), _Way(calls.c.id, noted)]


def _says(term: str, ways: Iterable[_Way]) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = [Walked(way.column).in_(way.values) for way in ways]
    if (part := searching.number_part(term)) is not None:
        found.append(calls.c.number.contains(part))
    return or_(false(), *found)
