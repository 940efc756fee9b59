import { berlinMidnight, dayKey } from "../shared/format";

export const PERIODS = ["today", "week", "month", "all"] as const;
export type Period = (typeof PERIODS)[number];

const DAYS: Record<Exclude<Period, "all">, number> = { today: 0, week: 6, month: 29 };

/** The first instant of a period that ends now, whole days in Berlin; null for all time. */
export function since(period: Period, now: Date): string | null {
  if (period === "all") return null;
  const [year = 1970, month = 1, day = 1] = dayKey(now).split("-").map(Number);
  return berlinMidnight(year, month - 1, day - DAYS[period]);
}
