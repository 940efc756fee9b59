/** Which messages were listened to in this browser. */
import { Value } from "../shared/use-store";

const REMEMBERED = "vermittlung.heard";
const MOST = 500;

function remembered(): ReadonlySet<string> {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? "[]");
    return new Set(Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : []);
  } catch {
    return new Set();
  }
}

export const heard = new Value<ReadonlySet<string>>(remembered());

export function markHeard(id: string): void {
  const known = heard.snapshot();
  if (known.has(id)) return;
  const next = [...known, id].slice(-MOST);
  heard.set(new Set(next));
  localStorage.setItem(REMEMBERED, JSON.stringify(next));
}
