"""One page in other sizes, colours and languages, without loading it anew."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Page, expect

WIDTHS = {390: 844, 1280: 860, 1920: 1080}
"""Width -> height of the window, in CSS pixels: a telephone, a laptop, a large screen."""

Scheme = Literal["light", "dark"]
Language = Literal["de", "en"]

SPEAK = """async (language) => {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ language });
  await fetch("/api/v1/session/language", { method: "PUT", headers, body });
  const root = document.getElementById("root");
  const key = Object.keys(root).find((each) => each.startsWith("__reactContainer$"));
  const open = [root[key].stateNode.current];
  while (open.length) {
    const fiber = open.pop();
    const client = fiber.memoizedProps?.client;
    if (client?.getQueryCache) {
      const found = client.getQueryCache().getAll().find((each) => each.state.data?.language);
      if (!found) return false;
      client.setQueryData(found.queryKey, { ...found.state.data, language });
      await client.invalidateQueries({ predicate: (each) => each !== found });
      return true;
    }
    for (const next of [fiber.sibling, fiber.child]) if (next) open.push(next);
  }
}"""
"""What choosing a language in the menu does, without opening the menu: a dialog that is open
stays open."""


@dataclass(frozen=True, slots=True)
class Look:
    width: int
    scheme: Scheme
    language: Language

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.language}"


ALL = [
    Look(width, scheme, language)
    for language in ("de", "en")
    for scheme in ("light", "dark")
    for width in WIDTHS
]
USUAL = Look(1280, "light", "de")


async def through(page: Page, looks: list[Look]) -> AsyncIterator[Look]:
    """The page in each of these, one after the other; at the end it looks as usual again.

    Nothing moves meanwhile: a colour on its way to another one is neither.
    """
    await page.emulate_media(reduced_motion="reduce")
    now = USUAL
    await _drawn(page)
    for look in looks:
        await _become(page, now, look)
        now = look
        yield look
    await _become(page, now, USUAL)


async def _become(page: Page, now: Look, look: Look) -> None:
    if look.language != now.language:
        await _speak(page, look.language)
    if look.scheme != now.scheme:
        await page.emulate_media(color_scheme=look.scheme)
    if look.width != now.width:
        await page.set_viewport_size({"width": look.width, "height": WIDTHS[look.width]})
    await _drawn(page)


async def _drawn(page: Page) -> None:
    """Colours that change within a millisecond have changed."""
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))")


async def _speak(page: Page, language: Language) -> None:
    outside = page.get_by_test_id("login-submit").or_(page.get_by_test_id("account-card"))
    if await outside.count():
        name = {"de": "Deutsch", "en": "English"}[language]
        await page.get_by_role("radio", name=name).check()
    elif not await page.evaluate(SPEAK, language):
        # Nobody is signed in on this page: it speaks what the browser remembers.
        await page.evaluate(f"localStorage.setItem('vermittlung.language', '{language}')")
        await page.reload(wait_until="networkidle")
    await expect(page.locator("html")).to_have_attribute("lang", language)
