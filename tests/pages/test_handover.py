"""A task that management hands to somebody else, who confirms it before the first call on it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.api import MANAGER, VPA1, VPA2, Api
from tests.support.browsing import OpenPhone

pytestmark = pytest.mark.asyncio(loop_scope="session")

TASK, TITLE = "T-4711", "Nachlassordnung"
NUMBER = "+49301234567"
SETTINGS, FACTS = "/api/v1/billing-settings", "Nur Deutschland, bis 30 Gespräche"


@pytest_asyncio.fixture(loop_scope="session")
async def task(manager: Api) -> AsyncIterator[str]:
    """Anna's; hand-overs are to be confirmed while it is open."""
    before = await manager.get(SETTINGS)
    path = f"/api/v1/tasks/{TASK}"
    wish = {"title": TITLE, "area": "backoffice_de", "assignees": [VPA1]}
    (await manager.put(SETTINGS, {**before, "handover_check": True})).ok()
    (await manager.put(path, {**wish, "state": "open"})).ok()
    yield TASK
    (await manager.put(path, {**wish, "state": "closed"})).ok()
    (await manager.put(SETTINGS, before)).ok()


async def test_who_receives_a_task_confirms_it_and_then_calls(
    open_phone: OpenPhone, manager: Api, task: str
) -> None:
    mara = await open_phone(MANAGER)
    await mara.page.goto("/manage/tasks")
    await mara.element("task-search").fill(task)
    await mara.element(f"task-{task}").click()
    shown = mara.element("task")
    await shown.get_by_role("button", name="Anna Adler ist nicht mehr").click()
    await shown.get_by_test_id("task-assignee").select_option(VPA2)
    await shown.get_by_test_id("save-task").click()
    handed = shown.get_by_role("region", name="Übergaben").get_by_role("listitem")
    await expect(handed).to_contain_text("an Ben Brandt")
    await expect(handed).to_contain_text("wartet auf Bestätigung")

    ben = await open_phone(VPA2)
    await ben.call(NUMBER, task)
    await ben.element("ask-handover").click()
    checklist = ben.element("handover")
    await expect(checklist).to_contain_text("1,2")
    for switch in ("factor", "informed"):
        await expect(ben.element("handover-confirm")).to_be_disabled()
        await ben.element(f"handover-{switch}").click()
    await expect(ben.element("handover-confirm")).to_be_enabled()
    await ben.element("handover-specialist").click()
    await expect(ben.element("handover-confirm")).to_be_disabled()
    await ben.element("handover-facts").fill(FACTS)
    await ben.element("handover-confirm").click()
    await expect(checklist).to_have_count(0)

    [found] = (await manager.get("/api/v1/handovers", task=task))["items"]
    assert (found["handed_by"], found["confirmed_by"]) == ("Mara Meyer", "Ben Brandt")
    said = [found[name] for name in ("right_factor", "informed", "specialist", "facts")]
    assert said == [True, True, True, FACTS]
    await mara.page.reload()
    await expect(handed).to_contain_text("bestätigt von Ben Brandt")
    await expect(handed).to_contain_text(FACTS)
    await ben.call(NUMBER, task)
    await ben.reaches("talking")
    await ben.hang_up()
