"""Greetings over real HTTP: taking in, versions, who plays what, and errors."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from pbx.domain import messages as m
from tests.support.api import eventually
from tests.support.exchange import ANNAS, Exchange
from tests.support.signing_in import Client, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]


async def upload(client: Client, path: str, data: Any = b"sound", **query: str) -> tuple[int, Any]:
    answer = await client.post(f"/api/v1{path}", data=data, params=query)
    return answer.status, await answer.json()


async def add(client: Client, name: str = "Ostern", **query: str) -> Any:
    status, greeting = await upload(client, "/greetings", name=name, **query)
    assert status == 201, greeting
    return greeting


async def greeting_for(exchange: Exchange) -> str:
    """What a caller of Anna's number would hear now."""
    plan = await exchange.board.plan(ANNAS)
    return (await exchange.board.voicemail_plan(plan)).files[0]


async def test_only_who_may_change_numbers(office_client: Client) -> None:
    await as_anna(office_client)
    assert (await send(office_client, "GET", "/greetings"))[0] == 403
    status, problem = await upload(office_client, "/greetings", name="x")
    assert (status, problem["error_id"]) == (403, "not-allowed")


async def test_a_greeting_is_taken_in_and_heard(office_client: Client) -> None:
    await as_boss(office_client)
    made = await add(office_client, "Ostern", file="ostern.mp3")
    [version] = made["versions"]
    assert (made["name"], version["number"], version["origin"]) == ("Ostern", 1, "ostern.mp3")
    assert (version["state"], version["valid_from"]) == ("draft", None)
    assert (version["source"], version["created_by"]) == ("upload", "boss@example.test")
    assert version["duration_seconds"] == 5
    answer = await office_client.get(version["audio"])
    assert (answer.content_type, await answer.read()) == ("audio/wav", b"sound")
    part = await office_client.get(version["audio"], headers={"Range": "bytes=1-2"})
    assert (part.status, await part.read()) == (206, b"ou")
    listed = await get(office_client, "/greetings")
    assert listed["items"] == [made]
    assert (listed["storage_bytes"], listed["max_bytes"], listed["max_seconds"]) == (5, 1000, 180)
    standard = {(each["language"], each["name"]): each for each in listed["standard"]}
    shipped = standard["de", "greeting"]
    assert (await office_client.get(shipped["audio"])).status == 200
    assert shipped["duration_seconds"] > 1
    assert ("en", "goodbye") in standard


async def test_a_form_brings_a_file_and_its_name(office_client: Client) -> None:
    await as_boss(office_client)
    form = FormData(quote_fields=False)
    form.add_field("note", "nothing")
    form.add_field("file", b"from a form", filename="Büro zu.mp3", content_type="audio/mpeg")
    status, made = await upload(office_client, "/greetings", form, source="browser")
    assert (status, made["name"]) == (201, "Büro zu")
    assert made["versions"][0]["source"] == "browser"
    empty = FormData(default_to_multipart=True)
    empty.add_field("note", "nothing")
    status, problem = await upload(office_client, "/greetings", empty)
    assert (status, problem["error_id"]) == (400, "no-greeting-file")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await office_client.post("/api/v1/greetings", data=b"--y", headers=headers)
    assert (answer.status, (await answer.json())["error_id"]) == (400, "no-greeting-file")


@pytest.mark.parametrize(
    ("data", "query", "error_id"),
    [
        (b"broken", {"name": "x"}, "greeting-unreadable"),
        (b"", {"name": "x"}, "greeting-unreadable"),
        (b"x" * 1001, {"name": "x"}, "greeting-too-large"),
        (b"x" * 1_000_000, {"name": "x"}, "greeting-too-large"),
        (b"sound", {"name": "  "}, "no-greeting-name"),
        (b"sound", {}, "no-greeting-name"),
        (b"sound", {"name": "x" * 101}, "no-greeting-name"),
        (b"sound", {"name": "x", "from": "tomorrow"}, "bad-time"),
        (b"sound", {"name": "x", "from": "2026-12-24T12:00:00"}, "bad-time"),
    ],
)
async def test_what_is_refused_leaves_nothing(
    office_client: Client, tmp_path: Path, data: bytes, query: dict[str, str], error_id: str
) -> None:
    await as_boss(office_client)
    status, problem = await upload(office_client, "/greetings", data, **query)
    assert (status, problem["error_id"]) == (400, error_id)
    assert len(problem["detail"]) > 10
    assert (await get(office_client, "/greetings"))["items"] == []
    folder = tmp_path / "greetings" / "library"
    assert not folder.is_dir() or list(folder.iterdir()) == []


async def test_a_name_that_is_taken_leaves_no_file(office_client: Client, tmp_path: Path) -> None:
    await as_boss(office_client)
    await add(office_client)
    status, problem = await upload(office_client, "/greetings", name="ostern")
    assert (status, problem["error_id"]) == (409, "greeting-exists")
    assert len(list((tmp_path / "greetings" / "library").iterdir())) == 1


