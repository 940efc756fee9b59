/** What the import of a file would do, before anything is done. */

/** What a dry run says of a file. */
export interface Figures {
  created: number;
  updated: number;
  /** That end, because the file no longer has them. */
  gone?: number;
  unchanged: number;
  errors: readonly { row: number; text: string }[];
}

export type FigureLine = "created" | "updated" | "gone" | "unchanged" | "errors";

/** What there is to say of a file, in order of interest. */
export function figureLines(figures: Figures): { line: FigureLine; count: number }[] {
  const all: { line: FigureLine; count: number }[] = [
    { line: "created", count: figures.created },
    { line: "updated", count: figures.updated },
    { line: "gone", count: figures.gone ?? 0 },
    { line: "unchanged", count: figures.unchanged },
    { line: "errors", count: figures.errors.length },
  ];
  return all.filter(({ count }) => count > 0);
}

/**
 * How many entries the import would write. `partly`: those that are right are taken over beside
 * wrong ones; else one wrong row keeps all of it out.
 */
export function writes(figures: Figures, partly: boolean): number {
  if (!partly && figures.errors.length > 0) return 0;
  return figures.created + figures.updated + (figures.gone ?? 0);
}

const SHOWN_ERRORS = 50;

/** The first errors, and how many more there are. */
export function shownErrors({ errors }: Figures) {
  return { shown: errors.slice(0, SHOWN_ERRORS), rest: Math.max(0, errors.length - SHOWN_ERRORS) };
}
