/** What the quality diary says, in figures for tiles and charts. */
import type { QualityDiary } from "../../api/types";
import { daysBetween, type Point, weighted } from "./chart-scale";

export type Day = QualityDiary["days"][number];
export type Measure = "mos" | "jitter_ms" | "rtt_ms" | "loss_percent";

export interface Summary {
  mos: number | null;
  calls: number;
  rejoins: number;
  best: Day | null;
}

/** Long calls' days and short calls' days count by their number of calls. */
export function summaryOf(days: readonly Day[]): Summary {
  const calls = days.map((day) => day.calls);
  return {
    mos: weighted(
      days.map((day) => day.mos),
      calls,
    ),
    calls: calls.reduce((sum, each) => sum + each, 0),
    rejoins: days.reduce((sum, day) => sum + day.rejoins, 0),
    best: days.reduce<Day | null>((best, day) => (best && best.mos >= day.mos ? best : day), null),
  };
}

/** The days on which `measure` was measured, by their distance from `first`. */
export function pointsOf(days: readonly Day[], measure: Measure, first: string): Point[] {
  return days.flatMap((day) => {
    const value = day[measure];
    const index = daysBetween(first, day.day);
    return value === null || index < 0 ? [] : [{ index, value }];
  });
}
