"""A plain SIP telephone in a test's hands: sends a tone, keeps every packet that it gets.

Stands in for a browser's leg where no browser is needed: the exchange takes its INVITE in
the same dialplan context. G.711 A-law in RTP (RFC 3551), no encryption.
"""

import array
import asyncio
import itertools
import math
import re
import struct
import time
from dataclasses import dataclass, field
from typing import Any

FRAME_SECONDS = 0.02
FRAME_SAMPLES = 160
LOUD = 8000
"""Amplitude of the tone that is sent, of 32767."""
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet as it came in; `at` is CLOCK_MONOTONIC in seconds."""

    at: float
    sequence: int
    timestamp: int
    source: int
    payload: bytes


@dataclass
class SipPhone(asyncio.DatagramProtocol):
    """Use as `async with`; then `call` one extension.

    Attributes:
        user: name of its PJSIP endpoint, see `endpoint_fields`.
        exchange: address of the exchange's SIP transport (UDP).
        hertz: of the tone that it sends; 0 for silence.
        packets: what it has heard.
        over: set when the other side hung up.
    """

    user: str
    exchange: tuple[str, int]
    hertz: float = 0
    packets: list[Packet] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    """The final answer to its INVITE."""

    async def __aenter__(self) -> "SipPhone":
        loop = asyncio.get_running_loop()
        self._answered: asyncio.Future[str] = loop.create_future()
        self._sip, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        self._rtp, _ = await loop.create_datagram_endpoint(
            lambda: _Sound(self), local_addr=("127.0.0.1", 0)
        )
        self._tag = f"t{next(_numbers)}"
        self._dialog = f"{self.user}-{time.monotonic_ns()}"
        self._to = ""
        self._speaker: asyncio.Task[None] | None = None
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hang_up()
        if self._speaker:
            self._speaker.cancel()
            await asyncio.gather(self._speaker, return_exceptions=True)
        self._sip.close()
        self._rtp.close()

    async def call(self, extension: str, seconds: float = 5) -> None:
        """INVITE; returns when it is answered.

        Raises:
            AssertionError: it was refused; `status` tells how.
            TimeoutError: no final answer.
        """
        self._extension = extension
        self._send("INVITE", 1, self._offer())
        async with asyncio.timeout(seconds):
            answer = await self._answered
        self._send("ACK", 1)
        self.status = int(answer.split()[1])
        assert self.status == 200, answer
        port = re.search(r"m=audio (\d+)", answer)
        assert port is not None
        self._speaker = asyncio.create_task(self._speak(int(port[1])), name="speaker")

    def hang_up(self) -> None:
        """BYE; harmless where the call is over."""
        if self.status == 200 and not self.over.is_set():
            self.over.set()
            self._send("BYE", 2)

    # -------------------------------------------------------------- what it heard

    def heard(self, start: float, end: float | None = None) -> "array.array[int]":
        """What came in between two moments of CLOCK_MONOTONIC, as 16 bit samples."""
        until = math.inf if end is None else end
        sound = b"".join(p.payload for p in self.packets if start <= p.at < until)
        return array.array("h", [DECODE[byte] for byte in sound])

    # -------------------------------------------------------------- SIP

    def _send(self, method: str, number: int, body: str = "") -> None:
        host, port = self._sip.get_extra_info("sockname")
        lines = [
            f"{method} sip:{self._extension}@{self.exchange[0]} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{self._dialog}{method}{number}",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{host}>;tag={self._tag}",
            f"To: <sip:{self._extension}@{self.exchange[0]}>{self._to}",
            f"Call-ID: {self._dialog}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{self.user}@{host}:{port}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        text = "\r\n".join(lines) + "\r\n\r\n" + body
        self._sip.sendto(text.encode(), self.exchange)

    def _offer(self) -> str:
        host, port = self._rtp.get_extra_info("sockname")
        return (
            f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n"
        )

    def datagram_received(self, data: bytes, _: Any) -> None:
        text = data.decode()
        first = text.partition("\r\n")[0]
        if not first.startswith("SIP/2.0"):
            self._asked(first.split()[0], text)
        elif "INVITE" in _header(text, "CSeq") and int(first.split()[1]) >= 200:
            tag = _header(text, "To").partition(";")[2]
            self._to = f";{tag}" if tag else ""
            if not self._answered.done():
                self._answered.set_result(text)

    def _asked(self, method: str, text: str) -> None:
        if method == "ACK":
            return
        if method == "BYE":
            self.over.set()
        kept = [
            line
            for line in text.split("\r\n")
            if line.partition(":")[0].lower() in ("via", "from", "to", "call-id", "cseq")
        ]
        answer = "\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0"]) + "\r\n\r\n"
        self._sip.sendto(answer.encode(), self.exchange)

    # -------------------------------------------------------------- sound

    async def _speak(self, port: int) -> None:
        start, step = time.monotonic(), math.tau * self.hertz / 8000
        for n in itertools.count():
            first = n * FRAME_SAMPLES
            tone = (LOUD * math.sin(step * (first + i)) for i in range(FRAME_SAMPLES))
            sound = bytes(_encode(round(x)) if self.hertz else 0xD5 for x in tone)
            head = struct.pack("!BBHII", 0x80, 8, n & 0xFFFF, first, 0x5EED)
            self._rtp.sendto(head + sound, (self.exchange[0], port))
            await asyncio.sleep(max(0, start + (n + 1) * FRAME_SECONDS - time.monotonic()))


class _Sound(asyncio.DatagramProtocol):
    def __init__(self, phone: SipPhone) -> None:
        self._phone = phone

    def datagram_received(self, data: bytes, _: Any) -> None:
        _, kind, sequence, timestamp, source = struct.unpack("!BBHII", data[:12])
        if kind & 0x7F == 8:
            packet = Packet(time.monotonic(), sequence, timestamp, source, data[12:])
            self._phone.packets.append(packet)


def endpoint_fields(browser: dict[str, str]) -> dict[str, str]:
    """A browser's endpoint without what only browsers can: WebSocket, ICE, DTLS."""
    plain = {k: v for k, v in browser.items() if not k.startswith("dtls") and k != "webrtc"}
    return {**plain, "transport": "transport-trunk"}


def _header(text: str, name: str) -> str:
    found = re.search(rf"^{name}:(.*)$", text, re.MULTILINE | re.IGNORECASE)
    return found[1].strip() if found else ""


# ------------------------------------------------------------------ G.711 A-law


def _decode(byte: int) -> int:
    """ITU-T G.711, A-law, as 16 bit."""
    byte ^= 0x55
    exponent, mantissa = byte >> 4 & 7, byte & 15
    size = (mantissa << 4) + 8 if exponent == 0 else (mantissa << 4) + 264 << exponent - 1
    return size if byte & 0x80 else -size


DECODE = [_decode(byte) for byte in range(256)]


def _encode(sample: int) -> int:
    """The reverse of `_decode`."""
    size = min(abs(sample), 32767)
    exponent = (size >> 8).bit_length()
    mantissa = size >> max(4, exponent + 3) & 15
    return ((0x80 if sample >= 0 else 0) | exponent << 4 | mantissa) ^ 0x55
