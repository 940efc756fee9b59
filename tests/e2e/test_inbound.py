"""Calls from outside: the VPA's browser rings, or nobody's does."""

import asyncio
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.support.api import VPA1, VPA2, Api, Json, at, eventually
from tests.support.browser import CARRIER_HERTZ
from tests.support.browsing import OpenPhone
from tests.support.scenes import carrier_hears_the_microphone
from tests.support.stack import FREE_NUMBER, HEAD_OFFICE, VPA1_NUMBER, VPA2_NUMBER

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]


async def test_the_assigned_number_rings_and_answer_connects_both_ways(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone, other = await open_phone(VPA1), await open_phone(VPA2)
    await phone.choose_task("T-1002")
    caller = "+491701111101"
    carrier_id = await manager.call_in(VPA1_NUMBER, caller, "tone", seconds=60, wait_for_beep=False)
    card = phone.element("incoming-call")
    await expect(card).to_be_visible()
    await expect(card).to_contain_text("0170 1111101")
    await expect(other.element("incoming-call")).to_have_count(0)
    await phone.element("answer-button").click()
    await phone.reaches("talking")
    await phone.hears(CARRIER_HERTZ)
    await carrier_hears_the_microphone(manager, carrier_id)
    await phone.hang_up()
    carrier = await manager.carrier_call(carrier_id, "ended_at")
    (call,) = await manager.calls(number=caller)
    assert (call["outcome"], call["user"]) == ("answered", VPA1)
    assert abs(call["talk_seconds"] - carrier["duration_seconds"]) < 0.3


async def test_nobody_answers_so_the_caller_gets_voicemail(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone = await open_phone(VPA1)
    caller = "+491701111102"
    carrier_id = await manager.call_in(VPA1_NUMBER, caller, "silence", seconds=1, hangup_after=0.5)
    await expect(phone.element("incoming-call")).to_be_visible()
    carrier = await manager.carrier_call(carrier_id, "answered_at", 15)
    rang = at(carrier["answered_at"]) - at(carrier["ringing_at"] or carrier["invited_at"])
    assert 4.5 < rang < 8, "five seconds of ringing"
    await expect(phone.element("incoming-call")).to_have_count(0)
    await expect(phone.element("missed-call")).to_be_visible()


async def test_decline_sends_the_caller_on_at_once(open_phone: OpenPhone, manager: Api) -> None:
    phone = await open_phone(VPA1)
    caller = "+491701111103"
    carrier_id = await manager.call_in(VPA1_NUMBER, caller, "silence", seconds=1, hangup_after=0.5)
    await phone.element("decline-button").click()
    carrier = await manager.carrier_call(carrier_id, "ended_at")
    assert at(carrier["answered_at"]) - at(carrier["invited_at"]) < 4
    await expect(phone.element("incoming-call")).to_have_count(0)


async def test_a_closed_browser_is_skipped_at_once(open_phone: OpenPhone, manager: Api) -> None:
    phone = await open_phone(VPA2)
    await phone.page.close()
    caller = "+491701111104"
    carrier_id = await manager.call_in(VPA2_NUMBER, caller, "silence", seconds=1, hangup_after=0.5)
    carrier = await manager.carrier_call(carrier_id, "answered_at")
    assert at(carrier["answered_at"]) - at(carrier["invited_at"]) < 2
    (call,) = await manager.calls(number=caller)
    timeline = (await manager.get(f"/api/v1/calls/{call['id']}"))["timeline"]
    assert any("Ben Brandt" in entry["text"] for entry in timeline), timeline


async def test_a_browser_that_closes_while_it_rings_is_skipped_at_once(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone = await open_phone(VPA2)
    caller = "+491701111105"
    carrier_id = await manager.call_in(VPA2_NUMBER, caller, "silence", seconds=1, hangup_after=0.5)
    await expect(phone.element("incoming-call")).to_be_visible()
    loop = asyncio.get_running_loop()
    closed = loop.time()
    await phone.page.close()
    await manager.carrier_call(carrier_id, "answered_at")
    assert loop.time() - closed < 2


async def test_a_number_that_nobody_has_goes_to_voicemail(manager: Api) -> None:
    caller = "+491701111106"
    carrier_id = await manager.call_in(FREE_NUMBER, caller, "silence", seconds=1, hangup_after=0.5)
    carrier = await manager.carrier_call(carrier_id, "answered_at")
    assert at(carrier["answered_at"]) - at(carrier["invited_at"]) < 2


async def test_when_the_caller_hangs_up_the_softphone_is_free_again(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone = await open_phone(VPA1)
    await phone.choose_task("T-1001")
    caller = "+491701111107"
    carrier_id = await manager.call_in(VPA1_NUMBER, caller, "tone", seconds=2, wait_for_beep=False)
    await phone.element("answer-button").click()
    await phone.reaches("talking")
    await phone.is_idle(15)
    carrier = await manager.carrier_call(carrier_id, "ended_at")
    (call,) = await manager.calls(number=caller)
    assert (call["outcome"], call["cause"]) == ("answered", "hangup-far")
    assert abs(call["talk_seconds"] - carrier["duration_seconds"]) < 0.3


async def test_a_test_call_rings_nobody_and_leaves_no_message(
    open_phone: OpenPhone, manager: Api
) -> None:
    phone = await open_phone(VPA1)
    number = f"/api/v1/numbers/{quote(VPA1_NUMBER)}"
    (await manager.post(f"{number}/test-calls")).ok()

    async def over() -> Json | None:
        await expect(phone.element("incoming-call")).to_have_count(0)
        call: Json = (await manager.get(f"{number}/going-live"))["test_calls"][0]
        return None if call["state"] == "running" else call

    test = await eventually(over, 40, "the end of the test call")
    assert (test["state"], test["reason"]) == ("passed", "")
    [call, *_] = await manager.calls(number=HEAD_OFFICE)
    found = await manager.get(f"/api/v1/calls/{call['id']}")
    assert (found["call"]["outcome"], found["call"]["user"]) == ("voicemail", None)
    kinds = [entry["kind"] for entry in found["timeline"]]
    assert "ringing" not in kinds, kinds
    assert await manager.voicemail_of(HEAD_OFFICE) is None
    await expect(phone.element("missed-call")).to_have_count(0)
