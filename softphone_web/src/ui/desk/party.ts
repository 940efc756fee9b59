/** Who the other side of a call is, as it is written. */
import type { Call } from "../../api/types";

export interface Party {
  /** Null: the number was withheld. */
  name: string | null;
  /** A second line where `name` is no number. */
  number: string | null;
}

/** `me`: e-mail address of the reader, who is never the other side. */
export function partyLines(call: Call, me: string): Party {
  if (call.direction === "internal") {
    const mine = call.colleague === me;
    const name = mine
      ? (call.user_name ?? call.user)
      : (call.colleague_name ?? call.colleague ?? null);
    return { name: name ?? null, number: null };
  }
  const number = call.national ?? call.number;
  if (call.party_name) return { name: call.party_name, number };
  return { name: number, number: null };
}
