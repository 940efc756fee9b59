"""The images: their programs start, alone and together as in docker/compose.yaml."""

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.docker.builder import Failed, Program, Store
from tests.docker.composition import USER_ID, Deployment, make_secrets
from tests.docker.conftest import Built
from tests.support.stack import free_ports

if TYPE_CHECKING:
    from tests.support.postgres import PostgresServer

pytest_plugins = ["tests.support.postgres"]
pytestmark = pytest.mark.timeout(900)

READY_SECONDS = 60


@pytest.fixture(scope="module")
def controller(built: Built) -> str:
    return built.store.container("localhost/controller")


@pytest.fixture(scope="module")
def asterisk(built: Built) -> str:
    return built.store.container("localhost/asterisk")


def fetch(url: str) -> tuple[int, str]:
    """Status (0: nobody there) and body."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()
    except OSError:
        return 0, ""


def until_answered(url: str, program: Program) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while fetch(url)[0] != 200:
        assert program.alive, program.output
        assert time.monotonic() < deadline, program.output
        time.sleep(0.1)


def test_asterisk_is_new_enough_and_not_root(built: Built, asterisk: str) -> None:
    said = built.store.run(asterisk, "asterisk", "-V")
    version = re.search(r"Asterisk (\d+)\.(\d+)", said)
    assert version, said
    assert (int(version[1]), int(version[2])) >= (22, 10)
    assert built.store.run(asterisk, "id", "-u").strip() == str(USER_ID)


def test_the_command_explains_itself(built: Built, controller: str) -> None:
    assert "usage: pbx check" in built.store.run(controller, "pbx", "check", "--help")
    assert built.store.run(controller, "id", "-u").strip() == str(USER_ID)


def test_the_controller_answers_without_an_asterisk(built: Built, controller: str) -> None:
    store, (http, ari) = built.store, free_ports(2)
    environment = {
        "PBX_HTTP__HOST": "127.0.0.1",
        "PBX_HTTP__PORT": str(http),
        "PBX_ASTERISK__HTTP_PORT": str(ari),
        "PBX_ASTERISK__PASSWORD": "nobody is there to ask for it",
    }
    assert "in order" in store.run(controller, "pbx", "check", environment=environment)
    program = store.start(controller, *command(store, "controller"), environment=environment)
    url = f"http://127.0.0.1:{http}"
    until_answered(f"{url}/healthz", program)
    healthy(store, "controller", controller, environment)
    status, body = fetch(f"{url}/readyz")
    assert status == 503
    assert json.loads(body)["database"] == "ok"
    assert json.loads(body)["asterisk"] != "ok"
    assert '<div id="root">' in fetch(url)[1]
    assert program.end() == 0, program.output
    assert fetch(f"{url}/healthz") == (0, "")


def command(store: Store, image: str, arguments: list[str] | None = None) -> list[str]:
    """What an engine starts."""
    config = store.config(image)
    return [*config["Entrypoint"], *(config["Cmd"] if arguments is None else arguments)]


def healthy(store: Store, image: str, container: str, *environment_and_mounts: Any) -> None:
    """Run the image's own test, which fails where it ends with anything but 0."""
    kind, *test = store.config(image)["Healthcheck"]["Test"]
    assert kind == "CMD"
    environment, mounts = (*environment_and_mounts, None, None)[:2]
    store.run(container, *test, environment=environment, mounts=mounts)


def test_the_relay_answers_before_it_has_a_certificate(built: Built, open_folder: Path) -> None:
    store = built.store
    relay = store.container("localhost/turn")
    (open_folder / "secret").write_text("north wind")
    environment = {
        "TURN_REALM": "turn.example.test",
        "TURN_ADDRESS": "127.0.0.1",
        "TURN_PEER": "127.0.0.1",
        "TURN_LISTEN": "127.0.0.1",
        "TURN_SECRET_FILE": "/run/turn/secret",
        "TURN_CERTIFICATE": "/run/turn/cert.pem",
        "TURN_KEY": "/run/turn/key.pem",
    }
    mounts = {open_folder: "/run/turn:ro"}
    program = store.start(relay, *command(store, "turn"), environment=environment, mounts=mounts)
    deadline = time.monotonic() + READY_SECONDS
    while "reflexive addr" not in reflexive(store, relay):
        assert program.alive, program.output
        assert time.monotonic() < deadline, program.output
        time.sleep(0.2)
    assert "without TLS" in program.output
    healthy(store, "turn", relay)
    assert program.end() == 0, program.output


