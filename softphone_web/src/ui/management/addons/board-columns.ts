/** Which card stands in which column of the board. */
import { type Card, STEPS, type StepName } from "./addons-api";

export type ColumnName = StepName | "ready";

export interface Column {
  name: ColumnName;
  cards: readonly Card[];
}

const late = (card: Card) => (card.escalated_at ? 0 : card.late ? 1 : card.reminded_at ? 2 : 3);

/** What is urgent comes first; else the longest waiting. */
export function byUrgency(a: Card, b: Card): number {
  return late(a) - late(b) || a.booked_at.localeCompare(b.booked_at);
}

/** Columns by step; the last is for cards with nothing left to do, and only there if it has some. */
export function columnsOf(cards: readonly Card[]): Column[] {
  const sorted = [...cards].sort(byUrgency);
  const columns = [...STEPS, "ready" as const].map((name) => ({
    name,
    cards: sorted.filter((card) => (card.next_step ?? "ready") === name),
  }));
  return columns.filter(({ name, cards: found }) => name !== "ready" || found.length > 0);
}
