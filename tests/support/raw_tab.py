"""A tab that only DevTools' own protocol touches.

Playwright pretends to every page that it has the focus, so none of its pages is ever hidden,
and Chromium freezes only hidden ones.
"""

import asyncio
import itertools
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.support.api import PASSWORD, eventually
from tests.support.browser import FLAGS


@dataclass
class RawTab:
    socket: ClientConnection
    session: str = ""
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer; events are passed over."""
        number = next(self.numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        await self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(await asyncio.wait_for(self.socket.recv(), 10))
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer)
                return dict(answer["result"])

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        answer = await self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def becomes(self, expression: str, seconds: float = 15) -> None:
        async def true() -> bool:
            return bool(await self.evaluate(expression))

        await eventually(true, seconds, expression)

    async def freeze(self) -> None:
        await self.send("Page.enable")
        await self.send("Page.setWebLifecycleState", state="frozen")

    async def thaw(self) -> None:
        await self.send("Page.setWebLifecycleState", state="active")


LIVE = "document.querySelector('[data-testid=live-status]')?.dataset.live === 'live'"


@asynccontextmanager
async def raw_tab(folder: Path, url: str, email: str) -> AsyncIterator[RawTab]:
    """A Chromium of its own with the softphone, signed in and live."""
    path = shutil.which("chromium")
    assert path, "chromium is missing: tests/install-programs installs it"
    process = await asyncio.create_subprocess_exec(
        *(path, *FLAGS, "--headless=new", "--remote-debugging-port=0"),
        *(f"--user-data-dir={folder / 'profile'}", "about:blank"),
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with connect(await _address(process), max_size=None) as socket:
            tab = RawTab(socket)
            target = await tab.send("Target.createTarget", url=f"{url}/")
            attached = await tab.send(
                "Target.attachToTarget", targetId=target["targetId"], flatten=True
            )
            tab.session = attached["sessionId"]
            await tab.becomes("document.querySelector('[data-testid=login-email]') !== null")
            body = json.dumps(json.dumps({"email": email, "password": PASSWORD}))
            await tab.evaluate(
                "fetch('/api/v1/session', { method: 'POST',"
                f" headers: {{ 'Content-Type': 'application/json' }}, body: {body} }})"
                ".then((answer) => answer.status)"
            )
            await tab.evaluate("location.reload()")
            await tab.becomes(LIVE)
            yield tab
    finally:
        process.terminate()
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    """Where the browser listens for commands, as it says itself."""
    assert process.stderr is not None
    while line := (await asyncio.wait_for(process.stderr.readline(), 20)).decode():
        if found := re.search(r"DevTools listening on (ws://\S+)", line):
            return found[1]
    raise AssertionError("chromium ended")
