"""Calls over the API: check calls, sound, and what the new states show to whom."""

from typing import Any

from aiohttp import ClientResponse

from pbx.domain import messages as m
from tests.fakes.edges import settle
from tests.support.exchange import SECRET, Exchange
from tests.support.signing_in import Client, as_anna, sign_in

pytest_plugins = ["tests.support.served"]
Json = dict[str, Any]


async def check_call(client: Client) -> dict[str, object]:
    answer: ClientResponse = await client.post("/api/v1/check-calls")
    assert answer.status == 201
    return dict(await answer.json())


async def test_a_check_call_hears_itself_and_reaches_nobody(
    exchange: Exchange, client: Client
) -> None:
    await as_anna(client)
    check = await check_call(client)
    check_id, voice = str(check["id"]), check["voice"]
    assert isinstance(voice, dict)
    assert voice["uri"] == f"sip:{check_id}@pbx.invalid"
    exchange.switch.legs["leg"] = Exchange.leg("leg", check_id, "agent", voice["username"])
    exchange.checks.agent_joined(check_id, voice["username"], "leg", exchange.clock.now())
    await settle()
    assert exchange.switch.echoing == {"leg"}
    assert exchange.switch.commands(check_id) == [m.Echo("leg")]
    assert not exchange.board.calls()
    assert await exchange.calls_log.get(check_id) is None
    exchange.checks.event(check_id, m.LegGone(exchange.clock.now(), m.Leg.AGENT, "leg", 16))


async def test_a_strangers_leg_is_no_check(exchange: Exchange, client: Client) -> None:
    await as_anna(client)
    check_id = str((await check_call(client))["id"])
    await exchange.browser_joins(exchange.ben, check_id, "bens")
    assert not exchange.switch.echoing
    assert exchange.switch.commands(check_id) == [m.HangUp("bens", 21)]


async def test_a_check_call_is_good_for_a_minute(exchange: Exchange, client: Client) -> None:
    await as_anna(client)
    check_id = str((await check_call(client))["id"])
    await exchange.clock.advance(59)
    await exchange.browser_joins(exchange.anna, check_id, "in-time")
    await exchange.clock.advance(2)
    await exchange.browser_joins(exchange.anna, check_id, "late")
    assert exchange.switch.echoing == {"in-time"}
    assert "late" not in exchange.switch.legs


