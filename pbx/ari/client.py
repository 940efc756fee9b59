"""Our ARI client: events and REST on one WebSocket.

The reader only decodes: it resolves the future of a request, or hands an event to
`on_event`, which must not block (put it into a queue). A slow handler therefore never
delays the reader. The connection is made again with back-off; `ApplicationReplaced`
is fatal, because two controllers must never drive the same calls.
"""

import asyncio
import base64
import contextlib
import itertools
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from pbx.ari import events, wire
from pbx.ari.errors import AriRefused, AriReplaced, AriUnreachable

log = logging.getLogger(__name__)

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 5.0
QUEUE_FRAMES = 10_000
"""Frames that may wait between the socket and the reader; websockets stops reading at 16
by default, and Asterisk closes a socket that it cannot write to."""


class AriClient:
    """One application on one Asterisk.

    Args:
        host, port: Asterisk's HTTP server, loopback only.
        app: name of the Stasis application.
        username, password: an ARI user; sent as a header, never in a URL or a log.
        on_event: called by the reader for each event; must return at once.
        on_up: called after each (re)connection, before the first event is handed over.
        on_down: called when the connection is lost.
        request_timeout: seconds that a request may take.
        ping_seconds: interval of our own ping over the same socket.
    """

    def __init__(
        self,
        host: str,
        port: int,
        app: str,
        username: str,
        password: str,
        *,
        on_event: Callable[[events.AriEvent], None],
        on_up: Callable[[], None],
        on_down: Callable[[], None],
        request_timeout: float = 5.0,
        ping_seconds: float = 5.0,
    ) -> None:
        self._base = f"{host}:{port}/ari"
        self._app = app
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}"}
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._timeout = request_timeout
        self._ping_seconds = ping_seconds
        self._socket: ClientConnection | None = None
        self._waiting: dict[str, asyncio.Future[wire.RestResponse]] = {}
        self._ids = itertools.count(1)
        self._http: aiohttp.ClientSession | None = None

    @property
    def connected(self) -> bool:
        return self._socket is not None

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            AriReplaced: another client registered the same application.
        """
        delay = FIRST_DELAY_SECONDS
        try:
            while True:
                try:
                    async with self._connection() as socket:
                        delay = FIRST_DELAY_SECONDS
                        await self._serve(socket)
                except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as e:
                    log.warning("ari: %s", _why(e))
                except (AriUnreachable, AriRefused) as e:
                    log.warning("ari: %s", e)
                await asyncio.sleep(delay * random.uniform(0.8, 1.2))
                delay = min(delay * 2, LONGEST_DELAY_SECONDS)
        finally:
            if self._http:
                await self._http.close()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[ClientConnection]:
        async with connect(
            f"ws://{self._base}/events?app={quote(self._app)}",
            additional_headers=self._headers,
            max_queue=QUEUE_FRAMES,
            ping_interval=None,
            open_timeout=self._timeout,
            close_timeout=1,
            compression=None,
            proxy=None,
        ) as socket:
            yield socket

    async def _serve(self, socket: ClientConnection) -> None:
        """Read until the socket is lost or Asterisk no longer answers our ping."""
        self._socket = socket
        stopped = False
        reader = asyncio.create_task(self._read(socket), name="ari-reader")
        minder = asyncio.create_task(self._mind(), name="ari-minder")
        try:
            done, _ = await asyncio.wait({reader, minder}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except asyncio.CancelledError:
            stopped = True
            raise
        finally:
            self._socket = None
            for task in (reader, minder):
                task.cancel()
            await asyncio.gather(reader, minder, return_exceptions=True)
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(AriUnreachable("the connection was lost"))
            self._waiting.clear()
            if not stopped:
                self._on_down()

    async def _mind(self) -> None:
        """Set the filter, tell that we are up, then ping for ever."""
        await self.request(
            "PUT",
            f"applications/{quote(self._app)}/eventFilter",
            {"allowed": [{"type": name} for name in (*events.USED, "RESTResponse")]},
        )
        self._on_up()
        while True:
            await asyncio.sleep(self._ping_seconds)
            await self.request("GET", "asterisk/ping")

    async def _read(self, socket: ClientConnection) -> None:
        async for text in socket:
            match wire.read(text):
                case wire.RestResponse() as response:
                    future = self._waiting.pop(response.request_id, None)
                    if future and not future.done():
                        future.set_result(response)
                case events.ApplicationReplaced():
                    raise AriReplaced(f"another client took the application {self._app!r}")
                case events.AriEvent() as event:
                    log.debug("< %s", event)
                    self._on_event(event)
                case wire.Unusable(why):
                    log.warning("ari: unusable frame: %s", why)
        raise AriUnreachable("Asterisk closed the connection")

    async def request(self, method: str, uri: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request, wait for its answer; the decoded JSON body or None.

        Raises:
            AriUnreachable: no connection, or no answer in time.
            AriRefused: a status of 400 or more.
        """
        socket = self._socket
        if socket is None:
            raise AriUnreachable("not connected")
        request_id = str(next(self._ids))
        future: asyncio.Future[wire.RestResponse] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        try:
            async with asyncio.timeout(self._timeout):
                await socket.send(wire.request(request_id, method, uri, body))
                response = await future
        except TimeoutError:
            raise AriUnreachable(f"no answer to {method} {uri} in {self._timeout} s") from None
        except ConnectionClosed as e:
            raise AriUnreachable(_why(e)) from e
        finally:
            self._waiting.pop(request_id, None)
        log.debug("> %s %s: %s", method, uri, response.status)
        if response.status >= 400:
            words = response.body.get("message") if isinstance(response.body, dict) else None
            raise AriRefused(method, uri, response.status, words or response.reason)
        return response.body

    async def download(self, uri: str) -> bytes:
        """A binary answer, which the WebSocket cannot carry, over HTTP.

        Raises:
            AriUnreachable, AriRefused: as `request`.
        """
        if self._http is None:
            self._http = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=60)
            )
        try:
            async with self._http.get(f"http://{self._base}/{uri}") as response:
                if response.status >= 400:
                    raise AriRefused("GET", uri, response.status, response.reason or "")
                return await response.read()
        except (aiohttp.ClientConnectionError, TimeoutError) as e:
            raise AriUnreachable(f"GET {uri}: {type(e).__name__}") from e


def _why(e: BaseException) -> str:
    """An error in words; OSError's of a refused connection are long and repeat addresses."""
    return f"{type(e).__name__}: {e}".replace("\n", " ")[:200]
