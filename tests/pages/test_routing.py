"""Steps of a number on a real exchange: an announcement when closed, a group that rings all at
once, and a caller who is kept out. Everything is as before afterwards."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.api import VPA1, VPA2, Api, at
from tests.support.browser import CARRIER_HERTZ
from tests.support.browsing import OpenPhone
from tests.support.scenes import carrier_hears_the_microphone
from tests.support.stack import FREE_NUMBER

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROUTE = f"/api/v1/numbers/{quote(FREE_NUMBER)}/route"
NEVER = {"name": "Never", "intervals": []}
TEAM = {"name": "Team", "strategy": "all", "members": [VPA1, VPA2]}
MADE = {"/api/v1/routing/schedules/e2e": NEVER, "/api/v1/routing/groups/e2e": TEAM}


@pytest_asyncio.fixture(loop_scope="session")
async def closed(manager: Api) -> AsyncIterator[None]:
    """Opening hours that are never, and a group."""
    for path, body in MADE.items():
        (await manager.put(path, body)).ok()
    yield
    await manager.put(ROUTE, {"steps": []})
    for path in MADE:
        await manager.ask("DELETE", path)


async def steps(manager: Api, *steps: dict[str, object]) -> None:
    route = (await manager.put(ROUTE, {"steps": list(steps)})).ok()
    assert [p["fault"] for p in route["problems"]] in ([], ["nobody"])


async def timeline(manager: Api, caller: str) -> list[str]:
    (call,) = await manager.calls(number=caller)
    found = await manager.get(f"/api/v1/calls/{call['id']}")
    return [entry["text"] for entry in found["timeline"]]


@pytest.mark.usefixtures("closed")
async def test_after_an_announcement_the_group_rings_and_one_answers(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone, other = await open_phone(VPA1), await open_phone(VPA2)
    await phone.choose_task("T-1002")
    closed = {"hours": "closed", "schedule": "e2e"}
    await steps(
        manager,
        {"action": "reject", "hours": "open", "schedule": "e2e"},
        {"action": "announce", "target": "de/one-moment", **closed},
        {"action": "group", "target": "e2e", "seconds": 20},
    )
    caller = "+491701111181"
    carrier_id = await manager.call_in(FREE_NUMBER, caller, "tone", seconds=60, wait_for_beep=False)
    for each in (phone, other):
        await expect(each.element("incoming-call")).to_be_visible(timeout=15_000)
    announced = await manager.carrier_call(carrier_id, "answered_at")
    assert announced["ended_at"] is None
    await phone.element("answer-button").click()
    await phone.reaches("talking")
    await expect(other.element("incoming-call")).to_have_count(0)
    await phone.hears(CARRIER_HERTZ)
    await carrier_hears_the_microphone(manager, carrier_id)
    await phone.hang_up()
    told = await timeline(manager, caller)
    assert any("gerade ist geschlossen" in t or "it is closed" in t for t in told), told


@pytest.mark.usefixtures("closed")
async def test_closed_means_an_announcement_and_then_the_end(manager: Api) -> None:
    await steps(
        manager,
        {"action": "announce", "target": "de/goodbye", "hours": "closed", "schedule": "e2e"},
        {"action": "reject"},
    )
    simulated = (await manager.post(ROUTE.replace("/route", "/simulate"), {})).ok()
    assert [s["sound"] for s in simulated["stages"]] == ["de/goodbye"]
    assert simulated["final"] == "reject"
    caller = "+491701111182"
    carrier_id = await manager.call_in(
        FREE_NUMBER, caller, "silence", seconds=60, wait_for_beep=False
    )
    carrier = await manager.carrier_call(carrier_id, "ended_at")
    assert carrier["answered_at"], "the announcement was heard"
    (call,) = await manager.calls(number=caller)
    call = await manager.ended(call["id"])
    assert (call["outcome"], call["cause"]) == ("missed", "announced")


async def test_a_blocked_caller_is_rejected_before_anybody_rings(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone = await open_phone(VPA1)
    caller = "+491701111183"
    entry = (await manager.post("/api/v1/blocked-callers", {"number": "+4917011111 83*"})).ok()
    try:
        await steps(manager, {"action": "person", "target": VPA1})
        carrier_id = await manager.call_in(
            FREE_NUMBER, caller, "silence", seconds=9, wait_for_beep=False
        )
        carrier = await manager.carrier_call(carrier_id, "ended_at")
        assert carrier["answered_at"] is None
        assert at(carrier["ended_at"]) - at(carrier["invited_at"]) < 1.5
        await expect(phone.element("incoming-call")).to_have_count(0)
        (call,) = await manager.calls(number=caller)
        call = await manager.ended(call["id"])
        assert (call["outcome"], call["cause"]) == ("rejected", "blocked-caller")
        found = (await manager.get("/api/v1/blocked-callers"))["items"]
        assert [each["hits"] for each in found if each["id"] == entry["id"]] == [1]
    finally:
        await manager.ask("DELETE", f"/api/v1/blocked-callers/{entry['id']}")
        await manager.put(ROUTE, {"steps": []})
