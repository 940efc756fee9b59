import { describe, expect, test } from "vitest";
import { pagesDe } from "../../i18n/pages.de";
import { pagesEn } from "../../i18n/pages.en";
import { aCall } from "../../phone/fakes";
import { grouped, letterOf } from "./by-day";
import { draftOf, putOf, tidied, troublesOf } from "./contact-form";
import { pointsOf, summaryOf } from "./diary";
import { isFiltered, NO_FILTER, searchOf } from "./history-filter";
import { figureLines, shownErrors, writes } from "./import-figures";
import { fileKind } from "./import-kind";
import { mosTone, mosWord } from "./mos";
import { partyLines } from "./party";
import {
  atFirst,
  figuresOf,
  progressOf,
  readRecord,
  type Step,
  stateNow,
  withState,
} from "./preshift-state";

describe("groups of a list", () => {
  test("neighbours come together, the order stays", () => {
    const groups = grouped(["a1", "a2", "b1", "a3"], (item) => item.charAt(0));
    expect(groups.map(({ name, items }) => [name, items.length])).toEqual([
      ["a", 2],
      ["b", 1],
      ["a", 1],
    ]);
  });

  test.each([
    ["Özdemir", "O"],
    ["ärzte", "A"],
    ["4711 GmbH", "#"],
    ["", "#"],
    ["Жук", "#"],
  ])("%j stands under %s", (name, letter) => {
    expect(letterOf(name)).toBe(letter);
  });
});

test.each([
  [4.4, "excellent", "good"],
  [4.03, "excellent", "good"],
  [3.7, "good", "good"],
  [3.2, "fair", "fair"],
  [2.9, "bad", "bad"],
])("a score of %d is %s", (mos, word, tone) => {
  expect(mosWord(mos)).toBe(word);
  expect(mosTone(mos)).toBe(tone);
});

describe("who the other side is", () => {
  const me = "vpa1@example.test";
  test("a known name, with its number below", () => {
    expect(partyLines(aCall({ party_name: "Mara" }), me)).toEqual({
      name: "Mara",
      number: "030 901820",
    });
  });

  test("an unknown number, or none", () => {
    expect(partyLines(aCall(), me).name).toBe("030 901820");
    expect(partyLines(aCall({ number: null, national: null }), me).name).toBeNull();
  });

  test("a colleague, seen from both ends", () => {
    const call = aCall({
      direction: "internal",
      user: me,
      user_name: "Mara",
      colleague: "b@example.test",
      colleague_name: "Ben",
    });
    expect(partyLines(call, me).name).toBe("Ben");
    expect(partyLines(call, "b@example.test").name).toBe("Mara");
  });
});

describe("the filter of the history", () => {
  const now = new Date("2026-11-21T20:00:00Z");
  test("without any, all of my calls", () => {
    expect(searchOf(NO_FILTER, "a@example.test", now)).toEqual({ user: "a@example.test" });
    expect(isFiltered(NO_FILTER)).toBe(false);
  });

  test("each choice is asked for, blanks are not", () => {
    const filter = {
      query: "  rossi ",
      direction: "inbound",
      outcome: "missed",
      period: "week" as const,
      task: "T-1",
    };
    expect(searchOf(filter, "a@example.test", now)).toEqual({
      user: "a@example.test",
      query: "rossi",
      direction: "inbound",
      outcome: "missed",
      from: "2026-11-14T23:00:00.000Z",
      task: "T-1",
    });
    expect(isFiltered(filter)).toBe(true);
    expect(searchOf({ ...NO_FILTER, query: "  " }, "a", now)).toEqual({ user: "a" });
  });
});

describe("a contact being edited", () => {
  test("what is missing is named before the server is asked", () => {
    expect(troublesOf(draftOf({}, "DE"))).toEqual({ name: "needName", number: "needNumber" });
    const full = { ...draftOf({}, "DE"), name: " Mara ", number: "0221 1" };
    expect(troublesOf(full)).toEqual({});
    expect(troublesOf({ ...full, email: "mara@" })).toEqual({ email: "emailWrong" });
  });

  test("blanks around are dropped, the rest stays", () => {
    const draft = { ...draftOf({}, "AT"), name: " Mara ", number: " 1 ", public: true };
    expect(tidied(draft)).toMatchObject({
      name: "Mara",
      number: "1",
      country: "AT",
      public: true,
    });
  });

  test("what was deleted can be put back as it was", () => {
    const contact = {
      id: "1",
      name: "Mara",
      company: "Ohl",
      number: "+4922182829980",
      national: "0221 82829980",
      email: "m@example.test",
      note: "n",
      task: "T-1",
      public: true,
      mine: true,
    };
    expect(putOf(contact)).toEqual({
      name: "Mara",
      number: "+4922182829980",
      country: "DE",
      company: "Ohl",
      email: "m@example.test",
      note: "n",
      task: "T-1",
      public: true,
    });
  });
});

