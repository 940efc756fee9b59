"""What management sees of calls under way, and what it may do with them, over real HTTP."""

import time
from datetime import datetime
from typing import Any

from aiohttp import ClientWebSocketResponse

from pbx.domain.call import CallState
from pbx.web.live import HUB
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, Exchange
from tests.support.signing_in import Client, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]

Json = dict[str, Any]


async def until(live: ClientWebSocketResponse, kind: str) -> Json:
    """The next message of that kind."""
    while True:
        message: Json = await live.receive_json(timeout=5)
        if message["type"] == kind:
            return message


def told_by(exchange: Exchange, client: Client) -> None:
    """The exchange tells the sockets, as the wiring has it."""
    hub = client.server.app[HUB]
    exchange.board._views._notifier = hub
    exchange.presence.changed = hub.presence_changed


async def test_who_watches_sees_calls_come_change_and_go(
    office_client: Client, office: Exchange
) -> None:
    told_by(office, office_client)
    already = await office.talking(office.anna)
    await as_boss(office_client)
    async with office_client.ws_connect("/api/v1/live") as live:
        await live.send_json({"type": "watch", "on": True})
        board = await until(live, "board")
        (call,) = board["calls"]
        assert (call["id"], call["state"], call["user_name"]) == (already, "talking", "Anna")
        assert (call["number"], call["task_title"]) == ("+49301234567", "Termine")
        assert {p["name"]: p["presence"] for p in board["people"]}["Anna"] == "on_call"
        office.presence.beat(office.anna.id, "tab", phone=True)
        office.presence.beat(office.ben.id, "tab", phone=True)
        while (person := (await until(live, "board-person"))["person"])["name"] != "Ben":
            pass
        assert (person["presence"], person["live"]) == ("available", True)
        assert datetime.fromisoformat(person["since"]) == office.clock.now().at
        await office.caller_calls(ANNAS, caller="+436641234567")
        while (call := (await until(live, "board-call"))["call"])["state"] != "offered":
            pass
        assert (call["direction"], call["rings"], call["label"]) == ("inbound", ["Anna"], "Anna")
        await office.far_hangs_up(call["id"], "net-in1")
        while (call := (await until(live, "board-call"))["call"])["state"] != "ended":
            pass
        await live.send_json({"type": "watch", "on": False})
        await live.send_json({"type": "heartbeat"})
        await until(live, "heartbeat")
        await office.calls.hang_up(office.anna, already)
        await live.send_json({"type": "heartbeat"})
        quiet = await live.receive_json(timeout=5)
        assert quiet["type"] != "board-call"


async def test_only_who_may_see_calls_is_told(office_client: Client, office: Exchange) -> None:
    told_by(office, office_client)
    await as_anna(office_client)
    async with office_client.ws_connect("/api/v1/live") as live:
        await until(live, "hello")
        await live.send_json({"type": "watch", "on": True})
        call_id = await office.talking(office.ben)
        await office.calls.hang_up(office.ben, call_id)
        await live.send_json({"type": "heartbeat"})
        kinds = set()
        while "heartbeat" not in kinds:
            kinds.add((await live.receive_json(timeout=5))["type"])
        assert not any(kind.startswith("board") for kind in kinds)


async def test_management_ends_a_call_and_the_log_has_it(
    office_client: Client, office: Exchange
) -> None:
    call_id = await office.talking(office.anna)
    await as_boss(office_client)
    status, call = await send(office_client, "POST", f"/calls/{call_id}/hangup")
    assert (status, call["state"]) == (200, "ended")
    (change,) = (await get(office_client, "/audit", kind="call"))["items"]
    assert (change["action"], change["subject"], change["by"]) == (
        "call.hung_up",
        call_id,
        "boss@example.test",
    )
    assert change["title"] == "Call ended by management"
    assert {f["name"]: f["after"] for f in change["fields"]} == {
        "person": "Anna",
        "task": "T-1",
        "number": "030 1234567",
    }
    kinds = (await get(office_client, "/audit-kinds"))["items"]
    assert {"kind": "call", "name": "Call"} in kinds
    # Ending it twice, or ending one's own, is nothing to be noted.
    await send(office_client, "POST", f"/calls/{call_id}/hangup")
    own = await office.talking(office.anna)
    await as_anna(office_client)
    await send(office_client, "POST", f"/calls/{own}/hangup")
    await as_boss(office_client)
    assert len((await get(office_client, "/audit", kind="call"))["items"]) == 1


async def test_management_gives_a_call_to_a_colleague(
    office_client: Client, office: Exchange
) -> None:
    office.presence.beat(office.ben.id, "tab", phone=True)
    call_id = await office.talking(office.anna)
    await as_boss(office_client)
    path, ben = f"/calls/{call_id}/transfer", {"colleague": "ben@example.test"}
    # Only to colleagues: nobody dials out in somebody's name.
    assert (await send(office_client, "POST", path, {"number": "030 765"}))[0] == 404
    status, call = await send(office_client, "POST", path, ben)
    assert (status, call["state"], call["colleague"]) == (200, "transferring", "ben@example.test")
    await settle()
    assert office.board.actor(call_id).call.state is CallState.TRANSFERRING
    assert office.ben.id in office.board.actor(call_id).call.offered_to
    (change,) = (await get(office_client, "/audit", kind="call"))["items"]
    assert change["action"] == "call.transferred"
    assert {f["name"]: f["after"] for f in change["fields"]}["to"] == "Ben"
    await as_anna(office_client)
    other = await office.talking(office.ben)
    assert (await send(office_client, "POST", f"/calls/{other}/transfer", ben))[0] == 404


async def test_two_hundred_calls_are_one_quick_answer(
    office_client: Client, office: Exchange
) -> None:
    for n in range(200):
        await office.caller_calls(ANNAS, f"in{n}", f"+43664{n:07}")
    await as_boss(office_client)
    async with office_client.ws_connect("/api/v1/live") as live:
        await until(live, "hello")
        began = time.process_time()
        await live.send_json({"type": "watch", "on": True})
        board = await until(live, "board")
        took = time.process_time() - began
    assert len(board["calls"]) == 200
    assert took < 0.5
