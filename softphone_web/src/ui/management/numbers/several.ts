/** Several numbers that are chosen in the list, and what the server says of their checklists. */
import { useStore, Value } from "../../shared/use-store";
import type { Checkup } from "./several-api";

/** The server takes no more of them in one go. */
export const MOST_AT_ONCE = 2_000;

/** Kept while one of them is looked at on its own page. */
export const choice = new Value<ReadonlySet<string>>(new Set());

/** Of one of them, so that a list of many draws only the row that changes. */
export const useIsChosen = (e164: string): boolean =>
  useStore({ subscribe: choice.subscribe, snapshot: () => choice.snapshot().has(e164) });

/** With these chosen or not, as far as there is room. */
export function chosenWith(
  before: ReadonlySet<string>,
  e164s: readonly string[],
  on: boolean,
): ReadonlySet<string> {
  if (on) return new Set([...before, ...e164s].slice(0, MOST_AT_ONCE));
  const gone = new Set(e164s);
  return new Set([...before].filter((each) => !gone.has(each)));
}

export const choose = (e164s: readonly string[], on: boolean): void =>
  choice.set(chosenWith(choice.snapshot(), e164s, on));

export const VERDICTS = ["ready", "wrong", "nothing"] as const;

/** What is told of them: those that are confirmed, that have findings, that have nothing open. */
export const sorted = (items: readonly Checkup[]) =>
  VERDICTS.map((verdict) => ({ verdict, of: items.filter((each) => each.verdict === verdict) }));

/** Names of all points that are open on any of them; each once. */
export const pointsOf = (items: readonly Checkup[]): string[] => [
  ...new Set(items.flatMap((each) => each.points)),
];
