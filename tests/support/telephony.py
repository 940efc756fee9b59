"""A real Asterisk for tests: settings on free ports, bare ARI, and a look into WAV files."""

import array
import asyncio
import json
import math
import os
import socket
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from pbx.asterisk.process import AsteriskProcess
from pbx.asterisk.runtime import DEFAULT_CACHE, Runtime, find_or_fetch
from pbx.settings import Settings
from pbx.settings_file import load

T = TypeVar("T")


@cache
def runtime() -> Runtime:
    """The Asterisk that all tests use; fetched on first use."""
    return find_or_fetch(DEFAULT_CACHE, os.environ.get("PBX_ASTERISK__BINARY", ""), print)


def free_ports(count: int) -> list[int]:
    """TCP and UDP ports that nobody has at the moment, all different."""
    with ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            tcp = held.enter_context(socket.socket())
            tcp.bind(("127.0.0.1", 0))
            udp = held.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            with suppress(OSError):
                udp.bind(tcp.getsockname())
                ports.append(tcp.getsockname()[1])
        return ports


def free_range(width: int) -> tuple[int, int]:
    """First and last of `width` UDP ports for sound, below those that systems hand out."""
    for first in _starts(width):
        with ExitStack() as held:
            try:
                for port in range(first, first + width):
                    udp = held.enter_context(socket.socket(type=socket.SOCK_DGRAM))
                    udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first, first + width - 1
    raise RuntimeError("no free UDP ports")


def _starts(width: int) -> Iterator[int]:
    begin = 24000 + (os.getpid() * 97 + time.time_ns() // 1000) % 6000 // 2 * 2
    return iter(range(begin, 32000, width + width % 2))


def demo_settings(folder: Path, extra: str = "") -> Settings:
    """Settings for exchange and demo on free ports, data in `folder`.

    Args:
        extra: lines of `[trunk]` in TOML.
    """
    http, ari, sip, carrier_sip, carrier_ari, smtp = free_ports(6)
    rtp_min, rtp_max = free_range(100)
    file = folder / "pbx.toml"
    file.write_text(
        f"""
[http]
port = {http}
[asterisk]
http_port = {ari}
[trunk]
local_port = {sip}
port = {carrier_sip}
{extra}
[rtp]
port_min = {rtp_min}
port_max = {rtp_min + 49}
[smtp]
port = {smtp}
security = "none"
[demo]
carrier_http_port = {carrier_ari}
carrier_rtp_port_min = {rtp_min + 50}
carrier_rtp_port_max = {rtp_max}
""",
        encoding="utf-8",
    )
    return load(file, folder / "data", {})


async def until(find: Callable[[], T | None], seconds: float = 10, what: str = "") -> T:
    """Wait until `find` gives something true; polls with a deadline."""
    deadline = time.monotonic() + seconds
    while True:
        if found := find():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or find}")
        await asyncio.sleep(0.02)


class BareAri:
    """ARI without our client: requests over HTTP, events kept in a list.

    Use as `async with`; while it is open the Stasis application is registered.
    """

    def __init__(self, asterisk: AsteriskProcess, app: str) -> None:
        self._app = app
        self._url = f"{asterisk.url}/ari"
        self._auth = aiohttp.encode_basic_auth(asterisk.user, asterisk.password)
        self.events: list[dict[str, Any]] = []

    async def __aenter__(self) -> "BareAri":
        self._session = aiohttp.ClientSession(headers={"Authorization": self._auth})
        self._socket = await self._session.ws_connect(f"{self._url}/events?app={self._app}")
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader
        await self._socket.close()
        await self._session.close()

    async def _read(self) -> None:
        async for message in self._socket:
            self.events.append(json.loads(message.data))

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and decoded body of one request."""
        async with self._session.request(method, f"{self._url}/{path}", json=body) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def do(self, method: str, path: str, body: object = None) -> Any:
        status, answer = await self.ask(method, path, body)
        assert status < 400, (method, path, status, answer)
        return answer

    async def dial(self, number: str, channel: str, caller_id: str, seconds: int = 30) -> None:
        """Call `number` over the trunk; the leg enters the application when it is answered."""
        body = {
            "endpoint": f"PJSIP/{number}@trunk",
            "app": self._app,
            "callerId": f"<{caller_id}>",
            "channelId": channel,
            "timeout": seconds,
        }
        await self.do("POST", "channels", body)

    def event(self, kind: str, **wanted: str) -> Callable[[], dict[str, Any] | None]:
        """For `until`: the first event of that kind about that channel, playback, recording."""

        def find() -> dict[str, Any] | None:
            for event in self.events:
                if event["type"] == kind and all(
                    any(event.get(part, {}).get(key) == value for key in ("id", "name"))
                    for part, value in wanted.items()
                ):
                    return event
            return None

        return find


def samples(file: Path, start: float = 0, end: float | None = None) -> "array.array[int]":
    """A 16 bit mono 8 kHz WAV between two seconds."""
    with wave.open(str(file), "rb") as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, 8000)
        all_samples = array.array("h", wav.readframes(wav.getnframes()))
    return all_samples[int(start * 8000) : None if end is None else int(end * 8000)]


def seconds_of(file: Path) -> float:
    with wave.open(str(file), "rb") as wav:
        return wav.getnframes() / wav.getframerate()


def loudness(part: "array.array[int]") -> float:
    """Root of the mean square."""
    return math.sqrt(sum(x * x for x in part) / len(part)) if part else 0.0


def share_of(part: "array.array[int]", hertz: float) -> float:
    """How much of the sound's energy is a tone of `hertz`, 0 to 1 (Goertzel, 100 ms blocks)."""
    block, tone, total = 800, 0.0, 0.0
    factor = 2 * math.cos(2 * math.pi * hertz / 8000)
    for begin in range(0, len(part) - block + 1, block):
        s1 = s2 = 0.0
        for x in part[begin : begin + block]:
            s1, s2 = x + factor * s1 - s2, s1
            total += x * x
        tone += (s1 * s1 + s2 * s2 - factor * s1 * s2) * 2 / block
    return tone / total if total else 0.0
