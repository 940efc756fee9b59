/**
 * The live socket: what the server pushes, and the proof that this browser is alive.
 *
 * After every connect the server sends `hello` with a snapshot, so nothing that was
 * missed while away has to be asked for. A socket on which nothing arrives for
 * `SILENCE_MS` is dead, whatever the network says, and is replaced.
 */
import type { LiveMessage } from "./types";

export type LiveStatus = "off" | "connecting" | "live" | "lost";

export const HEARTBEAT_MS = 2_000;
/** The server answers every heartbeat: so long without a word, and the way is gone. */
const SILENCE_MS = 6_500;
/** How long the answer may take when there is reason to doubt. */
const DOUBT_MS = 1_500;
/** Ticks further apart than this: the machine slept, or the page was frozen. */
const SLEPT_MS = 3 * HEARTBEAT_MS;
/** The server's word for "nobody is signed in". */
export const CLOSE_NOT_SIGNED_IN = 4401;

const MOST_WAIT_MS = 8_000;
/** In a call, every second counts. */
const MOST_WAIT_IN_CALL_MS = 1_000;

/** Milliseconds to wait before attempt `n` (0 is the first); `random` in [0, 1) spreads clients. */
export function backOff(n: number, random: number, most = MOST_WAIT_MS): number {
  const ceiling = Math.min(most, 300 * 2 ** n);
  return Math.round(ceiling * (0.75 + 0.5 * random));
}

/** The message in a text frame; null for anything that is none. */
export function parseMessage(data: unknown): LiveMessage | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && "type" in value
      ? (value as LiveMessage)
      : null;
  } catch {
    return null;
  }
}

/** What is used of a WebSocket. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LiveOptions {
  open: () => Socket;
  /** Calls `tick` every `HEARTBEAT_MS`, also in a background tab; returns how to stop it. */
  every: (tick: () => void) => () => void;
  after: (ms: number, run: () => void) => () => void;
  now: () => number;
  /** Milliseconds of a clock that goes on while the machine sleeps. */
  wallClock: () => number;
  random: () => number;
  /** Whether this page could take a call right now. */
  canTakeCalls: () => boolean;
  /** Whether a call is under way, so that no time may be lost. */
  inCall: () => boolean;
  onMessage: (message: LiveMessage) => void;
  onStatus: (status: LiveStatus) => void;
  onSignedOut: () => void;
  /** The machine slept, or the page was frozen: nothing is as it was. */
  onWoken: () => void;
}

export class Live {
  private socket: Socket | null = null;
  private attempts = 0;
  private isOpen = false;
  /** When something arrived last, or the connect began. */
  private heardAt = 0;
  private stopTicks: (() => void) | null = null;
  private stopRetry: (() => void) | null = null;
  private stopDoubt: (() => void) | null = null;
  private tickedAt = 0;
  private watching = false;

  constructor(private readonly options: LiveOptions) {}

  /** Connects and stays connected until `stop`; harmless when already started. */
  start(): void {
    if (this.stopTicks) return;
    this.tickedAt = this.options.wallClock();
    this.stopTicks = this.options.every(() => this.tick());
    this.connect();
  }

  /** Leaves at once, so that the server knows this browser is gone. */
  stop(): void {
    this.stopTicks?.();
    this.stopTicks = null;
    this.stopRetry?.();
    this.stopRetry = null;
    this.stopDoubt?.();
    this.discard();
    this.attempts = 0;
    this.options.onStatus("off");
  }

  /** The network came back, or the page was woken: tries again now, or makes sure. */
  hurry(): void {
    if (!this.stopTicks) return;
    if (!this.socket) {
      this.attempts = 0;
      this.connect();
      return;
    }
    const { socket } = this;
    const since = this.options.now();
    this.beat();
    this.stopDoubt?.();
    this.stopDoubt = this.options.after(DOUBT_MS, () => {
      if (this.stopTicks && this.socket === socket && this.heardAt <= since) this.renew();
    });
  }

  private renew(): void {
    this.discard();
    this.attempts = 0;
    this.connect();
  }

  /** Tells the server at once, e.g. when the microphone was allowed. */
  beat(): void {
    this.send({ type: "heartbeat", phone: this.options.canTakeCalls() });
  }

  /** This page shows the call, and rings. Said again with every `hello` while it does. */
  proveRinging(callId: string): void {
    this.send({ type: "ringing", call_id: callId });
  }

  /** Whether everybody's calls are told of (needs the right to see them); kept over reconnects. */
  watch(on: boolean): void {
    this.watching = on;
    this.send({ type: "watch", on });
  }

  private send(message: object): void {
    if (this.socket && this.isOpen) this.socket.send(JSON.stringify(message));
  }

  private connect(): void {
    this.stopRetry?.();
    this.stopRetry = null;
    this.options.onStatus(this.attempts === 0 ? "connecting" : "lost");
    const socket = this.options.open();
    this.socket = socket;
    this.isOpen = false;
    this.heardAt = this.options.now();
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.isOpen = true;
      this.beat();
    };
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.heardAt = this.options.now();
      const message = parseMessage(event.data);
      if (!message) return;
      if (message.type === "hello") {
        this.attempts = 0;
        this.options.onStatus("live");
        if (this.watching) this.send({ type: "watch", on: true });
      }
      this.options.onMessage(message);
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      this.socket = null;
      if (event.code === CLOSE_NOT_SIGNED_IN) {
        this.stop();
        this.options.onSignedOut();
      } else {
        this.retry();
      }
    };
  }

  private tick(): void {
    if (!this.stopTicks) return;
    const now = this.options.wallClock();
    const slept = now - this.tickedAt > SLEPT_MS;
    this.tickedAt = now;
    if (slept) {
      this.renew();
      this.options.onWoken();
      return;
    }
    if (!this.socket) return;
    if (this.options.now() - this.heardAt > SILENCE_MS) {
      this.discard();
      this.retry();
      return;
    }
    this.beat();
  }

  private retry(): void {
    this.options.onStatus("lost");
    const most = this.options.inCall() ? MOST_WAIT_IN_CALL_MS : MOST_WAIT_MS;
    const wait = backOff(this.attempts, this.options.random(), most);
    this.attempts += 1;
    this.stopRetry = this.options.after(wait, () => this.connect());
  }

  /** Forgets the socket first, so that its late events are nobody's. */
  private discard(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
