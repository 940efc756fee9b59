import { describe, expect, test } from "vitest";
import type { PhoneShare, TaskView } from "../../api/types";
import { aCall } from "../../phone/fakes";
import { outcomeKey, talkedSeconds, wasMissed, wentWrong } from "./outcome";
import { grown, levelOf, minutesLeft, secondsLeft } from "./share-level";
import { matching } from "./task-search";

const task = (external_id: string, title: string, customer: string): TaskView => ({
  external_id,
  title,
  customer,
  area: "backoffice",
  budget_minutes: 0,
  assignees: [],
  own: false,
  favourite: false,
  last_used_at: null,
  state: "open",
});

describe("finding a task", () => {
  const tasks = [
    task("T-100", "Termine T-10", "Praxis Ohl"),
    task("T-10", "Angebote nachfassen", "Brandt & Söhne"),
    task("T-2", "Lieferanten", "Ohl"),
  ];
  const ids = (query: string) => matching(tasks, query).map((each) => each.external_id);

  test("by id, the exact one first", () => {
    expect(ids("t-10")).toEqual(["T-10", "T-100"]);
  });

  test("by words of title and customer in any order", () => {
    expect(ids("ohl termine")).toEqual(["T-100"]);
    expect(ids("söhne")).toEqual(["T-10"]);
  });

  test("all of them for nothing, none for nonsense", () => {
    expect(ids("")).toHaveLength(3);
    expect(ids("xyz")).toEqual([]);
  });
});

describe("the share of phone time", () => {
  const share = (phone: number, work: number, over = false): PhoneShare => ({
    phone_seconds: phone,
    work_seconds: work,
    included_seconds: work / 4,
    over,
    suggested_area: "backoffice_de",
    booked_area: "backoffice",
    mismatch: null,
    right_area: null,
  });
  test.each([
    [share(599, 3600), "fine"],
    [share(600, 3600), "near"],
    [share(779, 3600), "near"],
    [share(780, 3600), "close"],
    [share(900, 3600), "close"],
    [share(901, 3600, true), "over"],
    [share(300, 0), "fine"],
  ])("%j is %s", (figures, level) => {
    expect(levelOf(figures)).toBe(level);
  });
});

describe("the forecast while talking", () => {
  const share: PhoneShare = {
    phone_seconds: 700,
    work_seconds: 3600,
    included_seconds: 900,
    over: false,
    suggested_area: "backoffice_de",
    booked_area: "backoffice",
    mismatch: null,
    right_area: null,
  };

  test("seconds of every call of the task count", () => {
    expect(secondsLeft(grown(share, 20, 1))).toBe(180);
    expect(secondsLeft(grown(share, 20, 2))).toBe(160);
    expect(secondsLeft(grown(share, -5, 1))).toBe(200);
  });

  test("a quarter of the work time to the second is included, one more is over", () => {
    expect(grown(share, 200, 1).over).toBe(false);
    expect(grown(share, 200.5, 1).over).toBe(true);
    expect(secondsLeft(grown(share, 500, 1))).toBe(0);
  });

  test("without work time there is nothing to forecast", () => {
    expect(secondsLeft({ ...share, work_seconds: 0 })).toBeNull();
  });

  test("minutes are never none while some seconds are left", () => {
    expect([20, 89, 91, 180].map(minutesLeft)).toEqual([1, 1, 2, 3]);
  });
});

describe("how a call ended", () => {
  test("busy is wrong for the one who calls, not for the one called", () => {
    expect(wentWrong(aCall({ outcome: "busy" }))).toBe(true);
    expect(wentWrong(aCall({ outcome: "cancelled" }))).toBe(false);
    expect(wentWrong(aCall({ direction: "inbound", outcome: "rejected" }))).toBe(false);
  });

  test("missed and voicemail were missed", () => {
    expect(wasMissed(aCall({ direction: "inbound", outcome: "voicemail" }))).toBe(true);
    expect(wasMissed(aCall({ direction: "inbound", outcome: "answered" }))).toBe(false);
    expect(wasMissed(aCall({ outcome: "no_answer" }))).toBe(false);
  });

  test("no outcome yet means under way", () => {
    expect(outcomeKey(aCall())).toBe("open");
  });
});

test.each([
  ["outbound", 7, 7],
  ["internal", 0, 65],
] as const)("a call %s with %d billed seconds lasted %d", (direction, talk_seconds, lasted) => {
  const answered_at = "2026-11-21T10:00:00Z";
  const ended_at = "2026-11-21T10:01:05Z";
  const call = { ...aCall(), direction, talk_seconds, answered_at, ended_at };
  expect(talkedSeconds(call)).toBe(lasted);
  expect(talkedSeconds({ ...call, ended_at: null, talk_seconds: 0 })).toBe(0);
});
