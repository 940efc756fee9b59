/**
 * The service worker: shows pushed calls, opens the phone on a click, and says "no connection"
 * where there is none. It keeps files whose name holds their hash, and nothing else: what a
 * call's state is, only the server knows.
 */
import { noticeOf, pageOf, ringOf } from "./notice";

declare const self: ServiceWorkerGlobalScope;
/** Another one as soon as any file of the app is another one; set by the build. */
declare const __VERSION__: string;

const ASSETS = `assets-${__VERSION__}`;
const SHELL = `offline-${__VERSION__}`;
const OFFLINE_PAGE = "/offline.html";
const OFFLINE_FILES = [OFFLINE_PAGE, "/offline.css"];
/** Pages of the version before may still be open and load parts of it. */
const VERSIONS_KEPT = 2;
/** For so long the page may ask whether it was opened by a click on "Answer". */
const CLICK_MS = 30_000;

// ------------------------------------------------------------------ versions

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function install(): Promise<void> {
  const cache = await caches.open(SHELL);
  await cache.addAll(OFFLINE_FILES.map((file) => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  for (const kind of ["assets-", "offline-"]) {
    const names = (await caches.keys()).filter((name) => name.startsWith(kind));
    const old = names.slice(0, Math.max(0, names.length - VERSIONS_KEPT));
    await Promise.all(old.map((name) => caches.delete(name)));
  }
  // The page is asked for while this worker is still starting.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

// ------------------------------------------------------------------ files

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.headers.has("range")) return;
  if (url.pathname.startsWith("/assets/")) {
    event.respondWith(asset(request));
  } else if (OFFLINE_FILES.includes(url.pathname)) {
    event.respondWith(offlineFile(request));
  } else if (request.mode === "navigate") {
    const ours = !/^\/(api|demo)\b/.test(url.pathname);
    event.respondWith(ours ? page(event) : preloaded(event));
  }
});

/** Left alone, a navigation would be sent twice: once as a preload, once by itself. The way
 * back from the company's sign-in counts once. */
async function preloaded(event: FetchEvent): Promise<Response> {
  const answer: unknown = await event.preloadResponse;
  return answer instanceof Response ? answer : await fetch(event.request);
}

async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) {
    const cache = await caches.open(ASSETS);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function offlineFile(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(event: FetchEvent): Promise<Response> {
  try {
    return await preloaded(event);
  } catch (error) {
    const offline = await caches.match(OFFLINE_PAGE);
    if (offline) return offline;
    throw error;
  }
}

// ------------------------------------------------------------------ ringing calls

/** Calls whose notice said "Answer" and was clicked, and when. */
const answered = new Map<string, number>();

self.addEventListener("push", (event) => event.waitUntil(pushed(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const callId: unknown = event.notification.data?.call_id;
  if (typeof callId === "string") event.waitUntil(clicked(callId, event.action));
});

async function pushed(data: PushMessageData | null): Promise<void> {
  const ring = ringOf(contentOf(data));
  if (!ring) return;
  const pages = await ourPages();
  // Whoever looks at the phone sees it ring there.
  if (pages.some((each) => each.visibilityState === "visible")) return;
  const { title, ...notice } = noticeOf(ring, maxActions());
  await self.registration.showNotification(title, {
    ...notice,
    requireInteraction: true,
    icon: "/icon-192.png",
    badge: "/badge-96.png",
  } as NotificationOptions);
}

function contentOf(data: PushMessageData | null): unknown {
  try {
    return data?.json();
  } catch {
    return null;
  }
}

/** How many buttons a notification may have; the types do not know it. */
function maxActions(): number {
  const { maxActions: most } = Notification as unknown as { maxActions?: number };
  return most ?? 0;
}

async function clicked(callId: string, action: string): Promise<void> {
  if (action === "decline") {
    await fetch(`/api/v1/calls/${encodeURIComponent(callId)}/decline`, { method: "POST" });
    return;
  }
  const answer = action === "answer";
  if (answer) answered.set(callId, Date.now());
  const pages = await ourPages();
  const best = pages.find((each) => each.visibilityState === "visible") ?? pages[0];
  if (!best) {
    await self.clients.openWindow(pageOf(callId, answer));
    return;
  }
  // Not navigated: the page may be in a call. It shows the ringing one by itself.
  best.postMessage({ type: "ring-notice", call_id: callId, answer });
  await best.focus();
}

async function ourPages(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/**
 * A page that was opened on `&answer=1` asks whether somebody really clicked: a link from
 * elsewhere must not take calls. Answered once.
 */
self.addEventListener("message", (event) => {
  const { type, call_id } = (event.data ?? {}) as { type?: string; call_id?: string };
  const port = event.ports[0];
  if (type !== "was-clicked" || typeof call_id !== "string" || !port) return;
  const at = answered.get(call_id);
  answered.delete(call_id);
  port.postMessage(at !== undefined && Date.now() - at < CLICK_MS);
});
