/** Times as people type them: the wall clock of Berlin, whatever zone their computer is in. */

const PARTS = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Berlin",
  dateStyle: "short",
  timeStyle: "medium",
});

/** An instant as a `datetime-local` field has it: `2026-11-27T14:30:00`. */
export const localOf = (at: Date): string => PARTS.format(at).replace(" ", "T");

/** The same without seconds: `2026-11-27T14:30`. */
export const minuteOf = (at: Date): string => localOf(at).slice(0, 16);

/** The next full hour. */
export const nextHour = (now: Date): Date =>
  new Date(Math.floor(now.getTime() / 3_600_000 + 1) * 3_600_000);

/** The instant of what a `datetime-local` field has, in ISO 8601; null where it is none. */
export function instantOf(local: string): string | null {
  const wanted = local.length === 16 ? `${local}:00` : local;
  const asUtc = Date.parse(`${wanted}Z`);
  if (Number.isNaN(asUtc)) return null;
  // One or two hours ahead of UTC: the offset that gives back the same wall clock.
  for (const hours of [1, 2]) {
    const at = new Date(asUtc - hours * 3_600_000);
    if (localOf(at) === wanted) return at.toISOString();
  }
  // The hour that spring leaves out: as if the clocks had not changed yet.
  return new Date(asUtc - 3_600_000).toISOString();
}
