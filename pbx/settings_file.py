"""Reading the settings: a TOML file, overridden by environment variables.

A key `trunk.port` is overridden by `PBX_TRUNK__PORT`. A secret can also come from a
file: `PBX_TRUNK__PASSWORD_FILE=/run/secrets/trunk`. Unknown keys, wrong types and
values out of range raise `ConfigError`, and so does what does not fit together; nothing
starts half configured.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pbx.errors import ConfigError
from pbx.settings import SECTIONS, Settings

RELAY = r"turns?:[^/?\s]+(\?transport=(udp|tcp))?"
STUN = r"stuns?:[^/?\s]+"
ISSUER = r"https://[^?#\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#\s]*)?"


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
