import type { Call } from "../../api/types";

export type OutcomeKey = NonNullable<Call["outcome"]> | "open";

export function outcomeKey(call: Call): OutcomeKey {
  return call.outcome ?? "open";
}

const WRONG: readonly (Call["outcome"] | null)[] = ["busy", "no_answer", "rejected", "failed"];

/** Whether a call ended otherwise than the user wanted. */
export function wentWrong(call: Call): boolean {
  return call.direction !== "inbound" && WRONG.includes(call.outcome);
}

/** Whether somebody called and was not talked to. */
export function wasMissed(call: Call): boolean {
  return (
    call.direction === "inbound" && (call.outcome === "missed" || call.outcome === "voicemail")
  );
}

/** How long was talked; between colleagues too, where nothing is billed. */
export function talkedSeconds(call: Call): number {
  if (call.direction !== "internal") return call.talk_seconds;
  if (!call.answered_at || !call.ended_at) return 0;
  return (Date.parse(call.ended_at) - Date.parse(call.answered_at)) / 1000;
}
