"""Callers who withhold their number: the network tells us, and nobody else learns it (F43)."""

import asyncio
import socket
from pathlib import Path

from pbx.asterisk.home import Home
from pbx.asterisk.process import pbx_process
from pbx.asterisk.witness import records_of
from tests.support.telephony import BareAri, demo_settings, runtime, until

HIDDEN = "+4915112345678"
INVITE = """INVITE sip:+4922182829980@127.0.0.1:{port} SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:{source};branch=z9hG4bK-{name}
Max-Forwards: 70
From: {who};tag=1
To: <sip:+4922182829980@127.0.0.1>
Call-ID: {name}@127.0.0.1
CSeq: 1 INVITE
Contact: <sip:carrier@127.0.0.1:{source}>
P-Asserted-Identity: <sip:{number}@127.0.0.1>
{privacy}Content-Length: 0

"""
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


async def test_the_number_is_asked_for_and_stands_nowhere(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    process = pbx_process(settings, runtime())
    await process.start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as carrier:
            carrier.bind(("127.0.0.1", settings.trunk.port))
            carrier.setblocking(False)
            async with BareAri(process, settings.asterisk.app) as ari:
                shown = await call(carrier, settings.trunk.local_port, ari, "shown", "")
                assert shown["caller"]["number"] == HIDDEN
                assert await asserted(ari, shown["id"]) == ""
                privacy = "Privacy: id\n"
                hidden = await call(carrier, settings.trunk.local_port, ari, "hidden", privacy)
                assert hidden["caller"]["number"] == ""
                assert await asserted(ari, hidden["id"]) == HIDDEN
                assert HIDDEN not in str([e for e in ari.events if hidden["id"] in str(e)])
                for channel in (shown, hidden):
                    await ari.do("DELETE", f"channels/{channel['id']}")
                records = await until(lambda: written(process.home), 10)
        assert len(records.splitlines()) == 2
        assert [HIDDEN in line for line in records.splitlines()].count(True) == 1
    finally:
        await process.stop()


async def call(
    carrier: socket.socket, port: int, ari: BareAri, name: str, privacy: str
) -> dict[str, dict[str, str]]:
    """The channel that this INVITE becomes."""
    who = ANONYMOUS if privacy else f"<sip:{HIDDEN}@127.0.0.1>"
    text = INVITE.format(
        port=port,
        source=carrier.getsockname()[1],
        name=name,
        who=who,
        number=HIDDEN,
        privacy=privacy,
    )
    before = len(ari.events)
    loop = asyncio.get_running_loop()
    await loop.sock_sendto(carrier, text.replace("\n", "\r\n").encode(), ("127.0.0.1", port))

    def arrived() -> dict[str, dict[str, str]] | None:
        found = (e for e in ari.events[before:] if e["type"] == "StasisStart")
        return next((e["channel"] for e in found), None)

    return await until(arrived)


async def asserted(ari: BareAri, channel: object) -> str:
    status, answer = await ari.ask("GET", f"channels/{channel}/variable?variable=ASSERTED")
    return "" if status == 404 else str(answer["value"])


def written(home: Home) -> str:
    """Asterisk's call records, once both calls are there."""
    file = records_of(home)
    text = file.read_text() if file.exists() else ""
    return text if len(text.splitlines()) >= 2 else ""
