"""A mail server on loopback that answers what a test tells it to."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """Answers what `replies` says for a command's first words; else it is content.

    A reply of "drop" closes the connection, "hang" never answers.
    """

    replies: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("SIZE 50000000",)
    commands: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await self._say(writer, self.replies.get("CONNECT", "220 mail.example.test")):
                while line := (await reader.readline()).decode("ascii", "replace").strip():
                    self.commands.append(line)
                    if not await self._answer(line, reader, writer):
                        break
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away, which is its right
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _answer(
        self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        verb = line.split()[0].upper()
        chosen = next((r for start, r in self.replies.items() if line.startswith(start)), None)
        if chosen is not None:
            return await self._say(writer, chosen)
        if verb == "EHLO":
            offered = [e for e in self.extensions if not (e == "STARTTLS" and self._safe(writer))]
            words = ["mail.example.test", *offered]
            lines = [f"250-{w}" for w in words[:-1]] + [f"250 {words[-1]}"]
            return await self._say(writer, "\r\n".join(lines))
        if verb == "STARTTLS" and self.tls is not None:
            await self._say(writer, "220 go ahead")
            await writer.start_tls(self.tls)
            return True
        if verb == "DATA":
            await self._say(writer, "354 go on")
            self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
            return await self._say(writer, self.replies.get("END", "250 queued as 42"))
        return await self._say(writer, "221 bye" if verb == "QUIT" else "250 ok")

    @staticmethod
    def _safe(writer: asyncio.StreamWriter) -> bool:
        return writer.get_extra_info("sslcontext") is not None

    async def _say(self, writer: asyncio.StreamWriter, reply: str) -> bool:
        if reply == "drop":
            return False
        if reply == "hang":
            await self.closing.wait()
            return False
        writer.write(reply.encode() + b"\r\n")
        await writer.drain()
        return not reply.startswith("421")


@contextlib.asynccontextmanager
async def running(
    server: MailServer, implicit: ssl.SSLContext | None = None
) -> AsyncIterator[MailServer]:
    handlers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        await server.serve(reader, writer)

    listener = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=implicit)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        server.closing.set()
        async with asyncio.timeout(5):
            await asyncio.gather(*handlers)
        await listener.wait_closed()
