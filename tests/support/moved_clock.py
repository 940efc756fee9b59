"""The product with a wall clock that a test moves on while it runs; the product has no such way.

    python -m tests.support.moved_clock serve ...

is `python -m pbx serve ...`, of which each SIGUSR2 moves all clocks that tell the time of day;
CLOCK_MONOTONIC, by which it waits and bills, goes on as it is. Asterisk and browsers keep the
true time.
"""

import signal
import time
from datetime import timedelta

import time_machine

from pbx.__main__ import main
from tests.support.stack import Stack

MODULE = "tests.support.moved_clock"
STEP = timedelta(hours=49)
"""Two days, and a little more."""


def move_on(stack: Stack) -> None:
    """The clock of `stack`, which was started with `MODULE`, is `STEP` ahead of what it was."""
    assert stack.process is not None
    stack.process.send_signal(signal.SIGUSR2)


def _serve() -> None:
    with time_machine.travel(time.time(), tick=True) as clock:
        signal.signal(signal.SIGUSR2, lambda *_: clock.shift(STEP))
        main()


if __name__ == "__main__":
    _serve()
