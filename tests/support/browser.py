"""Chromium with a fake microphone, the softphone as a person uses it, and what it hears."""

import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    Route,
    async_playwright,
    expect,
)

from tests.support.api import PASSWORD, eventually
from tests.support.sound import write_tone
from tests.support.stack import ROOT

MICROPHONE_HERTZ = 440
CARRIER_HERTZ = 1000
TOLERANCE_HERTZ = 15
QUIET_DB = -65
"""Below this nothing is heard, in decibels of the analyser's strongest bin."""

expect.set_options(timeout=10_000)

FLAGS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-quic",
    "--no-first-run",
)

LISTEN = """(() => {
  const heard = (window.soundHeard = []);
  let stream = null, analyser = null, bins = null, context = null;
  setInterval(() => {
    const now = document.querySelector("[data-testid=remote-audio]")?.srcObject ?? window.legSound;
    if (!now || now.getAudioTracks().length === 0) return;
    if (now !== stream) {
      stream = now;
      context ??= new AudioContext();
      analyser = context.createAnalyser();
      analyser.fftSize = 4096;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(stream).connect(analyser);
      bins = new Float32Array(analyser.frequencyBinCount);
    }
    analyser.getFloatFrequencyData(bins);
    let top = 0;
    for (let n = 1; n < bins.length; n++) if (bins[n] > bins[top]) top = n;
    const hertz = (top * context.sampleRate) / analyser.fftSize;
    heard.push({ at: Date.now() / 1000, hertz, db: Math.max(-200, bins[top]) });
    if (heard.length > 4000) heard.splice(0, 2000);
  }, 25);
})();"""
"""What is heard in the page, 40 times a second: time, strongest frequency, its level."""


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Browser]:
    """A browser whose microphone says 440 Hz."""
    path = shutil.which("chromium")
    assert path, "chromium is missing: tests/install-programs installs it"
    microphone = write_tone(folder / "microphone.wav", MICROPHONE_HERTZ)
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


async def new_context(browser: Browser, url: str) -> BrowserContext:
    """A browser profile of its own: other cookies, other storage."""
    context = await browser.new_context(
        base_url=url, locale="de-DE", viewport={"width": 1280, "height": 860}
    )
    context.set_default_timeout(15_000)
    await context.add_init_script(LISTEN)
    return context


