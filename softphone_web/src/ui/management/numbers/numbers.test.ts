import { describe, expect, test } from "vitest";
import { instantOf, localOf } from "../berlin-time";
import type { OurNumber } from "./numbers-api";
import { choiceOf, ownerFrom } from "./owner";
import { addresses, differs, formOf, settingsOf } from "./settings-form";

describe("a planned time", () => {
  test("is Berlin's, in winter and in summer", () => {
    expect(instantOf("2026-11-27T14:30")).toBe("2026-11-27T13:30:00.000Z");
    expect(instantOf("2026-07-01T00:00:05")).toBe("2026-06-30T22:00:05.000Z");
    expect(localOf(new Date("2026-07-01T10:00:00Z"))).toBe("2026-07-01T12:00:00");
  });

  test("exists also in the hour that spring leaves out", () => {
    expect(instantOf("2027-03-28T02:30")).toBe("2027-03-28T01:30:00.000Z");
    expect(instantOf("tomorrow")).toBeNull();
  });
});

test("whose a number is goes through a select and back", () => {
  for (const owner of [
    { user: "anna@example.test", head_office: false },
    { user: null, head_office: true },
    { user: null, head_office: false },
  ]) {
    expect(ownerFrom(choiceOf(owner))).toEqual(owner);
  }
});

const NUMBER = {
  e164: "+4922182829983",
  label: "Frei",
  ring_seconds: 20,
  language: "de",
  greeting: null,
  recipients: ["a@example.test", "b@example.test"],
  cc: [],
  show_as_caller_id: false,
  state: "ours",
  street: "",
  postcode: "",
  city: "",
  address_country: "",
  trunk: "",
  cool_down_days: 0,
  cool_down: "ring",
  groups: ["Praxen"],
} as unknown as OurNumber;

describe("the form", () => {
  test("gives back what it was filled with", () => {
    const settings = settingsOf(formOf(NUMBER));
    expect(settings.recipients).toEqual(NUMBER.recipients);
    expect(differs(NUMBER, settings)).toBe(false);
    expect(differs(NUMBER, { ...settings, label: "Neu" })).toBe(true);
    expect(differs(NUMBER, { ...settings, groups: [] })).toBe(true);
  });

  test("takes addresses however they are separated", () => {
    expect(addresses(" a@x.de; b@x.de\nc@x.de,")).toEqual(["a@x.de", "b@x.de", "c@x.de"]);
  });
});
