/**
 * The check before work: about twenty seconds, step by step, without a call to anybody.
 *
 * The order spares the line: what measures it comes when nothing else uses it.
 */
import { mean } from "./advice";
import type { Interval } from "./stats";
import { mos } from "./stats";

export const PRESHIFT_STEPS = [
  "microphone",
  "echo",
  "udp",
  "turn",
  "bandwidth",
  "jitter",
  "notifications",
] as const;
export type PreshiftStep = (typeof PRESHIFT_STEPS)[number];
export type PreshiftState = "running" | "ok" | "advice" | "failed" | "skipped";
export type PreshiftResult = "good" | "advice" | "failed";

/** What came back from the exchange's echo. */
export interface Echo {
  /** The tones that were sent were found in it. */
  heard: boolean;
  /** From a tone's beginning to its return; null where it did not return. */
  roundTripMs: number | null;
  /** How the sound went: over a relay or directly; null where it found no way. */
  way: "direct" | "relay" | null;
  intervals: readonly Interval[];
}

/** Every method rejects when `signal` is aborted, and cleans up. */
export interface PreshiftPorts {
  /** Loudest moment at the microphone in the next seconds, in decibels of full scale. */
  level(signal: AbortSignal): Promise<number>;
  echo(signal: AbortSignal): Promise<Echo>;
  /** Whether a relay is reached over TLS; null where none is configured. */
  relay(signal: AbortSignal): Promise<boolean | null>;
  /** Kilobits in a second. */
  bandwidth(signal: AbortSignal): Promise<{ down: number; up: number }>;
  /** Whether the browser may show notifications. */
  notifications(): boolean;
}

export interface PreshiftReport {
  result: PreshiftResult;
  /** Steps with something to say. */
  advice: readonly PreshiftStep[];
  states: Readonly<Record<PreshiftStep, PreshiftState>>;
  measured: {
    levelDb: number | null;
    roundTripMs: number | null;
    jitterMs: number | null;
    lossPercent: number | null;
    mos: number | null;
    downKbit: number | null;
    upKbit: number | null;
  };
}

/** A voice that is quieter is hard to understand. */
const QUIET_DB = -45;
/** Nothing but the noise of an open line, or none at all. */
const SILENT_DB = -65;
/** What a conversation needs in each direction, with all that is packed around it. */
const NEEDED_KBIT = 100;
const JITTER = { advice: 30, failed: 80 };
const LOSS = { advice: 2, failed: 10 };

export function levelState(db: number): PreshiftState {
  if (db < SILENT_DB) return "failed";
  return db < QUIET_DB ? "advice" : "ok";
}

export function wayState(way: Echo["way"]): PreshiftState {
  if (way === null) return "failed";
  return way === "direct" ? "ok" : "advice";
}

export function jitterState(jitterMs: number, lossPercent: number): PreshiftState {
  if (jitterMs > JITTER.failed || lossPercent > LOSS.failed) return "failed";
  return jitterMs > JITTER.advice || lossPercent > LOSS.advice ? "advice" : "ok";
}

export function bandwidthState({ down, up }: { down: number; up: number }): PreshiftState {
  const least = Math.min(down, up);
  if (least < NEEDED_KBIT / 2) return "failed";
  return least < NEEDED_KBIT ? "advice" : "ok";
}

/** A relay that cannot be reached matters only where there is no direct way. */
export function relayState(reached: boolean | null): PreshiftState {
  if (reached === null) return "skipped";
  return reached ? "ok" : "advice";
}

/** The worst of all. */
export function resultOf(states: Iterable<PreshiftState>): PreshiftResult {
  const all = [...states];
  if (all.includes("failed")) return "failed";
  return all.includes("advice") ? "advice" : "good";
}

/**
 * Runs all steps; `onStep` hears of each as it begins and ends.
 *
 * Rejects with the reason of `signal` when that is aborted; a step that cannot be carried
 * out counts as failed.
 */
export async function runPreshift(
  ports: PreshiftPorts,
  onStep: (step: PreshiftStep, state: PreshiftState) => void,
  signal: AbortSignal,
): Promise<PreshiftReport> {
  const states = {} as Record<PreshiftStep, PreshiftState>;
  const end = (step: PreshiftStep, state: PreshiftState) => {
    states[step] = state;
    onStep(step, state);
  };
  const tried = async <T>(step: PreshiftStep, measure: () => Promise<T>): Promise<T | null> => {
    signal.throwIfAborted();
    onStep(step, "running");
    try {
      return await measure();
    } catch {
      signal.throwIfAborted();
      end(step, "failed");
      return null;
    }
  };

  const levelDb = await tried("microphone", () => ports.level(signal));
  if (levelDb !== null) end("microphone", levelState(levelDb));

  const echo = await tried("echo", () => ports.echo(signal));
  if (echo) end("echo", echo.heard ? "ok" : "failed");
  end("udp", wayState(echo?.way ?? null));

  const relay = await tried("turn", async () => ({ reached: await ports.relay(signal) }));
  if (relay) end("turn", relayState(relay.reached));

  const bandwidth = await tried("bandwidth", () => ports.bandwidth(signal));
  if (bandwidth) end("bandwidth", bandwidthState(bandwidth));

  const line = echo && echo.intervals.length > 0 ? lineOf(echo.intervals) : null;
  end("jitter", line ? jitterState(line.jitterMs, line.lossPercent) : "skipped");
  end("notifications", ports.notifications() ? "ok" : "advice");

  return {
    result: resultOf(Object.values(states)),
    advice: PRESHIFT_STEPS.filter((step) => ["advice", "failed"].includes(states[step])),
    states,
    measured: {
      levelDb,
      roundTripMs: echo?.roundTripMs ?? null,
      jitterMs: line?.jitterMs ?? null,
      lossPercent: line?.lossPercent ?? null,
      mos: line?.mos ?? null,
      downKbit: bandwidth?.down ?? null,
      upKbit: bandwidth?.up ?? null,
    },
  };
}

function lineOf(intervals: readonly Interval[]) {
  const lossPercent = mean(intervals, (each) => each.lossPercent);
  const rtt = mean(intervals, (each) => each.rttMs ?? 0);
  return {
    jitterMs: mean(intervals, (each) => each.jitterMs),
    lossPercent,
    mos: mos(
      lossPercent,
      rtt,
      mean(intervals, (each) => each.bufferMs),
    ),
  };
}

// ---------------------------------------------------------------- tones

/** Sent into the echo, one after the other, in Hz; not what lines or keypads make. */
export const TEST_TONES = [620, 1130, 1790] as const;
const NEAR_HZ = 40;

/** One look at what came back: when, and the strongest frequency if there was any sound. */
export interface Look {
  at: number;
  hertz: number | null;
}

/** When the tones began to come back, in their order; null where they did not. */
export function tonesFound(looks: readonly Look[], tones: readonly number[]): number | null {
  let wanted = 0;
  let since: number | null = null;
  for (const { at, hertz } of looks) {
    const tone = tones[wanted];
    if (tone === undefined) break;
    if (hertz === null || Math.abs(hertz - tone) > NEAR_HZ) continue;
    since ??= at;
    wanted += 1;
  }
  return wanted === tones.length ? since : null;
}
