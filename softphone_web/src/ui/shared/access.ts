import type { Me } from "../../api/types";

/** Whether there are management pages for this person. */
export function manages(me: Me): boolean {
  return me.rights.length > 0;
}
