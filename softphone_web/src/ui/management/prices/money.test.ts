import { describe, expect, it } from "vitest";
import { cents, dayText, money } from "./money";

describe("amounts", () => {
  it("are rounded to the cent by their digits", () => {
    const amounts = ["0.110333", "0.005", "0.004999", "12", "12.5", "-0.014", "-0.001", "1234.995"];
    expect(amounts.map(cents)).toEqual([
      "0.11",
      "0.01",
      "0.00",
      "12.00",
      "12.50",
      "-0.01",
      "0.00",
      "1235.00",
    ]);
  });

  it("and days are written as people do", () => {
    expect(money("0.0123", "EUR", "de")).toBe("0,0123 €");
    expect(money("0.0123", "CHF", "en")).toBe("0.0123 CHF");
    expect(dayText("2026-12-01", "de")).toBe("01.12.2026");
    expect(dayText("2026-12-01", "en")).toBe("2026-12-01");
  });
});
