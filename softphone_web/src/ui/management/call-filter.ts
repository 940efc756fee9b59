/** Which calls are searched for, as it is chosen, saved and asked of the server. */
import { berlinMidnight, dayKey } from "../shared/format";
import { since } from "./period";

export const SPANS = ["today", "week", "month", "year", "all", "days"] as const;
export type Span = (typeof SPANS)[number];

export const FIELDS = [
  "user",
  "task",
  "customer",
  "country",
  "type",
  "did",
  "group",
  "direction",
  "outcome",
  "number",
  "query",
] as const;
export type Field = (typeof FIELDS)[number];

/** Every field as it was typed or chosen; empty means any. */
export type CallFilter = Record<Field | "from" | "to", string> & { period: Span };

export const TYPES = [
  "fixed",
  "mobile",
  "fixed_or_mobile",
  "voip",
  "toll_free",
  "unknown",
] as const;
export const DIRECTIONS = ["outbound", "inbound", "internal"] as const;
export const OUTCOMES = [
  "answered",
  "missed,voicemail",
  "missed",
  "voicemail",
  "dictated",
  "no_answer",
  "busy",
  "rejected",
  "cancelled",
  "failed",
] as const;

export const NO_FILTER: CallFilter = {
  period: "week",
  from: "",
  to: "",
  user: "",
  task: "",
  customer: "",
  country: "",
  type: "",
  did: "",
  group: "",
  direction: "",
  outcome: "",
  number: "",
  query: "",
};

const YEAR_DAYS = 364;

/** First and last instant (exclusive) in UTC; missing where there is none. */
export function bounds(filter: CallFilter, now: Date): { from?: string; to?: string } {
  const { period, from, to } = filter;
  if (period === "days") {
    return { ...(from ? { from: midnight(from, 0) } : {}), ...(to ? { to: midnight(to, 1) } : {}) };
  }
  const first = period === "year" ? midnight(dayKey(now), -YEAR_DAYS) : since(period, now);
  return first ? { from: first } : {};
}

function midnight(day: string, add: number): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return berlinMidnight(year, month - 1, date + add);
}

/** What the server is asked for; `number` in E.164, or null where none was typed. */
export function searchOf(
  filter: CallFilter,
  number: string | null,
  now: Date,
): Record<string, string> {
  const found: Record<string, string> = { ...bounds(filter, now) };
  for (const field of FIELDS) {
    const value = filter[field].trim();
    if (value && field !== "number") found[field] = value;
  }
  if (number) found.number = number;
  return found;
}

/** Only what differs from no filter, to be saved. */
export function saved(filter: CallFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).filter(([name, value]) => value !== NO_FILTER[name as Field]),
  );
}

/** A filter that was saved, whatever an older version of the app saved. */
export function restored(search: Readonly<Record<string, string>>): CallFilter {
  const known = Object.entries(search).filter(([name]) => name in NO_FILTER);
  const filter = { ...NO_FILTER, ...Object.fromEntries(known) };
  return SPANS.includes(filter.period) ? filter : { ...filter, period: NO_FILTER.period };
}

/** How many of the further fields are in use. */
export function furtherCount(filter: CallFilter): number {
  return FIELDS.filter((field) => !["user", "query"].includes(field) && filter[field] !== "")
    .length;
}
