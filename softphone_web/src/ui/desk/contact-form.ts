/** The fields of a contact while they are being edited. */
import type { Contact, ContactPut } from "../../api/types";

export type ContactDraft = Required<ContactPut>;

export type FieldTrouble = "needName" | "needNumber" | "emailWrong";

export function draftOf(contact: Partial<Contact>, country: string): ContactDraft {
  return {
    name: contact.name ?? "",
    // The number as it is written at home; from abroad it begins with a +.
    number: contact.number ?? "",
    country,
    company: contact.company ?? "",
    email: contact.email ?? "",
    note: contact.note ?? "",
    task: contact.task ?? "",
    public: contact.public ?? false,
  };
}

export function tidied(draft: ContactDraft): ContactDraft {
  const text = Object.entries(draft).map(([key, value]) => [
    key,
    typeof value === "string" ? value.trim() : value,
  ]);
  return { ...draft, ...(Object.fromEntries(text) as Partial<ContactDraft>) };
}

/** What is wrong before the server is asked; it has the last word on the number. */
export function troublesOf(
  draft: ContactDraft,
): Partial<Record<"name" | "number" | "email", FieldTrouble>> {
  const { name, number, email } = tidied(draft);
  return {
    ...(name ? {} : { name: "needName" as const }),
    ...(number ? {} : { number: "needNumber" as const }),
    ...(email && !/^\S+@\S+\.\S+$/.test(email) ? { email: "emailWrong" as const } : {}),
  };
}

/** What brings a deleted contact back. */
export function putOf(contact: Contact): ContactPut {
  return draftOf(contact, "DE");
}
