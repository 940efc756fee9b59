"""Web Push: what the server sends, what the service worker shows, and where a click leads."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, Worker

from pbx.push import base64url
from tests.support.api import MANAGER, VPA1, Api, eventually
from tests.support.browser import Softphone
from tests.support.browsing import OpenPhone
from tests.support.push import BrowserKeys, PushEndpoint, push_endpoint
from tests.support.stack import VPA1_NUMBER, Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLER = "+49301234567"
RING = {
    "type": "ring",
    "call_id": "17.4",
    "number": CALLER,
    "national": "030 1234567",
    "label": "Zentrale",
    "task": "Support",
    "language": "de",
}

# ------------------------------------------------------------------ from the server


async def subscribe(api: Api, keys: BrowserKeys, endpoint: str) -> None:
    body = {
        "endpoint": endpoint,
        "expirationTime": None,
        "keys": {"p256dh": base64url(keys.p256dh), "auth": base64url(keys.auth)},
    }
    (await api.put("/api/v1/push/subscription", body)).ok()


async def pushes(endpoint: PushEndpoint, count: int) -> list[tuple[dict[str, str], bytes]]:
    async def found() -> bool:
        return len(endpoint.got) >= count

    await eventually(found, 10, f"{count} pushes")
    return endpoint.got


async def test_a_call_for_somebody_with_a_closed_page_is_pushed(
    own_stack: Callable[..., Stack],
) -> None:
    stack = own_stack(PBX_PUSH__ALLOW_LOOPBACK="true")
    keys = BrowserKeys()
    async with (
        push_endpoint() as endpoint,
        Api(stack.url, VPA1) as anna,
        Api(stack.url, MANAGER) as manager,
    ):
        await subscribe(anna, keys, endpoint.url)
        await manager.call_in(VPA1_NUMBER, CALLER)
        ((headers, body), *_) = await pushes(endpoint, 1)
        content = json.loads(keys.decrypt(body))
        assert (content["type"], content["number"]) == ("ring", CALLER)
        assert content["national"] == "030 1234567"
        assert (await manager.call(content["call_id"]))["number"] == CALLER
        key = (await anna.get("/api/v1/push/key"))["public_key"]
        assert headers["Authorization"].startswith("vapid t=")
        assert headers["Authorization"].endswith(f", k={key}")
        assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high")
        assert int(headers["TTL"]) <= 20
        assert 0 < len(headers["Topic"]) <= 32
        # The browser unsubscribed: its push service says so, and nothing more goes there.
        endpoint.status = 410
        await manager.call_in(VPA1_NUMBER, CALLER)
        await pushes(endpoint, 2)
        endpoint.status = 201
        third = await manager.call_in(VPA1_NUMBER, CALLER)
        await manager.carrier_call(third, "answered_at")
        assert len(endpoint.got) == 2


async def test_a_subscription_elsewhere_is_refused(anna: Api) -> None:
    """The stack of the other tests has no leave to write to this machine."""
    body = {
        "endpoint": "http://127.0.0.1:9/push",
        "keys": {"p256dh": "A" * 87, "auth": "A" * 22},
    }
    assert (await anna.put("/api/v1/push/subscription", body)).error_id == "push-service-unknown"


# ------------------------------------------------------------------ in the browser

NOTICES = """async () => (await self.registration.getNotifications()).map((each) => ({
  title: each.title, body: each.body, tag: each.tag,
  actions: each.actions.map((action) => action.title), stays: each.requireInteraction,
}))"""

CLICK = """async (action) => {
  // Chromium lets only a person's click open windows; what is asked for is what counts here.
  const opened = [];
  self.clients.openWindow = async (url) => { opened.push(url); return null; };
  const [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification, action });
  const done = [];
  event.waitUntil = (promise) => done.push(promise.catch(() => {}));
  self.dispatchEvent(event);
  await Promise.all(done);
  delete self.clients.openWindow;
  return opened;
}"""

KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept.push(new URL(request.url).pathname);
  }
  return kept;
}"""


class Installed:
    """The service worker of a signed-in softphone, and a push service to wake it."""

    def __init__(self, phone: Softphone, worker: Worker, cdp: CDPSession, origin: str) -> None:
        self.phone = phone
        self.worker = worker
        self._cdp = cdp
        self._origin = origin
        self._registrations: list[dict[str, Any]] = []
        cdp.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: self._registrations.extend(event["registrations"]),
        )

    async def push(self, content: object) -> None:
        async def known() -> dict[str, Any] | None:
            return next(
                (r for r in self._registrations if r["scopeURL"].startswith(self._origin)), None
            )

        registration = await eventually(known, 15, "the registration")
        where = {
            "origin": f"{self._origin}/",
            "registrationId": registration["registrationId"],
            "data": json.dumps(content),
        }
        await self._cdp.send("ServiceWorker.deliverPushMessage", where)

    async def notices(self, count: int = 1) -> list[dict[str, Any]]:
        async def found() -> list[Any] | None:
            notices = await self.worker.evaluate(NOTICES)
            return [notices] if len(notices) == count else None

        return list((await eventually(found, 15, f"{count} notices"))[0])

    async def click(self, action: str) -> list[str]:
        """The pages that a click on the notice opens."""
        return list(await self.worker.evaluate(CLICK, action))


