/** Whose a number is, as the choice of a select. */
import type { TFunction } from "i18next";
import type { UserView } from "../../../api/types";
import type { Owner } from "./numbers-api";

const HEAD_OFFICE = "head-office";

export const choiceOf = (owner: Owner): string =>
  owner.head_office ? HEAD_OFFICE : (owner.user ?? "");

export const ownerFrom = (value: string): Owner => ({
  user: value === HEAD_OFFICE || value === "" ? null : value,
  head_office: value === HEAD_OFFICE,
});

/** Nobody, the head office, people; who has it already is there even where the list is not yet. */
export function ownerOptions(t: TFunction, users: readonly UserView[], now?: Owner) {
  const people = users.map((each) => ({ value: each.email, label: each.name }));
  const missing = now?.user && !users.some((each) => each.email === now.user);
  return [
    { value: "", label: t("common.nobody") },
    { value: HEAD_OFFICE, label: t("manage.numbers.headOffice") },
    ...(missing && now.user ? [{ value: now.user, label: now.user }] : []),
    ...people,
  ];
}

interface Named {
  user: string | null;
  user_name: string | null;
  head_office: boolean;
}

/** In words: a person's name, the head office, nobody. */
export function ownerName(t: TFunction, { user, user_name, head_office }: Named): string {
  if (head_office) return t("manage.numbers.headOffice");
  return user_name ?? user ?? t("common.nobody");
}
