/** What is wrong with the sound of a call, told within seconds and taken back by itself. Pure. */
import type { Interval } from "./stats";
import type { AdviceId } from "./types";

/** Two steps of 16 bits: no microphone that is open and near a person gives less for long. */
const SILENT_DB = -84;
const SILENT_MS = 1_500;
const DEAF_MS = 2_500;
/** So much speech within the last seconds is no cough. */
const SPOKEN_MS = 700;
/** Muted speech is shown on for so long after the last word. */
const SPOKEN_STAYS_MS = 4_000;
const WINDOW_MS = 5_000;

/** A value above `on` is told, until it is below `off`. */
const LIMITS = {
  loss: { on: 3, off: 1.5 },
  jitter: { on: 30, off: 20 },
  delay: { on: 350, off: 300 },
} as const;

export interface Facts {
  muted: boolean;
  /** The far party can be heard in principle: talking, not ringing or held. */
  talking: boolean;
  /** Milliseconds of speech at the microphone in the last two seconds, also while muted. */
  spokenMs: number;
}

/** Most urgent first. */
const ORDER: readonly AdviceId[] = [
  "silent-microphone",
  "not-heard",
  "hearing-nothing",
  "muted-speech",
  "loss",
  "jitter",
  "delay",
];

/** One leg's advisor; a new leg starts a new one. */
export class Advisor {
  private readonly given = new Set<AdviceId>();
  private readonly window: Interval[] = [];
  private silentMs = 0;
  private deafMs = 0;
  private sinceSpeechMs = Number.POSITIVE_INFINITY;
  /** For how long the open microphone has given nothing, in the call so far. */
  silentSeconds = 0;

  get advice(): readonly AdviceId[] {
    return ORDER.filter((each) => this.given.has(each));
  }

  take(interval: Interval, facts: Facts): void {
    this.listen(interval, facts);
    this.deafMs = facts.talking && interval.received === 0 ? this.deafMs + ms(interval) : 0;
    this.give("hearing-nothing", this.deafMs >= DEAF_MS);
    this.window.push(interval);
    while (sum(this.window, ms) - ms(this.window[0] ?? interval) >= WINDOW_MS) this.window.shift();
    // The first moments of a leg are never smooth.
    if (sum(this.window, ms) < WINDOW_MS) return;
    this.limit(
      "loss",
      mean(this.window, (each) => each.lossPercent),
    );
    this.limit(
      "jitter",
      mean(this.window, (each) => each.jitterMs),
    );
    this.limit(
      "delay",
      mean(this.window, (each) => each.rttMs ?? 0),
    );
  }

  /** Whether our packets arrive at the exchange. */
  arrives(yes: boolean): void {
    this.give("not-heard", !yes);
  }

  private listen(interval: Interval, { muted, spokenMs }: Facts): void {
    const silent = !muted && interval.levelDb !== null && interval.levelDb <= SILENT_DB;
    this.silentMs = silent ? this.silentMs + ms(interval) : 0;
    if (silent) this.silentSeconds += interval.seconds;
    this.give("silent-microphone", this.silentMs >= SILENT_MS);
    const speaks = muted && spokenMs >= SPOKEN_MS;
    this.sinceSpeechMs = speaks ? 0 : this.sinceSpeechMs + ms(interval);
    this.give("muted-speech", muted && this.sinceSpeechMs < SPOKEN_STAYS_MS);
  }

  private limit(id: keyof typeof LIMITS, value: number): void {
    const { on, off } = LIMITS[id];
    if (value > on) this.given.add(id);
    else if (value < off) this.given.delete(id);
  }

  private give(id: AdviceId, yes: boolean): void {
    if (yes) this.given.add(id);
    else this.given.delete(id);
  }
}

const ms = (interval: Interval): number => interval.seconds * 1000;

function sum(intervals: readonly Interval[], of: (each: Interval) => number): number {
  return intervals.reduce((total, each) => total + of(each), 0);
}

/** Weighted by time. */
export function mean(intervals: readonly Interval[], of: (each: Interval) => number): number {
  const seconds = sum(intervals, (each) => each.seconds);
  return seconds > 0 ? sum(intervals, (each) => of(each) * each.seconds) / seconds : 0;
}
