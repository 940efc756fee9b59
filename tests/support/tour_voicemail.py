"""The team's inbox, in all its lists."""

from typing import TYPE_CHECKING

from playwright.async_api import Page, expect

from tests.support.api import MANAGER, Api, eventually
from tests.support.browser import new_context
from tests.support.stack import HEAD_OFFICE

if TYPE_CHECKING:
    from tests.support.tour import Tour

SPEAKS, SILENT = "+491703333301", "+491703333302"


async def inbox(tour: "Tour") -> None:
    await tour.prepare()
    async with Api(tour.stack.url, MANAGER) as api:
        await api.call_in(HEAD_OFFICE, SPEAKS, "speech", seconds=4)
        await api.call_in(HEAD_OFFICE, SILENT, "silence", seconds=20)
        for caller in (SPEAKS, SILENT):

            async def kept(caller: str = caller) -> object:
                found = await api.voicemail_of(caller)
                return found if found and found["state"] != "waiting" else None

            await eventually(kept, 60, f"the message of {caller}")
        spoken, silent = await api.voicemail_of(SPEAKS), await api.voicemail_of(SILENT)
    assert spoken is not None
    assert silent is not None
    async with tour.phone(MANAGER) as phone:
        page = phone.page
        await tour.open(phone, "/manage/voicemails")
        row = phone.element(f"voicemail-row-{spoken['id']}")
        await tour.show("inbox", page)
        await row.get_by_test_id("voicemail-open").click()
        await page.wait_for_load_state("networkidle")
        await tour.show("inbox-message", page)
        await row.get_by_test_id("message-claim").click()
        await expect(row).to_have_attribute("data-care", "claimed")
        await tour.show("inbox-claimed", page)
        await _choose(page, 3)
        await expect(phone.element("silent-caller")).to_be_visible()
        row = phone.element(f"voicemail-row-{silent['id']}")
        await row.get_by_test_id("voicemail-open").click()
        await expect(row.get_by_test_id("message-release")).to_be_visible()
        await page.wait_for_load_state("networkidle")
        await tour.show("inbox-silent", page)
        await _choose(page, 4)
        await page.wait_for_load_state("networkidle")
        await tour.show("inbox-empty", page)
    await _link(tour)


async def _choose(page: Page, index: int) -> None:
    await page.get_by_role("radio").nth(index).check(force=True)


async def _link(tour: "Tour") -> None:
    """The page behind a mail's link; nobody signs in there."""
    async with Api(tour.stack.url, MANAGER) as api:
        mails = [mail for mail in await api.mails() if "/message/" in mail["text"]]
    link = next(word for word in mails[0]["text"].split() if "/message/" in word)
    page = await (await new_context(tour.browser, tour.stack.url)).new_page()
    await page.goto(link)
    await expect(page.locator("#state")).to_be_visible()
    # It speaks the browser's language, not one that is chosen in the app.
    await tour.show("message-link", page, german_only=True)
    await page.context.close()
