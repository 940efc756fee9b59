"""Which calls a list shows: the conditions of a `CallFilter`."""

from sqlalchemy import ColumnElement, func, or_, select

from pbx.domain import searching
from pbx.services.ports import CallFilter
from pbx.store.contacts import visible_to
from pbx.store.desk_tables import call_notes, call_participants, contacts
from pbx.store.tables import calls, tasks

OURS = func.coalesce(calls.c.did, calls.c.caller_id)
"""Our number: called by a call in, shown by a call out."""


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
    return found + [_says(term, which.reader_id) for term in searching.terms(which.query)]


def _of(user_id: str) -> ColumnElement[bool]:
    joined = select(call_participants.c.call_id).where(call_participants.c.user_id == user_id)
    return or_(calls.c.user_id == user_id, _walked(calls.c.id).in_(joined))


def _walked(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column for conditions that no index shall be used for.

    Joined with OR they would make SQLite read and sort all calls that any of them finds,
    instead of walking through `ix_calls_search` until a page is full.
    """
    return column + ""


def _says(term: str, reader_id: str) -> ColumnElement[bool]:
    known = select(contacts.c.number).where(
        visible_to(reader_id), contacts.c.search.contains(term, autoescape=True)
    )
    named = select(tasks.c.external_id).where(tasks.c.search.contains(term, autoescape=True))
    noted = select(call_notes.c.call_id).where(
        call_notes.c.user_id == reader_id, call_notes.c.search.contains(term, autoescape=True)
    )
    ways: list[ColumnElement[bool]] = [
        _walked(calls.c.number).in_(known),
        _walked(calls.c.task).in_(named),
        _walked(calls.c.id).in_(noted),
    ]
    if (part := searching.number_part(term)) is not None:
        ways.append(calls.c.number.contains(part))
    return or_(*ways)
