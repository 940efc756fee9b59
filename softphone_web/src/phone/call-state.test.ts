import { describe, expect, test } from "vitest";
import type { Call, CallStateName } from "../api/types";
import {
  activeOf,
  LEG_STATES,
  type LegEvent,
  type LegState,
  meaning,
  merge,
  nextLeg,
  pairOf,
  rejoinDelay,
  ringsAt,
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
  test("the clock runs from the answer to the end, whoever hears whom", () => {
    const all: CallStateName[] = [
      "waiting",
      "dialling",
      "ringing",
      "talking",
      "held",
      "detached",
      "transferring",
      "transferred",
      "joined",
      "offered",
      "answering",
      "outside",
      "greeting",
      "recording",
      "dictating",
      "ended",
    ];
    expect(all.filter((state) => meaning(state).counts)).toEqual([
      "talking",
      "held",
      "detached",
      "transferring",
      "joined",
    ]);
  });

  test("an unknown state is alive, needs nothing and counts nothing", () => {
    const unknown = meaning("parked" as CallStateName);
    expect(unknown).toMatchObject({ alive: true, needsLeg: false, counts: false });
  });
});

describe("merging news", () => {
  test("a late answer of the API does not lead back", () => {
    const ringing = aCall({ state: "ringing" });
    expect(merge(ringing, aCall({ state: "waiting" })).state).toBe("ringing");
  });

  test("an answer that was overtaken by a push changes nothing", () => {
    const returned = aCall({ state: "talking", revision: 7 });
    const late = aCall({ state: "transferring", revision: 5 });
    expect(merge(returned, late).state).toBe("talking");
    expect(merge(late, returned).state).toBe("talking");
    expect(merge(returned, { ...late, revision: 0 }).state).toBe("transferring");
    expect(merge(returned, { ...late, state: "ended" }).state).toBe("ended");
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
  ["1".repeat(250), "1".repeat(200)],
])("tones in %j", (text, tones) => {
  expect(tonesIn(text)).toBe(tones);
});

function withoutVoice(part: Partial<Call>): Call {
  const { voice: _, ...call } = aCall(part);
  return call;
}

describe("which call is on stage", () => {
  const calls = (...states: CallStateName[]) =>
    states.map((state, n) => aCall({ id: `c${n}`, state }));
  test.each([
    [calls("held", "dialling"), "c1"],
    [calls("talking", "held"), "c0"],
    [calls("talking", "ringing"), "c0"],
    [calls("held", "held"), "c1"],
    [calls("talking", "joined"), "c0"],
    [calls("transferring", "held"), "c0"],
    [calls("held", "detached"), "c1"],
  ])("%#", (open, id) => {
    expect(activeOf(open)?.id).toBe(id);
  });

  test("never one that rings at somebody else for me", () => {
    const given = aCall({ id: "a", state: "transferring", linked: "b", linked_as: "transfer" });
    const target = withoutVoice({ id: "b", state: "ringing", linked: "a", linked_as: "transfer" });
    expect(activeOf([given, target])?.id).toBe("a");
    expect(activeOf([])).toBeNull();
  });
});

test("a consultation and what it is about are a pair, else the older and the newer call", () => {
  const first = aCall({ id: "a", state: "held" });
  const second = aCall({ id: "b", linked: "a", linked_as: "consultation" });
  const other = aCall({ id: "c" });
  expect(pairOf([first, second])).toEqual({ first, second });
  expect(pairOf([other, first])).toEqual({ first: other, second: first });
  expect(pairOf([first])).toBeNull();
  const transfer = withoutVoice({ id: "b", linked: "a", linked_as: "transfer" });
  expect(pairOf([first, transfer])).toBeNull();
});

test.each([
  [{ state: "offered", user: null }, true],
  [{ state: "ringing", direction: "internal", user: "boss@x.test" }, true],
  [{ state: "waiting", direction: "internal", user: "boss@x.test" }, true],
  [{ state: "answering", direction: "internal", user: "boss@x.test" }, false],
  [{ state: "talking", direction: "internal", user: "boss@x.test" }, false],
  [{ state: "ringing", direction: "internal", user: "me@x.test" }, false],
  [{ state: "transferring", user: "boss@x.test", colleague: "me@x.test" }, true],
  [{ state: "talking", user: "boss@x.test", colleague: "me@x.test" }, false],
  [{ state: "transferring", user: "me@x.test", colleague: "boss@x.test" }, false],
] as const)("whether %j rings at me", (part, expected) => {
  expect(ringsAt(aCall(part), "me@x.test")).toBe(expected);
});
