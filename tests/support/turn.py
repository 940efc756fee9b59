"""A TURN server on loopback: Debian's coturn, with TLS and short-lived credentials."""

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.stack import free_ports

START_SECONDS = 10
STOP_SECONDS = 10
SECRET = "north wind"
HOST = "127.0.0.1"

CONFIG = """
listening-ip={host}
relay-ip={host}
listening-port={port}
tls-listening-port={tls_port}
min-port={relay}
max-port={relay_end}
realm=turn.example.test
use-auth-secret
static-auth-secret={secret}
cert={folder}/cert.pem
pkey={folder}/key.pem
userdb={folder}/turndb
pidfile={folder}/turnserver.pid
log-file=stdout
simple-log
verbose
no-cli
no-dtls
# Asterisk is on this machine here; in production nothing on loopback may be a peer.
allow-loopback-peers
"""


def make_certificate(folder: Path) -> None:
    """`cert.pem` and `key.pem` for loopback, valid for two days."""
    name = ("-subj", "/CN=turn.example.test", "-addext", f"subjectAltName=IP:{HOST}")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    command = ("openssl", "req", "-x509", *key, "-days", "2", *name, *files)
    subprocess.run(command, check=True, capture_output=True)


def spki(folder: Path) -> str:
    """SHA-256 of the certificate's public key in base64: by it Chromium can trust this one
    certificate, also in TURN (`--ignore-certificate-errors-spki-list`)."""
    public = subprocess.run(
        ("openssl", "x509", "-in", str(folder / "cert.pem"), "-pubkey", "-noout"),
        check=True,
        capture_output=True,
    ).stdout
    der = subprocess.run(
        ("openssl", "pkey", "-pubin", "-outform", "der"),
        input=public,
        check=True,
        capture_output=True,
    ).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


@dataclass(frozen=True, slots=True)
class TurnServer:
    folder: Path
    port: int
    """STUN and TURN over UDP and TCP."""
    tls_port: int
    secret: str = SECRET

    @property
    def log(self) -> str:
        return (self.folder / "turn.log").read_text(encoding="utf-8", errors="replace")

    @property
    def spki(self) -> str:
        return spki(self.folder)


@contextmanager
def turn_server(folder: Path) -> Iterator[TurnServer]:
    """coturn, running until the end of the block."""
    program = shutil.which("turnserver")
    assert program, "turnserver is missing: tests/install-programs installs it"
    folder.mkdir(parents=True, exist_ok=True)
    make_certificate(folder)
    port, tls_port = free_ports(2)
    relay = 27000 + port % 400 * 10
    config = folder / "turnserver.conf"
    config.write_text(
        CONFIG.format(
            host=HOST,
            port=port,
            tls_port=tls_port,
            relay=relay,
            relay_end=relay + 49,
            secret=SECRET,
            folder=folder,
        ),
        encoding="utf-8",
    )
    with (folder / "turn.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "-c", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "LC_ALL": "C"},
        )
    server = TurnServer(folder, port, tls_port)
    try:
        _wait(process, server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", server: TurnServer) -> None:
    """Until both ports take connections."""
    deadline = time.monotonic() + START_SECONDS
    for port in (server.port, server.tls_port):
        while True:
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, server.log
                assert time.monotonic() < deadline, server.log
                time.sleep(0.05)