async def test_the_version_that_is_valid_at_the_call_plays(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    made = await add(office_client)
    number = {"e164": ANNAS, "label": "Anna", "greeting": made["reference"]}
    status, problem = await send(office_client, "PUT", "/numbers", number)
    assert (status, problem["error_id"]) == (400, "bad-greeting"), "nothing is valid yet"
    [first] = made["versions"]
    path = f"/greeting-versions/{first['id']}"
    _, made = await send(office_client, "PUT", path, {"valid_from": "now"})
    assert made["versions"][0]["state"] == "current"
    assert (await send(office_client, "PUT", "/numbers", number))[0] == 200
    assert (await greeting_for(office)).endswith(f"/{first['id']}.wav")

    begin = office.clock.now().at + timedelta(seconds=60)
    status, made = await upload(
        office_client, f"/greetings/{made['id']}/versions", b"new", **{"from": begin.isoformat()}
    )
    assert (status, [v["state"] for v in made["versions"]]) == (201, ["planned", "current"])
    [use] = made["numbers"]
    assert use["e164"] == ANNAS
    await office.clock.advance(59)
    assert (await greeting_for(office)).endswith(f"/{first['id']}.wav")
    await office.clock.advance(1)
    second = made["versions"][0]["id"]
    assert (await greeting_for(office)).endswith(f"/{second}.wav")
    [shown] = (await get(office_client, "/greetings"))["items"]
    assert [v["state"] for v in shown["versions"]] == ["current", "past"]

    # The gauge of the room for recordings has greetings in it.
    room = await get(office_client, "/voicemail-storage")
    assert (
        room["used_bytes"] >= room["greetings_bytes"] == sum(v["bytes"] for v in made["versions"])
    )
    for method, path in (("DELETE", f"/greetings/{made['id']}"),):
        status, problem = await send(office_client, method, path)
        assert (status, problem["error_id"]) == (409, "greeting-in-use")
        assert ANNAS in problem["detail"]


async def test_a_caller_hears_it_and_never_a_missing_file(
    office: Exchange, office_client: Client, tmp_path: Path
) -> None:
    await as_boss(office_client)
    made = await add(office_client, **{"from": "now"})
    number = {"e164": ANNAS, "label": "Anna", "greeting": made["reference"]}
    assert (await send(office_client, "PUT", "/numbers", number))[0] == 200
    file = tmp_path / "greetings" / "library" / f"{made['versions'][0]['id']}.wav"
    await office.caller_calls(ANNAS)

    async def executed(kind: type[m.Command]) -> m.Command | None:
        return next((c for _, c in office.switch.executed if isinstance(c, kind)), None)

    await eventually(lambda: executed(m.Answer), 10, "the answer")
    office.board.event("in1", m.LegAnswered(office.clock.now(), m.Leg.FAR, "net-in1"))
    played = await eventually(lambda: executed(m.Play), 10, "the greeting")
    assert isinstance(played, m.Play)
    assert played.files == (str(file), "beep")
    file.unlink()
    assert await greeting_for(office) == "de/greeting"
    answer = await office_client.get(made["versions"][0]["audio"])
    assert (answer.status, (await answer.json())["error_id"]) == (404, "greeting-gone")


async def test_removing_and_taking_back(
    office: Exchange, office_client: Client, tmp_path: Path
) -> None:
    await as_boss(office_client)
    made = await add(office_client, **{"from": "now"})
    one = f"/greetings/{made['id']}"
    _, made = await upload(office_client, f"{one}/versions", b"other")
    version = f"/greeting-versions/{made['versions'][0]['id']}"
    _, left = await send(office_client, "DELETE", version)
    assert [v["number"] for v in left["versions"]] == [1]
    _, back = await send(office_client, "POST", f"{version}/restore")
    assert back == made
    assert (await send(office_client, "DELETE", one))[0] == 204
    assert (await get(office_client, "/greetings"))["items"] == []
    status, problem = await send(office_client, "DELETE", one)
    assert (status, problem["error_id"]) == (404, "unknown-greeting")
    assert (await send(office_client, "POST", f"{one}/restore")) == (200, made)
    status, renamed = await send(office_client, "PUT", one, {"name": "  Fest   tage "})
    assert (status, renamed["name"]) == (200, "Fest tage")
    await send(office_client, "DELETE", one)
    await office.clock.advance(8 * 24 * 3600)
    assert office.library is not None
    await office.library.sweep()
    await as_boss(office_client)
    assert (await send(office_client, "POST", f"{one}/restore"))[0] == 404
    assert list((tmp_path / "greetings" / "library").iterdir()) == []
    log = (await get(office_client, "/audit", kind="greeting"))["items"]
    assert {entry["by"] for entry in log} == {"boss@example.test", "system"}
    assert log[0]["action"] == "greeting.purged"


async def test_a_text_becomes_a_greeting(office_client: Client) -> None:
    await as_boss(office_client)
    text = {"text": "Wir sind im\nUrlaub.", "language": "de"}
    answer = await office_client.post("/api/v1/greetings/speech-preview", json=text)
    assert (answer.content_type, await answer.read()) == (
        "audio/wav",
        b"de normal Wir sind im Urlaub.",
    )
    assert (await get(office_client, "/greetings"))["items"] == []
    wish = {**text, "name": "Urlaub", "valid_from": "now"}
    status, made = await send(office_client, "POST", "/greetings/speech", wish)
    assert (status, made["name"]) == (201, "Urlaub")
    [version] = made["versions"]
    assert (version["source"], version["state"]) == ("speech", "current")
    assert version["origin"] == "Wir sind im Urlaub."
    wish = {"text": "Thank you", "language": "en", "pace": "slow", "greeting": made["id"]}
    _, made = await send(office_client, "POST", "/greetings/speech", wish)
    assert [v["origin"] for v in made["versions"]] == ["Thank you", "Wir sind im Urlaub."]
    for bad, error_id in (
        ({"text": " … "}, "no-greeting-text"),
        ({"text": ""}, "bad-request"),
        ({"text": "x" * 2001}, "bad-request"),
        ({"text": "x", "language": "xx"}, "bad-request"),
        ({"text": "x"}, "no-greeting-name"),
    ):
        status, problem = await send(office_client, "POST", "/greetings/speech", bad)
        assert (status, problem["error_id"]) == (400, error_id), bad
    wish = {"text": "x", "greeting": "nobody"}
    assert (await send(office_client, "POST", "/greetings/speech", wish))[0] == 404
