"""Receiving webhooks: a small server of our own, and the services that send to it."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from pbx.hook_sender import HttpHookSender, networks
from pbx.sealing import AesSeal
from pbx.services.hooks import HookRules
from pbx.services.integration import Integration, integration_of
from pbx.services.work import WorkService
from pbx.store import Database
from tests.support.exchange import Exchange

LOOPBACK = ("127.0.0.0/8",)
RULES = HookRules(retry_seconds=(5, 300), alarm_minutes=60, keep_days=30)


def integration_on(
    database: Database, exchange: Exchange, work: WorkService, rules: HookRules = RULES
) -> Integration:
    """As the wiring makes it, with the exchange's clock; it may send to this machine."""
    return integration_of(
        database,
        sender=HttpHookSender(networks(LOOPBACK), 10),
        seal=AesSeal(b"h" * 32),
        alarms=exchange.alarms,
        links=exchange.links,
        board=exchange.board,
        notifier=exchange.notifier,
        share=work.phone_share,
        clock=exchange.clock,
        rules=rules,
    )


@dataclass
class Received:
    """One request, as it came."""

    id: str
    timestamp: int
    signatures: list[str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Worked out anew, from the words of Standard Webhooks alone."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = self.id.encode() + b"." + str(self.timestamp).encode() + b"." + self.body
        mac = hmac.new(key, signed, hashlib.sha256).digest()
        return "v1," + base64.b64encode(mac).decode() in self.signatures


@dataclass
class Receiver:
    """Answers with the next of `answers`, else with 204; keeps everything that came."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    effects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was accepted, by id: what comes twice has one effect."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared: requests wait, and get no answer."""

    def __post_init__(self) -> None:
        self.open.set()

    async def take(self, request: web.Request) -> web.Response:
        came = Received(
            request.headers["webhook-id"],
            int(request.headers["webhook-timestamp"]),
            request.headers["webhook-signature"].split(),
            await request.read(),
        )
        self.requests.append(came)
        await self.open.wait()
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            self.effects[came.id] = came.told
        return web.Response(status=status, text="" if status == 204 else "no")

    async def until(self, done: Callable[[], bool], seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while not done():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hooks", receiver.take)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hooks"))
        yield receiver
