/** The settings of a number as fields of a form, and back. */
import type { NumberSettings, OurNumber } from "./numbers-api";

export type SettingsForm = Omit<NumberSettings, "recipients" | "cc"> & {
  recipients: string;
  cc: string;
};

export const EMPTY: SettingsForm = {
  e164: "",
  label: "",
  ring_seconds: 20,
  language: "de",
  greeting: null,
  recipients: "",
  cc: "",
  show_as_caller_id: false,
  state: "ours",
  street: "",
  postcode: "",
  city: "",
  address_country: "DE",
  trunk: "",
  cool_down_days: 0,
  cool_down: "ring",
  groups: [],
};

const FIELDS = Object.keys(EMPTY) as (keyof NumberSettings)[];

export function formOf(number: OurNumber): SettingsForm {
  const fields = Object.fromEntries(FIELDS.map((name) => [name, number[name]]));
  return {
    ...(fields as NumberSettings),
    recipients: number.recipients.join(", "),
    cc: number.cc.join(", "),
  };
}

/** Separated by commas, semicolons, spaces or lines. */
export const addresses = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

export function settingsOf(form: SettingsForm): NumberSettings {
  return {
    ...form,
    e164: form.e164.replace(/[\s/()-]/g, ""),
    label: form.label.trim(),
    address_country: form.address_country.trim().toUpperCase(),
    recipients: addresses(form.recipients),
    cc: addresses(form.cc),
  };
}

/** Whether saving would change anything. */
export function differs(number: OurNumber, settings: NumberSettings): boolean {
  return FIELDS.some((name) => JSON.stringify(number[name]) !== JSON.stringify(settings[name]));
}
