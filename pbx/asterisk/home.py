"""The folder in which one Asterisk lives, and the secrets kept there."""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pbx.settings import Settings

SOCKET_PATH_LIMIT = 100
"""A Unix socket's path holds 108 bytes (Linux, unix(7)); Asterisk adds a few of its own."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where one Asterisk lives: everything it reads or writes at run time."""

    path: Path

    @property
    def etc(self) -> Path:
        return self.path / "etc"

    @property
    def conf(self) -> Path:
        """The file that its command line names; tells our Asterisk from any other."""
        return self.etc / "asterisk.conf"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def spool(self) -> Path:
        """`recording/` in it holds what ARI records."""
        return self.path / "spool"

    @property
    def pid_file(self) -> Path:
        return self.path / "asterisk.pid"

    @property
    def run(self) -> Path:
        """For the control socket; elsewhere where our own path is too long for a socket."""
        own = self.path / "run"
        if len(str(own)) + len("/asterisk.ctl") <= SOCKET_PATH_LIMIT:
            return own
        digest = hashlib.sha256(str(own).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"vermittlung-{os.getuid()}-{digest}"

    def folders(self) -> tuple[Path, ...]:
        return (
            self.etc,
            self.path / "var" / "keys",
            self.log / "cdr-custom",
            self.log / "cel-custom",
            self.spool / "recording",
            self.spool / "monitor",
            self.run,
        )


def pbx_home(settings: Settings) -> Home:
    return Home(settings.data / "asterisk")


def carrier_home(settings: Settings) -> Home:
    """Where the demo's carrier lives."""
    return Home(settings.data / "demo" / "carrier")


def kept_secret(file: Path) -> str:
    """The secret in `file`, made on first use; only its owner may read it."""
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(24)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as f:
            f.write(secret + "\n")
        return secret
