"""A STUN server that never answers does not keep a call waiting."""

import socket
from collections.abc import Callable

import pytest

from pbx.demo.subscribers import STEMS
from tests.support.api import MANAGER, VPA1, Api, at
from tests.support.browsing import OpenPhone
from tests.support.far import A_HERTZ, ENDINGS
from tests.support.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

START_SECONDS = 1.5


async def test_a_call_starts_although_no_stun_server_answers(
    own_stack: Callable[..., Stack], open_phone: OpenPhone
) -> None:
    number = STEMS["DE"] + ENDINGS[A_HERTZ]
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.setblocking(False)
        port = silent.getsockname()[1]
        stack = own_stack(PBX_TURN__STUN_URLS=f"stun:127.0.0.1:{port}")
        phone = await open_phone(VPA1, url=stack.url)
        clicked = await phone.call(number.removeprefix("+49"))
        await phone.reaches("talking")
        async with Api(stack.url, MANAGER) as manager:
            carrier = await manager.carrier_call(number, "answered_at")
        took = at(carrier["invited_at"]) - clicked
        print(f"the network had the call after {took:.2f} s")
        assert took < START_SECONDS
        await phone.hears(A_HERTZ)
        asked = silent.recv(2048)
        assert asked[4:8] == bytes.fromhex("2112a442"), "a STUN request (RFC 8489) was made"
        await phone.hang_up()
