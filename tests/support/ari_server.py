"""A small WebSocket server in the place of Asterisk, for our ARI client."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

Json = dict[str, Any]
Responder = Callable[["AriServer", ServerConnection, Json], Awaitable[None]]


async def ok(server: "AriServer", to: ServerConnection, request: Json) -> None:
    await server.answer(to, request, 200, {"uri": request["uri"]})


@dataclass
class AriServer:
    """Takes sockets, answers requests as `respond` says, and says what a test wants said."""

    respond: Responder = ok
    port: int = 0
    requests: list[Json] = field(default_factory=list)
    sockets: list[ServerConnection] = field(default_factory=list)
    handshakes: list[tuple[float, Request]] = field(default_factory=list)
    _server: Server | None = None

    async def start(self) -> None:
        self._server = await serve(
            self._serve, "127.0.0.1", self.port, process_request=self._handshake
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _handshake(self, _: ServerConnection, request: Request) -> Response | None:
        self.handshakes.append((time.monotonic(), request))
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        async for text in socket:
            request = json.loads(text)
            self.requests.append(request)
            if "eventFilter" in request["uri"] or request["uri"] == "asterisk/ping":
                await ok(self, socket, request)
            else:
                await self.respond(self, socket, request)

    async def answer(
        self, to: ServerConnection, request: Json, status: int, body: object = None
    ) -> None:
        raw = {
            "type": "RESTResponse",
            "request_id": request["request_id"],
            "status_code": status,
            "reason_phrase": "as you wish",
        }
        if body is not None:
            raw["message_body"] = json.dumps(body)
        await to.send(json.dumps(raw))

    async def say(self, *what: object) -> None:
        for each in what:
            await self.sockets[-1].send(each if isinstance(each, str | bytes) else json.dumps(each))
