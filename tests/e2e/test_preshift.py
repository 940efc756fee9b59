"""The check before work: about twenty seconds, and nobody is called."""

import time

import pytest
from playwright.async_api import expect

from tests.support.api import VPA1, Api, eventually
from tests.support.browsing import OpenPhone
from tests.support.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

SECONDS = 25


async def test_the_check_before_work(open_phone: OpenPhone, manager: Api, stack: Stack) -> None:
    phone = await open_phone(VPA1)
    before = len(await manager.calls())
    # Granting some takes all others away, and a page without a microphone has no addresses.
    await phone.context.grant_permissions(["notifications", "microphone"])
    await phone.element("preshift-open").first.click()
    began = time.time()
    await phone.element("preshift-start").click()
    result = phone.element("preshift-result")
    await expect(result).to_be_visible(timeout=SECONDS * 1000)
    took = time.time() - began
    steps = await phone.page.locator("[data-testid^=preshift-step-]").evaluate_all(
        "all => all.map((each) => [each.dataset.testid, each.dataset.state, each.textContent])"
    )
    print(f"checked in {took:.1f} s:", await result.get_attribute("data-state"), steps)
    states = {name.removeprefix("preshift-step-"): state for name, state, _ in steps}
    assert took < SECONDS
    assert {states[each] for each in ("microphone", "echo", "udp", "bandwidth", "jitter")} == {"ok"}
    assert states["turn"] == "skipped", "none is configured here"
    assert len(await manager.calls()) == before

    async def over() -> bool:
        return stack.channels() == []

    await eventually(over, 15, "the end of the check call")
