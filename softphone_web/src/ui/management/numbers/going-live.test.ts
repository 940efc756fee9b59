import { expect, test } from "vitest";
import { actionOf, changedOf, doneOf, isRunning, standOf } from "./going-live";
import type { GoingLive, Point } from "./going-live-api";

const point = (change: Partial<Point>): Point => ({
  point: "label",
  state: "open",
  text: "Label",
  hint: "",
  value: "Praxis",
  findings: [],
  place: "settings",
  by_hand: true,
  seen: "x",
  by: null,
  at: null,
  audio: null,
  ...change,
});

const view = (change: Partial<GoingLive>): GoingLive => ({
  state: "open",
  since: null,
  by: null,
  complete: false,
  points: [],
  test_calls: [],
  ...change,
});

test("where a number stands", () => {
  expect(standOf(view({}))).toBe("open");
  expect(standOf(view({ complete: true }))).toBe("ready");
  expect(standOf(view({ state: "changed" }))).toBe("changed");
  // In use before there was this list: it does not nag, whatever is open.
  expect(standOf(view({ state: "live" }))).toBe("live");
});

test("what is done, and what was changed since", () => {
  const points = [
    point({ state: "done" }),
    point({ state: "changed", text: "Address" }),
    point({ state: "done" }),
  ];
  expect(doneOf(points)).toBe(2);
  expect(changedOf(points)).toEqual(["Address"]);
});

test("what can be done with a point", () => {
  const at = "2026-11-27T12:00:00Z";
  expect(actionOf(point({}))).toBe("confirm");
  expect(actionOf(point({ point: "rings", findings: ["Nobody rings"] }))).toBe("accept");
  expect(actionOf(point({ state: "done", by_hand: false, at }))).toBe("take-back");
  // The system found nothing wrong: there is nothing to be said.
  expect(actionOf(point({ point: "rings", state: "done", by_hand: false }))).toBeNull();
  expect(actionOf(point({ point: "test-call", by_hand: false, at }))).toBe("test");
});

test("a test call is under way while the newest one runs", () => {
  const call = (state: "running" | "passed") => ({ state }) as GoingLive["test_calls"][number];
  expect(isRunning(view({ test_calls: [call("running"), call("passed")] }))).toBe(true);
  expect(isRunning(view({ test_calls: [call("passed"), call("running")] }))).toBe(false);
  expect(isRunning(view({}))).toBe(false);
});
