import { describe, expect, test } from "vitest";
import {
  between,
  DIGITAL_SILENCE_DB,
  delayImpairment,
  type LegSample,
  levelAfter,
  lossImpairment,
  mos,
  mosOf,
  sampleOf,
} from "./stats";

const SAMPLE: LegSample = {
  received: 100,
  lost: 0,
  jitterMs: 4,
  bufferedMs: 480_000,
  played: 9_600,
  sent: 100,
  lostThere: 0,
  rttMs: 20,
  energy: 1,
  energySeconds: 2,
  relay: false,
  network: "wifi",
};

const later = (part: Partial<LegSample>): LegSample => ({ ...SAMPLE, ...part });

describe("reading a report", () => {
  const entries: [string, object][] = [
    [
      "in",
      {
        type: "inbound-rtp",
        kind: "audio",
        packetsReceived: 500,
        packetsLost: 5,
        packetsDiscarded: 2,
        jitter: 0.012,
        jitterBufferDelay: 60,
        jitterBufferEmittedCount: 1000,
      },
    ],
    ["out", { type: "outbound-rtp", kind: "audio", packetsSent: 510 }],
    ["there", { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.02 }],
    ["mic", { type: "media-source", kind: "audio", totalAudioEnergy: 3, totalSamplesDuration: 9 }],
    ["transport", { type: "transport", selectedCandidatePairId: "pair" }],
    ["other", { type: "candidate-pair", nominated: true, localCandidateId: "host" }],
    ["pair", { type: "candidate-pair", localCandidateId: "turn", currentRoundTripTime: 0.085 }],
    ["turn", { type: "local-candidate", candidateType: "relay", networkType: "cellular" }],
  ];

  test("finds every counter", () => {
    expect(sampleOf(new Map(entries))).toEqual({
      received: 500,
      lost: 7,
      jitterMs: 12,
      bufferedMs: 60_000,
      played: 1000,
      sent: 510,
      lostThere: 0.02,
      rttMs: 85,
      energy: 3,
      energySeconds: 9,
      relay: true,
      network: "cellular",
    });
  });

  test("a report without sound is none", () => {
    expect(sampleOf(new Map(entries.slice(4)))).toBeNull();
  });
});

describe("between two samples", () => {
  test("loss is that of the worse direction", () => {
    const now = later({ received: 145, lost: 5, sent: 150 });
    expect(between(SAMPLE, now, 1000)?.lossPercent).toBe(10);
    expect(between(SAMPLE, { ...now, lostThere: 0.25 }, 1000)?.lossPercent).toBe(25);
  });

  test("the buffer's delay is a mean over what was played", () => {
    const now = later({ played: 9_600 + 480, bufferedMs: 480_000 + 480 * 60 });
    expect(between(SAMPLE, now, 1000)?.bufferMs).toBe(60);
  });

  test("a silent microphone is as quiet as can be, a loud one is not", () => {
    expect(between(SAMPLE, later({ energySeconds: 3 }), 1000)?.levelDb).toBe(DIGITAL_SILENCE_DB);
    expect(between(SAMPLE, later({ energy: 2, energySeconds: 3 }), 1000)?.levelDb).toBe(0);
  });

  test("no level where the microphone was changed, or is not told", () => {
    expect(between(SAMPLE, later({ energy: 0, energySeconds: 3 }), 1000)?.levelDb).toBeNull();
    expect(between(SAMPLE, later({ energy: null }), 1000)?.levelDb).toBeNull();
  });

  test("nothing where the counters began anew", () => {
    expect(between(SAMPLE, later({ received: 3 }), 1000)).toBeNull();
  });
});

describe("the estimate", () => {
  // Values of the formulas of G.107 (03/2011) for the delays and losses named.
  test.each([
    [50, 0],
    [100, 0],
    [150, 2],
    [200, 4],
    [300, 15],
    [400, 24],
  ])("%i ms one way cost about %i", (ms, expected) => {
    expect(Math.abs(delayImpairment(ms) - expected)).toBeLessThan(2);
  });

  test.each([
    [0, 0],
    [1, 3.64],
    [5, 15.78],
    [20, 42.13],
  ])("%i %% loss costs %f", (loss, expected) => {
    expect(lossImpairment(loss)).toBeCloseTo(expected, 2);
  });

  test.each([
    [-5, 1],
    [50, 2.58],
    [60, 3.1],
    [70, 3.6],
    [80, 4.02],
    [90, 4.34],
    [93.2, 4.41],
    [120, 4.5],
  ])("R %f is MOS %f", (r, expected) => {
    expect(mosOf(r)).toBeCloseTo(expected, 2);
  });

  test("a good line is good, a bad one bad", () => {
    expect(mos(0, 20, 20)).toBeGreaterThan(4.3);
    expect(mos(3, 150, 60)).toBeLessThan(4.15);
    expect(mos(12, 400, 100)).toBeLessThan(2.9);
  });
});

describe("levels", () => {
  test.each([
    [null, 4.4, "good"],
    [null, 3.7, "fair"],
    [null, 2, "bad"],
    ["good", 3.99, "fair"],
    ["good", 3.2, "bad"],
    ["fair", 4.05, "fair"],
    ["fair", 4.15, "good"],
    ["bad", 3.55, "bad"],
    ["bad", 4.02, "fair"],
    ["bad", 4.3, "good"],
  ] as const)("%s and then %f is %s", (known, value, expected) => {
    expect(levelAfter(known, value)).toBe(expected);
  });
});