@pytest_asyncio.fixture(loop_scope="session")
async def installed(
    browser: Browser, stack: Stack, open_phone: OpenPhone
) -> AsyncIterator[Installed]:
    phone = await open_phone(VPA1)
    context = phone.context
    await context.grant_permissions(["notifications", "microphone"], origin=stack.url)
    await phone.page.evaluate("async () => { await navigator.serviceWorker.ready; }")

    async def worker() -> Worker | None:
        return next((w for w in context.service_workers if w.url.endswith("/sw.js")), None)

    running = await eventually(worker, 15, "the service worker")
    # A page that is not ours, to speak with the browser while ours is closed.
    other = await context.new_page()
    cdp = await context.new_cdp_session(other)
    made = Installed(phone, running, cdp, stack.url)
    await cdp.send("ServiceWorker.enable")
    yield made
    await cdp.detach()


async def test_a_push_to_a_closed_page_shows_who_calls(installed: Installed) -> None:
    await installed.phone.page.close()
    await installed.push(RING)
    assert await installed.notices() == [
        {
            "title": "Anruf von 030 1234567",
            "body": "Zentrale · Support",
            "tag": "17.4",
            "actions": ["Annehmen", "Ablehnen"],
            "stays": True,
        }
    ]
    # Once more, so that the second notice is known to have come: one a call.
    await installed.push({**RING, "task": None})

    async def replaced() -> bool:
        return [each["body"] for each in await installed.notices()] == ["Zentrale"]

    await eventually(replaced, 15, "the second notice in the place of the first")
    assert await installed.click("") == ["/call?ring=17.4"]
    assert await installed.notices(0) == []


async def test_answer_and_decline_in_the_notice(installed: Installed, manager: Api) -> None:
    await installed.phone.page.close()
    await installed.push(RING)
    await installed.notices()
    assert await installed.click("answer") == ["/call?ring=17.4&answer=1"]
    await installed.push(RING)
    await installed.notices()
    asked: list[str] = []
    installed.phone.context.on("request", lambda request: asked.append(request.url))
    assert await installed.click("decline") == []
    assert await installed.notices(0) == []

    async def declined() -> bool:
        return any(url.endswith("/api/v1/calls/17.4/decline") for url in asked)

    await eventually(declined, 15, "the call is declined")


async def test_the_page_on_screen_needs_no_notice_and_hears_the_click(
    installed: Installed,
) -> None:
    page = installed.phone.page
    await installed.push(RING)
    await installed.push({"type": "something new"})
    await page.evaluate(
        """() => {
          window.clicks = [];
          navigator.serviceWorker.addEventListener("message", ({ data }) => clicks.push(data));
        }"""
    )
    # As if it had come while the page was hidden.
    await installed.worker.evaluate(
        """() => self.registration.showNotification("x", { data: { call_id: "17.4" } })"""
    )
    assert len(await installed.notices()) == 1
    assert await installed.click("answer") == [], "the page that is there is used"

    async def heard() -> list[Any] | None:
        return await page.evaluate("() => window.clicks") or None

    assert await eventually(heard, 15, "the click") == [
        {"type": "ring-notice", "call_id": "17.4", "answer": True}
    ]


async def test_only_a_real_click_answers(installed: Installed) -> None:
    """A link with `answer=1` from anywhere must not take a call."""
    ask = """(id) => new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => done(data);
      navigator.serviceWorker.ready.then(({ active }) =>
        active.postMessage({ type: "was-clicked", call_id: id }, [port2]));
    })"""
    page = installed.phone.page
    assert await page.evaluate(ask, "17.4") is False
    await installed.worker.evaluate(
        """() => self.registration.showNotification("x", { data: { call_id: "17.4" } })"""
    )
    await installed.notices()
    await installed.click("answer")
    assert await page.evaluate(ask, "17.4") is True
    assert await page.evaluate(ask, "17.4") is False, "once"


async def test_nothing_of_the_api_is_kept(installed: Installed, stack: Stack) -> None:
    phone = installed.phone
    await phone.page.reload()
    await phone.is_live()
    assert await phone.page.evaluate("() => Boolean(navigator.serviceWorker.controller)")
    await phone.page.evaluate("async () => { await fetch('/api/v1/calls?open=1'); }")
    kept = list(await installed.worker.evaluate(KEPT))
    assert any(path.startswith("/assets/") for path in kept), "it does keep the app's files"
    allowed = ("/assets/", "/offline.html", "/offline.css")
    assert [path for path in kept if not path.startswith(allowed)] == []


async def test_the_worker_and_the_manifest_are_served_as_browsers_want(anna: Api) -> None:
    async with anna.http.get("/sw.js") as answer:
        assert answer.status == 200
        assert answer.content_type in ("text/javascript", "application/javascript")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    async with anna.http.get("/app.webmanifest") as answer:
        assert answer.content_type == "application/manifest+json"
        manifest = await answer.json(content_type=None)
    sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        picture = await anna.download(icon["src"])
        if icon["type"] == "image/png":
            width, height = (int.from_bytes(picture[n : n + 4]) for n in (16, 20))
            assert icon["sizes"] == f"{width}x{height}"


async def test_without_a_connection_the_page_says_so(installed: Installed, stack: Stack) -> None:
    context, page = installed.phone.context, installed.phone.page
    await context.set_offline(True)
    await page.goto(f"{stack.url}/call")
    await page.get_by_role("heading", name="Keine Verbindung").wait_for()
    await context.set_offline(False)
    await page.get_by_role("link", name="Erneut versuchen").click()
    await installed.phone.is_live()
