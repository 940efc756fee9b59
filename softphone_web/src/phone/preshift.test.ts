import { describe, expect, test } from "vitest";
import {
  bandwidthState,
  jitterState,
  levelState,
  type PreshiftPorts,
  type PreshiftState,
  type PreshiftStep,
  runPreshift,
  tonesFound,
} from "./preshift";
import type { Interval } from "./stats";

const INTERVAL: Interval = {
  seconds: 0.5,
  received: 25,
  sent: 25,
  lossPercent: 0,
  jitterMs: 4,
  bufferMs: 40,
  rttMs: 30,
  levelDb: null,
  relay: false,
  network: "",
};

const GOOD: PreshiftPorts = {
  level: async () => -25,
  echo: async () => ({ heard: true, roundTripMs: 140, way: "direct", intervals: [INTERVAL] }),
  relay: async () => true,
  bandwidth: async () => ({ down: 900, up: 700 }),
  notifications: () => true,
};

async function run(ports: Partial<PreshiftPorts> = {}) {
  const steps: [PreshiftStep, PreshiftState][] = [];
  const report = await runPreshift(
    { ...GOOD, ...ports },
    (step, state) => steps.push([step, state]),
    new AbortController().signal,
  );
  return { report, steps };
}

const refuse = () => Promise.reject(new Error("refused"));

describe("the check before work", () => {
  test("everything is well: green, with its figures", async () => {
    const { report, steps } = await run();
    expect(report.result).toBe("good");
    expect(report.advice).toEqual([]);
    expect(report.measured).toMatchObject({ levelDb: -25, roundTripMs: 140, downKbit: 900 });
    expect(report.measured.mos).toBeGreaterThan(4.2);
    expect(steps.slice(0, 4)).toEqual([
      ["microphone", "running"],
      ["microphone", "ok"],
      ["echo", "running"],
      ["echo", "ok"],
    ]);
    expect(new Set(steps.map(([step]) => step)).size).toBe(7);
  });

  test.each<[string, Partial<PreshiftPorts>, string, PreshiftStep[]]>([
    ["no microphone", { level: refuse }, "failed", ["microphone"]],
    ["a quiet voice", { level: async () => -50 }, "advice", ["microphone"]],
    ["no check call", { echo: refuse }, "failed", ["echo", "udp"]],
    [
      "only over the relay",
      { echo: async () => ({ heard: true, roundTripMs: 90, way: "relay", intervals: [INTERVAL] }) },
      "advice",
      ["udp"],
    ],
    [
      "nothing comes back",
      {
        echo: async () => ({
          heard: false,
          roundTripMs: null,
          way: "direct",
          intervals: [INTERVAL],
        }),
      },
      "failed",
      ["echo"],
    ],
    ["the relay is not reached", { relay: async () => false }, "advice", ["turn"]],
    ["no relay is configured", { relay: async () => null }, "good", []],
    ["a narrow line", { bandwidth: async () => ({ down: 900, up: 80 }) }, "advice", ["bandwidth"]],
    ["notifications are off", { notifications: () => false }, "advice", ["notifications"]],
  ])("%s", async (_, ports, result, advice) => {
    const { report } = await run(ports);
    expect(report.result).toBe(result);
    expect(report.advice).toEqual(advice);
  });

  test("can be called off at any time", async () => {
    const ending = new AbortController();
    const steps: PreshiftStep[] = [];
    const running = runPreshift(
      {
        ...GOOD,
        echo: (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
            ending.abort(new Error("enough"));
          }),
      },
      (step) => steps.push(step),
      ending.signal,
    );
    await expect(running).rejects.toThrow("enough");
    expect(steps).not.toContain("turn");
  });
});

test.each([
  [-20, "ok"],
  [-50, "advice"],
  [-90, "failed"],
  [Number.NEGATIVE_INFINITY, "failed"],
])("a level of %d dB is %s", (db, state) => {
  expect(levelState(db)).toBe(state);
});

test.each([
  [5, 0, "ok"],
  [40, 0, "advice"],
  [5, 4, "advice"],
  [90, 0, "failed"],
  [5, 20, "failed"],
])("jitter of %d ms with %d %% loss is %s", (jitter, loss, state) => {
  expect(jitterState(jitter, loss)).toBe(state);
});

test.each([
  [500, 500, "ok"],
  [500, 90, "advice"],
  [40, 500, "failed"],
])("%d down and %d up is %s", (down, up, state) => {
  expect(bandwidthState({ down, up })).toBe(state);
});

describe("tones in what came back", () => {
  const looks = (...hertz: (number | null)[]) =>
    hertz.map((each, n) => ({ at: n * 40, hertz: each }));
  test.each([
    [looks(null, 600, 610, 1110, 1140, null, 1800), 40],
    [looks(null, 1110, 600, 1800), null],
    [looks(50, null, null), null],
    [looks(600, 50, 1130, 50, 1790), 0],
  ])("%#", (heard, at) => {
    expect(tonesFound(heard, [620, 1130, 1790])).toBe(at);
  });
});
