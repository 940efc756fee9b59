/** Numbers as people type them, where the server wants them as they are dialled from anywhere. */

/**
 * `0221 12 34 56` is `+49221123456`: German where it has no country code; null where it cannot be
 * a number.
 */
export function e164Of(typed: string): string | null {
  const plain = typed.replace(/\(0\)|[\s()/.\u2013-]/g, "");
  const international = plain.startsWith("00") ? `+${plain.slice(2)}` : plain;
  const number = international.startsWith("0") ? `+49${international.slice(1)}` : international;
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : null;
}
