import { expect, test } from "vitest";
import { judge } from "./password-rules";

const TWO = { least: 12, kinds: 2, free_from: 20 };
const open = (password: string, rules = TWO) =>
  judge(password, rules, ["Anna-Lena Adler", "a.adler@example.test"])
    .filter(({ met }) => !met)
    .map(({ rule }) => rule);

test.each([
  ["", ["short", "kinds", "plain", "personal"]],
  ["kurz", ["short", "kinds", "plain"]],
  ["gelbetuerrot", ["kinds"]],
  ["gelbe tuer rot", []],
  ["gelbetuerroteseltsamermond", []],
  ["aaaaaaaaaaaa1", ["plain"]],
  ["Adler im Flug 7", ["personal"]],
  ["mit LÉNA und rad", ["personal"]],
])("%s", (password, expected) => {
  expect(open(password)).toEqual(expected);
});

test("one kind is no rule", () => {
  expect(open("gelbetuerr", { least: 10, kinds: 1, free_from: 10 })).toEqual([]);
  expect(judge("", { least: 10, kinds: 1, free_from: 10 }, []).map(({ rule }) => rule)).toEqual([
    "short",
    "plain",
    "personal",
  ]);
});
