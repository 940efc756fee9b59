"""Rendering Asterisk's configuration, ports, secrets; no Asterisk needed."""

import re
import socket
import stat
from pathlib import Path

import pytest

from pbx.asterisk.addresses import own_address, own_addresses
from pbx.asterisk.config import (
    DIALPLAN,
    TEMPLATES,
    ari_password,
    browser_endpoint,
    pbx_files,
    render,
    value,
    write,
)
from pbx.asterisk.home import Home, kept_secret, pbx_home
from pbx.asterisk.ports import check_ports
from pbx.asterisk.process import living
from pbx.asterisk.runtime import Runtime
from pbx.errors import ConfigError
from pbx.settings import Settings
from pbx.settings_file import load

RUNTIME = Runtime(("asterisk",), Path("/lib/modules"), Path("/share/asterisk"), "22.10.1")


def read(folder: Path, text: str = "") -> Settings:
    file = folder / "pbx.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, folder / "data", {})


def rendered(folder: Path, text: str = "", password: str = "secret") -> dict[str, str]:
    settings = read(folder, text)
    return pbx_files(settings, RUNTIME, pbx_home(settings), password)


def sections(text: str) -> list[tuple[str, dict[str, str]]]:
    """`[name]` and its `key = value` pairs, in order; comments and blank lines left out."""
    found: list[tuple[str, dict[str, str]]] = []
    for raw in text.splitlines():
        line = re.sub(r"(?<!\\);.*", "", raw).strip()
        if match := re.fullmatch(r"\[(.+)\]", line):
            found.append((match[1], {}))
        elif "=" in line:
            key, _, rest = line.partition("=")
            found[-1][1][key.strip()] = rest.lstrip("> ").strip().replace("\\;", ";")
    return found


def pjsip(files: dict[str, str], name: str, kind: str) -> dict[str, str]:
    return next(
        pairs
        for section, pairs in sections(files["pjsip.conf"])
        if section == name and pairs.get("type") == kind
    )


def has(files: dict[str, str], name: str, kind: str) -> bool:
    return any(s == name and p.get("type") == kind for s, p in sections(files["pjsip.conf"]))


def test_no_placeholder_is_left_and_every_template_is_used(tmp_path: Path) -> None:
    files = rendered(tmp_path)
    assert {f.name for f in TEMPLATES.glob("*.conf")} | {"extensions.conf"} <= set(files)
    assert [name for name, text in files.items() if "{{" in text] == []


def test_an_unknown_placeholder_is_an_error() -> None:
    assert render("a {{x}} ${b} c", {"x": "1"}) == "a 1 ${b} c"
    with pytest.raises(KeyError):
        render("{{nobody_knows}}", {})


def test_semicolons_do_not_start_a_comment_and_lines_cannot_be_smuggled_in() -> None:
    assert value("a;b") == "a\\;b"
    with pytest.raises(ValueError, match="line break"):
        value("a\n[other]")


def test_everything_is_on_loopback_by_default(tmp_path: Path) -> None:
    files = rendered(tmp_path)
    assert "bindaddr = 127.0.0.1" in files["http.conf"]
    assert pjsip(files, "transport-trunk", "transport")["bind"] == "127.0.0.1:5060"
    trunk = pjsip(files, "trunk", "endpoint")
    assert trunk["media_address"] == "127.0.0.1"
    assert trunk["bind_rtp_to_media_address"] == "yes"
    assert "0.0.0.0" not in "".join(files.values())


def test_a_carrier_on_this_machine_is_known_by_its_port_too(tmp_path: Path) -> None:
    here = rendered(tmp_path, "[trunk]\nport = 5070\n")
    assert pjsip(here, "trunk", "identify")["match"] == "127.0.0.1:5070"
    there = rendered(tmp_path, '[trunk]\nhost = "sip.example.test"\n')
    assert pjsip(there, "trunk", "identify")["match"] == "sip.example.test"


@pytest.mark.parametrize(
    ("style", "pai", "rpid"), [("PAI", "yes", None), ("RPID", None, "yes"), ("From", None, None)]
)
def test_caller_id_style(tmp_path: Path, style: str, pai: str | None, rpid: str | None) -> None:
    trunk = pjsip(
        rendered(tmp_path, f'[trunk]\ncaller_id_style = "{style}"\n'), "trunk", "endpoint"
    )
    assert (trunk.get("send_pai"), trunk.get("send_rpid")) == (pai, rpid)
    assert trunk["from_domain"] == "127.0.0.1"
    assert trunk["trust_id_inbound"] == "yes"


