"""One table of settings: what can be set, its range and its default.

`settings_file` reads them from a TOML file and the environment.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pbx.domain.company import Company

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder: `config/`, `dialplan/`, `recordings/prompts/`, `softphone_web/dist/`."""


def _range(low: int, high: int) -> dict[str, Any]:
    return {"range": (low, high)}


PORT = _range(1, 65535)
SECRET = {"secret": True}


@dataclass(frozen=True, slots=True)
class Http:
    host: str = "127.0.0.1"
    port: int = field(default=8080, metadata=PORT)
    public_url: str = ""
    session_hours: int = field(default=12, metadata=_range(1, 24 * 30))

    @property
    def address(self) -> str:
        """What a person types into the browser."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Asterisk:
    managed: bool = True
    binary: str = ""
    host: str = "127.0.0.1"
    http_port: int = field(default=8088, metadata=PORT)
    app: str = "vermittlung"
    username: str = "vermittlung"
    password: str = field(default="", metadata=SECRET)
    request_timeout_seconds: int = field(default=5, metadata=_range(1, 60))
    ping_seconds: int = field(default=5, metadata=_range(1, 60))


@dataclass(frozen=True, slots=True)
class Trunk:
    name: str = "trunk"
    host: str = "127.0.0.1"
    port: int = field(default=5070, metadata=PORT)
    transport: Literal["udp", "tcp", "tls"] = "udp"
    local_host: str = "127.0.0.1"
    local_port: int = field(default=5060, metadata=PORT)
    username: str = ""
    password: str = field(default="", metadata=SECRET)
    register: bool = False
    caller_id_style: Literal["PAI", "RPID", "From"] = "PAI"
    verified_numbers: tuple[str, ...] = ("+4922182829980",)


@dataclass(frozen=True, slots=True)
class Rtp:
    bind: str = "127.0.0.1"
    port_min: int = field(default=10000, metadata=PORT)
    port_max: int = field(default=10999, metadata=PORT)
    external_address: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    head_office: str = "+4922182829980"
    head_office_label: str = "Zentrale"
    head_office_printed: str = ""
    head_office_ring: tuple[str, ...] = ()
    ring_seconds: int = field(default=20, metadata=_range(3, 120))
    types: tuple[Literal["fixed", "mobile", "fixed_or_mobile", "voip"], ...] = (
        "fixed",
        "mobile",
        "fixed_or_mobile",
    )
    inbound_task: str = "support"


@dataclass(frozen=True, slots=True)
class Countries:
    allowed: tuple[str, ...] = ("DE", "AT", "CH", "FR", "PL")
    file: str = "countries.toml"
    denied_file: str = "denied.toml"


@dataclass(frozen=True, slots=True)
class Voicemail:
    language: Literal["de", "en"] = "de"
    recipients: tuple[str, ...] = ("zentrale@example.test",)
    max_seconds: int = field(default=180, metadata=_range(5, 3600))
    start_silence_seconds: int = field(default=6, metadata=_range(2, 60))
    end_silence_seconds: int = field(default=6, metadata=_range(2, 60))
    min_speech_ms: int = field(default=1000, metadata=_range(0, 60_000))
    keep_silent_days: int = field(default=7, metadata=_range(1, 365))
    keep_done_days: int = field(default=30, metadata=_range(0, 3650))
    keep_accepted_days: int = field(default=90, metadata=_range(0, 3650))
    remind_hours: int = field(default=4, metadata=_range(0, 24 * 14))


@dataclass(frozen=True, slots=True)
class GreetingSettings:
    max_megabytes: int = field(default=20, metadata=_range(1, 200))
    max_seconds: int = field(default=180, metadata=_range(5, 600))
    keep_removed_days: int = field(default=7, metadata=_range(1, 365))


@dataclass(frozen=True, slots=True)
class Smtp:
    host: str = "127.0.0.1"
    port: int = field(default=2525, metadata=PORT)
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str = ""
    password: str = field(default="", metadata=SECRET)
    sender: str = "vermittlung@example.test"
    timeout_seconds: int = field(default=30, metadata=_range(1, 300))
    retry_minutes: tuple[int, ...] = (1, 5, 30, 120)


@dataclass(frozen=True, slots=True)
class Database:
    url: str = "sqlite+aiosqlite:///{data}/pbx.sqlite3"


@dataclass(frozen=True, slots=True)
class Recordings:
    directory: str = "{data}/recordings"
    quota_gb: int = field(default=2, metadata=_range(1, 100_000))


@dataclass(frozen=True, slots=True)
class Transcription:
    """A service with OpenAI's interface; without `url` nothing is transcribed."""

    url: str = ""
    key: str = field(default="", metadata=SECRET)
    model: str = "whisper-1"
    language: str = ""
    timeout_seconds: int = field(default=60, metadata=_range(1, 600))
    wait_seconds: int = field(default=20, metadata=_range(0, 300))


