"""The pages of people: the list, a person, inviting, importing; links from mails."""

import re
from typing import TYPE_CHECKING

from playwright.async_api import Page, expect

from tests.support.api import VPA1, Api, eventually
from tests.support.browser import new_context

if TYPE_CHECKING:
    from tests.support.tour import Tour

ADMIN = "admin@example.test"
INVITED = "ida.invited@example.test"
GOOD = 'email,name,role\nvpa1@example.test,Anna Adler,vpa\nlea@example.test,"Lange, Lea",vpa\n'
BROKEN = "email,name,role\nlea@example.test,Lea,king\n,No address,vpa\nx@example.test,,vpa\n"


async def people(tour: "Tour") -> None:
    async with Api(tour.stack.url, ADMIN) as admin:
        await _invited(admin)
        async with tour.phone(ADMIN, "/manage/people") as phone:
            page = phone.page
            await expect(page.get_by_test_id(f"person-row-{INVITED}")).to_be_visible()
            await tour.show("people", page)
            await _dialogs(tour, page)
            await page.get_by_test_id(f"person-row-{VPA1}").click()
            await expect(page.get_by_test_id("person-page")).to_be_visible()
            await tour.show("person", page)
            await page.get_by_test_id("people-back").click()
            await page.get_by_test_id(f"person-row-{INVITED}").click()
            await expect(page.get_by_test_id("send-link")).to_be_visible()
            await tour.show("person-invited", page)
            await page.goto("/account")
            await page.get_by_test_id("open-password").click()
            await page.get_by_test_id("new-password").fill("gelbe tuer")
            await tour.show("change-password", page)
        await _links(tour, admin)


async def _invited(admin: Api) -> None:
    known = {p["email"] for p in (await admin.get("/api/v1/people", query="ida"))["items"]}
    if INVITED not in known:
        new = {"email": INVITED, "name": "Ida Ihle", "position": "Team Köln"}
        (await admin.post("/api/v1/people", new)).ok()


async def _dialogs(tour: "Tour", page: Page) -> None:
    await page.get_by_test_id("invite").click()
    await page.get_by_test_id("invite-name").fill("Jo Jansen")
    await tour.show("invite", page)
    await page.keyboard.press("Escape")
    await page.get_by_test_id("people-import").click()
    for name, text, seen in (
        ("people-import", GOOD, "people-import-preview"),
        ("people-import-broken", BROKEN, "people-import-errors"),
    ):
        file = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
        await page.get_by_test_id("people-import-file").set_input_files(file)  # type: ignore[arg-type]
        await expect(page.get_by_test_id(seen)).to_be_visible()
        await tour.show(name, page)
    await page.keyboard.press("Escape")


async def _links(tour: "Tour", admin: Api) -> None:
    """What opens from a mail, for somebody who is not signed in."""
    context = await new_context(tour.browser, tour.stack.url)
    page = await context.new_page()
    await page.goto("/reset")
    await expect(page.get_by_test_id("forgot-email")).to_be_visible()
    await tour.show("forgot-password", page)
    await page.goto("/reset?token=over")
    await expect(page.get_by_test_id("ask-again")).to_be_visible()
    await tour.show("link-over", page)

    async def link() -> str | None:
        mails = [mail for mail in await admin.mails() if INVITED in mail["to"]]
        found = re.search(r"https?://\S+/welcome\?token=\S+", mails[0]["text"]) if mails else None
        return found[0] if found else None

    await page.goto(await eventually(link, 10, "the invitation's mail"))
    await page.get_by_test_id("new-password").fill("gelbe tuer")
    await tour.show("welcome", page)
    await context.close()
