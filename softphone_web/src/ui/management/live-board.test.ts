import { describe, expect, it } from "vitest";
import type { LiveCall, LivePerson } from "../../api/types";
import { withBoard } from "../shared/live-cache";
import { canHandOver, countsOf, inOrder, takers } from "./live-board";

const call = (id: string, more: Partial<LiveCall> = {}): LiveCall => ({
  id,
  direction: "outbound",
  state: "talking",
  number: "+4930",
  national: "030",
  did: null,
  label: null,
  country: "DE",
  user: "anna@example.test",
  user_name: "Anna",
  task: null,
  task_title: null,
  colleague_name: null,
  rings: [],
  since: "2026-11-27T10:00:00Z",
  ...more,
});

const person = (name: string, presence: LivePerson["presence"], live = true): LivePerson => ({
  email: `${name.toLowerCase()}@example.test`,
  name,
  presence,
  live,
  since: null,
});

describe("what is going on", () => {
  const anna = person("Anna", "on_call");
  const ben = person("Ben", "available");
  const eva = person("Eva", "available", false);

  it("counts who talks, rings and waits, and who can be reached", () => {
    const calls = [call("a"), call("b", { state: "offered" }), call("c", { state: "held" })];
    expect(countsOf(calls, [anna, ben, eva])).toEqual({
      talking: 1,
      ringing: 1,
      waiting: 1,
      reachable: 1,
    });
  });

  it("hands a conversation only to who can take it", () => {
    expect(takers(call("a"), [anna, ben, eva])).toEqual([ben]);
    expect(takers(call("a", { user: ben.email }), [anna, ben])).toEqual([]);
    expect(canHandOver(call("a", { state: "held" }))).toBe(true);
    expect(canHandOver(call("a", { state: "ringing" }))).toBe(false);
    expect(canHandOver(call("a", { direction: "internal" }))).toBe(false);
  });

  it("puts who is talking and who is free first", () => {
    const names = inOrder([person("Zoe", "off"), eva, anna, ben]).map(({ name }) => name);
    expect(names).toEqual(["Anna", "Ben", "Eva", "Zoe"]);
  });

  it("follows what the server tells", () => {
    const begun = withBoard(undefined, { type: "board", calls: [call("a")], people: [ben] });
    const two = withBoard(begun, { type: "board-call", call: call("b", { state: "ringing" }) });
    const talks = withBoard(two, { type: "board-call", call: call("b") });
    const away = withBoard(talks, { type: "board-person", person: person("Ben", "away") });
    const over = withBoard(away, { type: "board-call", call: call("a", { state: "ended" }) });
    expect(talks?.calls.map(({ id, state }) => [id, state])).toEqual([
      ["a", "talking"],
      ["b", "talking"],
    ]);
    expect(over?.calls.map(({ id }) => id)).toEqual(["b"]);
    expect(over?.people[0]?.presence).toBe("away");
    expect(withBoard(undefined, { type: "board-call", call: call("a") })).toBeUndefined();
  });
});