def reflexive(store: Store, container: str) -> str:
    """What the relay says of our address; empty while it does not answer: a request that is
    sent before it listens is lost, and waited for without end."""
    ask = ("turnutils_stunclient", "-p", "3478", "127.0.0.1")
    try:
        return store.run(container, "timeout", "2", *ask)
    except Failed:
        return ""


# ----------------------------------------------------------------- together


@pytest.fixture
def database(postgres_server: "PostgresServer", secrets: Path) -> Iterator[str]:
    """URL, without the password, of a database that asks for the one in the secrets."""
    rules = postgres_server.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    password = (secrets / "postgres-password").read_text().strip()

    def run(*statements: str) -> None:
        for statement in statements:
            asyncio.run(postgres_server.sql(statement))

    run(
        f"CREATE ROLE vermittlung LOGIN PASSWORD '{password}'",
        "CREATE DATABASE vermittlung OWNER vermittlung",
    )
    rules.write_text(f"host all vermittlung 127.0.0.1/32 scram-sha-256\n{before}")
    run("SELECT pg_reload_conf()")
    yield f"postgresql+asyncpg://vermittlung@127.0.0.1:{postgres_server.port}/vermittlung"
    rules.write_text(before)
    run(
        "SELECT pg_reload_conf()",
        "DROP DATABASE vermittlung WITH (FORCE)",
        "DROP ROLE vermittlung",
    )


@pytest.fixture
def secrets(open_folder: Path) -> Path:
    return make_secrets(open_folder)


@pytest.fixture
def deployment(
    built: Built, composition: dict[str, Any], open_folder: Path, secrets: Path, database: str
) -> Deployment:
    """The composition on loopback and free ports."""
    http, ari, sip, carrier = free_ports(4)
    changes = {
        "PBX_HTTP__HOST": "127.0.0.1",
        "PBX_HTTP__PORT": str(http),
        "PBX_ASTERISK__HOST": "127.0.0.1",
        "PBX_ASTERISK__HTTP_PORT": str(ari),
        "PBX_TRUNK__LOCAL_HOST": "127.0.0.1",
        "PBX_TRUNK__LOCAL_PORT": str(sip),
        "PBX_TRUNK__PORT": str(carrier),
        "PBX_RTP__BIND": "127.0.0.1",
        "PBX_RTP__EXTERNAL_ADDRESS": "",
        "PBX_DATABASE__URL": database,
    }
    return Deployment(composition, built.store, open_folder, secrets, changes)


def test_both_work_together_as_composed(
    deployment: Deployment, controller: str, asterisk: str
) -> None:
    store = deployment.store
    environment = deployment.environment("controller")
    ours, theirs = deployment.mounts("controller"), deployment.mounts("asterisk")
    once = command(store, "controller", deployment.service("configure")["command"])
    store.run(controller, *once, environment=environment, mounts=ours)
    announcements_exist(deployment, asterisk)

    exchange = store.start(asterisk, *command(store, "asterisk"), mounts=theirs)
    serve = command(store, "controller", deployment.service("controller")["command"])
    program = store.start(controller, *serve, environment=environment, mounts=ours)
    url = f"http://127.0.0.1:{environment['PBX_HTTP__PORT']}"
    until_answered(f"{url}/healthz", program)
    deadline = time.monotonic() + READY_SECONDS
    while (state := json.loads(fetch(f"{url}/readyz")[1]))["asterisk"] != "ok":
        assert exchange.alive, exchange.output
        assert time.monotonic() < deadline, state
        time.sleep(0.1)
    assert state["database"] == "ok"
    healthy(store, "asterisk", asterisk, None, theirs)
    healthy(store, "controller", controller, environment, ours)

    add = ("pbx", "user", "add", "anna@example.test", "--role", "admin")
    said = store.run(
        controller, *add, environment=environment, mounts=ours, stdin="ein langes Kennwort\n"
    )
    assert "anna@example.test added as admin" in said
    assert program.end() == 0, program.output
    assert exchange.end() == 0, exchange.output


def announcements_exist(deployment: Deployment, asterisk: str) -> None:
    """Every sound file that the written configuration names is in Asterisk's image."""
    etc = deployment.folder / "asterisk" / "etc"
    text = "".join((etc / name).read_text() for name in ("extensions.conf", "musiconhold.conf"))
    files = re.findall(r"(?:Playback\(|entry = )(/[\w/-]+)", text)
    assert len(files) >= 3
    deployment.store.run(asterisk, "ls", *(f"{file}.wav" for file in files))
