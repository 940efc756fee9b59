"""One table of settings: a TOML file, overridden by environment variables.

A key `trunk.port` is overridden by `PBX_TRUNK__PORT`. A secret can also come from a
file: `PBX_TRUNK__PASSWORD_FILE=/run/secrets/trunk`. Unknown keys, wrong types and
values out of range raise `ConfigError`; nothing starts half configured.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pbx.domain.company import Company
from pbx.errors import ConfigError

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


def load(
    file: Path, data: Path = Path("data"), environ: Mapping[str, str] | None = None
) -> Settings:
    """Read `file` and the environment into `Settings`.

    Args:
        file: a TOML file with the sections of `SECTIONS`.
        data: the folder for everything that is written at run time.
        environ: variables to read overrides from; `os.environ` by default.

    Raises:
        ConfigError: naming the file (or variable), the key, what was found and what
            is expected.
    """
    environ = os.environ if environ is None else environ
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise ConfigError(str(file), "(file)", e.strerror or "unreadable", "a TOML file") from e
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(str(file), "(file)", str(e), "valid TOML") from e
    for name in raw:
        if name not in SECTIONS:
            raise ConfigError(
                str(file), name, "an unknown section", f"one of {', '.join(SECTIONS)}"
            )
    sections = {
        name: _section(str(file), name, cls, raw.get(name, {}), environ)
        for name, cls in SECTIONS.items()
    }
    settings = Settings(**sections, file=file, data=data.resolve())
    _check_together(settings)
    _check_network(settings)
    _check_oidc(settings)
    _check_hooks(settings)
    return settings


def _section(
    file: str, name: str, cls: type[Any], table: object, environ: Mapping[str, str]
) -> Any:
    if not isinstance(table, dict):
        raise ConfigError(file, name, table, f"a section [{name}]")
    hints = get_type_hints(cls)
    known = {f.name for f in fields(cls)}
    for key in table:
        if key not in known:
            raise ConfigError(
                file, f"{name}.{key}", "an unknown key", f"one of {', '.join(sorted(known))}"
            )
    values: dict[str, Any] = {}
    for f in fields(cls):
        key = f"{name}.{f.name}"
        source, value = file, table.get(f.name, MISSING)
        variable = f"PBX_{name}__{f.name}".upper()
        if variable in environ:
            source, value = variable, _from_text(environ[variable], hints[f.name])
        elif f.metadata.get("secret") and f"{variable}_FILE" in environ:
            source = f"{variable}_FILE"
            try:
                value = Path(environ[source]).read_text(encoding="utf-8").strip()
            except OSError as e:
                raise ConfigError(source, key, environ[source], "a readable file") from e
        if value is MISSING:
            continue
        values[f.name] = _checked(source, key, value, hints[f.name], f.metadata)
    return cls(**values)


def _from_text(text: str, hint: Any) -> object:
    """An environment variable's text as the TOML value it stands for."""
    if hint is bool and text.lower() in {"1", "true", "yes", "0", "false", "no"}:
        return text.lower() in {"1", "true", "yes"}
    if hint is int:
        return int(text) if text.lstrip("-").isdigit() else text
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return [_from_text(part.strip(), item) for part in text.split(",") if part.strip()]
    return text


def _checked(source: str, key: str, value: object, hint: Any, meta: Mapping[str, Any]) -> Any:
    origin = get_origin(hint)
    if origin is Literal:
        if value not in get_args(hint):
            expected = "one of " + ", ".join(f'"{a}"' for a in get_args(hint))
            raise ConfigError(source, key, value, expected)
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise ConfigError(source, key, value, "a list")
        item = get_args(hint)[0]
        return tuple(_checked(source, f"{key}[{i}]", v, item, {}) for i, v in enumerate(value))
    words = {str: "text", int: "a whole number", bool: "true or false"}
    shown = "(secret)" if meta.get("secret") else value
    if type(value) is not hint:
        raise ConfigError(source, key, shown, words[hint])
    if isinstance(value, int) and "range" in meta:
        low, high = meta["range"]
        if not low <= value <= high:
            raise ConfigError(source, key, value, f"a whole number from {low} to {high}")
    return value


