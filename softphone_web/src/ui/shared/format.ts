/** How times, durations and numbers are written. Times are shown in Europe/Berlin. */
import type { Language } from "../../api/types";

const ZONE = "Europe/Berlin";
const LOCALE: Record<Language, string> = { de: "de-DE", en: "en-GB" };

/** Seconds as `m:ss`, from an hour on `h:mm:ss`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

export function time(iso: string, language: Language, withSeconds = false): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: ZONE,
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
  }).format(new Date(iso));
}

/** The day in Berlin as `YYYY-MM-DD`. */
export function dayKey(at: Date): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(at);
}

/** "Today", "Yesterday" or the date. */
export function dayName(
  iso: string,
  now: Date,
  language: Language,
  words: { today: string; yesterday: string },
): string {
  const key = dayKey(new Date(iso));
  if (key === dayKey(now)) return words.today;
  if (key === dayKey(new Date(now.getTime() - 86_400_000))) return words.yesterday;
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: ZONE,
    weekday: "short",
    day: "numeric",
    month: "long",
  }).format(new Date(iso));
}

/** A day `YYYY-MM-DD` as a date. */
export function date(day: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: "UTC",
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
  }).format(new Date(`${day}T00:00:00Z`));
}

/** Date and time, short. */
export function moment(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: ZONE,
    day: "2-digit",
    month: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(iso));
}

/**
 * The number with its country code, in the groups of its national form:
 * `+492214710008` and `0221 4710008` make `+49 221 4710008`. Only Italy keeps the 0.
 */
export function international(number: string, national: string | null): string {
  if (national?.startsWith("+")) return national;
  const groups = (national ?? "").replace(number.startsWith("+39") ? "" : /^0/, "");
  const digits = groups.replace(/\D/g, "");
  if (!digits || !number.endsWith(digits)) return number;
  return `${number.slice(0, -digits.length)} ${groups}`;
}

/** A country's name; `code` is ISO 3166. */
export function countryName(code: string, language: Language): string {
  return new Intl.DisplayNames(LOCALE[language], { type: "region" }).of(code) ?? code;
}

/**
 * What stands below a name or number: the number as it is dialled from anywhere, or the country
 * where `name` is that already.
 */
export function numberLine(
  call: { number: string | null; national: string | null; country: string | null },
  name: string,
  language: Language,
): string {
  const { number, national, country } = call;
  if (!number) return "";
  if (national && national !== name) return national;
  const written = international(number, national);
  return written === name && country ? countryName(country, language) : written;
}

/** A decimal string as it is written in `language`; its digits stay as they are. */
export function decimal(text: string, language: Language): string {
  return language === "de" ? text.replace(".", ",") : text;
}

/** First letters for a picture of a person: "Mara Lenz" gives "ML". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** Start and end (exclusive) of a month `YYYY-MM` in Berlin, as ISO instants in UTC. */
export function monthBounds(month: string): { from: string; to: string } {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  return { from: berlinMidnight(year, number - 1, 1), to: berlinMidnight(year, number, 1) };
}

/** The instant at which the given day begins in Berlin. */
export function berlinMidnight(year: number, month: number, day: number): string {
  const utc = Date.UTC(year, month, day);
  // Berlin is one or two hours ahead; the right offset is the one that gives midnight.
  for (const hours of [1, 2]) {
    const at = new Date(utc - hours * 3_600_000);
    const hour = new Intl.DateTimeFormat("en-GB", {
      timeZone: ZONE,
      hour: "2-digit",
      hourCycle: "h23",
    }).format(at);
    if (hour === "00") return at.toISOString();
  }
  return new Date(utc).toISOString();
}
