"""Pictures of call routes: steps with a warning, the simulator, and what steps name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from playwright.async_api import expect

from tests.support.api import MANAGER, VPA1, VPA2, Api
from tests.support.stack import FREE_NUMBER

if TYPE_CHECKING:
    from tests.support.tour import Tour

ROUTE = f"/api/v1/numbers/{quote(FREE_NUMBER)}/route"
WEEK = [
    {"weekday": day, "start": start, "end": end}
    for day in range(5)
    for start, end in ((540, 750), (810, 1080))
]
MADE = {
    "/api/v1/routing/schedules/tour": {"name": "Büro Köln", "state": "NW", "intervals": WEEK},
    "/api/v1/routing/groups/tour": {
        "name": "Kundendienst",
        "strategy": "all",
        "members": [VPA1, VPA2],
    },
    "/api/v1/routing/absences/tour": {
        "user": VPA2,
        "begins": "2027-02-01T00:00:00",
        "ends": "2027-02-15T00:00:00",
        "deputy": VPA1,
        "note": "Urlaub",
    },
}
STEPS = [
    {"action": "group", "target": "tour", "seconds": 15, "hours": "open", "schedule": "tour"},
    {"action": "announce", "target": "de/not-reachable", "hours": "closed", "schedule": "tour"},
    {"action": "outside", "target": "+491711234567", "seconds": 15},
    {"action": "voicemail"},
    {"action": "person", "target": VPA1},
]


@asynccontextmanager
async def made(api: Api) -> AsyncIterator[None]:
    """Opening hours, a group, an absence, a blocked prefix and steps; all gone afterwards."""
    for path, body in MADE.items():
        (await api.put(path, body)).ok()
    blocked = {"number": "+49900*", "note": "Werbung"}
    entry = (await api.post("/api/v1/blocked-callers", blocked)).ok()
    (await api.put(ROUTE, {"steps": STEPS})).ok()
    try:
        yield
    finally:
        await api.put(ROUTE, {"steps": []})
        for path in (*MADE, f"/api/v1/blocked-callers/{entry['id']}"):
            await api.ask("DELETE", path)


async def routing(tour: "Tour") -> None:
    async with Api(tour.stack.url, MANAGER) as api, made(api), tour.phone(MANAGER) as phone:
        page = phone.page
        await tour.open(phone, "/manage/routing")
        await phone.element("route-number").select_option(FREE_NUMBER)
        await expect(phone.element("route-step-3")).to_be_visible()
        await phone.element("simulate-at").fill("2026-11-29T20:00")
        await phone.element("simulate").click()
        await expect(phone.element("simulation")).to_be_visible()
        await tour.show("routing-steps", page)
        for tab in ("hours", "groups", "absences", "callers"):
            place = ("steps", "hours", "groups", "absences", "callers").index(tab)
            await page.locator("fieldset").first.locator("label").nth(place).click()
            await page.wait_for_load_state("networkidle")
            await tour.show(f"routing-{tab}", page)
            if tab == "absences":
                await phone.element("absence-change").first.click()
                await tour.show("routing-absence-edit", page)
