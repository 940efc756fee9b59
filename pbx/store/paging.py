"""Cursors: where a page ended, opaque to clients.

A cursor is the time and the id of the last row shown, so that rows added meanwhile
neither shift nor repeat a page.
"""

import base64
import binascii
from datetime import UTC, datetime

from pbx.errors import BadRequest


def encode_cursor(at: datetime, row_id: str) -> str:
    """The cursor behind the row `row_id` of the time `at`."""
    text = f"{at.astimezone(UTC).isoformat()} {row_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """The time (UTC) and the row id that `encode_cursor` was given.

    Raises:
        BadRequest: it is not one of ours (`bad-cursor`).
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        at_text, _, row_id = raw.decode().partition(" ")
        at = datetime.fromisoformat(at_text)
        if at.tzinfo is None or not row_id:
            raise ValueError(cursor)
        return at.astimezone(UTC), row_id
    except (ValueError, OverflowError, binascii.Error) as e:
        raise BadRequest(
            "bad-cursor",
            "Diese Seite der Liste gibt es nicht. Bitte die Liste von vorn laden.",
            "There is no such page of the list. Please load the list from its beginning.",
        ) from e
