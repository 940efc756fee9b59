/** Minutes of work and of budgets, as people write them. */

const HOURS_AND_MINUTES = /^(\d{1,6}):([0-5]?\d)$/;

/** `3:55` as 235, `90` as 90 minutes, nothing as 0; null where it is none of these. */
export function minutesOf(text: string): number | null {
  const plain = text.trim();
  if (/^\d{0,8}$/.test(plain)) return Number(plain);
  const [, hours, minutes] = HOURS_AND_MINUTES.exec(plain) ?? [];
  return hours && minutes ? Number(hours) * 60 + Number(minutes) : null;
}

/** 235 as `3:55`. */
export function hoursText(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
