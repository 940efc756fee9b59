"""SIP over WebSocket from the browser to Asterisk, on our own origin (RFC 7118).

Asterisk's HTTP port stays on loopback: a browser reaches it only through here, with a
session, and with the SIP account made for that session.
"""

import asyncio
import logging

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web

from pbx.errors import Unavailable
from pbx.services.hashing import hash_of
from pbx.web.api import Api, caller_of, handles

log = logging.getLogger(__name__)

SUBPROTOCOL = "sip"
MAX_MESSAGE_BYTES = 64 * 1024
OPEN: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("voice-sockets", set)
"""Browsers' sockets, to be closed when the exchange closes."""


@handles("voice")
async def voice(api: Api, request: web.Request) -> web.StreamResponse:
    caller = caller_of(request)
    account = await api.voice.ensure(caller.user.id, caller.secret)
    async with aiohttp.ClientSession() as session:
        try:
            upstream = await session.ws_connect(
                api.voice_upstream, protocols=(SUBPROTOCOL,), max_msg_size=MAX_MESSAGE_BYTES
            )
        except aiohttp.ClientError as e:
            raise Unavailable(
                "voice-unreachable",
                "Die Sprachverbindung zur Telefonanlage ist gerade nicht möglich.",
                "The voice connection to the exchange is not possible right now.",
            ) from e
        browser = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), heartbeat=4, max_msg_size=MAX_MESSAGE_BYTES
        )
        await browser.prepare(request)
        request.app[OPEN].add(browser)
        api.voice.connected(account.username)
        pumps = [
            asyncio.create_task(_pump(browser, upstream), name="voice-up"),
            asyncio.create_task(_pump(upstream, browser), name="voice-down"),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            request.app[OPEN].discard(browser)
            if api.voice.disconnected(account.username):
                api.board.voice_lost(account.username)
                if not api.board.of_user(caller.user.id):
                    await api.voice.forget(hash_of(caller.secret))
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await upstream.close()
            await browser.close()
    return browser


async def close_all(app: web.Application) -> None:
    """Otherwise the server would wait for them to end by themselves."""
    sockets = app[OPEN]
    for browser in list(sockets):
        await browser.close(code=WSCloseCode.GOING_AWAY)


Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def _pump(source: Socket, target: Socket) -> None:
    """Text frames as they are, until one side closes."""
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await target.send_bytes(message.data)
