/** What the next call is to be: kept while pages change, task and country also over days. */
import type { TaskView } from "../../api/types";
import { Value } from "../shared/use-store";

export interface Draft {
  task: TaskView | null;
  country: string;
  number: string;
  /** Grows when the number was filled in from outside, so that the field takes the focus. */
  filled: number;
}

const REMEMBERED = "vermittlung.draft";

function remembered(): Pick<Draft, "task" | "country"> {
  try {
    const value = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Partial<Draft>;
    const task = typeof value.task?.external_id === "string" ? value.task : null;
    return { task, country: typeof value.country === "string" ? value.country : "DE" };
  } catch {
    return { task: null, country: "DE" };
  }
}

export const draft = new Value<Draft>({ ...remembered(), number: "", filled: 0 });

export function change(part: Partial<Draft>): void {
  const next = { ...draft.snapshot(), ...part };
  draft.set(next);
  const { task, country } = next;
  localStorage.setItem(REMEMBERED, JSON.stringify({ task, country }));
}

/** Takes a number over from elsewhere and puts the cursor behind it. */
export function fill(part: Partial<Draft>): void {
  change({ ...part, filled: draft.snapshot().filled + 1 });
}
