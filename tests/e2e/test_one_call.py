"""One wish is one call, however often it is said; links say none."""

import asyncio
import time

import pytest
from playwright.async_api import expect

from pbx.demo.subscribers import STEMS
from tests.support.api import VPA1, Api, at
from tests.support.browsing import OpenPhone, OpenVoice
from tests.support.far import Far

pytestmark = pytest.mark.asyncio(loop_scope="session")

TIMES = 20


async def invites(api: Api, number: str, since: float) -> int:
    calls = await api.carrier_calls(number)
    return sum(1 for call in calls if at(call["invited_at"]) > since)


@pytest.mark.parametrize("pause_ms", [0, 60])
async def test_twenty_clicks(open_phone: OpenPhone, manager: Api, pause_ms: int) -> None:
    """On the same spot of the screen, whatever has appeared there meanwhile."""
    number = STEMS["AT"] + "0053"
    phone = await open_phone(VPA1)
    await phone.dial(number[3:], country="AT")
    button = phone.element("call-button")
    await expect(button).to_be_enabled()
    box = await button.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    began = time.time()
    for _ in range(TIMES):
        await phone.page.mouse.click(x, y)
        if pause_ms:
            await phone.page.wait_for_timeout(pause_ms)
    await phone.reaches("talking")
    assert await invites(manager, number, began) == 1
    assert len([c for c in await manager.calls(number=number) if at(c["offered_at"]) > began]) == 1
    await phone.hang_up()


async def test_enter_held_down(open_phone: OpenPhone, manager: Api) -> None:
    number = STEMS["FR"] + "0053"
    phone = await open_phone(VPA1)
    await phone.dial(number[3:], country="FR")
    await expect(phone.element("call-button")).to_be_enabled()
    began = time.time()
    for _ in range(TIMES):
        await phone.page.keyboard.down("Enter")
    await phone.page.keyboard.up("Enter")
    await phone.reaches("talking")
    assert await invites(manager, number, began) == 1
    await phone.hang_up()


async def test_twenty_requests_with_one_key(open_voice: OpenVoice, manager: Api, anna: Api) -> None:
    number = STEMS["PL"] + "0053"
    began = time.time()
    voice = await open_voice(VPA1)
    wish = {"number": number, "key": f"wish-{began}"}
    answers = await asyncio.gather(*(anna.place(**wish) for _ in range(TIMES)))
    ids = {answer.ok()["id"] for answer in answers}
    assert len(ids) == 1
    call = answers[0].ok()
    await voice.join(call["voice"], "leg")
    await Far.reached(manager, number, began)
    again = await asyncio.gather(*(anna.place(**wish) for _ in range(TIMES)))
    assert {answer.ok()["id"] for answer in again} == ids
    assert await invites(manager, number, began) == 1
    await manager.hang_up(call["id"])
    late = (await anna.place(**wish)).ok()
    assert late["id"] == call["id"], "the same wish a moment later is no new call"
    assert await invites(manager, number, began) == 1


LINKS = [
    "/call?task=T-1002&country=AT&number=315140053",
    "/call?task=T-1002&number=%2B4315140053",
    "/call?task=T-1002&to=tel:%2B43-1-514-0053",
]


@pytest.mark.parametrize("link", LINKS)
async def test_a_link_fills_the_form_and_never_dials(
    open_phone: OpenPhone, manager: Api, link: str
) -> None:
    phone = await open_phone(VPA1)
    before = len(await manager.calls())
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    await phone.page.goto(link)
    await phone.is_live()
    await expect(phone.element("task-select")).to_have_value("Nachfassen Angebote Q4")
    await expect(phone.element("number-preview")).to_contain_text("+43")
    await expect(phone.element("call-button")).to_be_enabled()
    await phone.page.wait_for_load_state("networkidle")
    assert not [each for each in asked if each.startswith("POST") and "/calls" in each]
    assert len(await manager.calls()) == before
    await phone.page.reload()
    await phone.is_live()
    assert len(await manager.calls()) == before
