/** What a chosen file of contacts is. */

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
