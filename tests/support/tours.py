"""Chapters of the tour that are kept in files of their own, one for each area of management."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.tour import Tour

MORE: dict[str, Callable[["Tour"], Awaitable[None]]] = {}
"""By the chapter's name; each starts without calls."""
