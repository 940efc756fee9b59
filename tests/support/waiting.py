"""Waiting for what happens in the background, with a deadline."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(find: Callable[[], Any], seconds: float = 5) -> Any:
    """The first true answer of `find`, which may be a coroutine function."""
    deadline = time.monotonic() + seconds
    while True:
        found = find()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.005)
