import { expect, test } from "vitest";
import { since } from "./period";

const NOW = new Date("2026-11-21T20:00:00Z");

test.each([
  ["today", "2026-11-20T23:00:00.000Z"],
  ["week", "2026-11-14T23:00:00.000Z"],
  ["month", "2026-10-22T22:00:00.000Z"],
  ["all", null],
] as const)("%s begins at %s", (period, from) => {
  expect(since(period, NOW)).toBe(from);
});
