/** "Call again in n minutes": a note with a countdown. It fills the form; it never dials. */
import type { Call } from "../../api/types";
import { Value } from "../shared/use-store";

export interface Reminder {
  number: string;
  /** The number as people read it. */
  shown: string;
  country: string | null;
  task: string | null;
  /** Wall clock in ms: it has to hold over a reload. */
  dueAt: number;
}

const KEPT = "vermittlung.reminder";
/** One that was due this long ago is of no use to anybody. */
const STALE_MS = 4 * 3_600_000;

/** A reminder of what was kept, where it is one and still means something. */
export function parseReminder(text: string | null, now: number): Reminder | null {
  try {
    const value = JSON.parse(text ?? "null") as Partial<Reminder> | null;
    if (!value || typeof value.number !== "string" || typeof value.dueAt !== "number") return null;
    if (now - value.dueAt > STALE_MS) return null;
    return {
      number: value.number,
      shown: value.shown ?? value.number,
      country: value.country ?? null,
      task: value.task ?? null,
      dueAt: value.dueAt,
    };
  } catch {
    return null;
  }
}

export function reminderFor(call: Call, minutes: number, now: number): Reminder | null {
  if (!call.number) return null;
  return {
    number: call.number,
    shown: call.party_name ?? call.national ?? call.number,
    country: call.country,
    task: call.task,
    dueAt: now + minutes * 60_000,
  };
}

/** Whole seconds until it is due; 0 from then on. */
export function secondsUntil(reminder: Reminder, now: number): number {
  return Math.max(0, Math.ceil((reminder.dueAt - now) / 1000));
}

export const reminder = new Value<Reminder | null>(
  typeof localStorage === "undefined"
    ? null
    : parseReminder(localStorage.getItem(KEPT), Date.now()),
);

export function remind(next: Reminder | null): void {
  reminder.set(next);
  if (next) localStorage.setItem(KEPT, JSON.stringify(next));
  else localStorage.removeItem(KEPT);
}
