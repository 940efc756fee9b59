/** What a chosen file is, and what its import would do, before anything is done. */
import type { ImportResult } from "../../api/types";

export type FileKind = "csv" | "vcard";

export const MOST_BYTES = 1024 * 1024;

export const CONTENT_TYPES: Record<FileKind, string> = { csv: "text/csv", vcard: "text/vcard" };

/** By its name, else by what the system says of it; null where it is neither. */
export function fileKind(name: string, type: string): FileKind | null {
  if (/\.(vcf|vcard)$/i.test(name) || /^text\/(x-)?vcard/i.test(type)) return "vcard";
  if (/\.(csv|tsv|txt)$/i.test(name) || /^text\/(csv|tab-separated-values)/i.test(type)) {
    return "csv";
  }
  return null;
}

export type PreviewLine = "created" | "updated" | "unchanged" | "errors";

/** What there is to say of a result, in order of interest. */
export function previewLines(result: ImportResult): { line: PreviewLine; count: number }[] {
  const all: { line: PreviewLine; count: number }[] = [
    { line: "created", count: result.created },
    { line: "updated", count: result.updated },
    { line: "unchanged", count: result.unchanged },
    { line: "errors", count: result.errors.length },
  ];
  return all.filter(({ count }) => count > 0);
}

/** How many contacts the import would write. */
export function writes({ created, updated }: ImportResult): number {
  return created + updated;
}

const SHOWN_ERRORS = 8;

/** The first errors, and how many more there are. */
export function shownErrors({ errors }: ImportResult) {
  return { shown: errors.slice(0, SHOWN_ERRORS), rest: Math.max(0, errors.length - SHOWN_ERRORS) };
}
