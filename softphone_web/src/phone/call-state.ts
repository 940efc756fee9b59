/**
 * Pure tables: what each state of a call means for the browser, and the life of its leg.
 *
 * The server owns the call's state; the browser owns only its leg:
 *
 *              wanted                    up
 *     NONE ─────────────▶ JOINING ─────────────▶ UP
 *       ▲                  │  ▲  ▲                │
 *       │           failed │  │  └── retry ──┐    │ failed, shaky, detached
 *       │                  ▼  │              │    ▼
 *       │                 LOST┴──────────────┴── LOST ◀── bye (perhaps the call is over,
 *       │ over             │                              perhaps another browser has it)
 *       │                  │ taken
 *       │                  ▼
 *       └─ from all ─── ELSEWHERE ── wanted ──▶ JOINING
 */
import type { Call, CallStateName } from "../api/types";

export const LEG_STATES = ["none", "joining", "up", "lost", "elsewhere"] as const;
export type LegState = (typeof LEG_STATES)[number];

export type LegEvent =
  /** The call needs this browser's sound. */
  | "wanted"
  | "up"
  | "failed"
  /** Damaged: a replacement is needed while the old one may still carry sound. */
  | "shaky"
  | "bye"
  /** The server says that the far party hears nobody. */
  | "detached"
  | "retry"
  /** Another tab or browser has the sound. */
  | "taken"
  | "over";

const LEG_TABLE: Record<LegState, Partial<Record<LegEvent, LegState>>> = {
  none: { wanted: "joining", taken: "elsewhere" },
  joining: { up: "up", failed: "lost", bye: "lost", taken: "elsewhere", over: "none" },
  up: {
    failed: "lost",
    shaky: "lost",
    bye: "lost",
    detached: "lost",
    taken: "elsewhere",
    over: "none",
  },
  lost: { retry: "joining", wanted: "joining", up: "up", taken: "elsewhere", over: "none" },
  elsewhere: { wanted: "joining", over: "none" },
};

/** The leg's next state; the same one where the event means nothing in it. */
export function nextLeg(state: LegState, event: LegEvent): LegState {
  return LEG_TABLE[state][event] ?? state;
}

interface Meaning {
  /** How far the call has come; a message that would lead back is old news. */
  rank: number;
  alive: boolean;
  /** The browser's leg has to be in the call. */
  needsLeg: boolean;
  /** The clock of billable seconds runs. */
  counts: boolean;
}

const MEANING: Record<CallStateName, Meaning> = {
  offered: { rank: 0, alive: true, needsLeg: false, counts: false },
  waiting: { rank: 1, alive: true, needsLeg: true, counts: false },
  answering: { rank: 1, alive: true, needsLeg: true, counts: false },
  dialling: { rank: 2, alive: true, needsLeg: true, counts: false },
  ringing: { rank: 3, alive: true, needsLeg: true, counts: false },
  talking: { rank: 4, alive: true, needsLeg: true, counts: true },
  detached: { rank: 4, alive: true, needsLeg: true, counts: true },
  greeting: { rank: 5, alive: false, needsLeg: false, counts: false },
  recording: { rank: 6, alive: false, needsLeg: false, counts: false },
  ended: { rank: 9, alive: false, needsLeg: false, counts: false },
};

/** What `state` means; a state that a newer server invented counts as alive and quiet. */
export function meaning(state: CallStateName): Meaning {
  return MEANING[state] ?? { rank: 2, alive: true, needsLeg: false, counts: false };
}

/**
 * What is known of a call after `news` of it.
 *
 * An answer of the API may arrive after a push that is newer; a push never goes back,
 * except between `talking` and `detached`. A call's `voice` is kept while it lives.
 */
export function merge(known: Call | null, news: Call): Call {
  if (!known || known.id !== news.id) return news;
  const older = meaning(news.state).rank < meaning(known.state).rank;
  const kept = older ? known : news;
  const voice = news.voice ?? known.voice;
  return voice && meaning(kept.state).alive ? { ...kept, voice } : kept;
}

/** Whole seconds that the far party has been talked to, `sinceMs` after `call` was received. */
export function talkSeconds(call: Call, sinceMs: number): number {
  const running = meaning(call.state).counts ? Math.max(0, sinceMs) / 1000 : 0;
  return Math.floor(call.talk_seconds + running + 1e-6);
}

/** What the stage shows; everything else follows from the call itself. */
export type Stage = "idle" | "placing" | "offered" | "calling" | "talking" | "returning";

export function stageOf(call: Call | null, busy: boolean, ring: Call | null, leg: LegState): Stage {
  if (call) {
    if (!meaning(call.state).counts) return "calling";
    return leg === "up" || leg === "elsewhere" ? "talking" : "returning";
  }
  if (ring) return "offered";
  return busy ? "placing" : "idle";
}

/** Milliseconds before attempt `n` (0 is the first) to get the leg back. */
export function rejoinDelay(n: number): number {
  return Math.min(4_000, 150 * 2 ** n);
}

const TONES = /[0-9*#A-D]/g;

/** The tones in what was typed or pasted: "12 34-#" gives "1234#". */
export function tonesIn(text: string): string {
  return (text.toUpperCase().match(TONES) ?? []).join("").slice(0, 50);
}
