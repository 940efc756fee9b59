import { describe, expect, test } from "vitest";
import {
  berlinMidnight,
  clock,
  dayName,
  decimal,
  initials,
  international,
  monthBounds,
  numberLine,
  time,
} from "./format";

test.each([
  [0, "0:00"],
  [59.99, "0:59"],
  [754, "12:34"],
  [3725, "1:02:05"],
  [-4, "0:00"],
])("%d seconds are %s", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

test("times are Berlin's, in summer and winter", () => {
  expect(time("2026-07-01T10:00:00Z", "de")).toBe("12:00");
  expect(time("2026-12-01T10:00:00Z", "en")).toBe("11:00");
});

test.each([
  ["+492214710008", "0221 4710008", "+49 221 4710008"],
  ["+48123456789", "12 345 67 89", "+48 12 345 67 89"],
  ["+390212345678", "02 1234 5678", "+39 02 1234 5678"],
  ["+15551234567", "(555) 123-4567", "+1 (555) 123-4567"],
  ["+43151400100", "+43 1 51400100", "+43 1 51400100"],
  ["+492214710008", null, "+492214710008"],
  ["+492214710008", "110", "+492214710008"],
])("%s, at home %s, is written %s", (number, national, written) => {
  expect(international(number, national)).toBe(written);
});

const COLOGNE = { number: "+492214710008", national: "0221 4710008", country: "DE" };
const VIENNA = { number: "+43151400100", national: "+43 1 51400100", country: "AT" };

test.each([
  [COLOGNE, "0221 4710008", "+49 221 4710008"],
  [COLOGNE, "Praxis Sommer", "0221 4710008"],
  [VIENNA, "+43 1 51400100", "Österreich"],
  [VIENNA, "Solaris", "+43 1 51400100"],
  [{ number: null, national: null, country: null }, "Unterdrückt", ""],
])("below %j as %s stands %s", (call, name, line) => {
  expect(numberLine(call, name, "de")).toBe(line);
});

describe("days", () => {
  const words = { today: "Heute", yesterday: "Gestern" };
  const now = new Date("2026-11-21T00:30:00Z");
  test.each([
    ["2026-11-20T23:30:00Z", "Heute"],
    ["2026-11-20T22:30:00Z", "Gestern"],
    ["2026-11-18T12:00:00Z", "Mi., 18. November"],
  ])("%s is %s", (iso, name) => {
    expect(dayName(iso, now, "de", words)).toBe(name);
  });
});

test("a month is whole days in Berlin, across the change of clocks", () => {
  expect(monthBounds("2026-10")).toEqual({
    from: "2026-09-30T22:00:00.000Z",
    to: "2026-10-31T23:00:00.000Z",
  });
  expect(monthBounds("2026-12").to).toBe("2026-12-31T23:00:00.000Z");
});

test("a day begins at midnight, also when days are counted back over a month", () => {
  expect(berlinMidnight(2026, 10, 3 - 6)).toBe("2026-10-27T23:00:00.000Z");
});

test.each([
  ["Mara Lenz", "ML"],
  ["Ada", "A"],
  ["Karl Otto von Berg", "KB"],
  ["", "?"],
])("initials of %j", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test("decimals are written as the language does", () => {
  expect(decimal("1.3", "de")).toBe("1,3");
  expect(decimal("1.3", "en")).toBe("1.3");
});
