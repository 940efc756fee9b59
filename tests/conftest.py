"""For all tests: a task that a test leaves behind fails it."""

import asyncio
import inspect
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import settings

# Fixtures of the tests that drive a browser: those of one process share a stack and a Chromium.
from tests.support.browsing import (  # noqa: F401
    anna,
    browser,
    browser_saying,
    manager,
    onlooker,
    open_phone,
    open_voice,
    own_stack,
    pytest_runtest_makereport,
    stack,
    web_app,
)

# At a desk properties are tried on new examples each time; the gate must give the same
# answer for the same code. Neither may fail because the machine is busy.
settings.register_profile("desk", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "desk")


@pytest_asyncio.fixture
async def no_task_is_left() -> AsyncIterator[None]:
    """Of tests with an event loop of their own; it is empty again when they end."""
    before = asyncio.all_tasks()
    yield
    for _ in range(20):  # tasks that were cancelled just now need a moment to end
        left = asyncio.all_tasks() - before - {asyncio.current_task()}
        if not left:
            return
        await asyncio.sleep(0.005)
    pytest.fail("tasks are left: " + ", ".join(repr(task) for task in left))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not isinstance(item, pytest.Function) or not inspect.iscoroutinefunction(item.function):
            continue
        shared = any(mark.kwargs.get("loop_scope") for mark in item.iter_markers("asyncio"))
        if not shared:
            item.fixturenames.insert(0, "no_task_is_left")
