"""What strangers and stolen accounts can do: nothing."""

import asyncio
import uuid

import aiohttp
import pytest

from pbx.demo.subscribers import example
from tests.support.api import MANAGER, VPA1, VPA2, Api, eventually
from tests.support.browsing import OpenVoice
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOREIGN = "http://evil.example"


async def test_somebody_elses_call_cannot_be_joined(open_voice: OpenVoice, manager: Api) -> None:
    """The account is real and the call is authorised, but not for each other."""
    number = example("DE", "0101")
    before = len(await manager.carrier_calls())
    anna, ben = await open_voice(VPA1), await open_voice(VPA2)
    hers = await anna.place(number)
    his = await ben.place(example("DE", "0102"))
    await ben.join({**his["voice"], "uri": hers["voice"]["uri"]}, "stolen")

    async def gone() -> bool:
        return bool((await ben.state("stolen"))["gone"])

    await eventually(gone, 10, "the foreign leg was hung up")
    assert (await manager.call(hers["id"]))["state"] == "waiting"
    assert len(await manager.carrier_calls()) == before
    await anna.join(hers["voice"], "own")
    await manager.carrier_call(number, "answered_at")


async def test_a_number_cannot_be_dialled_by_sip(open_voice: OpenVoice, manager: Api) -> None:
    """Nor a call that there is not: the browser's leg carries sound, never numbers."""
    before = len(await manager.carrier_calls())
    page = await open_voice(VPA1)
    call = await page.place(example("DE", "0101"))
    targets = ("+492214710101", "00492214710101", uuid.uuid4().hex, "s", "h", "trunk", "outside")
    for n, target in enumerate(targets):
        await page.join({**call["voice"], "uri": f"sip:{target}@pbx.invalid"}, str(n))
    for n in range(len(targets)):

        async def gone(key: str = str(n)) -> bool:
            return bool((await page.state(key))["gone"])

        await eventually(gone, 10, f"INVITE to {targets[n]} was refused")
    assert len(await manager.carrier_calls()) == before


async def test_a_wrong_sip_password_is_refused(open_voice: OpenVoice, manager: Api) -> None:
    page = await open_voice(VPA1)
    call = await page.place(example("DE", "0101"))
    await page.join({**call["voice"], "password": "0" * 64}, "guess")

    async def gone() -> bool:
        return bool((await page.state("guess"))["gone"])

    await eventually(gone, 10, "the leg was refused")
    assert (await manager.call(call["id"]))["state"] == "waiting"


async def test_a_second_answer_or_a_foreign_hang_up_is_refused(
    open_voice: OpenVoice, stack: Stack
) -> None:
    page = await open_voice(VPA1)
    call = await page.place(example("DE", "0101"))
    async with Api(stack.url, VPA2) as ben:
        for verb in ("hangup", "answer", "decline"):
            answer = await ben.post(f"/api/v1/calls/{call['id']}/{verb}")
            assert answer.status in (403, 404, 409), (verb, answer)
        answer = await ben.ask("GET", f"/api/v1/calls/{call['id']}")
        assert answer.status == 404
        tones = await ben.post(f"/api/v1/calls/{call['id']}/dtmf", {"digits": "1"})
        assert tones.status == 404
    async with Api(stack.url, MANAGER) as manager:
        assert (await manager.call(call["id"]))["state"] == "waiting"
        seen = await manager.call(call["id"])
        assert "voice" not in seen, "a manager gets no account for somebody else's call"


@pytest.mark.parametrize("path", ["/api/v1/voice", "/api/v1/live"])
async def test_sockets_need_a_session_and_our_own_origin(stack: Stack, path: str) -> None:
    async with Api(stack.url) as nobody:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await nobody.http.ws_connect(path, protocols=("sip",))
        assert refused.value.status == 401
    async with Api(stack.url, VPA1) as anna:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await anna.http.ws_connect(path, protocols=("sip",), origin=FOREIGN)
        assert refused.value.status == 403
        async with anna.http.ws_connect(path, protocols=("sip",), origin=stack.url) as socket:
            assert not socket.closed


async def test_a_foreign_page_cannot_act_with_the_cookie(stack: Stack, manager: Api) -> None:
    wish = {"number": example("DE", "0101"), "country": "DE", "task": "T-1001"}
    async with Api(stack.url, VPA1) as anna:
        for origin in (FOREIGN, "null", stack.url.replace("127.0.0.1", "127.0.0.1.evil.example")):
            answer = await anna.ask("POST", "/api/v1/calls", wish, headers={"Origin": origin})
            assert (answer.status, answer.error_id) == (403, "foreign-origin")
    async with Api(stack.url) as nobody:
        answer = await nobody.post("/api/v1/calls", wish)
        assert (answer.status, answer.error_id) == (401, "not-signed-in")


async def test_the_same_wish_twice_at_once_is_one_call(stack: Stack, manager: Api) -> None:
    number, key = example("DE", "0103"), uuid.uuid4().hex
    async with Api(stack.url, VPA1) as anna:
        answers = await asyncio.gather(*(anna.place(number, key=key) for _ in range(2)))
        assert sorted(answer.status for answer in answers) == [200, 201]
        assert len({answer.body["id"] for answer in answers}) == 1
        late = await anna.place(number, key=key)
        assert (late.status, late.body["id"]) == (200, answers[0].body["id"])
        assert len(await anna.calls(number=number)) == 1
        # Without a key, or with another one, it is another wish: and one call is the limit.
        for more in ({}, {"key": uuid.uuid4().hex}):
            refused = await anna.place(number, **more)
            assert (refused.status, refused.error_id) == (403, "limit-reached")
        await anna.hang_up(late.body["id"])


async def test_a_vpa_has_no_management(stack: Stack) -> None:
    async with Api(stack.url, VPA1) as anna:
        for path in ("numbers", "users", "task-seconds"):
            answer = await anna.ask("GET", f"/api/v1/{path}")
            assert (answer.status, answer.error_id) == (403, "not-allowed"), path
        answer = await anna.put("/api/v1/countries", {"code": "ES", "allowed": True})
        assert answer.status == 403


async def test_signing_out_ends_the_session_and_its_voice_account(stack: Stack) -> None:
    async with Api(stack.url, VPA1) as anna:
        cookies = {c.key: c.value for c in anna.http.cookie_jar}
        assert (await anna.ask("DELETE", "/api/v1/session")).ok() == {"to": None}
        answer = await anna.ask("GET", "/api/v1/session", cookies=cookies)
        assert answer.status == 401