def _check_together(s: Settings) -> None:
    """Rules between settings."""
    file = str(s.file)
    if s.rtp.port_min + 10 > s.rtp.port_max:
        raise ConfigError(
            file, "rtp.port_max", s.rtp.port_max, f"at least {s.rtp.port_min + 10} (port_min + 10)"
        )
    for key, value in [
        ("numbers.head_office", s.numbers.head_office),
        *((f"trunk.verified_numbers[{i}]", n) for i, n in enumerate(s.trunk.verified_numbers)),
    ]:
        if not (value.startswith("+") and value[1:].isdigit() and 8 <= len(value) <= 16):
            raise ConfigError(file, key, value, "a number in E.164 form such as +4922182829980")
    if s.numbers.head_office not in s.trunk.verified_numbers:
        raise ConfigError(
            file,
            "trunk.verified_numbers",
            list(s.trunk.verified_numbers),
            f"a list that contains numbers.head_office ({s.numbers.head_office})",
        )
    printed = "+" + "".join(c for c in s.numbers.head_office_printed if c.isdigit())
    if s.numbers.head_office_printed and printed != s.numbers.head_office:
        raise ConfigError(
            file,
            "numbers.head_office_printed",
            s.numbers.head_office_printed,
            f"the digits of numbers.head_office ({s.numbers.head_office}), grouped as you like",
        )
    if s.trunk.register and not s.trunk.username:
        raise ConfigError(file, "trunk.username", "", "a user name, because trunk.register is true")
    if not s.voicemail.recipients:
        raise ConfigError(file, "voicemail.recipients", [], "at least one mail address")
    for i, code in enumerate(s.countries.allowed):
        if not (len(code) == 2 and code.isalpha() and code.isupper()):
            raise ConfigError(
                file, f"countries.allowed[{i}]", code, "a country code such as DE (ISO 3166)"
            )
    if not s.asterisk.managed and not s.asterisk.password:
        raise ConfigError(
            file,
            "asterisk.password",
            "",
            "a password (PBX_ASTERISK__PASSWORD or ..._FILE), because asterisk.managed is false",
        )


RELAY = r"turns?:[^/?\s]+(\?transport=(udp|tcp))?"
STUN = r"stuns?:[^/?\s]+"


def _check_network(s: Settings) -> None:
    """Rules of [turn] and [push]: a relay without its secret would refuse every browser."""
    file = str(s.file)
    for name, urls, form, example in [
        ("stun_urls", s.turn.stun_urls, STUN, "stun:turn.example.test:3478"),
        ("urls", s.turn.urls, RELAY, "turns:turn.example.test:443?transport=tcp"),
    ]:
        for i, url in enumerate(urls):
            if not re.fullmatch(form, url):
                raise ConfigError(file, f"turn.{name}[{i}]", url, f"an address such as {example}")
    if s.turn.urls and not s.turn.secret:
        expected = (
            "the TURN server's secret (PBX_TURN__SECRET or ..._FILE), because turn.urls is set"
        )
        raise ConfigError(file, "turn.secret", "", expected)
    if s.turn.secret and not s.turn.urls:
        raise ConfigError(file, "turn.urls", [], "the TURN server, because turn.secret is set")
    if s.push.contact and not s.push.contact.startswith(("mailto:", "https:")):
        raise ConfigError(file, "push.contact", s.push.contact, "mailto:… or https:…")
    for i, host in enumerate(s.push.allowed_hosts):
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host):
            raise ConfigError(
                file, f"push.allowed_hosts[{i}]", host, "a host name in small letters"
            )


def _check_hooks(s: Settings) -> None:
    file = str(s.file)
    for i, seconds in enumerate(s.hooks.retry_seconds):
        if not 1 <= seconds <= 7 * 86400:
            expected = "seconds from 1 to 604800 (a week)"
            raise ConfigError(file, f"hooks.retry_seconds[{i}]", seconds, expected)
    for i, network in enumerate(s.hooks.allowed_networks):
        try:
            ip_network(network)
        except ValueError as e:
            expected = "a network such as 10.0.0.0/8 or fd00::/8"
            raise ConfigError(file, f"hooks.allowed_networks[{i}]", network, expected) from e


ISSUER = r"https://[^?#\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#\s]*)?"


def _check_oidc(s: Settings) -> None:
    """All of it or none: half a set-up would refuse everybody at the provider."""
    file, oidc = str(s.file), s.oidc
    if not oidc.issuer:
        return
    if not re.fullmatch(ISSUER, oidc.issuer):
        raise ConfigError(file, "oidc.issuer", oidc.issuer, "https://…, as the provider spells it")
    for key, value, hint in [
        ("client_id", oidc.client_id, "the client's id at the provider"),
        ("client_secret", oidc.client_secret, "its secret (PBX_OIDC__CLIENT_SECRET or ..._FILE)"),
        ("label", oidc.label.strip(), "the provider's name for the button"),
    ]:
        if not value:
            raise ConfigError(file, f"oidc.{key}", "", f"{hint}, because oidc.issuer is set")
