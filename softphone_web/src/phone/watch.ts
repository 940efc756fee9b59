/**
 * Watches the sound of the call on stage: measures twice a second, asks the exchange whether
 * anything of ours arrives, gives advice, and reports at the end.
 */
import type { QualityReport, Sound } from "../api/types";
import { Advisor, mean } from "./advice";
import { between, type Interval, type LegSample, levelAfter, mos } from "./stats";
import { added, EMPTY, reportOf, type Tally } from "./tally";
import type { AdviceId, Quality, QualityLevel, Timers, VoiceLeg } from "./types";

const LOOK_MS = 500;
/** Quality is shown for the last so many looks, and anew at every second one. */
const WINDOW = 8;
/** When to ask the exchange after the leg came up; later every `ASK_MS`. */
const FIRST_ASKS_MS = [1_000, 2_000, 2_800];
const ASK_MS = 5_000;
/** Nothing of ours in so long a time means that nobody hears us. */
const UNHEARD_MS = 2_500;

/** Keeps what was measured over a reload of the page. */
export interface TallyStore {
  load(callId: string): Tally | null;
  save(callId: string, tally: Tally | null): void;
}

export interface WatchOptions {
  timers: Timers;
  sound: (callId: string) => Promise<Sound>;
  report: (callId: string, report: QualityReport) => void;
  /** Milliseconds of speech at the microphone in the last two seconds, also while muted. */
  spokenMs: () => number;
  microphone: () => string;
  tallies: TallyStore;
  onChange: () => void;
}

/** What is watched: one leg of one call. */
export interface Subject {
  callId: string;
  leg: VoiceLeg;
  talking: boolean;
  muted: boolean;
}

const NO_ADVICE: readonly AdviceId[] = [];

export class SoundWatch {
  quality: Quality | null = null;
  advice: readonly AdviceId[] = NO_ADVICE;

  private subject: Subject | null = null;
  private advisor = new Advisor();
  private readonly tallies = new Map<string, Tally>();
  private level: QualityLevel | null = null;
  private recent: Interval[] = [];
  private before: { sample: LegSample; at: number } | null = null;
  private looks = 0;
  private stops: (() => void)[] = [];

  constructor(private readonly options: WatchOptions) {}

  /** Watches `subject` from now on, or nothing. */
  follow(subject: Subject | null): void {
    const known = this.subject;
    if (known && subject && known.leg === subject.leg) {
      this.subject = subject;
      return;
    }
    this.stop();
    this.subject = subject;
    if (!subject) return;
    const { callId } = subject;
    if (known?.callId === callId) this.add(callId, { rejoins: 1 });
    else this.level = null;
    this.look();
    this.askAt(0, this.options.timers.now(), null);
  }

  /** The call is over: reports what was measured of it. */
  end(callId: string): void {
    if (this.subject?.callId === callId) this.follow(null);
    this.report(callId);
    this.tallies.delete(callId);
    this.options.tallies.save(callId, null);
  }

  /** The page goes away, perhaps for good: what is known so far is reported. */
  leave(): void {
    this.follow(null);
    for (const [callId, tally] of this.tallies) {
      this.options.tallies.save(callId, tally);
      this.report(callId);
    }
    this.tallies.clear();
  }

  private report(callId: string): void {
    const report = reportOf(this.tally(callId), this.options.microphone());
    if (report) this.options.report(callId, report);
  }

  /** What was measured of a call so far, also before the page was loaded anew. */
  private tally(callId: string): Tally {
    const known = this.tallies.get(callId);
    if (known) return known;
    const kept = this.options.tallies.load(callId);
    const tally = kept ? { ...kept, rejoins: kept.rejoins + 1 } : EMPTY;
    this.tallies.set(callId, tally);
    return tally;
  }

  private add(callId: string, more: { rejoins?: number; silentSeconds?: number }): void {
    const tally = this.tally(callId);
    this.tallies.set(callId, {
      ...tally,
      rejoins: tally.rejoins + (more.rejoins ?? 0),
      silentSeconds: tally.silentSeconds + (more.silentSeconds ?? 0),
    });
  }

  private stop(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    const { silentSeconds } = this.advisor;
    if (this.subject && silentSeconds > 0) this.add(this.subject.callId, { silentSeconds });
    this.advisor = new Advisor();
    this.before = null;
    this.recent = [];
    this.looks = 0;
    this.show(null, NO_ADVICE);
  }

  private look(): void {
    const { subject } = this;
    if (!subject) return;
    this.stops[0] = this.options.timers.after(LOOK_MS, () => {
      this.look();
      void this.measure(subject.leg);
    });
  }

  private async measure(leg: VoiceLeg): Promise<void> {
    const sample = await leg.sample().catch(() => null);
    const { subject, before } = this;
    if (!sample || !subject || subject.leg !== leg) return;
    const at = this.options.timers.now();
    this.before = { sample, at };
    const interval = before ? between(before.sample, sample, at - before.at) : null;
    if (!interval) return;
    const { talking, muted } = subject;
    this.advisor.take(interval, { talking, muted, spokenMs: this.options.spokenMs() });
    this.recent = [...this.recent, interval].slice(-WINDOW);
    this.looks += 1;
    const quality = this.judge(interval);
    if (talking) {
      const { callId } = subject;
      this.tallies.set(callId, added(this.tally(callId), interval, quality.mos));
    }
    this.show(this.looks % 2 === 0 ? quality : this.quality, this.advisor.advice);
  }

  private judge(last: Interval): Quality {
    const lossPercent = mean(this.recent, (each) => each.lossPercent);
    const value = mos(
      lossPercent,
      last.rttMs,
      mean(this.recent, (each) => each.bufferMs),
    );
    this.level = levelAfter(this.level, value);
    return {
      level: this.level,
      mos: value,
      jitterMs: mean(this.recent, (each) => each.jitterMs),
      rttMs: last.rttMs,
      lossPercent,
      relay: last.relay,
    };
  }

  // ------------------------------------------------------------ heard at the exchange?

  /** `last`: what the exchange had received, and when that had grown. */
  private askAt(n: number, since: number, last: { packets: number; at: number } | null): void {
    const { subject } = this;
    const { timers } = this.options;
    if (!subject) return;
    const wait = n < FIRST_ASKS_MS.length ? (FIRST_ASKS_MS[n] ?? 0) : 0;
    const due = wait ? since + wait - timers.now() : ASK_MS;
    this.stops[1] = timers.after(Math.max(0, due), async () => {
      const answer = await this.options.sound(subject.callId).catch(() => null);
      if (this.subject?.leg !== subject.leg) return;
      const now = timers.now();
      const packets = answer?.received_packets ?? null;
      let seen = last ?? { packets: 0, at: since };
      if (packets !== null) {
        if (packets !== seen.packets) seen = { packets, at: now };
        this.advisor.arrives(now - seen.at < UNHEARD_MS);
        this.show(this.quality, this.advisor.advice);
      }
      this.askAt(n + 1, since, seen);
    });
  }

  private show(quality: Quality | null, advice: readonly AdviceId[]): void {
    const same =
      advice.length === this.advice.length && advice.every((e, n) => e === this.advice[n]);
    if (same && quality === this.quality) return;
    this.quality = quality;
    this.advice = same ? this.advice : advice;
    this.options.onChange();
  }
}
