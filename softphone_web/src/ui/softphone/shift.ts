/** The start of a shift: one click that unlocks sound, asks for permission, offers push. */
import { dayKey } from "../shared/format";
import { Value } from "../shared/use-store";

const STARTED = "vermittlung.shift";

function today(): string {
  return dayKey(new Date());
}

/** Whether this browser's shift of today has begun. */
export const shiftStarted = new Value(
  typeof localStorage !== "undefined" && localStorage.getItem(STARTED) === today(),
);

export function startShift(): void {
  localStorage.setItem(STARTED, today());
  shiftStarted.set(true);
}
