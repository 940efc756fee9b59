"""Every second against the carrier's own record."""

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Browser

from pbx.demo.subscribers import STEMS
from tests.support.api import MANAGER, VPA1, VPA2, Api, Json, at, eventually
from tests.support.browser import VoicePage
from tests.support.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

DE = STEMS["DE"]
ANSWERED = [(n % 5 + 1, n) for n in range(20)]
"""Seconds of ringing, and a running number."""
COUNTRIES = ["DE", "AT", "FR", "PL"]
AT_ONCE = 7
"""More of them, each with a browser's leg, are more than two processors carry: then the carrier
itself hears of an end late."""
UNANSWERED = {"0001": "busy", "0002": "no_answer", "0003": "failed", "0004": "rejected"}


async def _call(page: VoicePage, number: str, country: str) -> str:
    """A call with its leg up; its id."""
    call = await page.place(number, country=country)
    await page.join(call["voice"], call["id"])

    async def joined() -> bool:
        state = await page.state(call["id"])
        # A busy party may have ended it already.
        assert state["up"] or not state["gone"], state
        return bool(state["up"])

    await eventually(joined, 15, f"the browser's leg for {number}")
    return str(call["id"])


async def _talk(
    page: VoicePage, manager: Api, turn: asyncio.Semaphore, ring: int, n: int
) -> tuple[Json, Json]:
    """A call that rings `ring` s and is answered; the ledger's and the carrier's view of it.

    The far party of every other call hangs up after 5 s; the others are hung up here.
    """
    async with turn:
        return await _conversation(page, manager, ring, n)


async def _conversation(page: VoicePage, manager: Api, ring: int, n: int) -> tuple[Json, Json]:
    country = COUNTRIES[n // 5]
    far_ends = n % 2 == 0
    number = f"{STEMS[country]}00{2 if far_ends else 1}{ring}"
    call_id = await _call(page, number, country)
    carrier = await manager.carrier_call(number, "answered_at", 30)
    if not far_ends:
        await asyncio.sleep(0.5 + n / 10)
        await manager.hang_up(call_id)
    ended = await manager.ended(call_id)
    return ended, await manager.carrier_call(carrier["id"], "ended_at")


async def test_twenty_calls_are_billed_as_the_carrier_saw_them(
    own_stack: Callable[..., Stack], browser: Browser
) -> None:
    stack = own_stack(PBX_LIMITS__CALLS_PER_USER="10", PBX_LIMITS__DIAL_SECONDS="8")
    pages = [await VoicePage.open(browser, stack.url, email) for email in (VPA1, VPA2)]
    async with Api(stack.url, MANAGER) as manager:
        turn = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            talks = [
                group.create_task(_talk(pages[n % 2], manager, turn, ring, n))
                for ring, n in ANSWERED
            ]
        figures = []
        for (ring, _), task in zip(ANSWERED, talks, strict=True):
            call, carrier = task.result()
            assert call["outcome"] == "answered"
            rang = at(call["answered_at"]) - at(call["ringing_at"])
            assert ring - 0.3 < rang < ring + 1.5
            difference = call["talk_seconds"] - carrier["duration_seconds"]
            figures.append((round(difference, 3), call["cause"]))
        figures.sort()
        print("differences in seconds:", figures)
        assert -0.2 < figures[0][0] <= figures[-1][0] < 0.2
        await _nothing_is_billed(pages[0], manager)
        await _sums_are_right(manager)
    for page in pages:
        await page.close()


async def _nothing_is_billed(page: VoicePage, manager: Api) -> None:
    """Busy, no answer, announcement, rejected; and one that the VPA gives up."""
    ids = {ending: await _call(page, DE + ending, "DE") for ending in UNANSWERED}
    given_up = await _call(page, f"{STEMS['FR']}0002", "FR")

    async def rings() -> bool:
        return bool((await manager.call(given_up))["state"] == "ringing")

    await eventually(rings, 15, "ringing")
    await manager.hang_up(given_up)
    for ending, call_id in {**ids, "cancelled": given_up}.items():
        call = await manager.ended(call_id)
        assert call["outcome"] == UNANSWERED.get(ending, ending), call
        assert (call["talk_seconds"], call["answered_at"]) == (0, None)
        carrier = await manager.carrier_call(call["number"], "ended_at")
        assert carrier["duration_seconds"] == 0


async def _sums_are_right(manager: Api) -> None:
    """Seconds of the task, over the API and as CSV, are the sum of its calls."""
    calls = await manager.calls(task="T-1001", limit="200")
    (row,) = (await manager.get("/api/v1/task-seconds", task="T-1001"))["items"]
    assert row["calls"] == len(calls)
    assert row["talk_seconds"] == pytest.approx(sum(c["talk_seconds"] for c in calls), abs=0.001)
    german = sum(c["talk_seconds"] for c in calls if c["zone"] == "DE")
    assert row["talk_seconds_de"] == pytest.approx(german, abs=0.001)
    csv = (await manager.download("/api/v1/task-seconds.csv?task=T-1001")).decode()
    header, line = csv.splitlines()
    values = dict(zip(header.split(","), line.split(","), strict=True))
    assert values["task"] == "T-1001"
    assert float(values["talk_seconds"]) == pytest.approx(row["talk_seconds"], abs=0.001)
