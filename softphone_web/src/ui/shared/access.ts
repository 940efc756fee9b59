import type { Me } from "../../api/types";

/** Whether the management pages are for this person. */
export function manages(me: Me): boolean {
  return me.role === "manager" || me.role === "admin";
}
