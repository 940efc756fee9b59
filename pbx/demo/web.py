"""The demo's page and JSON: what the outside world sees, and buttons to act in it.

GET  /demo                               the page
POST /demo/call-in                       an outside telephone calls one of our numbers
GET  /demo/calls                         the carrier's own record of all calls
GET  /demo/calls/{id}/recording.wav      what the exchange sent in that call
GET  /demo/mails                         the mailbox
GET  /demo/mails/{id}/attachments/{n}    e.g. the MP3, to be played
GET  /demo/subscribers                   how the carrier's subscribers behave
GET, POST /demo/smtp {"running": bool}   the mail server's state
"""

import asyncio
import struct
from pathlib import Path

from aiohttp import web

from pbx.demo import mailbox, witness
from pbx.demo.carrier import Carrier, call_in_of
from pbx.demo.smtp_catcher import SmtpCatcher
from pbx.demo.subscribers import table
from pbx.errors import BadRequest, NotFound
from pbx.settings import Settings

PAGE = Path(__file__).resolve().parent / "page.html"
MAX_ITEMS = 200
WAV_HEADER_BYTES = 44


class DemoPages:
    """The handlers; `routes` is what the web server adds."""

    def __init__(
        self, settings: Settings, carrier: Carrier, box: mailbox.Mailbox, smtp: SmtpCatcher
    ) -> None:
        self._settings = settings
        self._carrier = carrier
        self._box = box
        self._smtp = smtp

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/demo", self.page),
            web.get("/demo/", self.page),
            web.post("/demo/call-in", self.call_in),
            web.get("/demo/calls", self.calls),
            web.get("/demo/calls/{id}/recording.wav", self.recording),
            web.get("/demo/mails", self.mails),
            web.get("/demo/mails/{id}/attachments/{n}", self.attachment),
            web.get("/demo/subscribers", self.subscribers),
            web.get("/demo/smtp", self.smtp_state),
            web.post("/demo/smtp", self.smtp_switch),
        ]

    async def page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE, headers={"Cache-Control": "no-cache"})

    async def call_in(self, request: web.Request) -> web.Response:
        call_id = await self._carrier.call_in(call_in_of(await _json(request)))
        return web.json_response({"id": call_id}, status=201)

    async def calls(self, request: web.Request) -> web.Response:
        items = [
            witness.item(call, self._carrier.recording(call.id) is not None)
            for call in self._carrier.calls()[:MAX_ITEMS]
        ]
        return web.json_response({"items": items})

    async def recording(self, request: web.Request) -> web.Response:
        file = self._carrier.recording(request.match_info["id"])
        if file is None:
            raise _not_found()
        content = whole_wav(await asyncio.to_thread(file.read_bytes))
        return partial(request, content, "audio/wav", file.name)

    async def mails(self, request: web.Request) -> web.Response:
        found = await asyncio.to_thread(self._box.mails)
        return web.json_response({"items": [mailbox.item(mail) for mail in found]})

    async def attachment(self, request: web.Request) -> web.Response:
        mail = await asyncio.to_thread(self._box.mail, request.match_info["id"])
        n = request.match_info["n"]
        if mail is None or not n.isdecimal() or int(n) >= len(mail.attachments):
            raise _not_found()
        part = mail.attachments[int(n)]
        return partial(request, part.content, part.content_type, part.filename)

    async def subscribers(self, request: web.Request) -> web.Response:
        numbers = self._settings.trunk.verified_numbers
        return web.json_response({"items": table(), "our_numbers": list(numbers)})

    async def smtp_state(self, request: web.Request) -> web.Response:
        return web.json_response({"running": self._smtp.running})

    async def smtp_switch(self, request: web.Request) -> web.Response:
        data = await _json(request)
        wanted = data.get("running") if isinstance(data, dict) else None
        if not isinstance(wanted, bool):
            raise BadRequest(
                "bad-request", "Erwartet wird {running: bool}.", "Expected {running: bool}."
            )
        await (self._smtp.start() if wanted else self._smtp.stop())
        return await self.smtp_state(request)


async def _json(request: web.Request) -> object:
    """The body; only JSON said to be JSON, which a foreign page's form cannot send."""
    if request.content_type != "application/json":
        raise BadRequest("bad-request", "Erwartet wird JSON.", "Expected JSON.")
    try:
        return await request.json()
    except ValueError as e:
        raise BadRequest("bad-request", "Kein gültiges JSON.", "No valid JSON.") from e


def _not_found() -> NotFound:
    return NotFound("not-found", "Das gibt es nicht (mehr).", "There is no such thing (any more).")


def whole_wav(content: bytes) -> bytes:
    """A WAV of 16 bit, 8 kHz, mono with a header that fits.

    While a call goes on, the header in the file still tells the length of the beginning.
    """
    data = content[WAV_HEADER_BYTES:]
    data = data[: len(data) // 2 * 2]
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE"),
        *(b"fmt ", 16, 1, 1, 8000, 16000, 2, 16),
        *(b"data", len(data)),
    )
    return head + data


def partial(request: web.Request, content: bytes, kind: str, filename: str) -> web.Response:
    """`content` or the range of it that was asked for (RFC 9110, 14), to be played in place."""
    quoted = filename.replace("\\", "").replace('"', "")
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-cache",
        "Content-Disposition": f'inline; filename="{quoted}"',
        "X-Content-Type-Options": "nosniff",
    }
    try:
        wanted = request.http_range
    except ValueError:
        return _unsatisfiable(len(content))
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=content, content_type=kind, headers=headers)
    start, stop, _ = wanted.indices(len(content))
    if start >= stop:
        return _unsatisfiable(len(content))
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return web.Response(body=content[start:stop], status=206, content_type=kind, headers=headers)


def _unsatisfiable(size: int) -> web.Response:
    return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
