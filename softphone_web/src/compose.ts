/** Builds the app's parts and joins them; the only file that knows all of them. */
import { QueryClient } from "@tanstack/react-query";
import { Api, ApiError } from "./api/client";
import { Live, type Socket } from "./api/live";
import { language } from "./i18n";
import { socketAddress } from "./phone/address";
import { BrowserTabLock, browserMark, browserTimers, workerTicks } from "./phone/browser";
import { BrowserMicrophone, browserSupport, type Support } from "./phone/devices";
import { Phone } from "./phone/phone";
import { BrowserRinger } from "./phone/ringer";
import { hearInCache } from "./ui/shared/live-cache";
import { keys, worthRetrying } from "./ui/shared/queries";
import { Value } from "./ui/shared/use-store";

export interface Services {
  api: Api;
  phone: Phone;
  live: Live;
  microphone: BrowserMicrophone;
  ringer: BrowserRinger;
  queries: QueryClient;
  support: Support;
  /** Whether the session ended without the user's doing: the sign-in page says so. */
  expired: Value<boolean>;
  /** Nobody is signed in any more: everything of that person is forgotten. */
  endSession: () => void;
}

/** JsSIP comes when the page is already there. */
const loadVoice = () => import("./phone/jssip-client").then((module) => module.jsSipClient);

export function compose(): Services {
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: worthRetrying, refetchOnWindowFocus: true } },
  });
  const expired = new Value(false);
  const forget = () => {
    live.stop();
    phone.reset();
    queries.setQueryData(keys.me, null);
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
  };
  const onSignedOut = () => {
    if (queries.getQueryData(keys.me)) expired.set(true);
    forget();
  };
  const endSession = () => {
    forget();
    expired.set(false);
  };
  const api = new Api({
    fetch: (input, init) => fetch(input, init),
    language,
    onSignedOut,
  });
  const support = browserSupport();
  const microphone = new BrowserMicrophone();
  const ringer = new BrowserRinger();
  const tab = new BrowserTabLock();
  const phone = new Phone({
    api,
    voice: loadVoice,
    microphone,
    ringer,
    tab,
    mark: browserMark,
    timers: browserTimers,
    newKey: () => crypto.randomUUID(),
  });
  const live = new Live({
    open: () => new WebSocket(socketAddress("/api/v1/live", location.href)) as Socket,
    every: workerTicks,
    after: browserTimers.after,
    now: browserTimers.now,
    random: Math.random,
    canTakeCalls: () =>
      support === "ok" && tab.held && !["denied", "missing", "unknown"].includes(microphone.state),
    onMessage: (message) => {
      phone.hear(message);
      hearInCache(queries, message);
    },
    onStatus: (status) => phone.setLive(status),
    onSignedOut,
  });
  void microphone.watch();
  microphone.subscribe(() => live.beat());
  // Whether calls ring in this tab: told at once, or the next caller finds nobody.
  tab.onChange(() => live.beat());
  attend({ live, phone, ringer });
  void loadVoice();
  return { api, phone, live, microphone, ringer, queries, support, expired, endSession };
}

/** What happens to the page itself: touched, hidden, woken, left. */
function attend({ live, phone, ringer }: Pick<Services, "live" | "phone" | "ringer">): void {
  for (const event of ["pointerdown", "keydown"]) {
    window.addEventListener(event, ringer.unlock, { capture: true, passive: true });
  }
  window.addEventListener("online", () => live.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.hurry();
  });
  window.addEventListener("beforeunload", (event) => {
    if (phone.snapshot().call) event.preventDefault();
  });
  let left = false;
  window.addEventListener("pagehide", () => {
    left = phone.snapshot().live !== "off";
    live.stop();
    phone.leave();
  });
  // A page that the browser had put aside comes back as it was: connect anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && left) live.start();
  });
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
