/** Builds the app's parts and joins them; the only file that knows all of them. */
import i18next from "i18next";
import { Api, ApiError } from "./api/client";
import { Live, type Socket } from "./api/live";
import type { Call } from "./api/types";
import { language } from "./i18n";
import { socketAddress } from "./phone/address";
import { Attention, browserAttention, type NoticeWords } from "./phone/attention";
import {
  BrowserTabLock,
  browserMarks,
  browserTallies,
  browserTimers,
  workerTicks,
} from "./phone/browser";
import {
  BrowserMicrophone,
  browserSupport,
  type DeviceKind,
  followDevices,
  type Support,
} from "./phone/devices";
import { HeadsetLink } from "./phone/headset-link";
import { IceCache } from "./phone/ice";
import { Phone } from "./phone/phone";
import { BrowserRinger } from "./phone/ringer";
import { SpeechMeter } from "./phone/speech-meter";
import { clickOf, closeNotice, onNoticeClick, syncPush, wasClicked } from "./push/push";
import { FreshQueries } from "./ui/shared/fresh-queries";
import { hearInCache } from "./ui/shared/live-cache";
import { keys, worthRetrying } from "./ui/shared/queries";
import { applySpeaker, remoteAudio } from "./ui/shared/remote-audio";
import { Value } from "./ui/shared/use-store";

export interface Services {
  api: Api;
  phone: Phone;
  live: Live;
  microphone: BrowserMicrophone;
  ringer: BrowserRinger;
  headset: HeadsetLink;
  queries: FreshQueries;
  support: Support;
  /** Whether the session ended without the user's doing: the sign-in page says so. */
  expired: Value<boolean>;
  /** Nobody is signed in any more: everything of that person is forgotten. */
  endSession: () => void;
}

/** JsSIP comes when the page is already there. */
const loadVoice = () => import("./phone/jssip-client").then((module) => module.jsSipClient);

