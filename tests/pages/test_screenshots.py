"""`make screenshots`."""

import subprocess
import sys
from pathlib import Path

from tests.support.looks import ALL
from tests.support.stack import ROOT


def test_one_command_makes_the_pictures(tmp_path: Path, web_app: None) -> None:
    command = [sys.executable, "-m", "tests.screenshots", "--only", "signing_in"]
    done = subprocess.run(
        [*command, "--to", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    pictures = sorted(each.name for each in (tmp_path / "sign-in").iterdir())
    assert pictures == sorted(f"{look}.png" for look in ALL)
    assert len(pictures) == 12
    shown = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert all(f"sign-in/{name}" in shown for name in pictures)
