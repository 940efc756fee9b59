/**
 * A ringing call while the page is in the background: a notice of the system, and an icon that
 * flashes in the tab's title bar. Only in the tab that rings.
 */
import type { Call } from "../api/types";
import type { PhoneSnapshot } from "./types";

const FLASH_MS = 700;
const ICON = "/favicon.svg";
const RINGING_ICON = "/favicon-ringing.svg";

export interface AttentionPorts {
  hidden(): boolean;
  /** Shows a notice; the answer takes it away. */
  notify(ring: Call): () => void;
  /** Shows this file as the tab's icon. */
  icon(file: string): void;
  every(ms: number, run: () => void): () => void;
}

export class Attention {
  private readonly notices = new Map<string, () => void>();
  private stopFlashing: (() => void) | null = null;

  constructor(private readonly ports: AttentionPorts) {}

  /** What rings has changed, or the page went to the background or came back. */
  look({ rings, leader }: Pick<PhoneSnapshot, "rings" | "leader">): void {
    const wanted = this.ports.hidden() && leader ? rings : [];
    for (const [id, close] of [...this.notices]) {
      if (wanted.some((ring) => ring.id === id)) continue;
      this.notices.delete(id);
      close();
    }
    for (const ring of wanted) {
      if (!this.notices.has(ring.id)) this.notices.set(ring.id, this.ports.notify(ring));
    }
    this.flash(wanted.length > 0);
  }

  private flash(on: boolean): void {
    if (on === (this.stopFlashing !== null)) return;
    this.stopFlashing?.();
    this.stopFlashing = null;
    this.ports.icon(on ? RINGING_ICON : ICON);
    if (!on) return;
    let lit = true;
    this.stopFlashing = this.ports.every(FLASH_MS, () => {
      lit = !lit;
      this.ports.icon(lit ? RINGING_ICON : ICON);
    });
  }
}

/** What a notice says. */
export interface NoticeWords {
  title: string;
  body: string;
  answer: string;
  decline: string;
}

/** The browser's own. `close` takes away what a service worker shows for a call. */
export function browserAttention(
  wordsFor: (ring: Call) => NoticeWords,
  close: (callId: string) => Promise<void>,
): AttentionPorts {
  return {
    hidden: () => document.hidden,
    notify: (ring) => notify(ring.id, wordsFor(ring), close),
    icon: (file) => document.querySelector("link[rel=icon]")?.setAttribute("href", file),
    every: (ms, run) => {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
  };
}

/** The service worker knows notices of this form: a push for the same call replaces ours. */
function notify(
  callId: string,
  words: NoticeWords,
  close: (callId: string) => Promise<void>,
): () => void {
  if (!("Notification" in window) || Notification.permission !== "granted") return () => undefined;
  const options = {
    body: words.body,
    tag: callId,
    requireInteraction: true,
    icon: "/icon-192.png",
    data: { call_id: callId },
  };
  const { maxActions = 0 } = Notification as unknown as { maxActions?: number };
  const actions = [
    { action: "answer", title: words.answer },
    { action: "decline", title: words.decline },
  ];
  let plain: Notification | null = null;
  let gone = false;
  void registration().then((worker) => {
    if (gone) return;
    // Only a service worker's notices may have buttons.
    const withButtons = maxActions >= actions.length ? { ...options, actions } : options;
    if (worker) return worker.showNotification(words.title, withButtons);
    plain = new Notification(words.title, options);
    plain.onclick = () => {
      window.focus();
      plain?.close();
    };
  });
  return () => {
    gone = true;
    plain?.close();
    void close(callId);
  };
}

async function registration(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator)) return null;
  const found = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  return found?.active ? found : null;
}
