"""Chromium with a fake microphone, the softphone as a person uses it, and what it hears."""

import shutil
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    Route,
    WebSocket,
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

OFF = (
    # An invisible page for each window's address bar; they cost most of a window's start.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # What the driver switches off; of two such flags the last one counts.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
"""Features of Chromium that no test needs."""

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
    f"--disable-features={','.join(OFF)}",
)

NOTE_CLICK = """() => addEventListener(
  "click",
  (event) => { window.clickedAt = performance.timeOrigin + event.timeStamp; },
  { capture: true, once: true },
)"""

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
    const width = context.sampleRate / analyser.fftSize;
    const floor = Math.max(-65, bins[top] - 30);
    const tones = [];
    for (let n = 2; n < 320; n++) {
      if (bins[n] > floor && bins[n] >= bins[n - 1] && bins[n] > bins[n + 1]) tones.push(n * width);
    }
    heard.push({ at: Date.now() / 1000, hertz: top * width, db: Math.max(-200, bins[top]), tones });
    if (heard.length > 4000) heard.splice(0, 2000);
  }, 25);
})();"""
"""What is heard in the page, 40 times a second: time, strongest frequency, its level, and
all frequencies that stand out."""

SOCKETS = """(() => {
  const Original = window.WebSocket;
  window.sockets = [];
  window.networkCut = false;
  window.WebSocket = class extends Original {
    constructor(address, protocols) {
      super(window.networkCut ? "ws://127.0.0.1:9/" : address, protocols);
      window.sockets.push(this);
    }
  };
  const Connection = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Connection {
    constructor(...settings) {
      super(...settings);
      window.connections.push(this);
    }
  };
  window.cutNetwork = async (cut) => {
    window.networkCut = cut;
    if (cut) for (const each of window.sockets) each.close();
    for (const connection of window.connections) {
      for (const sender of connection.getSenders()) {
        const wish = sender.getParameters();
        for (const each of wish.encodings ?? []) each.active = !cut;
        if (wish.encodings?.length) await sender.setParameters(wish).catch(() => undefined);
      }
    }
  };
})();"""
"""Lets a test cut the page's sockets and what it sends as sound: Chromium's offline emulation
leaves both alone."""

TONE_MICROPHONES = """(() => {
  const media = navigator.mediaDevices;
  if (!media) return;
  const real = media.getUserMedia.bind(media);
  let context = null;
  window.microphones = [];
  window.microphoneLevel ??= 0.3;
  media.getUserMedia = async (wish) => {
    const stream = await real(wish);
    const [track] = stream.getAudioTracks();
    if (!track) return stream;
    context ??= new AudioContext();
    const hertz = /2$/.test(track.label) ? 930 : 620;
    const tone = new OscillatorNode(context, { frequency: hertz });
    const gain = new GainNode(context, { gain: window.microphoneLevel });
    const out = context.createMediaStreamDestination();
    tone.connect(gain).connect(out);
    tone.start();
    const [made] = out.stream.getAudioTracks();
    const stop = made.stop.bind(made);
    made.stop = () => { stop(); track.stop(); tone.stop(); };
    made.getSettings = () => track.getSettings();
    Object.defineProperty(made, "label", { value: track.label });
    window.microphones.push({ hertz, gain: gain.gain });
    return out.stream;
  };
})();"""
"""Each microphone of the browser says a steady tone of its own, by its name: the second one
930 Hz, others 620; `window.microphones.at(-1).gain` is the volume of the one in use."""


@asynccontextmanager
async def chromium(
    folder: Path,
    hertz: float = MICROPHONE_HERTZ,
    program: str = "chromium",
    more: tuple[str, ...] = (),
) -> AsyncIterator[Browser]:
    """A browser whose microphone says that tone in beats.

    Args:
        program: what starts Chromium, e.g. in another network.
        more: further flags.
    """
    path = shutil.which(program)
    assert path, "chromium is missing: tests/install-programs installs it"
    microphone = write_tone(folder / f"microphone{hertz:.0f}.wav", hertz)
    flags = [*FLAGS, *more, f"--use-file-for-fake-audio-capture={microphone}"]
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
    await context.add_init_script(SOCKETS)
    return context


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One SIP message on the page's voice socket; `at` is epoch seconds."""

    at: float
    sent: bool
    text: str

    @property
    def method(self) -> str:
        """INVITE, BYE, ...; the number of an answer."""
        first = self.text.split("\r\n", 1)[0].split(" ")
        return first[1] if first[0].startswith("SIP/") else first[0]


