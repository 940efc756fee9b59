import { afterEach, expect, test } from "vitest";
import { choice, choose, chosenWith, MOST_AT_ONCE, pointsOf, sorted } from "./several";
import type { Checkup } from "./several-api";

afterEach(() => choice.set(new Set()));

const checkup = (change: Partial<Checkup>): Checkup => ({
  e164: "+4922182829980",
  national: "0221 82829980",
  label: "Praxis",
  verdict: "ready",
  points: [],
  findings: [],
  seen: "x",
  ...change,
});

test("numbers are chosen one by one or all that are shown, and those of other pages stay", () => {
  choose(["a"], true);
  choose(["b", "c"], true);
  choose(["b"], true);
  expect([...choice.snapshot()]).toEqual(["a", "b", "c"]);
  choose(["b", "c"], false);
  expect([...choice.snapshot()]).toEqual(["a"]);
});

test("no more are chosen than the server takes at once", () => {
  const many = Array.from({ length: MOST_AT_ONCE + 5 }, (_, at) => `+49${at}`);
  const chosen = chosenWith(new Set(["first"]), many, true);
  expect(chosen.size).toBe(MOST_AT_ONCE);
  expect(chosen.has("first")).toBe(true);
});

test("the server's verdicts in their order; what was confirmed just now is none of them", () => {
  const items = [
    checkup({ e164: "1", verdict: "wrong" }),
    checkup({ e164: "2" }),
    checkup({ e164: "3", verdict: "confirmed" }),
    checkup({ e164: "4", verdict: "wrong" }),
  ];
  const told = sorted(items).map(({ verdict, of }) => [verdict, of.map((each) => each.e164)]);
  expect(told).toEqual([
    ["ready", ["2"]],
    ["wrong", ["1", "4"]],
    ["nothing", []],
  ]);
});

test("points are named once", () => {
  const items = [
    checkup({ points: ["Label", "Greeting"] }),
    checkup({ points: ["Label", "Hours"] }),
  ];
  expect(pointsOf(items)).toEqual(["Label", "Greeting", "Hours"]);
});
