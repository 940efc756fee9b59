"""One Asterisk as a process: started, found again, stopped.

    ABSENT -start-> STARTING -ready-> RUNNING -stop-> ABSENT

It runs in a session of its own: Ctrl-C in the terminal reaches the controller only, and
a controller that is killed leaves its calls alive. The next one finds the pid file and
adopts the process instead of starting another.
"""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from pbx.asterisk.config import ari_password, pbx_files, write
from pbx.asterisk.home import Home, pbx_home
from pbx.asterisk.runtime import Runtime
from pbx.settings import Settings

log = logging.getLogger(__name__)

READY_SECONDS = 20.0
STOP_SECONDS = 5.0
POLL_SECONDS = 0.03

ADOPTABLE_CHANGES = frozenset({"asterisk.conf", "http.conf", "ari.conf"})
"""Where one of these changed, a running Asterisk cannot be used as it is."""


class AsteriskFailed(Exception):
    """Asterisk did not start, or ended while starting; the text ends with its last words."""


@dataclass(slots=True)
class AsteriskProcess:
    """One Asterisk, be it the exchange or the demo's carrier.

    Args:
        name: for log lines, e.g. `pbx`.
        files: configuration, file name -> text (`pbx.asterisk.config`).
        url: of its HTTP server, such as `http://127.0.0.1:8088`.
        user, password: of ARI.
    """

    name: str
    runtime: Runtime
    home: Home
    files: Mapping[str, str]
    url: str
    user: str
    password: str
    adopted: bool = False
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    async def start(self) -> bool:
        """Start or adopt, and wait until ARI answers; True where it was adopted.

        Raises:
            AsteriskFailed: it ended, or was not ready in time.
        """
        pid = self.pid
        if pid is not None and not self._fits():
            log.warning("%s: settings changed, the running Asterisk is replaced", self.name)
            await self.stop()
            pid = None
        self.adopted = pid is not None
        if pid is None:
            write(self.files, self.home)
            self._spawn()
        elif not self._changed():
            log.info("%s: adopted the running Asterisk (pid %s)", self.name, pid)
        else:
            log.warning(
                "%s: the running Asterisk keeps its old settings (%s) until it is stopped",
                self.name,
                ", ".join(sorted(self._changed())),
            )
        try:
            await self.ready()
        except BaseException:
            if not self.adopted:
                await self.stop()
            raise
        return self.adopted

    async def ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until ARI answers 200, which it does once Asterisk is fully booted."""
        deadline = time.monotonic() + seconds
        headers = {"Authorization": aiohttp.encode_basic_auth(self.user, self.password)}
        timeout = aiohttp.ClientTimeout(total=2)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            while True:
                if await self._answers(session):
                    return
                if self.pid is None:
                    raise AsteriskFailed(self._obituary("ended while starting"))
                if time.monotonic() > deadline:
                    raise AsteriskFailed(self._obituary(f"was not ready within {seconds:.0f} s"))
                await asyncio.sleep(POLL_SECONDS)

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End it (all its calls end too); harmless where it does not run."""
        pid = self.pid
        if pid is not None:
            await self._end(pid, seconds)
        self._child = None
        self.home.pid_file.unlink(missing_ok=True)

    @property
    def pid(self) -> int | None:
        """Its process id while it runs.

        Of our own child without a look into /proc: for a moment after the start its
        command line is still empty there.
        """
        if self._child is not None:
            return self._child.pid if self._child.poll() is None else None
        return living(self.home)

    async def _end(self, pid: int, seconds: float) -> None:
        for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + patience
            while self.pid is not None:
                if time.monotonic() > deadline:
                    break
                await asyncio.sleep(POLL_SECONDS)
            else:
                return
        log.error("%s: Asterisk (pid %s) could not be ended", self.name, pid)

    def _spawn(self) -> None:
        command = [*self.runtime.argv, "-C", str(self.home.conf), "-f"]
        with (self.home.log / "stderr").open("wb") as out:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.home.path,
                start_new_session=True,
            )
        self.home.pid_file.write_text(f"{self._child.pid}\n", encoding="ascii")
        log.info("%s: started Asterisk %s", self.name, self.runtime.version)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/ari/asterisk/info?only=status") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    def _changed(self) -> set[str]:
        """Names of the configuration files that differ from what was written last."""
        return {name for name, text in self.files.items() if _read(self.home.etc / name) != text}

    def _fits(self) -> bool:
        return not self._changed() & ADOPTABLE_CHANGES

    def _obituary(self, what: str) -> str:
        lines = [f"Asterisk ({self.name}) {what}. Its last words:"]
        for file in (self.home.log / "stderr", self.home.log / "messages"):
            lines += [f"  {line}" for line in _read(file).splitlines()[-8:]]
        lines.append(f"The whole log is in {self.home.log}")
        return "\n".join(lines)


def pbx_process(settings: Settings, runtime: Runtime) -> AsteriskProcess:
    """The exchange, ready to be started."""
    home, password = pbx_home(settings), ari_password(settings)
    return AsteriskProcess(
        name="pbx",
        runtime=runtime,
        home=home,
        files=pbx_files(settings, runtime, home, password),
        url=f"http://{settings.asterisk.host}:{settings.asterisk.http_port}",
        user=settings.asterisk.username,
        password=password,
    )


def living(home: Home) -> int | None:
    """The process id of the Asterisk that runs on `home`, or None.

    A number in a pid file may by now belong to any program; ours names our
    configuration on its command line.
    """
    try:
        pid = int(home.pid_file.read_text(encoding="ascii"))
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(home.conf) in arguments else None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
