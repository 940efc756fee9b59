"""A call that runs over the limit: warned of on the stage in time, told to other programs once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from tests.support.api import MANAGER, VPA1, Api, at, eventually
from tests.support.browser import Softphone
from tests.support.hooks import Receiver, receiving
from tests.support.scenes import A, typed
from tests.support.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.calm]

TASK = "T-LIMIT"
WARNING = '[data-testid="factor-warning"]'
WATCH = f"""() => {{
    window.warnings = [];
    const look = () => {{
        const found = document.querySelector('{WARNING}');
        if (found && found.checkVisibility() && found !== window.warned) {{
            window.warned = found;
            window.warnings.push(Date.now() / 1000);
        }}
    }};
    new MutationObserver(look).observe(document, {{ childList: true, subtree: true }});
}}"""


async def book(manager: Api) -> None:
    """A task with one minute of work: 15 s of talking are included."""
    task = {"title": "Kurz anrufen", "customer": "Praxis Dr. Sommer", "area": "backoffice"}
    (await manager.put(f"/api/v1/tasks/{TASK}", task)).ok()
    work = {"user": VPA1, "day": f"{datetime.now(UTC):%Y-%m-%d}", "minutes": 1}
    (await manager.put(f"/api/v1/tasks/{TASK}/work-time", work)).ok()


async def the_limit_is_told_once(receiver: Receiver, secret: str) -> None:
    """Refused twice, taken the third time; the same event each time, with a valid signature."""
    await receiver.until(lambda: len(receiver.effects) == 1, 15)
    assert len(receiver.requests) == 3
    assert len({(r.id, r.body) for r in receiver.requests}) == 1
    assert all(r.is_signed_with(secret) for r in receiver.requests)
    told = receiver.requests[0].told
    assert told["type"] == "share.over_limit"
    assert (told["data"]["task"], told["data"]["work_seconds"]) == (TASK, 60)
    assert 15 < told["data"]["phone_seconds"] < 17
    assert told["data"]["suggested_area"] == "backoffice_de"


async def test_the_warning_comes_during_the_call_and_the_hook_once(
    own_stack: Callable[..., Stack], browser: Browser
) -> None:
    stack = own_stack(PBX_HOOKS__RETRY_SECONDS="1,1,60")
    async with receiving() as receiver, Api(stack.url, MANAGER) as manager:
        receiver.answers = [500, 503]
        events = ["share.over_limit", "customer.informed", "call.ended"]
        wish = {"url": receiver.url, "events": events}
        secret = (await manager.post("/api/v1/hook-endpoints", wish)).ok()["secret"]
        await book(manager)
        anna = await Softphone.open(browser, stack.url, VPA1)
        await anna.page.evaluate(WATCH)
        await anna.call(typed(A), TASK)
        await anna.reaches("talking")

        warning = anna.element("factor-warning")
        await expect(warning).to_be_visible(timeout=25_000)
        (warned,) = await anna.page.evaluate("window.warnings")
        (call,) = await manager.calls(task=TASK)
        crossed = at(call["answered_at"]) + 15
        print(f"visible {warned - crossed:+.3f} s after the limit")
        assert 0 < warned - crossed <= 2
        await expect(warning).to_have_attribute("role", "alert")
        await expect(warning).to_contain_text("Backoffice DE")
        await the_limit_is_told_once(receiver, secret)

        # A new controller takes the call over: it neither warns nor tells again.
        stack.kill()
        stack.start()
        await anna.is_live()
        await anna.reaches("talking")

        async def known() -> bool:
            return bool((await manager.get(f"/api/v1/tasks/{TASK}/phone-share"))["over"])

        await eventually(known, 10, "the call in the share")
        await expect(warning).to_have_count(1)
        assert len(await anna.page.evaluate("window.warnings")) == 1

        await anna.element("factor-inform").click()
        await expect(warning).to_have_count(0)
        await receiver.until(lambda: len(receiver.effects) == 2)
        await anna.hang_up()
        await receiver.until(lambda: len(receiver.effects) == 3)
        kinds = Counter(told["type"] for told in receiver.effects.values())
        assert kinds == Counter(events)
        told = next(t for t in receiver.effects.values() if t["type"] == "customer.informed")
        assert "Kurz anrufen" in told["data"]["text"]
        share = await manager.get(f"/api/v1/tasks/{TASK}/phone-share")
        assert (share["booked_area"], share["mismatch"]) == ("backoffice_de", None)
        await anna.context.close()
