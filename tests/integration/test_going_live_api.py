"""Before a number goes live, over real HTTP: looked at, test-called, live, changed since."""

from typing import Any

from pbx.domain.test_calls import Heard
from tests.support.addons import wav
from tests.support.api import eventually
from tests.support.exchange import ANNAS, Exchange
from tests.support.signing_in import Client, as_boss, get, send

pytest_plugins = ["tests.support.served"]

NUMBER = f"/numbers/{ANNAS}"
LIST = f"{NUMBER}/going-live"
SETTINGS = {
    "e164": ANNAS,
    "label": "Praxis",
    "recipients": ["praxis@example.test"],
    "street": "Domkloster 4",
    "postcode": "50667",
    "city": "Köln",
    "address_country": "DE",
}
BY_HAND = ["label", "address", "recipients", "hours", "greeting"]


def states(view: Any) -> dict[str, str]:
    return {each["point"]: each["state"] for each in view["points"]}


def point(view: Any, name: str) -> Any:
    return next(each for each in view["points"] if each["point"] == name)


async def confirm(client: Client, name: str, seen: str = "") -> tuple[int, Any]:
    seen = seen or point(await get(client, LIST), name)["seen"]
    return await send(client, "PUT", f"{LIST}/{name}", {"seen": seen})


async def listed(client: Client, **query: str) -> list[tuple[str, str]]:
    found = (await get(client, "/numbers", **query))["items"]
    return [(each["e164"], each["going_live"]) for each in found if each["e164"] == ANNAS]


async def greeting_heard(office: Exchange, client: Client) -> None:
    """From now on test calls hear the shipped greeting."""
    shipped = (await get(client, "/greetings"))["standard"]
    [audio] = [e["audio"] for e in shipped if (e["language"], e["name"]) == ("de", "greeting")]
    data = await (await client.get(audio)).read()
    samples = list(memoryview(data[44:]).cast("h"))
    office.test_caller.heard = Heard(True, wav([0] * 7000 + samples), 9000)


async def called(client: Client) -> Any:
    """A test call, from its begin to its result."""
    status, begun = await send(client, "POST", f"{NUMBER}/test-calls")
    assert (status, bool(begun["test_calls"])) == (202, True)

    async def over() -> Any:
        view = await get(client, LIST)
        return None if view["test_calls"][0]["state"] == "running" else view

    return await eventually(over)


