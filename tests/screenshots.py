"""Pictures of every page and state of the web app, for a person to look at.

    python -m tests.screenshots --to screenshots

Starts the whole product on free ports with data of its own, walks through all states
(`tests/support/tour.py`) and takes each at 390, 1280 and 1920 px, light and dark, in German
and English: `screenshots/<state>/<width>-<scheme>-<language>.png`, and an `index.html`.
Ends with 1 where a state could not be reached; the other pictures are there all the same.
"""

import argparse
import asyncio
import html
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page

from tests.support.browser import chromium
from tests.support.looks import ALL, WIDTHS, Look, through
from tests.support.stack import Stack
from tests.support.tour import CHAPTERS, Tour

MAX_HEIGHT = 2400
"""Of a picture, in CSS pixels: the list of all countries is far longer."""
HEAD = """<!doctype html><meta charset="utf-8"><title>Screenshots</title><style>
body{font:15px system-ui;margin:2rem;background:#8881}h2{margin:2.5rem 0 .5rem}
div{display:flex;gap:1rem;overflow-x:auto;align-items:start}
figure{margin:0}figcaption{color:#777}img{height:420px;border:1px solid #8886}</style>
<h1>Screenshots</h1>
"""


class Album:
    """Takes the pictures and lists them."""

    def __init__(self, folder: Path, looks: list[Look]) -> None:
        self.folder = folder
        self.looks = looks
        self.states: dict[str, list[Look]] = {}

    async def take(self, name: str, page: Page, german_only: bool) -> None:
        began = time.monotonic()
        looks = [look for look in self.looks if look.language == "de" or not german_only]
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        async for look in through(page, looks):
            await page.evaluate("scrollTo(0, 0)")
            height = await page.evaluate("document.documentElement.scrollHeight")
            await page.screenshot(
                path=folder / f"{look}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": look.width, "height": min(height, MAX_HEIGHT)},
                animations="disabled",
                caret="hide",
            )
        self.states[name] = looks
        say(f"{name}: {len(looks)} pictures in {time.monotonic() - began:.1f} s")

    def write_index(self) -> Path:
        parts = [HEAD]
        for name, looks in self.states.items():
            shown = html.escape(name)
            parts.append(f"<h2 id='{shown}'>{shown}</h2><div>\n")
            for look in looks:
                file = f"{shown}/{look}.png"
                image = f"<img loading=lazy src='{file}' alt='{shown}, {look}'>"
                caption = f"<figcaption>{look}</figcaption>"
                parts.append(f"<figure><a href='{file}'>{image}</a>{caption}</figure>\n")
            parts.append("</div>\n")
        index = self.folder / "index.html"
        index.write_text("".join(parts), encoding="utf-8")
        return index


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


async def walk(stack: Stack, album: Album, folder: Path, only: str) -> list[str]:
    async with chromium(folder) as browser:
        tour = Tour(stack, browser)
        wanted = [chapter for chapter in CHAPTERS if only in chapter]
        faults = [await tour.chapter(chapter, album.take) for chapter in wanted]
        return [fault for fault in faults if fault]


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of every state of the web app.")
    parser.add_argument("--to", type=Path, default=Path("screenshots"), help="folder")
    parser.add_argument("--only", default="", help="chapters whose name contains this")
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)), help="of the window")
    arguments = parser.parse_args()
    widths = {int(each) for each in arguments.widths.split(",")}
    album = Album(arguments.to, [look for look in ALL if look.width in widths])
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack", ring_seconds=110)
        try:
            say("starting ...")
            stack.start()
            faults = asyncio.run(walk(stack, album, Path(folder), arguments.only))
        finally:
            stack.stop()
    index = album.write_index()
    for fault in faults:
        say(f"not reached: {fault}")
    pictures = sum(len(looks) for looks in album.states.values())
    say(f"{pictures} pictures in {time.monotonic() - began:.0f} s: {index}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
