"""Our ARI client against a small real WebSocket server in the place of Asterisk."""

import asyncio
import base64
import json
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from pbx.ari import events
from pbx.ari.client import AriClient
from pbx.ari.errors import AriRefused, AriReplaced, AriUnreachable
from tests.support.ari_server import AriServer, Json, ok

PASSWORD = "very-secret-word"
TOKEN = base64.b64encode(f"vermittlung:{PASSWORD}".encode()).decode()
CHANNEL = {"id": "c1", "name": "PJSIP/trunk-00000001", "state": "Up", "caller": {"number": "+49"}}
TALKING = {"type": "ChannelTalkingStarted", "channel": CHANNEL}


@dataclass
class Client:
    """The client at work, and what it told."""

    ari: AriClient
    task: "asyncio.Task[None]"
    events: list[events.AriEvent]
    ups: list[float]
    downs: list[float]


@pytest.fixture
async def asterisk() -> AsyncIterator[AriServer]:
    server = AriServer()
    await server.start()
    yield server
    await server.stop()


Connect = Callable[..., Awaitable[Client]]


@pytest.fixture
async def connect(asterisk: AriServer) -> AsyncIterator[Connect]:
    made: list[Client] = []

    async def connect(
        on_event: Callable[[events.AriEvent], None] | None = None, *, up: bool = True, **more: Any
    ) -> Client:
        heard: list[events.AriEvent] = []
        ups: list[float] = []
        downs: list[float] = []
        ari = AriClient(
            "127.0.0.1",
            asterisk.port,
            "app",
            "vermittlung",
            PASSWORD,
            on_event=on_event or heard.append,
            on_up=lambda: ups.append(time.monotonic()),
            on_down=lambda: downs.append(time.monotonic()),
            **{"request_timeout": 2.0, "ping_seconds": 60.0, **more},
        )
        client = Client(ari, asyncio.create_task(ari.run()), heard, ups, downs)
        made.append(client)
        if up:
            await until(lambda: client.ups)
        return client

    yield connect
    for client in made:
        client.task.cancel()
        with suppress(asyncio.CancelledError, AriReplaced):
            await client.task


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.01)


# ------------------------------------------------------------------ requests


async def test_answers_find_their_requests_in_any_order(
    asterisk: AriServer, connect: Connect
) -> None:
    waiting: list[tuple[ServerConnection, Json]] = []

    async def backwards(server: AriServer, to: ServerConnection, request: Json) -> None:
        waiting.append((to, request))
        if len(waiting) == 20:
            for each_to, each in reversed(waiting):
                await server.answer(each_to, each, 200, {"n": json.loads(each["message_body"])})

    asterisk.respond = backwards
    client = await connect()
    answers = await asyncio.gather(
        *(client.ari.request("POST", f"bridges/{n}", {"n": n}) for n in range(20))
    )
    assert [answer["n"]["n"] for answer in answers] == list(range(20))


async def test_events_between_answers_disturb_nothing(
    asterisk: AriServer, connect: Connect
) -> None:
    async def chatty(server: AriServer, to: ServerConnection, request: Json) -> None:
        await server.say(TALKING)
        await ok(server, to, request)
        await server.say(TALKING)

    asterisk.respond = chatty
    client = await connect()
    assert await client.ari.request("GET", "channels") == {"uri": "channels"}
    await until(lambda: len(client.events) == 2)


async def test_what_is_sent_is_what_asterisk_expects(asterisk: AriServer, connect: Connect) -> None:
    client = await connect()
    await client.ari.request("POST", "channels/create", {"app": "app"})
    await client.ari.request("GET", "channels")
    create, listing = asterisk.requests[-2:]
    assert (create["type"], create["method"], create["uri"]) == (
        *("RESTRequest", "POST"),
        "channels/create",
    )
    assert create["content_type"] == "application/json"
    assert json.loads(create["message_body"]) == {"app": "app"}
    assert "message_body" not in listing
    assert "content_type" not in listing
    assert create["request_id"] != listing["request_id"]


async def test_no_is_an_error_with_asterisks_words(asterisk: AriServer, connect: Connect) -> None:
    async def no(server: AriServer, to: ServerConnection, request: Json) -> None:
        await server.answer(to, request, 409, {"message": "Channel not in Stasis application"})

    asterisk.respond = no
    client = await connect()
    with pytest.raises(AriRefused, match="Channel not in Stasis application") as refused:
        await client.ari.request("POST", "channels/x/answer", {"secret": "word"})
    assert refused.value.status == 409
    assert "word" not in str(refused.value)


