import { describe, expect, test } from "vitest";
import { deaf, heardOf } from "./hearing";

describe("packets that come and are not heard", () => {
  test.each([
    ["all too late", { discarded: 0, played: 900 }, { discarded: 10, played: 900 }, true],
    ["heard", { discarded: 0, played: 900 }, { discarded: 0, played: 2500 }, false],
    ["a hiccup", { discarded: 0, played: 900 }, { discarded: 3, played: 900 }, false],
    ["some too late", { discarded: 0, played: 900 }, { discarded: 8, played: 1200 }, false],
    ["nobody speaks", { discarded: 5, played: 900 }, { discarded: 5, played: 900 }, false],
  ])("%s", (_, before, now, expected) => {
    expect(deaf(before, now)).toBe(expected);
  });

  test("the first look says nothing", () => {
    expect(deaf(null, { discarded: 50, played: 0 })).toBe(false);
    expect(deaf({ discarded: 50, played: 0 }, null)).toBe(false);
  });
});

test("counters are found among all reports of a receiver", () => {
  const report = new Map<string, object>([
    ["a", { type: "codec" }],
    ["b", { type: "inbound-rtp", kind: "audio", packetsDiscarded: 4, jitterBufferEmittedCount: 9 }],
  ]);
  expect(heardOf(report as unknown as RTCStatsReport)).toEqual({ discarded: 4, played: 9 });
  expect(heardOf(new Map() as unknown as RTCStatsReport)).toBeNull();
});
