/** The arithmetic of the phone-share gauge: a quarter of the work time is included. */
import type { PhoneShare } from "../../api/types";

export type ShareLevel = "fine" | "near" | "close" | "over";

/** From 10 of the 15 minutes in an hour the share is near its end, from 13 close to it. */
const NEAR = 10 / 15;
const CLOSE = 13 / 15;

export function levelOf(share: PhoneShare): ShareLevel {
  if (share.over) return "over";
  if (share.work_seconds <= 0) return "fine";
  const used = share.phone_seconds / share.included_seconds;
  if (used >= CLOSE) return "close";
  return used >= NEAR ? "near" : "fine";
}

/** The share `seconds` later, with `lines` calls of the task being talked in all the time. */
export function grown(share: PhoneShare, seconds: number, lines: number): PhoneShare {
  const phone = share.phone_seconds + Math.max(0, seconds) * lines;
  return {
    ...share,
    phone_seconds: phone,
    over: share.over || phone * 4 > share.work_seconds,
  };
}

/** Seconds of talking that are still included; null where no work time is known. */
export function secondsLeft(share: PhoneShare): number | null {
  if (share.work_seconds <= 0) return null;
  return Math.max(0, share.included_seconds - share.phone_seconds);
}

/** Whole minutes for people: "in 3 min", never "in 0 min" while there is some left. */
export function minutesLeft(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}
