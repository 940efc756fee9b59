"""Hold, transfer, conference, a second call: who hears whom, and what is billed.

Anna's microphone says 620 Hz, Ben's 740; the far parties play 500, 900 and 1000 Hz.
"""

import time

import pytest
import pytest_asyncio
from playwright.async_api import expect

from pbx.demo.subscribers import STEMS
from tests.support.api import VPA1, VPA2, Api
from tests.support.browsing import OpenPhone
from tests.support.far import (
    A_HERTZ,
    ANNA_HERTZ,
    B_HERTZ,
    BEN_HERTZ,
    C_HERTZ,
    ENDINGS,
    EVERYBODY,
    Far,
)
from tests.support.scenes import A, Scene, typed
from tests.support.stack import VPA1_NUMBER, Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

B = STEMS["AT"] + ENDINGS[B_HERTZ]
RINGS = STEMS["FR"] + "0002"
BUSY = STEMS["FR"] + "0001"


@pytest_asyncio.fixture(loop_scope="session")
async def scene(open_phone: OpenPhone, manager: Api, stack: Stack) -> Scene:
    began = time.time()
    return Scene(await open_phone(VPA1, hertz=ANNA_HERTZ), manager, stack, began)


async def test_hold_plays_music_and_resume_brings_both_back(scene: Scene) -> None:
    far = await scene.calls_a()
    await scene.anna.element("hold-button").click()
    await scene.anna.reaches("held")
    await far.hears_music()
    await scene.anna.hears_just(among=EVERYBODY)
    clicked = time.time()
    await scene.anna.element("resume-button").click()
    await scene.anna.reaches("talking")
    back = await scene.anna.hears(A_HERTZ, since=clicked)
    print(f"heard again {back - clicked:.2f} s after the click")
    await far.hears_just(ANNA_HERTZ)
    await scene.anna.hang_up()
    await scene.over((far, A))


async def test_mute_is_silence_and_lives_through_a_hold(scene: Scene) -> None:
    far = await scene.calls_a()
    await scene.anna.element("mute-button").click()
    await far.hears_silence()
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY)
    await scene.anna.element("hold-button").click()
    await far.hears_music()
    await scene.anna.element("resume-button").click()
    await scene.anna.reaches("talking")
    await far.hears_silence()
    await scene.anna.element("mute-button").click()
    await far.hears_just(ANNA_HERTZ)
    await scene.anna.hang_up()
    await scene.over((far, A))


async def consultation(scene: Scene) -> tuple[Far, Far]:
    """Anna talks with B while A waits; nobody else hears anybody."""
    far_a = await scene.calls_a()
    await scene.anna.consult(typed(B), "AT")
    far_b = await Far.reached(scene.api, B, scene.began)
    await scene.anna.hears_just(B_HERTZ, among=EVERYBODY)
    await far_b.hears_just(ANNA_HERTZ)
    await far_a.hears_music()
    return far_a, far_b


async def test_attended_transfer_to_a_number(scene: Scene) -> None:
    far_a, far_b = await consultation(scene)
    await scene.anna.element("transfer-complete").click()
    await far_a.hears_just(B_HERTZ)
    await far_b.hears_just(A_HERTZ)
    await scene.anna.is_idle()
    (first, second) = (await scene.call_with(A), await scene.call_with(B))
    assert {first["state"], second["state"]} == {"transferred"}
    assert first["task"] == second["task"] == "T-1001"
    await scene.api.hang_up(first["id"])
    await scene.over((far_a, A), (far_b, B))


async def test_swap_and_cancel_a_consultation(scene: Scene) -> None:
    far_a, far_b = await consultation(scene)
    await scene.anna.element("swap-button").click()
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY)
    await far_a.hears_just(ANNA_HERTZ)
    await far_b.hears_music()
    await scene.anna.element("swap-button").click()
    await scene.anna.hears_just(B_HERTZ, among=EVERYBODY)
    await far_a.hears_music()
    await scene.anna.element("transfer-cancel").click()
    await far_b.ended()
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY)
    await far_a.hears_just(ANNA_HERTZ)
    await scene.anna.hang_up()
    await scene.over((far_a, A), (far_b, B))


async def test_a_conference_of_three(scene: Scene) -> None:
    far_a, far_b = await consultation(scene)
    await scene.anna.element("join-button").first.click()
    await scene.anna.hears_just(A_HERTZ, B_HERTZ, among=EVERYBODY)
    await far_a.hears_just(ANNA_HERTZ, B_HERTZ)
    await far_b.hears_just(ANNA_HERTZ, A_HERTZ)
    guest = next(c for c in await scene.ledger() if c["state"] == "joined")
    await scene.anna.element("take-out").first.click()
    await scene.anna.hears_just(
        *({A_HERTZ, B_HERTZ} - {A_HERTZ if guest["number"] == A else B_HERTZ}), among=EVERYBODY
    )
    await (far_a if guest["number"] == A else far_b).hears_music()
    await scene.api.hang_up(guest["id"])
    await scene.anna.hang_up()
    await scene.over((far_a, A), (far_b, B))


