"""Statuses, colleagues, push subscriptions and STUN/TURN over real HTTP."""

import asyncio
import time

from aiohttp import ClientWebSocketResponse

from pbx.domain.records import User
from pbx.domain.turn import credential
from pbx.push import base64url
from pbx.web.live import HUB
from tests.fakes.edges import settle
from tests.support.api import eventually
from tests.support.exchange import ANNAS, Exchange
from tests.support.push import BrowserKeys
from tests.support.signing_in import TURN, Client, as_anna, as_boss

pytest_plugins = ["tests.support.served"]

STATUS = "/api/v1/session/status"
SUBSCRIPTION = "/api/v1/push/subscription"


async def until(live: ClientWebSocketResponse, kind: str) -> dict[str, object]:
    """The next message of that kind."""
    while True:
        message: dict[str, object] = await live.receive_json(timeout=5)
        if message["type"] == kind:
            return message


async def test_my_status(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    assert (await (await client.get("/api/v1/session")).json())["status"] == "available"
    answer = await client.put(STATUS, json={"status": "away"})
    assert (answer.status, (await answer.json())["status"]) == (200, "away")
    assert (await (await client.get("/api/v1/session")).json())["status"] == "away"
    assert (await exchange.directory.user(exchange.anna.id)).status == "away"  # type: ignore[union-attr]
    assert (await client.put(STATUS, json={"status": "on_call"})).status == 400


async def test_everybody_sees_it_and_my_tabs_follow(client: Client, exchange: Exchange) -> None:
    exchange.presence.changed = client.server.app[HUB].presence_changed
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as mine:
        hello = await until(mine, "hello")
        assert hello["server_time"]
        await client.put(STATUS, json={"status": "busy"})
        # Anna is no manager, and hears of presence all the same.
        assert await until(mine, "presence") == {
            "type": "presence",
            "user": "anna@example.test",
            "live": False,
            "presence": "busy",
        }
        assert await until(mine, "status") == {"type": "status", "status": "busy"}
    async with client.ws_connect("/api/v1/live") as again:
        me = (await until(again, "hello"))["me"]
        assert isinstance(me, dict)
        assert me["status"] == "busy"


async def test_colleagues_are_the_others(client: Client, exchange: Exchange) -> None:
    exchange.presence.beat(exchange.ben.id, "tab", phone=True)
    await as_anna(client)
    found = (await (await client.get("/api/v1/colleagues")).json())["items"]
    assert {each["email"]: each["presence"] for each in found} == {
        "ben@example.test": "available",
        "boss@example.test": "offline",
        "admin@example.test": "offline",
        "root@example.test": "offline",
    }
    await exchange.talking(exchange.ben)
    found = (await (await client.get("/api/v1/colleagues")).json())["items"]
    assert {each["email"]: each["presence"] for each in found}["ben@example.test"] == "on_call"


async def test_management_sees_presence_in_the_list_of_people(
    client: Client, exchange: Exchange
) -> None:
    exchange.presence.beat(exchange.ben.id, "tab", phone=True)
    await as_boss(client)
    people = (await (await client.get("/api/v1/users")).json())["items"]
    seen = {each["email"]: (each["live"], each["presence"]) for each in people}
    assert seen["ben@example.test"] == (True, "available")
    assert seen["anna@example.test"] == (False, "offline")


def subscription(keys: BrowserKeys, endpoint: str) -> dict[str, object]:
    """As `PushSubscription.toJSON()` gives it."""
    return {
        "endpoint": endpoint,
        "expirationTime": None,
        "keys": {"p256dh": base64url(keys.p256dh), "auth": base64url(keys.auth)},
    }


async def test_subscribing_to_push(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    assert (await (await client.get("/api/v1/push/key")).json())["public_key"] == "our-key"
    endpoint = "https://push.example.test/one"
    wish = subscription(BrowserKeys(), endpoint)
    assert (await client.put(SUBSCRIPTION, json=wish)).status == 204
    assert exchange.push.reaches(exchange.anna.id)
    assert (await client.delete(SUBSCRIPTION, json={"endpoint": endpoint})).status == 204
    assert not exchange.push.reaches(exchange.anna.id)
    foreign = {**wish, "endpoint": "https://169.254.169.254/latest"}
    answer = await client.put(SUBSCRIPTION, json=foreign)
    assert (answer.status, (await answer.json())["error_id"]) == (403, "push-service-unknown")


async def test_signing_out_ends_push_to_this_browser(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    wish = subscription(BrowserKeys(), "https://push.example.test/one")
    await client.put(SUBSCRIPTION, json=wish)
    await client.delete("/api/v1/session")
    assert not exchange.push.reaches(exchange.anna.id)


async def test_ice_servers_are_mine_and_short_lived(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    body = await (await client.get("/api/v1/ice-servers")).json()
    (server,) = body["servers"]
    expires, _, user_id = server["username"].partition(":")
    assert (server["urls"], user_id) == (list(TURN.turn_urls), exchange.anna.id)
    assert 0 < int(expires) - time.time() <= body["ttl_seconds"] == TURN.ttl_seconds
    assert server["credential"] == credential(TURN.secret, server["username"])


async def test_a_page_proves_that_it_rings(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as live:
        await until(live, "hello")
        await live.send_json({"type": "heartbeat", "phone": True})
        await until(live, "heartbeat")
        await exchange.caller_calls(ANNAS)
        await live.send_json({"type": "ringing", "call_id": "in1"})
        await live.send_json({"type": "ringing", "call_id": "nobody's"})
        # In order: when this is answered, the proof has been taken.
        await live.send_json({"type": "heartbeat", "phone": True})
        await until(live, "heartbeat")
        (call,) = exchange.board.ringing_for(exchange.anna.id)
        await settle()
        assert (call.id, call.proved) == ("in1", {exchange.anna.id})


async def test_who_does_not_prove_it_is_skipped(client: Client, exchange: Exchange) -> None:
    """Alive by its heartbeats, but the page itself does not run. Its time begins when it has
    been told, however long that took us."""
    hub = client.server.app[HUB]
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as live:
        await until(live, "hello")
        exchange.presence.beat(exchange.anna.id, "tab", phone=True)
        await exchange.caller_calls(ANNAS)
        assert exchange.notifier.rings == [exchange.anna.id]
        await asyncio.sleep(exchange.board.rules.limits.proof_seconds + 0.2)
        assert exchange.board.ringing_for(exchange.anna.id), "it has not been told yet"
        hub.ring(exchange.anna.id, await exchange.board.view_of("in1"))
        await until(live, "ring")

        async def passed_over() -> bool:
            return exchange.board.ringing_for(exchange.anna.id) == []

        await eventually(passed_over, 2, "the caller goes on")
        assert exchange.presence.live(exchange.anna.id)


async def test_only_who_is_available_is_woken(client: Client, exchange: Exchange) -> None:
    hub = client.server.app[HUB]
    wish = subscription(BrowserKeys(), "https://push.example.test/one")
    await as_anna(client)
    await client.put(SUBSCRIPTION, json=wish)
    await exchange.caller_calls(ANNAS)
    view = await exchange.board.view_of("in1")
    await client.put(STATUS, json={"status": "off"})
    hub.wake(exchange.anna.id, view)
    await settle()
    assert exchange.push_sender.sent == []
    await client.put(STATUS, json={"status": "available"})
    hub.wake(exchange.anna.id, view)
    await settle()
    assert [endpoint for endpoint, _ in exchange.push_sender.sent] == [wish["endpoint"]]


async def test_many_browsers_hear_of_presence_after_one_look_up(
    client: Client, exchange: Exchange
) -> None:
    hub = client.server.app[HUB]
    await as_anna(client)
    tabs = [await client.ws_connect("/api/v1/live") for _ in range(5)]
    for tab in tabs:
        await until(tab, "hello")
    asked: list[str] = []
    look_up = exchange.directory.user

    async def counted(user_id: str) -> User | None:
        asked.append(user_id)
        await settle()
        return await look_up(user_id)

    exchange.directory.user = counted  # type: ignore[method-assign]
    hub.presence_changed(exchange.ben.id, True)
    told = [await until(tab, "presence") for tab in tabs]
    assert [each["user"] for each in told] == ["ben@example.test"] * 5
    assert asked == [exchange.ben.id]
