/** Lists of steps: moving, adding, what a step needs. Pure. */
import type { Step } from "./queries";

export const ACTIONS = [
  "person",
  "group",
  "number",
  "outside",
  "announce",
  "voicemail",
  "reject",
] as const;
export const HOURS = ["any", "open", "closed", "holiday"] as const;
export const CALLERS = ["any", "vip", "allowed", "hidden", "other"] as const;
export const MOST_STEPS = 20;

const RINGING: readonly Step["action"][] = ["person", "group", "outside"];

export const rings = (step: Step) => RINGING.includes(step.action);

export const emptyStep = (): Step => ({
  action: "person",
  target: "",
  seconds: 20,
  hours: "any",
  schedule: "",
  caller: "any",
  absent: "",
});

/** The step at `from` moved by `by` places, as far as the list goes. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = Math.min(list.length - 1, Math.max(0, from + by));
  const rest = list.filter((_, index) => index !== from);
  const step = list[from];
  return step === undefined ? [...list] : [...rest.slice(0, to), step, ...rest.slice(to)];
}

/** Whether there is something to fill in yet. */
export function incomplete(step: Step): boolean {
  const needsTarget = step.action !== "voicemail" && step.action !== "reject";
  return (needsTarget && !step.target) || (step.hours !== "any" && !step.schedule);
}

/** Minutes after midnight as `9:00`; 1440 is the end of the day. */
export const clockOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** `9:00` as minutes after midnight; null where it is none. */
export function minutesOf(text: string): number | null {
  const found = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(text.trim());
  if (!found) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2]);
  return minutes <= 1440 ? minutes : null;
}
