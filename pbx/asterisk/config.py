"""Settings -> Asterisk's configuration files.

The templates are `config/asterisk/*.conf` and `dialplan/extensions.conf`; `{{name}}` in
them stands for a value from here. Rendering is pure but for reading the templates:
`pbx_files` returns name -> text, `write` puts that into a folder.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pbx.asterisk.addresses import is_any, is_loopback, own_address, own_addresses
from pbx.asterisk.home import Home, kept_secret, pbx_home
from pbx.asterisk.runtime import Runtime
from pbx.errors import ConfigError
from pbx.settings import ROOT, Rtp, Settings

TEMPLATES = ROOT / "config" / "asterisk"
DIALPLAN = ROOT / "dialplan"
PROMPTS = ROOT / "recordings" / "prompts"

EMPTY = (
    "acl.conf",
    "ccss.conf",
    "features.conf",
    "manager.conf",
    "pjproject.conf",
    "stasis.conf",
    "udptl.conf",
    "websocket_client.conf",
)
EMPTY_TEXT = "; Empty on purpose: Asterisk logs an error where this file is missing.\n"

ABSOLUTE_MARGIN_SECONDS = 600
"""Ringing, greeting and waiting come on top of `limits.max_call_seconds` of talking."""


# ------------------------------------------------------------------ templates


def render(template: str, values: Mapping[str, str]) -> str:
    """Replace each `{{name}}`; an unknown name is a `KeyError`."""
    return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m[1]], template)


def render_files(
    folders: Sequence[Path],
    dialplan: Path,
    values: Mapping[str, str],
    only_of_first: Collection[str] | None = None,
) -> dict[str, str]:
    """All `*.conf` templates of `folders` and the dialplan as `extensions.conf`.

    Of two files of one name the later folder's counts; `only_of_first` names what is
    taken from the first one.
    """
    sources: dict[str, Path] = {}
    for n, folder in enumerate(folders):
        for file in sorted(folder.glob("*.conf")):
            if n or only_of_first is None or file.name in only_of_first:
                sources[file.name] = file
    sources["extensions.conf"] = dialplan
    files = {
        name: render(file.read_text(encoding="utf-8"), values) for name, file in sources.items()
    }
    return {**dict.fromkeys(EMPTY, EMPTY_TEXT), **files}


def write(files: Mapping[str, str], home: Home) -> None:
    """Make the folders of `home` and put `files` into its `etc` (owner only: secrets)."""
    for folder in home.folders():
        folder.mkdir(parents=True, exist_ok=True)
    home.etc.chmod(0o700)
    home.run.chmod(0o700)
    for stale in home.etc.glob("*.conf"):
        if stale.name not in files:
            stale.unlink()
    for name, text in files.items():
        target = home.etc / name
        temporary = target.with_suffix(".new")
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(0o600)
        temporary.replace(target)


def value(text: str) -> str:
    """`text` as a value in Asterisk's configuration, where `;` starts a comment."""
    if any(ord(c) < 32 for c in text):
        raise ValueError("a line break in a configuration value")
    return text.replace(";", "\\;")


def directories(runtime: Runtime, home: Home) -> dict[str, str]:
    """Values that each instance needs.

    Raises:
        ConfigError: the data folder's name would break Asterisk's own syntax.
    """
    if found := re.search(r'[,;${}()|\[\]"\n\t]', str(home.path)):
        raise ConfigError("DATA", "(folder)", str(home.path), f"a path without {found[0]!r} in it")
    return {
        "etc": str(home.etc),
        "moddir": str(runtime.moddir),
        "datadir": str(runtime.datadir),
        "var": str(home.path / "var"),
        "spool": str(home.spool),
        "run": str(home.run),
        "log": str(home.log),
    }


# ------------------------------------------------------------------ the exchange


def ari_password(settings: Settings) -> str:
    """The password of the ARI user: the setting's, or one made once and kept (0600)."""
    if settings.asterisk.password:
        return settings.asterisk.password
    return kept_secret(pbx_home(settings).path / "ari.secret")


def pbx_files(
    settings: Settings,
    runtime: Runtime,
    home: Home,
    password: str,
    *,
    http_bind: str = "",
    prompts: Path = PROMPTS,
) -> dict[str, str]:
    """The exchange's configuration, file name -> text.

    Args:
        password: of the ARI user, see `ari_password`.
        http_bind: address of Asterisk's HTTP server where it is not `asterisk.host`
            (in a container it listens on its own address).
        prompts: the folder of the announcements as this Asterisk sees it.
    """
    values = {
        **directories(runtime, home),
        **_trunk(settings),
        **_rtp(settings),
        "http_bind": http_bind or settings.asterisk.host,
        "http_port": str(settings.asterisk.http_port),
        "ari_user": settings.asterisk.username,
        "ari_password": value(password),
        "app": settings.asterisk.app,
        "prompts": str(prompts),
        "absolute_seconds": str(settings.limits.max_call_seconds + ABSOLUTE_MARGIN_SECONDS),
    }
    _check_words(settings)
    return render_files([TEMPLATES], DIALPLAN / "extensions.conf", values)


def _check_words(settings: Settings) -> None:
    """Names that become section names or arguments must be plain words."""
    for key, text in [
        ("asterisk.app", settings.asterisk.app),
        ("asterisk.username", settings.asterisk.username),
    ]:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", text):
            raise ConfigError(str(settings.file), key, text, "letters, digits, - and _")


