"""The demo's page, mailbox and JSON, without an Asterisk."""

import io
import re
import wave
from collections.abc import AsyncIterator
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pbx.demo.mailbox import Mailbox, parse
from pbx.demo.web import PAGE, whole_wav
from pbx.demo.world import Demo
from pbx.errors import PbxError
from pbx.settings_file import load
from tests.support.telephony import free_ports
from tests.unit.test_demo_carrier import RUNTIME, line

Client = TestClient[web.Request, web.Application]


def mail(text: str = "Grüße vom Band") -> bytes:
    message = EmailMessage()
    message["From"] = "vermittlung@example.test"
    message["To"] = "zentrale@example.test"
    message["Subject"] = "Sprachnachricht für Köln"
    message["X-Route-Label"] = "zentrale"
    message.set_content(text)
    message.add_attachment(
        bytes(range(256)) * 4, maintype="audio", subtype="mpeg", filename='a"b.mp3'
    )
    return b"Return-Path: <a@b>\r\nDelivered-To: zentrale@example.test\r\n" + bytes(message)


@web.middleware
async def problems(request: web.Request, handler: web.RequestHandler) -> web.StreamResponse:  # type: ignore[type-arg]
    """Stands for the product's own: errors with an id become their status."""
    try:
        return await handler(request)  # type: ignore[operator,no-any-return]
    except PbxError as e:
        return web.json_response({"error_id": e.error_id}, status=e.status)


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    file = tmp_path / "pbx.toml"
    smtp, ari = free_ports(2)
    file.write_text(
        f'[smtp]\nport={smtp}\nsecurity="none"\n[demo]\ncarrier_http_port={ari}\n', encoding="utf-8"
    )
    return Demo(load(file, tmp_path / "data", {}), RUNTIME)


@pytest.fixture
async def client(demo: Demo) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[problems])
    app.add_routes(demo.routes())
    async with TestClient(TestServer(app)) as client:
        yield client
    await demo.smtp.stop()


# ------------------------------------------------------------------ mailbox


def test_a_mail_is_taken_apart() -> None:
    found = parse("1700000000123-0001", mail())
    assert (found.subject, found.to) == ("Sprachnachricht für Köln", ("zentrale@example.test",))
    assert found.at == 1700000000.123
    assert found.text.strip() == "Grüße vom Band"
    assert ("X-Route-Label", "zentrale") in found.headers
    (part,) = found.attachments
    assert (part.content_type, part.content) == ("audio/mpeg", bytes(range(256)) * 4)


@pytest.mark.parametrize(
    "content", [b"", b"no mail at all", b"Subject: x\r\n\r\n", b"\xff\xfe\x00"]
)
def test_a_strange_mail_is_shown_as_far_as_possible(content: bytes) -> None:
    assert parse("1-0", content).attachments == ()


def test_newest_mails_come_first_and_foreign_names_are_refused(tmp_path: Path) -> None:
    for n in (1, 3, 2):
        (tmp_path / f"170000000000{n}-0000.eml").write_bytes(mail())
    box = Mailbox(tmp_path)
    assert [m.id[12] for m in box.mails()] == ["3", "2", "1"]
    assert len(box.mails(limit=2)) == 2
    assert box.mail("../../etc/passwd") is None
    assert box.mail("1700000000009-0000") is None


# ------------------------------------------------------------------ JSON


async def test_mails_with_a_playable_attachment(client: Client, demo: Demo) -> None:
    assert await (await client.get("/demo/mails")).json() == {"items": []}
    demo.mailbox.folder.mkdir(parents=True)
    (demo.mailbox.folder / "1700000000123-0001.eml").write_bytes(mail())
    (shown,) = (await (await client.get("/demo/mails")).json())["items"]
    assert shown["at"] == "2023-11-14T22:13:20.123+00:00"
    assert shown["to"] == ["zentrale@example.test"]
    assert ["X-Route-Label", "zentrale"] in shown["headers"]
    (part,) = shown["attachments"]
    assert (part["size"], part["content_type"]) == (1024, "audio/mpeg")
    answer = await client.get(part["url"])
    assert (answer.status, answer.content_type) == (200, "audio/mpeg")
    assert answer.headers["Content-Disposition"] == 'inline; filename="ab.mp3"'
    assert await answer.read() == bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("asked", "status", "told", "length"),
    [
        ("bytes=0-99", 206, "bytes 0-99/1024", 100),
        ("bytes=1000-", 206, "bytes 1000-1023/1024", 24),
        ("bytes=-24", 206, "bytes 1000-1023/1024", 24),
        ("bytes=1000-5000", 206, "bytes 1000-1023/1024", 24),
        ("bytes=2000-", 416, "bytes */1024", 0),
        ("lines=1-2", 416, "bytes */1024", 0),
    ],
)
async def test_players_may_ask_for_a_part(
    client: Client, demo: Demo, asked: str, status: int, told: str, length: int
) -> None:
    demo.mailbox.folder.mkdir(parents=True)
    (demo.mailbox.folder / "1-0.eml").write_bytes(mail())
    answer = await client.get("/demo/mails/1-0/attachments/0", headers={"Range": asked})
    assert (answer.status, answer.headers["Content-Range"]) == (status, told)
    assert len(await answer.read()) == length


