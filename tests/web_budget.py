"""What the phone page's first load costs, as JSON; fails where it is over the limits.

python -m tests.web_budget                 a stack of its own
python -m tests.web_budget URL             one that runs

javascript_kb   gzip (level 9) of every script that the browser asks for when a signed-in
                user opens the page with an empty cache, until the network is silent;
                1 KB is 1000 bytes; below 250
scripts         the same file by file, largest first
interactive_ms  from the start of the navigation until the form can be used (number and
                task field enabled, and the page answers within a frame), empty HTTP
                cache; median of 5; below 1000
runs_ms         each of them
"""

import argparse
import asyncio
import gzip
import json
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, Response

from tests.support.api import PASSWORD, VPA1, Json, eventually
from tests.support.browser import chromium
from tests.support.stack import Stack

MAX_KB = 250
MAX_MS = 1000
RUNS = 5

WATCH = """(() => {
  const usable = (id) => {
    const field = document.querySelector(`[data-testid=${id}]`);
    return field && !field.disabled && field.getClientRects().length > 0;
  };
  const look = () => {
    if (!usable("task-select") || !usable("number-input")) return requestAnimationFrame(look);
    // A task of its own after the next picture: what blocked the page until then is over.
    requestAnimationFrame(() => setTimeout(() => { window.interactiveAt = performance.now(); }));
  };
  requestAnimationFrame(look);
})();"""


async def measure(browser: Browser, url: str) -> Json:
    """The figures of one running stack."""
    context = await browser.new_context(base_url=url, locale="de-DE")
    signed_in = await context.request.post(
        "/api/v1/session", data={"email": VPA1, "password": PASSWORD}
    )
    assert signed_in.status == 201, await signed_in.text()
    await context.add_init_script(WATCH)
    scripts = await _scripts(context)
    runs = [await _interactive(context) for _ in range(RUNS)]
    await context.close()
    return {
        "javascript_kb": round(sum(scripts.values()) / 1000, 1),
        "interactive_ms": round(statistics.median(runs)),
        "runs_ms": [round(each) for each in runs],
        "scripts": {
            name: round(size / 1000, 1)
            for name, size in sorted(scripts.items(), key=lambda each: -each[1])
        },
    }


async def _scripts(context: BrowserContext) -> dict[str, int]:
    """Path -> bytes after gzip."""
    page = await _empty_cache(context)
    found: list[Response] = []
    page.on("response", lambda response: found.append(response))
    await page.goto("/")
    await _usable(page)
    await page.wait_for_load_state("networkidle")
    sizes = {}
    for response in found:
        if "javascript" in response.headers.get("content-type", ""):
            name = response.url.rsplit("/", 1)[-1]
            sizes[name] = len(gzip.compress(await response.body(), 9))
    await page.close()
    assert sizes, "no script was loaded"
    return sizes


async def _interactive(context: BrowserContext) -> float:
    """Milliseconds from the start of the navigation."""
    page = await _empty_cache(context)
    await page.goto("/")
    took = await _usable(page)
    await page.close()
    return took


async def _usable(page: Page) -> float:
    async def at() -> float | None:
        return await page.evaluate("window.interactiveAt") or None

    return await eventually(at, 15, "a form that can be used")


async def _empty_cache(context: BrowserContext) -> Page:
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.clearBrowserCache")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return page


def faults(figures: Json) -> list[str]:
    """A line for each figure that is over its limit."""
    limits = {"javascript_kb": MAX_KB, "interactive_ms": MAX_MS}
    return [
        f"{key}: {figures[key]}, must be below {most}"
        for key, most in limits.items()
        if figures[key] >= most
    ]


async def _measured(url: str) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        async with chromium(Path(folder)) as browser:
            return await measure(browser, url)


def main() -> None:
    parser = argparse.ArgumentParser(description="What the phone page's first load costs.")
    parser.add_argument("url", nargs="?", default="")
    url = parser.parse_args().url.rstrip("/")
    with ExitStack() as cleanup:
        if not url:
            folder = cleanup.enter_context(tempfile.TemporaryDirectory())
            stack = Stack(Path(folder) / "stack")
            cleanup.callback(stack.stop)
            url = stack.start().url
        figures = asyncio.run(_measured(url))
    print(json.dumps(figures, indent=2))
    over = faults(figures)
    for fault in over:
        print(f"over the limit: {fault}", file=sys.stderr)
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
