"""`make web-budget` against a running stack."""

import json
import subprocess
import sys

import pytest

from tests.support.stack import ROOT, Stack
from tests.web_budget import MAX_KB, MAX_MS, faults

pytestmark = pytest.mark.alone


def test_the_first_load_is_small_and_quick(stack: Stack) -> None:
    command = [sys.executable, "-m", "tests.web_budget", stack.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)
    print(done.stdout)
    assert done.returncode == 0, done.stderr + done.stdout
    figures = json.loads(done.stdout)
    assert 50 < figures["javascript_kb"] < MAX_KB
    assert 0 < figures["interactive_ms"] < MAX_MS


def test_what_is_over_a_limit_is_told() -> None:
    assert faults({"javascript_kb": 249.9, "interactive_ms": 999}) == []
    assert len(faults({"javascript_kb": 250.0, "interactive_ms": 1000})) == 2