def _lines(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{key} = {text}" for key, text in pairs.items())


def _trunk(settings: Settings) -> dict[str, str]:
    trunk = settings.trunk
    tls = trunk.transport == "tls"
    transport = _outside_addresses(settings)
    if tls:
        transport |= {"method": "tlsv1_2", "ca_list_path": "/etc/ssl/certs", "verify_server": "yes"}
    suffix = "" if trunk.transport == "udp" else f"\\;transport={trunk.transport}"
    scheme = "sip"
    host = f"[{trunk.host}]" if ":" in trunk.host else trunk.host
    return {
        "trunk_transport": trunk.transport,
        "trunk_transport_extra": _lines(transport),
        "trunk_bind": f"{trunk.local_host}:{trunk.local_port}",
        "trunk_uri": f"{scheme}:{value(host)}:{trunk.port}{suffix}",
        # A carrier on this machine (the demo) is known by its port as well, so that
        # nothing else that comes from this machine is taken for it.
        "trunk_match": f"{host}:{trunk.port}" if is_loopback(trunk.host) else value(trunk.host),
        "trunk_qualify": "1" if is_loopback(trunk.host) else "15",
        "trunk_endpoint_extra": _lines(_trunk_endpoint(settings, host)),
        "trunk_login": _trunk_login(settings, host, suffix),
    }


def _trunk_endpoint(settings: Settings, host: str) -> dict[str, str]:
    trunk = settings.trunk
    extra = {"from_domain": value(host)}
    if trunk.caller_id_style == "PAI":
        extra["send_pai"] = "yes"
    elif trunk.caller_id_style == "RPID":
        extra["send_rpid"] = "yes"
    if trunk.transport == "tls":
        # Encrypted sound where the carrier can; many that offer TLS cannot.
        extra |= {"media_encryption": "sdes", "media_encryption_optimistic": "yes"}
    if trunk.username:
        extra["outbound_auth"] = "trunk"
    return extra | media_address(settings)


def _trunk_login(settings: Settings, host: str, suffix: str) -> str:
    trunk = settings.trunk
    if not trunk.username:
        return ""
    name = value(trunk.username)
    auth = {"type": "auth", "auth_type": "userpass", "username": name}
    text = "\n[trunk]\n" + _lines(auth | {"password": value(trunk.password)}) + "\n"
    if trunk.register:
        registration = {
            "type": "registration",
            "transport": "transport-trunk",
            "outbound_auth": "trunk",
            "server_uri": f"sip:{value(host)}:{trunk.port}{suffix}",
            "client_uri": f"sip:{name}@{value(host)}",
            "contact_user": name,
            "retry_interval": "30",
            "forbidden_retry_interval": "300",
            "expiration": "600",
            # Calls in are known by a token in our contact, from whatever address they come.
            "line": "yes",
            "endpoint": "trunk",
        }
        text += "\n[trunk]\n" + _lines(registration) + "\n"
    return text


def media_address(settings: Settings) -> dict[str, str]:
    """Endpoint fields that keep sound on `rtp.bind`; nothing where that is any address."""
    if is_any(settings.rtp.bind):
        return {}
    return {"media_address": settings.rtp.bind, "bind_rtp_to_media_address": "yes"}


def browser_endpoint(settings: Settings) -> dict[str, str]:
    """Fields of a browser's endpoint, to be pushed as `res_pjsip/endpoint/<user>`.

    The caller adds `auth` and `aors`. The DTLS certificate (EC) is made by Asterisk for
    each session: nothing to keep secret on the disk, and it costs about a millisecond.
    """
    return {
        "transport": "transport-ws",
        "context": "from-browser",
        "disallow": "all",
        "allow": "alaw",
        "webrtc": "yes",
        "dtls_auto_generate_cert": "yes",
        "direct_media": "no",
        "rtp_timeout": "15",
        "rtp_timeout_hold": "300",
        "dtmf_mode": "rfc4733",
        "allow_transfer": "no",
        "allow_subscribe": "no",
        "identify_by": "username",
        **media_address(settings),
    }


def _outside_addresses(settings: Settings) -> dict[str, str]:
    """What a transport tells to far ends outside, behind a one-to-one NAT."""
    if not settings.rtp.external_address:
        return {}
    address = value(settings.rtp.external_address)
    return {
        "external_media_address": address,
        "external_signaling_address": address,
        "local_net": "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
    }


def _rtp(settings: Settings) -> dict[str, str]:
    return {
        "rtp_min": str(settings.rtp.port_min),
        "rtp_max": str(settings.rtp.port_max),
        "rtp_extra": _ice(settings.rtp),
        "ws_transport_extra": _lines(_outside_addresses(settings)),
    }


def _ice(rtp: Rtp) -> str:
    """Which of our addresses browsers are told to send sound to.

    Asterisk 22 offers every address of the machine but loopback, whatever address the
    sound is bound to. So: bound to one address, only that one is left; bound to loopback,
    the others are told as that; behind NAT, the outside address is told as well.
    """
    if is_loopback(rtp.bind):
        told = dict.fromkeys(own_addresses(), rtp.bind)
        return "\n[ice_host_candidates]\n" + "\n".join(f"{a} => {b}" for a, b in told.items())
    text = ""
    if not is_any(rtp.bind):
        text = f"ice_deny = 0.0.0.0/0.0.0.0\nice_deny = ::/0\nice_permit = {rtp.bind}\n"
    if rtp.external_address:
        inside = own_address(rtp.external_address) if is_any(rtp.bind) else rtp.bind
        outside = value(rtp.external_address)
        text += f"\n[ice_host_candidates]\n{inside} => {outside},include_local_address\n"
    return text
