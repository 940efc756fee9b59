/** Small adapters to the browser: timers, the mark of the call, the lock between tabs. */
import type { Mark, TabLock, Timers } from "./types";

export const browserTimers: Timers = {
  now: () => performance.now(),
  after: (ms, run) => {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
};

const MARK = "vermittlung.call";
const MUTED = "vermittlung.muted";

export const browserMark: Mark = {
  get: () => localStorage.getItem(MARK),
  set: (callId) => {
    if (callId) localStorage.setItem(MARK, callId);
    else localStorage.removeItem(MARK);
  },
  muted: (callId) => localStorage.getItem(MUTED) === callId,
  mute: (callId, on) => {
    if (on) localStorage.setItem(MUTED, callId);
    else localStorage.removeItem(MUTED);
  },
};

const LOCK = "vermittlung.voice";

/**
 * The tab that carries the sound holds a Web Lock. The lock is free the moment its page is
 * gone, and a page that holds one is not frozen in the background.
 */
export class BrowserTabLock implements TabLock {
  held = false;
  private readonly listeners: ((held: boolean) => void)[] = [];

  constructor() {
    if ("locks" in navigator) this.request({});
    else this.held = true;
  }

  onChange(changed: (held: boolean) => void): void {
    this.listeners.push(changed);
  }

  take(): void {
    if (this.held) return;
    // A stolen lock is granted at once; what follows must not wait for the callback.
    this.held = true;
    this.request({ steal: true });
  }

  private request(options: LockOptions): void {
    navigator.locks
      .request(LOCK, options, () => {
        this.become(true);
        // Kept until the page goes or another tab takes it.
        return new Promise<never>(() => undefined);
      })
      .catch(() => {
        this.become(false);
        this.request({});
      });
  }

  private become(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    for (const changed of this.listeners) changed(held);
  }
}

/** Calls `tick` regularly by a worker's timer; the answer stops it. */
export function workerTicks(tick: () => void): () => void {
  const worker = new Worker(new URL("../api/heartbeat.worker.ts", import.meta.url), {
    type: "module",
  });
  worker.onmessage = tick;
  return () => worker.terminate();
}
