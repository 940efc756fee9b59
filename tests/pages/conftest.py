"""Pages in a real browser against the real stack; nothing here depends on how fast it is.

Two processes share these tests (`make test`): all of a file go to one of them.
"""

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
