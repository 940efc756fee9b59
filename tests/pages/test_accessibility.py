"""axe-core on every page and state, light and dark, on a telephone and on a desk.

Each page is seen in English once a chapter; its other states differ in no name's origin.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.support.looks import Look, through
from tests.support.stack import ROOT, Stack
from tests.support.tour import CHAPTERS, Tour

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = ROOT / "softphone_web" / "node_modules" / "axe-core" / "axe.min.js"
AT_A_DESK = Look(1280, "light", "de")
AT_HAND = Look(390, "dark", "de")
IN_ENGLISH = Look(390, "dark", "en")

RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, help, nodes }) => ({
    id, help, where: nodes.slice(0, 4).map((each) => `${each.target.join(" ")}: ${each.html}`),
  }));
}"""


@pytest.fixture(scope="module")
def tour_stack(tmp_path_factory: pytest.TempPathFactory, web_app: None) -> Iterator[Stack]:
    """It rings long enough for a ringing call to be looked at."""
    stack = Stack(tmp_path_factory.mktemp("tour"), ring_seconds=110)
    try:
        yield stack.start()
    finally:
        stack.stop()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def tour(tour_stack: Stack, browser: Browser) -> Tour:
    return Tour(tour_stack, browser)


@pytest.mark.parametrize("chapter", CHAPTERS)
async def test_axe_finds_nothing(tour: Tour, chapter: str, tmp_path: Path) -> None:
    found: list[str] = []
    states: list[str] = []
    in_english: set[str] = set()
    source = AXE.read_text(encoding="utf-8")

    async def look(name: str, page: Page, german_only: bool) -> None:
        states.append(name)
        at_hand = AT_HAND if german_only or page.url in in_english else IN_ENGLISH
        in_english.add(page.url)
        async for each in through(page, [AT_A_DESK, at_hand]):
            if not await page.evaluate("typeof axe === 'object'"):
                await page.evaluate(source)
            violations: list[dict[str, Any]] = await page.evaluate(RUN)
            for violation in violations:
                where = "\n    ".join(violation["where"])
                found.append(f"{name} {each}: {violation['id']}: {violation['help']}\n    {where}")

    fault = await tour.chapter(chapter, look)
    print(f"{len(states)} states: {', '.join(states)}")
    assert not found, "\n".join(found)
    assert not fault, fault
