"""What management changes in its pages counts for the very next call."""

import asyncio
import re
import time

import pytest
from playwright.async_api import expect

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, VPA1, VPA2, Api, at, eventually
from tests.support.browser import Softphone
from tests.support.browsing import OpenPhone
from tests.support.stack import FREE_NUMBER

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_number_reassigned_in_the_page_rings_elsewhere_from_the_next_call_on(
    open_phone: OpenPhone, manager: Api
) -> None:
    anna, ben = await open_phone(VPA1), await open_phone(VPA2)
    boss = await open_phone(MANAGER)
    await boss.page.goto("/manage/numbers")
    select = boss.element(f"assign-select-{FREE_NUMBER}")
    await _assign(boss, VPA1)
    rang: list[tuple[float, str]] = []
    reassigned: list[float] = []

    async def calls() -> None:
        """One call after the other, each declined by whoever's browser rings."""
        for n in range(8):
            began = time.time()
            caller = f"+49170444440{n}"
            called = await manager.call_in(
                FREE_NUMBER, caller, "silence", seconds=1, hangup_after=0.2
            )
            who = await _declined_by(anna, ben)
            rang.append((began, who))
            await manager.carrier_call(called, "ended_at")
            if reassigned and sum(1 for at_, _ in rang if at_ > reassigned[0]) >= 3:
                return

    async def reassign() -> None:
        while len(rang) < 2:
            await asyncio.sleep(0.02)
        reassigned.append(time.time())
        await _assign(boss, VPA2)
        reassigned.append(time.time())

    async with asyncio.TaskGroup() as group:
        group.create_task(calls())
        group.create_task(reassign())
    try:
        before, after = reassigned
        assert {who for began, who in rang if began < before - 0.5} == {VPA1}
        assert {who for began, who in rang if began > after} == {VPA2}, (rang, reassigned)
        (number,) = [
            n for n in (await manager.get("/api/v1/numbers"))["items"] if n["e164"] == FREE_NUMBER
        ]
        assert number["user"] == VPA2
        await expect(select).to_have_value(VPA2)
    finally:
        (await manager.post(f"/api/v1/numbers/{FREE_NUMBER}/assign", {"user": None})).ok()


async def _assign(boss: Softphone, email: str) -> None:
    """Choose a person in the page, and wait for the server's answer."""
    async with boss.page.expect_response(re.compile(r"/assign$")) as answer:
        await boss.element(f"assign-select-{FREE_NUMBER}").select_option(email)
    assert (await answer.value).status == 200


async def _declined_by(*phones: Softphone) -> str:
    async def found() -> str | None:
        for phone in phones:
            button = phone.element("decline-button")
            if await button.count():
                await button.click()
                return phone.email
        return None

    return await eventually(found, 10, "a ringing browser")


async def test_a_country_switched_off_in_the_page_is_refused_from_the_next_call_on(
    open_phone: OpenPhone, manager: Api, anna: Api
) -> None:
    number = example("PL", "0103")
    phone = await open_phone(VPA1)
    boss = await open_phone(MANAGER)
    await boss.page.goto("/manage/countries")
    await phone.dial(number.removeprefix("+48"), country="PL")
    await expect(phone.element("call-button")).to_be_enabled()
    first = (await anna.place(number)).ok()
    await anna.hang_up(first["id"])
    before = len(await manager.carrier_calls())
    try:
        await _switch(boss, "PL", on=False)
        began = time.time()
        refused = await anna.place(number)
        assert (refused.status, refused.error_id) == (403, "country-not-allowed")
        # The softphone had checked the number when it was still allowed.
        if await phone.element("call-button").is_enabled():
            await phone.element("call-button").click()
        await expect(phone.page.get_by_text("Nicht freigeschaltet: Polen").first).to_be_visible()
        assert time.time() - began < 5
        assert len(await manager.carrier_calls()) == before
        await _switch(boss, "PL", on=True)
    finally:
        (await manager.put("/api/v1/countries", {"code": "PL", "allowed": True})).ok()
    again = (await anna.place(number)).ok()
    assert again["country"] == "PL"
    await anna.hang_up(again["id"])


async def _switch(boss: Softphone, code: str, *, on: bool) -> None:
    switch = boss.element(f"country-switch-{code}")
    await expect(switch).to_be_checked(checked=not on)
    async with boss.page.expect_response(re.compile(r"/countries$")) as answer:
        # Its words lie over the box itself.
        await switch.click(force=True)
    assert (await answer.value).status == 200
    await expect(switch).to_be_checked(checked=on)


async def test_messages_are_listed_played_and_forwarded_in_the_page(
    open_phone: OpenPhone, manager: Api
) -> None:
    caller = "+491705555501"
    called = await manager.call_in(FREE_NUMBER, caller, "speech", seconds=4)
    boss = await open_phone(MANAGER)
    await boss.page.goto("/manage/voicemails")
    carrier = await manager.carrier_call(called, "ended_at", 40)
    assert at(carrier["spoke_at"])

    async def kept() -> str | None:
        message = await manager.voicemail_of(caller)
        return message["id"] if message and message["state"] == "accepted" else None

    message_id = await eventually(kept, 10, "the message")
    row = boss.element(f"voicemail-row-{message_id}")
    await expect(row).to_have_attribute("data-state", "accepted")
    await expect(row).to_contain_text("0170 5555501")
    await row.get_by_test_id("message-play").click()
    await expect(row).to_have_attribute("data-playing", "true")
    await expect(row.get_by_test_id("message-time")).to_contain_text(re.compile("0:0[34]$"))
    await boss.element("forward-to").select_option(VPA2)
    await boss.element("forward-note").fill("Bitte übernehmen")
    await boss.element("forward-submit").click()

    async def forwarded() -> bool:
        mails = [mail for mail in await manager.mails() if mail["to"] == [VPA2]]
        return any("Bitte übernehmen" in mail["text"] for mail in mails)

    await eventually(forwarded, 10, "the forwarded mail")
