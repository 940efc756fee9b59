import { describe, expect, test } from "vitest";
import {
  daysBetween,
  labelledDays,
  lastDays,
  MOS_SCALE,
  scaleTo,
  share,
  stretches,
  weighted,
} from "./chart-scale";
import { nextNote, noteOf, phaseOf, toSend, unsaved } from "./note-state";
import { barsOf, barsPath, keySecond, secondAt, stretched } from "./waveform";

describe("the picture of a recording", () => {
  test("each bar is the loudest of its stretch, so that a short word is seen", () => {
    expect(barsOf([0, 0.9, 0, 0, 0, 0.4], 3)).toEqual([0.9, 0, 0.4]);
  });

  test("more bars than peaks, none, and peaks out of range", () => {
    expect(barsOf([0.5, 1], 4)).toEqual([0.5, 0.5, 1, 1]);
    expect(barsOf([], 2)).toEqual([0, 0]);
    expect(barsOf([7, -1], 2)).toEqual([1, 0]);
  });

  test("a quiet voice fills the height, the noise of the line does not", () => {
    expect(stretched([0.1, 0.2])).toEqual([0.5, 1]);
    expect(stretched([0.01, 0.005])).toEqual([0.01, 0.005]);
    expect(stretched([])).toEqual([]);
  });

  test("bars stand around the middle, and silence is a dot", () => {
    expect(barsPath([1, 0], 20, 44)).toBe("M5 2V42M15 21.5V22.5");
  });

  test("a click leads to its second, also beside the picture", () => {
    expect(secondAt(50, 200, 40)).toBe(10);
    expect(secondAt(-5, 200, 40)).toBe(0);
    expect(secondAt(500, 200, 40)).toBe(40);
    expect(secondAt(5, 0, 40)).toBe(0);
  });

  test.each([
    ["ArrowRight", 12, 17],
    ["ArrowLeft", 3, 0],
    ["PageUp", 12, 20],
    ["Home", 12, 0],
    ["End", 12, 20],
    ["a", 12, null],
  ])("%s at second %d leads to %s", (key, at, to) => {
    expect(keySecond(key, at, 20)).toBe(to);
  });
});

describe("scales of the charts", () => {
  test.each([
    [0, 40, [0, 20, 40]],
    [37, 40, [0, 20, 40]],
    [83, 40, [0, 50, 100]],
    [0.4, 2, [0, 1, 2]],
    [640, 200, [0, 250, 500, 750]],
  ])("up to %d, at least %d", (most, least, ticks) => {
    const scale = scaleTo(most, least);
    expect(scale.ticks).toEqual(ticks);
    expect(scale.max).toBeGreaterThanOrEqual(most);
  });

  test.each([0.001, 0.7, 3, 99, 12_345])("%d lies inside, with few lines", (most) => {
    const { max, ticks } = scaleTo(most, 0.0001);
    expect(max).toBeGreaterThanOrEqual(most);
    expect(ticks.length).toBeLessThanOrEqual(4);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
  });

  test("values outside of a scale stay on its edge", () => {
    expect(share(MOS_SCALE, 4.5)).toBe(1);
    expect(share(MOS_SCALE, 2.75)).toBe(0.5);
    expect(share(MOS_SCALE, 0)).toBe(0);
  });

  test("days are counted across the change of clocks", () => {
    expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
    expect(lastDays("2026-03-01", 3)).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  });

  test("today has a name on the axis, and about as many as asked for", () => {
    expect(labelledDays(28, 4)).toEqual([6, 13, 20, 27]);
    expect(labelledDays(3, 9)).toEqual([0, 1, 2]);
  });

  test("a long silence breaks the line, a weekend does not", () => {
    const points = [0, 3, 12].map((index) => ({ index, value: 4 }));
    expect(stretches(points, 4).map((line) => line.length)).toEqual([2, 1]);
  });

  test("a mean of nothing is none", () => {
    expect(weighted([4, 2], [3, 1])).toBe(3.5);
    expect(weighted([], [])).toBeNull();
  });
});

describe("a note being written", () => {
  const typed = (text: string) => nextNote(noteOf("alt"), { kind: "typed", text });

  test("it is sent once, and is clean again", () => {
    const dirty = typed("neu");
    expect(phaseOf(dirty)).toBe("dirty");
    expect(toSend(dirty)).toBe("neu");
    const saving = nextNote(dirty, { kind: "save" });
    expect(phaseOf(saving)).toBe("saving");
    expect(toSend(saving)).toBeNull();
    expect(unsaved(saving)).toBeNull();
    expect(unsaved(nextNote(saving, { kind: "typed", text: "neuer" }))).toBe("neuer");
    expect(unsaved(nextNote(saving, { kind: "refused" }))).toBe("neu");
    expect(phaseOf(nextNote(saving, { kind: "saved", text: "neu" }))).toBe("clean");
  });

  test("what is typed while it is being sent is not lost", () => {
    let note = nextNote(typed("neu"), { kind: "save" });
    note = nextNote(note, { kind: "typed", text: "neuer" });
    note = nextNote(note, { kind: "saved", text: "neu" });
    expect(note.typed).toBe("neuer");
    expect(phaseOf(note)).toBe("dirty");
  });

  test("a server that trims does not make the field look changed", () => {
    const note = nextNote(nextNote(typed("neu "), { kind: "save" }), {
      kind: "saved",
      text: "neu",
    });
    expect(phaseOf(note)).toBe("clean");
  });

  test("refused: still there, and can be sent again", () => {
    const note = nextNote(nextNote(typed("neu"), { kind: "save" }), { kind: "refused" });
    expect(phaseOf(note)).toBe("failed");
    expect(toSend(note)).toBe("neu");
  });

  test("a newer text of somebody else replaces a clean one only", () => {
    expect(nextNote(noteOf("alt"), { kind: "arrived", text: "x" }).typed).toBe("x");
    const both = nextNote(typed("neu"), { kind: "arrived", text: "x" });
    expect(both).toMatchObject({ typed: "neu", newer: "x" });
    expect(nextNote(both, { kind: "take" })).toEqual(noteOf("x"));
  });

  test("the same text again changes nothing, nor does one while sending", () => {
    const dirty = typed("neu");
    expect(nextNote(dirty, { kind: "arrived", text: "alt" })).toBe(dirty);
    const saving = nextNote(dirty, { kind: "save" });
    expect(nextNote(saving, { kind: "arrived", text: "x" })).toBe(saving);
  });
});
