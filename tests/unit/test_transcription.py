"""The client of a transcription service, against a small server that looks at the request."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pbx.errors import Unavailable
from pbx.transcription import HttpTranscriber


@dataclass
class Service:
    """Answers `body`; keeps what it was sent."""

    status: int = 200
    body: str = '{"text": " Bitte um Rückruf. "}'
    seconds: float = 0
    fields: dict[str, object] = field(default_factory=dict)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        assert request.content_type == "multipart/form-data"
        self.fields["key"] = request.headers.get("Authorization")
        async for part in await request.multipart():
            name = str(part.name)  # type: ignore[union-attr]
            if name == "file":
                self.fields["type"] = part.headers["Content-Type"]
                self.fields["filename"] = part.filename  # type: ignore[union-attr]
                self.fields[name] = await part.read()  # type: ignore[union-attr]
            else:
                self.fields[name] = await part.text()  # type: ignore[union-attr]
        await asyncio.sleep(self.seconds)
        return web.Response(status=self.status, text=self.body, content_type="application/json")


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", made.handle)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/v1/audio/transcriptions"))
        yield made


def client(service: Service, **values: object) -> HttpTranscriber:
    plain = {"key": "secret", "model": "whisper-1", "language": "de", "timeout_seconds": 5}
    return HttpTranscriber(url=service.url, **{**plain, **values})  # type: ignore[arg-type]


async def test_the_recording_goes_there_as_a_form(service: Service, tmp_path: Path) -> None:
    sound = tmp_path / "x.mp3"
    sound.write_bytes(b"\xff\xfbsound")
    assert await client(service).transcribe(sound) == "Bitte um Rückruf."
    assert service.fields == {
        "key": "Bearer secret",
        "model": "whisper-1",
        "language": "de",
        "response_format": "json",
        "file": b"\xff\xfbsound",
        "filename": "message.mp3",
        "type": "audio/mpeg",
    }
    service.fields.clear()
    await client(service, key="", language="").transcribe(sound)
    assert service.fields["key"] is None
    assert "language" not in service.fields


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "{}"), (401, '{"text": "no"}'), (200, "oops"), (200, "[]"), (200, '{"text": 1}')],
)
async def test_what_it_cannot_do_is_one_error(
    service: Service, tmp_path: Path, status: int, body: str
) -> None:
    sound = tmp_path / "x.wav"
    sound.write_bytes(b"RIFF")
    service.status, service.body = status, body
    with pytest.raises(Unavailable) as failed:
        await client(service).transcribe(sound)
    assert failed.value.error_id == "transcription-failed"
    assert "secret" not in failed.value.en


async def test_nobody_there_too_slow_or_no_file(service: Service, tmp_path: Path) -> None:
    sound = tmp_path / "x.mp3"
    with pytest.raises(Unavailable):
        await client(service).transcribe(sound)
    sound.write_bytes(b"x")
    service.seconds = 3
    with pytest.raises(Unavailable):
        await client(service, timeout_seconds=0.1).transcribe(sound)
    away = HttpTranscriber(
        url="http://127.0.0.1:9/x", key="", model="m", language="", timeout_seconds=1
    )
    with pytest.raises(Unavailable):
        await away.transcribe(sound)
