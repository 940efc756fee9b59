"""A real PostgreSQL server for tests, as a pytest plugin.

Name it in a test module (`pytest_plugins = ["tests.support.postgres"]`) and ask for
`postgres_database`: the URL of a fresh, migrated database. The server is started once a
session on a free loopback port, as an ordinary user where the tests run as root (it
refuses root), and is stopped at the end. Where PostgreSQL is missing the test fails.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from pbx.store import upgrade
from tests.support.recycling import Pristine, made_as_new, pristine

START_SECONDS = 30
STOP_SECONDS = 10
ATTEMPTS = 3
TEMPLATE = "template_of_tests"

OPTIONS = (
    *("-c", "listen_addresses=127.0.0.1"),
    *("-c", "unix_socket_directories="),
    *("-c", "fsync=off"),  # the data lives as long as the tests
    *("-c", "shared_buffers=16MB"),
    *("-c", "max_connections=60"),
    *("-c", "autovacuum=off"),
)


def programs() -> Path:
    """The folder of the newest PostgreSQL server's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda p: float(p.parent.parent.name),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    if on_path is None:
        pytest.fail("PostgreSQL's server is missing: apt-get install postgresql", pytrace=False)
    return Path(on_path).resolve().parent


def _ordinary_user() -> dict[str, Any]:
    """Whom to start the server as: ourselves, or where we are root somebody without rights."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.fail("PostgreSQL needs a user other than root, such as nobody", pytrace=False)


def _die_with_parent() -> None:
    """Runs in the child: a killed test run must not leave a server behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


class PostgresServer:
    """A server with its data in `folder`.

    `url(name)` is a database's URL for the program, `stop` and `start` are for tests of
    what happens when it is away.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._bin = programs()
        self._as = _ordinary_user()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        if self._as:
            os.chown(folder, self._as["user"], self._as["group"])
        self._init()

    def _init(self) -> None:
        made = subprocess.run(
            [
                *(self._bin / "initdb", "-D", self.folder / "data", "-U", "pbx", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            **self._as,
        )
        if made.returncode:
            pytest.fail(f"initdb failed: {made.stderr or made.stdout}", pytrace=False)

    def start(self) -> None:
        """Start on the port it had before, or on a free one; wait until it takes connections.

        To be called in the main thread: the server ends with the thread that started it.
        """
        for _ in range(ATTEMPTS):
            port = self.port or _free_port()
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [
                        *(self._bin / "postgres", "-D", self.folder / "data"),
                        *("-p", str(port), *OPTIONS),
                    ],
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=_die_with_parent,
                    **self._as,
                )
            if self._wait(port):
                self.port = port
                return
            self.stop()
        pytest.fail(f"PostgreSQL did not start: {self._log.read_text()[-2000:]}", pytrace=False)

    def _wait(self, port: int) -> bool:
        """Whether it became ready; False where it ended or the time is over."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            ready = subprocess.run(
                [self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)],
                cwd=self.folder,
            )
            if ready.returncode == 0 and self._process.poll() is None:
                return True
            time.sleep(0.05)
        return False

    def stop(self) -> None:
        """End the server and its connections."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # "fast": connections are ended
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_SECONDS)

    @property
    def pid(self) -> int | None:
        """Of the process whose children work for the connections; None while it is stopped."""
        return self._process.pid if self._process else None

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://pbx@127.0.0.1:{self.port}/{database}"

    @asynccontextmanager
    async def connection(self, database: str = "postgres") -> AsyncIterator[asyncpg.Connection]:
        conn = await asyncpg.connect(
            host="127.0.0.1", port=self.port, user="pbx", database=database
        )
        try:
            yield conn
        finally:
            await conn.close()

    async def sql(self, statement: str) -> None:
        """Run one statement on the server's own database."""
        async with self.connection() as conn:
            await conn.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    # Not pytest's own folder: only its owner may enter that, and the server is somebody else.
    folder = Path(tempfile.mkdtemp(prefix="pbx-postgres-"))
    server: PostgresServer | None = None
    try:
        server = PostgresServer(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_template(postgres_server: PostgresServer) -> str:
    """Name of a migrated database without rows, to be copied."""
    await postgres_server.sql(f"CREATE DATABASE {TEMPLATE}")
    await upgrade(postgres_server.url(TEMPLATE))
    return TEMPLATE


@pytest_asyncio.fixture
async def postgres_empty(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """URL of a database without any table."""
    name = f"t{uuid4().hex}"
    await postgres_server.sql(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    await postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_pristine(postgres_server: PostgresServer, postgres_template: str) -> Pristine:
    async with postgres_server.connection(postgres_template) as conn:
        return await pristine(conn)


@pytest.fixture(scope="session")
def postgres_spares() -> list[str]:
    """Databases that were used and are as new."""
    return []


@pytest_asyncio.fixture
async def postgres_database(
    postgres_server: PostgresServer,
    postgres_template: str,
    postgres_pristine: Pristine,
    postgres_spares: list[str],
) -> AsyncIterator[str]:
    """URL of a migrated database without rows."""
    if postgres_spares:
        name = postgres_spares.pop()
    else:
        name = f"t{uuid4().hex}"
        await postgres_server.sql(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_server.url(name)
    async with postgres_server.connection(name) as conn:
        spare = await made_as_new(conn, postgres_pristine)
    if spare:
        postgres_spares.append(name)
    else:
        await postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")