describe("a file of contacts", () => {
  test.each([
    ["kontakte.CSV", "", "csv"],
    ["export.txt", "text/plain", "csv"],
    ["outlook", "text/csv", "csv"],
    ["alle.vcf", "", "vcard"],
    ["handy", "text/x-vcard", "vcard"],
    ["kontakte.xlsx", "application/vnd.ms-excel", null],
    ["bild.png", "image/png", null],
  ])("%s (%s) is %s", (name, type, kind) => {
    expect(fileKind(name, type)).toBe(kind);
  });

  test("only what happens is said, and what would be written is counted", () => {
    const errors = Array.from({ length: 53 }, (_, row) => ({ row: row + 2, text: "?" }));
    const result = { dry_run: true, created: 3, updated: 0, unchanged: 2, errors };
    expect(figureLines(result).map(({ line, count }) => `${line} ${count}`)).toEqual([
      "created 3",
      "unchanged 2",
      "errors 53",
    ]);
    expect(writes(result, true)).toBe(3);
    expect(writes(result, false)).toBe(0);
    expect(writes({ ...result, gone: 2, errors: [] }, false)).toBe(5);
    expect(shownErrors(result).shown).toHaveLength(50);
    expect(shownErrors(result).rest).toBe(3);
  });
});

describe("the quality diary", () => {
  const day = (name: string, calls: number, mos: number, rtt: number | null = 40) => ({
    day: name,
    calls,
    mos,
    jitter_ms: 4,
    rtt_ms: rtt,
    loss_percent: 0,
    rejoins: 1,
  });
  const days = [day("2026-11-18", 1, 3), day("2026-11-20", 3, 4.2, null)];

  test("the average counts calls, not days", () => {
    const summary = summaryOf(days);
    expect(summary.mos).toBeCloseTo(3.9);
    expect(summary).toMatchObject({ calls: 4, rejoins: 2, best: { day: "2026-11-20" } });
    expect(summaryOf([])).toEqual({ mos: null, calls: 0, rejoins: 0, best: null });
  });

  test("what was not measured is no point, nor what lies before the chart", () => {
    expect(pointsOf(days, "mos", "2026-11-18").map(({ index }) => index)).toEqual([0, 2]);
    expect(pointsOf(days, "rtt_ms", "2026-11-18").map(({ index }) => index)).toEqual([0]);
    expect(pointsOf(days, "mos", "2026-11-19").map(({ index }) => index)).toEqual([1]);
  });
});

describe("the check before work", () => {
  const steps = (...states: Step["state"][]): Step[] =>
    atFirst().map((step, index) => ({ ...step, state: states[index] ?? "ok" }));

  test("a step is told of where it stands, the others stay", () => {
    const next = withState(atFirst(), "echo", "advice");
    expect(next.filter(({ state }) => state !== "pending")).toEqual([
      { id: "echo", state: "advice" },
    ]);
    expect(next).toHaveLength(7);
  });

  test("figures have their units, what was not measured has none", () => {
    const none = { levelDb: null, lossPercent: null, mos: null };
    expect(
      figuresOf({ ...none, roundTripMs: 139.6, jitterMs: null, downKbit: 48_200, upKbit: 912.4 }),
    ).toEqual({ echo: "140 ms", bandwidth: "912 kbit/s" });
    expect(
      figuresOf({ ...none, roundTripMs: null, jitterMs: 3, downKbit: 48_200, upKbit: 9_000 }),
    ).toEqual({ jitter: "3 ms", bandwidth: "9 Mbit/s" });
  });

  test("it only ever gets further", () => {
    const run = [atFirst(), steps("running", "pending"), steps("ok", "running"), steps()];
    const shares = run.map(progressOf);
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBe(1);
  });

  test("it counts for its own day in Berlin", () => {
    const record = { result: "good" as const, at: "2026-11-20T23:30:00Z" };
    expect(stateNow(record, new Date("2026-11-21T12:00:00Z"))).toBe("good");
    expect(stateNow(record, new Date("2026-11-21T23:30:00Z"))).toBe("none");
    expect(stateNow(null, new Date())).toBe("none");
  });

  test("what was remembered wrongly is forgotten", () => {
    expect(readRecord('{"result":"good","at":"2026-11-20T23:30:00Z"}')?.result).toBe("good");
    for (const text of [
      null,
      "",
      "7",
      "{",
      '{"result":"x","at":"2026-11-20"}',
      '{"result":"good"}',
    ]) {
      expect(readRecord(text)).toBeNull();
    }
  });
});

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[prefix + key, value] as [string, string]]
      : flat(value, `${prefix}${key}.`),
  );
}

test("the words of the pages are there in both languages, with the same gaps", () => {
  const gaps = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort().join();
  const english = new Map(flat(pagesEn));
  const german = flat(pagesDe);
  expect([...english.keys()].sort()).toEqual(german.map(([key]) => key).sort());
  for (const [key, text] of german) {
    expect(text, key).not.toBe("");
    expect(gaps(english.get(key) ?? ""), key).toBe(gaps(text));
  }
});
