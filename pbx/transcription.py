"""Speech to text by a service with OpenAI's interface (adapter of `message_ports.Transcriber`).

`POST <url>` as multipart/form-data with `file`, `model`, `language`, `response_format=json`;
the answer is `{"text": …}`. Several servers that one runs oneself speak it too.
"""

import asyncio
from pathlib import Path

import aiohttp

from pbx.errors import Unavailable

MAX_ANSWER_BYTES = 1_000_000
MAX_TEXT = 20_000


class HttpTranscriber:
    """Args:
    url: of the operation, ending in `/audio/transcriptions`.
    key: sent as bearer token; empty: none.
    language: that is spoken (ISO 639-1); empty: the service finds out.
    """

    def __init__(
        self, *, url: str, key: str, model: str, language: str, timeout_seconds: float
    ) -> None:
        self._url = url
        self._key = key
        self._model = model
        self._language = language
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def transcribe(self, sound: Path) -> str:
        """Raises `Unavailable` (`transcription-failed`)."""
        try:
            data = await asyncio.to_thread(sound.read_bytes)
            form = aiohttp.FormData()
            form.add_field("model", self._model)
            form.add_field("response_format", "json")
            if self._language:
                form.add_field("language", self._language)
            kind = "audio/mpeg" if sound.suffix == ".mp3" else "audio/wav"
            form.add_field("file", data, filename=f"message{sound.suffix}", content_type=kind)
            return await self._ask(form)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as e:
            raise _failed(str(e) or type(e).__name__) from e

    async def _ask(self, form: aiohttp.FormData) -> str:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        async with (
            aiohttp.ClientSession(timeout=self._timeout) as session,
            session.post(self._url, data=form, headers=headers) as response,
        ):
            if response.status != 200:
                raise _failed(f"status {response.status}")
            if (response.content_length or 0) > MAX_ANSWER_BYTES:
                raise _failed("the answer is too long")
            said = await response.json(content_type=None)
        text = said.get("text") if isinstance(said, dict) else None
        if not isinstance(text, str):
            raise _failed("an answer without text")
        return text.strip()[:MAX_TEXT]


def _failed(reason: str) -> Unavailable:
    return Unavailable(
        "transcription-failed",
        f"Die Mitschrift ist gerade nicht möglich ({reason}).",
        f"There is no transcript right now ({reason}).",
    )
