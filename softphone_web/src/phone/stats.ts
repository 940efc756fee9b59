/**
 * What the browser's counters say about the sound: pure functions over `getStats`.
 *
 * The estimate follows ITU-T G.107 (E-model) with the parameters that G.113 gives for G.711
 * with packet loss concealment, and G.107's defaults for everything that a browser cannot
 * measure.
 */
import type { QualityLevel } from "./types";

/** Counters of one leg at one moment; those that only grow are totals since its beginning. */
export interface LegSample {
  /** Packets from the exchange. */
  received: number;
  /** Packets that never came, or too late to be played. */
  lost: number;
  jitterMs: number;
  /** Milliseconds that sound waited in the buffer, and how many samples were played. */
  bufferedMs: number;
  played: number;
  sent: number;
  /** Share of our packets that the exchange missed lately, 0 to 1; null before its first report. */
  lostThere: number | null;
  /** There and back. */
  rttMs: number | null;
  /** Energy of the microphone over time, in seconds of full scale; null where it is not told. */
  energy: number | null;
  energySeconds: number;
  /** Over a TURN relay. */
  relay: boolean;
  /** "ethernet", "wifi", …; empty where the browser does not tell. */
  network: string;
}

type Entry = Record<string, unknown> & { type: string };

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);
const maybe = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** The counters in a report; null where it has no sound at all. */
export function sampleOf(report: Iterable<[string, unknown]>): LegSample | null {
  const entries = new Map<string, Entry>();
  for (const [id, entry] of report) entries.set(id, entry as Entry);
  const all = [...entries.values()];
  const of = (type: string) =>
    all.find((each) => each.type === type && (each.kind ?? "audio") === "audio");
  const inbound = of("inbound-rtp");
  const outbound = of("outbound-rtp");
  if (!inbound && !outbound) return null;
  const there = of("remote-inbound-rtp");
  const source = of("media-source");
  const pair = selectedPair(all, entries);
  const local = pair ? entries.get(String(pair.localCandidateId)) : undefined;
  const rtt = maybe(there?.roundTripTime) ?? maybe(pair?.currentRoundTripTime);
  return {
    received: numberOf(inbound?.packetsReceived),
    lost: Math.max(0, numberOf(inbound?.packetsLost)) + numberOf(inbound?.packetsDiscarded),
    jitterMs: numberOf(inbound?.jitter) * 1000,
    bufferedMs: numberOf(inbound?.jitterBufferDelay) * 1000,
    played: numberOf(inbound?.jitterBufferEmittedCount),
    sent: numberOf(outbound?.packetsSent),
    lostThere: maybe(there?.fractionLost),
    rttMs: rtt === null ? null : rtt * 1000,
    energy: maybe(source?.totalAudioEnergy),
    energySeconds: numberOf(source?.totalSamplesDuration),
    relay: local?.candidateType === "relay",
    network: typeof local?.networkType === "string" ? local.networkType : "",
  };
}

function selectedPair(all: readonly Entry[], entries: Map<string, Entry>): Entry | undefined {
  const transport = all.find((each) => each.type === "transport");
  const chosen = entries.get(String(transport?.selectedCandidatePairId));
  return chosen ?? all.find((each) => each.type === "candidate-pair" && each.nominated === true);
}

/** What happened between two samples of the same leg. */
export interface Interval {
  seconds: number;
  received: number;
  sent: number;
  /** The worse of both directions, 0 to 100. */
  lossPercent: number;
  jitterMs: number;
  /** How long sound waited in the buffer, on average. */
  bufferMs: number;
  rttMs: number | null;
  /** Of the microphone, in decibels of full scale; null where it is not told. */
  levelDb: number | null;
  relay: boolean;
  network: string;
}

/** Below everything that a microphone gives. */
export const DIGITAL_SILENCE_DB = -120;

/** Null where the counters began anew. */
export function between(before: LegSample, now: LegSample, ms: number): Interval | null {
  const received = now.received - before.received;
  const sent = now.sent - before.sent;
  if (received < 0 || sent < 0 || ms <= 0) return null;
  const lost = Math.max(0, now.lost - before.lost);
  const lossHere = received + lost > 0 ? (100 * lost) / (received + lost) : 0;
  const played = now.played - before.played;
  // Samples are counted at 48 kHz by the browser; the delay is the sum over all of them.
  const bufferMs = played > 0 ? Math.max(0, (now.bufferedMs - before.bufferedMs) / played) : 0;
  return {
    seconds: ms / 1000,
    received,
    sent,
    lossPercent: Math.min(100, Math.max(lossHere, 100 * (now.lostThere ?? 0))),
    jitterMs: now.jitterMs,
    bufferMs,
    rttMs: now.rttMs,
    levelDb: levelOf(before, now),
    relay: now.relay,
    network: now.network,
  };
}

function levelOf(before: LegSample, now: LegSample): number | null {
  if (before.energy === null || now.energy === null) return null;
  const seconds = now.energySeconds - before.energySeconds;
  const energy = now.energy - before.energy;
  // Another track began to count anew, or no sound was taken at all.
  if (seconds <= 0 || energy < 0) return null;
  return Math.max(DIGITAL_SILENCE_DB, 10 * Math.log10(energy / seconds));
}

// ---------------------------------------------------------------- E-model

/** R without any impairment, with G.107's defaults. */
const R0 = 93.2;
/** Robustness of G.711 with concealment against random loss (G.113, appendix I). */
const BPL = 25.1;
/** A packet of 20 ms, and the exchange's own way. */
const FIXED_DELAY_MS = 40;

/** Idd of G.107, (7-27): impairment by `oneWayMs` of delay. */
export function delayImpairment(oneWayMs: number): number {
  if (oneWayMs <= 100) return 0;
  const x = Math.log2(oneWayMs / 100);
  const sixth = 1 / 6;
  return 25 * ((1 + x ** 6) ** sixth - 3 * (1 + (x / 3) ** 6) ** sixth + 2);
}

/** Ie,eff of G.107, (7-29), for G.711 (Ie = 0) and random loss (BurstR = 1). */
export function lossImpairment(lossPercent: number): number {
  return (95 * lossPercent) / (lossPercent + BPL);
}

/** MOS of a rating R: G.107, annex B. */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** Estimated opinion of the conversation. */
export function mos(lossPercent: number, rttMs: number | null, bufferMs: number): number {
  const delay = FIXED_DELAY_MS + (rttMs ?? 0) / 2 + bufferMs;
  return mosOf(R0 - delayImpairment(delay) - lossImpairment(lossPercent));
}

// ---------------------------------------------------------------- levels

const GOOD = 4;
const FAIR = 3.5;
/** So much better it must be before better is said. */
const MARGIN = 0.1;

const LEVELS: readonly QualityLevel[] = ["bad", "fair", "good"];

const plain = (value: number): QualityLevel =>
  value >= GOOD ? "good" : value >= FAIR ? "fair" : "bad";

/** Worse at once, better only when it is so with some margin. */
export function levelAfter(known: QualityLevel | null, value: number): QualityLevel {
  const now = plain(value);
  if (known === null) return now;
  if (LEVELS.indexOf(now) <= LEVELS.indexOf(known)) return now;
  const sure = plain(value - MARGIN);
  return LEVELS.indexOf(sure) > LEVELS.indexOf(known) ? sure : known;
}
