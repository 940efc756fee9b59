/** The ringing tone and small signs, made of sine waves: no file, no network. */
import { preferred } from "./devices";
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

export class BrowserRinger implements Ringer {
  private context: AudioContext | null = null;
  private ringing: GainNode | null = null;
  private wanted = false;

  /** Browsers keep a page mute until it was touched; call at the first touch. */
  unlock = (): void => {
    const context = this.ready();
    if (context?.state === "suspended") {
      void context.resume().then(() => {
        if (this.wanted) this.ring();
      });
    }
  };

  ring(): void {
    this.silence();
    this.wanted = true;
    const context = this.ready();
    if (context?.state !== "running") return;
    this.ringing = context.createGain();
    this.ringing.connect(context.destination);
    // All of it at once: a timer would be slowed down in a background tab.
    for (let n = 0; n < RINGS; n += 1) {
      this.play(context, this.ringing, RING, context.currentTime + 0.05 + n * RING_SECONDS);
    }
  }

  silence(): void {
    this.wanted = false;
    this.ringing?.disconnect();
    this.ringing = null;
  }

  over(): void {
    const context = this.ready();
    if (context?.state === "running") {
      this.play(context, context.destination, OVER, context.currentTime + 0.02);
    }
  }

  /** What the user hears of a key that was pressed. */
  key(key: string): void {
    const context = this.ready();
    const pair = keyFrequencies(key);
    if (!pair || context?.state !== "running") return;
    const at = context.currentTime;
    this.play(
      context,
      context.destination,
      pair.map((frequency) => [0, frequency, 0.12, 0.06] as const),
      at,
    );
  }

  /** Rings on the device that was chosen for it. */
  applyDevice(): void {
    const context = this.context as (AudioContext & { setSinkId?: (id: string) => unknown }) | null;
    void Promise.resolve(context?.setSinkId?.(preferred("ringer"))).catch(() => undefined);
  }

  private ready(): AudioContext | null {
    if (!this.context) {
      this.context = new AudioContext();
      this.applyDevice();
    }
    return this.context;
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
