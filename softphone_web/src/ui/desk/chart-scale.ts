/** Scales of the small charts: days along the bottom, a value upwards. */

const DAY_MS = 86_400_000;

/** Whole days from `from` to `to`, both as `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** `day` and the days before it, `count` of them, oldest first. */
export function lastDays(day: string, count: number): string[] {
  const end = Date.parse(day);
  return Array.from({ length: count }, (_, index) =>
    new Date(end - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

export interface Scale {
  min: number;
  max: number;
  /** Values with a line, from the bottom up. */
  ticks: number[];
}

/** From 0 to a round number above `most`, with at most four lines. */
export function scaleTo(most: number, atLeast: number): Scale {
  const top = Math.max(most, atLeast);
  const magnitude = 10 ** Math.floor(Math.log10(top / 2));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * magnitude).find((each) => top / each <= 3);
  const by = step ?? 10 * magnitude;
  const count = Math.ceil(top / by - 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => tidy(index * by));
  return { min: 0, max: tidy(count * by), ticks };
}

/** Scores lie between 1 and 4.5 whatever was measured: so charts can be compared. */
export const MOS_SCALE: Scale = { min: 1, max: 4.5, ticks: [1, 2, 3, 4] };

/** 0 (bottom) to 1 (top). */
export function share({ min, max }: Scale, value: number): number {
  return Math.min(1, Math.max(0, (value - min) / (max - min)));
}

export interface Point {
  /** Number of the day, 0 is the first one shown. */
  index: number;
  value: number;
}

/** Stretches of days that follow one another closely; a long silence breaks the line. */
export function stretches(points: readonly Point[], gap: number): Point[][] {
  const lines: Point[][] = [];
  for (const point of points) {
    const line = lines.at(-1);
    const before = line?.at(-1);
    if (line && before && point.index - before.index <= gap) line.push(point);
    else lines.push([point]);
  }
  return lines;
}

/** Days that get a name below the chart: about `count` of them, the last one included. */
export function labelledDays(total: number, count: number): number[] {
  const step = Math.max(1, Math.ceil(total / count));
  const named: number[] = [];
  for (let index = total - 1; index >= 0; index -= step) named.unshift(index);
  return named;
}

/** Mean of `values`, each counted `weights` times; null where nothing was counted. */
export function weighted(values: readonly number[], weights: readonly number[]): number | null {
  const total = weights.reduce((sum, each) => sum + each, 0);
  if (total === 0) return null;
  return values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) / total;
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
