"""A page without Playwright's emulations, driven over raw CDP, so that it can be frozen.

Playwright keeps every page of its own visible and focused, and a visible page is never
frozen. Pages of a browser context that Playwright does not know it leaves alone.
"""

import asyncio
import json
from typing import Any

from playwright.async_api import Browser, CDPSession

ANSWER_SECONDS = 15


class RawPage:
    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0
        self._context = self._target = self._attached = ""

    @classmethod
    async def open(cls, browser: Browser, url: str, permissions: tuple[str, ...] = ()) -> "RawPage":
        """A page at `url` in a context of its own; `permissions` by their names in CDP."""
        session = await browser.new_browser_cdp_session()
        page = cls(session)
        session.on("Target.receivedMessageFromTarget", page._hear)
        page._context = (await session.send("Target.createBrowserContext"))["browserContextId"]
        if permissions:
            await session.send(
                "Browser.grantPermissions",
                {"permissions": list(permissions), "browserContextId": page._context},
            )
        where = {"url": "about:blank", "browserContextId": page._context}
        page._target = (await session.send("Target.createTarget", where))["targetId"]
        attach = {"targetId": page._target, "flatten": False}
        page._attached = (await session.send("Target.attachToTarget", attach))["sessionId"]
        await page.send("Page.enable")
        await page.send("Page.navigate", url=url)
        return page

    def _hear(self, event: dict[str, Any]) -> None:
        if event.get("sessionId") != self._attached:
            return
        message = json.loads(event["message"])
        waiting = self._waiting.pop(message.get("id", 0), None)
        if waiting and not waiting.done():
            waiting.set_result(message)

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        answer = asyncio.get_running_loop().create_future()
        self._waiting[self._last] = answer
        text = json.dumps({"id": self._last, "method": method, "params": params})
        await self._session.send(
            "Target.sendMessageToTarget", {"sessionId": self._attached, "message": text}
        )
        found = await asyncio.wait_for(answer, ANSWER_SECONDS)
        assert "error" not in found, (method, found)
        return dict(found["result"])

    async def evaluate(self, script: str) -> Any:
        found = await self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def freeze(self) -> None:
        """As the browser does with background tabs: nothing of the page runs any more."""
        await self.send("Page.setWebLifecycleState", state="frozen")

    async def thaw(self) -> None:
        await self.send("Page.setWebLifecycleState", state="active")

    async def crash(self) -> None:
        """Its process ends, as by the system's want of memory."""
        await self._session.send(
            "Target.sendMessageToTarget",
            {
                "sessionId": self._attached,
                "message": json.dumps({"id": 0, "method": "Page.crash"}),
            },
        )

    async def close(self) -> None:
        where = {"browserContextId": self._context}
        await self._session.send("Target.disposeBrowserContext", where)
        await self._session.detach()
