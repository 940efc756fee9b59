"""Unlocks, limits and the brake over HTTP, on a real database with a clock that we turn."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pbx.domain.brake import BrakeMode, Pattern, Rule
from pbx.domain.records import CallRecord
from pbx.errors import PbxError, Refused
from pbx.services.calls import PlaceRequest
from pbx.store import Database
from tests.support.exchange import Exchange
from tests.support.signing_in import Client, as_admin, as_anna, as_boss, get, send

pytest_plugins = ["tests.support.served"]

SPAIN = "+34911234567"


async def check(client: Client, number: str = SPAIN, task: str = "T-1") -> Any:
    return await get(client, "/numbers/check", country="DE", number=number, task=task)


async def tried(
    office: Exchange, number: str = SPAIN, task: str = "T-1", *, hang_up: bool = True
) -> str:
    """What becomes of a call by Anna: `ok` or the error's id."""
    try:
        view, _ = await office.calls.place(office.anna, PlaceRequest(number, "DE", task, ""))
    except PbxError as e:
        return e.error_id
    if hang_up:
        await office.calls.hang_up(office.anna, view.record.id)
    return "ok"


async def written(
    office: Exchange, call_id: str, there: Callable[[CallRecord], bool]
) -> CallRecord:
    """The call as soon as what happened stands in the ledger."""
    async with asyncio.timeout(5):
        while True:
            record = await office.calls_log.get(call_id)
            if record is not None and there(record):
                return record
            await asyncio.sleep(0.01)


def iso(at: datetime) -> str:
    return at.isoformat()


# ------------------------------------------------------------------ unlocks


async def test_for_one_task_until_a_second(office_client: Client, office: Exchange) -> None:
    now = office.clock.now().at
    await as_boss(office_client)
    wish = {"country": "ES", "task": "T-1", "until": iso(now + timedelta(hours=1)), "note": "Hotel"}
    status, made = await send(office_client, "POST", "/unlocks", wish)
    assert (status, made["state"], made["task_title"]) == (201, "active", "Termine")
    assert await tried(office) == "ok"
    assert await tried(office, task="support") == "country-not-allowed"
    await as_anna(office_client)
    assert (await check(office_client))["allowed"] is True
    other = await check(office_client, task="support")
    assert (other["allowed"], other["error_id"]) == (False, "country-not-allowed")
    assert "T-1" in other["detail"]
    listed = {c["code"]: c for c in (await get(office_client, "/countries"))["items"]}
    assert (listed["ES"]["allowed"], listed["ES"]["open_to_me"]) == (False, True)
    office.clock.seconds += 3599
    assert await tried(office) == "ok"
    office.clock.seconds += 1
    assert await tried(office) == "country-not-allowed"
    over = await check(office_client)
    assert not over["allowed"]
    assert "21.11.2026, 11:00" in over["detail"]
    assert "ES" not in {c["code"] for c in (await get(office_client, "/countries"))["items"]}
    await as_boss(office_client)
    (listed_unlock,) = (await get(office_client, "/unlocks", country="ES"))["items"]
    assert listed_unlock["state"] == "over"
    assert not (await get(office_client, "/unlocks", current="1"))["items"]
    (change,) = (await get(office_client, "/audit", kind="unlock"))["items"]
    assert (change["action"], change["subject"], change["by"]) == (
        "unlock.added",
        "ES",
        "boss@example.test",
    )
    assert (change["after"]["task"], change["after"]["note"]) == ("T-1", "Hotel")


