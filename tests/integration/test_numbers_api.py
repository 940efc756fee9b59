"""Our numbers over the API: settings, hand-over now and later, undo, groups, files, requests."""

import asyncio
import io
from datetime import timedelta

from pbx.domain.records import CoolDown
from pbx.domain.routing import Reason
from pbx.store import Database
from pbx.web.live import HUB
from tests.fakes.edges import settle
from tests.support.exchange import ANNAS, HEAD_OFFICE, Exchange
from tests.support.signing_in import Client, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]

NUMBER = f"/numbers/{ANNAS}"
ANNA, BEN = "anna@example.test", "ben@example.test"
FORM = {
    "e164": ANNAS,
    "label": "Praxis",
    "recipients": ["praxis@example.test"],
    "cc": ["copy@example.test"],
    "state": "porting",
    "street": "Domkloster 4",
    "postcode": "50667",
    "city": "Köln",
    "address_country": "AT",
    "cool_down_days": 2,
    "cool_down": "head-office",
}


async def test_settings_are_kept_and_what_is_left_out_stays(office_client: Client) -> None:
    await as_boss(office_client)
    status, number = await send(office_client, "PUT", "/numbers", FORM)
    assert status == 200
    assert {name: number[name] for name in FORM} == FORM
    assert (number["country"], number["type"], number["user"]) == ("DE", "fixed", ANNA)
    assert [warning["id"] for warning in number["warnings"]] == ["address-country"]
    short = {"e164": ANNAS, "label": "Kurz"}
    _, number = await send(office_client, "PUT", "/numbers", short)
    assert (number["label"], number["recipients"]) == ("Kurz", [])
    assert (number["state"], number["cc"], number["city"]) == ("porting", FORM["cc"], "Köln")
    for wrong in ({"address_country": "XX"}, {"cool_down_days": 91}, {"state": "gone"}):
        assert (await send(office_client, "PUT", "/numbers", {**short, **wrong}))[0] == 400


async def test_the_list_is_filtered_and_paged(office_client: Client) -> None:
    await as_boss(office_client)

    async def found(**query: str) -> list[str]:
        return [item["e164"] for item in (await get(office_client, "/numbers", **query))["items"]]

    assert await found() == [HEAD_OFFICE, ANNAS]
    assert await found(query="anna") == [ANNAS]
    assert await found(user=ANNA) == [ANNAS]
    assert await found(user="who@example.test") == []
    assert await found(held="head-office") == [HEAD_OFFICE]
    assert await found(state="ported") == []
    page = await get(office_client, "/numbers", limit="1")
    assert [item["e164"] for item in page["items"]] == [HEAD_OFFICE]
    assert await found(limit="1", cursor=page["next"]) == [ANNAS]
    assert (await send(office_client, "GET", "/numbers?held=x"))[1]["error_id"] == "bad-held"


