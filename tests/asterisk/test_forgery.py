"""Who sends SIP to the exchange and is not the carrier gets nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pbx.asterisk.process import pbx_process
from pbx.settings import Settings
from tests.support.telephony import demo_settings, runtime

STRANGER = "127.0.0.2"
"""Another address on loopback: the carrier's is 127.0.0.1."""
INVITE = """INVITE sip:+4922182829980@127.0.0.1:{port} SIP/2.0
Via: SIP/2.0/UDP {host}:{source};branch=z9hG4bK-{user}
Max-Forwards: 70
From: <sip:{user}@127.0.0.1>;tag=1
To: <sip:+4922182829980@127.0.0.1>
Call-ID: forged-{user}@{host}
CSeq: 1 INVITE
Contact: <sip:{user}@{host}:{source}>
P-Asserted-Identity: <sip:+4930123456@127.0.0.1>
Content-Length: 0

"""


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncIterator[Settings]:
    made = demo_settings(tmp_path)
    process = pbx_process(made, runtime())
    await process.start()
    yield made
    await process.stop()


@pytest.mark.parametrize("user", ["trunk", "+4930123456", "anonymous"])
async def test_a_strangers_call_is_not_taken(settings: Settings, user: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind((STRANGER, 0))
        stranger.setblocking(False)
        port = settings.trunk.local_port
        text = INVITE.format(port=port, host=STRANGER, source=stranger.getsockname()[1], user=user)
        loop = asyncio.get_running_loop()
        await loop.sock_sendto(stranger, text.replace("\n", "\r\n").encode(), ("127.0.0.1", port))
        answer = (await asyncio.wait_for(loop.sock_recv(stranger, 4096), 5)).decode()
    assert answer.startswith("SIP/2.0 401"), answer
