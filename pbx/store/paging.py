"""Cursors: where a page ended, opaque to clients.

A cursor is the time (or the name) and the id of the last row shown, so that rows added
meanwhile neither shift nor repeat a page.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_

from pbx.errors import BadRequest
from pbx.store.types import Str, Utc

T = TypeVar("T")


def newest(
    query: Select[Any], at: ColumnElement[Any], row_id: ColumnElement[Any], cursor: str | None
) -> Select[Any]:
    """`query` with the newest row first, or from behind the row of `cursor` on.

    Raises:
        BadRequest: the cursor is not one of ours (`bad-cursor`).
    """
    query = query.order_by(at.desc(), row_id.desc())
    if cursor is None:
        return query
    then, last_id = decode_cursor(cursor)
    return query.where(tuple_(at, row_id) < tuple_(literal(then, Utc()), literal(last_id, Str())))


def page_of(
    found: Sequence[T], limit: int, mark: Callable[[T], tuple[datetime, str]]
) -> tuple[list[T], str | None]:
    """The page, and the cursor of the next one; `found` has one row more where there is one.

    Args:
        mark: time and id of a row, by which `newest` sorts.
    """
    page = list(found[:limit])
    if len(found) <= limit or not page:
        return page, None
    return page, encode_cursor(*mark(page[-1]))


def encode_cursor(at: datetime, row_id: str) -> str:
    """The cursor behind the row `row_id` of the time `at`."""
    return _encode(f"{at.astimezone(UTC).isoformat()} {row_id}")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """The time (UTC) and the row id that `encode_cursor` was given.

    Raises:
        BadRequest: it is not one of ours (`bad-cursor`).
    """
    try:
        at_text, _, row_id = _decode(cursor).partition(" ")
        at = datetime.fromisoformat(at_text)
        if at.tzinfo is None or not row_id or "\x00" in row_id:  # PostgreSQL takes no U+0000
            raise ValueError(cursor)
        return at.astimezone(UTC), row_id
    except (ValueError, OverflowError, binascii.Error) as e:
        raise bad_cursor() from e


def encode_name_cursor(name: str, row_id: str) -> str:
    """The cursor behind the row `row_id` with the sorting key `name`."""
    return _encode(json.dumps([name, row_id]))


def decode_name_cursor(cursor: str) -> tuple[str, str]:
    """What `encode_name_cursor` was given.

    Raises:
        BadRequest: it is not one of ours (`bad-cursor`).
    """
    try:
        match json.loads(_decode(cursor)):
            case [str(name), str(row_id)]:
                return name, row_id
    except (ValueError, RecursionError, binascii.Error) as e:
        raise bad_cursor() from e
    raise bad_cursor()


def _encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True).decode()


def bad_cursor() -> BadRequest:
    return BadRequest(
        "bad-cursor",
        "Diese Seite der Liste gibt es nicht. Bitte die Liste von vorn laden.",
        "There is no such page of the list. Please load the list from its beginning.",
    )
