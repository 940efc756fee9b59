/** How exact amounts are written: decimals as text, which stay text. */
import type { Language } from "../../../api/types";
import { decimal } from "../../shared/format";

const SIGNS: Record<string, string> = { EUR: "€", USD: "$", GBP: "£" };

/** `0.0123` in EUR is `0,0123 €`. */
export function money(amount: string, currency: string, language: Language): string {
  return `${decimal(amount, language)} ${SIGNS[currency] ?? currency}`;
}

/** To the cent, for sums: rounded up or down by the digits, never by a float. */
export function cents(amount: string): string {
  const negative = amount.startsWith("-");
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const digits = BigInt(whole + fraction.padEnd(6, "0").slice(0, 6));
  const rounded = (digits + 5000n) / 10000n;
  const text = rounded.toString().padStart(3, "0");
  return `${negative && rounded > 0n ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** Day and month and year as they are written; `day` is `YYYY-MM-DD`. */
export function dayText(day: string, language: Language): string {
  const [year = "", month = "", date = ""] = day.split("-");
  return language === "de" ? `${date}.${month}.${year}` : day;
}
