import { describe, expect, test } from "vitest";
import type { NumberCheck } from "../../api/types";
import { aCall } from "../../phone/fakes";
import { canAsk, nextSteps, reminderMinutes } from "./ending";
import { parseReminder, type Reminder, reminderFor, secondsUntil } from "./reminder";

describe("the next step", () => {
  test.each([
    ["busy", ["remind", "redial"]],
    ["no-answer", ["remind", "redial"]],
    ["rejected", ["remind"]],
    ["unreachable-number", ["check-number"]],
    ["agent-never-came", ["microphone", "redial"]],
    ["hangup-agent", ["redial"]],
  ])("after %s is %j", (cause, steps) => {
    expect(nextSteps(aCall({ state: "ended", outcome: "failed", cause }))).toEqual(steps);
  });

  test("a call that was talked in can be dialled again", () => {
    const call = aCall({ state: "ended", outcome: "answered", cause: "hangup-far" });
    expect(nextSteps(call)).toEqual(["redial"]);
  });

  test("a lost inbound call is called back", () => {
    const call = aCall({ direction: "inbound", outcome: "answered", cause: "reattach-timeout" });
    expect(nextSteps(call)).toEqual(["call-back"]);
    expect(nextSteps({ ...call, number: null })).toEqual([]);
    expect(nextSteps({ ...call, cause: "hangup-far" })).toEqual([]);
  });

  test("colleagues are called from the team", () => {
    expect(nextSteps(aCall({ direction: "internal", cause: "no-answer" }))).toEqual([]);
  });

  test("who is busy is free sooner than who did not answer", () => {
    expect(reminderMinutes(aCall({ cause: "busy" }))[0]).toBeLessThan(
      reminderMinutes(aCall({ cause: "no-answer" }))[0] ?? 0,
    );
  });
});

describe("asking for a country", () => {
  const check = (error_id: string | null, country: string | null): NumberCheck => ({
    e164: null,
    national: null,
    country,
    type: null,
    zone: null,
    allowed: false,
    error_id,
    detail: null,
    caller_id: null,
    caller_id_printed: null,
    warnings: [],
  });

  test("makes sense for a locked one only", () => {
    expect(canAsk(check("country-not-allowed", "US"))).toBe(true);
    expect(canAsk(check("country-not-allowed", null))).toBe(false);
    expect(canAsk(check("number-type-denied", "DE"))).toBe(false);
    expect(canAsk(null)).toBe(false);
  });
});

describe("a reminder", () => {
  const due: Reminder = {
    number: "+4930901820",
    shown: "030 901820",
    country: "DE",
    task: "T-1",
    dueAt: 180_000,
  };

  test("knows number, country and task of the call", () => {
    expect(reminderFor(aCall(), 3, 0)).toEqual(due);
    expect(reminderFor(aCall({ number: null }), 3, 0)).toBeNull();
  });

  test("counts down to nothing, never below", () => {
    expect(secondsUntil(due, 0)).toBe(180);
    expect(secondsUntil(due, 179_001)).toBe(1);
    expect(secondsUntil(due, 500_000)).toBe(0);
  });

  test("survives a reload, until it is of no use any more", () => {
    const kept = JSON.stringify(due);
    expect(parseReminder(kept, 200_000)).toEqual(due);
    expect(parseReminder(kept, 180_000 + 5 * 3_600_000)).toBeNull();
    expect(parseReminder("{}", 0)).toBeNull();
    expect(parseReminder("no json", 0)).toBeNull();
    expect(parseReminder(null, 0)).toBeNull();
  });
});