def test_a_trunk_with_an_account(tmp_path: Path) -> None:
    files = rendered(
        tmp_path,
        '[trunk]\nhost = "sip.example.test"\nport = 5061\ntransport = "tcp"\n'
        'username = "4711"\npassword = "a;b"\nregister = true\n',
    )
    auth = pjsip(files, "trunk", "auth")
    assert (auth["username"], auth["password"]) == ("4711", "a;b")
    assert pjsip(files, "trunk", "endpoint")["outbound_auth"] == "trunk"
    registration = pjsip(files, "trunk", "registration")
    assert registration["server_uri"] == "sip:sip.example.test:5061;transport=tcp"
    assert registration["client_uri"] == "sip:4711@sip.example.test"
    assert pjsip(files, "trunk", "aor")["contact"] == "sip:sip.example.test:5061;transport=tcp"


def test_a_trunk_without_an_account_neither_signs_in_nor_registers(tmp_path: Path) -> None:
    files = rendered(tmp_path)
    assert not has(files, "trunk", "auth")
    assert not has(files, "trunk", "registration")


def test_a_tls_trunk_checks_the_certificate(tmp_path: Path) -> None:
    files = rendered(tmp_path, '[trunk]\nhost = "sip.example.test"\ntransport = "tls"\n')
    transport = pjsip(files, "transport-trunk", "transport")
    assert (transport["protocol"], transport["verify_server"]) == ("tls", "yes")
    assert pjsip(files, "trunk", "endpoint")["media_encryption"] == "sdes"


def test_behind_nat_both_kinds_of_leg_tell_the_outside_address(tmp_path: Path) -> None:
    files = rendered(tmp_path, '[rtp]\nbind = "0.0.0.0"\nexternal_address = "198.51.100.7"\n')
    for transport in ("transport-trunk", "transport-ws"):
        pairs = pjsip(files, transport, "transport")
        assert pairs["external_media_address"] == "198.51.100.7"
    assert "media_address" not in pjsip(files, "trunk", "endpoint")
    assert f"{own_address('198.51.100.7')} => 198.51.100.7" in files["rtp.conf"]


def test_bound_to_loopback_browsers_are_told_loopback(tmp_path: Path) -> None:
    text = rendered(tmp_path)["rtp.conf"]
    for address in own_addresses():
        assert f"{address} => 127.0.0.1" in text


def test_bound_to_one_address_browsers_are_told_no_other(tmp_path: Path) -> None:
    text = rendered(tmp_path, '[rtp]\nbind = "192.0.2.77"\n')["rtp.conf"]
    assert "ice_deny = 0.0.0.0/0.0.0.0" in text
    assert "ice_permit = 192.0.2.77" in text
    assert "ice_host_candidates" not in text


def test_browsers_and_trunk_speak_g711_only_and_cannot_transfer(tmp_path: Path) -> None:
    browser = browser_endpoint(read(tmp_path))
    trunk = pjsip(rendered(tmp_path), "trunk", "endpoint")
    assert (browser["allow"], trunk["allow"]) == ("alaw", "alaw,ulaw")
    for endpoint in (browser, trunk):
        assert endpoint["disallow"] == "all"
        assert endpoint["allow_transfer"] == "no"
        assert endpoint["direct_media"] == "no"
        assert int(endpoint["rtp_timeout"]) <= 60
    assert browser["media_address"] == "127.0.0.1"


def test_the_dialplan_reaches_the_controller_and_nothing_else(tmp_path: Path) -> None:
    text = rendered(tmp_path, '[asterisk]\napp = "office"\n')["extensions.conf"]
    lines = [line.split(";")[0].strip() for line in text.splitlines()]
    patterns = [line.split(",")[0] for line in lines if line.startswith("exten =>")]
    assert patterns == ["exten => _[+0-9]!", "exten => _[0-9a-f]!", "exten => s"]
    contexts = [line for line in lines if re.fullmatch(r"\[.*\]", line)]
    assert contexts == ["[general]", "[from-trunk]", "[from-browser]", "[echo]"]
    assert text.count("Stasis(office,") == 2
    assert "TIMEOUT(absolute)=15000" in text
    assert not re.search(r"\b(Dial|System|Shell|AGI|Transfer|include)\b", "\n".join(lines))