async def test_a_leg_that_nobody_checks_goes_to_its_call(exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    assert (await exchange.board.view_of(call_id)).state == "talking"
    account = await exchange.voice.ensure(exchange.anna.id, SECRET + exchange.anna.id)
    assert not exchange.switch.echoing
    assert account.username in exchange.switch.endpoints


async def test_what_arrives_from_my_browser(exchange: Exchange, client: Client) -> None:
    await as_anna(client)
    call_id = await exchange.talking(exchange.anna)
    exchange.switch.received["browser-1"] = 1234
    answer = await client.get(f"/api/v1/calls/{call_id}/sound")
    assert await answer.json() == {"received_packets": 1234}


async def test_no_sound_without_a_leg_and_none_of_others(
    exchange: Exchange, client: Client
) -> None:
    await as_anna(client)
    view, _ = await exchange.place(exchange.anna)
    answer = await client.get(f"/api/v1/calls/{view.record.id}/sound")
    assert await answer.json() == {"received_packets": None}
    await sign_in(client, "ben@example.test", "other word")
    strange = await client.get(f"/api/v1/calls/{view.record.id}/sound")
    assert (strange.status, (await strange.json())["error_id"]) == (404, "unknown-call")


# ------------------------------------------------------------------ what the states show


async def asked(client: Client, call_id: str, what: str, body: Json | None = None) -> Json:
    answer = await client.post(f"/api/v1/calls/{call_id}/{what}", json=body)
    assert answer.status == 200, await answer.text()
    return dict(await answer.json())


async def shown(client: Client, call_id: str) -> Json:
    answer = await client.get(f"/api/v1/calls/{call_id}")
    return dict((await answer.json())["call"])


async def consulting(exchange: Exchange, client: Client, about: str) -> str:
    """Anna talks to a second number about her call; its id."""
    wish = {"number": "30 7654321", "country": "DE", "consult_of": about}
    answer = await client.post("/api/v1/calls", json=wish)
    assert answer.status == 201, await answer.text()
    call_id = str((await answer.json())["id"])
    await exchange.browser_joins(exchange.anna, call_id, "browser-2")
    await exchange.far_answers(call_id)
    return call_id


async def test_hold_and_resume(exchange: Exchange, client: Client) -> None:
    await as_anna(client)
    call_id = await exchange.talking(exchange.anna)
    held = await asked(client, call_id, "hold")
    assert (held["state"], held["user_name"]) == ("held", "Anna")
    assert held["voice"]["uri"] == f"sip:{call_id}@pbx.invalid", "its leg may be replaced"
    assert (await asked(client, call_id, "resume"))["state"] == "talking"


async def test_a_consultation_and_a_conference_show_what_belongs_together(
    exchange: Exchange, client: Client
) -> None:
    await as_anna(client)
    host = await exchange.talking(exchange.anna)
    guest = await consulting(exchange, client, host)
    call = await shown(client, guest)
    assert (call["linked"], call["linked_as"], call["task"]) == (host, "consultation", "T-1")
    joined = await asked(client, host, "join", {"other": guest})
    assert (joined["state"], joined["linked"], joined["linked_as"]) == ("talking", guest, "host")
    call = await shown(client, guest)
    assert (call["state"], call["linked"], call["linked_as"]) == ("joined", host, "guest")
    assert "voice" in call


async def test_connected_parties_need_no_browser(exchange: Exchange, client: Client) -> None:
    await as_anna(client)
    first = await exchange.talking(exchange.anna)
    second = await consulting(exchange, client, first)
    done = await asked(client, first, "complete", {"other": second})
    await settle()
    assert done["state"] == "transferred"
    for call_id, other in ((first, second), (second, first)):
        call = await shown(client, call_id)
        assert (call["state"], call["linked"]) == ("transferred", other)
        assert "voice" not in call


async def test_a_blind_transfer_and_its_taking_back(exchange: Exchange, client: Client) -> None:
    await as_anna(client)
    call_id = await exchange.talking(exchange.anna)
    wish = {"number": "30 7654321", "country": "DE", "key": "k"}
    call = await asked(client, call_id, "transfer", wish)
    assert (call["state"], call["linked_as"]) == ("transferring", "transfer")
    assert "voice" in call
    await settle()
    dialled = await shown(client, call["linked"])
    assert (dialled["linked"], dialled["task"]) == (call_id, "T-1")
    assert "voice" not in dialled, "no browser belongs into it"
    back = await asked(client, call_id, "take-back")
    assert (back["state"], back["linked"]) == ("talking", None)


async def test_why_a_transfer_came_back_is_told_while_the_call_goes_on(
    exchange: Exchange, client: Client
) -> None:
    await as_anna(client)
    call_id = await exchange.talking(exchange.anna)
    wish = {"number": "30 7654321", "country": "DE", "key": "k"}
    other = (await asked(client, call_id, "transfer", wish))["linked"]
    await settle()
    await exchange.far_hangs_up(other, cause=17)
    call = await shown(client, call_id)
    assert (call["state"], call["cause"], call["ended_at"]) == ("talking", "busy", None)
    assert call["detail"].startswith("Besetzt")


async def test_colleagues_see_each_other(exchange: Exchange, client: Client) -> None:
    exchange.presence.beat(exchange.ben.id, "tab", phone=True)
    await as_anna(client)
    answer = await client.post("/api/v1/calls", json={"colleague": "ben@example.test"})
    assert answer.status == 201, await answer.text()
    call = await answer.json()
    call_id = call["id"]
    assert (call["direction"], call["colleague_name"]) == ("internal", "Ben")
    await exchange.browser_joins(exchange.anna, call_id)
    await sign_in(client, "ben@example.test", "other word")
    rings = await shown(client, call_id)
    assert (rings["colleague_name"], rings["user_name"]) == ("Anna", "Anna")
    assert "voice" not in rings, "first it must be answered"
    taken = await asked(client, call_id, "answer")
    assert taken["voice"]["uri"] == f"sip:{call_id}@pbx.invalid"


async def test_operations_refuse_what_cannot_be_done(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    call_id = await exchange.talking(exchange.anna)
    for what, body, error in (
        ("take-back", None, "not-transferring"),
        ("join", {"other": call_id}, "cannot-join"),
        ("complete", {"other": call_id}, "cannot-transfer"),
        ("transfer", {"colleague": "nobody@example.test"}, "no-such-colleague"),
        ("join", {}, "bad-request"),
    ):
        answer = await client.post(f"/api/v1/calls/{call_id}/{what}", json=body)
        assert (await answer.json())["error_id"] == error, what
