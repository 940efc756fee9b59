"""docker/compose.yaml: valid for Docker Compose, and true to the program's settings."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest

from pbx.asterisk.config import pbx_files
from pbx.asterisk.home import pbx_home
from pbx.asterisk.runtime import Runtime
from pbx.settings import SECTIONS, Settings
from pbx.settings_file import load
from tests.docker.builder import ROOT, Failed
from tests.docker.composition import here, make_secrets
from tests.docker.conftest import Built

pytestmark = pytest.mark.timeout(900)

Composition = dict[str, Any]
OURS = ("asterisk", "configure", "controller", "turn")
INSIDE = Path("/opt/vermittlung")


@pytest.fixture
def settings(composition: Composition, tmp_path: Path) -> Settings:
    """What the controller reads in its container."""
    secrets = make_secrets(tmp_path)
    environment = {
        name: text.replace("/run/secrets", str(secrets))
        for name, text in composition["services"]["controller"]["environment"].items()
    }
    image = {"PBX_ASTERISK__MANAGED": "false", "PBX_HTTP__HOST": "0.0.0.0"}
    return load(ROOT / "config" / "pbx.toml", INSIDE / "data", {**image, **environment})


def test_what_must_be_set_is_asked_for(built: Built) -> None:
    with pytest.raises(Failed, match=r"required variable (DOMAIN|EXTERNAL_ADDRESS) is missing"):
        built.compose.config("/dev/null")


def test_ours_are_built_here_and_have_few_rights(composition: Composition) -> None:
    for name in OURS:
        service = composition["services"][name]
        assert (here(service["build"]["context"]) / service["build"]["dockerfile"]).is_file()
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_each_variable_is_a_setting(composition: Composition) -> None:
    known = {}
    for section, kind in SECTIONS.items():
        for field in kind.__dataclass_fields__.values():
            name = f"PBX_{section}__{field.name}".upper()
            known[name] = True
            if field.metadata.get("secret"):
                known[f"{name}_FILE"] = True
    controller = composition["services"]["controller"]
    names = {name for name in controller["environment"] if name.startswith("PBX_")}
    assert names
    assert names <= known.keys()
    assert composition["services"]["configure"]["environment"] == controller["environment"]


def test_files_exist_that_are_mounted(composition: Composition) -> None:
    for name, service in composition["services"].items():
        for volume in service.get("volumes", ()):
            if volume["type"] == "bind":
                assert here(volume["source"]).exists(), name


def test_the_settings_fit_networks_and_ports(composition: Composition, settings: Settings) -> None:
    services = composition["services"]
    exchange, controller = services["asterisk"], services["controller"]
    assert settings.asterisk.host == exchange["networks"]["ari"]["ipv4_address"]
    outside = exchange["networks"]["trunk"]["ipv4_address"]
    assert settings.rtp.bind == settings.trunk.local_host == outside
    assert not settings.asterisk.managed
    assert "@postgres/" in settings.database_url
    assert settings.http.address == "https://telefon.example.test"
    published = {(p["protocol"], p["target"], int(p["published"])) for p in exchange["ports"]}
    sound = range(settings.rtp.port_min, settings.rtp.port_max + 1)
    sip = settings.trunk.local_port
    assert published == {
        ("udp", sip, sip),
        ("tcp", sip, sip),
        *(("udp", port, port) for port in sound),
    }
    (web,) = controller["ports"]
    assert (web["host_ip"], web["target"]) == ("127.0.0.1", 8080)


def test_only_the_controller_reaches_asterisks_http_server(composition: Composition) -> None:
    assert composition["networks"]["ari"]["internal"]
    members = {
        name
        for name, service in composition["services"].items()
        if "ari" in (service.get("networks") or {})
    }
    assert members == {"asterisk", "controller"}
    assert composition["services"]["configure"]["network_mode"] == "none"


def test_asterisk_sees_every_folder_of_its_configuration(
    composition: Composition, settings: Settings
) -> None:
    home = pbx_home(settings)
    runtime = Runtime((), Path("/modules"), Path("/library"), "")
    files = pbx_files(settings, runtime, home, "secret", prompts=INSIDE / "recordings/prompts")
    assert f"bindaddr = {settings.asterisk.host}" in files["http.conf"]
    seen = {v["target"]: v for v in composition["services"]["asterisk"]["volumes"]}
    written = {v["target"]: v for v in composition["services"]["controller"]["volumes"]}
    assert str(home.path) in seen
    assert str(settings.recordings_dir) in seen
    for target, volume in seen.items():
        assert written[target]["source"] == volume["source"]


def test_the_relay_reaches_asterisk_only(composition: Composition, settings: Settings) -> None:
    relay, exchange = composition["services"]["turn"], composition["services"]["asterisk"]
    assert relay["environment"]["TURN_PEER"] == exchange["networks"]["trunk"]["ipv4_address"]
    assert relay["environment"]["TURN_ADDRESS"] == relay["networks"]["trunk"]["ipv4_address"]
    assert set(relay["networks"]) == {"trunk"}
    ports = {(p["protocol"], int(p["published"])) for p in relay["ports"]}
    told = {
        (url.rpartition("=")[2], int(re.findall(r"\d+", url)[-1])) for url in settings.turn.urls
    }
    assert told == ports == {("udp", 3478), ("tcp", 3478), ("tcp", 5349)}
    assert len(settings.turn.secret) == 32
    assert [s["source"] for s in relay["secrets"]] == ["turn-secret"]


def test_secrets_are_made_once(composition: Composition, tmp_path: Path) -> None:
    folder = make_secrets(tmp_path)
    first = {file.name: file.read_text() for file in folder.iterdir()}
    assert {Path(s["file"]).name for s in composition["secrets"].values()} == first.keys()
    assert len(first["asterisk-password"].strip()) == len(first["postgres-password"].strip()) == 32
    assert first["asterisk-password"] != first["postgres-password"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    make_secrets(tmp_path)
    assert {file.name: file.read_text() for file in folder.iterdir()} == first
