"""The API over real HTTP: who may do what, what it answers, and that it is as described."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from pbx.domain.records import (
    Voicemail,
    VoicemailState,
)
from pbx.settings import ROOT
from pbx.web.api import HANDLERS
from pbx.web.contract import OPERATIONS
from pbx.web.openapi import document
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_anna, as_boss, sign_in

pytest_plugins = ["tests.support.served"]


def test_every_operation_has_a_handler_and_no_other_exists() -> None:
    assert set(HANDLERS) == {operation.name for operation in OPERATIONS}


def test_the_web_apps_types_are_made_from_this_description() -> None:
    kept = json.loads((ROOT / "softphone_web" / "openapi.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(document())), "run `make types`"


async def test_a_foreign_page_cannot_use_the_cookie(client: Client) -> None:
    await as_anna(client)
    foreign = {"Origin": "https://evil.example"}
    answer = await client.post("/api/v1/calls", json={"number": "1"}, headers=foreign)
    assert (answer.status, (await answer.json())["error_id"]) == (403, "foreign-origin")
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/api/v1/live", headers=foreign)
    assert refused.value.status == 403


async def test_the_session_cookie_is_out_of_reach_for_scripts(client: Client) -> None:
    answer = await client.post(
        "/api/v1/session", json={"email": "anna@example.test", "password": "secret word"}
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    answer = await client.delete("/api/v1/session")
    assert (answer.status, await answer.json()) == (200, {"to": None})
    assert (await client.get("/api/v1/session")).status == 401


async def test_no_field_of_a_request_sets_the_caller_id(client: Client) -> None:
    await as_anna(client)
    wish = {"number": "30 1234567", "country": "DE", "task": "T-1", "caller_id": "+491"}
    answer = await client.post("/api/v1/calls", json=wish)
    assert (answer.status, (await answer.json())["error_id"]) == (400, "bad-request")


async def test_placing_twice_with_one_key(client: Client) -> None:
    await as_anna(client)
    wish = {"number": "30 1234567", "country": "DE", "task": "T-1", "key": "k1"}
    first = await client.post("/api/v1/calls", json=wish)
    second = await client.post("/api/v1/calls", json=wish)
    assert (first.status, second.status) == (201, 200)
    call = await first.json()
    assert (await second.json())["id"] == call["id"]
    assert (call["e164"], call["caller_id"]) == ("+49301234567", HEAD_OFFICE)
    assert call["voice"]["uri"] == f"sip:{call['id']}@pbx.invalid"


async def test_refusals_speak_the_users_language(client: Client) -> None:
    wish = {"number": "+34 911234567", "country": "ES", "task": "T-1"}
    await as_anna(client)
    german = await (await client.post("/api/v1/calls", json=wish)).json()
    await client.put("/api/v1/session/language", json={"language": "en"})
    english = await (await client.post("/api/v1/calls", json=wish)).json()
    assert german["error_id"] == english["error_id"] == "country-not-allowed"
    assert "Spanien" in german["detail"]
    assert "Spain" in english["detail"]
    assert english["country"] == "ES"


async def test_checking_a_number_before_dialling(client: Client) -> None:
    await as_anna(client)
    query = {"country": "DE", "number": "221 82829-970"}
    allowed = await (await client.get("/api/v1/numbers/check", params=query)).json()
    assert (allowed["allowed"], allowed["e164"]) == (True, "+4922182829970")
    assert (allowed["zone"], allowed["caller_id"]) == ("DE", HEAD_OFFICE)
    assert allowed["caller_id_printed"] == "+49 221 82829-980"
    query["number"] = "0900 1234567"
    denied = await (await client.get("/api/v1/numbers/check", params=query)).json()
    assert (denied["allowed"], denied["error_id"]) == (False, "number-type-denied")
    assert denied["detail"]


async def test_budget(client: Client) -> None:
    await as_anna(client)
    query = {"effective_minutes": "180", "area": "backoffice_eu"}
    answer = await client.get("/api/v1/budget", params=query)
    assert await answer.json() == {
        "exact_minutes": "234",
        "booked_minutes": 235,
        "booked": "3:55",
        "factor": "1.3",
    }
    wrong = await client.get("/api/v1/budget", params={"effective_minutes": "x", "area": "sales"})
    assert wrong.status == 400


async def test_tasks_work_time_and_phone_share(client: Client, exchange: Exchange) -> None:
    await as_boss(client)
    task = {"title": "Neu", "customer": "K", "area": "sales_de", "budget_minutes": 90}
    assert (await client.put("/api/v1/tasks/N-1", json=task)).status == 201
    assert (await client.put("/api/v1/tasks/N-1", json=task)).status == 200
    work = {"user": "anna@example.test", "day": "2026-11-21", "minutes": 60}
    share = await (await client.put("/api/v1/tasks/N-1/work-time", json=work)).json()
    assert share["included_seconds"] == 900
    assert share["over"] is False
    found = await (await client.get("/api/v1/tasks", params={"query": "neu"})).json()
    assert [item["external_id"] for item in found["items"]] == ["N-1"]
    assert (await client.get("/api/v1/tasks/none/phone-share")).status == 404
    bad = await client.put("/api/v1/tasks/N-1", json={**task, "area": "nonsense"})
    assert bad.status == 400


async def test_metered_seconds_as_json_and_csv(client: Client, exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    exchange.clock.seconds += 61.25
    await exchange.calls.hang_up(exchange.anna, call_id)
    await as_boss(client)
    found = await (await client.get("/api/v1/task-seconds")).json()
    (row,) = found["items"]
    assert (row["task"], row["calls"], row["talk_seconds"]) == ("T-1", 1, 61.25)
    for style, delimiter, seconds in (("", ",", "61.250"), ("excel-de", ";", "61,250")):
        answer = await client.get("/api/v1/task-seconds.csv", params={"format": style})
        header, line = (await answer.read()).decode("utf-8-sig").splitlines()
        values = dict(zip(header.split(delimiter), line.split(delimiter), strict=True))
        assert (values["task"], values["talk_seconds"]) == ("T-1", seconds)
    unknown = await client.get("/api/v1/task-seconds.csv", params={"format": "x"})
    assert unknown.status == 400
    later = {"from": "2030-01-01T00:00:00Z"}
    assert (await (await client.get("/api/v1/task-seconds", params=later)).json())["items"] == []


async def test_reassigning_a_number(office_client: Client) -> None:
    await as_boss(office_client)
    answer = await office_client.post(
        f"/api/v1/numbers/{ANNAS}/assign", json={"user": "ben@example.test"}
    )
    assert (answer.status, (await answer.json())["user"]) == (200, "ben@example.test")
    listed = await (await office_client.get("/api/v1/numbers")).json()
    owners = {item["e164"]: item["user"] for item in listed["items"]}
    assert owners[ANNAS] == "ben@example.test"
    for user, status in (("nobody@example.test", 404), (None, 200)):
        answer = await office_client.post(f"/api/v1/numbers/{ANNAS}/assign", json={"user": user})
        assert answer.status == status


async def test_a_greeting_must_be_there(office_client: Client, tmp_path: Path) -> None:
    await as_boss(office_client)
    number = {"e164": ANNAS, "label": "Anna", "greeting": "hello.mp3"}
    for name in ("hello.mp3", "../secret", ".hidden"):
        answer = await office_client.put("/api/v1/numbers", json={**number, "greeting": name})
        assert (await answer.json())["error_id"] == "bad-greeting"
    (tmp_path / "greetings").mkdir()
    (tmp_path / "greetings" / "hello.mp3").write_bytes(b"sound")
    assert (await office_client.put("/api/v1/numbers", json=number)).status == 200
    assert (tmp_path / "greetings" / "ready" / "hello.mp3.wav").exists()


async def test_switching_a_country(client: Client) -> None:
    await as_boss(client)
    await client.put("/api/v1/countries", json={"code": "ES", "allowed": True})
    listed = (await (await client.get("/api/v1/countries")).json())["items"]
    assert {"ES": True, "AT": True}.items() <= {c["code"]: c["allowed"] for c in listed}.items()
    assert next(c for c in listed if c["code"] == "ES")["name"] == "Spain"
    unknown = await client.put("/api/v1/countries", json={"code": "XX", "allowed": True})
    assert unknown.status == 404
    await as_anna(client)
    seen = (await (await client.get("/api/v1/countries")).json())["items"]
    assert all(country["allowed"] for country in seen)


async def test_listening_to_a_message_in_parts(
    client: Client, exchange: Exchange, tmp_path: Path
) -> None:
    (tmp_path / "voicemail").mkdir(exist_ok=True)
    (tmp_path / "voicemail" / "c.mp3").write_bytes(b"0123456789")
    message = Voicemail(
        "v1",
        "c1",
        HEAD_OFFICE,
        "Zentrale",
        "+436641",
        datetime(2026, 11, 21, tzinfo=UTC),
        10_000,
        9_000,
        VoicemailState.WAITING,
        "",
        "voicemail/c.wav",
        "voicemail/c.mp3",
    )
    await exchange.messages.add(message, None)
    await as_boss(client)
    part = await client.get("/api/v1/voicemails/v1/audio", headers={"Range": "bytes=2-4"})
    assert (part.status, await part.read()) == (206, b"234")
    assert part.content_type == "audio/mpeg"
    view = await (await client.get("/api/v1/voicemails/v1")).json()
    assert (view["duration_seconds"], view["state"]) == (10.0, "waiting")
    forward = {"to": "ben@example.test", "note": "Bitte übernehmen"}
    after = await (await client.post("/api/v1/voicemails/v1/forward", json=forward)).json()
    assert after["user"] == "ben@example.test"
    assert after["mails"][0]["recipients"] == ["ben@example.test"]


async def test_calls_page_by_page(client: Client, exchange: Exchange) -> None:
    for _ in range(5):
        view, _ = await exchange.place(exchange.anna)
        await exchange.calls.hang_up(exchange.anna, view.record.id)
        exchange.clock.seconds += 1
    await as_anna(client)
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = await (await client.get("/api/v1/calls", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 5
    assert (await client.get("/api/v1/calls", params={"cursor": "%%"})).status == 400
    assert (await client.get("/api/v1/calls", params={"limit": "0"})).status == 400
    assert (await client.get("/api/v1/calls", params={"from": "yesterday"})).status == 400
    await sign_in(client, "ben@example.test", "other word")
    assert (await (await client.get("/api/v1/calls")).json())["items"] == []


async def test_a_missed_call_is_seen_by_whose_number_it_was(
    client: Client, exchange: Exchange
) -> None:
    channel = await exchange.caller_calls(ANNAS)
    await as_anna(client)
    (call,) = (await (await client.get("/api/v1/calls", params={"open": "1"})).json())["items"]
    assert call["state"] == "greeting"
    assert "voice" not in call, "it is not hers to join"
    await exchange.far_hangs_up("in1", channel)
    (call,) = (await (await client.get("/api/v1/calls")).json())["items"]
    assert (call["outcome"], call["user"]) == ("missed", "anna@example.test")
    wish = {"number": "30 1234567", "task": "T-1"}
    assert (await client.post("/api/v1/calls", json=wish)).status == 201
    await sign_in(client, "ben@example.test", "other word")
    assert (await (await client.get("/api/v1/calls")).json())["items"] == []


async def test_the_live_socket(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as live:
        hello = await live.receive_json(timeout=5)
        assert (hello["type"], hello["me"]["email"]) == ("hello", "anna@example.test")
        await live.send_json({"type": "heartbeat", "phone": True})
        assert await live.receive_json(timeout=5) == {"type": "heartbeat"}
        assert exchange.presence.live(exchange.anna.id)
        await live.send_str("nonsense")
        await live.send_json({"type": "heartbeat", "phone": False})
        assert await live.receive_json(timeout=5) == {"type": "heartbeat"}
        assert not exchange.presence.live(exchange.anna.id)


async def test_signing_out_ends_being_reachable(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as live:
        await live.receive_json(timeout=5)
        await live.send_json({"type": "heartbeat", "phone": True})
        await live.receive_json(timeout=5)
        await client.delete("/api/v1/session")
        while (await live.receive(timeout=5)).type is WSMsgType.TEXT:
            pass
        assert live.close_code == 4401
    assert not exchange.presence.live(exchange.anna.id)


OUTSIDE = ("//etc/passwd", "/%2Fetc/passwd", "/..%2F..%2F..%2Fetc/passwd", "/../../etc/passwd")


@pytest.mark.parametrize("path", OUTSIDE)
async def test_only_the_web_apps_files_are_served(client: Client, path: str) -> None:
    """Sent as it is: clients would tidy such a path up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = (await asyncio.wait_for(reader.read(), 5)).decode()
    writer.close()
    await writer.wait_closed()
    assert "root:" not in answer
    assert "the web app's page" in answer or " 404 " in answer or " 400 " in answer


async def test_readiness_names_what_is_away(client: Client, exchange: Exchange) -> None:
    assert (await client.get("/readyz")).status == 200
    exchange.switch.reachable = False
    answer = await client.get("/readyz")
    body = await answer.json()
    assert (answer.status, body["ready"]) == (503, False)
    assert body["asterisk"] != "ok"
    assert body["database"] == "ok"
    assert (await client.get("/healthz")).status == 200


async def test_what_is_not_there(client: Client) -> None:
    await as_anna(client)
    answer = await client.get("/api/v1/nothing")
    assert (answer.status, answer.content_type) == (404, "application/problem+json")
    assert (await client.get("/api/v1/calls/unknown")).status == 404
    assert (await client.get("/api/docs")).status == 200
    described = await (await client.get("/api/v1/openapi.json")).json()
    assert set(described["paths"]) == {operation.path for operation in OPERATIONS}
