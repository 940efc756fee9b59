"""`make smoke` against a running stack."""

import json
import subprocess
import sys

import pytest

from tests.support.stack import HEAD_OFFICE, ROOT, Stack

pytestmark = pytest.mark.calm

KEYS = [
    "click_to_invite_ms",
    "answer_to_sound_ms",
    "caller_id",
    "sound_out",
    "sound_in",
    "billed_seconds",
    "carrier_seconds",
    "hangup_to_mail_seconds",
    "mp3_seconds",
]


def _smoke(url: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.smoke", url]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)


def test_smoke_prints_its_figures_as_json(stack: Stack) -> None:
    done = _smoke(stack.url)
    assert done.returncode == 0, done.stderr + done.stdout
    figures = json.loads(done.stdout)
    print(figures)
    assert list(figures) == KEYS
    assert figures["caller_id"] == HEAD_OFFICE


def test_smoke_fails_where_nothing_runs() -> None:
    done = _smoke("http://127.0.0.1:9")
    assert done.returncode == 1
    assert "smoke failed" in done.stderr
    assert done.stdout == ""