export function compose(): Services {
  const queries = new FreshQueries({
    defaultOptions: { queries: { retry: worthRetrying, refetchOnWindowFocus: true } },
  });
  const expired = new Value(false);
  const forget = () => {
    live.stop();
    phone.reset();
    ice.forget();
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
  const ice = new IceCache(() => api.iceServers(), browserTimers);
  const meter = new SpeechMeter();
  const phone = new Phone({
    api,
    voice: loadVoice,
    iceServers: () => ice.get(),
    microphone,
    ringer,
    tab,
    marks: browserMarks,
    timers: browserTimers,
    tallies: browserTallies,
    spokenMs: meter.spokenMs,
    newKey: () => crypto.randomUUID(),
    proveRinging: (callId) => live.proveRinging(callId),
  });
  const live = new Live({
    open: () => new WebSocket(socketAddress("/api/v1/live", location.href)) as Socket,
    every: workerTicks,
    after: browserTimers.after,
    now: browserTimers.now,
    wallClock: Date.now,
    random: Math.random,
    canTakeCalls: () =>
      support === "ok" && tab.held && !["denied", "missing", "unknown"].includes(microphone.state),
    inCall: () => phone.snapshot().calls.length > 0,
    onMessage: (message) => {
      phone.hear(message);
      hearInCache(queries, message);
      if (message.type === "hello") greeted(api, ice);
    },
    onStatus: (status) => phone.setLive(status),
    onSignedOut,
    onWoken: () => phone.hurry(),
  });
  void microphone.watch();
  microphone.subscribe(() => live.beat());
  // Whether calls ring in this tab: told at once, or the next caller finds nobody.
  tab.onChange(() => live.beat());
  ringer.watch();
  attend({ live, phone, ringer });
  attendDevices(phone, microphone, ringer);
  attendMute(phone, microphone, meter);
  attendNotices(phone);
  attendBackground(phone);
  void loadVoice();
  const headset = new HeadsetLink(phone);
  void headset.reconnect();
  return {
    api,
    phone,
    live,
    microphone,
    ringer,
    headset,
    queries,
    support,
    expired,
    endSession,
  };
}

/** What happens to the page itself: touched, hidden, woken, left. */
function attend({ live, phone, ringer }: Pick<Services, "live" | "phone" | "ringer">): void {
  for (const event of ["pointerdown", "keydown"]) {
    window.addEventListener(event, ringer.unlock, { capture: true, passive: true });
  }
  const hurry = () => {
    live.hurry();
    phone.hurry();
  };
  window.addEventListener("online", hurry);
  // Another network of the same machine: Wi-Fi instead of the cable, or the other way round.
  const { connection } = navigator as { connection?: EventTarget };
  connection?.addEventListener("change", hurry);
  attendFreezing(live, phone, hurry);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.hurry();
  });
  window.addEventListener("beforeunload", (event) => {
    if (worthAsking(phone)) event.preventDefault();
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

/**
 * A page that the browser freezes cannot ring, but its socket would go on: it says goodbye,
 * so that callers go on to somebody else.
 */
function attendFreezing(live: Live, phone: Phone, hurry: () => void): void {
  let left = false;
  document.addEventListener("freeze", () => {
    left = phone.snapshot().live !== "off";
    live.stop();
  });
  document.addEventListener("resume", () => {
    if (left) live.start();
    left = false;
    hurry();
  });
}

/** Leaving this page ends its part in a call. */
function worthAsking(phone: Phone): boolean {
  const { calls, leader } = phone.snapshot();
  return leader && calls.length > 0;
}

/** After every connect: what calls will need is fetched before they come. */
function greeted(api: Api, ice: IceCache): void {
  void ice.get();
  syncPush(api).catch(() => undefined);
}

/** Devices that are plugged in or out, for everything that sounds or listens. */
function attendDevices(phone: Phone, microphone: BrowserMicrophone, ringer: BrowserRinger): void {
  const apply: Record<DeviceKind, () => void> = {
    microphone: () => void microphone.reopen(),
    speaker: () => applySpeaker(remoteAudio()),
    ringer: () => ringer.applyDevice(),
  };
  const look = () =>
    void followDevices((kind, notice) => {
      apply[kind]();
      phone.notice(notice);
    });
  navigator.mediaDevices?.addEventListener("devicechange", look);
  let known = "";
  microphone.subscribe(() => {
    // Names are only known once the microphone was allowed.
    if (microphone.state === "granted" && known !== "granted") look();
    known = microphone.state;
  });
}

/** Listens while the microphone is muted in a call, to say so when somebody speaks. */
function attendMute(phone: Phone, microphone: BrowserMicrophone, meter: SpeechMeter): void {
  let wanted = false;
  const listen = () => {
    const { leg, muted } = phone.snapshot();
    wanted = muted && leg === "up";
    if (!wanted) meter.listen(null);
    else {
      microphone.open().then(
        (stream) => meter.listen(wanted ? stream : null),
        () => undefined,
      );
    }
  };
  phone.subscribe(listen);
  microphone.subscribe(listen);
}

function noticeWords(ring: Call): NoticeWords {
  const { t } = i18next;
  const who = ring.party_name ?? ring.national ?? ring.number ?? t("common.withheld");
  return {
    title: `${t("call.inbound")}: ${ring.direction === "internal" ? (ring.user_name ?? who) : who}`,
    body: [ring.label, ring.task_title].filter(Boolean).join(" · "),
    answer: t("call.answer"),
    decline: t("call.decline"),
  };
}

/** What shows that it rings while nobody looks at the page. */
function attendBackground(phone: Phone): void {
  const attention = new Attention(browserAttention(noticeWords, closeNotice));
  const look = () => attention.look(phone.snapshot());
  phone.subscribe(look);
  document.addEventListener("visibilitychange", look);
}

/** Clicks on the notice of a ringing call: its page answers, if it was really clicked. */
function attendNotices(phone: Phone): void {
  let wanted: string | null = null;
  let shown: readonly string[] = [];
  const look = () => {
    const { rings } = phone.snapshot();
    const gone = shown.filter((id) => !rings.some((ring) => ring.id === id));
    shown = rings.map((ring) => ring.id);
    for (const id of gone) void closeNotice(id);
    if (wanted === null || rings[0]?.id !== wanted) return;
    wanted = null;
    void phone.answer(null);
  };
  phone.subscribe(look);
  const want = (callId: string) => {
    wanted = callId;
    look();
  };
  onNoticeClick(({ callId, answer }) => {
    if (answer) want(callId);
  });
  const opened = clickOf(location.search);
  if (!opened) return;
  // A reload must not answer anything.
  history.replaceState(null, "", location.pathname);
  if (opened.answer) {
    void wasClicked(opened.callId).then((clicked) => {
      if (clicked) want(opened.callId);
    });
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