async def test_silence_ends_in_a_timeout_and_hurts_no_other_request(
    asterisk: AriServer, connect: Connect
) -> None:
    late: list[tuple[ServerConnection, Json]] = []

    async def sometimes(server: AriServer, to: ServerConnection, request: Json) -> None:
        if request["uri"] == "silent":
            late.append((to, request))
        else:
            await ok(server, to, request)

    asterisk.respond = sometimes
    client = await connect(request_timeout=0.3)
    began = time.monotonic()
    silent = asyncio.create_task(client.ari.request("GET", "silent"))
    assert await client.ari.request("GET", "channels")
    with pytest.raises(AriUnreachable, match="no answer to GET silent"):
        await silent
    assert 0.25 < time.monotonic() - began < 1.5
    # Its answer comes after all: nobody waits for it, and nothing breaks.
    await asterisk.answer(*late[0], 200)
    assert await client.ari.request("GET", "channels")
    assert not client.downs


async def test_without_a_connection_a_request_fails_at_once(
    asterisk: AriServer, connect: Connect
) -> None:
    await asterisk.stop()
    client = await connect(up=False)
    with pytest.raises(AriUnreachable, match="not connected"):
        await client.ari.request("GET", "channels")
    assert not client.ari.connected


async def test_a_lost_connection_fails_what_waits_at_once(
    asterisk: AriServer, connect: Connect
) -> None:
    async def hang_up(_: AriServer, to: ServerConnection, __: Json) -> None:
        await to.close()

    asterisk.respond = hang_up
    client = await connect()
    began = time.monotonic()
    with pytest.raises(AriUnreachable):
        await client.ari.request("GET", "channels")
    assert time.monotonic() - began < 1, "not only at the timeout"
    await until(lambda: client.downs)


# ------------------------------------------------------------------ the connection


async def test_it_sets_the_filter_before_it_says_that_it_is_up(
    asterisk: AriServer, connect: Connect
) -> None:
    await connect()
    (first,) = asterisk.requests
    assert (first["method"], first["uri"]) == ("PUT", "applications/app/eventFilter")
    allowed = {each["type"] for each in json.loads(first["message_body"])["allowed"]}
    assert allowed == {*events.USED, "RESTResponse"}


async def test_it_comes_back_and_says_so(asterisk: AriServer, connect: Connect) -> None:
    client = await connect()
    for n in (2, 3):
        await asterisk.sockets[-1].close()
        await until(partial(lambda times: len(client.ups) == times, n))
    assert len(client.downs) == 2
    assert await client.ari.request("GET", "channels")
    await asterisk.say(TALKING)
    await until(lambda: client.events)


