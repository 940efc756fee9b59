import { describe, expect, it } from "vitest";
import type { Sums } from "../../api/types";
import { everyDay, hoursOfWeek, most, unanswered } from "./statistics";

const sums = (key: string, calls: number): Sums => ({
  key,
  name: "",
  calls,
  answered: calls - 1,
  missed: 0,
  talk_seconds: 60,
});

describe("charts", () => {
  it("show days without calls as well, also over the change of clocks", () => {
    const days = everyDay([sums("2026-10-26", 2), sums("2026-10-24", 3)]);
    expect(days.map(({ key, calls }) => [key, calls])).toEqual([
      ["2026-10-24", 3],
      ["2026-10-25", 0],
      ["2026-10-26", 2],
    ]);
    expect(most(days)?.key).toBe("2026-10-24");
    expect(everyDay([])).toEqual([]);
    expect(unanswered(sums("", 4))).toBe(1);
  });

  it("show office hours, and others where there were calls", () => {
    const { hours, cells } = hoursOfWeek([sums("1-09", 5), sums("7-22", 1)]);
    expect([hours[0], hours.at(-1)]).toEqual([8, 22]);
    expect(cells).toHaveLength(7 * 15);
    expect(cells.find(({ weekday, hour }) => weekday === "1" && hour === 9)?.calls).toBe(5);
    expect(cells.find(({ weekday, hour }) => weekday === "7" && hour === 22)?.calls).toBe(1);
  });
});
