/** What is going on: how calls under way are counted and named. */
import type { LiveCall, LivePerson } from "../../api/types";

const RINGING: readonly LiveCall["state"][] = [
  "dialling",
  "ringing",
  "offered",
  "outside",
  "waiting",
];
const TALKING: readonly LiveCall["state"][] = ["talking", "joined", "transferred"];

export type Stand = "talking" | "ringing" | "waiting";

/** Whether people talk, it rings, or somebody waits for us. */
export function standOf({ state }: LiveCall): Stand {
  if (TALKING.includes(state)) return "talking";
  return RINGING.includes(state) ? "ringing" : "waiting";
}

export interface Counts extends Record<Stand, number> {
  reachable: number;
}

export function countsOf(calls: readonly LiveCall[], people: readonly LivePerson[]): Counts {
  const counts = { talking: 0, ringing: 0, waiting: 0 };
  for (const call of calls) counts[standOf(call)] += 1;
  const reachable = people.filter(({ live, presence }) => live && presence === "available");
  return { ...counts, reachable: reachable.length };
}

/** Whom a call may be handed over to: who is reachable and does not have it. */
export function takers(call: LiveCall, people: readonly LivePerson[]): LivePerson[] {
  return people.filter(
    ({ email, live, presence }) => live && presence === "available" && email !== call.user,
  );
}

const HANDED_OVER: readonly LiveCall["state"][] = ["talking", "held", "detached"];

export function canHandOver(call: LiveCall): boolean {
  return call.direction !== "internal" && call.user !== null && HANDED_OVER.includes(call.state);
}

const RANK: Record<LivePerson["presence"], number> = {
  on_call: 0,
  available: 1,
  busy: 2,
  away: 3,
  off: 4,
  offline: 5,
};

/** Who can be talked to comes first. */
export function inOrder(people: readonly LivePerson[]): LivePerson[] {
  return [...people].sort(
    (a, b) => RANK[a.presence] - RANK[b.presence] || a.name.localeCompare(b.name),
  );
}
