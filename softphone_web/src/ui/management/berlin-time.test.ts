import { expect, test } from "vitest";
import { instantOf, minuteOf, nextHour } from "./berlin-time";

test.each([
  ["2026-12-24T12:00", "2026-12-24T11:00:00.000Z"],
  ["2026-07-01T00:30", "2026-06-30T22:30:00.000Z"],
  ["2026-10-25T04:00", "2026-10-25T03:00:00.000Z"],
])("%s in Berlin is %s", (typed, iso) => {
  expect(instantOf(typed)).toBe(iso);
  expect(minuteOf(new Date(iso))).toBe(typed);
});

test("the hour that does not exist becomes the next one", () => {
  expect(instantOf("2026-03-29T02:30")).toBe("2026-03-29T01:30:00.000Z");
});

test("nothing typed is no moment", () => {
  expect(instantOf("")).toBeNull();
});

test("the next full hour", () => {
  expect(nextHour(new Date("2026-11-27T15:33:10Z")).toISOString()).toBe("2026-11-27T16:00:00.000Z");
  expect(nextHour(new Date("2026-11-27T16:00:00Z")).toISOString()).toBe("2026-11-27T17:00:00.000Z");
});
