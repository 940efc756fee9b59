/** Which of the calls are shown; kept while pages change. */
import type { Call } from "../../api/types";
import { type Period, since } from "../management/period";
import { Value } from "../shared/use-store";
import type { HistorySearch } from "./queries";

export const DIRECTIONS = ["outbound", "inbound", "internal"] as const;
export const OUTCOMES = [
  "answered",
  "missed",
  "voicemail",
  "dictated",
  "no_answer",
  "busy",
  "rejected",
  "cancelled",
  "failed",
] as const satisfies readonly NonNullable<Call["outcome"]>[];

export interface HistoryFilter {
  query: string;
  direction: string;
  outcome: string;
  period: Period;
  task: string;
}

export const NO_FILTER: HistoryFilter = {
  query: "",
  direction: "",
  outcome: "",
  period: "all",
  task: "",
};

export const historyFilter = new Value<HistoryFilter>(NO_FILTER);

export function isFiltered(filter: HistoryFilter): boolean {
  return Object.keys(NO_FILTER).some(
    (key) => filter[key as keyof HistoryFilter] !== NO_FILTER[key as keyof HistoryFilter],
  );
}

/** What the server is asked for. */
export function searchOf(filter: HistoryFilter, user: string, now: Date): HistorySearch {
  const from = since(filter.period, now);
  const query = filter.query.trim();
  return {
    user,
    ...(from ? { from } : {}),
    ...(query ? { query } : {}),
    ...(filter.direction ? { direction: filter.direction } : {}),
    ...(filter.outcome ? { outcome: filter.outcome } : {}),
    ...(filter.task ? { task: filter.task } : {}),
  };
}
