import { beforeEach, describe, expect, test } from "vitest";
import { Advisor, type Facts } from "./advice";
import { FakeApi, FakeLeg, FakeTallies, FakeTimers, VOICE } from "./fakes";
import type { Interval, LegSample } from "./stats";
import { added, EMPTY, reportOf } from "./tally";
import type { AdviceId } from "./types";
import { SoundWatch } from "./watch";

const HALF: Interval = {
  seconds: 0.5,
  received: 25,
  sent: 25,
  lossPercent: 0,
  jitterMs: 3,
  bufferMs: 40,
  rttMs: 30,
  levelDb: -30,
  relay: false,
  network: "wifi",
};
const TALKING: Facts = { muted: false, talking: true, spokenMs: 0 };

/** What is advised after each of these stretches. */
function advised(
  ...stretches: [seconds: number, Partial<Interval>, Partial<Facts>?][]
): AdviceId[][] {
  const advisor = new Advisor();
  return stretches.map(([seconds, interval, facts]) => {
    for (let n = 0; n < seconds * 2; n += 1) {
      advisor.take({ ...HALF, ...interval }, { ...TALKING, ...facts });
    }
    return [...advisor.advice];
  });
}

describe("advice", () => {
  test.each<[string, Parameters<typeof advised>, AdviceId[][]]>([
    ["nothing to say", [[10, {}]], [[]]],
    [
      "a silent microphone, within 1.5 s",
      [
        [1, { levelDb: -120 }],
        [0.5, { levelDb: -120 }],
      ],
      [[], ["silent-microphone"]],
    ],
    [
      "it speaks again",
      [
        [3, { levelDb: -120 }],
        [0.5, {}],
      ],
      [["silent-microphone"], []],
    ],
    ["muted is meant to be silent", [[5, { levelDb: -120 }, { muted: true }]], [[]]],
    ["a level that is not told says nothing", [[5, { levelDb: null }]], [[]]],
    ["speech while muted", [[0.5, {}, { muted: true, spokenMs: 800 }]], [["muted-speech"]]],
    ["a cough while muted", [[2, {}, { muted: true, spokenMs: 300 }]], [[]]],
    [
      "it is forgotten some seconds after the last word, and at once when the mute ends",
      [
        [1, {}, { muted: true, spokenMs: 900 }],
        [3, {}, { muted: true }],
        [2, {}, { muted: true }],
        [1, {}, { muted: true, spokenMs: 900 }],
        [0.5, {}],
      ],
      [["muted-speech"], ["muted-speech"], [], ["muted-speech"], []],
    ],
    ["nothing arrives here", [[3, { received: 0 }]], [["hearing-nothing"]]],
    ["while it rings, silence is no fault", [[3, { received: 0 }, { talking: false }]], [[]]],
    [
      "loss, with hysteresis",
      [
        [6, { lossPercent: 5 }],
        [6, { lossPercent: 2 }],
        [6, { lossPercent: 1 }],
      ],
      [["loss"], ["loss"], []],
    ],
    ["jitter", [[6, { jitterMs: 45 }]], [["jitter"]]],
    ["delay", [[6, { rttMs: 500 }]], [["delay"]]],
    ["the first moments are not judged", [[4, { lossPercent: 30 }]], [[]]],
    [
      "most urgent first",
      [[6, { lossPercent: 9, levelDb: -120, received: 0 }]],
      [["silent-microphone", "hearing-nothing", "loss"]],
    ],
  ])("%s", (_, stretches, expected) => {
    expect(advised(...stretches)).toEqual(expected);
  });
});

describe("the report of a call", () => {
  test("has means, the worst, and what it went over", () => {
    let tally = added(EMPTY, { ...HALF, seconds: 3, jitterMs: 2, rttMs: null }, 4.4);
    tally = added(tally, { ...HALF, seconds: 1, jitterMs: 10, relay: true, lossPercent: 8 }, 3.2);
    expect(reportOf({ ...tally, rejoins: 2, silentSeconds: 1.234 }, "Headset")).toEqual({
      seconds: 4,
      mos: 4.1,
      worst_mos: 3.2,
      jitter_ms: 4,
      rtt_ms: 30,
      loss_percent: 2,
      relay: true,
      network: "wifi",
      microphone: "Headset",
      silent_seconds: 1.23,
      rejoins: 2,
    });
  });

  test("is none where nothing was measured", () => {
    expect(reportOf(EMPTY, "")).toBeNull();
  });

  test.each([
    ["", ""],
    ["cellular4g", "cellular"],
    ["bluetooth", "unknown"],
  ])("network %j is %j", (network, expected) => {
    expect(reportOf({ ...EMPTY, seconds: 5, mos: 20, network }, "")?.network).toBe(expected);
  });
});

