/** Roles and rights as the pages of people show them; the server has the last word. */
import type { Me, Person } from "../../../api/types";

export type Role = Person["role"];
export type Right = Person["rights"][number];

/** From the lowest. */
export const ROLES: readonly Role[] = ["vpa", "manager", "admin", "superadmin"];

export const RIGHTS: readonly Right[] = [
  "numbers",
  "people",
  "countries",
  "voicemails",
  "calls",
  "statistics",
  "tasks",
  "statements",
  "audit",
  "integration",
];

export const hasAllRights = (role: Role) => role === "admin" || role === "superadmin";

/** What a role may do by itself. */
export function rightsOf(role: Role): readonly Right[] {
  if (role === "vpa") return [];
  return role === "manager" ? RIGHTS.filter((right) => right !== "people") : RIGHTS;
}

/** Roles that this person can give: their own and those below it. */
export function givable(role: Me["role"]): readonly Role[] {
  return ROLES.slice(0, ROLES.indexOf(role) + 1);
}

/** What is given and taken beside the role, once `right` is switched. */
export function switched(
  { role, granted, denied }: Pick<Person, "role" | "granted" | "denied">,
  right: Right,
  on: boolean,
): { granted: Right[]; denied: Right[] } {
  const own = rightsOf(role).includes(right);
  const without = (rights: readonly Right[]) => rights.filter((each) => each !== right);
  return {
    granted: on && !own ? [...without(granted), right] : without(granted),
    denied: !on && own ? [...without(denied), right] : without(denied),
  };
}
