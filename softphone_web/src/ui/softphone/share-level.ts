import type { PhoneShare } from "../../api/types";

export type ShareLevel = "fine" | "near" | "over";

/** From 10 of the 15 minutes in an hour the share is near its end. */
const NEAR = 10 / 15;

export function levelOf(share: PhoneShare): ShareLevel {
  if (share.over) return "over";
  const near = share.work_seconds > 0 && share.phone_seconds >= share.included_seconds * NEAR;
  return near ? "near" : "fine";
}