async def test_blind_transfer_to_a_number(scene: Scene) -> None:
    far_a = await scene.calls_a()
    await scene.anna.transfer_blind(typed(B), "AT")
    far_b = await Far.reached(scene.api, B, scene.began)
    await far_a.hears_just(B_HERTZ)
    await far_b.hears_just(A_HERTZ)
    await scene.anna.is_idle()
    await scene.api.hang_up((await scene.call_with(B))["id"])
    await scene.over((far_a, A), (far_b, B))


async def test_a_blind_transfer_that_nobody_answers_comes_back(scene: Scene) -> None:
    far_a = await scene.calls_a()
    await scene.anna.transfer_blind(typed(RINGS), "FR")
    await scene.anna.reaches("transferring")
    await scene.anna.hears_just(among=EVERYBODY)
    await scene.anna.element("take-back").click()
    await scene.anna.reaches("talking")
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY)
    await far_a.hears_just(ANNA_HERTZ)
    await scene.anna.transfer_blind(typed(BUSY), "FR")
    await scene.anna.reaches("talking")
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY)
    await far_a.hears_just(ANNA_HERTZ)
    await scene.anna.hang_up()
    await scene.over((far_a, A))


async def test_attended_transfer_to_a_colleague(scene: Scene, open_phone: OpenPhone) -> None:
    ben = await open_phone(VPA2, hertz=BEN_HERTZ)
    far = await scene.calls_a()
    await scene.anna.consult(colleague=VPA2)
    await ben.element("answer-button").click()
    await ben.hears_just(ANNA_HERTZ, among=EVERYBODY)
    await scene.anna.hears_just(BEN_HERTZ, among=EVERYBODY)
    await far.hears_music()
    await scene.anna.element("transfer-complete").click()
    clicked = time.time()
    await ben.hears(A_HERTZ, since=clicked)
    await far.hears_just(BEN_HERTZ)
    await scene.anna.is_idle()
    assert (await scene.call_with(A))["user"] == VPA2
    await ben.hang_up()
    await scene.over((far, A))
    internal = [c for c in await scene.ledger() if c["direction"] == "internal"]
    assert [c["talk_seconds"] for c in internal] == [0]


async def test_blind_transfer_to_a_colleague(scene: Scene, open_phone: OpenPhone) -> None:
    ben = await open_phone(VPA2, hertz=BEN_HERTZ)
    far = await scene.calls_a()
    await scene.anna.transfer_blind(colleague=VPA2)
    await expect(ben.element("incoming-call")).to_be_visible()
    await far.hears_music()
    await ben.element("decline-button").click()
    await scene.anna.reaches("talking")
    await far.hears_just(ANNA_HERTZ)
    await scene.anna.transfer_blind(colleague=VPA2)
    await ben.element("answer-button").click()
    await ben.hears_just(A_HERTZ, among=EVERYBODY)
    await far.hears_just(BEN_HERTZ)
    await scene.anna.is_idle()
    await ben.hang_up()
    await scene.over((far, A))


async def waiting_call(scene: Scene, caller: str) -> tuple[Far, str]:
    """Somebody else calls Anna, who is talking; playing 1000 Hz."""
    carrier_id = await scene.api.call_in(
        VPA1_NUMBER, caller, "tone", hertz=C_HERTZ, seconds=60, wait_for_beep=False
    )
    await expect(scene.anna.element("waiting-card")).to_be_visible()
    return Far(scene.api, carrier_id), carrier_id


async def test_a_waiting_call_is_answered_and_the_first_one_held(scene: Scene) -> None:
    far_a, caller = await scene.calls_a(), "+491701111161"
    far_c, carrier_id = await waiting_call(scene, caller)
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY, seconds=3)
    await scene.anna.element("answer-hold").click()
    await scene.api.carrier_call(carrier_id, "answered_at")
    await scene.anna.hears_just(C_HERTZ, among=EVERYBODY)
    await far_c.hears_just(ANNA_HERTZ)
    await far_a.hears_music()
    await scene.anna.hang_up_one()
    await far_c.ended()
    await scene.anna.element("resume-button").first.click()
    await scene.anna.hears_just(A_HERTZ, among=EVERYBODY)
    await scene.anna.hang_up()
    await scene.over((far_a, A), (far_c, caller))


async def test_a_waiting_call_takes_the_place_of_the_first_one(scene: Scene) -> None:
    far_a, caller = await scene.calls_a(), "+491701111162"
    far_c, _ = await waiting_call(scene, caller)
    await scene.anna.element("answer-end").click()
    await far_a.ended()
    await scene.anna.hears_just(C_HERTZ, among=EVERYBODY)
    await far_c.hears_just(ANNA_HERTZ)
    await scene.anna.hang_up()
    await scene.over((far_a, A), (far_c, caller))
