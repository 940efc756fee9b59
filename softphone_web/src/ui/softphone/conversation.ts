/** How my calls belong together: pure, so that the stage only has to draw it. */
import type { Call, CallStateName } from "../../api/types";

export interface Consultation {
  /** The party that waits for what the other one says. */
  first: Call;
  /** The one who is asked. */
  consult: Call;
}

/** The pair of which one is asked about the other, whichever of them is heard just now. */
export function consultationIn(calls: readonly Call[]): Consultation | null {
  for (const consult of calls) {
    if (consult.linked_as !== "consultation" || consult.state === "joined") continue;
    const first = calls.find((call) => call.id === consult.linked);
    if (first && first.state !== "joined") return { first, consult };
  }
  return null;
}

/** Those who take part in the conference of `host`. */
export function guestsOf(host: Call, calls: readonly Call[]): Call[] {
  return calls.filter((call) => call.state === "joined" && call.linked === host.id);
}

/** My calls that are not on the stage. */
export function othersOf(active: Call | null, calls: readonly Call[]): Call[] {
  return calls.filter((call) => call.id !== active?.id);
}

/** Whether there is room for one more call of mine: two at once, no third. */
export function hasRoom(calls: readonly Call[]): boolean {
  return calls.length < 2;
}

/** Where a colleague called me, only they can let others take part. */
function mayInvite(call: Call, me: string): boolean {
  return call.direction !== "internal" || call.user === me;
}

/** Whether two of my calls can be put together: both far parties are there. */
export function canJoin(active: Call, other: Call, me: string): boolean {
  const there = active.state === "talking" && other.state === "held";
  return there && mayInvite(active, me) && mayInvite(other, me);
}

const CONNECTABLE: readonly CallStateName[] = ["waiting", "dialling", "ringing", "talking", "held"];

/** Whether the waiting party can be given to who is asked; also while it still rings there. */
export function canConnect({ consult }: Consultation): boolean {
  return CONNECTABLE.includes(consult.state);
}

/** Whose name stands for the far party, as far as it is known without words of ours. */
export function partyOf(call: Call, me: string): string | null {
  if (call.direction === "internal") {
    const mine = call.user === me;
    return mine ? (call.colleague_name ?? call.colleague) : (call.user_name ?? call.user);
  }
  return call.party_name ?? call.national ?? call.number;
}

/** To whom a blind transfer goes, once that is known. */
export function transferTarget(call: Call, calls: readonly Call[], me: string): string | null {
  if (call.colleague_name ?? call.colleague) return call.colleague_name ?? call.colleague;
  const dialled = calls.find((each) => each.linked === call.id && each.linked_as === "transfer");
  return dialled ? partyOf(dialled, me) : null;
}
