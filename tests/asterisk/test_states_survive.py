"""Calls on hold, in conferences and outside while the controller is killed: nobody notices.

The whole stack as a process; plain SIP telephones stand in for the browsers.
"""

import array
import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio

from pbx.asterisk.config import ari_password, browser_endpoint
from pbx.demo.carrier import Carrier
from pbx.demo.subscribers import STEMS
from pbx.settings import Settings
from pbx.settings_file import load
from tests.support.api import MANAGER, VPA1, VPA2, Api, Json, at, eventually
from tests.support.sip_phone import SipPhone, endpoint_fields
from tests.support.stack import FREE_NUMBER, Stack
from tests.support.telephony import loudness, runtime, samples, share_of
from tests.support.two_asterisks import HEAD_OFFICE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.calm]

AGENT_HERTZ = 600


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("states"))
    try:
        yield await asyncio.to_thread(stack.start)
    finally:
        await asyncio.to_thread(stack.stop)
    assert stack.leftovers() == []


class Office:
    """What the test does as people and as their telephones."""

    def __init__(self, stack: Stack, open_phones: AsyncExitStack) -> None:
        self.settings: Settings = load(stack.config, stack.data, {})
        self.carrier = Carrier(self.settings, runtime())
        self._phones = open_phones

    async def calls(self, api: Api, ending: str, **more: str) -> tuple[str, SipPhone]:
        """Place a call and bring up its leg; they talk when this returns."""
        call = (await api.place(STEMS["DE"] + ending, **more)).ok()
        await self._plain_endpoint(call["voice"]["username"])
        trunk = self.settings.trunk
        phone = await self._phones.enter_async_context(
            SipPhone(call["voice"]["username"], (trunk.local_host, trunk.local_port), AGENT_HERTZ)
        )
        await phone.call(call["id"])
        for state in ("waiting", "dialling", "ringing"):
            await api.progressed(call["id"], state, 10)
        assert (await api.call(call["id"]))["state"] == "talking"
        return call["id"], phone

    async def _plain_endpoint(self, name: str) -> None:
        """In the place of the browser's: no WebSocket, no DTLS, no password."""
        a = self.settings.asterisk
        auth = aiohttp.encode_basic_auth(a.username, ari_password(self.settings))
        path = (
            f"http://{a.host}:{a.http_port}/ari/asterisk/config/dynamic/res_pjsip/endpoint/{name}"
        )
        fields: dict[str, Any] = {**endpoint_fields(browser_endpoint(self.settings)), "aors": name}
        body = {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]}
        async with aiohttp.ClientSession(headers={"Authorization": auth}) as http:
            await http.delete(path)
            async with http.put(path, json=body) as answer:
                assert answer.status == 200, await answer.text()

    def far_heard(self, ending: str, start: float, end: float) -> "array.array[int]":
        """What the newest call with that ending was sent between two times (epoch)."""
        called = STEMS["DE"] + ending
        call = next(c for c in self.carrier.calls() if c.called == called)
        assert call.invited_at is not None
        file = self.carrier.recording(call.id)
        assert file is not None
        return samples(file, start - call.invited_at, end - call.invited_at)


def has_tone(sound: "array.array[int]", hertz: float) -> bool:
    return share_of(sound, hertz) > 0.25


async def listen(seconds: float) -> tuple[float, float]:
    """A stretch of time to be looked at."""
    start = time.time()
    await asyncio.sleep(seconds)
    return start, time.time()


async def is_adopted_as(
    api: Api, call_id: str, state: str, linked: str | None = None, linked_as: str | None = None
) -> None:
    async def adopted() -> bool:
        call: Json = await api.call(call_id)
        return (call["state"], call["linked"], call["linked_as"]) == (state, linked, linked_as)

    await eventually(adopted, 15, f"{call_id} as {state}")


async def test_held_and_conference_survive_the_controllers_death(stack: Stack) -> None:
    async with AsyncExitStack() as phones:
        office = Office(stack, phones)
        async with Api(stack.url, VPA1) as anna, Api(stack.url, VPA2) as ben:
            held, _ = await office.calls(anna, "0051")
            (await anna.post(f"/api/v1/calls/{held}/hold")).ok()
            host, bens = await office.calls(ben, "0053")
            guest, _ = await office.calls(ben, "0057", consult_of=host)
            (await ben.post(f"/api/v1/calls/{host}/join", {"other": guest})).ok()
            stack.kill()
            away = await listen(1.5)
            heard_away = bens.heard(time.monotonic() - 1)
            await asyncio.to_thread(stack.start)
            await is_adopted_as(anna, held, "held")
            await is_adopted_as(ben, guest, "joined", host, "guest")
            await is_adopted_as(ben, host, "talking", guest, "host")
            here = await listen(1.5)
            heard_here = bens.heard(time.monotonic() - 1)
            (await anna.post(f"/api/v1/calls/{held}/resume")).ok()
            resumed = await listen(1.2)
            for api, call_id in ((anna, held), (ben, host)):
                await api.hang_up(call_id)
            for api, call_id, ending in ((anna, held, "0051"), (ben, guest, "0057")):
                await billed_right(api, office, call_id, ending)
    for start, end in (away, here):
        music = office.far_heard("0051", start + 0.3, end - 0.2)
        assert loudness(music) > 200
        assert not has_tone(music, AGENT_HERTZ)
        assert has_tone(office.far_heard("0053", start + 0.3, end - 0.2), 900), "the guest"
        assert has_tone(office.far_heard("0057", start + 0.3, end - 0.2), 500), "the host"
        assert has_tone(office.far_heard("0057", start + 0.3, end - 0.2), AGENT_HERTZ)
    for heard in (heard_away, heard_here):
        assert has_tone(heard, 500)
        assert has_tone(heard, 900)
    assert has_tone(office.far_heard("0051", resumed[0] + 0.4, resumed[1] - 0.2), AGENT_HERTZ)


