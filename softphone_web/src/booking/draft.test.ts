import { describe, expect, test } from "vitest";
import { e164Of } from "../ui/shared/e164";
import {
  type AddonForm,
  countries,
  emptyDraft,
  fieldOf,
  keepDraft,
  keptDraft,
  orderOf,
  withOption,
  wrongFields,
} from "./draft";
import { euros, fill } from "./words";
import { wordsDe } from "./words.de";
import { wordsEn } from "./words.en";

const choice = (option: AddonForm["options"][number]["option"], greetings: unknown) => ({
  option,
  name: option,
  explanation: "",
  price: "0.00",
  greetings: greetings as AddonForm["options"][number]["greetings"],
});

const FORM = {
  email: "sommer@example.test",
  options: [
    choice("extension", ["none"]),
    choice("mailbox", ["supplied", "vpa", "professional"]),
    choice("own-number", ["none", "supplied", "vpa", "professional"]),
    choice("country-number", ["none", "supplied", "vpa", "professional"]),
  ],
} as unknown as AddonForm;

const TODAY = "2026-11-27";
const START = emptyDraft(FORM, "key-00000001");
const FULL = { ...START, contact: "Dr. Sommer" };

class Kept implements Storage {
  readonly all = new Map<string, string>();
  get length() {
    return this.all.size;
  }
  clear = () => this.all.clear();
  key = () => null;
  getItem = (key: string) => this.all.get(key) ?? null;
  setItem = (key: string, value: string) => void this.all.set(key, value);
  removeItem = (key: string) => void this.all.delete(key);
}

describe("a booking", () => {
  test("starts with the address of the link, and wants to be filled in", () => {
    expect(START.email).toBe("sommer@example.test");
    expect(wrongFields(START, TODAY)).toEqual(["option", "contact"]);
  });

  test("an option with one greeting needs no choice; another keeps it where it fits", () => {
    const plain = withOption(FULL, FORM, "extension");
    expect(plain.greeting).toBe("none");
    expect(wrongFields(plain, TODAY)).toEqual([]);
    expect(withOption(plain, FORM, "own-number").greeting).toBe("none");
    expect(withOption(plain, FORM, "mailbox").greeting).toBeNull();
  });

  test("each choice needs what belongs to it", () => {
    const own = withOption(FULL, FORM, "own-number");
    expect(wrongFields({ ...own, greeting: "supplied" }, TODAY)).toEqual(["number", "upload"]);
    const abroad = withOption(FULL, FORM, "country-number");
    expect(wrongFields({ ...abroad, greeting: "vpa" }, TODAY)).toEqual(["country", "text"]);
    const late = { ...withOption(FULL, FORM, "extension"), wished: "2026-11-26", email: "so@x" };
    expect(wrongFields(late, TODAY)).toEqual(["wished", "email"]);
  });

  test("sends only what the choice has", () => {
    const recording = { upload: "u1", audio: "/a", seconds: 4, name: "a.mp3" };
    const draft = {
      ...withOption(FULL, FORM, "own-number"),
      greeting: "supplied" as const,
      recording,
      text: "übrig",
      country: "FR",
      number: "0221 / 12 34 56",
    };
    expect(orderOf(draft, "148.90", "de")).toMatchObject({
      price: "148.90",
      upload: "u1",
      greeting_text: "",
      number: "+49221123456",
      country: null,
      wished_on: null,
    });
  });

  test("is kept over a reload, as far as the form still has it", () => {
    const storage = new Kept();
    expect(keptDraft(storage, "t", FORM)).toBeNull();
    const draft = { ...withOption(FULL, FORM, "own-number"), greeting: "vpa" as const };
    keepDraft(storage, "t", draft);
    expect(keptDraft(storage, "t", FORM)).toEqual(draft);
    expect(keptDraft(storage, "other", FORM)).toBeNull();
    const less = { ...FORM, options: FORM.options.slice(0, 1) };
    expect(keptDraft(storage, "t", less)).toMatchObject({ option: null, greeting: null });
    storage.setItem("vermittlung.booking.t", "{");
    expect(keptDraft(storage, "t", FORM)).toBeNull();
    keepDraft(storage, "t", null);
    expect(storage.length).toBe(0);
  });
});

test.each([
  ["0221 123456", "+49221123456"],
  ["+49 (0)221 123456", "+49221123456"],
  ["0049-221-123456", "+49221123456"],
  ["+33 1 23 45 67 89", "+33123456789"],
  ["221 123456", null],
  ["0221 12x", null],
  ["", null],
])("%s is read as %s", (typed, number) => {
  expect(e164Of(typed)).toBe(number);
});

test("words are filled, money keeps its digits, refusals find their field", () => {
  expect(fill("{{a}} von {{b}}", { a: 1, b: "zwei" })).toBe("1 von zwei");
  expect([euros("49.90", "de"), euros("49.90", "en")]).toEqual(["49,90 €", "€49.90"]);
  expect([fieldOf("bad-email"), fieldOf("price-changed")]).toEqual(["email", null]);
  expect(countries("de")[0]).toEqual({ value: "DE", label: "Deutschland" });
});

test("both languages have the same places to fill", () => {
  const places = (tree: object): unknown =>
    Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [
        key,
        typeof value === "string" ? (value.match(/{{\w+}}/g) ?? []).sort() : places(value),
      ]),
    );
  expect(places(wordsEn)).toEqual(places(wordsDe));
});