async def test_a_hand_over_counts_for_the_very_next_call(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    for user in (office.anna, office.ben):
        office.presence.beat(user.id, user.id, phone=True)
    before = await office.board.plan(ANNAS)
    await send(office_client, "POST", f"{NUMBER}/assign", {"user": BEN})
    after = await office.board.plan(ANNAS)
    rings = [list(plan.rings) for plan in (before, after)]
    assert rings == [[office.anna.id], [office.ben.id]]


async def test_a_hand_over_is_undone_once(office_client: Client) -> None:
    await as_boss(office_client)
    assert (await send(office_client, "POST", f"{NUMBER}/assign", {"user": BEN}))[0] == 200
    detail = await get(office_client, NUMBER)
    assert [each["user"] for each in detail["history"]] == [BEN, ANNA]
    assert detail["history"][1]["until"] == detail["history"][0]["since"]
    assert detail["history"][0]["by_name"] == "Boss"
    [change, _] = detail["changes"]
    assert (change["after"]["user_id"], change["by_name"]) == ("Ben", "Boss")
    undo = {"change": detail["undo_assignment"]}
    status, number = await send(office_client, "POST", f"{NUMBER}/undo", undo)
    assert (status, number["user"]) == (200, ANNA)
    status, problem = await send(office_client, "POST", f"{NUMBER}/undo", undo)
    assert (status, problem["error_id"]) == (409, "newer-change")


async def test_settings_are_undone(office_client: Client) -> None:
    await as_boss(office_client)
    before = (await get(office_client, NUMBER))["number"]
    assert (await get(office_client, NUMBER))["undo_settings"] is None
    await send(office_client, "PUT", "/numbers", FORM)
    undo = {"change": (await get(office_client, NUMBER))["undo_settings"]}
    assert (await send(office_client, "POST", f"{NUMBER}/undo", undo))[0] == 200
    assert (await get(office_client, NUMBER))["number"] == before


async def test_a_number_is_given_to_the_head_office(office_client: Client) -> None:
    await as_boss(office_client)
    wish = {"user": None, "head_office": True}
    _, number = await send(office_client, "POST", f"{NUMBER}/assign", wish)
    assert (number["user"], number["at_head_office"]) == (None, True)
    assert "nobody-rings" in [warning["id"] for warning in number["warnings"]]
    wish = {"user": ANNA, "head_office": True}
    _, problem = await send(office_client, "POST", f"{NUMBER}/assign", wish)
    assert problem["error_id"] == "one-owner"


async def test_while_a_number_cools_down_its_callers_reach_the_head_office(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    await send(office_client, "PUT", "/numbers", FORM)
    _, number = await send(office_client, "POST", f"{NUMBER}/assign", {"user": BEN})
    assert number["cool_until"] is not None
    plan = await office.board.plan(ANNAS)
    assert (plan.number.e164, plan.notes[0]) == (HEAD_OFFICE, Reason.COOLING_DOWN)
    await office.clock.advance(2 * 86400)
    await as_boss(office_client)
    plan = await office.board.plan(ANNAS)
    assert (plan.number.user_id, plan.number.cool_down) == (office.ben.id, CoolDown.HEAD_OFFICE)
    assert Reason.COOLING_DOWN not in plan.notes
    assert (await get(office_client, NUMBER))["number"]["cool_until"] is None


async def test_a_planned_hand_over_happens_at_its_second(
    office: Exchange, office_client: Client
) -> None:
    await as_boss(office_client)
    numbers = office_client.app[HUB].api.office.numbers
    start = office.clock.now().at
    later = {"user": BEN, "from": (start + timedelta(seconds=65)).isoformat()}
    back = {"user": ANNA, "from": (start + timedelta(seconds=70)).isoformat()}
    _, number = await send(office_client, "POST", f"{NUMBER}/assign", later)
    assert (number["user"], number["planned"][0]["user"]) == (ANNA, BEN)
    await send(office_client, "POST", f"{NUMBER}/assign", back)
    items = (await get(office_client, "/planned-changes"))["items"]
    assert [(item["user_name"], item["by_name"]) for item in items] == [
        ("Ben", "Boss"),
        ("Anna", "Boss"),
    ]
    running = asyncio.create_task(numbers.run())

    async def owner_after(seconds: float) -> str:
        """Whose it is when so much time has gone on."""
        for _ in range(round(seconds * 4)):
            await office.clock.advance(0.25)
            await asyncio.sleep(0.02)
            await settle()
        return str((await get(office_client, NUMBER))["number"]["user"])

    try:
        assert await owner_after(0.5) == ANNA
        await office.clock.advance(63)
        assert await owner_after(1.25) == ANNA
        assert await owner_after(0.5) == BEN
        assert await owner_after(5) == ANNA
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    history = (await get(office_client, NUMBER))["history"]
    assert [(each["user"], each["by_name"]) for each in history] == [
        (ANNA, "Boss"),
        (BEN, "Boss"),
        (ANNA, None),
    ]


async def test_what_came_due_while_nothing_ran_is_done_at_the_start(
    office: Exchange, office_client: Client, empty_database: Database
) -> None:
    await as_boss(office_client)
    due = (office.clock.now().at + timedelta(seconds=5)).isoformat()
    await send(office_client, "POST", f"{NUMBER}/assign", {"user": BEN, "from": due})
    await office.clock.advance(60)
    [done] = await empty_database.planned_changes.carry_out(office.clock.now().at)
    assert done.e164 == ANNAS
    assert (await get(office_client, NUMBER))["number"]["user"] == BEN


async def test_a_plan_is_cancelled(office: Exchange, office_client: Client) -> None:
    await as_boss(office_client)
    due = (office.clock.now().at + timedelta(hours=1)).isoformat()
    wish = {"user": BEN, "from": due}
    _, number = await send(office_client, "POST", f"{NUMBER}/assign", wish)
    path = f"/planned-changes/{number['planned'][0]['id']}"
    status, plan = await send(office_client, "DELETE", path)
    assert (status, plan["state"]) == (200, "cancelled")
    assert (await send(office_client, "DELETE", path))[1]["error_id"] == "planned-change-over"
    assert (await get(office_client, NUMBER))["number"]["planned"] == []


async def test_groups(office_client: Client) -> None:
    await as_boss(office_client)
    _, group = await send(
        office_client, "POST", "/number-groups", {"name": " Praxen ", "numbers": [ANNAS]}
    )
    assert (group["name"], group["numbers"]) == ("Praxen", 1)
    assert (await send(office_client, "POST", "/number-groups", {"name": "praxen"}))[0] == 409
    listed = await get(office_client, "/numbers", group=group["id"])
    assert [item["groups"] for item in listed["items"]] == [["Praxen"]]
    path = f"/number-groups/{group['id']}"
    _, renamed = await send(office_client, "PUT", path, {"name": "Ärzte"})
    assert renamed["name"] == "Ärzte"
    short = {"e164": ANNAS, "label": "A", "groups": ["Praxen"]}
    assert (await send(office_client, "PUT", "/numbers", short))[0] == 404
    assert (await send(office_client, "DELETE", path))[0] == 204
    assert (await get(office_client, "/number-groups"))["items"] == []


async def test_the_file_that_was_exported_changes_nothing(office_client: Client) -> None:
    await as_boss(office_client)
    await send(office_client, "PUT", "/numbers", FORM)
    path = "/api/v1/numbers/import"
    for kind in ("", "?format=excel-de"):
        data = await (await office_client.get(f"/api/v1/numbers.csv{kind}")).read()
        done = await (await office_client.post(path, data=data)).json()
        assert (done["unchanged"], done["created"], done["updated"]) == (2, 0, 0)
    more = b"number,label,assigned_to\n+4922182829985,Neu,ben@example.test\n"
    tried = await (await office_client.post(f"{path}?dry_run=1", data=more)).json()
    assert (tried["dry_run"], tried["created"]) == (True, 1)
    assert len((await get(office_client, "/numbers"))["items"]) == 2
    assert (await (await office_client.post(path, data=more)).json())["created"] == 1
    assert (await (await office_client.post(path, data=more)).json())["unchanged"] == 1


async def test_a_file_with_one_wrong_row_changes_nothing(office_client: Client) -> None:
    await as_boss(office_client)
    data = (
        "number;label;assigned_to;groups\n"
        "+4922182829985;Gut;;\n"
        "+4922182829986;Wer?;who@example.test;\n"
        "12;;;\n"
        f"{ANNAS};Anders;;Nirgends\n"
    ).encode()
    answer = await office_client.post("/api/v1/numbers/import", data=data)
    done = await answer.json()
    assert [error["row"] for error in done["errors"]] == [3, 4, 5]
    assert (done["created"], done["updated"]) == (0, 0)
    listed = (await get(office_client, "/numbers"))["items"]
    assert [(item["e164"], item["label"]) for item in listed] == [
        (HEAD_OFFICE, "Zentrale"),
        (ANNAS, "Anna"),
    ]
    for broken in (b"", b"PK\x03\x04\x00", b"x" * (1024 * 1024 + 1)):
        answer = await office_client.post("/api/v1/numbers/import", data=io.BytesIO(broken))
        assert (answer.status, (await answer.json())["error_id"]) == (400, "bad-number-file")


async def test_asking_for_a_number_of_ones_own(office_client: Client, office: Exchange) -> None:
    await as_anna(office_client)
    assert (await send(office_client, "GET", NUMBER))[0] == 403
    wish = {"reason": "Viele Rückrufe"}
    status, asked = await send(office_client, "POST", "/number-requests", wish)
    assert (status, asked["by_name"], asked["state"]) == (201, "Anna", "open")
    assert (await send(office_client, "POST", "/number-requests", wish))[0] == 200
    path = f"/number-requests/{asked['id']}"
    assert (await send(office_client, "POST", f"{path}/approve", {"e164": ANNAS}))[0] == 403
    await as_boss(office_client)
    await send(office_client, "PUT", "/numbers", {"e164": "+4922182829985", "label": "Frei"})
    status, problem = await send(office_client, "POST", f"{path}/approve", {"e164": ANNAS})
    assert (status, problem["error_id"]) == (409, "number-taken")
    status, given = await send(
        office_client, "POST", f"{path}/approve", {"e164": "+4922182829985", "text": "Gern"}
    )
    assert (status, given["state"], given["decided_by"]) == (200, "approved", "Boss")
    assert (await send(office_client, "POST", f"{path}/refuse", {}))[0] == 409
    owned = await get(office_client, "/numbers", user=ANNA)
    assert [item["e164"] for item in owned["items"]] == [ANNAS, "+4922182829985"]
    await as_anna(office_client)
    [mine] = (await get(office_client, "/number-requests"))["items"]
    assert (mine["answer"], mine["e164"]) == ("Gern", "+4922182829985")
    # Who decides is told by mail of a new one; who asked, of the answer, by mail and at once.
    assert office.notifier.number_requests == [(asked["id"], office.anna.id)] * 3
    assert office.post is not None
    letters = {each.recipients[0]: each for each in await office.post.about(asked["id"])}
    answer, told = letters[ANNA], letters["boss@example.test"]
    assert len(letters) == 4, "all who may decide, and who asked"
    assert answer.subject == "Ihre eigene Nummer: 0221 82829985"
    assert "> Gern" in answer.text
    assert "Viele Rückrufe" in told.text
    await as_boss(office_client)
    assert (await get(office_client, "/number-requests", mine="1"))["items"] == []
    hub = office_client.app[HUB]
    async with office_client.ws_connect("/api/v1/live") as live:
        await live.receive_json(timeout=5)
        hub.number_request_changed(asked["id"], office.anna.id)
        pushed = await live.receive_json(timeout=5)
        assert (pushed["type"], pushed["request"]["state"]) == ("number-request", "approved")
