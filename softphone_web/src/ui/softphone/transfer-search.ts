/** Whom the one field of the transfer panel may mean. */
import type { Colleague, Contact, Presence } from "../../api/types";

export type Choice =
  | { kind: "colleague"; colleague: Colleague }
  | { kind: "contact"; contact: Contact }
  | { kind: "number"; number: string };

/** What tells one choice from another. */
export function choiceKey(choice: Choice): string {
  switch (choice.kind) {
    case "colleague":
      return `colleague-${choice.colleague.email}`;
    case "contact":
      return `contact-${choice.contact.id}`;
    default:
      return "number";
  }
}

/** Whether what was typed is meant as a number: digits and what people write between them. */
export function looksLikeNumber(text: string): boolean {
  const typed = text.trim();
  return /^[+(]?[\d\s()/.\-+]+$/.test(typed) && (typed.match(/\d/g) ?? []).length >= 3;
}

const NEARNESS: Record<Presence, number> = {
  available: 0,
  on_call: 1,
  busy: 2,
  away: 3,
  off: 4,
  offline: 5,
};

/** Whether it makes sense to hand a call over to somebody just now. */
export function reachable(colleague: Colleague): boolean {
  return colleague.presence === "available";
}

/** Colleagues whose name or address has every word, the reachable first, then by name. */
export function colleaguesFor(all: readonly Colleague[], text: string): Colleague[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter((each) => {
      const where = `${each.name} ${each.email}`.toLowerCase();
      return words.every((word) => where.includes(word));
    })
    .sort(
      (a, b) => NEARNESS[a.presence] - NEARNESS[b.presence] || a.name.localeCompare(b.name, "de"),
    );
}

/** Everything that `text` may mean, in the order of the list. */
export function choicesFor(
  text: string,
  colleagues: readonly Colleague[],
  contacts: readonly Contact[],
): Choice[] {
  const number = looksLikeNumber(text);
  return [
    ...(number ? [{ kind: "number", number: text.trim() } as const] : []),
    ...(number ? [] : colleaguesFor(colleagues, text)).map(
      (colleague) => ({ kind: "colleague", colleague }) as const,
    ),
    ...contacts.map((contact) => ({ kind: "contact", contact }) as const),
  ];
}

/** The next place in a list of `length` for an arrow key, round about; -1 while it is empty. */
export function moved(at: number, by: 1 | -1, length: number): number {
  if (length === 0) return -1;
  return (at + by + length) % length;
}
