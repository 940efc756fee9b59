"""Cursors: where a page ended, opaque to clients.

A cursor is the time (or the name) and the id of the last row shown, so that rows added
meanwhile neither shift nor repeat a page.
"""

import base64
import binascii
import json
from datetime import UTC, datetime

from pbx.errors import BadRequest


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