async def test_denied_ranges_and_types_stay_closed_in_an_unlocked_country(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    assert (await send(office_client, "POST", "/unlocks", {"country": "ES"}))[0] == 201
    assert await tried(office) == "ok"
    for premium in ("+34806123456", "+34902123456", "+34701234567"):
        assert await tried(office, premium) == "number-type-denied"
    assert await tried(office, "112") == "emergency-number"


async def test_for_a_person_revoked_and_brought_back(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    wish = {"country": "ES", "user": "ben@example.test"}
    _, made = await send(office_client, "POST", "/unlocks", wish)
    assert await tried(office) == "country-not-allowed"
    view, _ = await office.calls.place(office.ben, PlaceRequest(SPAIN, "DE", "T-1", ""))
    await office.calls.hang_up(office.ben, view.record.id)
    path = f"/unlocks/{made['id']}"
    _, revoked = await send(office_client, "POST", f"{path}/revoke")
    assert (revoked["state"], revoked["revoked_by"]) == ("revoked", "Boss")
    with pytest.raises(Refused):
        await office.calls.place(office.ben, PlaceRequest(SPAIN, "DE", "T-1", ""))
    _, back = await send(office_client, "POST", f"{path}/restore")
    assert back["state"] == "active"
    await office.calls.place(office.ben, PlaceRequest(SPAIN, "DE", "T-1", ""))
    actions = [c["action"] for c in (await get(office_client, "/audit", kind="unlock"))["items"]]
    assert actions == ["unlock.restored", "unlock.revoked", "unlock.added"]


async def test_a_cap_warns_and_then_refuses_while_the_call_goes_on(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    await send(office_client, "POST", "/unlocks", {"country": "ES", "cap_minutes": 10})
    call = (await office.calls.place(office.anna, PlaceRequest(SPAIN, "DE", "T-1", "")))[0]
    await office.browser_joins(office.anna, call.record.id)
    await office.far_answers(call.record.id)
    await written(office, call.record.id, lambda record: record.answered is not None)
    office.clock.seconds += 500
    warned = await check(office_client)
    assert warned["allowed"]
    assert warned["warnings"] == ["Spain: 1 of 10 minutes left."]
    office.clock.seconds += 101
    assert (await check(office_client))["error_id"] == "country-not-allowed"
    state = await office.board.view_of(call.record.id)
    assert state.state == "talking", "the call under way may go on"
    await office.calls.hang_up(office.anna, call.record.id)
    (unlock,) = (await get(office_client, "/unlocks"))["items"]
    assert (unlock["state"], unlock["used_seconds"]) == ("used_up", 601.0)


@pytest.mark.parametrize(
    ("wish", "status", "error_id"),
    [
        ({"country": "XX"}, 404, "unknown-country"),
        ({"country": "DE"}, 409, "country-allowed"),
        ({"country": "ES", "user": "nobody@x.test"}, 404, "unknown-user"),
        ({"country": "ES", "task": "T-404"}, 404, "unknown-task"),
        ({"country": "ES", "until": "2026-11-21T09:00:00Z"}, 400, "bad-until"),
        ({"country": "ES", "until": "2027-01-01T09:00:00"}, 400, "bad-time"),
        ({"country": "ES", "cap_minutes": 0}, 400, "bad-request"),
    ],
)
async def test_what_cannot_be_unlocked(
    office_client: Client, wish: dict[str, object], status: int, error_id: str
) -> None:
    await as_boss(office_client)
    found, problem = await send(office_client, "POST", "/unlocks", wish)
    assert (found, problem["error_id"]) == (status, error_id)
    assert (await send(office_client, "POST", "/unlocks/x/revoke"))[0] == 404


async def test_refused_calls_are_counted_and_a_look_counts_once(
    office_client: Client, office: Exchange
) -> None:
    await as_anna(office_client)
    for _ in range(3):
        await check(office_client)
    await check(office_client, "+3491123")
    await tried(office)
    await as_boss(office_client)
    (refused,) = (await get(office_client, "/refused-calls"))["items"]
    assert (refused["country_name"], refused["user_name"], refused["count"]) == ("Spain", "Anna", 2)


# ------------------------------------------------------------------ requests


async def asked(client: Client, task: str = "T-1") -> str:
    await as_anna(client)
    wish = {"country": "ES", "reason": "Hotel in Sevilla", "task": task}
    status, made = await send(client, "POST", "/country-requests", wish)
    assert status == 201
    return str(made["id"])


async def test_approved_for_the_task_of_the_request(
    office_client: Client, office: Exchange
) -> None:
    request_id = await asked(office_client)
    await as_boss(office_client)
    path = f"/country-requests/{request_id}/approve"
    _, done = await send(office_client, "POST", path, {"scope": "task", "cap_minutes": 30})
    assert done["state"] == "approved"
    assert done["granted"] == "only for the task Termine, 30 minutes at most"
    assert await tried(office) == "ok"
    assert await tried(office, task="support") == "country-not-allowed"
    assert office.notifier.country_requests[-1] == (request_id, office.anna.id)
    kinds = [c["action"] for c in (await get(office_client, "/audit"))["items"]]
    assert "country-request.approved" in kinds
    assert (await send(office_client, "POST", path, {}))[1]["granted"] == done["granted"]


async def test_without_a_scope_it_is_everybodys_as_ever(
    office_client: Client, office: Exchange
) -> None:
    request_id = await asked(office_client, task="")
    await as_boss(office_client)
    path = f"/country-requests/{request_id}/approve"
    status, problem = await send(office_client, "POST", path, {"scope": "task"})
    assert (status, problem["error_id"]) == (400, "no-task")
    _, done = await send(office_client, "POST", path, {"text": "ja"})
    assert (done["state"], done["granted"]) == ("approved", None)
    country = await office.directory.country("ES")
    assert country is not None
    assert country.allowed


async def test_a_link_in_a_mail_shows_and_only_then_decides(
    office_client: Client, office: Exchange, empty_database: Database
) -> None:
    request_id = await asked(office_client)
    letters = await empty_database.letters.about(request_id)
    to = {letter.recipients: letter for letter in letters}
    assert set(to) == {(f"{name}@example.test",) for name in ("boss", "admin", "root")}
    text = to[("boss@example.test",)].text
    token = text.partition("https://pbx.example.test/country-request/")[2].split()[0]
    path = f"/country-decisions/{token}"
    office_client.session.cookie_jar.clear()
    for _ in range(2):
        shown = await get(office_client, path)
        assert (shown["state"], shown["reason"], shown["by_name"], shown["holder_name"]) == (
            "open",
            "Hotel in Sevilla",
            "Anna",
            "Boss",
        )
    assert await tried(office) == "country-not-allowed"
    wish = {"decision": "approve", "scope": "user", "text": "gern"}
    _, done = await send(office_client, "POST", path, wish)
    assert (done["state"], done["answer"]) == ("approved", "gern")
    assert await tried(office) == "ok"
    status, problem = await send(office_client, "POST", path, {"decision": "refuse"})
    assert (status, problem["error_id"]) == (409, "request-decided")
    status, problem = await send(office_client, "GET", path + "x")
    assert (status, problem["error_id"]) == (400, "bad-link")
    await as_boss(office_client)
    (change,) = (await get(office_client, "/audit", kind="country-request"))["items"]
    assert (change["by"], change["after"]["state"]) == ("boss@example.test", "approved")
    office.clock.seconds += 15 * 86400
    assert (await send(office_client, "GET", path))[1]["error_id"] == "link-expired"


# ------------------------------------------------------------------ limits


async def test_a_limit_counts_for_the_very_next_call(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    assert await tried(office, "030 1234567") == "ok"
    limits = [{"limit": "calls_per_hour", "value": "2"}]
    _, defaults = await send(
        office_client, "PUT", "/limits", {"user": "anna@example.test", "values": limits}
    )
    shown = {v["limit"]: v["value"] for v in defaults["values"]}
    assert (shown["calls_at_once"], shown["cost_per_day"], shown["calls_per_day"]) == (
        "1",
        "50",
        None,
    )
    assert await tried(office, "030 1234567") == "ok"
    assert await tried(office, "030 1234567") == "limit-reached"
    await as_anna(office_client)
    checked = await check(office_client, "030 1234567")
    assert (checked["allowed"], checked["error_id"]) == (False, "limit-reached")
    assert "2 von 2 Anrufen in dieser Stunde" in checked["detail"]
    await as_boss(office_client)
    people = {p["user"]: p for p in (await get(office_client, "/limits/people"))["items"]}
    anna = people["anna@example.test"]
    assert anna["own"] == limits
    assert ("calls_per_hour", "2", True) in {
        (u["limit"], u["used"], u["reached"]) for u in anna["usage"]
    }
    office.clock.seconds += 3600
    assert await tried(office, "030 1234567") == "ok"
    assert await tried(office, "112") == "emergency-number"
    own = {"user": "anna@example.test", "values": []}
    assert (await send(office_client, "PUT", "/limits", own))[0] == 200
    assert await tried(office, "030 1234567") == "ok"
    changes = (await get(office_client, "/audit", kind="limits"))["items"]
    assert [c["before"] for c in changes] == [{"calls_per_hour": "2"}, {"calls_per_hour": None}]


async def test_cost_by_the_price_list(office_client: Client, office: Exchange) -> None:
    await as_boss(office_client)
    path = f"/price-lists/{(await get(office_client, '/price-lists'))['items'][0]['id']}/rates"
    price = {"destination": "DE:fixed", "valid_from": "2026-01-01", "per_minute": "0,60"}
    assert (await send(office_client, "PUT", path, price))[0] == 200
    values = [{"limit": "cost_per_day", "value": "1.00"}]
    await send(office_client, "PUT", "/limits", {"values": values})
    call_id = await office.talking(office.anna)
    office.clock.seconds += 85
    await office.calls.hang_up(office.anna, call_id)
    await as_anna(office_client)
    near = await check(office_client, "030 1234567")
    assert near["allowed"]
    assert "0,85 von 1,00 Euro heute" in near["warnings"][0]
    call_id = await office.talking(office.anna)
    office.clock.seconds += 15
    await office.calls.hang_up(office.anna, call_id)
    assert await tried(office, "030 1234567") == "limit-reached"


async def test_a_persons_calls_at_once_and_longest_call(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    values = [
        {"limit": "calls_at_once", "value": "2"},
        {"limit": "longest_call_minutes", "value": "3"},
    ]
    await send(office_client, "PUT", "/limits", {"user": "anna@example.test", "values": values})
    call_id = await office.talking(office.anna)
    assert await tried(office, "030 1234568", hang_up=False) == "ok"
    assert await tried(office, "030 1234569") == "limit-reached"
    assert office.board.actor(call_id).call.limits.max_call_seconds == 180


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("calls_at_once", None),
        ("calls_at_once", "0"),
        ("calls_per_day", "1.5"),
        ("cost_per_day", "-1"),
        ("cost_per_day", "1e9"),
        ("longest_call_minutes", "0"),
    ],
)
async def test_senseless_limits(office_client: Client, limit: str, value: str | None) -> None:
    await as_boss(office_client)
    wish = {"values": [{"limit": limit, "value": value}]}
    status, problem = await send(office_client, "PUT", "/limits", wish)
    assert (status, problem["error_id"]) == (400, "bad-limit")


async def test_which_types_of_numbers(office_client: Client, office: Exchange) -> None:
    await as_boss(office_client)
    assert await tried(office, "+4932221234567") == "number-type-denied"
    mobile_only = {"types": ["mobile"]}
    _, found = await send(office_client, "PUT", "/limits/number-types", mobile_only)
    assert (found["number_types"], found["emergency_mode"]) == (["mobile"], "refuse")
    assert await tried(office, "030 1234567") == "number-type-denied"
    assert await tried(office, "0170 1234567") == "ok"
    for types in ([], ["premium"]):
        status, _ = await send(office_client, "PUT", "/limits/number-types", {"types": types})
        assert status == 400
    (change,) = (await get(office_client, "/audit", kind="policy"))["items"]
    assert change["after"] == {"value": ["mobile"]}


# ------------------------------------------------------------------ the brake


async def test_the_brake_stops_mails_and_is_released(
    office_client: Client, office: Exchange
) -> None:
    await as_boss(office_client)
    rules = [{"pattern": "sequence", "count": 4, "minutes": 60}]
    _, brake = await send(office_client, "PUT", "/brake", {"mode": "lock", "rules": rules})
    assert {r["pattern"]: r["count"] for r in brake["rules"]}["sequence"] == 4
    results = [await tried(office, f"030 123456{n}") for n in range(5)]
    assert results == ["ok", "ok", "ok", "outbound-locked", "outbound-locked"]
    assert await tried(office, "112") == "emergency-number"
    assert [letter.to for letter in office.letters.written] == [
        ("admin@example.test",),
        ("root@example.test",),
    ]
    assert "+49301234560" in office.letters.written[0].text
    await as_anna(office_client)
    assert (await check(office_client, "0170 1234567"))["error_id"] == "outbound-locked"
    await as_admin(office_client)
    (lock,) = (await get(office_client, "/brake"))["locked"]
    assert (lock["name"], lock["pattern"], lock["numbers"]) == ("Anna", "sequence", 4)
    office.clock.seconds += 1
    _, brake = await send(office_client, "POST", f"/outbound-locks/{lock['id']}/release")
    assert brake["locked"] == []
    office.clock.seconds += 1
    assert await tried(office, "030 1234565") == "ok", "calls before the release do not count"
    actions = [c["action"] for c in (await get(office_client, "/audit", kind="outbound"))["items"]]
    assert actions == ["outbound.released", "outbound.locked"]


async def test_a_brake_that_only_warns_mails_once(office_client: Client, office: Exchange) -> None:
    limits = office.destinations.brake
    await as_boss(office_client)
    rules = [{"pattern": "sequence", "count": 3, "minutes": 60}]
    await send(office_client, "PUT", "/brake", {"mode": "warn", "rules": rules})
    mode, found = await limits.settings()
    assert mode is BrakeMode.WARN
    assert Rule(Pattern.SEQUENCE, 3, 60) in found
    assert {await tried(office, f"030 123456{n}") for n in range(5)} == {"ok"}
    assert len(office.letters.written) == 2
    await send(office_client, "PUT", "/brake", {"mode": "off", "rules": rules})
    assert await tried(office, "030 1234567") == "ok"
    bad = [{"pattern": "sequence", "count": 1, "minutes": 60}]
    status, problem = await send(office_client, "PUT", "/brake", {"mode": "off", "rules": bad})
    assert (status, problem["error_id"]) == (400, "bad-rule")


async def test_all_of_it_needs_the_right(office_client: Client) -> None:
    await as_anna(office_client)
    for path in (
        "/unlocks",
        "/limits",
        "/limits/people",
        "/price-lists",
        "/brake",
        "/refused-calls",
    ):
        assert (await send(office_client, "GET", path))[0] == 403
