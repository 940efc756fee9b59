import { describe, expect, test } from "vitest";
import { hoursText, minutesOf } from "../tasks/minutes";
import { factorsOf, factorText, setOf, thousandths, validOn } from "./factor-table";

const TABLE = {
  base_backoffice: "1.0",
  base_sales: "1,8",
  surcharge_de: "0.2",
  surcharge_eu: "0,3",
  pay_backoffice: "1.0",
  pay_sales: "1.5",
};

describe("factors", () => {
  test("are read with comma or dot, and written as the server does", () => {
    expect(["1,3", "1.25", " 2 ", "0,125"].map(thousandths)).toEqual([1300, 1250, 2000, 125]);
    expect(["", "1,", "1.2345", "-1", "x", "10"].map(thousandths)).toEqual(Array(6).fill(null));
    expect([1300, 1250, 2000, 125, 1001, 0].map(factorText)).toEqual([
      "1.3",
      "1.25",
      "2.0",
      "0.125",
      "1.001",
      "0.0",
    ]);
  });

  test.each([
    ["backoffice", "1.0", "1.0"],
    ["backoffice_de", "1.2", "1.0"],
    ["backoffice_eu", "1.3", "1.0"],
    ["sales", "1.8", "1.5"],
    ["sales_de", "2.0", "1.5"],
    ["sales_eu", "2.1", "1.5"],
  ] as const)("%s pays %s, the VPA gets %s", (area, customer, pay) => {
    expect(factorsOf(TABLE, area)).toEqual({ customer, pay });
  });

  test("that are not complete make nothing", () => {
    expect(factorsOf({ ...TABLE, surcharge_eu: "" }, "sales_eu")).toBeNull();
    expect(factorsOf({ ...TABLE, surcharge_eu: "" }, "sales_de")).not.toBeNull();
    expect(setOf("2027-01-01", { ...TABLE, pay_sales: "viel" })).toBeNull();
    expect(setOf("2027-01-01", TABLE)).toMatchObject({ base_sales: "1.8", surcharge_eu: "0.3" });
  });

  test("of a day are the latest that have begun", () => {
    const rows = [{ valid_from: "2027-01-01" }, { valid_from: "2020-01-01" }];
    expect(validOn(rows, "2026-12-31")).toBe(rows[1]);
    expect(validOn(rows, "2027-01-01")).toBe(rows[0]);
    expect(validOn(rows, "2019-12-31")).toBeUndefined();
  });
});

test("minutes are typed as a time or as minutes", () => {
  expect(["3:55", "0:05", "90", "", "1:5"].map(minutesOf)).toEqual([235, 5, 90, 0, 65]);
  expect(["1:60", "x", "1,5", "-1", ":30"].map(minutesOf)).toEqual(Array(5).fill(null));
  expect([235, 5, 0, 600].map(hoursText)).toEqual(["3:55", "0:05", "0:00", "10:00"]);
});