describe("the watch", () => {
  let timers: FakeTimers;
  let api: FakeApi;
  let tallies: FakeTallies;
  let watch: SoundWatch;
  let leg: FakeLeg;

  const NEW: LegSample = {
    received: 0,
    lost: 0,
    jitterMs: 2,
    bufferedMs: 0,
    played: 0,
    sent: 0,
    lostThere: 0,
    rttMs: 10,
    energy: 0,
    energySeconds: 0,
    relay: false,
    network: "",
  };

  /** A leg whose counters grow with the time as in a good call. */
  class GoodLeg extends FakeLeg {
    silent = false;

    override async sample(): Promise<LegSample> {
      const seconds = timers.now() / 1000;
      const packets = Math.round(seconds * 50);
      return {
        ...NEW,
        received: packets,
        sent: packets,
        energy: this.silent ? 0 : seconds / 100,
        energySeconds: seconds,
      };
    }
  }

  const aLeg = () => new GoodLeg(VOICE, {} as MediaStream, {} as never);
  const subject = (part: object = {}) => ({
    callId: "c1",
    leg,
    talking: true,
    muted: false,
    ...part,
  });

  beforeEach(() => {
    timers = new FakeTimers();
    api = new FakeApi();
    tallies = new FakeTallies();
    leg = aLeg();
    watch = new SoundWatch({
      timers,
      tallies,
      sound: (id) => api.sound(id),
      report: (id, report) => void api.reportQuality(id, report),
      spokenMs: () => 0,
      microphone: () => "Headset",
      onChange: () => undefined,
    });
  });

  test("a good call is good", async () => {
    watch.follow(subject());
    api.packets = 40;
    await timers.pass(1_500);
    api.packets = 90;
    await timers.pass(2_000);
    expect(watch.quality).toMatchObject({ level: "good", lossPercent: 0, rttMs: 10, relay: false });
    expect(watch.advice).toEqual([]);
  });

  test("a silent microphone is told within three seconds", async () => {
    leg = aLeg();
    (leg as GoodLeg).silent = true;
    watch.follow(subject());
    await timers.pass(3_000);
    expect(watch.advice).toContain("silent-microphone");
  });

  test("that nobody hears us is told within three seconds, and taken back", async () => {
    api.packets = 0;
    watch.follow(subject());
    await timers.pass(3_000);
    expect(watch.advice).toEqual(["not-heard"]);
    expect(api.asked.filter((each) => each === "sound c1")).toHaveLength(3);
    api.packets = 17;
    await timers.pass(5_000);
    expect(watch.advice).toEqual([]);
  });

  test("an exchange that does not know says nothing", async () => {
    api.packets = null;
    watch.follow(subject());
    await timers.pass(10_000);
    expect(watch.advice).toEqual([]);
  });

  test("one report at the end, over all legs", async () => {
    watch.follow(subject());
    await timers.pass(4_000);
    watch.follow(subject({ leg: aLeg() }));
    await timers.pass(4_000);
    watch.end("c1");
    expect(api.reports).toHaveLength(1);
    const report = api.reports[0]?.report;
    expect(report).toMatchObject({ microphone: "Headset", rejoins: 1, relay: false });
    expect(report?.seconds).toBeGreaterThan(5);
    expect(report?.mos).toBeGreaterThan(4.2);
  });

  test("what was measured before a reload counts", async () => {
    watch.follow(subject());
    await timers.pass(4_000);
    watch.leave();
    const before = api.reports[0]?.report.seconds ?? 0;
    expect(before).toBeGreaterThan(2);
    watch.follow(subject({ leg: aLeg() }));
    await timers.pass(4_000);
    watch.end("c1");
    expect(api.reports[1]?.report.seconds).toBeGreaterThan(before + 2);
    expect(api.reports[1]?.report.rejoins).toBe(1);
    expect(tallies.kept.size).toBe(0);
  });

  test("nothing is left of a call that is not on stage any more", async () => {
    watch.follow(subject());
    await timers.pass(3_000);
    watch.follow(null);
    expect(watch.quality).toBeNull();
    await timers.pass(10_000);
    expect(watch.advice).toEqual([]);
  });
});