def test_the_modules_leave_out_what_nobody_needs(tmp_path: Path) -> None:
    text = rendered(tmp_path)["modules.conf"]
    loaded = set(re.findall(r"^(?:load|require) = (\w+)\.so$", text, re.MULTILINE))
    assert "autoload = no" in text
    unwanted = {
        *("app_system", "func_shell", "res_agi", "app_dial", "app_originate", "chan_iax2"),
        *("res_pjsip_refer", "res_pjsip_registrar", "res_pjsip_messaging"),
    }
    assert not loaded & unwanted


def test_names_that_would_break_the_syntax_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"asterisk\.app"):
        rendered(tmp_path, '[asterisk]\napp = "a,b"\n')
    bad = tmp_path / "a,b"
    bad.mkdir()
    with pytest.raises(ConfigError, match="without ','"):
        rendered(bad)


def test_files_are_for_their_owner_only_and_stale_ones_go(tmp_path: Path) -> None:
    home = Home(tmp_path / "asterisk")
    write({"a.conf": "1", "b.conf": "2"}, home)
    write({"a.conf": "3"}, home)
    assert [f.name for f in home.etc.iterdir()] == ["a.conf"]
    assert (home.etc / "a.conf").read_text() == "3"
    assert stat.S_IMODE((home.etc / "a.conf").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.etc.stat().st_mode) == 0o700


def test_a_socket_path_that_would_be_too_long_is_elsewhere(tmp_path: Path) -> None:
    short, long = Home(Path("/data/asterisk")), Home(Path("/data") / ("x" * 120))
    assert short.run == Path("/data/asterisk/run")
    assert len(str(long.run / "asterisk.ctl")) <= 100
    assert Home(Path("/data") / ("y" * 120)).run != long.run


def test_the_ari_password_is_made_once_and_private(tmp_path: Path) -> None:
    settings = read(tmp_path)
    first = ari_password(settings)
    assert len(first) >= 24
    assert ari_password(settings) == first
    file = pbx_home(settings).path / "ari.secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept_secret(tmp_path / "other") != first
    given = load(settings.file, settings.data, {"PBX_ASTERISK__PASSWORD": "given"})
    assert ari_password(given) == "given"


@pytest.mark.parametrize("text", ["", "nonsense", "999999999"])
def test_a_pid_file_that_names_nothing_of_ours_is_ignored(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    home.pid_file.write_text(text)
    assert living(home) is None


def test_a_pid_file_that_names_another_program_is_ignored(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.pid_file.write_text("1")
    assert living(home) is None


# ------------------------------------------------------------------ ports


def on_free_ports(folder: Path, **ports: int) -> Settings:
    with socket.socket() as a, socket.socket() as b, socket.socket() as c:
        for s in (a, b, c):
            s.bind(("127.0.0.1", 0))
        http, ari, sip = (s.getsockname()[1] for s in (a, b, c))
    http, ari = ports.get("http", http), ports.get("ari", ari)
    return read(
        folder,
        f"[http]\nport = {http}\n[asterisk]\nhttp_port = {ari}\n"
        f"[trunk]\nlocal_port = {ports.get('sip', sip)}\n",
    )


def test_free_ports_are_no_problem(tmp_path: Path) -> None:
    assert check_ports(on_free_ports(tmp_path)) == []


def test_a_taken_port_is_told_with_the_setting_to_change(tmp_path: Path) -> None:
    with socket.socket() as other, socket.socket(type=socket.SOCK_DGRAM) as sip:
        other.bind(("127.0.0.1", 0))
        other.listen()
        sip.bind(("127.0.0.1", 0))
        http, local = other.getsockname()[1], sip.getsockname()[1]
        assert check_ports(on_free_ports(tmp_path, http=http, sip=local)) == [
            f"TCP port {http} is taken: change http.port (or PORT=n)",
            f"UDP port {local} is taken: change trunk.local_port",
        ]


def test_one_port_for_two_things_is_told(tmp_path: Path) -> None:
    (problem,) = check_ports(on_free_ports(tmp_path, http=18999, ari=18999))
    assert problem == (
        "TCP port 18999 is used by both http.port and asterisk.http_port: change asterisk.http_port"
    )


def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    settings = read(tmp_path, '[http]\nhost = "192.0.2.1"\n[asterisk]\nmanaged=false\npassword="x"')
    (problem,) = check_ports(settings)
    assert "192.0.2.1 is no address of this machine" in problem
    assert "http.port" in problem


def test_both_dialplans_avoid_patterns_that_match_a_lone_h() -> None:
    for file in (DIALPLAN / "extensions.conf", DIALPLAN / "carrier.conf"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^exten => _[.!X]?[.!],", text, re.MULTILINE), file
