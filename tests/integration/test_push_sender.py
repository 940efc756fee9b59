"""Sending to a push service over real HTTP."""

import base64
import json
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec

from pbx.domain.records import PushSubscription
from pbx.push import CURVE, WebPushSender
from pbx.services.push import PushMessage, Sent
from tests.support.push import BrowserKeys, PushEndpoint, push_endpoint

CONTACT = "mailto:office@example.test"
MESSAGE = PushMessage({"type": "ring", "call_id": "17.4", "number": None}, "17.4", 15)


@pytest.fixture
async def sender() -> AsyncIterator[WebPushSender]:
    made = WebPushSender(ec.generate_private_key(CURVE), CONTACT)
    yield made
    await made.close()


@pytest.fixture
async def endpoint() -> AsyncIterator[PushEndpoint]:
    async with push_endpoint() as made:
        yield made


def subscribed(keys: BrowserKeys, url: str) -> PushSubscription:
    return PushSubscription(url, "anna", keys.p256dh, keys.auth, "s", datetime.now(UTC))


def decoded(part: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


async def test_a_message_arrives_and_only_the_browser_reads_it(
    sender: WebPushSender, endpoint: PushEndpoint
) -> None:
    keys = BrowserKeys()
    assert await sender.send(subscribed(keys, endpoint.url), MESSAGE) is Sent.DONE
    ((headers, body),) = endpoint.got
    assert json.loads(keys.decrypt(body)) == MESSAGE.content
    assert b"17.4" not in body
    assert "17.4" not in str(headers), "not even the call's id is for the push service"
    assert (headers["TTL"], headers["Urgency"]) == ("15", "high")
    assert headers["Content-Encoding"] == "aes128gcm"
    token, _, key = headers["Authorization"].removeprefix("vapid t=").partition(", k=")
    claims = decoded(token.split(".")[1])
    assert (key, claims["sub"]) == (sender.public_key, CONTACT)
    assert endpoint.url.startswith(f"{claims['aud']}/")
    assert isinstance(claims["exp"], int)
    assert 0 < claims["exp"] - time.time() < 24 * 3600


async def test_one_call_has_one_topic(sender: WebPushSender, endpoint: PushEndpoint) -> None:
    to = subscribed(BrowserKeys(), endpoint.url)
    for topic in ("17.4", "17.4", "17.5"):
        await sender.send(to, replace(MESSAGE, topic=topic))
    one, again, other = (headers["Topic"] for headers, _ in endpoint.got)
    assert one == again != other


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (201, Sent.DONE),
        (404, Sent.GONE),
        (410, Sent.GONE),
        (429, Sent.LATER),
        (503, Sent.LATER),
        (400, Sent.REFUSED),
        (403, Sent.REFUSED),
    ],
)
async def test_what_an_answer_means(
    sender: WebPushSender, endpoint: PushEndpoint, status: int, sent: Sent
) -> None:
    endpoint.status = status
    assert await sender.send(subscribed(BrowserKeys(), endpoint.url), MESSAGE) is sent


async def test_a_service_that_is_away_may_be_back_later(sender: WebPushSender) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/push/one"
        assert await sender.send(subscribed(BrowserKeys(), url), MESSAGE) is Sent.LATER


async def test_keys_that_are_none_are_forgotten(
    sender: WebPushSender, endpoint: PushEndpoint
) -> None:
    broken = replace(subscribed(BrowserKeys(), endpoint.url), p256dh=b"\x04" + bytes(64))
    assert await sender.send(broken, MESSAGE) is Sent.GONE
    assert endpoint.got == []


async def test_it_is_not_sent_elsewhere(sender: WebPushSender, endpoint: PushEndpoint) -> None:
    """A push service that redirects could lead into our own network."""

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(endpoint.url)

    app = web.Application()
    app.router.add_post("/push/one", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/push/one"
        assert await sender.send(subscribed(BrowserKeys(), url), MESSAGE) is Sent.REFUSED
    finally:
        await runner.cleanup()
    assert endpoint.got == []
