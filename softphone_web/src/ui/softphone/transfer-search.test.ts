import { describe, expect, test } from "vitest";
import type { Colleague, Contact, Presence } from "../../api/types";
import { choiceKey, choicesFor, colleaguesFor, looksLikeNumber, moved } from "./transfer-search";

const colleague = (name: string, presence: Presence): Colleague => ({
  name,
  email: `${name.toLowerCase().replace(" ", ".")}@example.test`,
  presence,
});

const TEAM = [
  colleague("Zoe Adler", "available"),
  colleague("Ada Brandt", "offline"),
  colleague("Ben Adler", "available"),
  colleague("Eva Kranz", "on_call"),
];

const contact: Contact = {
  id: "k1",
  name: "Praxis Ohl",
  company: "",
  number: "+4930901820",
  national: "030 901820",
  email: "",
  note: "",
  task: "",
  public: true,
  mine: false,
};

describe("whom the field means", () => {
  test.each([
    ["030 901820", true],
    ["+49 (30) 90-18/20", true],
    ["12", false],
    ["Ada", false],
    ["Haus 3", false],
    ["", false],
  ])("%j is a number: %s", (text, is) => {
    expect(looksLikeNumber(text)).toBe(is);
  });

  test("the reachable come first, then by name", () => {
    expect(colleaguesFor(TEAM, "").map((each) => each.name)).toEqual([
      "Ben Adler",
      "Zoe Adler",
      "Eva Kranz",
      "Ada Brandt",
    ]);
  });

  test("every word has to be found, in name or address", () => {
    expect(colleaguesFor(TEAM, "adler ben").map((each) => each.name)).toEqual(["Ben Adler"]);
    expect(colleaguesFor(TEAM, "eva.kranz@").map((each) => each.name)).toEqual(["Eva Kranz"]);
  });

  test("a number stands first and hides colleagues, contacts stay", () => {
    const keys = choicesFor("030 9018", TEAM, [contact]).map(choiceKey);
    expect(keys).toEqual(["number", "contact-k1"]);
  });

  test("a name lists colleagues before contacts", () => {
    const keys = choicesFor("o", TEAM, [contact]).map(choiceKey);
    expect(keys).toEqual(["colleague-zoe.adler@example.test", "contact-k1"]);
  });
});

test("the arrow keys go round about", () => {
  expect(moved(2, 1, 3)).toBe(0);
  expect(moved(0, -1, 3)).toBe(2);
  expect(moved(-1, 1, 3)).toBe(0);
  expect(moved(0, 1, 0)).toBe(-1);
});