async def billed_right(api: Api, office: Office, call_id: str, ending: str) -> None:
    """From the far party's answer to its end, as the carrier saw it."""
    call = await api.ended(call_id)
    seen = next(c for c in office.carrier.calls() if c.called == STEMS["DE"] + ending)
    assert seen.answered_at is not None
    assert at(call["answered_at"]) == pytest.approx(seen.answered_at, abs=0.3)
    assert call["talk_seconds"] == pytest.approx(at(call["ended_at"]) - seen.answered_at, abs=0.3)


CALLER = "+491701111199"
BUSY, SUBSCRIBER = STEMS["DE"] + "0001", STEMS["DE"] + "0056"
ROUTE = f"/api/v1/numbers/{quote(FREE_NUMBER)}/route"


async def call_of(api: Api, number: str) -> Json:
    async def one() -> Json | None:
        return next(iter(await api.calls(number=number)), None)

    return await eventually(one, 15, f"a call with {number}")


async def test_a_call_goes_on_to_a_number_outside_and_survives(stack: Stack) -> None:
    """Busy at the first number, so the second one rings; caller and subscriber hear each other,
    also while the controller is dead; both calls are billed from the answer outside."""
    steps = [{"action": "outside", "target": n, "seconds": 20} for n in (BUSY, SUBSCRIBER)]
    async with Api(stack.url, MANAGER) as api, AsyncExitStack() as phones:
        office = Office(stack, phones)
        assert (await api.put(ROUTE, {"steps": steps})).ok()["problems"] == []
        came = await api.call_in(FREE_NUMBER, CALLER, "tone", seconds=60, wait_for_beep=False)
        here = await api.carrier_call(SUBSCRIBER, "answered_at")
        inbound, outbound = await call_of(api, CALLER), await call_of(api, SUBSCRIBER)
        await is_adopted_as(api, inbound["id"], "transferred", outbound["id"], "transfer")
        talked = await listen(1.2)
        stack.kill()
        away = await listen(1.2)
        await asyncio.to_thread(stack.start)
        await is_adopted_as(api, inbound["id"], "transferred", outbound["id"], "transfer")
        await is_adopted_as(api, outbound["id"], "transferred", inbound["id"], "transfer")
        again = await listen(1.2)
        await api.hang_up(inbound["id"])
        for call in (inbound, outbound):
            ended = await api.ended(call["id"])
            assert (ended["outcome"], ended["did"]) == ("answered", FREE_NUMBER)
            assert at(ended["answered_at"]) == pytest.approx(at(here["answered_at"]), abs=0.5)
            talk = at(ended["ended_at"]) - at(ended["answered_at"])
            assert ended["talk_seconds"] == pytest.approx(talk, abs=0.1)
        await api.carrier_call(SUBSCRIBER, "ended_at")
        seen = next(c for c in office.carrier.calls() if c.called == SUBSCRIBER)
        assert seen.caller == HEAD_OFFICE
        assert f"sip:{FREE_NUMBER}@" in seen.diversion, "passed on from the number that was called"
        began = at((await api.carrier_call(came, "ended_at"))["answered_at"])
        timeline = (await api.get(f"/api/v1/calls/{inbound['id']}"))["timeline"]
        told = [e["cause"] for e in timeline if e["cause"] in ("outside-busy", "transfer-done")]
        assert told == ["outside-busy", "transfer-done"]
        (await api.put(ROUTE, {"steps": []})).ok()
    file = office.carrier.recording(came)
    assert file is not None
    for start, end in (talked, away, again):
        assert has_tone(office.far_heard("0056", start + 0.4, end - 0.2), 1000), "the caller"
        heard = samples(file, start + 0.4 - began, end - 0.2 - began)
        assert has_tone(heard, 800), "the subscriber"


async def test_keys_of_a_caller_are_kept_and_heard_outside(stack: Stack) -> None:
    caller, subscriber = "+491701111198", STEMS["DE"] + "0009"
    step = {"action": "outside", "target": subscriber, "seconds": 20}
    async with Api(stack.url, MANAGER) as api:
        (await api.put(ROUTE, {"steps": [step]})).ok()
        await api.call_in(FREE_NUMBER, caller, "keys", keys="12", seconds=60, wait_for_beep=False)
        inbound = (await call_of(api, caller))["id"]

        async def typed() -> list[str]:
            lines = (await api.get(f"/api/v1/calls/{inbound}"))["timeline"]
            return [e["text"].rpartition(" ")[2] for e in lines if e["cause"] == "digits"]

        assert await eventually(typed, 20, "what was typed") == ["12"]
        await api.hang_up(inbound)
        assert (await api.carrier_call(subscriber, "ended_at"))["keys"].startswith("12")
        (await api.put(ROUTE, {"steps": []})).ok()
