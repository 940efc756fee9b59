"""Steps, opening hours, absences, caller lists and the simulator over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

from pbx.domain import messages as m
from pbx.domain.audit import ChangeFilter
from pbx.domain.call import CallState
from pbx.domain.records import Number
from pbx.web.live import HUB
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, Exchange
from tests.support.signing_in import Client, as_admin, as_anna, as_boss, get, send
from tests.support.waiting import eventually

pytest_plugins = ["tests.support.served"]

ROUTE = f"/numbers/{ANNAS}/route"
SIMULATE = f"/numbers/{ANNAS}/simulate"
OFFICE = {
    "name": "Büro",
    "state": "NW",
    "intervals": [{"weekday": day, "start": 540, "end": 1080} for day in range(5)],
}
BEN, ANNA = "ben@example.test", "anna@example.test"


def step(action: str, target: str = "", **more: object) -> dict[str, object]:
    return {"action": action, "target": target, **more}


async def put(client: Client, path: str, body: object) -> Any:
    status, found = await send(client, "PUT", path, body)
    assert status == 200, found
    return found


async def simulate(client: Client, **wish: object) -> Any:
    status, found = await send(client, "POST", SIMULATE, wish)
    assert status == 200, found
    return found


async def test_hours_steps_and_the_simulator(office_client: Client, office: Exchange) -> None:
    await as_boss(office_client)
    assert (await get(office_client, ROUTE))["steps"] == []
    schedule = await put(office_client, "/routing/schedules/office", OFFICE)
    assert schedule["now"] in ("open", "closed", "holiday")
    team = {"name": "Team", "strategy": "all", "members": [ANNA, BEN]}
    assert (await put(office_client, "/routing/groups/team", team))["members"] == [ANNA, BEN]
    steps = [
        step("group", "team", hours="open", schedule="office", seconds=15),
        step("announce", "de/not-reachable", hours="closed", schedule="office"),
        step("reject", hours="holiday", schedule="office"),
    ]
    route = await put(office_client, ROUTE, {"steps": steps})
    assert route["problems"] == []
    assert [s["action"] for s in route["steps"]] == ["group", "announce", "reject"]
    assert (await get(office_client, ROUTE))["steps"] == route["steps"]

    friday = await simulate(
        office_client, at="2026-11-27T10:00:00", live=[BEN], caller="0171 2345678"
    )
    [ring] = friday["stages"]
    assert (ring["kind"], ring["seconds"], ring["position"]) == ("ring", 15, 0)
    assert [person["user"] for person in ring["people"]] == [BEN]
    assert any(s["who"] == "Anna" and "no browser" in s["text"] for s in friday["skipped"])
    sunday = await simulate(office_client, at="2026-11-29T20:00:00", live=[BEN])
    assert [(s["kind"], s["sound"]) for s in sunday["stages"]] == [("announce", "de/not-reachable")]
    assert (sunday["final"], sunday["final_text"]) == ("voicemail", "Voicemail")
    christmas = await simulate(office_client, at="2026-12-25T10:00:00+01:00", live=[BEN])
    assert christmas["final"] == "reject"

    await office.caller_calls(ANNAS, "in1")
    await until_settled(office, "in1")
    told = await get(office_client, "/calls/in1")
    assert any("closed" in line["text"] for line in told["timeline"]), told["timeline"]


async def test_what_is_wrong_is_said_after_saving(office_client: Client, office: Exchange) -> None:
    await as_boss(office_client)
    second = "+4922182829982"
    await office.directory.put_number(Number(second, "Zweite"), "boss", office.clock.now().at)
    steps = [step("number", second), step("person", BEN)]
    route = await put(office_client, ROUTE, {"steps": steps})
    assert [(p["fault"], p["position"]) for p in route["problems"]] == [
        ("unreachable", 1),
        ("nobody", None),
    ]
    back = await put(office_client, f"/numbers/{second}/route", {"steps": [step("number", ANNAS)]})
    [loop, _] = back["problems"]
    assert (loop["fault"], loop["detail"]) == ("loop", f"{second} {ANNAS} {second}")
    assert "circle" in loop["text"]
    found = await get(office_client, "/routing/problems")
    assert {p["e164"] for p in found["items"] if p["fault"] == "loop"} == {ANNAS, second}
    simulated = await simulate(office_client)
    assert any("five times" in note for note in simulated["notes"])
    gone = await put(office_client, ROUTE, {"steps": [step("number", "+4999999999")]})
    assert gone["problems"][0]["fault"] == "no-number"


async def test_a_number_outside_rings_as_far_as_policy_lets_it(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    for number, error_id in (
        ("+34 910 123456", "country-not-allowed"),
        ("0900 123456", "number-type-denied"),
        (ANNAS, "outside-ours"),
    ):
        wish = {"steps": [step("outside", number)]}
        status, problem = await send(office_client, "PUT", ROUTE, wish)
        assert (status, problem["error_id"]) == (status, error_id)
        assert status in (400, 403)
    wish = {"steps": [step("outside", "0171 1234567", seconds=25)]}
    route = await put(office_client, ROUTE, wish)
    assert (route["problems"], route["steps"][0]["target"]) == ([], "+491711234567")
    [rings] = (await simulate(office_client))["stages"]
    assert (rings["kind"], rings["seconds"], rings["people"]) == ("outside", 25, [])
    assert rings["outside"].replace(" ", "") == "+491711234567"
    back = await simulate(office_client, caller=ANNAS)
    assert (back["stages"], back["skipped"][0]["position"]) == ([], 0)
    assert "circle" in back["skipped"][0]["text"]

    await office.caller_calls(ANNAS, "in1")
    dial = await eventually(
        lambda: next((c for _, c in office.switch.executed if isinstance(c, m.Dial)), None)
    )
    await office.far_hangs_up(dial.channel.removesuffix(".far"), cause=17)

    async def told() -> bool:
        lines = [line["text"] for line in (await get(office_client, "/calls/in1"))["timeline"]]
        called, busy = "The number outside is called", "The number outside is busy"
        return called in lines and lines[-1].startswith(busy)

    await eventually(told)
    assert office.board.actor("in1").call.state is CallState.GREETING


async def test_every_change_is_in_the_audit_log(office_client: Client) -> None:
    await as_admin(office_client)
    await put(office_client, "/routing/schedules/office", OFFICE)
    await put(office_client, "/routing/groups/team", {"name": "Team"})
    await put(office_client, ROUTE, {"steps": [step("voicemail")]})
    absence = {"user": ANNA, "begins": "2026-12-24T00:00:00", "ends": "2027-01-02T00:00:00"}
    shown = await put(office_client, "/routing/absences/a1", absence | {"deputy": BEN})
    assert (shown["user_name"], shown["deputy"]) == ("Anna", BEN)
    assert shown["begins"].startswith("2026-12-24T00:00:00")
    status, blocked = await send(office_client, "POST", "/blocked-callers", {"number": "+49900*"})
    assert status == 201
    for path in (
        "/routing/schedules/office",
        "/routing/groups/team",
        "/routing/absences/a1",
        f"/blocked-callers/{blocked['id']}",
    ):
        assert (await send(office_client, "DELETE", path))[0] == 204
        assert (await send(office_client, "DELETE", path))[0] == 404
    changes = (await get(office_client, "/audit", by="admin@example.test"))["items"]
    assert sorted(c["action"] for c in changes) == [
        *("absence.added", "absence.removed", "caller.added", "caller.removed"),
        *("group.added", "group.removed", "route.changed", "schedule.added", "schedule.removed"),
    ]


async def test_whoever_is_away_is_replaced(office_client: Client, office: Exchange) -> None:
    await as_boss(office_client)
    absence = {
        "user": ANNA,
        "begins": "2026-12-01T00:00:00",
        "ends": "2026-12-18T00:00:00",
        "deputy": BEN,
    }
    await put(office_client, "/routing/absences/a1", absence)
    for at, who in (
        ("2026-11-30T23:59:59", ANNA),
        ("2026-12-01T00:00:00", BEN),
        ("2026-12-17T23:59:59", BEN),
        ("2026-12-18T00:00:00", ANNA),
    ):
        found = await simulate(office_client, at=at, live=[ANNA, BEN])
        assert [p["user"] for s in found["stages"] for p in s["people"]] == [who], at
    longer = absence | {"ends": "2026-12-20T00:00:00", "deputy": "", "note": "bis Sonntag"}
    await put(office_client, "/routing/absences/a1", longer)
    (shown,) = (await get(office_client, "/routing/absences"))["items"]
    assert (shown["id"], shown["deputy"], shown["note"]) == ("a1", "", "bis Sonntag")
    found = await simulate(office_client, at="2026-12-19T12:00:00", live=[ANNA, BEN])
    assert found["stages"] == []
    (change, _) = (await get(office_client, "/audit", kind="absence"))["items"]
    assert change["action"] == "absence.changed"
    bad = absence | {"ends": absence["begins"]}
    assert await send_fails(office_client, "/routing/absences/a1", bad) == "bad-period"
    own = absence | {"deputy": ANNA}
    assert await send_fails(office_client, "/routing/absences/a1", own) == "bad-deputy"


async def send_fails(client: Client, path: str, body: object, method: str = "PUT") -> str:
    status, found = await send(client, method, path, body)
    assert 400 <= status < 500, found
    return str(found["error_id"])


async def test_what_is_refused(office_client: Client) -> None:
    await as_anna(office_client)
    assert await send_fails(office_client, ROUTE, {"steps": []}) == "not-allowed"
    await as_boss(office_client)
    many = {"steps": [step("voicemail")] * 21}
    assert await send_fails(office_client, ROUTE, many) == "too-many-steps"
    sound = {"steps": [step("announce", "../secret.wav")]}
    assert await send_fails(office_client, ROUTE, sound) == "bad-greeting"
    who = {"steps": [step("person", "nobody@example.test")]}
    assert await send_fails(office_client, ROUTE, who) == "unknown-user"
    assert await send_fails(office_client, "/numbers/+4911111111/route", many) == "unknown-number"
    state = OFFICE | {"state": "XX"}
    assert await send_fails(office_client, "/routing/schedules/a", state) == "bad-state"
    midnight = OFFICE | {"intervals": [{"weekday": 0, "start": 1440, "end": 60}]}
    assert await send_fails(office_client, "/routing/schedules/a", midnight) == "bad-interval"
    assert await send_fails(office_client, "/routing/schedules/a%20b", OFFICE) == "bad-id"
    name = OFFICE | {"name": "  "}
    assert await send_fails(office_client, "/routing/schedules/a", name) == "bad-name"
    late = {"at": "9999-01-01T00:00:00"}
    assert await send_fails(office_client, SIMULATE, late, "POST") == "bad-time"


async def blocked(client: Client, kind: str = "block") -> list[dict[str, Any]]:
    return list((await get(client, "/blocked-callers", kind=kind))["items"])


async def test_a_blocked_caller_is_rejected_and_counted(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    office.presence.beat(office.anna.id, "tab", phone=True)
    body = {"number": "+43 664*", "note": "Werbung"}
    assert (await send(office_client, "POST", "/blocked-callers", body))[0] == 201
    await office.caller_calls(ANNAS, "in1", "+436641234567")
    await until_settled(office, "in1")
    told = await get(office_client, "/calls/in1")
    assert told["call"]["outcome"] == "rejected"
    assert any("block list" in line["text"] for line in told["timeline"])
    assert not office.notifier.rings
    [entry] = await blocked(office_client)
    assert (entry["number"], entry["prefix"], entry["hits"]) == ("+43664", True, 1)
    assert (entry["by"], entry["note"]) == ("boss@example.test", "Werbung")
    await send(
        office_client, "POST", "/blocked-callers", {"number": "+436641234567", "kind": "allow"}
    )
    await office.caller_calls(ANNAS, "in2", "+436641234567")
    await until_settled(office, "in2")
    assert office.notifier.rings == [office.anna.id]
    assert [e["hits"] for e in await blocked(office_client, "allow")] == [1]


async def until_settled(office: Exchange, call_id: str) -> None:
    """A real database answers from a thread: until what follows the arrival is done."""
    async with asyncio.timeout(10):
        while call_id in office.board._arriving or any(
            task.get_name().endswith(f"after {call_id}") for task in asyncio.all_tasks()
        ):
            await asyncio.sleep(0.005)
    await settle()


async def test_a_hidden_caller_is_blocked_from_the_call(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    for call_id, number in (("in1", "+491719999999"), ("in2", "+491719999999"), ("in3", "")):
        office.switch.asserted[f"net-{call_id}"] = number
    await office.caller_calls(ANNAS, "in1", "anonymous")
    await until_settled(office, "in1")
    status, entry = await send(office_client, "POST", "/blocked-callers", {"call_id": "in1"})
    assert (status, entry["number"]) == (201, None)
    await office.caller_calls(ANNAS, "in2", "anonymous")
    await until_settled(office, "in2")
    await office.caller_calls(ANNAS, "in3", "anonymous")
    await until_settled(office, "in3")
    shown = [await get(office_client, f"/calls/in{n}") for n in (1, 2, 3)]
    assert [c["call"]["outcome"] for c in shown] == [None, "rejected", None]
    assert "1719999999" not in str(shown)
    assert await send_fails(
        office_client, "/blocked-callers", {"call_id": "in3"}, "POST"
    ) == "caller-unknown"  # fmt: skip
    assert await send_fails(office_client, "/blocked-callers", {}, "POST") == "number-or-call"
    wrong = {"number": "12", "call_id": ""}
    assert await send_fails(office_client, "/blocked-callers", wrong, "POST") == "bad-caller-number"
    past = {"number": "+4930123456", "until": "2020-01-01T00:00:00Z"}
    assert await send_fails(office_client, "/blocked-callers", past, "POST") == "bad-until"
    gone = {"call_id": "nothing"}
    assert await send_fails(office_client, "/blocked-callers", gone, "POST") == "unknown-call"


async def test_administrators_are_told_once_of_what_is_wrong(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    await put(office_client, ROUTE, {"steps": [step("number", ANNAS)]})
    api = office_client.server.app[HUB].api  # type: ignore[union-attr]
    routing = api.office.routing
    await routing.nightly()
    await routing.nightly()
    changes, _ = await api.office.audit.find(ChangeFilter(kind="routing"), None, 5)
    assert [c.action for c in changes] == ["routing.alarm"]
    letters = await api.office.post._store.due(office.clock.now().at + timedelta(hours=1))
    assert {r for letter in letters for r in letter.recipients} == {
        "admin@example.test",
        "root@example.test",
    }
    assert "circle" in letters[0].text
