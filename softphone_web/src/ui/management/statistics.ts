/** What the charts of statistics are drawn from. */
import type { Sums } from "../../api/types";

export const BREAKDOWNS = [
  "person",
  "task",
  "customer",
  "country",
  "type",
  "number",
  "group",
  "direction",
  "outcome",
] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

export const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "7"] as const;
export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export function unanswered({ calls, answered, missed }: Sums): number {
  return calls - answered - missed;
}

const NOTHING = { key: "", name: "", calls: 0, answered: 0, missed: 0, talk_seconds: 0 };

/** Each day from the first to the last one with calls, also those without. */
export function everyDay(items: readonly Sums[]): Sums[] {
  const known = new Map(items.filter(({ key }) => key).map((item) => [item.key, item]));
  const keys = [...known.keys()].sort();
  const [first] = keys;
  const last = keys.at(-1);
  if (!first || !last) return [];
  const days: Sums[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) {
    const key = new Date(at).toISOString().slice(0, 10);
    days.push(known.get(key) ?? { ...NOTHING, key });
  }
  return days;
}

export function most(items: readonly Sums[]): Sums | null {
  return items.reduce<Sums | null>(
    (best, item) => (best && best.calls >= item.calls ? best : item),
    null,
  );
}

export interface HourOfWeek {
  weekday: (typeof WEEKDAYS)[number];
  hour: number;
  calls: number;
}

/** The hours in which anything happens, each with the calls of a weekday. */
export function hoursOfWeek(items: readonly Sums[]): { hours: number[]; cells: HourOfWeek[] } {
  const calls = new Map(items.map((item) => [item.key, item.calls]));
  const busy = items.map(({ key }) => Number(key.slice(2)));
  const first = Math.min(8, ...busy);
  const last = Math.max(17, ...busy);
  const hours = HOURS.filter((hour) => hour >= first && hour <= last);
  const cells = WEEKDAYS.flatMap((weekday) =>
    hours.map((hour) => ({
      weekday,
      hour,
      calls: calls.get(`${weekday}-${String(hour).padStart(2, "0")}`) ?? 0,
    })),
  );
  return { hours, cells };
}
