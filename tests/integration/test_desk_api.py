"""The desk around the calls over real HTTP: who sees, changes and is told what."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pbx.domain.records import (
    Area,
    Country,
    LedgerEntry,
    LedgerKind,
    Task,
    User,
    Voicemail,
    VoicemailState,
    Zone,
)
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_anna, as_ben, as_boss, get, send

pytest_plugins = ["tests.support.served"]

EVA = {"name": "Eva Beck", "number": "0221 82829-970", "country": "DE"}
FAR = "+49301234567"


# ------------------------------------------------------------------ callers, notes, history


async def test_what_is_known_of_a_caller(client: Client, exchange: Exchange) -> None:
    for _ in range(6):
        call_id = await exchange.talking(exchange.anna)
        await exchange.calls.hang_up(exchange.anna, call_id)
        exchange.clock.seconds += 10
    await as_anna(client)
    await send(client, "PUT", f"/calls/{call_id}/note", {"text": "will zurückrufen"})
    unknown = await get(client, "/callers", number=FAR)
    assert (unknown["name"], unknown["task"], unknown["task_title"]) == (None, "T-1", "Termine")
    assert len(unknown["calls"]) == 5
    assert unknown["calls"][0]["id"] == call_id
    assert unknown["calls"][0]["note"] == "will zurückrufen"
    await exchange.caller_calls(ANNAS, caller=FAR)
    ringing = await get(client, "/callers", number=FAR)
    assert (ringing["calls"][0]["task"], ringing["task"]) == ("support", "T-1")
    await exchange.far_hangs_up(ringing["calls"][0]["id"])
    eva = {**EVA, "number": FAR, "company": "Möbel", "note": "Chefin", "task": "support"}
    await send(client, "POST", "/contacts", eva)
    known = await get(client, "/callers", number=FAR)
    assert (known["name"], known["company"], known["note"]) == ("Eva Beck", "Möbel", "Chefin")
    assert (known["task"], known["task_title"]) == ("support", "Support")
    assert {call["party_name"] for call in known["calls"]} == {"Eva Beck"}
    await as_ben(client)
    others = await get(client, "/callers", number=FAR)
    assert (others["name"], others["task"], others["calls"]) == (None, None, [])
    for bad in ("", "030", "+0", "+49x"):
        answer = await client.get("/api/v1/callers", params={"number": bad})
        assert answer.status == 400


async def test_a_note_on_a_call_is_its_writers(client: Client, exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    await exchange.calls.hang_up(exchange.anna, call_id)
    path = f"/calls/{call_id}/note"
    await as_anna(client)
    status, note = await send(client, "PUT", path, {"text": " Rückruf "})
    assert (status, note["text"], note["by"]) == (200, "Rückruf", "Anna")
    (call,) = (await get(client, "/calls"))["items"]
    assert call["note"] == "Rückruf"
    await as_boss(client)
    assert (await get(client, "/calls"))["items"][0]["note"] is None
    await send(client, "PUT", path, {"text": "geprüft"})
    await as_ben(client)
    assert (await send(client, "PUT", path, {"text": "x"}))[0] == 404
    await as_anna(client)
    status, note = await send(client, "PUT", path, {"text": ""})
    assert note == {"text": "", "by": None, "at": None}
    assert (await get(client, "/calls"))["items"][0]["note"] is None
    assert (await send(client, "PUT", path, {"text": "x" * 4001}))[0] == 400


async def test_the_history_by_what_is_asked(client: Client, exchange: Exchange) -> None:
    out = await exchange.talking(exchange.anna)
    await exchange.calls.hang_up(exchange.anna, out)
    exchange.clock.seconds += 1
    channel = await exchange.caller_calls(ANNAS)
    await exchange.far_hangs_up("in1", channel)
    await as_anna(client)

    async def ids(**query: str) -> list[str]:
        return [call["id"] for call in (await get(client, "/calls", **query))["items"]]

    assert await ids() == ["in1", out]
    assert await ids(direction="inbound") == await ids(outcome="missed") == ["in1"]
    assert await ids(outcome="answered,busy") == await ids(query="termine") == [out]
    assert await ids(query="030 123") == await ids(query="+49 30 1234567") == [out]
    assert await ids(outcome="missed", query="termine") == await ids(direction="internal") == []
    for query in ({"direction": "up"}, {"outcome": "missed,x"}):
        answer = await client.get("/api/v1/calls", params=query)
        assert (answer.status, (await answer.json())["error_id"]) == (400, "bad-filter")


async def test_who_took_part_sees_the_call(client: Client, exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    await exchange.calls.hang_up(exchange.anna, call_id)
    now = exchange.clock.now()
    joined = LedgerEntry(call_id, LedgerKind.LEG_UP, now, user_id=exchange.ben.id, leg="agent")
    await exchange.calls_log.append(joined)
    await as_ben(client)
    assert [call["id"] for call in (await get(client, "/calls"))["items"]] == [call_id]
    assert (await get(client, f"/calls/{call_id}"))["call"]["user"] == "anna@example.test"
    report = {"seconds": 61, "mos": 4, "worst_mos": 3, "jitter_ms": 2}
    assert (await send(client, "POST", f"/calls/{call_id}/quality", report))[0] == 204


# ------------------------------------------------------------------ tasks


async def test_favourites_and_the_shared_note_of_a_task(client: Client, exchange: Exchange) -> None:
    task = Task("T-2", "Ablage", "", Area.SALES, 0, assignees=("ben@example.test",))
    await exchange.directory.put_task(task)
    await as_anna(client)
    assert (await send(client, "PUT", "/tasks/support/favourite"))[0] == 204
    for method, path in (("PUT", "favourite"), ("GET", "note"), ("PUT", "note")):
        body = {"text": "x"} if path == "note" and method == "PUT" else None
        assert (await send(client, method, f"/tasks/T-2/{path}", body))[0] == 403
        assert (await send(client, method, f"/tasks/none/{path}", body))[0] == 404
    await exchange.talking(exchange.anna)
    tasks = (await get(client, "/tasks"))["items"]
    assert [(t["external_id"], t["favourite"]) for t in tasks] == [
        ("support", True),
        ("T-1", False),
    ]
    assert tasks[0]["last_used_at"] is None
    assert datetime.fromisoformat(tasks[1]["last_used_at"]).tzinfo is not None
    assert (await send(client, "DELETE", "/tasks/support/favourite"))[0] == 204
    assert [t["external_id"] for t in (await get(client, "/tasks"))["items"]] == ["T-1", "support"]

    assert await get(client, "/tasks/T-1/note") == {"text": "", "by": None, "at": None}
    status, note = await send(client, "PUT", "/tasks/T-1/note", {"text": "Herr K. nur mittags"})
    assert (status, note["by"]) == (200, "Anna")
    await as_ben(client)
    seen = await get(client, "/tasks/T-1/note")
    assert (seen["text"], seen["by"], seen["at"]) == (note["text"], "Anna", note["at"])
    assert len((await get(client, "/tasks"))["items"]) == 3


# ------------------------------------------------------------------ countries asked for


async def test_asking_for_a_country_and_calling_it(client: Client, exchange: Exchange) -> None:
    call = {"number": "+34 911234567", "country": "ES", "task": "T-1"}
    await as_anna(client)
    status, problem = await send(client, "POST", "/calls", call)
    assert (status, problem["error_id"]) == (403, "country-not-allowed")
    wish = {"country": "ES", "task": "T-1", "reason": "Kunde in Madrid"}
    status, request = await send(client, "POST", "/country-requests", wish)
    assert (status, request["state"], request["country_name"]) == (201, "open", "Spanien")
    assert (request["by"], request["task_title"]) == ("anna@example.test", "Termine")
    status, again = await send(client, "POST", "/country-requests", {**wish, "reason": "eilig"})
    assert (status, again["id"], again["reason"]) == (200, request["id"], "eilig")
    answer = f"/country-requests/{request['id']}"
    assert (await send(client, "POST", f"{answer}/approve", {}))[0] == 403

    await as_ben(client)
    assert (await get(client, "/country-requests"))["items"] == []
    await as_boss(client)
    (listed,) = (await get(client, "/country-requests", open="1"))["items"]
    assert (listed["country_name"], listed["by_name"]) == ("Spain", "Anna")
    status, decided = await send(client, "POST", f"{answer}/approve", {"text": "gern"})
    assert (status, decided["state"], decided["decided_by"]) == (200, "approved", "Boss")
    assert (await send(client, "POST", f"{answer}/approve", {}))[0] == 200
    status, problem = await send(client, "POST", f"{answer}/refuse", {})
    assert (status, problem["error_id"]) == (409, "request-decided")
    assert (await send(client, "POST", "/country-requests/none/approve", {}))[0] == 404
    assert exchange.directory.country_changes[-1][0].code == "ES"

    await as_anna(client)
    assert "ES" in [c["code"] for c in (await get(client, "/countries"))["items"]]
    assert (await send(client, "POST", "/calls", call))[0] == 201
    status, problem = await send(client, "POST", "/country-requests", wish)
    assert (status, problem["error_id"]) == (409, "country-allowed")
    assert exchange.notifier.country_requests == [(request["id"], exchange.anna.id)] * 3


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"country": "XX", "reason": "bitte"}, 404),
        ({"country": "ES", "reason": "x"}, 400),
        ({"country": "ES"}, 400),
        ({"country": "ES", "reason": "bitte", "task": "none"}, 403),
    ],
)
async def test_a_request_that_cannot_be(client: Client, wish: dict[str, str], status: int) -> None:
    await as_anna(client)
    assert (await send(client, "POST", "/country-requests", wish))[0] == status


async def test_refusing_a_country_keeps_it_locked(client: Client, exchange: Exchange) -> None:
    await as_anna(client)
    wish = {"country": "ES", "reason": "Kunde in Madrid"}
    _, request = await send(client, "POST", "/country-requests", wish)
    await as_boss(client)
    path = f"/country-requests/{request['id']}/refuse"
    _, decided = await send(client, "POST", path, {"text": "zu teuer"})
    assert (decided["state"], decided["answer"]) == ("refused", "zu teuer")
    country = await exchange.directory.country("ES")
    assert country is not None
    assert not country.allowed
    await as_anna(client)
    status, new = await send(client, "POST", "/country-requests", wish)
    assert (status, new["state"]) == (201, "open")
    assert len((await get(client, "/country-requests"))["items"]) == 2


async def test_unlocking_a_country_answers_who_asked_for_it(
    client: Client, exchange: Exchange
) -> None:
    portugal = Country("PT", Zone.EU, False)
    await exchange.directory.put_country(portugal, "test", exchange.clock.now().at)
    await as_anna(client)
    for country in ("ES", "PT"):
        wish = {"country": country, "reason": "Kunde dort"}
        await send(client, "POST", "/country-requests", wish)
    await as_boss(client)
    for allowed in (False, True):
        await send(client, "PUT", "/countries", {"code": "ES", "allowed": allowed})
    await as_anna(client)
    requests = (await get(client, "/country-requests"))["items"]
    assert {r["country"]: r["state"] for r in requests} == {"ES": "approved", "PT": "open"}


async def test_the_live_socket_tells_who_asked_and_management(
    client: Client, exchange: Exchange
) -> None:
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as anna:
        await anna.receive_json(timeout=5)
        hub = client.server.app[_hub()]
        wish = {"country": "ES", "reason": "Kunde in Madrid"}
        _, request = await send(client, "POST", "/country-requests", wish)
        await as_ben(client)
        async with client.ws_connect("/api/v1/live") as ben:
            await ben.receive_json(timeout=5)
            hub.country_request_changed(request["id"], exchange.anna.id)
            hub.ring_stopped(exchange.ben.id, "end", "declined")
            told = await anna.receive_json(timeout=5)
            assert (told["type"], told["request"]["id"]) == ("country-request", request["id"])
            assert told["request"]["country_name"] == "Spanien"
            assert (await ben.receive_json(timeout=5))["type"] == "ring-stop"


def _hub() -> Any:
    from pbx.web.live import HUB

    return HUB


# ------------------------------------------------------------------ voicemail


def message(message_id: str, second: int, user: User | None = None) -> Voicemail:
    return Voicemail(
        id=message_id,
        call_id=f"call-{message_id}",
        did=HEAD_OFFICE,
        label="Zentrale",
        caller=FAR,
        recorded_at=datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=second),
        duration_ms=10_000,
        speech_ms=9_000,
        state=VoicemailState.WAITING,
        reason="",
        wav=f"voicemail/{message_id}.wav",
        mp3=f"voicemail/{message_id}.mp3",
        user_id=user.id if user else None,
    )


async def test_messages_are_heard_by_whose_they_are(
    client: Client, exchange: Exchange, tmp_path: Path
) -> None:
    store = exchange.messages
    await store.add(message("all", 1), None)
    await store.add(message("annas", 2), None, exchange.anna.id)
    await store.add(message("bens", 3, exchange.ben), None)
    (tmp_path / "voicemail").mkdir()
    for name in ("all", "annas", "bens"):
        (tmp_path / "voicemail" / f"{name}.mp3").write_bytes(b"0123456789")
        (tmp_path / "voicemail" / f"{name}.wav").write_bytes(bytes([0, 128, 255]))

    async def seen() -> tuple[list[str], list[int]]:
        listed = [item["id"] for item in (await get(client, "/voicemails"))["items"]]
        statuses = [
            (await client.get(f"/api/v1/voicemails/{name}{part}")).status
            for name in ("all", "annas", "bens")
            for part in ("", "/audio", "/waveform")
        ]
        return listed, statuses

    await as_boss(client)
    assert await seen() == (["bens", "annas", "all"], [200] * 9)
    await as_anna(client)
    assert await seen() == (["annas"], [404] * 3 + [200] * 3 + [404] * 3)
    picture = await get(client, "/voicemails/annas/waveform")
    assert picture == {"seconds": 10.0, "peaks": [0.0, 0.5, 0.99609375]}
    await as_boss(client)
    for to in ("anna@example.test", "ben@example.test"):
        await send(client, "POST", "/voicemails/all/forward", {"to": to})
    await as_anna(client)
    assert (await seen())[0] == ["annas", "all"]
    (tmp_path / "voicemail" / "annas.wav").write_bytes(b"broken")
    answer = await client.get("/api/v1/voicemails/annas/waveform")
    assert (answer.status, (await answer.json())["error_id"]) == (404, "recording-gone")


async def test_a_message_belongs_to_whose_number_was_called(exchange: Exchange) -> None:
    channel = await exchange.caller_calls(ANNAS)
    await exchange.far_hangs_up("in1", channel)
    await exchange.directory.assign(ANNAS, exchange.ben.id, "boss", exchange.clock.now().at)
    exchange.switch.recordings["in1"] = b"speech"
    exchange.voicemail.keep("in1")

    async def kept() -> Voicemail | None:
        return await exchange.messages.by_call("in1")

    deadline = asyncio.get_running_loop().time() + 5
    while (found := await kept()) is None:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)
    assert await exchange.voicemail.may_hear(exchange.anna, found.id)
    boss = await exchange.directory.user_by_email("boss@example.test")
    assert boss is not None
    assert await exchange.voicemail.may_hear(boss, found.id)


async def test_pushes_of_a_message_go_to_who_may_hear_it(
    client: Client, exchange: Exchange
) -> None:
    await exchange.messages.add(message("annas", 1), None, exchange.anna.id)
    await as_anna(client)
    async with client.ws_connect("/api/v1/live") as anna:
        await anna.receive_json(timeout=5)
        await as_ben(client)
        async with client.ws_connect("/api/v1/live") as ben:
            await ben.receive_json(timeout=5)
            hub = client.server.app[_hub()]
            hub.voicemail_changed("annas")
            hub.ring_stopped(exchange.ben.id, "end", "declined")
            told = await anna.receive_json(timeout=5)
            assert (told["type"], told["voicemail"]["id"]) == ("voicemail", "annas")
            assert (await ben.receive_json(timeout=5))["type"] == "ring-stop"


# ------------------------------------------------------------------ quality


async def test_quality_of_ones_own_calls(client: Client, exchange: Exchange) -> None:
    call_id = await exchange.talking(exchange.anna)
    await exchange.calls.hang_up(exchange.anna, call_id)
    report = {"seconds": 61.5, "mos": 3.9, "worst_mos": 2.5, "jitter_ms": 12, "network": "wifi"}
    path = f"/calls/{call_id}/quality"
    await as_ben(client)
    assert (await send(client, "POST", path, report))[0] == 404
    await as_boss(client)
    assert (await send(client, "POST", path, report))[0] == 404
    await as_anna(client)
    assert (await send(client, "POST", "/calls/none/quality", report))[0] == 404
    for bad in ({"mos": 5.1}, {"mos": 0}, {"network": "x"}, {"loss_percent": 101}, {"seconds": -1}):
        assert (await send(client, "POST", path, {**report, **bad}))[0] == 400, bad
    assert (await send(client, "POST", path, {**report, "mos": 1}))[0] == 204
    assert (await send(client, "POST", path, report))[0] == 204
    (call,) = (await get(client, "/calls"))["items"]
    assert call["mos"] == 3.9
    diary = await get(client, "/quality")
    (day,) = diary["days"]
    assert (day["day"], day["calls"], day["mos"], day["jitter_ms"]) == ("2026-11-21", 1, 3.9, 12)
    assert diary["advice"] == []
    await as_ben(client)
    assert (await get(client, "/quality", user="anna@example.test"))["days"] == []
    await as_boss(client)
    assert len((await get(client, "/quality", user="anna@example.test"))["days"]) == 1
    assert (await get(client, "/calls"))["items"][0]["mos"] == 3.9
    assert (await client.get("/api/v1/quality", params={"user": "x@y.z"})).status == 404
    for days in ("0", "91", "x", "-1", "９"):
        assert (await client.get("/api/v1/quality", params={"days": days})).status == 400


async def test_probes_of_the_line(client: Client) -> None:
    await as_anna(client)
    answers = [await client.get("/api/v1/probe") for _ in range(2)]
    bodies = [await answer.read() for answer in answers]
    assert {len(body) for body in bodies} == {128 * 1024}
    assert bodies[0] != bodies[1]
    assert "no-store" in answers[0].headers["Cache-Control"]
    for size, status in ((0, 204), (256 * 1024, 204), (256 * 1024 + 1, 400)):
        assert (await client.post("/api/v1/probe", data=bytes(size))).status == status
