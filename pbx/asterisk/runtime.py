"""Finding an Asterisk that can be run here, or fetching one.

Order: the setting `asterisk.binary`, `asterisk` on PATH, the runtime fetched earlier,
a new runtime fetched with mmdebstrap. The fetched one is a folder with the program and
all its libraries. It needs neither root, nor a container, nor chroot: it is run
through the dynamic loader that lies in the same folder.
"""

import fcntl
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pbx.errors import ConfigError
from pbx.settings import ROOT

DEFAULT_CACHE = ROOT / ".cache" / "asterisk"
OLDEST = (22, 10)
"""ARI of 22.10 is what the controller speaks; older ones lack parts of it."""

SUITE = "forky"
"""Debian's release with Asterisk 22; the stable ones (12, 13) carry none."""

Progress = Callable[[str], None]


class AsteriskMissing(Exception):
    """No usable Asterisk was found and none could be fetched; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """An Asterisk that can be started.

    argv: the program and what must stand before its own options.
    moddir, datadir: for `astmoddir` and `astdatadir` in asterisk.conf; both only read.
    version: as the program tells it, e.g. `22.10.1`.
    """

    argv: tuple[str, ...]
    moddir: Path
    datadir: Path
    version: str


def find_or_fetch(cache: Path, binary: str, progress: Progress) -> Runtime:
    """The Asterisk to use.

    Args:
        cache: folder that keeps a fetched runtime, `DEFAULT_CACHE` normally.
        binary: the setting `asterisk.binary`; empty to search.
        progress: told one line before each step that takes longer than two seconds.

    Raises:
        ConfigError: `binary` is given and is no usable Asterisk.
        AsteriskMissing: none found, and fetching is not possible.
    """
    if binary:
        found = _installed(Path(binary))
        if found is None:
            expected = f"the path of an Asterisk >= {OLDEST[0]}.{OLDEST[1]} with its modules"
            raise ConfigError("settings", "asterisk.binary", binary, expected)
        return found
    on_path = shutil.which("asterisk")
    if on_path and (found := _installed(Path(on_path))):
        return found
    if found := _extracted(cache / "root"):
        return found
    return _fetch(cache, progress)


def _installed(binary: Path) -> Runtime | None:
    """The Asterisk at `binary`, be it installed in the system or inside a fetched runtime."""
    binary = binary.absolute()
    if not os.access(binary, os.X_OK):
        return None
    root = binary.parents[2] if len(binary.parents) > 2 else Path("/")
    if root != Path("/") and (found := _extracted(root)):
        return found
    prefix = binary.resolve().parent.parent
    moddir = _first(
        [*prefix.glob("lib/*-linux-gnu/asterisk/modules"), prefix / "lib/asterisk/modules",
         prefix / "lib64/asterisk/modules"],
        "res_ari.so",
    )  # fmt: skip
    datadir = _first(
        [prefix / "share/asterisk", Path("/var/lib/asterisk"), prefix / "var/lib/asterisk"],
        "documentation/core-en_US.xml",
    )
    return _runtime((str(binary),), moddir, datadir)


def _extracted(root: Path) -> Runtime | None:
    """The Asterisk of an extracted file tree with its own dynamic loader."""
    binary = root / "usr/sbin/asterisk"
    for libraries in root.glob("usr/lib/*-linux-gnu"):
        loader = next(iter(sorted(libraries.glob("ld-linux*.so.*"))), None)
        if loader and binary.is_file():
            path = f"{libraries}:{libraries / 'asterisk'}"
            argv = (str(loader), "--library-path", path, str(binary))
            return _runtime(argv, libraries / "asterisk/modules", root / "usr/share/asterisk")
    return None


def _first(folders: list[Path], needed: str) -> Path | None:
    return next((f for f in folders if (f / needed).exists()), None)


def _runtime(argv: tuple[str, ...], moddir: Path | None, datadir: Path | None) -> Runtime | None:
    """A `Runtime`, where the program tells a version that is new enough."""
    if moddir is None or datadir is None:
        return None
    try:
        done = subprocess.run(
            [*argv, "-V"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError:
        return None
    match = re.search(r"Asterisk (\d+)\.(\d+)(\.\d+)?", done.stdout)
    if match is None or (int(match[1]), int(match[2])) < OLDEST:
        return None
    version = f"{match[1]}.{match[2]}{match[3] or ''}"
    return Runtime(argv, moddir, datadir, version)


# ------------------------------------------------------------------ fetching


def _fetch(cache: Path, progress: Progress) -> Runtime:
    """Extract Asterisk and its libraries into `cache / "root"`, all or nothing."""
    cache.mkdir(parents=True, exist_ok=True)
    with _only_one(cache / "lock"):
        root = cache / "root"
        if found := _extracted(root):  # another process was faster
            return found
        tool = _mmdebstrap(progress)
        for leftover in (*cache.glob("fetch-*"), root):
            _remove(leftover)
        fresh = cache / f"fetch-{os.getpid()}"
        progress("Fetching Asterisk (about 100 MB, only once) ...")
        started = time.monotonic()
        try:
            _extract(tool, fresh)
            if _extracted(fresh) is None:
                raise AsteriskMissing(
                    f"Debian's {SUITE} gave no Asterisk >= {OLDEST[0]}.{OLDEST[1]}. {_ADVICE}"
                )
            fresh.rename(root)
        finally:
            _remove(fresh)
        progress(f"Asterisk fetched in {time.monotonic() - started:.0f} s")
    found = _extracted(root)
    assert found is not None
    return found


_ADVICE = (
    f"Install an Asterisk >= {OLDEST[0]}.{OLDEST[1]} and name it in asterisk.binary, "
    "or install Debian's package mmdebstrap, or use the images in docker/."
)


def _extract(tool: str, target: Path) -> None:
    """Run mmdebstrap; again without the date check where the archive's index is too old."""
    command = [
        tool,
        "--variant=extract",
        "--mode=chrootless",
        "--include=asterisk",
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        SUITE,
        str(target),
    ]
    done = _run(command)
    if done.returncode != 0 and re.search(r"is expired|invalid since", done.stderr):
        # A mirror that stands still: the signature is checked as ever, only its date is not.
        _remove(target)
        done = _run([*command[:1], '--aptopt=Acquire::Check-Valid-Until "false"', *command[1:]])
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise AsteriskMissing(f"Asterisk could not be fetched:\n{last}\n{_ADVICE}")


def _mmdebstrap(progress: Progress) -> str:
    """The path of mmdebstrap, installed first where we may."""
    if tool := shutil.which("mmdebstrap"):
        return tool
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise AsteriskMissing(f"No Asterisk was found, and mmdebstrap is missing. {_ADVICE}")
    progress("Installing mmdebstrap ...")
    _run([apt, "-qq", "update"])
    done = _run([apt, "-qq", "install", "-y", "--no-install-recommends", "mmdebstrap"])
    tool = shutil.which("mmdebstrap")
    if tool is None:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise AsteriskMissing(f"mmdebstrap could not be installed:\n{last}\n{_ADVICE}")
    return tool


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
        check=False,
    )


def _remove(tree: Path) -> None:
    if tree.exists():
        shutil.rmtree(tree)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Let one process at a time fetch; the others wait for it."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
