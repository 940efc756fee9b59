"""Images built and run without a Docker engine: mmdebstrap, podman and buildah.

`Store` keeps everything in one folder. Programs run in a chroot on this machine's network,
so give them free ports and loopback addresses.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("mmdebstrap", "podman", "buildah")
SLIM = ("doc", "man", "locale", "info")
"""What Debian's own slim images leave out of /usr/share as well."""
PYTHON = "3.11"
"""Of Debian 12, which the controller's image is made from."""
END_SECONDS = 30

Progress = Callable[[str], None]
Mounts = Mapping[Path, str]
"""Path here -> path in the container, with `:ro` where it may only be read."""


class Failed(Exception):
    """A command did not do what it should; the text ends with its last words."""


def check_tools() -> None:
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.fail(f"missing: {', '.join(missing)} (tests/install-programs)", pytrace=False)
    if os.geteuid() != 0:
        pytest.fail("images are built by root only (chroot isolation)", pytrace=False)


def patiently(command: Sequence[str | Path], **options: Any) -> None:
    """Run `command` in what processor time others leave over; raises `Failed` as `checked`."""
    checked(["chrt", "--idle", "0", *command], **options)


def checked(command: Sequence[str | Path], **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run `command`; raises `Failed` where it ends with anything but 0."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise Failed(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{last}")
    return done


@dataclass
class Program:
    """A program that runs in a container."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> int:
        """SIGTERM to the program itself, as an engine does; its exit status."""
        if self.alive:
            os.kill(_innermost(self.process.pid), signal.SIGTERM)
        return self.process.wait(END_SECONDS)

    def make_sure(self) -> None:
        """For the end of a test, whatever happened: no process stays."""
        if self.alive:
            self.process.terminate()  # buildah then kills what it runs
            self.process.wait(END_SECONDS)


def _innermost(pid: int) -> int:
    """The last one of a chain of processes in which each has started the next."""
    while True:
        children: list[str] = []
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            children += task.read_text().split()
        if not children:
            return pid
        pid = int(children[0])


@dataclass
class Store:
    """Images and containers below `folder`.

    Args:
        progress: told one line before each step that takes longer than two seconds.
    """

    folder: Path
    progress: Progress
    _programs: list[Program] = field(default_factory=list)

    @property
    def _options(self) -> tuple[str, ...]:
        places = ("--root", str(self.folder / "root"), "--runroot", str(self.folder / "run"))
        return (*places, "--storage-driver", "vfs")

    def _buildah(self, *arguments: str | Path) -> str:
        return checked(["buildah", *self._options, *arguments]).stdout.strip()

    # -------------------------------------------------------------- images

    def base(self, suite: str) -> str:
        """What Docker Hub calls debian:<suite>-slim, made from Debian's packages; its name."""
        self.progress(f"Debian {suite} ...")
        archive = self.folder / f"{suite}.tar"
        command = ["mmdebstrap", "--variant=minbase", suite, str(archive)]
        command[1:1] = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in SLIM]
        try:
            patiently(command)
        except Failed as e:
            if not re.search(r"is expired|invalid since", str(e)):
                raise
            # A mirror that stands still: signatures are checked as ever, only the date is not.
            patiently([*command[:1], '--aptopt=Acquire::Check-Valid-Until "false"', *command[1:]])
        name = f"localhost/debian-{suite}"
        patiently(["podman", *self._options, "import", "--quiet", archive, name])
        archive.unlink()
        return name

    def wheels(self) -> Mounts:
        """The packages of requirements.lock, fetched by this machine's pip with its settings.

        To be mounted while an image is built: pip in there takes them from a folder.
        """
        folder, settings = self.folder / "wheels", self.folder / "pip.conf"
        self.progress("Python packages ...")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        what = ["--no-deps", "--only-binary=:all:", "--python-version", PYTHON, "-d", str(folder)]
        patiently([*pip, *what, "-r", str(ROOT / "requirements.lock")])
        settings.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
        return {folder: "/wheels:ro", settings: "/etc/pip.conf:ro"}

    def build(self, name: str, dockerfile: str, base: str, mounts: Mounts | None = None) -> None:
        """Build `localhost/<name>` from the project's folder."""
        self.progress(f"image {name} ...")
        patiently(
            [
                *("buildah", *self._options, "bud", "--isolation=chroot", "--format=docker"),
                *("--build-arg", f"BASE={base}", "--tag", f"localhost/{name}"),
                *_volumes(mounts or {}),
                *("--file", dockerfile, "."),
            ],
            cwd=ROOT,
        )

    def config(self, name: str) -> dict[str, Any]:
        """Entrypoint, Cmd, User, Healthcheck ... of an image."""
        text = self._buildah("inspect", "--type=image", f"localhost/{name}")
        found: dict[str, Any] = json.loads(text)["Docker"]["config"]
        return found

    # ---------------------------------------------------------- containers

    def container(self, image: str) -> str:
        """A new container; the name to use in `run` and `start`."""
        return self._buildah("from", "--pull-never", image)

    def _command(
        self,
        container: str,
        command: Sequence[str],
        environment: Mapping[str, str] | None,
        mounts: Mounts | None,
    ) -> list[str]:
        settings = [f"--env={name}={value}" for name, value in (environment or {}).items()]
        options = ["--isolation=chroot", *settings, *_volumes(mounts or {})]
        return ["buildah", *self._options, "run", *options, container, "--", *command]

    def run(
        self,
        container: str,
        *command: str,
        environment: Mapping[str, str] | None = None,
        mounts: Mounts | None = None,
        stdin: str = "",
    ) -> str:
        """Run a command as the image's user; what it printed.

        It prints into files: of a program that ends at once, buildah on a busy machine does not
        always pass on what was said.

        Raises:
            Failed: with what was said.
        """
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            said, complained = Path(folder) / "said", Path(folder) / "complained"
            for file in (said, complained):
                file.touch()
                file.chmod(0o666)
            command = ("sh", "-c", 'exec "$@" >/said 2>/complained', "sh", *command)
            places = {**(mounts or {}), said: "/said", complained: "/complained"}
            try:
                checked(self._command(container, command, environment, places), input=stdin)
            except Failed as e:
                words = (file.read_text(errors="replace") for file in (said, complained))
                raise Failed("\n".join((str(e), *words))) from None
            return said.read_text(encoding="utf-8")

    def start(
        self,
        container: str,
        *command: str,
        environment: Mapping[str, str] | None = None,
        mounts: Mounts | None = None,
    ) -> Program:
        """Start a command as the image's user."""
        log = self.folder / f"program-{len(self._programs)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                self._command(container, command, environment, mounts),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        program = Program(process, log)
        self._programs.append(program)
        return program

    def remove(self) -> None:
        """End every program and give back the disk."""
        for program in self._programs:
            program.make_sure()
        patiently(["rm", "-rf", self.folder])


def _volumes(mounts: Mounts) -> list[str]:
    return [f"--volume={here}:{there}" for here, there in mounts.items()]
