import { describe, expect, test } from "vitest";
import type { CallStateName } from "../api/types";
import {
  LEG_STATES,
  type LegEvent,
  type LegState,
  meaning,
  merge,
  nextLeg,
  rejoinDelay,
  stageOf,
  talkSeconds,
  tonesIn,
} from "./call-state";
import { aCall, VOICE } from "./fakes";

describe("the leg's table", () => {
  const cases: [LegState, LegEvent, LegState][] = [
    ["none", "wanted", "joining"],
    ["none", "up", "none"],
    ["joining", "up", "up"],
    ["joining", "failed", "lost"],
    ["joining", "bye", "lost"],
    ["joining", "detached", "joining"],
    ["up", "shaky", "lost"],
    ["up", "detached", "lost"],
    ["up", "bye", "lost"],
    ["lost", "retry", "joining"],
    ["lost", "taken", "elsewhere"],
    ["elsewhere", "retry", "elsewhere"],
    ["elsewhere", "wanted", "joining"],
  ];
  test.each(cases)("%s -[%s]-> %s", (from, event, to) => {
    expect(nextLeg(from, event)).toBe(to);
  });

  test("every state ends when the call is over", () => {
    for (const state of LEG_STATES) expect(nextLeg(state, "over")).toBe("none");
  });
});

describe("the meaning of a call's state", () => {
  test("only talking and detached count seconds", () => {
    const all: CallStateName[] = [
      "waiting",
      "dialling",
      "ringing",
      "talking",
      "detached",
      "offered",
      "answering",
      "greeting",
      "recording",
      "ended",
    ];
    expect(all.filter((state) => meaning(state).counts)).toEqual(["talking", "detached"]);
  });

  test("an unknown state is alive, needs nothing and counts nothing", () => {
    const unknown = meaning("held" as CallStateName);
    expect(unknown).toMatchObject({ alive: true, needsLeg: false, counts: false });
  });
});

describe("merging news", () => {
  test("a late answer of the API does not lead back", () => {
    const ringing = aCall({ state: "ringing" });
    expect(merge(ringing, aCall({ state: "waiting" })).state).toBe("ringing");
  });

  test("talking and detached may alternate", () => {
    const detached = merge(aCall({ state: "talking" }), aCall({ state: "detached" }));
    expect(detached.state).toBe("detached");
    expect(merge(detached, aCall({ state: "talking" })).state).toBe("talking");
  });

  test("the voice is kept while the call lives, and forgotten at its end", () => {
    const { voice: _, ...silent } = aCall({ state: "talking" });
    expect(merge(aCall(), silent).voice).toEqual(VOICE);
    expect(merge(aCall(), { ...silent, state: "ended" }).voice).toBeUndefined();
  });

  test("another call is simply the other call", () => {
    expect(merge(aCall({ state: "talking" }), aCall({ id: "c2" })).id).toBe("c2");
  });
});

describe("seconds", () => {
  test("run on from what the server said while talking", () => {
    const call = aCall({ state: "talking", talk_seconds: 61.4 });
    expect(talkSeconds(call, 0)).toBe(61);
    expect(talkSeconds(call, 600)).toBe(62);
  });

  test("stand still otherwise", () => {
    expect(talkSeconds(aCall({ state: "ringing" }), 90_000)).toBe(0);
    expect(talkSeconds(aCall({ state: "ended", talk_seconds: 12.99 }), 90_000)).toBe(12);
  });

  test("never run backwards", () => {
    expect(talkSeconds(aCall({ state: "talking", talk_seconds: 5 }), -3_000)).toBe(5);
  });
});

test("what is on stage", () => {
  const talking = aCall({ state: "talking" });
  expect(stageOf(null, false, null, "none")).toBe("idle");
  expect(stageOf(null, true, null, "none")).toBe("placing");
  expect(stageOf(null, false, aCall({ state: "offered" }), "none")).toBe("offered");
  expect(stageOf(aCall({ state: "ringing" }), false, null, "up")).toBe("calling");
  expect(stageOf(talking, false, null, "up")).toBe("talking");
  expect(stageOf(talking, false, null, "lost")).toBe("returning");
  expect(stageOf(talking, false, null, "elsewhere")).toBe("talking");
});

test("attempts to come back become rarer, up to four seconds", () => {
  expect([0, 1, 2, 3, 9].map(rejoinDelay)).toEqual([150, 300, 600, 1200, 4000]);
});

test.each([
  ["12 34-#", "1234#"],
  ["*21*a#", "*21*A#"],
  ["hello", ""],
  ["1".repeat(80), "1".repeat(50)],
])("tones in %j", (text, tones) => {
  expect(tonesIn(text)).toBe(tones);
});
