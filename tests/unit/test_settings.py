"""The settings loader, and the rule that every setting is documented."""

import re
import subprocess
import sys
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from pbx.errors import ConfigError
from pbx.settings import ROOT, SECTIONS, Settings
from pbx.settings_file import load

EXAMPLE = ROOT / "config" / "pbx.example.toml"
DEMO = ROOT / "config" / "pbx.toml"


def write(folder: Path, text: str) -> Path:
    file = folder / "pbx.toml"
    file.write_text(text, encoding="utf-8")
    return file


def read(folder: Path, text: str, **environ: str) -> Settings:
    return load(write(folder, text), folder / "data", environ)


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path, "")
    assert settings.http.port == 8080
    assert settings.trunk.caller_id_style == "PAI"
    assert settings.numbers.head_office == "+4922182829980"
    assert settings.voicemail.end_silence_seconds == 6


def test_the_file_counts_more_than_the_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path, '[trunk]\nport = 5099\n[countries]\nallowed = ["DE", "ES"]\n')
    assert settings.trunk.port == 5099
    assert settings.countries.allowed == ("DE", "ES")


def test_the_environment_counts_more_than_the_file(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "[trunk]\nport = 5099\n",
        PBX_TRUNK__PORT="5098",
        PBX_TRUNK__REGISTER="yes",
        PBX_TRUNK__USERNAME="4711",
        PBX_COUNTRIES__ALLOWED="DE, FR",
        PBX_SMTP__RETRY_MINUTES="1,2",
    )
    assert settings.trunk.port == 5098
    assert settings.trunk.register is True
    assert settings.countries.allowed == ("DE", "FR")
    assert settings.smtp.retry_minutes == (1, 2)


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret;with semicolon\n")
    settings = read(tmp_path, "", PBX_TRUNK__PASSWORD_FILE=str(secret))
    assert settings.trunk.password == "s3cret;with semicolon"
    with pytest.raises(ConfigError, match=r"PBX_TRUNK__PASSWORD_FILE.*trunk\.password"):
        read(tmp_path, "", PBX_TRUNK__PASSWORD_FILE=str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("text", "key", "found", "expected"),
    [
        ("[trunk]\nport = 70000\n", "trunk.port", 70000, "from 1 to 65535"),
        ('[trunk]\nport = "5060"\n', "trunk.port", "5060", "a whole number"),
        ("[trunk]\nregister = 1\n", "trunk.register", 1, "true or false"),
        ('[trunk]\ntransport = "sctp"\n', "trunk.transport", "sctp", '"udp"'),
        ("[trunk]\nprot = 5060\n", "trunk.prot", "an unknown key", "port"),
        ("[trunks]\nport = 1\n", "trunks", "an unknown section", "trunk"),
        ("trunk = 3\n", "trunk", 3, "a section"),
        ('[countries]\nallowed = "DE"\n', "countries.allowed", "DE", "a list"),
        ('[countries]\nallowed = ["Germany"]\n', "countries.allowed[0]", "Germany", "ISO 3166"),
        ("[trunk]\nverified_numbers = [1]\n", "trunk.verified_numbers[0]", 1, "text"),
        ('[numbers]\nhead_office = "0221"\n', "numbers.head_office", "0221", "E.164"),
        ("[rtp]\nport_min = 20000\nport_max = 20005\n", "rtp.port_max", 20005, "20010"),
        ("[trunk]\nregister = true\n", "trunk.username", "", "a user name"),
        ("[asterisk]\nmanaged = false\n", "asterisk.password", "", "a password"),
        ("[voicemail]\nrecipients = []\n", "voicemail.recipients", [], "mail address"),
    ],
)
def test_what_is_wrong_is_told_with_file_key_found_and_expected(
    tmp_path: Path, text: str, key: str, found: object, expected: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert caught.value.file == str(tmp_path / "pbx.toml")
    assert (caught.value.key, caught.value.found) == (key, found)
    assert expected in caught.value.expected


def test_the_head_office_must_be_a_verified_number(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"trunk\.verified_numbers.*\+49301234567"):
        read(tmp_path, '[numbers]\nhead_office = "+49301234567"\n')


def test_a_wrong_variable_is_named_instead_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "", PBX_HTTP__PORT="eighty")
    assert (caught.value.file, caught.value.key) == ("PBX_HTTP__PORT", "http.port")


def test_a_secret_of_the_wrong_type_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "[smtp]\npassword = 12345\n")
    assert "12345" not in str(caught.value)


