/** Geometry of the picture of a recording: bars left and right of a middle line. */

/** `peaks` as `count` bars from 0 to 1: the loudest of each stretch, so no word is lost. */
export function barsOf(peaks: readonly number[], count: number): number[] {
  if (peaks.length === 0) return Array<number>(count).fill(0);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count);
    const to = Math.max(from + 1, Math.ceil(((index + 1) * peaks.length) / count));
    return Math.min(1, Math.max(0, ...peaks.slice(from, to)));
  });
}

/** The loudest bar fills the height, so that a quiet voice can be seen too. */
export function stretched(bars: readonly number[]): number[] {
  const most = Math.max(...bars, 0);
  // Below this there is only the noise of the line.
  return most < 0.02 ? [...bars] : bars.map((bar) => bar / most);
}

/** SVG path of rounded bars in a box of `width` by `height`, each at least a dot. */
export function barsPath(bars: readonly number[], width: number, height: number): string {
  const step = width / bars.length;
  const middle = height / 2;
  return bars
    .map((bar, index) => {
      const x = round(step * (index + 0.5));
      const half = round(Math.max(0.5, (bar * (height - 4)) / 2));
      return `M${x} ${round(middle - half)}V${round(middle + half)}`;
    })
    .join("");
}

/** The second at `x` of a picture that is `width` wide. */
export function secondAt(x: number, width: number, seconds: number): number {
  if (width <= 0) return 0;
  return Math.min(1, Math.max(0, x / width)) * seconds;
}

/** Where a key leads from second `at`; null where it is no such key. */
export function keySecond(key: string, at: number, seconds: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -5,
    ArrowDown: -5,
    ArrowRight: 5,
    ArrowUp: 5,
    PageDown: -15,
    PageUp: 15,
  };
  if (key === "Home") return 0;
  if (key === "End") return seconds;
  const step = steps[key];
  return step === undefined ? null : Math.min(seconds, Math.max(0, at + step));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