class Softphone:
    """The softphone's page in a browser profile of its own."""

    def __init__(self, context: BrowserContext, page: Page, email: str) -> None:
        self.context = context
        self.page = page
        self.email = email
        self.console: list[str] = []
        self.sip: list[SipMessage] = []
        page.on("websocket", self._watch)
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

    def _watch(self, socket: WebSocket) -> None:
        if not socket.url.endswith("/voice"):
            return

        def keep(sent: bool, frame: str | bytes) -> None:
            text = frame if isinstance(frame, str) else frame.decode(errors="replace")
            if text.strip():
                self.sip.append(SipMessage(time.time(), sent, text))

        socket.on("framesent", lambda frame: keep(True, frame))
        socket.on("framereceived", lambda frame: keep(False, frame))

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
        """Place a call; the time of the click, as the page has it: epoch seconds."""
        await self.dial(number, task, country)
        button = self.element("call-button")
        await expect(button).to_be_enabled()
        await self.page.evaluate(NOTE_CLICK)
        await button.click()
        return float(await self.page.evaluate("window.clickedAt")) / 1000

    async def reaches(self, state: str, seconds: float = 15) -> None:
        await expect(self.element("call-state")).to_have_attribute(
            "data-state", state, timeout=seconds * 1000
        )

    async def is_idle(self, seconds: float = 10) -> None:
        """No call on the stage."""
        await expect(self.element("hangup-button")).to_have_count(0, timeout=seconds * 1000)

    async def hang_up(self) -> None:
        """End the call on the stage; no other is left."""
        await self.hang_up_one()
        await self.is_idle()

    async def hang_up_one(self) -> None:
        """End the call on the stage; another one may be left."""
        await self.element("hangup-button").click()

    # -------------------------------------------------------------- two calls

    async def _transfer_to(self, number: str, country: str, colleague: str) -> None:
        if not await self.element("transfer-panel").count():
            await self.element("transfer-button").click()
        if colleague:
            await self.element(f"colleague-{colleague}").click()
            return
        await self.element("transfer-country").select_option(country)
        await self.element("transfer-number").fill(number)

    async def consult(self, number: str = "", country: str = "DE", *, colleague: str = "") -> None:
        """Ask somebody; the first call waits with music."""
        await self._transfer_to(number, country, colleague)
        await self.element("transfer-consult").click()

    async def transfer_blind(
        self, number: str = "", country: str = "DE", *, colleague: str = ""
    ) -> None:
        """Hand the call over without asking."""
        await self._transfer_to(number, country, colleague)
        await self.element("transfer-blind").click()

    async def lines(self) -> dict[str, str]:
        """Every call of mine that the page shows: id -> state."""
        found = await self.page.locator("[data-testid^=call-line-]").evaluate_all(
            "all => all.map((each) => [each.dataset.testid.slice(10), each.dataset.state])"
        )
        return {str(key): str(state) for key, state in found}

    # -------------------------------------------------------------- hearing

    async def heard(self, since: float = 0) -> list[dict[str, Any]]:
        """What was heard since that time: `at`, `hertz`, `db`, `tones`."""
        found = await self.page.evaluate(
            "since => (window.soundHeard ?? []).filter(each => each.at >= since)", since
        )
        return list(found)

    async def hears(self, hertz: float, seconds: float = 10, since: float = 0) -> float:
        """The time at which that tone was first heard for 0.2 s on end."""

        async def found() -> float | None:
            return first_time(await self.heard(since), hertz)

        return await eventually(found, seconds, f"{hertz} Hz in the browser of {self.email}")

    async def tones(self, among: Iterable[float], seconds: float = 0.8) -> set[float]:
        """Which of these tones are heard from now on for so many seconds."""
        began = time.time()

        async def over() -> bool:
            return time.time() - began > seconds

        await eventually(over, seconds + 1)
        heard = await self.heard(began)
        return {hertz for hertz in among if _share(heard, hertz) > 0.3}

    async def hears_just(self, *hertz: float, among: Iterable[float], seconds: float = 15) -> None:
        """These tones of `among` are heard, and none of the others."""

        async def right() -> bool:
            nonlocal found
            found = await self.tones(among)
            return found == set(hertz)

        found: set[float] = set()
        try:
            await eventually(right, seconds)
        except AssertionError as e:
            raise AssertionError(f"{self.email} hears {found}, not {set(hertz)}") from e

    # -------------------------------------------------------------- network

    async def cut_network(self) -> None:
        """Nothing gets through any more, and open connections break."""
        await self.context.set_offline(True)
        await self.page.evaluate("cutNetwork(true)")

    async def mend_network(self) -> None:
        await self.page.evaluate("cutNetwork(false)")
        await self.context.set_offline(False)

    async def close(self) -> None:
        await self.context.close()


async def _not_signed_in(route: Route) -> None:
    await route.fulfill(status=401, json={"error_id": "not-signed-in", "detail": "", "status": 401})


async def _leave(dialog: Dialog) -> None:
    """Yes, leave the page although a call is under way."""
    await dialog.accept()


def is_tone(each: dict[str, Any], hertz: float) -> bool:
    return each["db"] > QUIET_DB and abs(each["hertz"] - hertz) <= TOLERANCE_HERTZ


def _share(heard: list[dict[str, Any]], hertz: float) -> float:
    """In how many of the looks that tone stands out, 0 to 1."""
    hits = sum(
        any(abs(tone - hertz) <= TOLERANCE_HERTZ for tone in each["tones"]) for each in heard
    )
    return hits / len(heard) if heard else 0.0


def first_time(heard: list[dict[str, Any]], hertz: float, times: int = 6) -> float | None:
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
