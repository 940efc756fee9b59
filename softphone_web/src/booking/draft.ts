/** What a customer has filled in: kept over a reload, checked before it is sent. */
import type { components } from "../api/schema";
import { e164Of } from "../ui/shared/e164";

type Schemas = components["schemas"];
export type AddonForm = Schemas["AddonForm"];
export type OptionName = Schemas["OptionChoice"]["option"];
export type GreetingName = Schemas["GreetingChoice"]["greeting"];
export type OrderPost = Schemas["OrderPost"];

export interface Recording {
  upload: string;
  audio: string;
  seconds: number;
  /** Of the file. */
  name: string;
}

export interface Draft {
  /** One for each wish: sent twice, it is still one order. */
  key: string;
  option: OptionName | null;
  greeting: GreetingName | null;
  number: string;
  country: string;
  recording: Recording | null;
  text: string;
  wished: string;
  note: string;
  contact: string;
  email: string;
}

/** A field in which something may be wrong, from top to bottom. */
export const FIELDS = [
  "option",
  "greeting",
  "number",
  "country",
  "upload",
  "text",
  "wished",
  "contact",
  "email",
] as const;
export type Field = (typeof FIELDS)[number];

export function emptyDraft(form: Pick<AddonForm, "email">, key: string): Draft {
  return {
    key,
    option: null,
    greeting: null,
    number: "",
    country: "",
    recording: null,
    text: "",
    wished: "",
    note: "",
    contact: "",
    email: form.email,
  };
}

/** Greetings that go with the chosen option; none where there is nothing to choose. */
export function greetingsOf(form: AddonForm, option: OptionName | null): readonly GreetingName[] {
  return form.options.find((each) => each.option === option)?.greetings ?? [];
}

/** A change of the option keeps the greeting where both go together. */
export function withOption(draft: Draft, form: AddonForm, option: OptionName): Draft {
  const greetings = greetingsOf(form, option);
  const kept = draft.greeting !== null && greetings.includes(draft.greeting);
  const only = greetings.length === 1 ? (greetings[0] ?? null) : null;
  return { ...draft, option, greeting: kept ? draft.greeting : only };
}

const isAddress = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim());

/** Whether the chosen greeting needs a text that somebody speaks. */
export const isSpoken = (greeting: GreetingName | null) =>
  greeting === "vpa" || greeting === "professional";

/** What is missing or wrong. `today`: `2026-11-27`. */
export function wrongFields(draft: Draft, today: string): Field[] {
  const wrong: Record<Field, boolean> = {
    option: draft.option === null,
    greeting: draft.option !== null && draft.greeting === null,
    number: draft.option === "own-number" && e164Of(draft.number) === null,
    country: draft.option === "country-number" && draft.country === "",
    upload: draft.greeting === "supplied" && draft.recording === null,
    text: isSpoken(draft.greeting) && draft.text.trim() === "",
    wished: draft.wished !== "" && draft.wished < today,
    contact: draft.contact.trim() === "",
    email: !isAddress(draft.email),
  };
  return FIELDS.filter((field) => wrong[field]);
}

/** As it is sent; `price` is the total that was shown. */
export function orderOf(draft: Draft, price: string, language: "de" | "en"): OrderPost {
  const { option, greeting } = draft;
  if (!option || !greeting) throw new Error("an order without an option");
  return {
    key: draft.key,
    option,
    greeting,
    price,
    contact: draft.contact.trim(),
    email: draft.email.trim(),
    upload: greeting === "supplied" ? (draft.recording?.upload ?? null) : null,
    greeting_text: isSpoken(greeting) ? draft.text.trim() : "",
    number: option === "own-number" ? e164Of(draft.number) : null,
    country: option === "country-number" ? draft.country : null,
    wished_on: draft.wished || null,
    note: draft.note.trim(),
    language,
  };
}

const FIELD_OF: Readonly<Record<string, Field>> = {
  "greeting-needed": "greeting",
  "greeting-not-for-option": "greeting",
  "own-number-needed": "number",
  "country-needed": "country",
  "recording-needed": "upload",
  "bad-email": "email",
};

/** The field that a refusal of the server is about, if it is about one. */
export const fieldOf = (errorId: string): Field | null => FIELD_OF[errorId] ?? null;

const KEPT = "vermittlung.booking.";

/** What was typed before a reload, as far as it still fits the form. */
export function keptDraft(storage: Storage, token: string, form: AddonForm): Draft | null {
  try {
    const found: unknown = JSON.parse(storage.getItem(KEPT + token) ?? "null");
    if (typeof found !== "object" || found === null || !("key" in found)) return null;
    const draft = { ...emptyDraft(form, ""), ...(found as Partial<Draft>) };
    const known = greetingsOf(form, draft.option);
    if (known.length === 0) return { ...draft, option: null, greeting: null };
    const fits = draft.greeting !== null && known.includes(draft.greeting);
    return fits ? draft : { ...draft, greeting: null };
  } catch {
    return null;
  }
}

export function keepDraft(storage: Storage, token: string, draft: Draft | null): void {
  if (draft) storage.setItem(KEPT + token, JSON.stringify(draft));
  else storage.removeItem(KEPT + token);
}

/** Everywhere that our exchange can have a number: the European Union and its neighbours. */
const COUNTRIES =
  "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

/** Countries by name, Germany first. */
export function countries(language: "de" | "en"): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language === "de" ? "de-DE" : "en-GB", { type: "region" });
  const all = COUNTRIES.split(" ").map((code) => ({ value: code, label: names.of(code) ?? code }));
  return all.sort((a, b) =>
    a.value === "DE" ? -1 : b.value === "DE" ? 1 : a.label.localeCompare(b.label, language),
  );
}
