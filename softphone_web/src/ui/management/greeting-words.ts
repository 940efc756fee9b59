/** Sizes as people read them. */
import type { Language } from "../../api/types";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `1_234_567` gives "1,2 MB". */
export function sizeText(bytes: number, language: Language): string {
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(language === "en" ? "en-GB" : "de-DE", {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}