async def test_a_number_goes_live_when_the_last_point_is_done(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    fresh = await get(office_client, LIST)
    assert states(fresh) == {
        **dict.fromkeys((*BY_HAND, "test-call"), "open"),
        **dict.fromkeys(("rings", "route"), "done"),
    }
    assert point(fresh, "address")["findings"] != []
    assert (fresh["state"], fresh["since"], fresh["complete"]) == ("open", None, False)
    assert await listed(office_client, going_live="open") == [(ANNAS, "open")]
    await send(office_client, "PUT", "/numbers", SETTINGS)
    for name in BY_HAND:
        status, view = await confirm(office_client, name)
        assert (status, states(view)[name], point(view, name)["by"]) == (200, "done", "Boss")
    assert point(view, "address")["value"] == "Domkloster 4, 50667 Köln, DE"
    assert (await office_client.get(point(view, "greeting")["audio"])).status == 200
    status, problem = await send(office_client, "POST", LIST)
    assert (status, problem["error_id"]) == (409, "points-open")

    failed = await called(office_client)
    assert (failed["test_calls"][0]["reason"], failed["state"]) == ("not-answered", "open")
    await greeting_heard(office, office_client)
    await office.clock.advance(1)
    live = await called(office_client)
    assert (live["state"], live["by"], live["complete"]) == ("live", "Boss", True)
    assert live["since"] == point(live, "test-call")["at"]
    assert (await office_client.get(live["test_calls"][0]["audio"])).status == 200
    assert await listed(office_client, going_live="open") == []
    assert (await send(office_client, "POST", LIST))[1]["since"] == live["since"]

    # Only what was changed is open again; that it is live stays.
    moved = {**SETTINGS, "street": "Am Hof 1", "recipients": ["b@example.test"]}
    await send(office_client, "PUT", "/numbers", moved)
    view = await get(office_client, LIST)
    changed = {name for name, state in states(view).items() if state == "changed"}
    assert (changed, view["state"]) == ({"address", "recipients"}, "changed")
    assert view["since"] == live["since"]
    assert await listed(office_client) == [(ANNAS, "changed")]
    for name in changed:
        await confirm(office_client, name)
    steps = {"steps": [{"action": "voicemail"}]}
    assert (await send(office_client, "PUT", f"{NUMBER}/route", steps))[0] == 200
    view = await get(office_client, LIST)
    assert {n: s for n, s in states(view).items() if s != "done"} == {
        "hours": "changed",
        "rings": "open",
    }
    history = (await get(office_client, NUMBER))["changes"]
    told = [(each["title"], each["fields"][0]["after"]) for each in history]
    assert ("Number checked before it goes live", "Test call") in told
    assert "Number goes live" in [title for title, _ in told]


async def test_confirmations_are_taken_back_and_findings_may_be_meant(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    assert (await confirm(office_client, "label", "other"))[1]["error_id"] == "changed-meanwhile"
    for name in ("test-call", "caller-id", "nothing"):
        status, problem = await send(office_client, "PUT", f"{LIST}/{name}", {"seen": "x"})
        assert (status, problem["error_id"]) == (404, "no-such-point")
    unknown = await send(office_client, "GET", "/numbers/+4930999/going-live")
    assert (unknown[0], unknown[1]["error_id"]) == (404, "unknown-number")
    assert (await send(office_client, "GET", f"{NUMBER}/test-calls/x/audio"))[0] == 404

    await send(office_client, "PUT", "/numbers", SETTINGS)
    await send(office_client, "POST", f"{NUMBER}/assign", {"user": None})
    open_one = point(await get(office_client, LIST), "rings")
    assert (open_one["state"], open_one["place"], open_one["by_hand"]) == ("open", "owner", True)
    assert len(open_one["findings"]) == 1
    meant = (await confirm(office_client, "rings"))[1]
    assert point(meant, "rings")["by"] == "Boss"

    await send(office_client, "DELETE", f"{LIST}/rings")

    await greeting_heard(office, office_client)
    await called(office_client)
    for name in BY_HAND:
        await confirm(office_client, name)
    assert (await get(office_client, LIST))["complete"] is False
    # Where the last open thing is mended elsewhere, somebody records it.
    await send(office_client, "POST", f"{NUMBER}/assign", {"user": "anna@example.test"})
    view = await get(office_client, LIST)
    assert (view["state"], view["complete"]) == ("open", True)
    await office.clock.advance(1)
    live = (await send(office_client, "POST", LIST))[1]
    assert (live["state"], live["by"]) == ("live", "Boss")
    taken = (await send(office_client, "DELETE", f"{LIST}/label"))[1]
    assert (states(taken)["label"], taken["since"]) == ("open", live["since"])
    assert (await send(office_client, "DELETE", f"{LIST}/nothing"))[0] == 404


async def test_several_numbers_are_confirmed_at_once_and_taken_back(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    ready, wrong, other = "+4922182829101", "+4922182829102", "+4922182829103"
    asked = [ready, wrong, ANNAS, other, "+4930999"]
    for e164 in (ready, wrong, other):
        await send(office_client, "PUT", "/numbers", {**SETTINGS, "e164": e164})
        owner = {"user": None if e164 == wrong else "anna@example.test"}
        await send(office_client, "POST", f"/numbers/{e164}/assign", owner)
    await send(office_client, "PUT", "/numbers", SETTINGS)
    for name in BY_HAND:
        await confirm(office_client, name)

    async def look() -> dict[str, Any]:
        status, page = await send(office_client, "POST", "/number-checks/look", {"numbers": asked})
        assert status == 200
        return {each["e164"]: each for each in page["items"]}

    async def confirm_all(seen: dict[str, Any]) -> tuple[str, dict[str, str]]:
        wish = [{"e164": e164, "seen": each["seen"]} for e164, each in seen.items()]
        status, done = await send(office_client, "POST", "/number-checks", {"numbers": wish})
        assert status == 200
        return done["at"], {each["e164"]: each["verdict"] for each in done["items"]}

    before = await look()
    assert {e164: each["verdict"] for e164, each in before.items()} == {
        ready: "ready",
        wrong: "wrong",
        other: "ready",
        ANNAS: "nothing",
    }
    assert len(before[wrong]["findings"]) == 1
    assert len(before[ready]["points"]) == len(BY_HAND)
    await office.clock.advance(1)
    moved = {**SETTINGS, "e164": other, "street": "Am Hof 1"}
    await send(office_client, "PUT", "/numbers", moved)
    at, done = await confirm_all(before)
    assert done == {ready: "confirmed", wrong: "wrong", other: "changed", ANNAS: "nothing"}
    checked = await get(office_client, f"/numbers/{ready}/going-live")
    assert {n for n, state in states(checked).items() if state == "open"} == {"test-call"}
    [change] = (await get(office_client, "/audit", subject=ready, kind="number"))["items"][:1]
    assert change["fields"][0]["after"].startswith("Label, Address, ")

    # What was confirmed before stays; the same again leads to the same.
    await office.clock.advance(1)
    assert (await send(office_client, "POST", "/number-checks/take-back", {"at": at}))[0] == 204
    after = await look()
    assert after == {**before, other: after[other]}
    await office.clock.advance(1)
    _, done = await confirm_all(after)
    assert done == {ready: "confirmed", wrong: "wrong", other: "confirmed", ANNAS: "nothing"}

    naive = {"at": at.removesuffix("Z").removesuffix("+00:00")}
    assert (await send(office_client, "POST", "/number-checks/take-back", naive))[0] == 400

    # Where a test call has passed before, that was all that was missing.
    await send(office_client, "DELETE", f"{LIST}/label")
    await greeting_heard(office, office_client)
    assert (await called(office_client))["state"] == "open"
    await office.clock.advance(1)
    at, _ = await confirm_all({ANNAS: (await look())[ANNAS]})
    live = await get(office_client, LIST)
    assert (live["state"], live["by"], live["complete"]) == ("live", "Boss", True)
    await send(office_client, "POST", "/number-checks/take-back", {"at": at})
    assert (await get(office_client, LIST))["state"] == "open"
