import { describe, expect, it } from "vitest";
import { bounds, furtherCount, NO_FILTER, restored, saved, searchOf } from "./call-filter";

const NOON = new Date("2026-11-27T11:00:00Z");

describe("a search for calls", () => {
  it("knows its period in Berlin's days", () => {
    expect(bounds(NO_FILTER, NOON)).toEqual({ from: "2026-11-20T23:00:00.000Z" });
    expect(bounds({ ...NO_FILTER, period: "all" }, NOON)).toEqual({});
    expect(bounds({ ...NO_FILTER, period: "year" }, NOON)).toEqual({
      from: "2025-11-27T23:00:00.000Z",
    });
    const summer = { ...NO_FILTER, period: "days" as const, from: "2026-06-01", to: "2026-06-30" };
    expect(bounds(summer, NOON)).toEqual({
      from: "2026-05-31T22:00:00.000Z",
      to: "2026-06-30T22:00:00.000Z",
    });
  });

  it("asks only for what was chosen", () => {
    const filter = { ...NO_FILTER, period: "all" as const, country: "AT", query: " Eva " };
    expect(searchOf(filter, "+4930", NOON)).toEqual({
      country: "AT",
      query: "Eva",
      number: "+4930",
    });
    expect(furtherCount(filter)).toBe(1);
  });

  it("is saved and comes back, whatever was saved", () => {
    const filter = { ...NO_FILTER, period: "month" as const, outcome: "missed" };
    expect(saved(filter)).toEqual({ period: "month", outcome: "missed" });
    expect(restored(saved(filter))).toEqual(filter);
    expect(restored({ period: "eon", colour: "red", task: "T-1" })).toEqual({
      ...NO_FILTER,
      task: "T-1",
    });
  });
});
