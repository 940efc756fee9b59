/** Moments as they are typed: in Berlin, whatever the browser's own zone is. */

const WALL = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Berlin",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});

/** What a field for date and time shows: `2026-12-24T12:00`. */
export function typedMoment(at: Date): string {
  return WALL.format(at).replace(" ", "T");
}

/** The instant of `2026-12-24T12:00` in Berlin as ISO in UTC; null where there is none. */
export function momentTyped(typed: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(typed)) return null;
  const utc = Date.parse(`${typed}:00Z`);
  if (Number.isNaN(utc)) return null;
  // Berlin is one or two hours ahead of UTC.
  for (const hours of [2, 1]) {
    const at = new Date(utc - hours * 3_600_000);
    if (typedMoment(at) === typed) return at.toISOString();
  }
  // The hour that is left out in spring.
  return new Date(utc - 3_600_000).toISOString();
}

/** The next full hour. */
export function nextHour(now: Date): Date {
  return new Date(Math.floor(now.getTime() / 3_600_000 + 1) * 3_600_000);
}