async def test_it_tries_again_with_growing_delays(asterisk: AriServer, connect: Connect) -> None:
    """The server takes the connection and drops it: 0.2, 0.4, 0.8 s, each give or take."""
    tries: list[float] = []
    plug = socket.create_server(("127.0.0.1", 0))

    async def drop(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tries.append(time.monotonic())
        writer.close()

    server = await asyncio.start_server(drop, sock=plug)
    old, asterisk.port = asterisk.port, plug.getsockname()[1]
    await connect(up=False)
    await until(lambda: len(tries) == 4)
    asterisk.port = old
    server.close()
    gaps = [after - before for before, after in pairwise(tries)]
    for gap, expected in zip(gaps, (0.2, 0.4, 0.8), strict=True):
        assert expected * 0.75 < gap < expected * 1.25 + 0.3, gaps


async def test_an_asterisk_that_starts_later_is_found(
    asterisk: AriServer, connect: Connect
) -> None:
    await asterisk.stop()
    client = await connect(up=False)
    await asyncio.sleep(0.3)
    assert not client.ups
    await asterisk.start()
    await until(lambda: client.ups)


async def test_asterisk_that_no_longer_answers_our_ping_is_left(
    asterisk: AriServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket stays open but nobody is there, as after a lost network."""
    client = await connect(request_timeout=0.3, ping_seconds=0.1)
    dead: set[ServerConnection] = {asterisk.sockets[-1]}
    answer = asterisk.answer

    async def mute(to: ServerConnection, request: Json, status: int, body: object = None) -> None:
        if to not in dead:
            await answer(to, request, status, body)

    monkeypatch.setattr(asterisk, "answer", mute)
    await until(lambda: len(client.ups) == 2)
    assert len(client.downs) == 1
    assert any(request["uri"] == "asterisk/ping" for request in asterisk.requests)


async def test_another_controller_is_fatal(asterisk: AriServer, connect: Connect) -> None:
    client = await connect()
    await asterisk.say({"type": "ApplicationReplaced", "application": "app"})
    await until(client.task.done)
    with pytest.raises(AriReplaced, match="app"):
        client.task.result()
    assert client.downs
    await asyncio.sleep(0.4)
    assert len(asterisk.handshakes) == 1, "it does not come back"


# ------------------------------------------------------------------ the reader


async def test_a_slow_handler_delays_nobody(asterisk: AriServer, connect: Connect) -> None:
    """Handlers take from a queue: 2000 events and an answer are read meanwhile."""
    queue: asyncio.Queue[events.AriEvent] = asyncio.Queue()
    client = await connect(queue.put_nowait)
    busy = asyncio.create_task(asyncio.sleep(60))

    async def slow() -> None:
        while True:
            await queue.get()
            await busy

    handler = asyncio.create_task(slow())
    await asterisk.say(*[TALKING] * 2000)
    began = time.monotonic()
    assert await client.ari.request("GET", "channels")
    assert time.monotonic() - began < 2
    await until(lambda: queue.qsize() == 1999)
    for task in (busy, handler):
        task.cancel()
    await asyncio.gather(busy, handler, return_exceptions=True)
    assert not client.downs


async def test_unusable_frames_are_logged_and_skipped(
    asterisk: AriServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = await connect()
    rubbish: list[object] = [
        "not JSON",
        "[]",
        "null",
        "{}",
        b"\xff\xfe",
        {"type": 5},
        {"type": "StasisStart"},
        {"type": "ChannelDestroyed", "channel": CHANNEL},
        {"type": "RESTResponse"},
        {"type": "RESTResponse", "request_id": "999", "status_code": 200},
        {"type": "RESTResponse", "request_id": "", "status_code": 400},
        {"type": "RESTResponse", "request_id": "1", "status_code": 200, "message_body": "{"},
        {"type": "SomethingNew", "channel": CHANNEL},
        "x" * 60_000,
    ]
    with caplog.at_level(logging.WARNING, "pbx.ari"):
        await asterisk.say(*rubbish, TALKING)
        await until(lambda: client.events)
    assert len(client.events) == 1
    assert await client.ari.request("GET", "channels")
    assert not client.downs
    assert len([r for r in caplog.records if "unusable" in r.message]) >= 8


async def test_typed_events_arrive(asterisk: AriServer, connect: Connect) -> None:
    client = await connect()
    await asterisk.say(
        {"type": "StasisStart", "args": ["inbound", "+49"], "channel": CHANNEL},
        {"type": "ChannelDestroyed", "cause": 17, "tech_cause": 486, "channel": CHANNEL},
        {"type": "ChannelDestroyed", "cause": 16, "channel": CHANNEL},
    )
    await until(lambda: len(client.events) == 3)
    start, busy, normal = client.events
    assert isinstance(start, events.StasisStart)
    assert (start.args, start.channel.caller_number) == (("inbound", "+49"), "+49")
    assert isinstance(busy, events.ChannelDestroyed)
    assert (busy.cause, busy.tech_cause) == (17, 486)
    assert isinstance(normal, events.ChannelDestroyed)
    assert normal.tech_cause is None


# ------------------------------------------------------------------ secrets


async def test_no_secret_in_address_or_log(
    asterisk: AriServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    async def no(server: AriServer, to: ServerConnection, request: Json) -> None:
        await server.answer(to, request, 400, {"message": "no"})

    asterisk.respond = no
    with caplog.at_level(logging.DEBUG):
        client = await connect()
        with pytest.raises(AriRefused):
            await client.ari.request(
                "PUT", "asterisk/config/dynamic/res_pjsip/auth/v1", {"password": "sip-secret"}
            )
        await asterisk.sockets[-1].close()
        await until(lambda: len(client.ups) == 2)
        await asterisk.stop()
        await until(lambda: len(client.downs) == 2)
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("pbx"))
    assert ours
    for secret in (PASSWORD, TOKEN, "sip-secret"):
        assert secret not in ours
        assert secret not in asterisk.handshakes[0][1].path
    headers = asterisk.handshakes[0][1].headers
    assert headers["Authorization"] == f"Basic {TOKEN}"
