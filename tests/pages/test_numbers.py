"""A number changes hands while calls come in every second: each is offered to one or the other."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.support.api import MANAGER, VPA1, VPA2, Api, Json, at, eventually
from tests.support.browser import Softphone
from tests.support.browsing import OpenPhone
from tests.support.stack import FREE_NUMBER

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATH = f"/api/v1/numbers/{FREE_NUMBER}"
NAMES = {VPA1: "Anna Adler", VPA2: "Ben Brandt"}
COMMIT_SECONDS = 0.5
"""The audit tells when the change began; until it is written calls still go to the old owner."""


class Callers:
    """An outside telephone calls every second; who lets it ring is noted and it is ended."""

    def __init__(self, manager: Api) -> None:
        self.manager = manager
        self.numbers: list[str] = []
        self.over = False

    async def call(self) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        while not self.over:
            number = f"+4917044445{len(self.numbers):02}"
            await self.manager.call_in(
                FREE_NUMBER, number, "silence", seconds=1, wait_for_beep=False, hangup_after=0.2
            )
            self.numbers.append(number)
            await asyncio.sleep(max(0.0, start + len(self.numbers) - loop.time()))

    async def end(self) -> None:
        """Every call that rings is ended, so that both stay free for the next one."""
        while not self.over:
            for call in await self.manager.calls(open="1"):
                if call["number"] in self.numbers and call["state"] == "offered":
                    await self.manager.post(f"/api/v1/calls/{call['id']}/hangup")
            await asyncio.sleep(0.05)

    async def had(self, count: int) -> None:
        async def enough() -> bool:
            return len(self.numbers) >= count

        await eventually(enough, 30, f"{count} calls")

    async def offered(self) -> dict[str, tuple[float, str]]:
        """By caller: when the call came, and to whom it was offered; none may be missing."""
        found: dict[str, tuple[float, str]] = {}
        for number in self.numbers:

            async def over(number: str = number) -> Json | None:
                calls = await self.manager.calls(number=number)
                return calls[0] if calls and calls[0]["ended_at"] else None

            call = await eventually(over, 20, f"the end of the call from {number}")
            told = (await self.manager.get(f"/api/v1/calls/{call['id']}"))["timeline"]
            rings = [entry for entry in told if entry["cause"] in ("assigned", "waiting")]
            text = " ".join(entry["text"] for entry in rings)
            [who] = [email for email, name in NAMES.items() if name in text]
            found[number] = (at(call["offered_at"]), who)
        return found


async def test_every_call_goes_to_the_old_owner_or_to_the_new_one(
    open_phone: OpenPhone, manager: Api
) -> None:
    await open_phone(VPA1), await open_phone(VPA2)
    boss = await open_phone(MANAGER)
    callers = Callers(manager)
    (await manager.post(f"{PATH}/assign", {"user": VPA1})).ok()
    try:
        await boss.page.goto(f"/manage/numbers/{FREE_NUMBER}")
        await expect(boss.element("number-owner-now")).to_have_text(NAMES[VPA1])
        async with asyncio.TaskGroup() as group:
            group.create_task(callers.call())
            group.create_task(callers.end())
            await callers.had(2)
            await _give(boss, VPA2)
            before = len(callers.numbers)
            await callers.had(before + 3)
            callers.over = True
        [change, *_] = (await manager.get("/api/v1/audit", subject=FREE_NUMBER))["items"]
        assert (change["action"], change["by"]) == ("number.assigned", MANAGER)
        changed = at(change["at"])
        offered = await callers.offered()
        assert len(offered) == len(callers.numbers) >= 5
        for number, (came, who) in offered.items():
            if came < changed:
                assert who == VPA1, (number, came - changed)
            elif came > changed + COMMIT_SECONDS:
                assert who == VPA2, (number, came - changed)
        assert {who for _, who in offered.values()} == {VPA1, VPA2}
        await _taken_back(boss, manager)
    finally:
        callers.over = True
        (await manager.post(f"{PATH}/assign", {"user": None})).ok()


async def _give(boss: Softphone, email: str) -> None:
    await boss.element("owner-select").select_option(email)
    await boss.element("owner-submit").click()
    await expect(boss.element("number-owner-now")).to_have_text(NAMES[email])


async def _taken_back(boss: Softphone, manager: Api) -> None:
    """The history tells of both; undo gives it back, once."""
    await boss.element("tab-history").click()
    history = boss.element("number-history").locator("li")
    await expect(history.first).to_contain_text(NAMES[VPA2])
    await expect(history.nth(1)).to_contain_text(NAMES[VPA1])
    undo = {"change": (await manager.get(PATH))["undo_assignment"]}
    await boss.element("undo-assignment").click()
    await expect(history.first).to_contain_text(NAMES[VPA1])
    assert (await manager.get(PATH))["number"]["user"] == VPA1
    assert (await manager.post(f"{PATH}/undo", undo)).error_id == "newer-change"


async def test_a_planned_change_happens_at_its_second(open_phone: OpenPhone, manager: Api) -> None:
    boss = await open_phone(MANAGER)
    try:
        due = datetime.now(UTC) + timedelta(seconds=3)
        await boss.page.goto(f"/manage/numbers/{FREE_NUMBER}")
        wish = {"user": VPA2, "from": due.isoformat()}
        planned = (await manager.post(f"{PATH}/assign", wish)).ok()
        assert (planned["user"], planned["planned"][0]["user"]) == (None, VPA2)
        await expect(boss.element("number-plans")).to_contain_text(NAMES[VPA2], timeout=10_000)
        await expect(boss.element("number-owner-now")).to_have_text(NAMES[VPA2], timeout=15_000)
        detail = await manager.get(PATH)
        assert 0 <= at(detail["history"][0]["since"]) - due.timestamp() < 1
        assert detail["history"][0]["by"] == MANAGER
        await expect(boss.element("number-plans")).to_have_count(0)
    finally:
        (await manager.post(f"{PATH}/assign", {"user": None})).ok()
