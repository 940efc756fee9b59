import { describe, expect, it } from "vitest";
import { ACTIONS, clockOf, emptyStep, incomplete, minutesOf, moved, rings } from "./steps";

describe("steps", () => {
  it("move by one place and stay within the list", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
    expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
    expect(moved([], 0, 1)).toEqual([]);
  });

  it("need a target, and opening hours where they ask for them", () => {
    expect(incomplete(emptyStep())).toBe(true);
    expect(incomplete({ ...emptyStep(), target: "anna@example.test" })).toBe(false);
    expect(incomplete({ ...emptyStep(), action: "voicemail" })).toBe(false);
    expect(incomplete({ ...emptyStep(), action: "outside" })).toBe(true);
    expect(incomplete({ ...emptyStep(), action: "reject", hours: "closed" })).toBe(true);
  });

  it("ring for some seconds, or take no time", () => {
    const ringing = ACTIONS.filter((action) => rings({ ...emptyStep(), action }));
    expect(ringing).toEqual(["person", "group", "outside"]);
  });

  it("write times as a clock shows them", () => {
    for (const [text, minutes] of [
      ["00:00", 0],
      ["09:05", 545],
      ["24:00", 1440],
    ] as const) {
      expect(clockOf(minutes)).toBe(text);
      expect(minutesOf(text)).toBe(minutes);
    }
    for (const wrong of ["24:01", "9", "25:00", "12:60", ""]) expect(minutesOf(wrong)).toBeNull();
  });
});
