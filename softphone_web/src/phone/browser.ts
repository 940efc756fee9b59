/** Small adapters to the browser: timers, the marks of calls, the lock between tabs. */
import type { Tally } from "./tally";
import type { Marks, TabLock, Timers } from "./types";
import type { TallyStore } from "./watch";

export const browserTimers: Timers = {
  now: () => performance.now(),
  after: (ms, run) => {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
};

const MARKS = "vermittlung.calls";
const MUTED = "vermittlung.muted";
const TALLY = "vermittlung.tally.";

/** What was stored under `key`; null for anything that is no JSON. */
function stored(storage: Storage, key: string): unknown {
  try {
    return JSON.parse(storage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

const ids = (): string[] => {
  const value = stored(localStorage, MARKS);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
};

function mark(callIds: readonly string[]): void {
  if (callIds.length > 0) localStorage.setItem(MARKS, JSON.stringify(callIds));
  else localStorage.removeItem(MARKS);
}

export const browserMarks: Marks = {
  has: (callId) => ids().includes(callId),
  add: (callId) => mark([...ids().filter((each) => each !== callId), callId]),
  remove: (callId) => mark(ids().filter((each) => each !== callId)),
  keep: (callIds) => mark(ids().filter((each) => callIds.includes(each))),
  get muted() {
    return localStorage.getItem(MUTED) === "1";
  },
  set muted(on: boolean) {
    if (on) localStorage.setItem(MUTED, "1");
    else localStorage.removeItem(MUTED);
  },
  onChange: (changed) => {
    window.addEventListener("storage", (event) => {
      if (event.key === MARKS || event.key === MUTED || event.key === null) changed();
    });
  },
};

export const browserTallies: TallyStore = {
  load: (callId) => stored(sessionStorage, TALLY + callId) as Tally | null,
  save: (callId, tally) => {
    if (tally) sessionStorage.setItem(TALLY + callId, JSON.stringify(tally));
    else sessionStorage.removeItem(TALLY + callId);
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
