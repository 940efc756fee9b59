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
  /** The browser's leg has to be up, heard or parked. */
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
  held: { rank: 4, alive: true, needsLeg: true, counts: true },
  joined: { rank: 4, alive: true, needsLeg: true, counts: true },
  transferring: { rank: 4, alive: true, needsLeg: true, counts: true },
  transferred: { rank: 7, alive: false, needsLeg: false, counts: false },
  outside: { rank: 5, alive: false, needsLeg: false, counts: false },
  greeting: { rank: 5, alive: false, needsLeg: false, counts: false },
  recording: { rank: 6, alive: false, needsLeg: false, counts: false },
  dictating: { rank: 6, alive: false, needsLeg: false, counts: false },
  ended: { rank: 9, alive: false, needsLeg: false, counts: false },
};

/** What `state` means; a state that a newer server invented counts as alive and quiet. */
export function meaning(state: CallStateName): Meaning {
  return MEANING[state] ?? { rank: 2, alive: true, needsLeg: false, counts: false };
}

/** Whether `news` was true before what is `known` of the same call. */
export function isOlder(known: Call, news: Call): boolean {
  const ahead = meaning(news.state).rank - meaning(known.state).rank;
  return ahead < 0 || (ahead === 0 && news.revision !== 0 && news.revision < known.revision);
}

/**
 * What is known of a call after `news` of it.
 *
 * An answer of the API may arrive after a push that is newer: then it has a smaller revision,
 * or a state that comes before. A call's `voice` is kept while it lives.
 */
export function merge(known: Call | null, news: Call): Call {
  if (!known || known.id !== news.id) return news;
  const kept = isOlder(known, news) ? known : news;
  const voice = news.voice ?? known.voice;
  return voice && meaning(kept.state).alive ? { ...kept, voice } : kept;
}

/** Which of my calls is on stage; where several are alike, the newest. Lower is more urgent. */
const PLACE_ON_STAGE: Partial<Record<CallStateName, number>> = {
  talking: 0,
  detached: 0,
  transferring: 2,
  held: 3,
  joined: 4,
};
const COMING_UP = 1;
const BEHIND_THE_SCENES = 5;

/** A call of which I only see that it rings at somebody to whom I hand another one over. */
function isBehindTheScenes(call: Call): boolean {
  return call.linked_as === "transfer" && !call.voice;
}

function placeOf(call: Call): number {
  if (isBehindTheScenes(call)) return BEHIND_THE_SCENES;
  return PLACE_ON_STAGE[call.state] ?? COMING_UP;
}

/** Of my open calls, oldest first, the one on stage. */
export function activeOf(calls: readonly Call[]): Call | null {
  return calls.reduce<Call | null>(
    (best, call) => (best && placeOf(best) < placeOf(call) ? best : call),
    null,
  );
}

const NOT_ANSWERED: readonly CallStateName[] = ["waiting", "dialling", "ringing"];

/** Whether `call` rings at `me` (an e-mail address): from outside, from a colleague, or handed over. */
export function ringsAt(call: Call, me: string): boolean {
  if (call.state === "offered") return true;
  if (isAskedBy(call, me)) return NOT_ANSWERED.includes(call.state);
  return call.state === "transferring" && call.colleague === me && call.user !== me;
}

/** Whether a colleague called `me`; `colleague` is always the other one. */
export function isAskedBy(call: Call, me: string): boolean {
  return call.direction === "internal" && call.user !== me;
}

/** Whether `me` still takes part in `call`; of internal calls, nobody else is told. */
export function takesPart(call: Call, me: string): boolean {
  const mine = !me || call.user === null || call.user === me || call.colleague === me;
  return mine || call.direction === "internal";
}

/** A held call and the one that was placed because of it, where I have such a pair. */
export interface Pair {
  first: Call;
  second: Call;
}

/**
 * The two calls that can be connected or joined: a consultation and the call that it is
 * about, else the older and the newer one.
 */
export function pairOf(calls: readonly Call[]): Pair | null {
  const mine = calls.filter((each) => !isBehindTheScenes(each));
  for (const second of mine) {
    const first = mine.find((each) => each.id === second.linked);
    if (first && second.linked_as === "consultation") return { first, second };
  }
  const [first, second] = mine;
  return first && second ? { first, second } : null;
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

/** As many as a person might paste; more is a mistake. */
const MOST_TONES = 200;
const TONES = /[0-9*#A-D]/g;

/** The tones in what was typed or pasted: "12 34-#" gives "1234#". */
export function tonesIn(text: string): string {
  return (text.toUpperCase().match(TONES) ?? []).join("").slice(0, MOST_TONES);
}
