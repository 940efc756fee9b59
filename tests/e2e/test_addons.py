"""An add-on against the real exchange: booked by link, configured, test-called, and heard."""

from urllib.parse import quote

import pytest

from pbx.domain.test_calls import loudness, match
from pbx.settings import ROOT
from tests.support import sound
from tests.support.api import MANAGER, Api, Json, eventually
from tests.support.stack import FREE_NUMBER, HEAD_OFFICE, Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]

CALLER = "+491702222299"
RECORDING = ROOT / "recordings" / "prompts" / "en" / "controller-away.wav"
"""Stands for what the customer's speaker has recorded: 5.4 s of speech that plays nowhere else."""
SHIPPED = ROOT / "recordings" / "prompts" / "de" / "greeting.wav"
NUMBER = f"/api/v1/numbers/{quote(FREE_NUMBER)}"


def likeness(heard: bytes, original: bytes) -> int:
    """In per cent, of the shape of both."""
    shapes = [loudness(sound.samples_of(each)) for each in (heard, original)]
    return match(*shapes)


async def result_of(api: Api, order: str) -> Json:
    """Of the test call that is under way."""

    async def over() -> Json | None:
        call: Json = (await api.get(order))["test_calls"][0]
        return None if call["state"] == "running" else call

    return await eventually(over, 40, "the end of the test call")


async def test_the_next_caller_hears_the_customers_greeting(stack: Stack) -> None:
    async with Api(stack.url, MANAGER) as api, Api(stack.url) as customer:
        before = (await api.get(NUMBER))["number"]
        [of_customer, *_] = (await api.get("/api/v1/customers"))["items"]
        links = f"/api/v1/customers/{of_customer['id']}/booking-links"
        link = (await api.post(links, {})).ok()
        form = f"/api/v1/addon-form/{link['url'].rpartition('/')[2]}"
        sent = (await customer.ask("POST", f"{form}/greetings", data=RECORDING.read_bytes())).ok()
        wish = {
            "key": "real-exchange",
            "option": "mailbox",
            "greeting": "supplied",
            "price": "49.90",
            "upload": sent["upload"],
            "contact": "Frau Sommer",
            "email": "sommer@example.test",
        }
        booked = (await customer.post(f"{form}/orders", wish)).ok()
        order = f"/api/v1/addon-orders/{booked['id']}"

        async def confirmed() -> bool:
            mails = await api.mails()
            return any(f"Buchung {booked['number']}" in mail["subject"] for mail in mails)

        await eventually(confirmed, what="the confirmation's mail")
        (await api.put(f"{order}/steps/greeting", {"state": "done"})).ok()
        (await api.ask("PATCH", order, {"did": FREE_NUMBER})).ok()

        active = (await api.put(f"{order}/activation", {})).ok()
        assert (active["charged"], active["next_step"]) == (True, "test-call")
        try:
            levelled = await customer.download(sent["audio"])
            await heard_by_callers(api, order, levelled)
        finally:
            kept = ("e164", "label", "ring_seconds", "language", "greeting", "recipients")
            (await api.put("/api/v1/numbers", {name: before[name] for name in kept})).ok()


async def heard_by_callers(api: Api, order: str, original: bytes) -> None:
    """The exchange's own test call, and the record of the carrier, which knows nothing of it."""
    begun = (await api.post(f"{order}/test-calls")).ok()
    assert begun["test_calls"][0]["state"] == "running"
    carrier_id = await api.call_in(FREE_NUMBER, CALLER, "silence", seconds=1, hangup_after=9)
    call = await result_of(api, order)
    assert (call["state"], call["reason"]) == ("passed", "")
    assert call["match_percent"] >= 90
    assert 5 < call["seconds"] < 30
    assert likeness(await api.download(call["audio"]), original) >= 90

    async def informed_next() -> bool:
        return bool((await api.get(order))["next_step"] == "informed")

    await eventually(informed_next)
    await api.carrier_call(carrier_id, "ended_at", 30)
    carried = await api.recording(carrier_id)
    found = likeness(carried, original), likeness(carried, SHIPPED.read_bytes())
    assert found[0] >= 90, found
    assert found[1] < 70, found
    assert await api.voicemail_of(HEAD_OFFICE) is None, "a test call leaves no message"
