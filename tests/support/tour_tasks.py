"""Tasks, their files, and the table of factors."""

from typing import TYPE_CHECKING

from playwright.async_api import FilePayload, Page, expect

from tests.support.api import MANAGER, TASK, Api

if TYPE_CHECKING:
    from tests.support.browser import Softphone
    from tests.support.tour import Tour

PLANNED = "2036-01-01"
BROKEN = (
    "Kennung;Titel;Kunde;Bereich;Budget\n"
    "T-9001;Katalogversand;Weinhandlung Rebe;backoffice;90\n"
    "T-9002;;Weinhandlung Rebe;einkauf;viel\n;Ohne Kennung;;;\n"
)


async def tasks(tour: "Tour") -> None:
    await tour.prepare()
    async with tour.phone(MANAGER, "/manage/tasks") as phone:
        page = phone.page
        await expect(phone.element(f"task-{TASK}")).to_be_visible()
        await tour.show("tasks", page)
        await phone.element("tasks-import").click()
        file = FilePayload(name="aufgaben.csv", mimeType="text/csv", buffer=BROKEN.encode())
        await phone.element("tasks-import-file").set_input_files(file)
        await expect(phone.element("tasks-import-errors")).to_be_visible()
        await tour.show("tasks-import", page)
        await page.keyboard.press("Escape")
        await phone.element("add-task").click()
        await phone.element("task-assignee").select_option(label="Anna Adler")
        await tour.show("task-new", page)
        await page.keyboard.press("Escape")
        await _one(tour, phone)
    await _factors(tour)


async def _one(tour: "Tour", phone: "Softphone") -> None:
    """A change of the area and a work time, and the way back of both."""
    page = phone.page
    await phone.element("task-search").fill(TASK)
    await phone.element(f"task-{TASK}").click()
    await expect(phone.element("work-times").locator("tbody tr")).to_have_count(1)
    await expect(phone.element("phone-share")).to_be_visible()
    await tour.show("task", page)
    chosen = phone.element("area-backoffice")
    await phone.element("area-backoffice_eu").click()
    await expect(phone.element("area-backoffice_eu")).to_have_attribute("aria-pressed", "true")
    await _undo(page)
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    await phone.element("work-person").select_option(label="Ben Brandt")
    await phone.element("work-minutes").fill("1:30")
    await phone.element("work-add").click()
    await expect(phone.element("work-times").locator("tbody tr")).to_have_count(2)
    await _undo(page)
    await expect(phone.element("work-times").locator("tbody tr")).to_have_count(1)
    await page.get_by_role("dialog").locator("ol li").first.scroll_into_view_if_needed()
    await tour.show("task-history", page)


async def _undo(page: Page) -> None:
    await page.get_by_role("button", name="Rückgängig").last.click()


async def _factors(tour: "Tour") -> None:
    async with tour.phone(MANAGER, "/manage/factors") as phone:
        page = phone.page
        await phone.element("add-factors").click()
        await phone.element("factor-day").fill(PLANNED)
        await phone.element("factor-surcharge_eu").fill("0,35")
        await expect(phone.element("factor-preview")).to_be_visible()
        await tour.show("factors-new", page)
        try:
            await phone.element("save-factors").click()
            await expect(phone.element(f"factors-{PLANNED}")).to_be_visible()
            await tour.show("factors", page)
            await phone.element("remove-factors").click()
            await expect(phone.element(f"factors-{PLANNED}")).to_be_hidden()
        finally:
            async with Api(tour.stack.url, MANAGER) as api:
                await api.ask("DELETE", f"/api/v1/factors/{PLANNED}")
