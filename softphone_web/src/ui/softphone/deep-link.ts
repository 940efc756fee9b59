/**
 * What a link into the phone means. It fills the form; no link dials.
 *
 *     /call?task=4711&country=DE&number=030901820      to= means the same as number=
 *     /call?to=tel:+4930901820                         as the browser hands over tel: links
 */

export interface DeepLink {
  task: string | null;
  country: string | null;
  number: string | null;
}

/** The number in a tel: URI (RFC 3966) or in plain text; empty where there is none. */
export function numberIn(text: string): string {
  const plain = text.trim().replace(/^(web\+)?tel:(\/\/)?/i, "");
  const [number = ""] = plain.split(";");
  let readable = number;
  try {
    readable = decodeURIComponent(number);
  } catch {
    // A stray percent sign: taken as it is.
  }
  // A plus becomes a space where a link was built without encoding it.
  return readable.trim().slice(0, 100);
}

/** A space where the plus of an international number has to be: "?to= 49 30". */
function withPlus(raw: string): string {
  return /^ \d/.test(raw) ? `+${raw.slice(1)}` : raw;
}

export function deepLink(search: string): DeepLink {
  const query = new URLSearchParams(search);
  const to = query.get("number") ?? query.get("to");
  const country = query.get("country")?.toUpperCase() ?? "";
  return {
    task: query.get("task"),
    country: /^[A-Z]{2}$/.test(country) ? country : null,
    number: to === null ? null : numberIn(withPlus(to)),
  };
}