@pytest.mark.parametrize(
    "path",
    [
        "/demo/mails/1-0/attachments/0",
        "/demo/mails/1-0/attachments/-1",
        "/demo/mails/1-0/attachments/x",
        "/demo/calls/nobody/recording.wav",
        "/demo/calls/..%2F..%2Fari/recording.wav",
    ],
)
async def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_calls_show_the_carriers_record_with_its_recording(
    client: Client, demo: Demo
) -> None:
    carrier = demo.carrier
    carrier.witness.file.parent.mkdir(parents=True)
    carrier.witness.file.write_text(line("CHAN_START", 5.0, "5.1", "+4922147100"))
    carrier.recordings.mkdir(parents=True)
    header_of_an_unfinished_file = b"RIFF" + bytes(40)
    (carrier.recordings / "5.1.wav").write_bytes(header_of_an_unfinished_file + bytes(1600))
    (call,) = (await (await client.get("/demo/calls")).json())["items"]
    assert call["called"] == "+4922147100"
    answer = await client.get(call["recording"])
    assert answer.content_type == "audio/wav"
    with wave.open(io.BytesIO(await answer.read())) as wav:
        assert (wav.getframerate(), wav.getnframes()) == (8000, 800)


async def test_a_form_of_a_foreign_page_cannot_act(client: Client) -> None:
    body = '{"running": false}'
    for path in ("/demo/smtp", "/demo/call-in"):
        answer = await client.post(path, data=body, headers={"Content-Type": "text/plain"})
        assert answer.status == 400
    assert (await client.post("/demo/smtp", json={"running": "no"})).status == 400
    assert (await client.post("/demo/call-in", json={"to": "112"})).status == 400
    answer = await client.post(
        "/demo/call-in", data="{", headers={"Content-Type": "application/json"}
    )
    assert answer.status == 400


async def test_a_call_in_without_a_carrier_is_told(client: Client) -> None:
    answer = await client.post("/demo/call-in", json={"to": "+4922182829980"})
    assert (answer.status, (await answer.json())["error_id"]) == (503, "switch-unreachable")


async def test_the_mail_server_can_be_switched(client: Client, demo: Demo) -> None:
    states = []
    for wanted in (True, True, False, False):
        answer = await client.post("/demo/smtp", json={"running": wanted})
        states.append((await answer.json())["running"])
    assert states == [True, True, False, False]
    assert await (await client.get("/demo/smtp")).json() == {"running": False}


async def test_subscribers_and_our_numbers(client: Client) -> None:
    data = await (await client.get("/demo/subscribers")).json()
    assert data["our_numbers"] == ["+4922182829980"]
    assert data["items"][0]["examples"]["DE"] == "+492214710001"


# ------------------------------------------------------------------ the page


class Collector(HTMLParser):
    """Gathers ids, text keys and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.keys: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, text in attrs:
            if name == "id":
                self.ids.append(text or "")
            elif name == "data-t":
                self.keys.append(text or "")
            elif name in ("src", "href"):
                self.links.append(text or "")


async def test_the_page_needs_nothing_else_and_speaks_both_languages(client: Client) -> None:
    answer = await client.get("/demo")
    assert (answer.status, answer.content_type) == (200, "text/html")
    text = PAGE.read_text(encoding="utf-8")
    page = Collector()
    page.feed(text)
    assert page.links == ["data:,"], "no file from elsewhere"
    assert "://" not in text.split("<script>")[0]
    assert len(page.ids) == len(set(page.ids))
    blocks = re.findall(r"^  (?:de|en): \{\n(.*?)^  \},$", text, re.MULTILINE | re.DOTALL)
    german, english = (set(re.findall(r"\b(\w+): \"", block)) for block in blocks)
    assert german == english
    used = set(page.keys) | set(re.findall(r"\bt\(\"(\w+)\"\)", text))
    assert used <= german
    assert "innerHTML" not in text, "what a mail says never becomes markup"


def test_a_wav_gets_the_header_that_fits() -> None:
    fixed = whole_wav(b"x" * 44 + b"\1\2" * 100 + b"\3")
    with wave.open(io.BytesIO(fixed)) as wav:
        assert wav.readframes(1000) == b"\1\2" * 100
