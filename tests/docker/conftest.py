"""The images and Docker Compose, made once for all tests here; takes a minute or two."""

import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.docker.builder import ROOT, Failed, Progress, Store, check_tools
from tests.docker.composition import Compose


@dataclass(frozen=True)
class Built:
    """`localhost/asterisk`, `localhost/controller` and `localhost/turn` in `store`."""

    store: Store
    compose: Compose


@pytest.fixture(scope="session")
def progress(request: pytest.FixtureRequest) -> Progress:
    """Prints a line at once, although pytest keeps what tests print."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    began, turn = time.monotonic(), threading.Lock()

    def say(line: str) -> None:
        with turn, capture.global_and_fixture_disabled():
            print(f"  {time.monotonic() - began:4.0f} s  {line}", flush=True)

    return say


@pytest.fixture(scope="session")
def built(progress: Progress) -> Iterator[Built]:
    check_tools()
    if not (ROOT / "softphone_web" / "dist" / "index.html").exists():
        progress("web app ...")
        subprocess.run(["make", "web"], cwd=ROOT, check=True)
    store = Store(Path(tempfile.mkdtemp(prefix="pbx-images-")), progress)
    try:
        # One line of work for each image: they use different parts of the machine in turn.
        with ThreadPoolExecutor(2) as workers:
            exchange = workers.submit(_exchange, store)
            controller = workers.submit(_controller, store)
        controller.result()
        compose = exchange.result()
        progress("built")
        yield Built(store, compose)
    except Failed as e:
        pytest.fail(str(e), pytrace=False)
    finally:
        store.remove()


def _exchange(store: Store) -> Compose:
    base = store.base("forky")
    store.build("asterisk", "docker/asterisk/Dockerfile", base)
    return Compose.installed(store, base)


def _controller(store: Store) -> None:
    wheels = store.wheels()
    base = store.base("bookworm")
    store.build("controller", "docker/controller/Dockerfile", base, wheels)
    store.build("turn", "docker/turn/Dockerfile", base)


@pytest.fixture(scope="session")
def composition(built: Built) -> dict[str, Any]:
    """docker/compose.yaml with the settings of docker/env.example."""
    return built.compose.config("env.example")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that users of containers may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="pbx-deployment-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