class Softphone:
    """The softphone's page in a browser profile of its own."""

    def __init__(self, context: BrowserContext, page: Page, email: str) -> None:
        self.context = context
        self.page = page
        self.email = email
        self.console: list[str] = []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        page.on("dialog", _leave)

    @classmethod
    async def open(cls, browser: Browser, url: str, email: str, script: str = "") -> "Softphone":
        """Sign in as a person does; `script` runs before the page's own."""
        context = await new_context(browser, url)
        if script:
            await context.add_init_script(script)
        phone = cls(context, await context.new_page(), email)
        await phone.page.goto("/")
        await phone.element("login-email").fill(email)
        await phone.element("login-password").fill(PASSWORD)
        await phone.element("login-submit").click()
        await phone.is_live()
        return phone

    def element(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def is_live(self) -> None:
        """The page is connected, so that calls can ring here."""
        await expect(self.element("live-status")).to_have_attribute("data-live", "live")

    # -------------------------------------------------------------- calling

    async def choose_task(self, task: str) -> None:
        field = self.element("task-select")
        await field.click()
        await field.fill(task)
        await self.page.get_by_role("option").filter(has_text=task).click()

    async def dial(self, number: str, task: str = "T-1001", country: str = "DE") -> None:
        """Task, country, number; Call is live then."""
        await self.choose_task(task)
        await self.element("country-select").select_option(country)
        await self.element("number-input").fill(number)

    async def call(self, number: str, task: str = "T-1001", country: str = "DE") -> float:
        """Place a call; the time of the click."""
        await self.dial(number, task, country)
        button = self.element("call-button")
        await expect(button).to_be_enabled()
        clicked = time.time()
        await button.click()
        return clicked

    async def reaches(self, state: str, seconds: float = 15) -> None:
        await expect(self.element("call-state")).to_have_attribute(
            "data-state", state, timeout=seconds * 1000
        )

    async def is_idle(self, seconds: float = 10) -> None:
        """No call on the stage."""
        await expect(self.element("hangup-button")).to_have_count(0, timeout=seconds * 1000)

    async def hang_up(self) -> None:
        await self.element("hangup-button").click()
        await self.is_idle()

    # -------------------------------------------------------------- hearing

    async def heard(self, since: float = 0) -> list[dict[str, float]]:
        """What was heard since that time: `at`, `hertz`, `db`."""
        found = await self.page.evaluate(
            "since => (window.soundHeard ?? []).filter(each => each.at >= since)", since
        )
        return list(found)

    async def hears(self, hertz: float, seconds: float = 10, since: float = 0) -> float:
        """The time at which that tone was first heard for 0.2 s on end."""

        async def found() -> float | None:
            return first_time(await self.heard(since), hertz)

        return await eventually(found, seconds, f"{hertz} Hz in the browser of {self.email}")

    async def close(self) -> None:
        await self.context.close()


async def _not_signed_in(route: Route) -> None:
    await route.fulfill(status=401, json={"error_id": "not-signed-in", "detail": "", "status": 401})


async def _leave(dialog: Dialog) -> None:
    """Yes, leave the page although a call is under way."""
    await dialog.accept()


def is_tone(each: dict[str, float], hertz: float) -> bool:
    return each["db"] > QUIET_DB and abs(each["hertz"] - hertz) <= TOLERANCE_HERTZ


def first_time(heard: list[dict[str, float]], hertz: float, times: int = 6) -> float | None:
    """When the tone began that was heard at `times` looks on end."""
    run = 0
    for n, each in enumerate(heard):
        run = run + 1 if is_tone(each, hertz) else 0
        if run == times:
            return heard[n - times + 1]["at"]
    return None


JOIN = """async ({ chunk, voice, key }) => {
  const client = Object.values(await import(chunk)).find((each) => each?.join);
  window.legs ??= {};
  const leg = (window.legs[key] = { up: false, gone: "" });
  window.microphone ??= await navigator.mediaDevices.getUserMedia({ audio: true });
  leg.voice = client.join(voice, window.microphone, {
    onUp: () => { leg.up = true; },
    onSound: (sound) => {
      window.legSound = sound;
      new Audio().srcObject = sound;
    },
    onShaky: () => {},
    onGone: (kind, reason) => { leg.gone = `${kind}: ${reason}`; },
  });
}"""


class VoicePage:
    """Legs without the softphone around them, many in one page: the web app's own SIP part,
    joined to calls that the test placed over the API with this page's session."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page

    @classmethod
    async def open(cls, browser: Browser, url: str, email: str) -> "VoicePage":
        context = await new_context(browser, url)
        answer = await context.request.post(
            "/api/v1/session", data={"email": email, "password": PASSWORD}
        )
        assert answer.status == 201, await answer.text()
        page = await context.new_page()
        # The SIP part shares code with the page, which draws itself: as if nobody were
        # signed in, so that it does nothing else.
        await page.route("**/api/v1/session", _not_signed_in)
        await page.goto("/")
        return cls(context, page)

    async def place(self, number: str, **more: Any) -> dict[str, Any]:
        wish = {"number": number, "country": "DE", "task": "T-1001", **more}
        answer = await self.context.request.post("/api/v1/calls", data=wish)
        assert answer.status == 201, await answer.text()
        return dict(await answer.json())

    async def join(self, voice: dict[str, str], key: str) -> None:
        """Bring up a leg; `state(key)` tells what becomes of it."""
        chunk = next((ROOT / "softphone_web" / "dist" / "assets").glob("jssip-client-*.js"))
        where = {"chunk": f"/assets/{chunk.name}", "voice": voice, "key": key}
        await self.page.evaluate(JOIN, where)

    async def state(self, key: str) -> dict[str, Any]:
        found = await self.page.evaluate(
            "key => ({ up: window.legs[key].up, gone: window.legs[key].gone })", key
        )
        return dict(found)

    async def close(self) -> None:
        await self.context.close()
