"""Pages of lists that are worked out as a whole, such as a month's statements."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pbx.errors import BadRequest

T = TypeVar("T")


def slice_of(
    items: Sequence[T], key: Callable[[T], str], cursor: str | None, limit: int
) -> tuple[Sequence[T], str | None]:
    """The next `limit` items behind the one with the key `cursor`, and the next cursor.

    Raises:
        BadRequest: `bad-cursor`, where that one is gone.
    """
    begin = 0
    if cursor is not None:
        places = [place for place, item in enumerate(items) if key(item) == cursor]
        if not places:
            raise BadRequest(
                "bad-cursor",
                "Die Liste hat sich geändert. Bitte von vorn laden.",
                "The list has changed. Please load it from its beginning.",
            )
        begin = places[0] + 1
    page = items[begin : begin + limit]
    more = begin + limit < len(items)
    return page, key(page[-1]) if page and more else None
