/** A QR code as one path of an SVG: a unit square for each dark module. */
import { encode } from "uqr";

export interface Qr {
  /** Modules on each side, with the quiet zone. */
  size: number;
  path: string;
}

const QUIET_ZONE = 4;

export function qrOf(text: string): Qr {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_ZONE });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return { size, path };
}
