"""Calls in a real browser against the real stack, with times: they have the machine alone."""

from tests.support.browsing import (  # noqa: F401
    anna,
    browser,
    browser_saying,
    manager,
    open_phone,
    open_voice,
    own_stack,
    pytest_runtest_makereport,
    stack,
    web_app,
)
