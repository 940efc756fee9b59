import { expect, test } from "vitest";
import { endOf, minutesOf } from "./country-api";
import { drafted, LIMITS, NONE, typed } from "./limit-fields";

test("of everybody an empty field is no limit", () => {
  const values = typed({ calls_per_day: " 12 ", cost_per_day: "" }, "all");
  expect(values.map((each) => each.limit)).toEqual(LIMITS);
  expect(values.find((each) => each.limit === "calls_per_day")?.value).toBe("12");
  expect(values.find((each) => each.limit === "cost_per_day")?.value).toBeNull();
});

test("of a person an empty field follows everybody, a dash is no limit", () => {
  const own = drafted([{ limit: "calls_per_day", value: null }], NONE);
  expect(own).toEqual({ calls_per_day: NONE });
  expect(typed({ ...own, calls_per_hour: "", cost_per_day: "-" }, "own")).toEqual([
    { limit: "calls_per_day", value: null },
    { limit: "cost_per_day", value: null },
  ]);
});

test("a day ends at midnight in Berlin, whatever the browser's zone", () => {
  expect(endOf("2026-11-28")).toBe("2026-11-28T23:00:00.000Z");
  expect(endOf("2026-10-25")).toBe("2026-10-25T23:00:00.000Z");
  expect(endOf("2026-07-31")).toBe("2026-07-31T22:00:00.000Z");
  expect(endOf("")).toBeNull();
});

test("minutes are a whole number from 1 on, or none", () => {
  expect(["30", "0", "-5", "x", ""].map(minutesOf)).toEqual([30, null, null, null, null]);
});
