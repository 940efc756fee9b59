/** The ringing tone and small signs, made of sine waves: no file, no network. */
import { type DeviceKind, inUse } from "./devices";
import type { Ringer } from "./types";

/** One note: seconds from the start of the phrase, Hz, seconds it rings out, loudness 0-1. */
type Note = readonly [at: number, frequency: number, length: number, gain: number];

const RING_SECONDS = 3;
const RINGS = 40;
/** A soft rising figure, twice: heard from another room, not a fright. */
const RING: readonly Note[] = [0, 0.9].flatMap((start) => [
  [start, 587.33, 0.5, 0.3] as const,
  [start + 0.12, 739.99, 0.5, 0.3] as const,
  [start + 0.24, 880, 0.6, 0.32] as const,
  [start + 0.36, 1174.66, 0.7, 0.22] as const,
]);
const KNOCK_SECONDS = 5;
const KNOCKS = 24;
/** Two short beeps, as telephones do. */
const KNOCK: readonly Note[] = [
  [0, 425, 0.2, 0.05],
  [0.4, 425, 0.2, 0.05],
];
const OVER: readonly Note[] = [
  [0, 493.88, 0.18, 0.12],
  [0.13, 369.99, 0.26, 0.12],
];

const KEY_ROWS = [697, 770, 852, 941];
const KEY_COLUMNS = [1209, 1336, 1477, 1633];
const KEYS = "123A456B789C*0#D";

/** Both frequencies of a keypad tone in Hz (ITU-T Q.23), or null. */
export function keyFrequencies(key: string): readonly [number, number] | null {
  const index = KEYS.indexOf(key);
  const row = KEY_ROWS[Math.floor(index / 4)];
  const column = KEY_COLUMNS[index % 4];
  return key.length === 1 && row && column ? [row, column] : null;
}

type Sinkable = AudioContext & { setSinkId?: (id: string) => Promise<void> };

export class BrowserRinger implements Ringer {
  /** The browser keeps the page mute until it is touched: nobody would hear it ring. */
  locked = false;
  private context: Sinkable | null = null;
  private sink = "";
  private sounding: GainNode | null = null;
  private wanted: "ring" | "knock" | null = null;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Whether it is locked. */
  snapshot = (): boolean => this.locked;

  /** Learns whether the page may make sounds; call once. */
  watch(): void {
    const context = this.ready();
    context.addEventListener("statechange", () => this.look());
    // A page that may make sounds is told so within a moment.
    setTimeout(() => this.look(), 300);
  }

  /** Call at the first touch. */
  unlock = (): void => {
    const context = this.ready();
    if (context.state !== "suspended") return;
    void context.resume().then(
      () => this.look(),
      () => undefined,
    );
  };

  ring(): void {
    this.start("ring", "ringer", RING, RING_SECONDS, RINGS);
  }

  knock(): void {
    this.start("knock", "speaker", KNOCK, KNOCK_SECONDS, KNOCKS);
  }

  silence(): void {
    this.wanted = null;
    this.sounding?.disconnect();
    this.sounding = null;
  }

  over(): void {
    const context = this.ready("speaker");
    if (context.state === "running") {
      this.play(context, context.destination, OVER, context.currentTime + 0.02);
    }
  }

  /** What the user hears of a key that was pressed. */
  key(key: string): void {
    const context = this.ready("speaker");
    const pair = keyFrequencies(key);
    if (!pair || context.state !== "running") return;
    const notes = pair.map((frequency) => [0, frequency, 0.12, 0.06] as const);
    this.play(context, context.destination, notes, context.currentTime);
  }

  /** Another device was chosen, or one is gone. */
  applyDevice(): void {
    if (this.wanted) this.ready(this.wanted === "ring" ? "ringer" : "speaker");
  }

  /** All of it at once: a timer would be slowed down in a background tab. */
  private start(
    kind: "ring" | "knock",
    device: DeviceKind,
    phrase: readonly Note[],
    seconds: number,
    times: number,
  ): void {
    this.silence();
    this.wanted = kind;
    const context = this.ready(device);
    if (context.state !== "running") {
      this.unlock();
      return;
    }
    this.sounding = context.createGain();
    this.sounding.connect(context.destination);
    for (let n = 0; n < times; n += 1) {
      this.play(context, this.sounding, phrase, context.currentTime + 0.05 + n * seconds);
    }
  }

  private look(): void {
    const locked = this.context?.state === "suspended";
    if (!locked && this.wanted && !this.sounding) this[this.wanted]();
    if (locked === this.locked) return;
    this.locked = locked;
    for (const listener of this.listeners) listener();
  }

  /** The context, sounding on the device that was chosen for this purpose. */
  private ready(device?: DeviceKind): Sinkable {
    this.context ??= new AudioContext();
    const { context } = this;
    const id = device ? inUse(device) : this.sink;
    if (id !== this.sink) {
      this.sink = id;
      void context.setSinkId?.(id).catch(() => undefined);
    }
    return context;
  }

  private play(
    context: AudioContext,
    into: AudioNode,
    notes: readonly Note[],
    startAt: number,
  ): void {
    for (const [at, frequency, length, gain] of notes) {
      const oscillator = new OscillatorNode(context, { frequency });
      const envelope = new GainNode(context, { gain: 0 });
      const begin = startAt + at;
      envelope.gain.setValueAtTime(0, begin);
      envelope.gain.linearRampToValueAtTime(gain, begin + 0.012);
      envelope.gain.exponentialRampToValueAtTime(0.0005, begin + length);
      oscillator.connect(envelope).connect(into);
      oscillator.start(begin);
      oscillator.stop(begin + length + 0.05);
    }
  }
}