@dataclass(frozen=True, slots=True)
class Limits:
    calls_per_user: int = field(default=1, metadata=_range(1, 10))
    max_call_seconds: int = field(default=4 * 3600, metadata=_range(10, 24 * 3600))
    dial_seconds: int = field(default=60, metadata=_range(5, 300))
    reattach_seconds: int = field(default=45, metadata=_range(5, 300))
    heartbeat_seconds: int = field(default=8, metadata=_range(2, 60))
    brake: Literal["lock", "warn", "off"] = "lock"


@dataclass(frozen=True, slots=True)
class Emergency:
    mode: Literal["refuse", "trunk"] = "refuse"
    numbers_file: str = "emergency.toml"


@dataclass(frozen=True, slots=True)
class Turn:
    stun_urls: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    secret: str = field(default="", metadata=SECRET)
    ttl_seconds: int = field(default=3600, metadata=_range(60, 24 * 3600))


@dataclass(frozen=True, slots=True)
class Push:
    contact: str = ""
    allowed_hosts: tuple[str, ...] = (
        "fcm.googleapis.com",
        "push.services.mozilla.com",
        "notify.windows.com",
        "push.apple.com",
    )
    allow_loopback: bool = False


@dataclass(frozen=True, slots=True)
class Accounts:
    second_factor: Literal["optional", "admins", "all"] = "optional"
    password_level: int = field(default=2, metadata=_range(1, 4))
    password_days: int = field(default=0, metadata=_range(0, 3650))


@dataclass(frozen=True, slots=True)
class Oidc:
    """The company's own sign-in (OpenID Connect); off while there is no issuer."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = field(default="", metadata=SECRET)
    label: str = "Single Sign-on"
    verified_claim: str = "email_verified"
    create: bool = False


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """How letters show us."""

    name: str = "Vermittlung"
    address: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()

    @property
    def shown(self) -> Company:
        return Company(self.name, self.address, self.contact, self.footer)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Webhooks to other programs."""

    retry_seconds: tuple[int, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    timeout_seconds: int = field(default=10, metadata=_range(1, 60))
    alarm_minutes: int = field(default=60, metadata=_range(1, 7 * 24 * 60))
    keep_days: int = field(default=30, metadata=_range(1, 365))
    allowed_networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demo:
    """The outside world of `make run`: a carrier and a mail server on loopback."""

    carrier_http_port: int = field(default=8089, metadata=PORT)
    carrier_rtp_port_min: int = field(default=20000, metadata=PORT)
    carrier_rtp_port_max: int = field(default=20999, metadata=PORT)


@dataclass(frozen=True, slots=True)
class Settings:
    http: Http
    asterisk: Asterisk
    trunk: Trunk
    rtp: Rtp
    numbers: Numbers
    countries: Countries
    voicemail: Voicemail
    greetings: GreetingSettings
    smtp: Smtp
    database: Database
    recordings: Recordings
    transcription: Transcription
    limits: Limits
    emergency: Emergency
    turn: Turn
    push: Push
    accounts: Accounts
    oidc: Oidc
    company: CompanySettings
    hooks: Hooks
    demo: Demo
    file: Path = Path("config/pbx.toml")
    data: Path = Path("data")

    @property
    def database_url(self) -> str:
        return self.database.url.replace("{data}", str(self.data))

    @property
    def recordings_dir(self) -> Path:
        return Path(self.recordings.directory.replace("{data}", str(self.data))).resolve()

    def config_file(self, name: str) -> Path:
        """A file that a setting names, relative to the configuration file."""
        path = Path(name)
        return path if path.is_absolute() else self.file.resolve().parent / path


SECTIONS: dict[str, type[Any]] = {
    "http": Http,
    "asterisk": Asterisk,
    "trunk": Trunk,
    "rtp": Rtp,
    "numbers": Numbers,
    "countries": Countries,
    "voicemail": Voicemail,
    "greetings": GreetingSettings,
    "smtp": Smtp,
    "database": Database,
    "recordings": Recordings,
    "transcription": Transcription,
    "limits": Limits,
    "emergency": Emergency,
    "turn": Turn,
    "push": Push,
    "accounts": Accounts,
    "oidc": Oidc,
    "company": CompanySettings,
    "hooks": Hooks,
    "demo": Demo,
}