def test_a_missing_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none\\.toml"):
        load(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="valid TOML"):
        read(tmp_path, "[trunk\n")


def test_paths_are_below_the_data_folder(tmp_path: Path) -> None:
    settings = read(tmp_path, "")
    data = (tmp_path / "data").resolve()
    assert settings.database_url == f"sqlite+aiosqlite:///{data}/pbx.sqlite3"
    assert settings.recordings_dir == data / "recordings"
    assert settings.config_file("countries.toml") == tmp_path.resolve() / "countries.toml"


# ------------------------------------------------------------------ documentation


def documented(text: str) -> dict[str, str]:
    """`section.key` -> the comment above it (or above the line before, without a gap)."""
    found, section, comment, fresh = {}, "", "", True
    for line in text.splitlines():
        if line.startswith("#"):
            comment = line if fresh else f"{comment}\n{line}"
            fresh = False
        elif match := re.match(r"\[(\w+)\]$", line):
            section, comment, fresh = match[1], "", True
        elif match := re.match(r"(\w+) = ", line):
            found[f"{section}.{match[1]}"] = comment
            fresh = True
        elif not line:
            comment, fresh = "", True
    return found


ALL = {f"{s}.{f.name}": f for s, cls in SECTIONS.items() if s != "demo" for f in fields(cls)}


def test_the_example_documents_every_setting_and_no_other() -> None:
    found = documented(EXAMPLE.read_text(encoding="utf-8"))
    assert set(found) == set(ALL)
    bare = [key for key, comment in found.items() if not comment]
    assert bare == [], "settings without a comment"


def test_the_example_tells_every_default_and_limit() -> None:
    found = documented(EXAMPLE.read_text(encoding="utf-8"))
    for key, field in ALL.items():
        comment = " ".join(found[key].replace("#", " ").split())
        assert "Default" in comment, key
        assert field.default is not MISSING
        if isinstance(field.default, int) and not isinstance(field.default, bool):
            assert re.search(rf"\b{field.default}\b", comment), f"default of {key}"
        if isinstance(field.default, str):
            assert (
                f'"{field.default}"' in comment
                or '""' in comment
                or (field.default == "" and 'Defaults "".' in comment)
            ), f"default of {key}"


@pytest.mark.parametrize("file", [EXAMPLE, DEMO], ids=lambda f: f.name)
def test_shipped_files_load_and_have_their_sections_in_order(file: Path, tmp_path: Path) -> None:
    settings = load(file, tmp_path, {})
    assert settings.config_file(settings.countries.file).parent == file.parent
    sections = re.findall(r"^\[(\w+)\]$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert sections == [s for s in SECTIONS if s != "demo" or file == DEMO]


def test_the_demo_stays_on_this_machine(tmp_path: Path) -> None:
    settings = load(DEMO, tmp_path, {})
    hosts = {
        settings.http.host,
        settings.asterisk.host,
        settings.trunk.host,
        settings.trunk.local_host,
        settings.rtp.bind,
        settings.smtp.host,
    }
    assert hosts == {"127.0.0.1"}


# ------------------------------------------------------------------ the network

RELAY = 'urls = ["turns:turn.example.test:443?transport=tcp"]'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"[turn]\n{RELAY}\n", "turn.secret"),
        ('[turn]\nsecret = "north"\n', "turn.urls"),
        ('[turn]\nsecret = "north"\nurls = ["turn.example.test"]\n', "turn.urls[0]"),
        ('[turn]\nsecret = "north"\nurls = ["turn:t?transport=tls"]\n', "turn.urls[0]"),
        ('[turn]\nstun_urls = ["turn:t:3478"]\n', "turn.stun_urls[0]"),
        ('[push]\ncontact = "office@example.test"\n', "push.contact"),
        ('[push]\nallowed_hosts = ["https://push.example.test"]\n', "push.allowed_hosts[0]"),
        ('[push]\nallowed_hosts = ["test"]\n', "push.allowed_hosts[0]"),
    ],
)
def test_a_half_configured_network_is_told(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert caught.value.key == key


def test_a_relay_with_its_secret(tmp_path: Path) -> None:
    settings = read(tmp_path, f"[turn]\n{RELAY}\n", PBX_TURN__SECRET="north")
    assert settings.turn.secret == "north"
    assert read(tmp_path, "[push]\nallowed_hosts = []\n").push.allowed_hosts == ()


def test_the_command_that_the_readme_names_is_installed() -> None:
    command = Path(sys.executable).parent / "pbx"
    done = subprocess.run([command, "check", "--config", EXAMPLE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
