"""The product from the outside: its API as a signed-in person, and the demo's outside world."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import aiohttp

T = TypeVar("T")
Json = dict[str, Any]

PASSWORD = "telefon-demo"
VPA1, VPA2 = "vpa1@example.test", "vpa2@example.test"
MANAGER = "manager@example.test"
TASK = "T-1001"


async def eventually(
    find: Callable[[], Awaitable[T | None]], seconds: float = 10, what: str = ""
) -> T:
    """The first true answer of `find`, asked again and again until the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        found = await find()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}; last answer: {found!r}")
        await asyncio.sleep(0.05)


def at(iso: str | None) -> float:
    """Epoch seconds of a time in JSON."""
    assert iso is not None
    return datetime.fromisoformat(iso).timestamp()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    def ok(self) -> Any:
        assert self.status < 400, self
        return self.body

    @property
    def error_id(self) -> str:
        return str(self.body.get("error_id", "")) if isinstance(self.body, dict) else ""


class Api:
    """HTTP with one session. Use as `async with`; `email` None: not signed in."""

    def __init__(self, url: str, email: str | None = None) -> None:
        self.url = url
        self.email = email

    async def __aenter__(self) -> "Api":
        self.http = aiohttp.ClientSession(
            self.url,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=20),
        )
        if self.email:
            await self.sign_in()
        return self

    async def sign_in(self) -> None:
        body = {"email": self.email, "password": PASSWORD}
        (await self.post("/api/v1/session", body)).ok()

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def ask(self, method: str, path: str, body: object = None, **more: Any) -> Answer:
        if body is not None:
            more["json"] = body
        async with self.http.request(method, path, **more) as response:
            kind = response.content_type
            parsed = await response.json(content_type=None) if kind.endswith("json") else None
            return Answer(response.status, parsed)

    async def get(self, path: str, **query: str) -> Any:
        return (await self.ask("GET", path, params=query)).ok()

    async def post(self, path: str, body: object = None) -> Answer:
        return await self.ask("POST", path, body)

    async def put(self, path: str, body: object) -> Answer:
        return await self.ask("PUT", path, body)

    async def download(self, path: str) -> bytes:
        async with self.http.get(path) as response:
            assert response.status == 200, (path, response.status)
            return await response.read()

    # -------------------------------------------------------------- the product

    async def place(self, number: str, **more: str) -> Answer:
        wish = {"number": number, "country": "DE", "task": TASK, **more}
        return await self.post("/api/v1/calls", wish)

    async def call(self, call_id: str) -> Json:
        found: Json = (await self.get(f"/api/v1/calls/{call_id}"))["call"]
        return found

    async def calls(self, **query: str) -> list[Json]:
        return list((await self.get("/api/v1/calls", **query))["items"])

    async def ended(self, call_id: str, seconds: float = 20) -> Json:
        """The call when it is over."""

        async def over() -> Json | None:
            call = await self.call(call_id)
            return call if call["ended_at"] else None

        return await eventually(over, seconds, f"the end of call {call_id}")

    async def progressed(self, call_id: str, beyond: str, seconds: float) -> Json:
        """The call once it has left the state `beyond`, or as it is after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            call = await self.call(call_id)
            if call["state"] != beyond or time.monotonic() > deadline:
                return call
            await asyncio.sleep(0.05)

    async def hang_up(self, call_id: str) -> Json:
        return dict((await self.post(f"/api/v1/calls/{call_id}/hangup")).ok())

    async def voicemail_of(self, caller: str) -> Json | None:
        """The newest message of this caller."""
        items = (await self.get("/api/v1/voicemails"))["items"]
        return next((item for item in items if item["caller"] == caller), None)

    # -------------------------------------------------------------- the outside world

    async def call_in(self, to: str, caller: str, sound: str = "speech", **more: Any) -> str:
        """An outside telephone calls; the id in the carrier's record."""
        body = {"from": caller, "to": to, "sound": sound, **more}
        return str((await self.post("/demo/call-in", body)).ok()["id"])

    async def carrier_calls(self, number: str | None = None) -> list[Json]:
        """The carrier's record, newest first; of calls to one number."""
        items = (await self.get("/demo/calls"))["items"]
        return [item for item in items if number is None or item["called"] == number]

    async def carrier_call(
        self, number_or_id: str, when: str = "invited_at", seconds: float = 15
    ) -> Json:
        """The newest call to that number or with that id, once the time `when` is known."""

        async def found() -> Json | None:
            for item in await self.carrier_calls():
                if number_or_id in (item["called"], item["id"]):
                    return item if item[when] else None
            return None

        return await eventually(found, seconds, f"{when} of {number_or_id} at the carrier")

    async def recording(self, carrier_id: str) -> bytes:
        return await self.download(f"/demo/calls/{carrier_id}/recording.wav")

    async def mails(self) -> list[Json]:
        return list((await self.get("/demo/mails"))["items"])

    async def smtp(self, running: bool) -> None:
        (await self.post("/demo/smtp", {"running": running})).ok()
