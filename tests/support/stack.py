"""The whole product as a process of its own, as `make run` starts it, on free ports."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
HEAD_OFFICE = "+4922182829980"
VPA1_NUMBER = "+4922182829981"
VPA2_NUMBER = "+4922182829982"
FREE_NUMBER = "+4922182829983"
PASSWORD = "telefon-demo"

CONFIG = """
[http]
port = {http}
[asterisk]
http_port = {asterisk}
[trunk]
name = "demo"
port = {carrier_sip}
local_port = {sip}
verified_numbers = ["+4922182829980", "+4922182829981", "+4922182829982", "+4922182829983"]
[rtp]
port_min = {rtp}
port_max = {rtp_end}
[numbers]
ring_seconds = {ring_seconds}
[voicemail]
start_silence_seconds = 3
end_silence_seconds = 3
[smtp]
port = {smtp}
security = "none"
[oidc]
issuer = "http://127.0.0.1:{oidc}"
client_id = "vermittlung"
client_secret = "a secret: with %41 signs"
label = "Firmenkonto"
[accounts]
password_days = 3650
[limits]
brake = "off"
[hooks]
allowed_networks = ["127.0.0.0/8"]
[demo]
carrier_http_port = {carrier_http}
carrier_rtp_port_min = {carrier_rtp}
carrier_rtp_port_max = {carrier_rtp_end}
"""


def free_ports(count: int) -> list[int]:
    """Ports that are free for TCP and UDP now; outside the range of ephemeral ports."""
    found: list[int] = []
    with ExitStack() as stack:
        port = 21000 + os.getpid() * 61 % 4000  # far from those of a process started beside
        while len(found) < count:
            port += 1
            try:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    probe = stack.enter_context(socket.socket(socket.AF_INET, kind))
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found


@dataclass
class Stack:
    """`pbx serve --demo` in `folder`.

    Attributes:
        module: what runs as the controller; another one than `pbx` does the same and more.
        url: address of API, pages and demo.
        process: the controller; Asterisk and the carrier are its children, in sessions of
            their own, and survive its SIGKILL.
    """

    folder: Path
    ring_seconds: int = 5
    environment: dict[str, str] = field(default_factory=dict)
    module: str = "pbx"
    url: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        names = ("http", "asterisk", "carrier_sip", "sip", "smtp", "carrier_http", "oidc")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        # Below the ephemeral ports (32768), above those of a stack that somebody tries out.
        rtp = 11000 + (self.ports["http"] % 60) * 150
        self.config.write_text(
            CONFIG.format(
                **self.ports,
                rtp=rtp,
                rtp_end=rtp + 98,
                carrier_rtp=rtp + 100,
                carrier_rtp_end=rtp + 148,
                ring_seconds=self.ring_seconds,
            ),
            encoding="utf-8",
        )
        self.url = f"http://127.0.0.1:{self.ports['http']}"

    @property
    def config(self) -> Path:
        return self.folder / "pbx.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "pbx.log"

    def start(self) -> "Stack":
        """Start it and wait until it is ready to take calls."""
        command = [sys.executable, "-m", self.module, "--log", "debug", "serve", "--demo"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--config", str(self.config), "--data", str(self.data)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"pbx ended with {self.process.returncode}:\n{self.tail()}")
            if self._ready():
                return self
            time.sleep(0.05)
        raise AssertionError(f"pbx was not ready after {START_SECONDS} s:\n{self.tail()}")

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """SIGKILL the controller only."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def channels(self) -> list[str]:
        """Names of all channels in the exchange's Asterisk, by its own account."""
        secret = (self.data / "asterisk" / "ari.secret").read_text(encoding="ascii").strip()
        pair = base64.b64encode(f"vermittlung:{secret}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports['asterisk']}/ari/channels",
            headers={"Authorization": f"Basic {pair}"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return [str(each["name"]) for each in json.load(answer)]

    def leftovers(self) -> list[str]:
        """Command lines of living processes that belong to this stack."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, UnicodeDecodeError):
                continue
            if str(self.folder) in line:
                found.append(line)
        return found

    def tail(self, lines: int = 60) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])
