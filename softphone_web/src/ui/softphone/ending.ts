/** The next sensible step after a call ended or was refused. */
import type { Call, NumberCheck } from "../../api/types";

export type NextStep =
  /** Dial the same number again. */
  | "redial"
  /** Call again in a few minutes. */
  | "remind"
  /** Correct the number. */
  | "check-number"
  /** Allow or plug in the microphone. */
  | "microphone"
  | "call-back"
  | "none";

const BY_CAUSE: Record<string, readonly NextStep[]> = {
  busy: ["remind", "redial"],
  "no-answer": ["remind", "redial"],
  "dial-timeout": ["remind", "redial"],
  rejected: ["remind"],
  "unreachable-number": ["check-number"],
  "network-congestion": ["redial"],
  "network-error": ["redial"],
  "agent-never-came": ["microphone", "redial"],
  "reattach-timeout": ["redial"],
  "switch-restarted": ["redial"],
  "controller-was-away": ["redial"],
  "limit-duration": ["redial"],
  cancelled: ["redial"],
};

/** What to offer after `call`, most sensible first. */
export function nextSteps(call: Call): readonly NextStep[] {
  if (call.direction === "internal") return [];
  const steps = BY_CAUSE[call.cause ?? ""] ?? [];
  if (!call.number) return [];
  if (call.direction === "inbound") return steps.includes("redial") ? ["call-back"] : [];
  return steps.length > 0 ? steps : ["redial"];
}

/** How far away "again in n minutes" is, by what happened. */
export function reminderMinutes(call: Call): readonly number[] {
  return call.cause === "busy" ? [3, 10] : [10, 30];
}

/** Whether management could change a refusal of this number: then one can ask for it. */
export function canAsk(check: NumberCheck | null): boolean {
  return check?.error_id === "country-not-allowed" && Boolean(check.country);
}
