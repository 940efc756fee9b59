/**
 * Web Push in this browser: switching it on and off, and what a click on a notice asks for.
 * Free of React; the server forgets a subscription when its session signs out.
 */
import type { Api } from "../api/client";

export type PushState =
  /** This browser has none, or the page is not served over https. */
  | "unsupported"
  /** The user forbade notifications; only the browser's own settings change that. */
  | "denied"
  | "off"
  | "on";

type PushApi = Pick<Api, "pushKey" | "subscribePush" | "unsubscribePush">;

/** A click on the notice of a ringing call. */
export interface NoticeClick {
  callId: string;
  /** It was on "Answer". */
  answer: boolean;
}

const WORKER = "/sw.js";
/** A service worker that has not said anything for so long says nothing. */
const REPLY_MS = 1_000;

function hasWorkers(): boolean {
  return "navigator" in globalThis && "serviceWorker" in navigator;
}

function supported(): boolean {
  return hasWorkers() && "PushManager" in globalThis && "Notification" in globalThis;
}

/** Makes the page's service worker known, after the page has loaded. Never rejects. */
export async function registerWorker(): Promise<void> {
  if (!hasWorkers() || !import.meta.env.PROD) return;
  if (document.readyState !== "complete") {
    await new Promise((loaded) => window.addEventListener("load", loaded, { once: true }));
  }
  try {
    await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
  } catch (error) {
    console.warn("service worker not registered", error);
  }
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

export async function pushState(): Promise<PushState> {
  if (!supported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" && (await subscription()) ? "on" : "off";
}

/**
 * Asks for permission and subscribes; call it from a click. Rejects with `ApiError` where the
 * server refuses, and with the browser's error where its push service cannot be reached.
 */
export async function enablePush(api: PushApi): Promise<PushState> {
  if (!supported()) return "unsupported";
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "off";
  const registration = await navigator.serviceWorker.ready;
  const key = bytesOf((await api.pushKey()).public_key);
  const present = await registration.pushManager.getSubscription();
  if (present && !isFor(present, key)) await present.unsubscribe();
  const made = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  await tell(api, made);
  return "on";
}

export async function disablePush(api: PushApi): Promise<PushState> {
  if (!supported()) return "unsupported";
  const present = await subscription();
  if (present) {
    await api.unsubscribePush(present.endpoint);
    await present.unsubscribe();
  }
  return pushState();
}

/**
 * After every sign-in and start: the server is told the subscription that is there. One made
 * for another key of the server (its data was lost) is made anew.
 */
export async function syncPush(api: PushApi): Promise<PushState> {
  const state = await pushState();
  return state === "on" ? enablePush(api) : state;
}

async function tell(api: PushApi, made: PushSubscription): Promise<void> {
  const { keys } = made.toJSON();
  await api.subscribePush({
    endpoint: made.endpoint,
    keys: { p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" },
  });
}

function isFor(present: PushSubscription, key: Uint8Array): boolean {
  const theirs = new Uint8Array(present.options.applicationServerKey ?? new ArrayBuffer(0));
  return theirs.length === key.length && theirs.every((byte, n) => byte === key[n]);
}

/** base64url without padding, as the server gives keys. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

// ------------------------------------------------------------------ notices

/** `?ring=<id>[&answer=1]` of the page that a notice opened; null for any other address. */
export function clickOf(search: string): NoticeClick | null {
  const query = new URLSearchParams(search);
  const callId = query.get("ring");
  return callId ? { callId, answer: query.get("answer") === "1" } : null;
}

/**
 * Clicks on notices while this page is open. Register it before the page has loaded: what
 * comes earlier is lost. Returns how to stop.
 */
export function onNoticeClick(handle: (click: NoticeClick) => void): () => void {
  if (!hasWorkers()) return () => {};
  const hear = (event: MessageEvent<unknown>) => {
    const message = event.data as { type?: string; call_id?: string; answer?: boolean } | null;
    if (message?.type !== "ring-notice" || typeof message.call_id !== "string") return;
    handle({ callId: message.call_id, answer: message.answer === true });
  };
  navigator.serviceWorker.addEventListener("message", hear);
  return () => navigator.serviceWorker.removeEventListener("message", hear);
}

/**
 * Whether "Answer" was really clicked for this call a moment ago: the service worker knows.
 * A link with `&answer=1` from elsewhere gets false, so that it cannot take a call.
 */
export async function wasClicked(callId: string): Promise<boolean> {
  if (!hasWorkers()) return false;
  const worker = (await navigator.serviceWorker.getRegistration())?.active;
  if (!worker) return false;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), REPLY_MS);
    port1.onmessage = (event: MessageEvent<unknown>) => {
      clearTimeout(timer);
      resolve(event.data === true);
    };
    worker.postMessage({ type: "was-clicked", call_id: callId }, [port2]);
  });
}

/** Takes the notice of a call away that rings no longer, or is seen on the page. */
export async function closeNotice(callId: string): Promise<void> {
  if (!hasWorkers()) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const notices = (await registration?.getNotifications({ tag: callId })) ?? [];
  for (const notice of notices) notice.close();
}
