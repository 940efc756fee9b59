"""The demo's mail server: takes every mail and keeps it as a file.

It runs within the event loop, without a thread, and can be stopped and started while
everything else goes on, so that one can see messages wait.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from pbx.archive import write

MAX_BYTES = 50 * 1024 * 1024
ACCEPTED = "250 2.0.0 Ok: kept as {name}"


class _Conversation(SMTP):
    """One client's conversation; tells the catcher when it begins and ends."""

    def __init__(self, catcher: "SmtpCatcher") -> None:
        super().__init__(
            catcher,
            hostname="mail.example.test",
            ident="Demo mailbox",
            enable_SMTPUTF8=True,
            data_size_limit=MAX_BYTES,
            loop=asyncio.get_running_loop(),
        )
        self._catcher = catcher

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._catcher.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self._catcher.closed(self.transport)
        super().connection_lost(error)


class SmtpCatcher:
    """Keeps mails as `<folder>/<id>.eml`; ids sort by time of arrival.

    Args:
        on_mail: called with the id of each mail after it was kept.
    """

    def __init__(
        self,
        host: str,
        port: int,
        folder: Path,
        on_mail: Callable[[str], None] = lambda mail_id: None,
    ) -> None:
        self.host = host
        self.port = port
        self.folder = folder
        self.open: set[asyncio.BaseTransport] = set()
        self._on_mail = on_mail
        self._server: asyncio.Server | None = None
        self._count = itertools.count()
        self._all_closed = asyncio.Event()

    @property
    def running(self) -> bool:
        return self._server is not None

    async def start(self) -> None:
        """Listen; harmless where it does already. With port 0 `port` then tells the real one."""
        if self._server is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Conversation(self), self.host, self.port, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop open connections, as a mail server that goes away does."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        self._all_closed.clear()
        for transport in list(self.open):
            transport.close()
        await server.wait_closed()
        if self.open:
            await self._all_closed.wait()

    def closed(self, transport: asyncio.BaseTransport) -> None:
        """A conversation has ended."""
        self.open.discard(transport)
        if not self.open:
            self._all_closed.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each mail; 250 only after it is safely on the disk."""
        name = f"{time.time_ns() // 1_000_000:013d}-{next(self._count):04d}"
        await asyncio.to_thread(write, self.folder / f"{name}.eml", _with_trace(envelope))
        self._on_mail(name)
        return ACCEPTED.format(name=name)


def _with_trace(envelope: Any) -> bytes:
    """The mail as a mailbox keeps it: with the envelope's addresses on top (RFC 5321, 4.4)."""
    lines = [f"Return-Path: <{envelope.mail_from or ''}>"]
    lines += [f"Delivered-To: {address}" for address in envelope.rcpt_tos]
    content: bytes = envelope.original_content or b""
    return "".join(f"{line}\r\n" for line in lines).encode() + content
