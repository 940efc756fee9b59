"""Starting, finding again and stopping a real Asterisk."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx.asterisk.config import browser_endpoint, pbx_files
from pbx.asterisk.ports import check_ports
from pbx.asterisk.process import AsteriskFailed, AsteriskProcess, living, pbx_process
from pbx.settings import ROOT, Settings
from tests.support.telephony import BareAri, demo_settings, runtime, until


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return demo_settings(tmp_path)


@pytest.fixture
async def asterisk(settings: Settings) -> AsyncIterator[AsteriskProcess]:
    process = pbx_process(settings, runtime())
    await process.start()
    yield process
    await process.stop()


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}/exe").exists()


async def test_it_starts_answers_and_leaves_nothing(settings: Settings) -> None:
    process = pbx_process(settings, runtime())
    assert check_ports(settings) == []
    assert await process.start() is False
    pid = process.pid
    assert pid is not None
    async with BareAri(process, settings.asterisk.app) as ari:
        info = await ari.do("GET", "asterisk/info")
        assert info["system"]["version"].startswith("22.")
        assert str(process.home.conf) in Path(f"/proc/{pid}/cmdline").read_text()
    await process.stop()
    assert not exists(pid)
    assert process.pid is None
    assert not process.home.pid_file.exists()
    assert check_ports(settings) == []
    await process.stop()  # again: harmless


async def test_every_module_of_the_list_runs(asterisk: AsteriskProcess, settings: Settings) -> None:
    async with BareAri(asterisk, settings.asterisk.app) as ari:
        modules = await ari.do("GET", "asterisk/modules")
    assert len(modules) > 80
    assert [m["name"] for m in modules if m["status"] != "Running"] == []
    text = (asterisk.home.log / "messages").read_text()
    assert [line for line in text.splitlines() if " ERROR[" in line] == []


async def test_only_the_ari_user_gets_in(asterisk: AsteriskProcess, settings: Settings) -> None:
    async with BareAri(asterisk, settings.asterisk.app) as ari:
        ari._session.headers["Authorization"] = "Basic d3Jvbmc6d3Jvbmc="
        assert (await ari.ask("GET", "asterisk/info"))[0] == 401


CONTROLLER = """
import asyncio, os, sys
from pathlib import Path
from pbx.asterisk.process import pbx_process
from pbx.settings_file import load
from tests.support.telephony import runtime
settings = load(Path(sys.argv[1]), Path(sys.argv[2]), {})
asyncio.run(pbx_process(settings, runtime()).start())
os._exit(9)
"""


async def crashed_controller(settings: Settings) -> None:
    """A controller that starts Asterisk and dies without any farewell."""
    command = [sys.executable, "-c", CONTROLLER, str(settings.file), str(settings.data)]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == 9


async def test_a_killed_controllers_asterisk_is_adopted_and_can_be_stopped(
    settings: Settings,
) -> None:
    await crashed_controller(settings)
    process = pbx_process(settings, runtime())
    pid = living(process.home)
    assert pid is not None
    assert check_ports(settings) == [], "its ports do not count as taken"
    assert await process.start() is True
    assert process.pid == pid
    await process.stop()
    assert not exists(pid)


async def test_an_asterisk_that_would_not_answer_is_replaced(
    settings: Settings, tmp_path: Path
) -> None:
    await crashed_controller(settings)
    before = living(pbx_process(settings, runtime()).home)
    other = demo_settings(tmp_path)
    changed = replace(settings, asterisk=other.asterisk)
    process = pbx_process(changed, runtime())
    try:
        assert await process.start() is False
        assert process.pid != before
        assert before is not None
        assert not exists(before)
    finally:
        await process.stop()


async def test_one_that_dies_at_start_tells_its_last_words(settings: Settings) -> None:
    process = pbx_process(settings, runtime())
    files = {**process.files, "modules.conf": "[modules]\nautoload=no\nrequire=no_such_thing.so\n"}
    process.files = files
    with pytest.raises(AsteriskFailed, match="no_such_thing"):
        await process.start()
    assert process.pid is None


@pytest.mark.parametrize("transport", ["tcp", "tls"])
async def test_other_transports_start(tmp_path: Path, transport: str) -> None:
    settings = demo_settings(tmp_path, f'transport = "{transport}"')
    process = pbx_process(settings, runtime())
    await process.start()
    async with BareAri(process, settings.asterisk.app) as ari:
        trunk = await ari.do("GET", "endpoints/PJSIP/trunk")
    # Asked while it runs, the port is taken: it does listen.
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", settings.trunk.local_port)) == 0
    await process.stop()
    assert trunk["resource"] == "trunk"
    errors = [
        line
        for line in (process.home.log / "messages").read_text().splitlines()
        if " ERROR[" in line
        # Nobody is at the other end, so asking whether the carrier is there may fail.
        and "sending OPTIONS request to endpoint trunk" not in line
    ]
    assert errors == []


async def test_a_very_long_data_folder_works(tmp_path: Path) -> None:
    deep = tmp_path / ("long-name-" * 12) / "with space"
    deep.mkdir(parents=True)
    settings = demo_settings(deep)
    process = pbx_process(settings, runtime())
    await process.start()
    assert not str(process.home.run).startswith(str(deep))
    await process.stop()


class SipListener(asyncio.DatagramProtocol):
    """A UDP port that keeps what it is sent."""

    def __init__(self) -> None:
        self.received: list[str] = []

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self.received.append(data.decode())


async def test_a_pushed_browser_endpoint_offers_encrypted_sound_on_the_bound_address(
    asterisk: AsteriskProcess, settings: Settings
) -> None:
    loop = asyncio.get_running_loop()
    transport, listener = await loop.create_datagram_endpoint(
        SipListener, local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    # A browser is called over WebSocket; for a look at the offer UDP will do.
    endpoint = {**browser_endpoint(settings), "transport": "transport-trunk"}
    objects = {
        "auth": {"auth_type": "userpass", "username": "b1", "password": "x" * 32},
        "aor": {"contact": f"sip:b1@127.0.0.1:{port}"},
        "endpoint": {**endpoint, "auth": "b1", "aors": "b1"},
    }
    async with BareAri(asterisk, settings.asterisk.app) as ari:
        for kind, fields in objects.items():
            body = {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]}
            await ari.do("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/b1", body)
        stored = await ari.do("GET", "asterisk/config/dynamic/res_pjsip/endpoint/b1")
        assert {f["attribute"]: f["value"] for f in stored}["webrtc"] == "yes"
        body = {"endpoint": "PJSIP/b1", "app": settings.asterisk.app, "channelId": "offer"}
        await ari.do("POST", "channels", body)
        offer = await until(
            lambda: next((t for t in listener.received if t.startswith("INVITE")), None)
        )
        await ari.do("DELETE", "channels/offer")
        for kind in ("endpoint", "aor", "auth"):
            await ari.do("DELETE", f"asterisk/config/dynamic/res_pjsip/{kind}/b1")
    transport.close()
    candidates = [line for line in offer.splitlines() if line.startswith("a=candidate")]
    assert candidates
    assert {line.split()[4] for line in candidates} == {"127.0.0.1"}
    ports = {int(line.split()[5]) for line in candidates}
    assert all(settings.rtp.port_min <= p <= settings.rtp.port_max for p in ports)
    assert "a=fingerprint:SHA-256" in offer
    assert "UDP/TLS/RTP/SAVPF 8" in offer, "PCMA and encrypted, nothing else"


def test_the_files_are_the_same_each_time(settings: Settings) -> None:
    process = pbx_process(settings, runtime())
    again = pbx_files(settings, runtime(), process.home, process.password)
    assert process.files == again
