"""Store methods that a cancelled caller cannot break off half way.

The end of a call cancels its task at any point. Were a statement on its way just then,
SQLite's connection would be closed with the statement still open, which keeps its
transaction and the write lock until the statement is collected as garbage (SQLite's
`sqlite3_close_v2`, Python 3.11): everybody else would hear "database is locked".
So cancellation waits for the method's end, which is a matter of milliseconds.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

log = logging.getLogger(__name__)

C = TypeVar("C", bound=type)
P = ParamSpec("P")
T = TypeVar("T")


def uninterrupted(cls: C) -> C:
    """Class decorator: all public coroutine methods run to their end."""
    for name, method in list(vars(cls).items()):
        if inspect.iscoroutinefunction(method) and not name.startswith("_"):
            setattr(cls, name, _to_its_end(method))
    return cls


def _to_its_end(
    method: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    @wraps(method)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(method(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            while not task.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([task])
            if not task.cancelled() and (error := task.exception()):
                log.warning("%s failed for a cancelled caller: %s", method.__qualname__, error)
            raise

    return run
